internal import Exchange
internal import Fundamentals
internal import LocalVenues
internal import MarketModel
internal import VenueExtended

/// An order that rests at the venue, or that it has accepted and will look at.
struct AuditedOrder: Sendable {
    /// As it was sent.
    var name: String
    /// Ours, without what an amendment added; nil for a stranger's.
    var id: ClientOrderID?
    var side: Side
    var quantity: Quantity
    var remaining: Quantity
    var reduceOnly: Bool
    var createdAt: Instant
}

/// The venue's own books of the one account that trades, as auditors read them.
protocol AuditedBooks: Sendable {
    var exchange: Exchange { get }
    /// All that may still fill in a market.
    func openOrders(of account: AccountID, in market: MarketID) -> [AuditedOrder]
    /// Whether the venue has seen an order of that name, open or over.
    func knows(_ name: String, of account: AccountID) -> Bool
    /// Of the whole account; nil where there is none such.
    var deadMansSwitch: AuditedSwitch? { get }
}

struct AuditedSwitch: Hashable, Sendable {
    var isArmed: Bool
    var firings: Int64
}

extension AuditedBooks {
    func openOrder(named name: String, of account: AccountID, in market: MarketID) -> AuditedOrder? {
        openOrders(of: account, in: market).first { $0.name == name }
    }
}

extension AuditedOrder {
    init(_ order: ExchangeOrder) {
        self.init(
            name: order.request.clientOrderID, id: ClientOrderID(text: order.request.clientOrderID),
            side: order.request.side, quantity: order.quantity, remaining: order.remaining,
            reduceOnly: order.request.reduceOnly, createdAt: order.createdAt)
    }
}

/// Where nothing waits between acceptance and the book.
extension Exchange: AuditedBooks {
    var exchange: Exchange { self }
    var deadMansSwitch: AuditedSwitch? { nil }

    func openOrders(of account: AccountID, in market: MarketID) -> [AuditedOrder] {
        let open: [ExchangeOrder] = openOrders(of: account, in: market)
        return open.map { AuditedOrder($0) }
    }

    func knows(_ name: String, of account: AccountID) -> Bool { order(clientOrderID: name, of: account) != nil }
}

/// Extended's books, with what was accepted and waits for the engine.
struct ExtendedBooks: AuditedBooks {
    let exchange: Exchange
    let deadMansSwitch: AuditedSwitch?
    private let open: [ExtendedOpenOrder]
    private let knowsName: @Sendable (String) -> Bool
    private let clockSkew: TimeSpan

    /// - Parameter account: index among the venue's accounts.
    init(_ server: ExtendedServer, account: Int) {
        exchange = server.exchange
        open = server.openOrders(ofAccount: account)
        knowsName = { server.knowsOrder($0, ofAccount: account) }
        clockSkew = server.chaos.clockSkew
        let state = server.deadMansSwitch(ofAccount: account)
        deadMansSwitch = AuditedSwitch(isArmed: state.deadline != nil, firings: state.firings)
    }

    func openOrders(of account: AccountID, in market: MarketID) -> [AuditedOrder] {
        open.filter { $0.market == market }.map { order in
            AuditedOrder(
                name: order.externalID, id: ExtendedOrderID(text: order.externalID)?.client, side: order.side,
                quantity: order.quantity, remaining: order.quantity - order.filled, reduceOnly: order.isReduceOnly,
                createdAt: order.createdAt - clockSkew)
        }
    }

    func knows(_ name: String, of account: AccountID) -> Bool { knowsName(name) }
}
