internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import VenueMAX
internal import Wire

extension MAXServer {
    // MARK: Place

    mutating func place(
        _ parameters: MAXParameters, _ account: Int, _ json: inout JSONWriter
    ) throws(MAXError) {
        var request = try form(parameters)
        let id = accounts[account].id
        if request.clientOrderID.isEmpty {
            namelessOrders += 1
            request.clientOrderID = "\(MAXText.nameless)\(namelessOrders)"
        }
        if let named = exchange.order(clientOrderID: request.clientOrderID, of: id),
            named.createdAt + configuration.leeway.nameLifetime > now
        {
            throw MAXError(
                MAXErrorCode.createFailed,
                "Failed to create order: Validation failed: client_oid has already been taken")
        }
        do throws(ExchangeRejection) {
            let order = try exchange.place(request, by: id, at: now, into: &events)
            write(order, &json)
        } catch {
            throw MAXError(error)
        }
    }

    private func form(_ parameters: MAXParameters) throws(MAXError) -> NewOrder {
        let market = try market(parameters)
        let instrument = instrument(market)
        let side: Side
        switch try parameters.required("side") {
        case "buy": side = .buy
        case "sell": side = .sell
        default: throw .invalid("side")
        }
        guard let volume = ExactDecimal(try parameters.required("volume")), volume.mantissa > 0,
            let quantity = instrument.quantity(volume)
        else { throw .invalid("volume") }
        let type = try parameters.word(
            "ord_type", of: ["limit", "market", "post_only", "ioc_limit"], standard: "limit")
        var price: Price?
        if type != "market" {
            guard let decimal = ExactDecimal(try parameters.required("price")), decimal.mantissa > 0,
                let ticks = instrument.price(decimal)
            else { throw .invalid("price") }
            price = ticks
        }
        let name = parameters.text("client_oid") ?? ""
        guard name.utf8.count <= 36, !name.hasPrefix(MAXText.nameless) else { throw .invalid("client_oid") }
        let group = try parameters.integer("group_id", in: 1...Int64(Int32.max)) ?? 0
        let timeInForce: TimeInForce =
            switch type {
            case "post_only": .postOnly
            case "ioc_limit", "market": .immediateOrCancel
            default: .goodTillCancel
            }
        return NewOrder(
            market: market, side: side, type: price == nil ? .market : .limit, timeInForce: timeInForce,
            quantity: quantity, price: price, clientOrderID: name, selfTradeScope: .nobody, tag: group)
    }

    // MARK: Find

    private func find(
        _ parameters: MAXParameters, _ account: Int, id name: String = "id"
    ) throws(MAXError) -> ExchangeOrder {
        let id = accounts[account].id
        let found: ExchangeOrder?
        if let number = try parameters.integer(name) {
            found = exchange.order(number, of: id)
        } else if let client = parameters.text("client_oid") {
            found = exchange.order(clientOrderID: client, of: id)
        } else {
            throw .missing("\(name), client_oid")
        }
        guard let found else { throw .orderNotFound }
        return found
    }

    func writeOrder(
        _ parameters: MAXParameters, _ account: Int, _ json: inout JSONWriter
    ) throws(MAXError) {
        write(try find(parameters, account), &json)
    }

    /// Trades of one order, oldest first.
    func writeOrderTrades(
        _ parameters: MAXParameters, _ account: Int, _ json: inout JSONWriter
    ) throws(MAXError) {
        let order = try find(parameters, account, id: "order_id")
        let rows = tradeRows(of: accounts[account].id, in: order.request.market)
        json.beginArray()
        for row in rows where row.contains(where: { $0.order == order.id }) { write(row, &json) }
        json.endArray()
    }

    // MARK: Cancel

    /// Takes the request in; the order is cancelled a little later, and may fill until then.
    mutating func cancel(
        _ parameters: MAXParameters, _ account: Int, _ label: String, _ json: inout JSONWriter
    ) throws(MAXError) {
        let order = try find(parameters, account)
        guard order.status.isOpen else {
            throw MAXError(MAXErrorCode.cancelFailed, "Failed to cancel order: it is \(order.status.maxText).")
        }
        queueCancel(order, label)
        json.beginObject()
        json.member("success", true)
        json.endObject()
    }

    mutating func cancelAll(
        _ parameters: MAXParameters, _ account: Int, _ label: String, _ json: inout JSONWriter
    ) throws(MAXError) {
        let market = try optionalMarket(parameters)
        let side = try parameters.word("side", of: ["buy", "sell"], standard: "")
        let group = try parameters.integer("group_id", in: 1...Int64(Int32.max))
        let orders = exchange.openOrders(of: accounts[account].id, in: market).filter { order in
            (side.isEmpty || order.request.side.maxText == side) && (group == nil || order.request.tag == group)
        }
        json.beginArray()
        for order in orders {
            queueCancel(order, label)
            json.beginObject()
            json.key("error")
            json.null()
            json.key("order")
            write(order, &json)
            json.endObject()
        }
        json.endArray()
    }

    private mutating func queueCancel(_ order: ExchangeOrder, _ label: String) {
        guard !cancels.contains(where: { $0.order == order.id }) else { return }
        let span = strikes(.cancelDelayed, label) ? chaos.eventDelay : configuration.leeway.cancelDelay
        cancels.append(MAXPendingCancel(due: now + span, order: order.id, account: order.account))
    }

    // MARK: Lists

    private static let orderings = ["asc", "desc", "asc_updated_at", "desc_updated_at"]

    func writeOrders(
        _ parameters: MAXParameters, _ account: Int, isOpen: Bool, _ json: inout JSONWriter
    ) throws(MAXError) {
        let market = try optionalMarket(parameters)
        let limit = try parameters.limit()
        let ordering = try parameters.word("order_by", of: Self.orderings, standard: "desc")
        let from = try parameters.moment("timestamp")
        let isByUpdate = ordering.hasSuffix("updated_at")
        let isAscending = ordering.hasPrefix("asc")
        func moment(_ order: ExchangeOrder) -> Instant { isByUpdate ? order.updatedAt : order.createdAt }
        var orders = all(of: account, in: market).filter { $0.status.isOpen == isOpen }
        if let from {
            // Whole milliseconds are what the client knows.
            orders = orders.filter {
                isAscending
                    ? told(moment($0)) >= from.milliseconds : told(moment($0)) <= from.milliseconds
            }
        }
        orders.sort { (moment($0), $0.id) < (moment($1), $1.id) }
        json.beginArray()
        for order in (isAscending ? orders : orders.reversed()).prefix(limit) { write(order, &json) }
        json.endArray()
    }

    private func all(of account: Int, in market: MarketID?) -> [ExchangeOrder] {
        let id = accounts[account].id
        if let market { return exchange.orders(of: id, in: market) }
        return configuration.markets.flatMap { exchange.orders(of: id, in: $0.instrument.market) }
    }

    /// By id, upwards.
    func writeHistory(
        _ parameters: MAXParameters, _ account: Int, _ json: inout JSONWriter
    ) throws(MAXError) {
        let market = try market(parameters)
        let from = try parameters.integer("from_id") ?? 1
        let limit = try parameters.limit()
        json.beginArray()
        for order in exchange.orders(of: accounts[account].id, in: market).filter({ $0.id >= from }).prefix(limit) {
            write(order, &json)
        }
        json.endArray()
    }
}
