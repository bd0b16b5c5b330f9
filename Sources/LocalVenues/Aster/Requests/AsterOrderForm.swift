internal import Exchange
internal import MarketModel

/// Reads the parameters of a new order by the venue's rules: what each type needs, and what it must not have.
struct AsterOrderForm {
    let parameters: AsterParameters
    let instrument: Instrument
    /// What pegged orders take their price from.
    let touch: Touch?
    let dialect: AsterDialect

    /// How the reply is asked for.
    enum ReplyType { case ack, result }

    func replyType() throws(AsterError) -> ReplyType {
        switch parameters.text("newOrderRespType") {
        case nil, "ACK": return .ack
        case "RESULT": return .result
        case .some: throw AsterError(-1_136, "Invalid newOrderRespType.")
        }
    }

    /// - Parameters:
    ///   - tag: the nonce of the request, by which a guarded cancel finds the order again.
    ///   - generatedID: the client order id of an order that brings none.
    func order(tag: Int64, generatedID: () -> String) throws(AsterError) -> NewOrder {
        let side = try side()
        let type = try type()
        let timeInForce = try timeInForce(type)
        try checkPositionSide()
        try checkBuilder()
        let peg = try peg(type)
        let reduceOnly = try parameters.flag("reduceOnly") ?? false
        let closePosition = try parameters.flag("closePosition") ?? false
        try refuseStrangers(type, closePosition)
        if closePosition, parameters.text("reduceOnly") != nil { throw .notRequired("reduceOnly") }
        let price: Price?
        if let peg { price = try peggedPrice(peg, side) } else { price = try limitPrice(type) }
        let stopPrice = try stopPrice(type)
        let quantity = try closePosition ? nil : orderQuantity()
        let (activation, callback) = try trailing(type)
        return NewOrder(
            market: instrument.market, side: side, type: type, timeInForce: timeInForce, quantity: quantity,
            price: price, reduceOnly: reduceOnly, closePosition: closePosition, stopPrice: stopPrice,
            trigger: try trigger(), priceProtect: try parameters.flag("priceProtect") ?? false,
            activationPrice: activation, callbackRate: callback,
            clientOrderID: try clientOrderID() ?? generatedID(), selfTradeMode: try selfTradeMode(),
            selfTradeScope: selfTradeScope(timeInForce), peg: peg, tag: tag)
    }

    // MARK: Enumerations

    private func side() throws(AsterError) -> Side {
        switch try parameters.required("side") {
        case "BUY": return .buy
        case "SELL": return .sell
        default: throw AsterError(-1_117, "Invalid side.")
        }
    }

    private func type() throws(AsterError) -> OrderType {
        let text = try parameters.required("type")
        guard let type = OrderType.allCases.first(where: { $0.asterText == text }) else {
            throw AsterError(-1_116, "Invalid orderType.")
        }
        guard dialect == .aster || type == .limit || type == .market else {
            throw AsterError(
                -4_120, "Order type not supported for this endpoint. Please use the Algo Order API endpoints instead.")
        }
        return type
    }

    private func timeInForce(_ type: OrderType) throws(AsterError) -> TimeInForce {
        let isLimit = type == .limit || type == .stop || type == .takeProfit
        guard let text = parameters.text("timeInForce") else {
            if type == .limit { throw .missing("timeInForce") }
            return .goodTillCancel
        }
        guard let value = TimeInForce.allCases.first(where: { $0.asterText == text }) else {
            throw AsterError(-1_115, "Invalid timeInForce.")
        }
        guard dialect == .aster || value != .hidden else { throw AsterError(-1_115, "Invalid timeInForce.") }
        if type == .market { throw .notRequired("timeInForce") }
        // Triggered market orders ignore it, as bots send it out of habit.
        return isLimit ? value : .goodTillCancel
    }

    private func trigger() throws(AsterError) -> TriggerPrice {
        guard let text = parameters.text("workingType") else { return .lastPrice }
        guard let value = TriggerPrice.allCases.first(where: { $0.asterText == text }) else {
            throw AsterError(-4_031, "Invalid working type.")
        }
        return value
    }

    private func selfTradeMode() throws(AsterError) -> SelfTradeMode? {
        guard let text = parameters.text(dialect.selfTradeName), !isUnprevented(text) else {
            return dialect.standardSelfTradeMode
        }
        guard let mode = SelfTradeMode(asterText: text) else {
            throw dialect == .aster
                ? .invalid("stpMode") : AsterError(-5_039, "This symbol has no such self trade prevention mode.")
        }
        return mode
    }

    private func isUnprevented(_ text: String) -> Bool { dialect == .binanceFutures && text == "NONE" }

    /// On Binance prevention does nothing for orders that rest or fill at once, or not at all.
    private func selfTradeScope(_ timeInForce: TimeInForce) -> SelfTradeScope {
        guard dialect == .binanceFutures else { return .account }
        if parameters.text(dialect.selfTradeName).map(isUnprevented) ?? false { return .nobody }
        switch timeInForce {
        case .postOnly, .fillOrKill: return .nobody
        case .goodTillCancel, .immediateOrCancel, .hidden: return .account
        }
    }

    private func checkPositionSide() throws(AsterError) {
        let side = parameters.text("positionSide")
        guard ["BOTH", "LONG", "SHORT", nil].contains(side) else {
            throw AsterError(-4_060, "Invalid position side.")
        }
        guard side == nil || side == "BOTH" else {
            throw AsterError(-4_061, "Order's position side does not match user's setting.")
        }
    }

    /// No account of a local venue has approved a builder.
    private func checkBuilder() throws(AsterError) {
        if parameters.text("builder") != nil || parameters.text("feeRate") != nil {
            throw .unsupported("builders")
        }
    }

    // MARK: Pegs

    private func peg(_ type: OrderType) throws(AsterError) -> PegPrice? {
        guard let text = parameters.text("pegPriceType") else {
            try parameters.refuse("pegOffset")
            return nil
        }
        guard type == .limit else { throw .notRequired("pegPriceType") }
        try parameters.refuse("price")
        guard let peg = PegPrice.allCases.first(where: { $0.asterText == text }) else {
            throw .invalid("pegPriceType")
        }
        return peg
    }

    /// The touch at this moment, and the offset away from the market: a buy's is never positive, a sell's never
    /// negative.
    private func peggedPrice(_ peg: PegPrice, _ side: Side) throws(AsterError) -> Price {
        guard let touch else { throw AsterError(-1_112, "No orders on book for symbol.") }
        let isBid = (side == .buy) == (peg == .queue)
        let best = isBid ? touch.bid.price : touch.ask.price
        guard let offset = try parameters.decimal("pegOffset")?.normalized, offset.mantissa != 0 else { return best }
        guard (offset.mantissa < 0) == (side == .buy) else { throw .invalid("pegOffset") }
        let size = ExactDecimal(mantissa: abs(offset.mantissa), scale: offset.scale)
        guard size.scale <= AsterText.pricePrecision(instrument) else { throw .badPrecision }
        guard let ticks = instrument.price(size)?.ticks else { throw .priceNotOnTick }
        guard side == .sell || ticks < best.ticks else { throw AsterError(-4_001, "Price less than 0.") }
        return Price(ticks: best.ticks + (side == .buy ? -ticks : ticks))
    }

    /// Parameters that do not belong to the type are refused, not ignored.
    private func refuseStrangers(_ type: OrderType, _ closePosition: Bool) throws(AsterError) {
        switch type {
        case .limit: try parameters.refuse("stopPrice", "callbackRate", "activationPrice")
        case .market: try parameters.refuse("price", "stopPrice", "callbackRate", "activationPrice")
        case .stop, .takeProfit: try parameters.refuse("callbackRate", "activationPrice")
        case .stopMarket, .takeProfitMarket: try parameters.refuse("price", "callbackRate", "activationPrice")
        case .trailingStopMarket: try parameters.refuse("price", "stopPrice")
        }
        guard closePosition else { return }
        guard type == .stopMarket || type == .takeProfitMarket else { throw .notRequired("closePosition") }
        if parameters.text("quantity") != nil {
            throw AsterError(-4_137, "Quantity must be zero with closePosition equals true.")
        }
    }

    // MARK: Numbers

    private func limitPrice(_ type: OrderType) throws(AsterError) -> Price? {
        guard type == .limit || type == .stop || type == .takeProfit else { return nil }
        return try Self.price(parameters, "price", instrument)
    }

    private func stopPrice(_ type: OrderType) throws(AsterError) -> Price? {
        switch type {
        case .limit, .market, .trailingStopMarket: return nil
        case .stop, .stopMarket, .takeProfit, .takeProfitMarket:
            return try Self.price(parameters, "stopPrice", instrument)
        }
    }

    private func orderQuantity() throws(AsterError) -> Quantity { try Self.quantity(parameters, instrument) }

    static func price(
        _ parameters: AsterParameters, _ name: String, _ instrument: Instrument
    ) throws(AsterError) -> Price {
        guard let decimal = try parameters.decimal(name)?.normalized else { throw .missing(name) }
        guard decimal.mantissa > 0 else { throw AsterError(-4_001, "Price less than 0.") }
        guard decimal.scale <= AsterText.pricePrecision(instrument) else { throw .badPrecision }
        guard let price = instrument.price(decimal) else { throw .priceNotOnTick }
        return price
    }

    static func quantity(_ parameters: AsterParameters, _ instrument: Instrument) throws(AsterError) -> Quantity {
        guard let decimal = try parameters.decimal("quantity")?.normalized else { throw .missing("quantity") }
        guard decimal.mantissa > 0 else { throw AsterError(-4_003, "Quantity less than zero.") }
        guard decimal.scale <= instrument.lotSize.scale else { throw .badPrecision }
        guard let quantity = instrument.quantity(decimal) else { throw .quantityNotOnStep }
        return quantity
    }

    /// The callback is in percent, 0.1 to 5.
    private func trailing(_ type: OrderType) throws(AsterError) -> (activation: Price?, callback: Rate?) {
        guard type == .trailingStopMarket else { return (nil, nil) }
        guard let percent = try parameters.decimal("callbackRate") else { throw .missing("callbackRate") }
        guard let units = percent.int64(atScale: 6), (100_000...5_000_000).contains(units) else {
            throw .invalid("callbackRate")
        }
        let activation =
            parameters.text("activationPrice") == nil
            ? nil : try Self.price(parameters, "activationPrice", instrument)
        return (activation, Rate(parts: units))
    }

    // MARK: Names

    private func clientOrderID() throws(AsterError) -> String? {
        guard let text = parameters.text("newClientOrderId") else { return nil }
        guard text.utf8.count <= 36 else {
            throw AsterError(-4_015, "Client order id length should be less than 36 chars")
        }
        guard text.utf8.allSatisfy(Self.isLegal) else {
            throw .illegalCharacters("newClientOrderId", legal: "^[\\.A-Z\\:/a-z0-9_-]{1,36}$")
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
