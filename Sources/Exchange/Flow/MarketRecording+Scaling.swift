public import MarketModel

/// What a recording counts in.
public struct RecordingUnits: Hashable, Sendable {
    public enum Contract: Hashable, Sendable {
        /// A lot is this much of the base asset.
        case linear(lotSize: ExactDecimal)
        /// A lot is a contract worth this much of the quote asset, whatever the price.
        case inverse(value: ExactDecimal)
    }

    public var tickSize: ExactDecimal
    public var contract: Contract

    public init(tickSize: ExactDecimal, contract: Contract) {
        self.tickSize = tickSize
        self.contract = contract
    }
}

extension MarketRecording {
    /// The recording as a market with other ticks and lots would have seen it.
    ///
    /// Prices are multiplied so that the first mid is `firstMid`, or left where they are without one; bids are rounded
    /// down and asks up to the tick, so that no book crosses, and levels that fall together are added. Quantities keep
    /// their value at the first mid, and are rounded to lots, one at least. Trades are rounded against the aggressor.
    ///
    /// - Returns: nil where the first book has an empty side, or numbers do not fit.
    public func scaled(from units: RecordingUnits, onto instrument: Instrument, firstMid: ExactDecimal? = nil)
        -> MarketRecording?
    {
        guard let scaling = RecordingScaling(self, units, instrument, firstMid) else { return nil }
        return MarketRecording(
            books: books.map { book in
                Book(
                    time: book.time, bids: scaling.levels(book.bids, .buy), asks: scaling.levels(book.asks, .sell))
            },
            trades: trades.map { trade in
                Trade(
                    time: trade.time, aggressor: trade.aggressor, quantity: scaling.quantity(trade.quantity),
                    price: scaling.price(trade.price, roundsUp: trade.aggressor == .buy))
            })
    }
}

/// Two exact ratios: ticks to ticks, lots to lots.
private struct RecordingScaling {
    private struct Ratio {
        var numerator: Int128
        var denominator: Int128

        /// Divided by common powers of ten, to leave room for products; nil unless both are positive and fit 64 bits.
        init?(_ numerator: Int128?, _ denominator: Int128?) {
            guard var a = numerator, var b = denominator, a > 0, b > 0 else { return nil }
            while b != 0 { (a, b) = (b, a % b) }
            self.numerator = (numerator ?? 0) / a
            self.denominator = (denominator ?? 0) / a
            guard self.numerator < 1 << 62, self.denominator < 1 << 62 else { return nil }
        }
    }

    private let prices: Ratio
    private let quantities: Ratio

    init?(_ recording: MarketRecording, _ units: RecordingUnits, _ instrument: Instrument, _ firstMid: ExactDecimal?) {
        guard let first = recording.books.first, let bid = first.bids.first, let ask = first.asks.first,
            units.tickSize.scale < 30, units.tickSize.mantissa < 1 << 40
        else { return nil }
        // The mid as recorded, in halves of a tick: one decimal more.
        let recorded = ExactDecimal(
            mantissa: Int128(bid.price.ticks + ask.price.ticks) * units.tickSize.mantissa * 5,
            scale: units.tickSize.scale + 1
        ).normalized
        let target = (firstMid ?? recorded).normalized
        guard
            let prices = Self.ratio([units.tickSize, target], over: [instrument.tickSize, recorded]),
            let quantities = Self.quantities(units.contract, recorded, over: [instrument.lotSize, target])
        else { return nil }
        self.prices = prices
        self.quantities = quantities
    }

    private static func quantities(
        _ contract: RecordingUnits.Contract, _ recorded: ExactDecimal, over divisors: [ExactDecimal]
    ) -> Ratio? {
        switch contract {
        case .linear(let lotSize): ratio([lotSize, recorded], over: divisors)
        case .inverse(let value): ratio([value], over: divisors)
        }
    }

    /// The product of decimals over the product of others.
    private static func ratio(_ factors: [ExactDecimal], over divisors: [ExactDecimal]) -> Ratio? {
        func product(_ numbers: [ExactDecimal], _ others: [ExactDecimal]) -> Int128? {
            var result: Int128 = 1
            for number in numbers {
                let (next, overflow) = result.multipliedReportingOverflow(by: number.mantissa)
                if overflow { return nil }
                result = next
            }
            for _ in 0..<others.reduce(0, { $0 + $1.scale }) {
                let (next, overflow) = result.multipliedReportingOverflow(by: 10)
                if overflow { return nil }
                result = next
            }
            return result
        }
        return Ratio(product(factors, divisors), product(divisors, factors))
    }

    func price(_ price: Price, roundsUp: Bool) -> Price {
        let (ticks, rest) = (Int128(price.ticks) * prices.numerator).quotientAndRemainder(
            dividingBy: prices.denominator)
        return Price(ticks: max(1, Int64(clamping: roundsUp && rest > 0 ? ticks + 1 : ticks)))
    }

    func quantity(_ quantity: Quantity) -> Quantity {
        let halves = Int128(quantity.lots) * quantities.numerator * 2 / quantities.denominator
        return Quantity(lots: max(1, Int64(clamping: (halves + 1) / 2)))
    }

    func levels(_ levels: [BookLevel], _ side: Side) -> [BookLevel] {
        var scaled: [BookLevel] = []
        for level in levels {
            let next = BookLevel(price(level.price, roundsUp: side == .sell), quantity(level.quantity))
            if let last = scaled.last, last.price == next.price {
                scaled[scaled.count - 1].quantity += next.quantity
            } else {
                scaled.append(next)
            }
        }
        return scaled
    }
}
