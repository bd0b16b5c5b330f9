public import Fundamentals
public import MarketModel

/// A request that a session makes of its venue, by its meaning. The adapter knows path, signature and reply.
public enum VenueCall: Hashable, Sendable {
    /// The venue's clock.
    case time
    /// The rules of all configured markets.
    case rules
    /// Account mode, permissions, fee rates: whatever must be right before anything is quoted.
    case accountMode
    /// A snapshot of one book.
    case book(MarketID)
    /// All holdings of a spot account, or wallet and positions of one on margin.
    case balances
    /// Open orders of one market; `page` counts from 0.
    case openOrders(MarketID, page: Int)
    /// Our fills of one market since `since`, by the venue's clock; `page` counts from 0.
    case fills(MarketID, since: Instant, page: Int)
    /// What became of one order.
    case order(ClientOrderID, MarketID)
    /// One order, or as many as the venue takes in one request.
    case place([OrderPlacement])
    /// One order, or as many as the venue takes in one request; all of one market.
    case cancel(MarketID, [CancelTarget])
    case cancelAll(MarketID)
    /// Opens, keeps or closes whatever the private stream needs.
    case streamKey(StreamKeyCall)
    /// Arms the dead man's switch of one market, or (nil) disarms it.
    case countdown(MarketID, TimeSpan?)
}

public enum StreamKeyCall: String, Hashable, Sendable, CaseIterable { case open, keep, close }

/// An order to be placed.
public struct OrderPlacement: Hashable, Sendable {
    public var id: ClientOrderID
    public var spec: OrderSpec

    public init(_ id: ClientOrderID, _ spec: OrderSpec) {
        self.id = id
        self.spec = spec
    }
}

/// An order to be cancelled.
public enum CancelTarget: Hashable, Sendable {
    /// One of this start's orders.
    case own(ClientOrderID)
    /// One found resting: of an earlier start, or placed by hand.
    case found(VenueOrderID)

    public var own: ClientOrderID? {
        switch self {
        case .own(let id): id
        case .found: nil
        }
    }
}

/// What a call costs, for the rate budget.
public struct CallCost: Hashable, Sendable {
    public var priority: RequestPriority
    /// Points of the venue's weight counters.
    public var weight: Int
    /// Orders created, for the venue's order counters.
    public var orders: Int

    public init(_ priority: RequestPriority, weight: Int = 1, orders: Int = 0) {
        self.priority = priority
        self.weight = weight
        self.orders = orders
    }
}

/// What an adapter made of a reply.
///
/// For `place` and `cancel` the adapter appends an event for each order that the reply speaks of (`accepted`, `rejected`,
/// `done`, `filled`): the session tells `unresolved` for each that it does not.
public enum CallVerdict: Hashable, Sendable {
    /// The reply was understood; what it says is in the output.
    case done
    /// As `done`, and the rest of the answer is behind this call.
    case more(VenueCall)
    /// Certain that nothing of a call for several orders was done: each is to be tried on its own. With
    /// `forGood`, the venue has no such route, and no batch is tried again.
    case split(forGood: Bool)
    /// Certain that it was not done.
    case refused(VenueRejection)
    /// A request limit: certain that it was not done; nothing new before then, by our clock.
    case throttled(until: Instant)
    /// It may have been done.
    case unknown(String)
    /// Certain that it was not done, and nothing can go on until a person acts: keys, permissions, ban, retired venue.
    case fatal(String)
}

/// What a stream says of its own end.
public enum StreamEnding: Hashable, Sendable {
    /// The venue will close it, and it still delivers: the new one is opened first.
    case soon
    /// Nothing comes by it any more.
    case over
}

/// Filled by an adapter, emptied by the session.
public struct AdapterOutput: Sendable {
    public var events: [VenueEvent] = []
    public var notes: [SessionNote] = []
    /// Calls to be made now, besides those that the session makes by itself.
    public var calls: [VenueCall] = []
    /// Text frames for the stream that was just read.
    public var frames: [[UInt8]] = []
    /// What the reply said of the venue's clock, exact to a few milliseconds: whole seconds are worse than nothing.
    public var venueTime: Instant?
    /// Orders whose cancel the reply confirms, and whose end is told by later events: those that say how much was filled.
    /// Until then they are neither over nor unresolved.
    public var acknowledged: [ClientOrderID] = []
    /// Counters from reply headers.
    public var usage: [RateUsage] = []
    /// Changes of books that come as differences; the session joins them to snapshots.
    public var differences: [BookDifference] = []
    /// Snapshots that differences are joined to: from `book`, or from the stream itself.
    public var snapshots: [BookDifference] = []
    /// The stream is of use from now on: subscribed, and logged in where that is needed.
    public var isSubscribed = false
    /// The stream that was just read ends, or is of no more use: another one is to be opened in its place.
    public var ending: StreamEnding?
    /// Resting orders that are not this start's, from `openOrders`. At start, at shutdown and on a cancel of everything
    /// they are cancelled like ours.
    public var found: [VenueOrderID] = []

    public init() {}

    mutating func removeAll() {
        events.removeAll(keepingCapacity: true)
        notes.removeAll(keepingCapacity: true)
        calls.removeAll(keepingCapacity: true)
        frames.removeAll(keepingCapacity: true)
        venueTime = nil
        acknowledged.removeAll(keepingCapacity: true)
        usage.removeAll(keepingCapacity: true)
        differences.removeAll(keepingCapacity: true)
        snapshots.removeAll(keepingCapacity: true)
        isSubscribed = false
        ending = nil
        found.removeAll(keepingCapacity: true)
    }
}

/// A venue's own count of what was used.
public struct RateUsage: Hashable, Sendable {
    public var measure: RateRule.Measure
    public var window: TimeSpan
    public var used: Int

    public init(_ measure: RateRule.Measure, per window: TimeSpan, used: Int) {
        self.measure = measure
        self.window = window
        self.used = used
    }
}

/// Part of a book that must be joined to the rest by its ids. In a difference `previousID` is the last id before it.
public struct BookDifference: Hashable, Sendable {
    public var market: MarketID
    public var update: BookUpdate

    public init(_ market: MarketID, _ update: BookUpdate) {
        self.market = market
        self.update = update
    }
}
