internal import Exchange
internal import MarketModel

/// Amounts as the venue prints them.
enum AsterText {
    static func price(_ price: Price?, _ instrument: Instrument) -> String {
        price.map { instrument.text($0) } ?? "0"
    }

    /// Zero is a bare `0` in executed quantities.
    static func filled(_ quantity: Quantity, _ instrument: Instrument) -> String {
        quantity == .zero ? "0" : instrument.text(quantity)
    }

    /// Sums of price × quantity, with all their decimals; a bare `0` for nothing.
    static func value(_ cash: Cash, _ instrument: Instrument) -> String {
        guard cash != .zero else { return "0" }
        return cash.text(decimals: min(Cash.scale, instrument.tickSize.scale + instrument.lotSize.scale))
    }

    /// Eight decimals, the precision of ledgers.
    static func ledger(_ cash: Cash) -> String { cash.text(decimals: 8) }

    /// `value ÷ quantity`, rounded half away from zero to `decimals`.
    static func average(_ value: Cash, over quantity: Quantity, _ instrument: Instrument, decimals: Int) -> String {
        LedgerMath.average(value, over: quantity, instrument, decimals: decimals).description
    }

    /// Drops trailing zeros beyond `least` decimals.
    static func trimmed(_ text: String, least: Int) -> String {
        guard let point = text.firstIndex(of: ".") else { return text }
        var digits = text[text.index(after: point)...]
        while digits.count > least, digits.last == "0" { digits = digits.dropLast() }
        return String(text[..<point]) + "." + digits
    }

    /// Exactly eight decimals, as marks and indices are printed.
    static func eightDecimals(_ decimal: ExactDecimal) -> String {
        if let units = decimal.units(atScale: 8) { return ExactDecimal(mantissa: units, scale: 8).description }
        guard decimal.scale > 8 else { return decimal.description }
        let mantissa = Cash.divideRounding(decimal.mantissa, by: LedgerMath.power(decimal.scale - 8))
        return ExactDecimal(mantissa: mantissa, scale: 8).description
    }

    /// `pricePrecision` of the venue is finer than the tick for many symbols; a client that rounds by it is wrong.
    static func pricePrecision(_ instrument: Instrument) -> Int {
        AsterMarkets.pricePrecision(instrument.symbol) ?? min(8, instrument.tickSize.scale + 1)
    }

    /// As filters print prices: whole numbers bare, others with the decimals of `pricePrecision`.
    static func printed(_ price: ExactDecimal, _ instrument: Instrument) -> String {
        let price = price.normalized
        return price.scale == 0 ? price.description : padded(price, scale: pricePrecision(instrument))
    }

    static func padded(_ decimal: ExactDecimal, scale: Int) -> String {
        guard let units = decimal.units(atScale: scale) else { return decimal.description }
        return ExactDecimal(mantissa: units, scale: scale).description
    }
}

// MARK: Enumerations of the wire

extension Side {
    var asterText: String {
        switch self {
        case .buy: "BUY"
        case .sell: "SELL"
        }
    }
}

extension OrderType {
    var asterText: String {
        switch self {
        case .limit: "LIMIT"
        case .market: "MARKET"
        case .stop: "STOP"
        case .stopMarket: "STOP_MARKET"
        case .takeProfit: "TAKE_PROFIT"
        case .takeProfitMarket: "TAKE_PROFIT_MARKET"
        case .trailingStopMarket: "TRAILING_STOP_MARKET"
        }
    }

    /// What a conditional order becomes when it triggers.
    var triggered: OrderType {
        switch self {
        case .limit, .stop, .takeProfit: .limit
        case .market, .stopMarket, .takeProfitMarket, .trailingStopMarket: .market
        }
    }
}

extension TimeInForce {
    var asterText: String {
        switch self {
        case .goodTillCancel: "GTC"
        case .immediateOrCancel: "IOC"
        case .fillOrKill: "FOK"
        case .postOnly: "GTX"
        case .hidden: "HIDDEN"
        }
    }
}

extension OrderStatus {
    var asterText: String {
        switch self {
        case .new: "NEW"
        case .partiallyFilled: "PARTIALLY_FILLED"
        case .filled: "FILLED"
        case .canceled: "CANCELED"
        case .expired: "EXPIRED"
        case .rejected: "REJECTED"
        }
    }
}

extension TriggerPrice {
    var asterText: String {
        switch self {
        case .lastPrice: "CONTRACT_PRICE"
        case .markPrice: "MARK_PRICE"
        }
    }
}

extension PegPrice {
    var asterText: String {
        switch self {
        case .counterparty: "COUNTERPARTY_1"
        case .queue: "QUEUE_1"
        }
    }
}

extension SelfTradeMode {
    /// A mode that Aster has.
    init?(asterText: String) {
        guard let mode = Self.allCases.first(where: { $0 != .decrement && $0.asterText == asterText }) else {
            return nil
        }
        self = mode
    }

    var asterText: String {
        switch self {
        case .expireTaker: "EXPIRE_TAKER"
        case .expireMaker: "EXPIRE_MAKER"
        case .expireBoth: "EXPIRE_BOTH"
        case .decrement: "DECREMENT"
        }
    }
}
