internal import Fundamentals
internal import MarketModel
internal import Wire

/// What a client asks of its orders. All of it is asynchronous: the reply says that the request was accepted.
extension ExtendedServer {
    mutating func place(_ account: Int, _ body: [UInt8], _ json: inout JSONWriter) throws(ExtendedError) {
        let order = try accept(try ExtendedOrderForm(body), account)
        json.key("data")
        json.beginObject()
        writeID("id", order.id, &json)
        json.member("externalId", order.externalID)
        json.endObject()
    }

    // MARK: Cancel

    mutating func cancel(_ id: String, _ account: Int) throws(ExtendedError) {
        guard let number = Int64(id), number > 0 else { throw .badRequest("an order id is a positive number") }
        guard let order = orders[number], order.account == account else { throw Self.orderNotFound }
        cancel([order.id], account)
    }

    mutating func cancelByExternalID(_ account: Int, _ query: ExtendedQuery) throws(ExtendedError) {
        let name = try query.required("externalId")
        guard let order = orders.order(named: name, of: account) else { throw Self.orderNotFound }
        cancel([order.id], account)
    }

    private static let orderNotFound = ExtendedError(404, "Order not found")

    private mutating func cancel(_ ids: [Int64], _ account: Int) {
        let delay = max(.zero, configuration.leeway.matchingDelay)
        queue.append(.cancel(account: account, ids), due: now + delay)
    }

    /// Ids the venue does not know are ignored: what they name is not open. What is placed after this is spared.
    mutating func massCancel(_ account: Int, _ body: [UInt8]) throws(ExtendedError) {
        let document = try JSONValue.object(body)
        func list(_ name: String) throws(ExtendedError) -> [JSONValue]? {
            guard let value = document[name], value != .null else { return nil }
            guard let elements = value.elements else { throw .badRequest("'\(name)' must be an array") }
            return elements
        }
        var ids: [Int64] = []
        let numbers = try list("orderIds")
        for value in numbers ?? [] {
            guard let id = value.integer else { throw .badRequest("'orderIds' must hold whole numbers") }
            ids.append(id)
        }
        let names = try list("externalOrderIds")
        for value in names ?? [] {
            guard let name = value.text else { throw .badRequest("'externalOrderIds' must hold texts") }
            if let order = orders.order(named: name, of: account) { ids.append(order.id) }
        }
        var chosen: [MarketID] = []
        let marketNames = try list("markets")
        for value in marketNames ?? [] {
            guard let name = value.text else { throw .badRequest("'markets' must hold texts") }
            chosen.append(try market(named: name).id)
        }
        let all = try ExtendedFields(document).flag("cancelAll")
        guard all || numbers != nil || names != nil || marketNames != nil else {
            throw .badRequest("one of orderIds, externalOrderIds, markets and cancelAll is needed")
        }
        let open = accounts[account].open.filter { id in
            all || (orders[id].map { chosen.contains($0.market) } ?? false)
        }
        cancel(open + ids, account)
    }

    // MARK: Dead man's switch

    /// Seconds in the query; each call starts the countdown anew, zero ends it.
    mutating func setDeadMansSwitch(_ account: Int, _ query: ExtendedQuery) throws(ExtendedError) {
        guard let seconds = try query.integer("countdownTime") else {
            throw .badRequest("parameter 'countdownTime' is missing")
        }
        let longest = configuration.limits.countdown.milliseconds / 1_000
        guard seconds <= longest else {
            throw .badRequest("'countdownTime' must be at most \(longest) seconds, found \(seconds)")
        }
        let change = accounts[account].deadMansSwitch.set(seconds, at: now)
        note(account, "dead man's switch \(change.rawValue)" + (seconds > 0 ? ": \(seconds) s" : ""))
    }
}
