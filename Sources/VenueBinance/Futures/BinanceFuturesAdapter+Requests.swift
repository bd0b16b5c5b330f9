public import Fundamentals
internal import MarketModel
public import VenueKit
public import Wire

extension BinanceFuturesAdapter {
    public mutating func request(_ call: VenueCall, at time: Instant) -> HTTPRequest? {
        switch call {
        case .time: return BinanceSigner.open("/fapi/v1/time")
        case .rules: return BinanceSigner.open("/fapi/v1/exchangeInfo")
        case .book(let market): return book(market)
        case .accountMode:
            guard accountStep > 0 else {
                return signed(.get, "/fapi/v1/positionSide/dual", BinanceParameters(), time)
            }
            return signed(.get, "/fapi/v1/commissionRate", symbol(markets[accountStep - 1].id), time)
        case .balances:
            return signed(
                .get, asksForPositions ? "/fapi/v3/positionRisk" : "/fapi/v3/balance", BinanceParameters(), time)
        case .openOrders(let market, _): return signed(.get, "/fapi/v1/openOrders", symbol(market), time)
        case .fills(let market, let since, let page): return fills(market, since: since, page: page, at: time)
        case .order(let id, let market):
            guard var parameters = symbol(market) else { return nil }
            parameters.add("origClientOrderId", id)
            return signed(.get, "/fapi/v1/order", parameters, time)
        case .place(let placements): return place(placements, at: time)
        case .cancel(let market, let targets): return cancel(market, targets, at: time)
        case .cancelAll(let market): return signed(.delete, "/fapi/v1/allOpenOrders", symbol(market), time)
        case .streamKey(let call): return streamKey(call, at: time)
        case .countdown(let market, let span):
            guard var parameters = symbol(market) else { return nil }
            parameters.add("countdownTime", span?.milliseconds ?? 0)
            return signed(.post, "/fapi/v1/countdownCancelAll", parameters, time)
        }
    }

    private mutating func signed(
        _ method: HTTPMethod, _ path: String, _ parameters: BinanceParameters?, _ time: Instant
    ) -> HTTPRequest? {
        guard let parameters else { return nil }
        return signer?.sign(method, path, query: parameters.bytes, at: time.milliseconds)
    }

    private func symbol(_ market: MarketID) -> BinanceParameters? {
        guard let slot = slot(of: market) else { return nil }
        var parameters = BinanceParameters()
        parameters.add("symbol", markets[slot].symbol)
        return parameters
    }

    private func book(_ market: MarketID) -> HTTPRequest? {
        guard var parameters = symbol(market) else { return nil }
        switch configuration.depth {
        case .partial: parameters.add("limit", 20)
        case .differences: parameters.add("limit", 1_000)
        }
        return BinanceSigner.open("/fapi/v1/depth", query: String(decoding: parameters.bytes, as: UTF8.self))
    }

    /// The key header is enough.
    private mutating func streamKey(_ call: StreamKeyCall, at time: Instant) -> HTTPRequest? {
        let method: HTTPMethod =
            switch call {
            case .open: .post
            case .keep: .put
            case .close: .delete
            }
        return signer?.sign(method, "/fapi/v1/listenKey", query: [], security: .key, at: time.milliseconds)
    }

    // MARK: Fills

    /// The first page goes by time, at most the venue's week back; the others by id.
    private mutating func fills(_ market: MarketID, since: Instant, page: Int, at time: Instant) -> HTTPRequest? {
        guard let slot = slot(of: market), var parameters = symbol(market) else { return nil }
        if page == 0 { fillCursors[slot] = nil }
        if let id = fillCursors[slot] {
            parameters.add("fromId", id)
        } else {
            parameters.add("startTime", max(since, time - Self.longestHistory).milliseconds)
        }
        parameters.add("limit", Int64(Self.fillPage))
        return signed(.get, "/fapi/v1/userTrades", parameters, time)
    }

    static let fillPage = 1_000
    /// A little less than the seven days that the venue looks at without an end.
    private static let longestHistory = TimeSpan.hours(24 * 7) - .minutes(1)

    // MARK: Orders

    private mutating func place(_ placements: [OrderPlacement], at time: Instant) -> HTTPRequest? {
        guard let first = placements.first else { return nil }
        var all: [[(name: StaticString, value: String)]] = []
        for placement in placements {
            guard let fields = fields(of: placement) else { return nil }
            all.append(fields)
        }
        for placement in placements { expect(placement.id, in: placement.spec.market) }
        var parameters = BinanceParameters()
        guard placements.count > 1 else {
            for field in all[0] { parameters.add(field.name, field.value) }
            return signed(.post, "/fapi/v1/order", parameters, time)
        }
        precondition(placements.allSatisfy { $0.spec.market == first.spec.market }, "a batch is of one market")
        var json = JSONWriter()
        json.beginArray()
        for fields in all {
            json.beginObject()
            for field in fields { json.member("\(field.name)", field.value) }
            json.endObject()
        }
        json.endArray()
        parameters.add("batchOrders", String(decoding: json.bytes, as: UTF8.self))
        return signed(.post, "/fapi/v1/batchOrders", parameters, time)
    }

    /// Nil for what futures have not: hidden orders.
    private func fields(of placement: OrderPlacement) -> [(name: StaticString, value: String)]? {
        let spec = placement.spec
        guard let slot = slot(of: spec.market), markets[slot].isTraded, let instrument = instruments[slot] else {
            return nil
        }
        var fields: [(name: StaticString, value: String)] = [
            ("symbol", instrument.symbol), ("side", spec.side == .buy ? "BUY" : "SELL"),
            ("type", spec.price == nil ? "MARKET" : "LIMIT"),
        ]
        if let price = spec.price {
            switch spec.timeInForce {
            case .goodTillCancel: fields.append(("timeInForce", "GTC"))
            case .immediateOrCancel: fields.append(("timeInForce", "IOC"))
            case .fillOrKill: fields.append(("timeInForce", "FOK"))
            case .postOnly: fields.append(("timeInForce", "GTX"))
            case .hidden: return nil
            }
            fields.append(("price", instrument.text(price)))
        }
        fields.append(("quantity", instrument.text(spec.quantity)))
        if spec.reduceOnly { fields.append(("reduceOnly", "true")) }
        fields.append(("newClientOrderId", placement.id.text))
        fields.append(("newOrderRespType", "RESULT"))
        fields.append(("selfTradePreventionMode", configuration.prevention.rawValue))
        return fields
    }

    /// A list holds either our names or the venue's, not both.
    private mutating func cancel(_ market: MarketID, _ targets: [CancelTarget], at time: Instant) -> HTTPRequest? {
        guard var parameters = symbol(market), let first = targets.first else { return nil }
        guard targets.count > 1 else {
            switch first {
            case .own(let id): parameters.add("origClientOrderId", id)
            case .found(let id): parameters.add("orderId", id.number)
            }
            return signed(.delete, "/fapi/v1/order", parameters, time)
        }
        var own: [String] = []
        var found: [String] = []
        for target in targets {
            switch target {
            case .own(let id): own.append("\"\(id.text)\"")
            case .found(let id): found.append(id.description)
            }
        }
        guard own.isEmpty || found.isEmpty else { return nil }
        if own.isEmpty {
            parameters.add("orderIdList", "[\(found.joined(separator: ","))]")
        } else {
            parameters.add("origClientOrderIdList", "[\(own.joined(separator: ","))]")
        }
        return signed(.delete, "/fapi/v1/batchOrders", parameters, time)
    }
}
