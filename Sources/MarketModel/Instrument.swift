/// What a market trades.
public enum InstrumentKind: String, Hashable, Sendable, CaseIterable {
    /// Contracts on margin: a position, and profit in the settlement asset.
    case perpetual
    /// One asset against another: what is bought is held.
    case spot
}

/// A tradable contract and the venue's rules for orders in it.
public struct Instrument: Hashable, Sendable {
    public var market: MarketID
    /// The venue's upper-case symbol, `ASTERUSDT`.
    public var symbol: String
    public var baseAsset: String
    public var quoteAsset: String
    /// The asset in which profit, fees and funding are booked.
    public var settlementAsset: String
    /// The smallest price step, and its decimals; every price is a whole number of it.
    public let tickSize: ExactDecimal
    /// The smallest quantity step, and its decimals.
    public let lotSize: ExactDecimal
    public var priceRange: ClosedRange<Price>
    /// Allowed order size of limit orders.
    public var quantityRange: ClosedRange<Quantity>
    /// Allowed order size of market orders.
    public var marketQuantityRange: ClosedRange<Quantity>
    /// Least price × quantity of an order that is not reduce-only.
    public var minNotional: Cash
    /// A buy may be priced at most at mark × this.
    public var collarUp: Rate
    /// A sell must be priced at least at mark × this.
    public var collarDown: Rate
    /// How far from mark a market order may sweep.
    public var marketTakeBound: Rate
    public var maxOpenOrders: Int
    public var makerFee: Rate
    public var takerFee: Rate
    /// Value of one tick × one lot.
    public let cashPerTickLot: Cash
    public var kind = InstrumentKind.perpetual

    /// - Returns: nil unless tick and lot are positive and half of their product is a whole number of cash units
    ///   (10⁻¹²), so that profit at the mid is exact.
    public init?(
        market: MarketID, symbol: String, baseAsset: String, quoteAsset: String, settlementAsset: String,
        tickSize: ExactDecimal, lotSize: ExactDecimal, priceRange: ClosedRange<Price>,
        quantityRange: ClosedRange<Quantity>, marketQuantityRange: ClosedRange<Quantity>, minNotional: Cash,
        collarUp: Rate, collarDown: Rate, marketTakeBound: Rate, maxOpenOrders: Int, makerFee: Rate, takerFee: Rate
    ) {
        let tick = tickSize.normalized
        let lot = lotSize.normalized
        guard tick.mantissa > 0, lot.mantissa > 0, tick.scale + lot.scale <= 30 else { return nil }
        guard tick.mantissa < 1_000_000_000_000, lot.mantissa < 1_000_000_000_000,
            let units = ExactDecimal(mantissa: tick.mantissa * lot.mantissa, scale: tick.scale + lot.scale)
                .units(atScale: Cash.scale),
            units > 0, units % 2 == 0
        else { return nil }
        self.market = market
        self.symbol = symbol
        self.baseAsset = baseAsset
        self.quoteAsset = quoteAsset
        self.settlementAsset = settlementAsset
        self.tickSize = tick
        self.lotSize = lot
        self.priceRange = priceRange
        self.quantityRange = quantityRange
        self.marketQuantityRange = marketQuantityRange
        self.minNotional = minNotional
        self.collarUp = collarUp
        self.collarDown = collarDown
        self.marketTakeBound = marketTakeBound
        self.maxOpenOrders = maxOpenOrders
        self.makerFee = makerFee
        self.takerFee = takerFee
        cashPerTickLot = Cash(units: units)
    }

    // MARK: Conversions between text and ticks

    /// The price in ticks, or nil when it is not a whole number of them.
    public func price(_ decimal: ExactDecimal) -> Price? { Self.steps(decimal, of: tickSize).map(Price.init(ticks:)) }
    /// The quantity in lots, or nil when it is not a whole number of them.
    public func quantity(_ decimal: ExactDecimal) -> Quantity? {
        Self.steps(decimal, of: lotSize).map(Quantity.init(lots:))
    }
    public func decimal(_ price: Price) -> ExactDecimal {
        ExactDecimal(mantissa: Int128(price.ticks) * tickSize.mantissa, scale: tickSize.scale)
    }
    public func decimal(_ quantity: Quantity) -> ExactDecimal {
        ExactDecimal(mantissa: Int128(quantity.lots) * lotSize.mantissa, scale: lotSize.scale)
    }
    /// Plain decimal text, as the wire wants it.
    public func text(_ price: Price) -> String { decimal(price).description }
    /// Plain decimal text, as the wire wants it.
    public func text(_ quantity: Quantity) -> String { decimal(quantity).description }
    /// Appends what `text` gives.
    public func append(_ price: Price, to bytes: inout [UInt8]) { decimal(price).append(to: &bytes) }
    /// Appends what `text` gives.
    public func append(_ quantity: Quantity, to bytes: inout [UInt8]) { decimal(quantity).append(to: &bytes) }

    private static func steps(_ decimal: ExactDecimal, of step: ExactDecimal) -> Int64? {
        let scale = max(decimal.scale, step.scale)
        guard let value = decimal.units(atScale: scale), let unit = step.units(atScale: scale), value % unit == 0
        else { return nil }
        return Int64(exactly: value / unit)
    }

    // MARK: Money

    /// Price × quantity; signed like the quantity.
    public func notional(_ price: Price, _ quantity: Quantity) -> Cash {
        Cash(units: Int128(price.ticks) * Int128(quantity.lots) * cashPerTickLot.units)
    }

    /// Mid × quantity, exact; signed like the quantity.
    public func notional(_ mid: HalfTicks, _ quantity: Quantity) -> Cash {
        Cash(units: Int128(mid.count) * Int128(quantity.lots) * (cashPerTickLot.units / 2))
    }

    /// The most lots whose value at `price` is at most `cash`; zero for a price that is not positive.
    public func lots(worth cash: Cash, at price: Price) -> Quantity {
        let one = Int128(price.ticks) * cashPerTickLot.units
        guard one > 0, cash.units > 0 else { return .zero }
        return Quantity(lots: Int64(clamping: cash.units / one))
    }
}
