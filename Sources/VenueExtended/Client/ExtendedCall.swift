internal import Fundamentals
internal import MarketModel
internal import VenueKit
internal import Wire

/// One thing a session can ask of the REST interface. `Int` is the market's slot in the session. What concerns the
/// account is asked for all markets at once: a request costs the same whatever it returns.
enum ExtendedCall: Hashable, Sendable {
    case starknet
    case markets
    case accountInfo
    case setLeverage(Int, ExactDecimal)
    case fees
    case openOrders
    /// Takes off orders of an earlier run, by the venue's ids.
    case sweep([VenueOrderID])
    case positions
    case balance
    /// The newest row only: where our own fills will begin.
    case lastTrade
    /// Newest first; `before` is the last row of the page before.
    case trades(before: TradeID?)
    /// Whose order is this? Asked for fills of orders whose acceptance never reached us.
    case identify(VenueOrderID)
    case fundingPayments
    case countdown(TimeSpan)
    case place(Int, ExtendedOrderID, OrderSpec)
    /// The new revision in the place of the old one; quantity is the new order's own.
    case amend(Int, ExtendedOrderID, replacing: ExtendedOrderID, OrderSpec)
    case cancel(Int, ExtendedOrderID)
    case massCancel([ExtendedOrderID])
    /// Everything of the account in these markets.
    case cancelMarkets([Int])
    case order(Int, ExtendedOrderID)
    /// The same of an order that is over.
    case history(Int, ExtendedOrderID)
}

extension ExtendedCall {
    var priority: RequestPriority {
        switch self {
        case .sweep, .countdown, .cancel, .massCancel, .cancelMarkets: .cancel
        case .place, .amend: .order
        case .starknet, .markets, .accountInfo, .setLeverage, .fees, .openOrders, .positions, .balance, .lastTrade,
            .trades, .identify, .fundingPayments, .order, .history:
            .query
        }
    }

    var isPublic: Bool { self == .starknet || self == .markets }

    /// Whether it can bring an order into being: such a request leaves at most once.
    var createsExposure: Bool {
        switch self {
        case .place, .amend: true
        default: false
        }
    }

    /// The requests of ours that the call carries, for outcomes that concern all of them.
    var orderRequests: [(ExtendedOrderID, RequestKind)] {
        switch self {
        case .place(_, let id, _): [(id, .place)]
        case .amend(_, let id, _, _): [(id, .amend)]
        case .cancel(_, let id): [(id, .cancel)]
        case .massCancel(let ids): ids.map { ($0, .cancel) }
        default: []
        }
    }
}

extension ExtendedCall {
    /// Method, target and body of everything that needs no signature. `fundingFrom` is where unread payments begin.
    /// - Returns: nil for orders, which are signed.
    func plain(symbols: [String], fundingFrom: Instant) -> (method: HTTPMethod, target: String, body: [UInt8])? {
        func get(_ path: String, _ query: FormFields = FormFields()) -> (HTTPMethod, String, [UInt8]) {
            (.get, query.fields.isEmpty ? path : "\(path)?\(query.encoded)", [])
        }
        func massCancel(_ name: String, _ values: [JSONValue]) -> (HTTPMethod, String, [UInt8]) {
            var body = JSONWriter()
            body.value(.object([JSONMember(name, .array(values)), JSONMember("cancelAll", .bool(false))]))
            return (.post, ExtendedPath.massCancel, body.bytes)
        }
        switch self {
        case .starknet: return get(ExtendedPath.starknet)
        case .markets: return get(ExtendedPath.markets, Self.fields(symbols.map { ("market", $0) }))
        case .accountInfo: return get(ExtendedPath.account)
        case .setLeverage(let slot, let leverage):
            var body = JSONWriter()
            body.value(
                .object([
                    JSONMember("market", .string(symbols[slot])), JSONMember("leverage", .string(leverage.description)),
                ]))
            return (.patch, ExtendedPath.leverage, body.bytes)
        case .fees: return get(ExtendedPath.fees, Self.fields(symbols.map { ("market", $0) }))
        case .openOrders: return get(ExtendedPath.orders)
        case .sweep(let ids): return massCancel("orderIds", ids.map { .number($0.description) })
        case .positions: return get(ExtendedPath.positions)
        case .balance: return get(ExtendedPath.balance)
        case .lastTrade: return get(ExtendedPath.trades, Self.fields([("limit", "1")]))
        case .trades(let before):
            let cursor = before.map { [("cursor", $0.description)] } ?? []
            return get(ExtendedPath.trades, Self.fields([("limit", "\(Self.tradePage)")] + cursor))
        case .identify(let id): return get("\(ExtendedPath.orders)/\(id)")
        case .fundingPayments:
            return get(ExtendedPath.fundingPayments, Self.fields([("fromTime", "\(fundingFrom.milliseconds)")]))
        case .countdown(let span):
            // Seconds, in the query: milliseconds would arm it for days.
            let query = Self.fields([("countdownTime", "\(span.nanoseconds / 1_000_000_000)")])
            return (.post, "\(ExtendedPath.deadMansSwitch)?\(query.encoded)", [])
        case .cancel(_, let id):
            return (.delete, "\(ExtendedPath.order)?\(Self.fields([("externalId", id.text)]).encoded)", [])
        case .massCancel(let ids):
            return massCancel("externalOrderIds", ids.map { .string($0.text) })
        case .cancelMarkets(let slots):
            return massCancel("markets", slots.map { .string(symbols[$0]) })
        case .order(_, let id): return get(ExtendedPath.order(externalID: id))
        case .history(_, let id):
            return get("\(ExtendedPath.orders)/history", Self.fields([("externalId", id.text)]))
        case .place, .amend: return nil
        }
    }

    private static func fields(_ pairs: [(String, String)]) -> FormFields {
        var fields = FormFields()
        for (name, value) in pairs { fields.append(name, value) }
        return fields
    }

    static let tradePage = 100
}
