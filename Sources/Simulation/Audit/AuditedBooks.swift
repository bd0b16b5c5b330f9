internal import Exchange
internal import Fundamentals
internal import LocalVenues
internal import MarketModel

/// An order that rests at the venue, or that it has accepted and will look at.
struct AuditedOrder: Sendable {
    /// As it was sent.
    var name: String
    /// The life that sent it; nil for a stranger's.
    var epoch: Int?
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
    init(
        name: String, side: Side, quantity: Quantity, remaining: Quantity, reduceOnly: Bool, createdAt: Instant
    ) {
        self.name = name
        epoch = Self.epoch(name)
        self.side = side
        self.quantity = quantity
        self.remaining = remaining
        self.reduceOnly = reduceOnly
        self.createdAt = createdAt
    }

    init(_ order: ExchangeOrder) {
        self.init(
            name: order.request.clientOrderID, side: order.request.side, quantity: order.quantity,
            remaining: order.remaining, reduceOnly: order.request.reduceOnly, createdAt: order.createdAt)
    }

    /// Of `apus-3-17` and `apus-3-17.2` it is 3. Looked at in each step, so that it had better be quick.
    private static func epoch(_ name: String) -> Int? {
        guard name.hasPrefix(ClientOrderID.prefix) else { return nil }
        var epoch = 0
        for byte in name.utf8.dropFirst(ClientOrderID.prefix.utf8.count).prefix(10) {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { break }
            epoch = epoch * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return epoch
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
    var exchange: Exchange { server.exchange }
    let deadMansSwitch: AuditedSwitch?
    private let open: [ExtendedOpenOrder]
    private let server: ExtendedServer
    private let account: Int

    /// - Parameter account: index among the venue's accounts.
    init(_ server: ExtendedServer, account: Int) {
        self.server = server
        self.account = account
        open = server.openOrders(ofAccount: account)
        let state = server.deadMansSwitch(ofAccount: account)
        deadMansSwitch = AuditedSwitch(isArmed: state.deadline != nil, firings: state.firings)
    }

    func openOrders(of account: AccountID, in market: MarketID) -> [AuditedOrder] {
        open.filter { $0.market == market }.map { order in
            AuditedOrder(
                name: order.externalID, side: order.side, quantity: order.quantity,
                remaining: order.quantity - order.filled, reduceOnly: order.isReduceOnly,
                createdAt: order.createdAt - server.chaos.clockSkew)
        }
    }

    func knows(_ name: String, of account: AccountID) -> Bool {
        server.knowsOrder(name, ofAccount: self.account)
    }
}
