internal import Fundamentals
internal import MarketModel

/// One market's book as its listeners know it, and what has changed since.
struct ExtendedBookFeed: Sendable {
    /// A level that changed: by how much, and to what.
    struct Change: Hashable, Sendable {
        var price: Price
        /// Signed, in lots.
        var delta: Int64
        /// Absolute, in lots.
        var quantity: Int64
    }

    static let deltaBeat = TimeSpan.milliseconds(100)
    static let bestBeat = TimeSpan.milliseconds(10)
    static let snapshotBeat = TimeSpan.minutes(1)

    /// Sorted by price; only kept while somebody listens to the whole book.
    private(set) var isFollowed = false
    private var bids = SortedLevels()
    private var asks = SortedLevels()
    private var changed: [(side: Side, level: BookLevel)] = []
    private(set) var deltaDue = Instant.distantFuture
    private(set) var snapshotDue = Instant.distantFuture
    /// Of the best bid and ask.
    private(set) var bestDue = Instant.distantFuture
    var lastBest: Best?
    /// Whether somebody listens to the best bid and ask.
    var tellsBest = false

    /// Best bid and ask as told last.
    struct Best: Hashable, Sendable {
        var bid: BookLevel?
        var ask: BookLevel?
    }

    var due: Instant { min(deltaDue, min(snapshotDue, bestDue)) }

    /// Begins to follow the book from this state.
    mutating func follow(bids: [BookLevel], asks: [BookLevel], at now: Instant) {
        isFollowed = true
        self.bids = SortedLevels(bids)
        self.asks = SortedLevels(asks)
        changed.removeAll(keepingCapacity: true)
        snapshotDue = Self.beat(Self.snapshotBeat, after: now)
    }

    mutating func forget() {
        isFollowed = false
        bids = SortedLevels()
        asks = SortedLevels()
        changed.removeAll()
        deltaDue = .distantFuture
        snapshotDue = .distantFuture
    }

    mutating func note(_ side: Side, _ level: BookLevel, at now: Instant) {
        if tellsBest, bestDue == .distantFuture { bestDue = Self.beat(Self.bestBeat, after: now) }
        guard isFollowed else { return }
        if deltaDue == .distantFuture { deltaDue = Self.beat(Self.deltaBeat, after: now) }
        changed.append((side, level))
    }

    mutating func clearBest() { bestDue = .distantFuture }
    mutating func clearSnapshot(at now: Instant) { snapshotDue = Self.beat(Self.snapshotBeat, after: now) }

    /// What listeners do not know yet; bids descending, asks ascending. Levels that came back to what they were are none.
    mutating func drain() -> (bids: [Change], asks: [Change]) {
        deltaDue = .distantFuture
        defer { changed.removeAll(keepingCapacity: true) }
        return (
            bids.apply(changed.filter { $0.side == .buy }.map(\.level)).reversed(),
            asks.apply(changed.filter { $0.side == .sell }.map(\.level))
        )
    }

    private static func beat(_ span: TimeSpan, after now: Instant) -> Instant {
        Instant(nanoseconds: (now.nanoseconds / span.nanoseconds + 1) * span.nanoseconds)
    }
}

/// Quantities by price, ascending.
private struct SortedLevels: Sendable {
    private var levels: [BookLevel] = []

    init(_ levels: [BookLevel] = []) { self.levels = levels.sorted { $0.price < $1.price } }

    /// Takes over the last state of each price, and tells what is different; ascending.
    mutating func apply(_ changes: [BookLevel]) -> [ExtendedBookFeed.Change] {
        let ordered = changes.enumerated().sorted {
            ($0.element.price, $1.offset) < ($1.element.price, $0.offset)
        }
        var result: [ExtendedBookFeed.Change] = []
        var last: Price?
        for (_, level) in ordered where level.price != last {
            last = level.price
            let index = index(of: level.price)
            let exists = index < levels.count && levels[index].price == level.price
            let before = exists ? levels[index].quantity.lots : 0
            guard before != level.quantity.lots else { continue }
            result.append(.init(price: level.price, delta: level.quantity.lots - before, quantity: level.quantity.lots))
            switch (exists, level.quantity > .zero) {
            case (true, true): levels[index] = level
            case (true, false): levels.remove(at: index)
            case (false, true): levels.insert(level, at: index)
            case (false, false): break
            }
        }
        return result
    }

    private func index(of price: Price) -> Int {
        var lower = 0
        var upper = levels.count
        while lower < upper {
            let middle = (lower + upper) / 2
            if levels[middle].price < price { lower = middle + 1 } else { upper = middle }
        }
        return lower
    }
}
