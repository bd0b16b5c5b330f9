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
    /// Slippage of hedges against the mid at which their cause was booked; negative is a loss.
    public private(set) var hedging = Cash.zero
    /// Unrealised profit of the adopted position at the first mid: not earned in this session.
    public private(set) var openingUnrealized = Cash.zero
    /// The newest mid.
    public private(set) var mid: HalfTicks?
    /// Base asset paid as fees, in 10⁻¹² of it.
    public private(set) var basePaid = Cash.zero
    /// What of `fees` was paid in the base asset, at the prices of the fills; less what that would cost at the newest mid.
    private var baseFees = Cash.zero
    private(set) var baseFeeDrift = Cash.zero
    /// Fees taken in the quote asset, and Σ price × signed quantity.
    private(set) var quoteFees = Cash.zero
    private(set) var paid = Cash.zero
    private(set) var adopted = Quantity.zero
    /// A position was adopted at a mid that is not known yet.
    private var awaitsCost = false

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
        adopted = quantity
        awaitsCost = false
        cost = value(quantity, at: entryPrice)
        openingUnrealized = mid.map { instrument.notional($0, position) - cost } ?? .zero
    }

    /// Takes over a position of which no price is known, at the newest mid or, before the first one, at that.
    /// - Precondition: nothing has been booked.
    public mutating func adopt(_ quantity: Quantity) {
        precondition(fillCount == 0, "a position is adopted before the first fill is booked")
        position = quantity
        adopted = quantity
        awaitsCost = mid == nil
        cost = mid.map { instrument.notional($0, quantity) } ?? .zero
        openingUnrealized = .zero
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
                settleBaseFees(at: newMid)
                noteExposure()
            }
        } else {
            mid = newMid
            if awaitsCost { cost = instrument.notional(newMid, position) }
            awaitsCost = false
            openingUnrealized = instrument.notional(newMid, position) - cost
            noteExposure()
        }
        markouts.settle(newMid, at: now, instrument)
    }

    /// Books a fill at the newest mid, or at its own price if no mid was ever seen.
    /// - Parameter arrival: for a hedge, this market's mid when the fill that it offsets was booked. What the price is off that
    ///   is `hedging`, and what the mid did since is inventory; together they are what spread capture would be.
    /// - Returns: what it realised, before fees.
    public mutating func book(_ fill: Fill, at now: Instant, arrival: HalfTicks? = nil) -> Cash {
        if mid == nil { mark(HalfTicks(fill.price), at: now) }
        let reference = mid ?? HalfTicks(fill.price)
        let signed = fill.side.signed(fill.quantity)
        let price = instrument.notional(fill.price, signed)
        if let arrival {
            hedging += instrument.notional(arrival, signed) - price
            inventory += instrument.notional(reference, signed) - instrument.notional(arrival, signed)
        } else {
            spreadCapture += instrument.notional(reference, signed) - price
        }
        paid += price
        charge(fill, at: reference)
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

    private mutating func charge(_ fill: Fill, at reference: HalfTicks) {
        fees += fill.commission
        if fill.baseCommission == .zero {
            quoteFees += fill.commission - fill.thirdAssetCommission
            return
        }
        basePaid += fill.baseCommission
        baseFees += fill.commission - fill.thirdAssetCommission
        settleBaseFees(at: reference)
    }

    /// What was paid in the base asset costs what it costs now; the difference to what it was counted at is inventory.
    private mutating func settleBaseFees(at mid: HalfTicks) {
        guard basePaid != .zero || baseFees != .zero else { return }
        let drift = baseFees - instrument.value(ofBase: basePaid, at: mid)
        inventory += drift - baseFeeDrift
        baseFeeDrift = drift
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
}
