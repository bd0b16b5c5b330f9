public import Fundamentals
public import MarketModel

/// The public book of one market, as far as its events can be trusted.
///
/// Snapshots start a chain, deltas continue it by `previousID` only (update ids of one symbol are not consecutive). A
/// break makes the book invalid until the next snapshot. `bookTicker` events move the touch ahead of the depth stream:
/// whichever of the two carries the higher update id is believed.
public struct OrderBook: Sendable {
    /// Why the book may not be used.
    public enum Unusable: Hashable, Sendable {
        /// No snapshot yet, or none since the stream was lost.
        case awaitingSnapshot
        /// A delta did not continue the chain.
        case gapped
        /// A price or quantity that no market has: not positive, or beyond 2⁴⁰ ticks or 2⁵³ lots.
        case malformed
        case oneSided
        case crossed
        /// Nothing was heard for longer than allowed; the age of the newest data.
        case stale(TimeSpan)
    }

    /// What `apply` did with an event.
    public enum Outcome: Hashable, Sendable {
        case applied
        /// Older than what is known: without effect.
        case ignored
        /// The book is invalid from here on.
        case broken(Unusable)
    }

    private enum Chain: Hashable, Sendable {
        case invalid(Unusable)
        /// A snapshot was applied; its first delta has not come yet.
        case anchored
        case running
    }

    private static let maxTicks: Int64 = 1 << 40
    private static let maxLots: Int64 = 1 << 53

    private var bids = PriceLadder(.buy)
    private var asks = PriceLadder(.sell)
    private var chain = Chain.invalid(.awaitingSnapshot)
    private var ticker: Touch?
    private var tickerID: Int64 = .min
    private var newestReceived = Instant.distantPast
    private var newestVenueTime = Instant.distantPast
    /// Update id of the depth data.
    public private(set) var lastID: Int64 = 0
    public private(set) var volatility: RollingVolatility

    public init(volatilityBuckets: Int = 60, volatilityBucket: TimeSpan = .seconds(1)) {
        volatility = RollingVolatility(buckets: volatilityBuckets, bucket: volatilityBucket)
    }

    // MARK: Events

    /// Replaces the whole book, unless what is known is newer.
    @discardableResult
    public mutating func apply(snapshot update: BookUpdate, at now: Instant) -> Outcome {
        if isChained, update.lastID < lastID { return .ignored }
        bids.removeAll()
        asks.removeAll()
        chain = .anchored
        lastID = update.lastID
        return finish(update, at: now)
    }

    /// Continues the chain: the first delta after a snapshot of id L must satisfy `U ≤ L ≤ u`, or `pu ≤ L ≤ u` where
    /// ids jump; every other one `pu == u of the one before`.
    @discardableResult
    public mutating func apply(delta update: BookUpdate, at now: Instant) -> Outcome {
        switch chain {
        case .invalid: return .ignored
        case .anchored:
            guard update.lastID >= lastID else { return .ignored }
            guard min(update.firstID, update.previousID) <= lastID else { return invalidate(.gapped) }
        case .running:
            guard update.lastID > lastID else { return .ignored }
            guard update.previousID == lastID else { return invalidate(.gapped) }
        }
        chain = .running
        lastID = update.lastID
        return finish(update, at: now)
    }

    /// Takes a `bookTicker`; without effect while the depth book is invalid or knows better.
    @discardableResult
    public mutating func apply(touch: Touch, bookID: Int64, venueTime: Instant, at now: Instant) -> Outcome {
        guard isChained, bookID > lastID, bookID > tickerID else { return .ignored }
        guard Self.isSound(touch.bid), Self.isSound(touch.ask), touch.bid.quantity.lots > 0,
            touch.ask.quantity.lots > 0
        else { return invalidate(.malformed) }
        ticker = touch
        tickerID = bookID
        heard(venueTime, at: now)
        return .applied
    }

    /// The stream is gone: nothing counts until the next snapshot.
    public mutating func lose() { _ = invalidate(.awaitingSnapshot) }

    private var isChained: Bool {
        switch chain {
        case .invalid: false
        case .anchored, .running: true
        }
    }

    private mutating func finish(_ update: BookUpdate, at now: Instant) -> Outcome {
        guard bids.merge(update.bids), asks.merge(update.asks) else { return invalidate(.malformed) }
        if tickerID <= lastID { ticker = nil }
        heard(update.venueTime, at: now)
        return .applied
    }

    @inline(__always)
    static func isSound(_ level: BookLevel) -> Bool {
        level.price.ticks > 0 && level.price.ticks < maxTicks && level.quantity.lots >= 0
            && level.quantity.lots < maxLots
    }

    private mutating func heard(_ venueTime: Instant, at now: Instant) {
        newestReceived = max(newestReceived, now)
        // A time in the future proves no more than that something was heard now.
        newestVenueTime = max(newestVenueTime, min(venueTime, now))
        if let touch, touch.bid.price < touch.ask.price { volatility.observe(touch.mid, at: now) }
    }

    private mutating func invalidate(_ reason: Unusable) -> Outcome {
        chain = .invalid(reason)
        ticker = nil
        tickerID = .min
        volatility.forgetLast()
        return .broken(reason)
    }

    // MARK: What it says

    /// Best bid and ask by the freshest source, usable or not; nil when a side is empty or the book is invalid.
    public var touch: Touch? {
        guard isChained else { return nil }
        if let ticker { return ticker }
        guard let bid = bids.bestLevel, let ask = asks.bestLevel else { return nil }
        return Touch(bid: bid, ask: ask)
    }

    /// Age of the newest data: by the venue's own clock, or by when it was received where that is older.
    public func age(at now: Instant) -> TimeSpan {
        let venueTime = newestVenueTime == .distantPast ? newestReceived : newestVenueTime
        return now - min(newestReceived, venueTime)
    }

    /// The touch if it may be quoted from, otherwise the reason why not.
    public func usableTouch(at now: Instant, staleAfter: TimeSpan) -> Result<Touch, UnusableBook> {
        if case .invalid(let reason) = chain { return .failure(UnusableBook(reason)) }
        let age = age(at: now)
        guard age <= staleAfter else { return .failure(UnusableBook(.stale(age))) }
        guard let touch else { return .failure(UnusableBook(.oneSided)) }
        guard touch.bid.price < touch.ask.price else { return .failure(UnusableBook(.crossed)) }
        return .success(touch)
    }

    /// Quantity displayed at one price by the depth stream.
    public func quantity(_ side: Side, at price: Price) -> Quantity {
        switch side {
        case .buy: Quantity(lots: bids.lots(at: price))
        case .sell: Quantity(lots: asks.lots(at: price))
        }
    }

    /// The best `limit` levels of one side of the depth data, best first.
    public func levels(_ side: Side, limit: Int) -> [BookLevel] {
        var result: [BookLevel] = []
        switch side {
        case .buy: bids.forEach(limit: limit) { result.append($0) }
        case .sell: asks.forEach(limit: limit) { result.append($0) }
        }
        return result
    }

    /// As `levels(_:limit:)`, into an array that is kept: once it is large enough nothing is allocated.
    public func levels(_ side: Side, limit: Int, into levels: inout [BookLevel]) {
        levels.removeAll(keepingCapacity: true)
        switch side {
        case .buy: bids.forEach(limit: limit) { levels.append($0) }
        case .sell: asks.forEach(limit: limit) { levels.append($0) }
        }
    }

    /// (bids − asks) ÷ (bids + asks) over the best `depth` levels of each side; nil for an empty book.
    public func imbalance(depth: Int) -> Rate? {
        var buying: Int128 = 0
        var selling: Int128 = 0
        bids.forEach(limit: depth) { buying += Int128($0.quantity.lots) }
        asks.forEach(limit: depth) { selling += Int128($0.quantity.lots) }
        guard buying + selling > 0 else { return nil }
        return Rate(parts: Int64((buying - selling) * Int128(Rate.one.parts) / (buying + selling)))
    }
}

/// The reason why a book may not be used, as an error.
public struct UnusableBook: Error, Hashable, Sendable {
    public let reason: OrderBook.Unusable

    init(_ reason: OrderBook.Unusable) { self.reason = reason }
}
