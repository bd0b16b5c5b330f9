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
    /// The parameters, without anything that authorizes them. `instruments[slot]` must be loaded for order calls.
    func fields(symbols: [String], instruments: [Instrument?]) -> FormFields {
        var fields = FormFields()
        func symbol(_ slot: Int) { fields.append("symbol", symbols[slot]) }
        switch self {
        case .time, .exchangeInfo, .positionMode, .balance, .createListenKey, .renewListenKey, .deleteListenKey: break
        case .positions: if symbols.count == 1 { symbol(0) }
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
        case .place(let slot, let placement):
            if let instrument = instruments[slot] { fields = AsterOrderFields.place(placement, instrument) }
        case .placeBatch(let slot, let placements):
            if let instrument = instruments[slot] {
                fields.append("batchOrders", AsterOrderFields.batch(placements, instrument))
            }
        case .amend(let slot, let id, let price, let quantity):
            if let instrument = instruments[slot] {
                fields = AsterOrderFields.amend(id, price, quantity, instrument)
            }
        case .cancel(let slot, let id), .query(let slot, let id):
            symbol(slot)
            fields.append("origClientOrderId", id.text)
        case .cancelBatch(let slot, let ids):
            symbol(slot)
            fields.append(
                "origClientOrderIdList", "[" + ids.map { "\"\($0.text)\"" }.joined(separator: ",") + "]")
        }
        return fields
    }

    static let tradePage = 1_000
}

/// The parameters of orders.
enum AsterOrderFields {
    static func place(_ placement: AsterCall.Placement, _ instrument: Instrument) -> FormFields {
        let spec = placement.spec
        var fields = FormFields()
        fields.append("symbol", instrument.symbol)
        fields.append("side", text(spec.side))
        fields.append("type", spec.price == nil ? "MARKET" : "LIMIT")
        // A parameter that does not belong to the type is refused (-1106), so a market order carries neither.
        if let price = spec.price {
            fields.append("timeInForce", text(spec.timeInForce))
            fields.append("quantity", instrument.text(spec.quantity))
            fields.append("price", instrument.text(price))
        } else {
            fields.append("quantity", instrument.text(spec.quantity))
        }
        if spec.reduceOnly { fields.append("reduceOnly", "true") }
        fields.append("newClientOrderId", placement.id.text)
        return fields
    }

    /// The list as compact JSON: every value is a plain token, so nothing needs escaping.
    static func batch(_ placements: [AsterCall.Placement], _ instrument: Instrument) -> String {
        let orders = placements.map { placement in
            let members = place(placement, instrument).fields.map { "\"\($0.name)\":\"\($0.value)\"" }
            return "{" + members.joined(separator: ",") + "}"
        }
        return "[" + orders.joined(separator: ",") + "]"
    }

    static func amend(
        _ id: ClientOrderID, _ price: Price, _ quantity: Quantity, _ instrument: Instrument
    ) -> FormFields {
        var fields = FormFields()
        fields.append("symbol", instrument.symbol)
        fields.append("origClientOrderId", id.text)
        fields.append("quantity", instrument.text(quantity))
        fields.append("price", instrument.text(price))
        return fields
    }

    private static func text(_ side: Side) -> String {
        switch side {
        case .buy: "BUY"
        case .sell: "SELL"
        }
    }

    private static func text(_ timeInForce: TimeInForce) -> String {
        switch timeInForce {
        case .goodTillCancel: "GTC"
        case .immediateOrCancel: "IOC"
        case .fillOrKill: "FOK"
        case .postOnly: "GTX"
        case .hidden: "HIDDEN"
        }
    }
}
