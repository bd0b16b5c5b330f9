public import Fundamentals
internal import MarketModel
public import VenueKit
public import Wire

extension MAXAdapter {
    /// Rows of a page; the most that the venue gives.
    static let pageSize: Int64 = 1_000

    public mutating func request(_ call: VenueCall, at time: Instant) -> HTTPRequest? {
        switch call {
        case .time: return open("/api/v3/timestamp")
        case .rules: return open("/api/v3/markets")
        case .book(let market):
            guard let slot = slot(of: market) else { return nil }
            return open("/api/v3/depth", [("market", slots[slot].market.symbol), ("limit", "50")])
        case .accountMode: return signed(.get, "/api/v3/info", at: time)
        case .balances: return signed(.get, "/api/v3/wallet/spot/accounts", at: time)
        case .openOrders(let market, let page): return openOrders(market, page: page, at: time)
        case .fills(let market, let since, let page): return fills(market, since: since, page: page, at: time)
        case .order(let id, _): return signed(.get, "/api/v3/order", [name(of: id)], at: time)
        case .place(let placements): return place(placements, at: time)
        case .cancel(_, let targets): return cancel(targets, at: time)
        case .cancelAll(let market):
            guard let slot = slot(of: market) else { return nil }
            index.askedToCancelAll(market)
            return signed(
                .delete, "/api/v3/wallet/spot/orders", [JSONMember("market", .string(slots[slot].market.symbol))],
                at: time)
        case .streamKey, .countdown: return nil
        }
    }

    private func open(_ path: String, _ query: [(String, String)] = []) -> HTTPRequest {
        let fields = FormFields(query.map { FormFields.Field($0.0, $0.1) })
        return HTTPRequest(method: .get, target: query.isEmpty ? path : path + "?" + fields.encoded)
    }

    private mutating func signed(
        _ method: HTTPMethod, _ path: String, _ parameters: [JSONMember] = [], at time: Instant
    ) -> HTTPRequest? {
        signer?.request(method, path, parameters, nonce: nextNonce(at: time))
    }

    /// An order by the venue's name, which is never forgotten there, or by ours.
    private func name(of id: ClientOrderID) -> JSONMember {
        if let venue = index[id]?.venue { return JSONMember("id", .number(String(venue.number))) }
        return JSONMember("client_oid", .string(id.text))
    }

    // MARK: Lists

    private mutating func openOrders(_ market: MarketID, page: Int, at time: Instant) -> HTTPRequest? {
        guard let slot = slot(of: market) else { return nil }
        var parameters = [
            JSONMember("market", .string(slots[slot].market.symbol)),
            JSONMember("limit", .number(String(Self.pageSize))), JSONMember("order_by", .string("asc")),
        ]
        if page > 0, let through = slots[slot].openOrders.through {
            parameters.append(JSONMember("timestamp", .number(String(through))))
        }
        return signed(.get, "/api/v3/wallet/spot/orders/open", parameters, at: time)
    }

    private mutating func fills(
        _ market: MarketID, since: Instant, page: Int, at time: Instant
    ) -> HTTPRequest? {
        guard let slot = slot(of: market) else { return nil }
        var parameters = [
            JSONMember("market", .string(slots[slot].market.symbol)),
            JSONMember("limit", .number(String(Self.pageSize))), JSONMember("order", .string("asc")),
        ]
        if page > 0, let through = slots[slot].fillsThrough {
            parameters.append(JSONMember("from_id", .number(String(through.number + 1))))
        } else {
            // The venue takes no moment before it began.
            let start = max(since.milliseconds, 1_512_950_400_000)
            parameters.append(JSONMember("timestamp", .number(String(start))))
        }
        return signed(.get, "/api/v3/wallet/spot/trades", parameters, at: time)
    }

    // MARK: Orders

    /// One order; the venue takes no more at once.
    private mutating func place(_ placements: [OrderPlacement], at time: Instant) -> HTTPRequest? {
        guard placements.count == 1, let order = placements.first, let slot = slot(of: order.spec.market),
            let instrument = slots[slot].instrument, let type = Self.type(of: order.spec)
        else { return nil }
        var parameters = [
            JSONMember("market", .string(slots[slot].market.symbol)),
            JSONMember("side", .string(order.spec.side.rawValue)),
            JSONMember("volume", .string(instrument.text(order.spec.quantity))),
        ]
        if let price = order.spec.price { parameters.append(JSONMember("price", .string(instrument.text(price)))) }
        parameters.append(JSONMember("ord_type", .string(type)))
        parameters.append(JSONMember("client_oid", .string(order.id.text)))
        guard let request = signed(.post, "/api/v3/wallet/spot/order", parameters, at: time) else { return nil }
        index.add(order.id, order.spec)
        return request
    }

    /// Nil for what the venue does not have.
    private static func type(of spec: OrderSpec) -> String? {
        guard spec.price != nil else { return "market" }
        switch spec.timeInForce {
        case .goodTillCancel: return "limit"
        case .postOnly: return "post_only"
        case .immediateOrCancel: return "ioc_limit"
        case .fillOrKill, .hidden: return nil
        }
    }

    private mutating func cancel(_ targets: [CancelTarget], at time: Instant) -> HTTPRequest? {
        guard targets.count == 1, let target = targets.first else { return nil }
        switch target {
        case .own(let id):
            index.askedToCancel(id)
            return signed(.delete, "/api/v3/order", [name(of: id)], at: time)
        case .found(let venue):
            return signed(.delete, "/api/v3/order", [JSONMember("id", .number(String(venue.number)))], at: time)
        }
    }
}
