internal import Exchange
internal import MarketModel

/// Reads the parameters of a new order by the spot API's rules: what each type needs, and what it must not have.
struct BinanceOrderForm {
    let parameters: BinanceParameters
    let instrument: Instrument

    /// How the reply is asked for.
    enum ReplyType { case ack, result, full }

    /// What an order asks for, apart from how much.
    struct Draft {
        var request: NewOrder
        /// Of a market order: what it is to spend or to earn.
        var quoteQuantity: Cash?
    }

    func replyType() throws(BinanceError) -> ReplyType {
        let type = parameters.text("type")
        switch parameters.text("newOrderRespType") {
        case nil: return type == "LIMIT" || type == "MARKET" ? .full : .ack
        case "ACK": return .ack
        case "RESULT": return .result
        case "FULL": return .full
        case .some: throw .invalid("newOrderRespType")
        }
    }

    /// - Parameter generatedName: the client order id of an order that brings none.
    func draft(generatedName: () -> String) throws(BinanceError) -> Draft {
        let side = try side()
        let (type, isMaker) = try type()
        try refuseUnknown()
        let timeInForce = try timeInForce(type, isMaker: isMaker)
        try refuseStrangers(type)
        let price = type.hasPrice ? try Self.price(parameters, "price", instrument) : nil
        let stopPrice = type.waitsForTrigger ? try Self.price(parameters, "stopPrice", instrument) : nil
        let (quantity, quoteQuantity) = try quantities(type)
        let (mode, scope) = try selfTrade()
        let name = try Self.name(parameters, "newClientOrderId") ?? generatedName()
        var request = NewOrder(
            market: instrument.market, side: side, type: type, timeInForce: timeInForce, quantity: quantity,
            price: price, stopPrice: stopPrice, clientOrderID: name, selfTradeMode: mode, selfTradeScope: scope)
        if let quoteQuantity { request.tag = Int64(clamping: quoteQuantity.units / 10_000) }
        return Draft(request: request, quoteQuantity: quoteQuantity)
    }

    // MARK: Enumerations

    private func side() throws(BinanceError) -> Side {
        switch try parameters.required("side") {
        case "BUY": return .buy
        case "SELL": return .sell
        default: throw BinanceError(-1_117, "Invalid side.")
        }
    }

    private func type() throws(BinanceError) -> (OrderType, isMaker: Bool) {
        switch try parameters.required("type") {
        case "LIMIT": return (.limit, false)
        case "LIMIT_MAKER": return (.limit, true)
        case "MARKET": return (.market, false)
        case "STOP_LOSS": return (.stopMarket, false)
        case "STOP_LOSS_LIMIT": return (.stop, false)
        case "TAKE_PROFIT": return (.takeProfitMarket, false)
        case "TAKE_PROFIT_LIMIT": return (.takeProfit, false)
        default: throw BinanceError(-1_116, "Invalid orderType.")
        }
    }

    private func timeInForce(_ type: OrderType, isMaker: Bool) throws(BinanceError) -> TimeInForce {
        guard type.hasPrice, !isMaker else {
            try parameters.refuse("timeInForce")
            return isMaker ? .postOnly : .goodTillCancel
        }
        switch try parameters.required("timeInForce") {
        case "GTC": return .goodTillCancel
        case "IOC": return .immediateOrCancel
        case "FOK": return .fillOrKill
        default: throw BinanceError(-1_115, "Invalid timeInForce.")
        }
    }

    private func selfTrade() throws(BinanceError) -> (SelfTradeMode?, SelfTradeScope) {
        let text = parameters.text("selfTradePreventionMode") ?? BinanceText.standardSelfTradeMode
        guard text != "TRANSFER" else {
            throw BinanceError(-1_013, "This symbol does not allow the specified self-trade prevention mode.")
        }
        guard text != "NONE" else { return (nil, .nobody) }
        guard let mode = SelfTradeMode.allCases.first(where: { $0.asterText == text }) else {
            throw .invalid("selfTradePreventionMode")
        }
        return (mode, .owner)
    }

    // MARK: What does not belong

    /// Kinds of orders that a local venue does not have are refused, never half done.
    private func refuseUnknown() throws(BinanceError) {
        for (name, what) in [
            ("icebergQty", "iceberg orders"), ("trailingDelta", "trailing orders"), ("pegPriceType", "pegged orders"),
        ] where parameters.text(name) != nil {
            throw .unsupported(what)
        }
    }

    private func refuseStrangers(_ type: OrderType) throws(BinanceError) {
        if !type.hasPrice { try parameters.refuse("price") }
        if !type.waitsForTrigger { try parameters.refuse("stopPrice") }
        if type != .market { try parameters.refuse("quoteOrderQty") }
    }

    // MARK: Numbers

    private func quantities(_ type: OrderType) throws(BinanceError) -> (Quantity?, Cash?) {
        guard type == .market, parameters.text("quoteOrderQty") != nil else {
            return (try Self.quantity(parameters, "quantity", instrument), nil)
        }
        guard parameters.text("quantity") == nil else { throw .badCombination }
        guard let amount = try Self.decimal(parameters, "quoteOrderQty").flatMap({ Cash($0) }), amount > .zero else {
            throw BinanceError(-1_013, "Invalid quote order quantity.")
        }
        return (nil, amount)
    }

    /// At most eight decimals, in plain notation.
    private static func decimal(_ parameters: BinanceParameters, _ name: String) throws(BinanceError) -> ExactDecimal? {
        guard let text = parameters.text(name) else { return nil }
        guard text.utf8.allSatisfy({ $0 == UInt8(ascii: ".") || (0x30...0x39).contains($0) }),
            let value = ExactDecimal(text)
        else { throw .illegalCharacters(name, legal: "^([0-9]{1,20})(\\.[0-9]{1,20})?$") }
        guard value.normalized.scale <= 8 else {
            throw BinanceError(-1_111, "Parameter '\(name)' has too much precision.")
        }
        return value.normalized
    }

    static func price(
        _ parameters: BinanceParameters, _ name: String, _ instrument: Instrument
    ) throws(BinanceError) -> Price {
        guard let decimal = try decimal(parameters, name) else { throw .missing(name) }
        guard decimal.mantissa > 0 else { throw BinanceError(-1_013, "Invalid price.") }
        guard let price = instrument.price(decimal) else { throw .filter("PRICE_FILTER") }
        return price
    }

    static func quantity(
        _ parameters: BinanceParameters, _ name: String, _ instrument: Instrument
    ) throws(BinanceError) -> Quantity {
        guard let decimal = try decimal(parameters, name) else { throw .missing(name) }
        guard decimal.mantissa > 0 else { throw BinanceError(-1_013, "Invalid quantity.") }
        guard let quantity = instrument.quantity(decimal) else { throw .filter("LOT_SIZE") }
        return quantity
    }

    // MARK: Names

    static func name(_ parameters: BinanceParameters, _ field: String) throws(BinanceError) -> String? {
        guard let text = parameters.text(field) else { return nil }
        guard text.utf8.count <= 36, text.utf8.allSatisfy(isLegal) else {
            throw .illegalCharacters(field, legal: "^[a-zA-Z0-9-_.:/]{1,36}$")
        }
        return text
    }

    private static func isLegal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "/"),
            UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
