internal import Fundamentals
internal import MarketModel
internal import VenueExtended
internal import Wire

private enum HistorySort: String, CaseIterable {
    case id = "ID"
    case updatedAt = "UPDATED_AT"
}

private enum OrderSide: String, CaseIterable {
    case buy = "BUY"
    case sell = "SELL"
}

extension ExtendedServer {
    // MARK: Lists

    /// Open orders, newest first.
    func writeOpenOrders(_ account: Int, _ query: ExtendedQuery, _ json: inout JSONWriter) throws(ExtendedError) {
        let isWanted = try filter(query)
        json.key("data")
        json.beginArray()
        for id in accounts[account].open.reversed() {
            guard let order = orders[id], isWanted(order) else { continue }
            writeOrder(order, isStream: false, &json)
        }
        json.endArray()
    }

    func writeOrderHistory(_ account: Int, _ query: ExtendedQuery, _ json: inout JSONWriter) throws(ExtendedError) {
        let isWanted = try filter(query)
        let id = try query.integer("id")
        let names = query.list("externalId")
        let sort = try query.choice("sort", HistorySort.self) ?? .id
        var rows: [ExtendedOrder] = []
        for order in orders.orders.reversed() where order.account == account && !order.status.isOpen {
            guard id.map({ $0 == order.id }) ?? true, names.isEmpty || names.contains(order.externalID) else {
                continue
            }
            if isWanted(order), !isForgotten(order) { rows.append(order) }
        }
        if sort == .updatedAt {
            rows.sort { ($0.updatedAt, $0.id) > ($1.updatedAt, $1.id) }
            // The cursor is still the id of the last row: what came before it was sent.
            if let cursor = try query.integer("cursor"), let place = rows.firstIndex(where: { $0.id == cursor }) {
                rows.removeFirst(place + 1)
            }
            return try writeRows(rows, query, &json)
        }
        try writePage(rows, id: \.id, query, &json) { order, json in writeOrder(order, isStream: false, &json) }
    }

    private func writeRows(
        _ rows: [ExtendedOrder], _ query: ExtendedQuery, _ json: inout JSONWriter
    ) throws(ExtendedError) {
        let page = rows.prefix(try query.limit(standard: 100, maximum: 10_000))
        json.key("data")
        json.beginArray()
        for order in page { writeOrder(order, isStream: false, &json) }
        json.endArray()
        json.key("pagination")
        json.beginObject()
        json.member("cursor", page.last?.id ?? 0)
        json.member("count", Int64(page.count))
        json.endObject()
    }

    /// Orders that ended without a fill disappear after seven days.
    private func isForgotten(_ order: ExtendedOrder) -> Bool {
        !order.status.isOpen && order.filled == .zero && order.updatedAt + orders.unfilledLife < venueTime
    }

    private func filter(_ query: ExtendedQuery) throws(ExtendedError) -> (ExtendedOrder) -> Bool {
        let chosen = try chosenMarkets(query)
        let kind = try query.choice("type", ExtendedOrderDraft.Kind.self)
        let side = try query.choice("side", OrderSide.self)
        return { order in
            chosen.contains(order.market) && (kind == nil || order.kind == kind)
                && (side == nil || order.side.extendedText == side?.rawValue)
        }
    }

    // MARK: One order

    func writeOrder(_ id: String, _ account: Int, _ json: inout JSONWriter) throws(ExtendedError) {
        guard let number = Int64(id), number > 0 else { throw .badRequest("an order id is a positive number") }
        guard let order = orders[number], order.account == account, !isForgotten(order) else { throw .notFound }
        json.key("data")
        writeOrder(order, isStream: false, &json)
    }

    /// An array, as live: empty where no order has that name.
    func writeOrders(named name: String, _ account: Int, _ json: inout JSONWriter) {
        json.key("data")
        json.beginArray()
        if let order = orders.order(named: Self.unescaped(name), of: account), !isForgotten(order) {
            writeOrder(order, isStream: false, &json)
        }
        json.endArray()
    }

    /// Percent escapes of a path segment, which a client may send though ids need none.
    private static func unescaped(_ segment: String) -> String {
        guard segment.contains("%"), let fields = try? FormFields.parse("a=" + segment) else { return segment }
        return fields["a"] ?? segment
    }

    /// An order, as REST and the account stream tell it.
    func writeOrder(_ order: ExtendedOrder, isStream: Bool, _ json: inout JSONWriter) {
        let instrument = markets[order.market.index].instrument
        json.beginObject()
        writeID("id", order.id, &json)
        writeID("accountId", accounts[order.account].number, &json)
        json.member("externalId", order.externalID)
        json.member("market", instrument.symbol)
        json.member("type", order.kind.rawValue)
        json.member("side", order.side.extendedText)
        json.member("status", order.status.rawValue)
        if order.reason != .none { json.member("statusReason", order.reason.rawValue) }
        json.member("price", instrument.text(order.price))
        if order.filled != .zero {
            json.member("averagePrice", ExtendedText.average(order.filledValue, over: order.filled, instrument))
        }
        json.member("qty", instrument.text(order.quantity))
        json.member("filledQty", order.filled == .zero ? "0" : instrument.text(order.filled))
        json.member("cancelledQty", order.canceled == .zero ? "0" : instrument.text(order.canceled))
        json.member("payedFee", ExtendedText.money(order.fees))
        json.member("reduceOnly", order.isReduceOnly)
        json.member("postOnly", order.isPostOnly)
        if let trigger = order.trigger { write(trigger, instrument, isStream: isStream, &json) }
        json.member("createdTime", order.createdAt.milliseconds)
        json.member("updatedTime", order.updatedAt.milliseconds)
        json.member("timeInForce", order.timeInForce.rawValue)
        if order.expiry < .distantFuture { json.member("expireTime", order.expiry.milliseconds) }
        if let previous = order.previous { writeID("prevOrderId", previous, &json) }
        json.endObject()
    }

    private func write(
        _ trigger: ExtendedTrigger, _ instrument: Instrument, isStream: Bool, _ json: inout JSONWriter
    ) {
        json.key("trigger")
        json.beginObject()
        json.member("triggerPrice", instrument.text(trigger.price))
        json.member("triggerPriceType", trigger.source.rawValue)
        json.member(isStream ? "direction" : "triggerPriceDirection", trigger.direction.rawValue)
        json.member("executionPriceType", trigger.execution.rawValue)
        json.endObject()
    }
}
