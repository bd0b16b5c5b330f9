public import Fundamentals
internal import MarketModel
public import VenueKit
public import Wire

extension BitoProAdapter {
    public mutating func request(_ call: VenueCall, at time: Instant) -> HTTPRequest? {
        pacing.sent(call, at: time)
        switch call {
        case .rules: return HTTPRequest(method: .get, target: "\(BitoProVenue.pathPrefix)/provisioning/trading-pairs")
        case .book(let market):
            guard let symbol = symbol(of: market) else { return nil }
            return HTTPRequest(
                method: .get,
                target: "\(BitoProVenue.pathPrefix)/order-book/\(symbol)?limit=\(configuration.bookDepth)")
        case .balances: return signed(.get, "/accounts/balance", at: time)
        case .openOrders(let market, _):
            return symbol(of: market).flatMap { signed(.get, "/orders/open?pair=\($0)", at: time) }
        case .fills(let market, let since, let page): return fills(market, since: since, page: page, at: time)
        case .order(let id, let market): return query(id, market, at: time)
        case .place(let orders): return place(orders, at: time)
        case .cancel(let market, let targets): return cancel(market, targets, at: time)
        case .cancelAll(let market): return symbol(of: market).flatMap { signed(.delete, "/orders/\($0)", at: time) }
        case .time, .accountMode, .streamKey, .countdown: return nil
        }
    }

    // MARK: Reading

    private mutating func fills(_ market: MarketID, since: Instant, page: Int, at time: Instant) -> HTTPRequest? {
        guard let symbol = symbol(of: market) else { return nil }
        if page == 0 { cancels.requested(market) }
        var query = FormFields()
        query.append("startTimestamp", String(max(0, since.milliseconds)))
        query.append("limit", String(BitoProVenue.pageSize))
        if page > 0, let oldest = fillPages[market]?.oldest { query.append("tradeId", String(oldest.number)) }
        return signed(.get, "/orders/trades/\(symbol)?\(query.encoded)", at: time)
    }

    /// By the venue's name, or among all orders by our number.
    private func query(_ id: ClientOrderID, _ market: MarketID, at time: Instant) -> HTTPRequest? {
        guard let symbol = symbol(of: market) else { return nil }
        if let venueID = names.venueID(of: id) {
            return signed(.get, "/orders/\(symbol)/\(BitoProOrderID.text(venueID))", at: time)
        }
        var query = FormFields()
        query.append("startTimestamp", String(((sentAt[id] ?? time - .hours(24)) - .minutes(1)).milliseconds))
        query.append("statusKind", "ALL")
        query.append("clientId", String(BitoProOrderNames.number(of: id)))
        return signed(.get, "/orders/all/\(symbol)?\(query.encoded)", at: time)
    }

    // MARK: Orders

    private mutating func place(_ orders: [OrderPlacement], at time: Instant) -> HTTPRequest? {
        guard let market = orders.first?.spec.market, let symbol = symbol(of: market),
            orders.allSatisfy({ isPossible($0.spec) })
        else { return nil }
        for order in orders {
            names.send(order.id, order.spec.market)
            sentAt[order.id] = time
        }
        var json = JSONWriter()
        guard orders.count > 1 else {
            write(orders[0], pair: nil, at: time, into: &json)
            return signed(.post, "/orders/\(symbol)", body: json.bytes)
        }
        json.beginArray()
        for order in orders { write(order, pair: self.symbol(of: order.spec.market), at: time, into: &json) }
        json.endArray()
        return signed(.post, "/orders/batch", body: json.bytes)
    }

    /// Limit orders that rest or must not take, and market sells: a market buy is told in quote, which ours are not.
    private func isPossible(_ spec: OrderSpec) -> Bool {
        guard instruments[spec.market] != nil else { return false }
        guard spec.price != nil else { return spec.side == .sell }
        switch spec.timeInForce {
        case .goodTillCancel, .postOnly: return true
        case .immediateOrCancel, .fillOrKill, .hidden: return false
        }
    }

    private func write(_ order: OrderPlacement, pair: String?, at time: Instant, into json: inout JSONWriter) {
        let spec = order.spec
        guard let instrument = instruments[spec.market] else { return }
        json.beginObject()
        if let pair { json.member("pair", pair) }
        json.member("action", spec.side == .buy ? "BUY" : "SELL")
        json.member("type", spec.price == nil ? "MARKET" : "LIMIT")
        if let price = spec.price { json.member("price", instrument.text(price)) }
        json.member("amount", instrument.text(spec.quantity))
        json.member("timestamp", time.milliseconds)
        json.member("timeInForce", spec.price != nil && spec.timeInForce == .postOnly ? "POST_ONLY" : "GTC")
        json.member("clientId", BitoProOrderNames.number(of: order.id))
        json.endObject()
    }

    private func cancel(_ market: MarketID, _ targets: [CancelTarget], at time: Instant) -> HTTPRequest? {
        let ids = targets.compactMap { venueID(of: $0) }.map { BitoProOrderID.text($0) }
        guard let symbol = symbol(of: market), let first = ids.first, ids.count == targets.count else { return nil }
        guard ids.count > 1 else { return signed(.delete, "/orders/\(symbol)/\(first)", at: time) }
        var json = JSONWriter()
        json.beginObject()
        json.key(symbol)
        json.beginArray()
        for id in ids { json.string(id) }
        json.endArray()
        json.endObject()
        return signed(.put, "/orders", body: json.bytes)
    }

    func venueID(of target: CancelTarget) -> VenueOrderID? {
        switch target {
        case .own(let id): names.venueID(of: id)
        case .found(let id): id
        }
    }

    // MARK: Signing

    private func signed(_ method: HTTPMethod, _ path: String, at time: Instant) -> HTTPRequest? {
        guard let signer else { return nil }
        return HTTPRequest(
            method: method, target: BitoProVenue.pathPrefix + path, headers: signer.headers(nonce: time.milliseconds))
    }

    private func signed(_ method: HTTPMethod, _ path: String, body: [UInt8]) -> HTTPRequest? {
        guard let signer else { return nil }
        var headers = signer.headers(body: body)
        headers.append("Content-Type", "application/json")
        return HTTPRequest(method: method, target: BitoProVenue.pathPrefix + path, headers: headers, body: body)
    }
}
