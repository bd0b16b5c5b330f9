internal import Fundamentals
internal import MarketModel
internal import VenueKit
internal import Wire

/// One thing a session can ask of the REST interface. `Int` is the market's slot in the session.
enum AsterCall: Hashable, Sendable {
    struct Placement: Hashable, Sendable {
        var id: ClientOrderID
        var spec: OrderSpec
    }

    case time
    case exchangeInfo
    case positionMode
    case openOrders(Int)
    /// Takes off orders of an earlier run, by the venue's ids.
    case sweep(Int, [VenueOrderID])
    case positions
    case balance
    case commission(Int)
    /// The newest row only: where our own fills will begin.
    case lastTrade(Int)
    case trades(Int, from: Int64)
    /// Whose order is this? Asked for fills of orders whose acceptance never reached us.
    case identify(Int, VenueOrderID)
    case countdown(Int, TimeSpan)
    case createListenKey, renewListenKey, deleteListenKey
    case depth(Int)
    case place(Int, Placement)
    case placeBatch(Int, [Placement])
    case amend(Int, ClientOrderID, Price, Quantity)
    case cancel(Int, ClientOrderID)
    case cancelBatch(Int, [ClientOrderID])
    case cancelAll(Int)
    case query(Int, ClientOrderID)
}

/// What a call costs and how it is authorized.
struct AsterCallShape: Hashable {
    enum Security: Hashable {
        case open
        /// Signed; for listen keys V1 wants the key header only.
        case signed, userStream
    }
    var method: HTTPMethod
    /// The last part of the path, after `/fapi/v3/`.
    var endpoint: String
    var weight = 1
    var orders = 0
    var priority: RequestPriority = .query
    var security: Security = .signed
}

extension AsterCall {
    func shape(marketCount: Int) -> AsterCallShape {
        switch self {
        case .time: AsterCallShape(method: .get, endpoint: "time", security: .open)
        case .exchangeInfo: AsterCallShape(method: .get, endpoint: "exchangeInfo", security: .open)
        case .positionMode: AsterCallShape(method: .get, endpoint: "positionSide/dual", weight: 30)
        case .openOrders: AsterCallShape(method: .get, endpoint: "openOrders")
        case .sweep(_, let orders):
            AsterCallShape(
                method: .delete, endpoint: orders.count == 1 ? "order" : "batchOrders", priority: .cancel)
        case .positions: AsterCallShape(method: .get, endpoint: "positionRisk", weight: 5)
        case .balance: AsterCallShape(method: .get, endpoint: "balance", weight: 5)
        case .commission: AsterCallShape(method: .get, endpoint: "commissionRate", weight: 20)
        case .lastTrade, .trades: AsterCallShape(method: .get, endpoint: "userTrades", weight: 5)
        case .identify, .query: AsterCallShape(method: .get, endpoint: "order")
        case .countdown:
            AsterCallShape(method: .post, endpoint: "countdownCancelAll", weight: 10, priority: .cancel)
        case .createListenKey: AsterCallShape(method: .post, endpoint: "listenKey", security: .userStream)
        case .renewListenKey: AsterCallShape(method: .put, endpoint: "listenKey", security: .userStream)
        case .deleteListenKey: AsterCallShape(method: .delete, endpoint: "listenKey", security: .userStream)
        case .depth: AsterCallShape(method: .get, endpoint: "depth", weight: 20, security: .open)
        case .place: AsterCallShape(method: .post, endpoint: "order", orders: 1, priority: .order)
        case .placeBatch(_, let orders):
            AsterCallShape(
                method: .post, endpoint: "batchOrders", weight: 5, orders: orders.count, priority: .order)
        case .amend: AsterCallShape(method: .put, endpoint: "order", orders: 1, priority: .order)
        case .cancel: AsterCallShape(method: .delete, endpoint: "order", priority: .cancel)
        case .cancelBatch: AsterCallShape(method: .delete, endpoint: "batchOrders", priority: .cancel)
        case .cancelAll: AsterCallShape(method: .delete, endpoint: "allOpenOrders", priority: .cancel)
        }
    }

    /// Whether it can bring an order into being or change one: such a request leaves at most once.
    var createsExposure: Bool {
        switch self {
        case .place, .placeBatch, .amend: true
        default: false
        }
    }

    /// The requests of ours that the call carries, for outcomes that concern all of them.
    var orderRequests: [(ClientOrderID, RequestKind)] {
        switch self {
        case .place(_, let placement): [(placement.id, .place)]
        case .placeBatch(_, let placements): placements.map { ($0.id, .place) }
        case .amend(_, let id, _, _): [(id, .amend)]
        case .cancel(_, let id): [(id, .cancel)]
        case .cancelBatch(_, let ids): ids.map { ($0, .cancel) }
        default: []
        }
    }
}

extension AsterCall {
    /// Appends the parameters, encoded, without anything that authorizes them. `markets[slot].instrument` must be loaded
    /// for order calls.
    func encode(_ markets: [AsterMarketState], into query: inout [UInt8]) {
        switch self {
        case .place(let slot, let placement):
            guard let instrument = markets[slot].instrument else { return }
            AsterOrderFields.place(placement, instrument, into: &query)
        case .amend(let slot, let id, let price, let quantity):
            guard let instrument = markets[slot].instrument else { return }
            AsterOrderFields.amend(id, price, quantity, instrument, into: &query)
        case .cancel(let slot, let id), .query(let slot, let id):
            AsterOrderFields.reference(id, markets[slot].symbol, into: &query)
        case .time, .exchangeInfo, .positionMode, .openOrders, .sweep, .positions, .balance, .commission, .lastTrade,
            .trades, .identify, .countdown, .createListenKey, .renewListenKey, .deleteListenKey, .depth, .placeBatch,
            .cancelBatch, .cancelAll:
            fields(markets).encode(into: &query)
        }
    }

    /// The parameters of all but single orders.
    private func fields(_ markets: [AsterMarketState]) -> FormFields {
        var fields = FormFields()
        func symbol(_ slot: Int) { fields.append("symbol", markets[slot].symbol) }
        switch self {
        case .time, .exchangeInfo, .positionMode, .balance, .createListenKey, .renewListenKey, .deleteListenKey, .place,
            .amend, .cancel, .query:
            break
        case .positions: if markets.count == 1 { symbol(0) }
        case .openOrders(let slot), .commission(let slot), .cancelAll(let slot): symbol(slot)
        case .sweep(let slot, let orders):
            symbol(slot)
            if orders.count == 1 {
                fields.append("orderId", orders[0].description)
            } else {
                fields.append("orderIdList", "[" + orders.map(\.description).joined(separator: ",") + "]")
            }
        case .lastTrade(let slot):
            symbol(slot)
            fields.append("limit", "1")
        case .trades(let slot, let from):
            symbol(slot)
            fields.append("fromId", "\(from)")
            fields.append("limit", "\(Self.tradePage)")
        case .identify(let slot, let order):
            symbol(slot)
            fields.append("orderId", order.description)
        case .countdown(let slot, let span):
            symbol(slot)
            fields.append("countdownTime", "\(span.milliseconds)")
        case .depth(let slot):
            symbol(slot)
            fields.append("limit", "1000")
        case .placeBatch(let slot, let placements):
            if let instrument = markets[slot].instrument {
                fields.append("batchOrders", AsterOrderFields.batch(placements, instrument))
            }
        case .cancelBatch(let slot, let ids):
            symbol(slot)
            fields.append(
                "origClientOrderIdList", "[" + ids.map { "\"\($0.text)\"" }.joined(separator: ",") + "]")
        }
        return fields
    }

    static let tradePage = 1_000
}
