public import Fundamentals
public import MarketModel

/// The books of one market: position, cost, realised profit, fees, funding, and where the profit came from. Exact.
///
/// Two views of the same money, whose difference is zero at every moment:
///
///     realised + (position × mid − cost) − opening unrealised − fees + funding
///     spread capture + inventory − fees + funding
///
/// with spread capture = Σ (mid at fill − price) × signed quantity, and inventory = Σ position × Δmid.
public struct Ledger: Sendable {
    public let instrument: Instrument
    /// Signed.
    public private(set) var position = Quantity.zero
    /// Signed cost basis of the position: positive when long. A closing fill takes out its share, rounded to 10⁻⁸; the
    /// remainder stays, so that nothing is lost.
    public private(set) var cost = Cash.zero
    /// Before fees.
    public private(set) var realized = Cash.zero
    /// Positive is a cost.
    public private(set) var fees = Cash.zero
    /// Positive when received.
    public private(set) var funding = Cash.zero
    public private(set) var spreadCapture = Cash.zero
    public private(set) var inventory = Cash.zero
    /// Unrealised profit of the adopted position at the first mid: not earned in this session.
    public private(set) var openingUnrealized = Cash.zero
    /// The newest mid.
    public private(set) var mid: HalfTicks?

    public private(set) var fillCount = 0
    public private(set) var makerCount = 0
    /// Σ |price × quantity|.
    public private(set) var volume = Cash.zero
    public private(set) var makerVolume = Cash.zero
    /// Largest |position × mid| at any fill or mid.
    public private(set) var maxPositionValue = Cash.zero
    public private(set) var markouts = Markouts()

    public init(_ instrument: Instrument) { self.instrument = instrument }

    // MARK: Events

    /// Takes over a position that exists already, at the venue's average price.
    /// - Precondition: nothing has been booked.
    public mutating func adopt(_ quantity: Quantity, entryPrice: ExactDecimal) {
        precondition(fillCount == 0, "a position is adopted before the first fill is booked")
        position = quantity
        cost = value(quantity, at: entryPrice)
        openingUnrealized = mid.map { instrument.notional($0, position) - cost } ?? .zero
    }

    /// Quantity × price, rounded to a unit of cash where the venue's average has more digits; zero for a price that no
    /// cash can hold.
    private func value(_ quantity: Quantity, at price: ExactDecimal) -> Cash {
        let size = instrument.decimal(quantity)
        let (product, overflow) = size.mantissa.multipliedReportingOverflow(by: price.mantissa)
        let scale = size.scale + price.scale
        guard !overflow else { return .zero }
        var units = product
        var places = scale
        while places > Cash.scale {
            units = Cash.divideRounding(units, by: 10)
            places -= 1
        }
        while places < Cash.scale {
            let (larger, overflow) = units.multipliedReportingOverflow(by: 10)
            guard !overflow else { return .zero }
            units = larger
            places += 1
        }
        return Cash(units: units)
    }

    /// The mid moved: the position gained or lost.
    public mutating func mark(_ newMid: HalfTicks, at now: Instant) {
        if let mid {
            if mid != newMid {
                inventory += instrument.notional(HalfTicks(count: newMid.count - mid.count), position)
                self.mid = newMid
                noteExposure()
            }
        } else {
            mid = newMid
            openingUnrealized = instrument.notional(newMid, position) - cost
            noteExposure()
        }
        markouts.settle(newMid, at: now, instrument)
    }

    /// Books a fill at the newest mid, or at its own price if no mid was ever seen.
    /// - Returns: what it realised, before fees.
    public mutating func book(_ fill: Fill, at now: Instant) -> Cash {
        if mid == nil { mark(HalfTicks(fill.price), at: now) }
        let reference = mid ?? HalfTicks(fill.price)
        let signed = fill.side.signed(fill.quantity)
        spreadCapture += instrument.notional(reference, signed) - instrument.notional(fill.price, signed)
        fees += fill.commission
        let gain = move(by: signed, at: fill.price, venueSays: fill.realized)
        realized += gain
        let traded = instrument.notional(fill.price, fill.quantity)
        fillCount += 1
        volume += traded
        if fill.isMaker {
            makerCount += 1
            makerVolume += traded
        }
        noteExposure()
        markouts.start(fill, at: now)
        return gain
    }

    public mutating func receiveFunding(_ amount: Cash) { funding += amount }

    /// - Parameter realized: what the venue booked for the closing part; where it says so, its rounding is taken, so that
    ///   our wallet stays equal to its own. The cost basis keeps what is left: nothing is lost either way.
    private mutating func move(by signed: Quantity, at price: Price, venueSays realized: Cash?) -> Cash {
        var gain = Cash.zero
        var opening = signed
        if (position.lots > 0) != (signed.lots > 0), position != .zero {
            let closing = min(signed.magnitude.lots, position.magnitude.lots)
            let closed = Quantity(lots: position.lots > 0 ? closing : -closing)
            let share = closing == position.magnitude.lots ? cost : cost.share(closing, of: position.magnitude.lots)
            let proceeds = instrument.notional(price, closed)
            gain = realized ?? (proceeds - share)
            cost -= proceeds - gain
            position -= closed
            opening = signed + closed
        }
        position += opening
        cost += instrument.notional(price, opening)
        return gain
    }

    private mutating func noteExposure() {
        guard let mid else { return }
        maxPositionValue = max(maxPositionValue, instrument.notional(mid, position).magnitude)
    }

    // MARK: What it says

    /// Profit of the position at the newest mid.
    public var unrealized: Cash {
        guard let mid else { return .zero }
        return instrument.notional(mid, position) - cost
    }

    /// Change of equity through this market since the session began, by position and cost.
    public var equityChange: Cash { realized + unrealized - openingUnrealized - fees + funding }
    /// The same by source: equal to `equityChange` to the last unit.
    public var profitBySource: Cash { spreadCapture + inventory - fees + funding }
    /// The difference of the two views: zero, or the books are wrong.
    public var imbalance: Cash { profitBySource - equityChange }
    /// Change of the wallet: what the venue's own ledger shows.
    public var walletChange: Cash { realized - fees + funding }

    /// Average entry price in ticks, rounded half away from zero to 10⁻⁸ of the quote asset; nil when flat.
    public var averageEntry: ExactDecimal? {
        guard position != .zero else { return nil }
        let lot = instrument.lotSize
        // cost ÷ (lots × lot size), as a count of 10⁻⁸.
        let divisor = Int128(position.lots) * lot.mantissa * 10_000
        var dividend = cost.units
        for _ in 0..<lot.scale {
            let (product, overflow) = dividend.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            dividend = product
        }
        return ExactDecimal(mantissa: Cash.divideRounding(dividend, by: divisor), scale: 8)
    }
}
