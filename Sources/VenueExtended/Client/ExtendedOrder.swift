internal import Fundamentals
internal import MarketModel

/// One venue order of a chain: the first, or what an amendment put in its place.
struct ExtendedRevision: Hashable, Sendable {
    enum State: Hashable, Sendable {
        /// The request left; nothing is known of it.
        case requested(at: Instant)
        /// The venue took it: it is in the book, or about to be.
        case resting
        /// Its successor took its place.
        case replaced(at: Instant)
        case done(DoneReason, at: Instant)
        /// The request was refused, or can no longer arrive: there never was such an order. Revived by any sign of life.
        case void(at: Instant)

        var isOver: Bool {
            switch self {
            case .requested, .resting: false
            case .replaced, .done, .void: true
            }
        }
        var overSince: Instant? {
            switch self {
            case .requested, .resting: nil
            case .replaced(let at), .done(_, let at), .void(let at): at
            }
        }
    }

    let number: UInt32
    var venueID: VenueOrderID?
    /// Nil for a market order.
    var price: Price?
    /// Its own quantity, without what earlier revisions filled.
    var quantity: Quantity
    /// The most the venue has said is filled.
    var told = Quantity.zero
    /// Σ of its fills, and their ids.
    var traded = Quantity.zero
    var trades: [TradeID] = []
    /// When it was asked for, or the venue last showed it.
    var seenAt: Instant
    var state: State

    var filled: Quantity { max(told, traded) }
    var isVoid: Bool { if case .void = state { true } else { false } }
    var isRequested: Bool { if case .requested = state { true } else { false } }
    var isResting: Bool { state == .resting }
}

/// One order of the engine: at the venue a chain of orders, each amendment a new one under a new external id.
struct ExtendedOrder: Hashable, Sendable {
    struct Target: Hashable, Sendable {
        var price: Price
        /// Total, with what has filled.
        var quantity: Quantity
    }
    struct End: Hashable, Sendable {
        var reason: DoneReason
        var filled: Quantity
    }

    let id: ClientOrderID
    let slot: Int
    let side: Side
    /// Nil for one that was found at the venue, from an earlier run.
    var spec: OrderSpec?
    /// By number; never empty. The oldest are dropped once they have long been over.
    var revisions: [ExtendedRevision]
    /// Fills of revisions that were dropped.
    var filledBefore = Quantity.zero
    /// What an amendment without an outcome asked for. Its revision is the last.
    var target: Target?
    var amendedAt: Instant = .distantPast
    /// What was last reported as the end.
    var end: End?

    /// Cumulative, over all revisions.
    var filled: Quantity { revisions.reduce(filledBefore) { $0 + $1.filled } }

    func external(_ revision: ExtendedRevision) -> ExtendedOrderID {
        ExtendedOrderID(id, revision: revision.number)
    }

    /// Those that may rest, or may still come.
    var possible: [ExtendedOrderID] { revisions.filter { !$0.state.isOver }.map(external) }

    /// The newest that is known to rest.
    var resting: ExtendedRevision? { revisions.last(where: \.isResting) }

    var isOver: Bool { revisions.allSatisfy(\.state.isOver) }

    /// What the total is in the eyes of the engine while `revision` works.
    func total(with revision: ExtendedRevision) -> Quantity {
        revisions.reduce(filledBefore + revision.quantity) { $1.number < revision.number ? $0 + $1.filled : $0 }
    }

    /// The order as one, while `revision` works.
    func report(_ revision: ExtendedRevision, in market: MarketID) -> OrderReport {
        OrderReport(
            market: market, clientOrderID: id, venueOrderID: revision.venueID ?? VenueOrderID(0), side: side,
            price: revision.price, quantity: total(with: revision), filled: filled, status: .working)
    }

    /// An order may be amended for hours: what has been over for a minute is kept as a sum.
    mutating func dropOldRevisions(at now: Instant) {
        while revisions.count > 16, let since = revisions[0].state.overSince, now - since >= .minutes(1) {
            filledBefore = min(filledBefore + revisions[0].filled, Self.most)
            revisions.removeFirst()
        }
    }

    /// More than any order: sums of what a venue makes up must not overflow.
    static let most = Quantity(lots: 1 << 53)
}
