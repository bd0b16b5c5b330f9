internal import Exchange
internal import MarketModel

/// Amounts and words as Binance's spot API prints them: every amount with eight decimals.
enum BinanceText {
    static func price(_ price: Price?, _ instrument: Instrument) -> String {
        price.map { AsterText.eightDecimals(instrument.decimal($0)) } ?? "0.00000000"
    }

    static func quantity(_ quantity: Quantity, _ instrument: Instrument) -> String {
        AsterText.eightDecimals(instrument.decimal(quantity))
    }

    static func amount(_ cash: Cash) -> String { cash.text(decimals: 8) }

    /// What an order that asked for an amount of the quote asset asked for; kept in the order's tag, in 10⁻⁸.
    static func quoteQuantity(_ request: NewOrder) -> String {
        ExactDecimal(mantissa: Int128(request.tag), scale: 8).description
    }

    // MARK: Words

    static func type(_ request: NewOrder) -> String {
        switch request.type {
        case .limit: request.timeInForce == .postOnly ? "LIMIT_MAKER" : "LIMIT"
        case .market: "MARKET"
        case .stop: "STOP_LOSS_LIMIT"
        case .stopMarket: "STOP_LOSS"
        case .takeProfit: "TAKE_PROFIT_LIMIT"
        case .takeProfitMarket: "TAKE_PROFIT"
        case .trailingStopMarket: "TRAILING_STOP"
        }
    }

    static let types = [
        "LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT",
    ]

    static func timeInForce(_ request: NewOrder) -> String {
        switch request.timeInForce {
        case .goodTillCancel, .postOnly, .hidden: "GTC"
        case .immediateOrCancel: "IOC"
        case .fillOrKill: "FOK"
        }
    }

    static func status(_ order: ExchangeOrder) -> String {
        order.status == .expired && order.ending == .selfTrade ? "EXPIRED_IN_MATCH" : order.status.asterText
    }

    /// Why an order expired, where Binance says so; nil for all others.
    static func expiryReason(_ order: ExchangeOrder) -> String? {
        guard order.status == .expired, order.ending == .noLiquidity else { return nil }
        guard order.request.type.hasPrice else { return "INSUFFICIENT_LIQUIDITY" }
        switch order.request.timeInForce {
        case .fillOrKill: return "UNFILLED_FOK_ORDER_EXPIRED"
        case .immediateOrCancel: return "UNFILLED_IOC_QUANTITY_EXPIRED"
        case .goodTillCancel, .postOnly, .hidden: return nil
        }
    }

    // MARK: Self-trade prevention

    /// What symbols allow. `TRANSFER`, which would move balances between accounts, is not among them.
    static let selfTradeModes = ["NONE", "EXPIRE_MAKER", "EXPIRE_TAKER", "EXPIRE_BOTH", "DECREMENT"]
    static let standardSelfTradeMode = "EXPIRE_MAKER"

    static func selfTradeMode(_ request: NewOrder) -> String {
        request.selfTradeScope == .nobody ? "NONE" : request.selfTradeMode?.asterText ?? standardSelfTradeMode
    }
}

extension OrderType {
    var hasPrice: Bool {
        switch self {
        case .limit, .stop, .takeProfit: true
        case .market, .stopMarket, .takeProfitMarket, .trailingStopMarket: false
        }
    }

    var waitsForTrigger: Bool {
        switch self {
        case .limit, .market: false
        case .stop, .stopMarket, .takeProfit, .takeProfitMarket, .trailingStopMarket: true
        }
    }
}
