public import Fundamentals
internal import MarketModel
public import VenueKit
public import Wire

extension BinanceSpotAdapter {
    public mutating func request(_ call: VenueCall, at time: Instant) -> HTTPRequest? {
        switch call {
        case .time: return BinanceSigner.open("/api/v3/time")
        case .rules: return BinanceSigner.open("/api/v3/exchangeInfo", query: wantedSymbols)
        case .book(let market): return book(market)
        case .accountMode: return accountMode(at: time)
        case .balances: return signed(.get, "/api/v3/account", BinanceParameters(), time)
        case .openOrders(let market, _): return signed(.get, "/api/v3/openOrders", symbol(market), time)
        case .fills(let market, let since, let page): return fills(market, since: since, page: page, at: time)
        case .order(let id, let market):
            guard var parameters = symbol(market) else { return nil }
            parameters.add("origClientOrderId", id)
            return signed(.get, "/api/v3/order", parameters, time)
        case .place(let placements):
            guard let placement = placements.first, placements.count == 1, let parameters = place(placement) else {
                return nil
            }
            expect(placement.id, in: placement.spec.market)
            return signed(.post, "/api/v3/order", parameters, time)
        case .cancel(let market, let targets):
            guard targets.count == 1, let parameters = cancel(market, targets[0]) else { return nil }
            return signed(.delete, "/api/v3/order", parameters, time)
        case .cancelAll(let market): return signed(.delete, "/api/v3/openOrders", symbol(market), time)
        case .streamKey, .countdown: return nil
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

    private var wantedSymbols: String {
        if markets.count == 1 { return FormFields([.init("symbol", markets[0].symbol)]).encoded }
        let list = markets.map { "\"\($0.symbol)\"" }.joined(separator: ",")
        return FormFields([.init("symbols", "[\(list)]")]).encoded
    }

    private func book(_ market: MarketID) -> HTTPRequest? {
        guard var parameters = symbol(market) else { return nil }
        switch configuration.depth {
        case .partial: parameters.add("limit", 20)
        case .differences: parameters.add("limit", 1_000)
        }
        return BinanceSigner.open("/api/v3/depth", query: String(decoding: parameters.bytes, as: UTF8.self))
    }

    /// The account first, then what each traded market costs: one request at a time, each reply asking for the next.
    private mutating func accountMode(at time: Instant) -> HTTPRequest? {
        guard accountStep > 0 else { return signed(.get, "/api/v3/account", BinanceParameters(), time) }
        return signed(.get, "/api/v3/account/commission", symbol(markets[accountStep - 1].id), time)
    }

    // MARK: Fills

    /// By time the venue gives at most a day at once; by id everything from there on. So the first pages go by time, and
    /// once one is full the rest goes by id.
    private mutating func fills(_ market: MarketID, since: Instant, page: Int, at time: Instant) -> HTTPRequest? {
        guard let slot = slot(of: market), var parameters = symbol(market) else { return nil }
        if page == 0 { fillCursors[slot] = .time(max(since, time - Self.longestHistory), end: nil) }
        switch fillCursors[slot] {
        case .time(let start, _):
            parameters.add("startTime", start.milliseconds)
            let end = start + Self.day
            if end < time {
                parameters.add("endTime", end.milliseconds)
                fillCursors[slot] = .time(start, end: end)
            } else {
                fillCursors[slot] = .time(start, end: nil)
            }
        case .id(let id): parameters.add("fromId", id)
        }
        parameters.add("limit", Int64(Self.fillPage))
        return signed(.get, "/api/v3/myTrades", parameters, time)
    }

    static let fillPage = 1_000
    /// A millisecond less than a day: the venue refuses more.
    private static let day = TimeSpan.hours(24) - .milliseconds(1)
    /// Nothing older is of use to a bot that cancelled everything when it started.
    private static let longestHistory = TimeSpan.hours(24 * 7)

    // MARK: Orders

    /// Nil for what spot has not: hidden orders, and orders that may only reduce.
    private func place(_ placement: OrderPlacement) -> BinanceParameters? {
        let spec = placement.spec
        guard let slot = slot(of: spec.market), markets[slot].isTraded, let instrument = instruments[slot],
            !spec.reduceOnly, var parameters = symbol(spec.market)
        else { return nil }
        parameters.add("side", spec.side == .buy ? "BUY" : "SELL")
        if let price = spec.price {
            switch spec.timeInForce {
            case .goodTillCancel, .immediateOrCancel, .fillOrKill:
                parameters.add("type", "LIMIT")
                parameters.add("timeInForce", Self.text(spec.timeInForce))
            case .postOnly: parameters.add("type", "LIMIT_MAKER")
            case .hidden: return nil
            }
            parameters.add("quantity", spec.quantity, of: instrument)
            parameters.add("price", price, of: instrument)
        } else {
            parameters.add("type", "MARKET")
            parameters.add("quantity", spec.quantity, of: instrument)
        }
        parameters.add("newClientOrderId", placement.id)
        parameters.add("newOrderRespType", "FULL")
        parameters.add("selfTradePreventionMode", prevention(of: spec).rawValue)
        return parameters
    }

    private static func text(_ timeInForce: TimeInForce) -> String {
        switch timeInForce {
        case .goodTillCancel, .postOnly, .hidden: "GTC"
        case .immediateOrCancel: "IOC"
        case .fillOrKill: "FOK"
        }
    }

    private func prevention(of spec: OrderSpec) -> BinanceSelfTradePrevention {
        guard spec.price != nil else { return configuration.takerPrevention }
        switch spec.timeInForce {
        case .immediateOrCancel, .fillOrKill: return configuration.takerPrevention
        case .goodTillCancel, .postOnly, .hidden: return configuration.passivePrevention
        }
    }

    private func cancel(_ market: MarketID, _ target: CancelTarget) -> BinanceParameters? {
        guard var parameters = symbol(market) else { return nil }
        switch target {
        case .own(let id): parameters.add("origClientOrderId", id)
        case .found(let id): parameters.add("orderId", id.number)
        }
        return parameters
    }
}
