internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import Wire

extension BinanceServer {
    // MARK: Place

    mutating func placeOrder(
        _ parameters: BinanceParameters, _ account: Int, _ json: inout JSONWriter
    ) throws(BinanceError) {
        let (draft, replyType) = try draft(parameters)
        try accounts[account].orders.admit(configuration.limits, at: now)
        let order = try place(draft, account)
        writePlaced(order, replyType, &json)
    }

    func testOrder(_ parameters: BinanceParameters, _ account: Int, _ json: inout JSONWriter) throws(BinanceError) {
        var copy = self
        let (draft, _) = try copy.draft(parameters)
        let request = draft.request
        try checkFilters(try sized(draft, account), account)
        json.beginObject()
        if try parameters.flag("computeCommissionRates") ?? false {
            let fees = exchange.fees(of: accounts[account].id, in: request.market)
            Self.writeRates("standardCommissionForOrder", fees, sides: false, &json)
            Self.writeRates("taxCommissionForOrder", (.zero, .zero), sides: false, &json)
        }
        json.endObject()
    }

    mutating func draft(
        _ parameters: BinanceParameters
    ) throws(BinanceError) -> (BinanceOrderForm.Draft, BinanceOrderForm.ReplyType) {
        let form = BinanceOrderForm(
            parameters: parameters, instrument: markets[try marketIndex(parameters)].instrument)
        let replyType = try form.replyType()
        var keys = keySource
        let draft = try form.draft { ListenKey.text(22, &keys) }
        keySource = keys
        return (draft, replyType)
    }

    /// The order with its quantity, where it was asked for as an amount of the quote asset.
    func sized(_ draft: BinanceOrderForm.Draft, _ account: Int) throws(BinanceError) -> NewOrder {
        guard let amount = draft.quoteQuantity else { return draft.request }
        var request = draft.request
        let market = request.market
        guard amount >= markets[market.index].instrument.minNotional else { throw .filter("NOTIONAL") }
        let lots = exchange.lots(worth: amount, request.side, in: market, by: accounts[account].id)
        guard lots > .zero else { throw .init(spot: .noLiquidity) }
        request.quantity = lots
        return request
    }

    /// Whether an order passes the symbol's filters; what it costs is not looked at.
    func checkFilters(_ request: NewOrder, _ account: Int) throws(BinanceError) {
        do throws(ExchangeRejection) {
            try exchange.check(request, by: accounts[account].id)
        } catch {
            throw BinanceError(spot: error, isMarket: request.type == .market)
        }
        try checkFarSide(request)
    }

    /// The exchange refuses prices that would take beyond the band; Binance refuses those too far behind the market, too.
    private func checkFarSide(_ request: NewOrder) throws(BinanceError) {
        guard let price = request.price, let touch = exchange.touch(request.market) else { return }
        let instrument = markets[request.market.index].instrument
        let double = Int128(price.ticks) * 2 * Int128(Rate.one.parts)
        let mid = Int128(touch.bid.price.ticks + touch.ask.price.ticks)
        let isFar =
            switch request.side {
            case .buy: double < mid * Int128(instrument.collarDown.parts)
            case .sell: double > mid * Int128(instrument.collarUp.parts)
            }
        if isFar { throw .filter("PERCENT_PRICE_BY_SIDE") }
    }

    /// The order as it was accepted.
    mutating func place(_ draft: BinanceOrderForm.Draft, _ account: Int) throws(BinanceError) -> ExchangeOrder {
        let request = try sized(draft, account)
        let id = accounts[account].id
        if let other = names.order(named: request.clientOrderID, of: id),
            exchange.order(other, of: id)?.status.isOpen == true
        {
            throw .init(spot: .duplicateClientOrderID)
        }
        try checkFarSide(request)
        if request.timeInForce == .postOnly, crosses(request) { throw .wouldTake }
        do throws(ExchangeRejection) {
            return try exchange.place(request, by: id, at: now, into: &events)
        } catch {
            throw BinanceError(spot: error, isMarket: request.type == .market)
        }
    }

    private func crosses(_ request: NewOrder) -> Bool {
        guard let price = request.price else { return false }
        let book = exchange.book(request.market, depth: 1)
        switch request.side {
        case .buy: return book.asks.first.map { $0.price <= price } ?? false
        case .sell: return book.bids.first.map { $0.price >= price } ?? false
        }
    }

    // MARK: Find

    /// The order that a request names; where it names it twice the two must agree.
    func find(
        _ parameters: BinanceParameters, _ account: Int, id idField: String = "orderId",
        name nameField: String = "origClientOrderId"
    ) throws(BinanceError) -> ExchangeOrder? {
        let market = markets[try marketIndex(parameters)].id
        let owner = accounts[account].id
        let found: ExchangeOrder?
        if let number = try parameters.integer(idField) {
            found = exchange.order(number, of: owner)
            if let found, let name = parameters.text(nameField), names.name(of: found) != name {
                throw BinanceError(-2_039, "Client order ID is not correct for this order ID.")
            }
        } else if let name = parameters.text(nameField) {
            found =
                names.order(named: name, of: owner).flatMap { exchange.order($0, of: owner) }
                ?? exchange.order(clientOrderID: name, of: owner)
        } else {
            throw BinanceError(
                -1_102, "Param '\(nameField)' or '\(idField)' must be sent, but both were empty/null!")
        }
        return found?.request.market == market ? found : nil
    }

    func queryOrder(_ parameters: BinanceParameters, _ account: Int, _ json: inout JSONWriter) throws(BinanceError) {
        guard let order = try find(parameters, account) else { throw .noSuchOrder }
        writeFound(order, &json)
    }

    // MARK: Cancel

    mutating func cancelOrder(
        _ parameters: BinanceParameters, _ account: Int, _ json: inout JSONWriter
    ) throws(BinanceError) {
        let name = try BinanceOrderForm.name(parameters, "newClientOrderId")
        let (order, cancelName) = try cancel(try find(parameters, account), parameters, account, name: name)
        writeCanceled(order, name: cancelName, &json)
    }

    /// - Returns: the order as it was left, and what the cancel calls itself.
    mutating func cancel(
        _ found: ExchangeOrder?, _ parameters: BinanceParameters, _ account: Int, name: String?
    ) throws(BinanceError) -> (ExchangeOrder, String) {
        let restriction = parameters.text("cancelRestrictions")
        guard ["ONLY_NEW", "ONLY_PARTIALLY_FILLED", nil].contains(restriction) else {
            throw BinanceError(-1_145, "Invalid cancelRestrictions")
        }
        guard let found, found.status.isOpen else { throw .unknownOrderSent }
        guard restriction == nil || restriction == "ONLY_\(found.status.asterText)" else {
            throw BinanceError(-2_011, "Order was not canceled due to cancel restrictions.")
        }
        return try cancel(found, account, name: name)
    }

    private mutating func cancel(
        _ found: ExchangeOrder, _ account: Int, name: String?
    ) throws(BinanceError) -> (ExchangeOrder, String) {
        let name = name ?? ListenKey.text(22, &keySource)
        do throws(ExchangeRejection) {
            let order = try exchange.cancel(found.id, of: accounts[account].id, at: now, into: &events)
            requestNames.append((order.id, name, names.name(of: order)))
            return (order, name)
        } catch {
            throw BinanceError(spot: error)
        }
    }

    mutating func cancelAll(
        _ parameters: BinanceParameters, _ account: Int, _ json: inout JSONWriter
    ) throws(BinanceError) {
        let market = markets[try marketIndex(parameters)].id
        let open = exchange.openOrders(of: accounts[account].id, in: market)
        guard !open.isEmpty else { throw .unknownOrderSent }
        json.beginArray()
        for order in open {
            let (canceled, name) = try cancel(order, account, name: nil)
            writeCanceled(canceled, name: name, &json)
        }
        json.endArray()
    }

    // MARK: Lists

    func writeOpenOrders(
        _ parameters: BinanceParameters, _ account: Int, _ json: inout JSONWriter
    ) throws(BinanceError) {
        let market = try parameters.text("symbol").map { name throws(BinanceError) in try marketIndex(symbol: name) }
        json.beginArray()
        for order in exchange.openOrders(of: accounts[account].id, in: market.map { markets[$0].id }) {
            writeFound(order, &json)
        }
        json.endArray()
    }

    func writeAllOrders(
        _ parameters: BinanceParameters, _ account: Int, _ json: inout JSONWriter
    ) throws(BinanceError) {
        let market = markets[try marketIndex(parameters)].id
        let limit = try parameters.limit(standard: 500, maximum: 1_000)
        let firstID = try parameters.integer("orderId")
        let (start, end) = try dayWindow(parameters)
        let (first, last) = AsterServer.bounds(start ?? 0, end ?? .max / 4)
        let found = exchange.orders(of: accounts[account].id, in: market, createdBetween: first, and: last).filter {
            $0.id >= firstID ?? 0
        }
        json.beginArray()
        for order in firstID != nil || start != nil ? found.prefix(limit) : found.suffix(limit) {
            writeFound(order, &json)
        }
        json.endArray()
    }

    /// Bounds of a history query: at most a day.
    func dayWindow(_ parameters: BinanceParameters) throws(BinanceError) -> (start: Int64?, end: Int64?) {
        let day: Int64 = 86_400_000
        let (start, end) = try parameters.window()
        if let start, let end, end - start > day {
            throw BinanceError(-1_127, "More than 24 hours between startTime and endTime.")
        }
        if let start { return (start, end ?? min(start, Int64.max / 4) + day) }
        return (end.map { max(0, $0 - day) }, end)
    }
}
