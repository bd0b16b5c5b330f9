internal import Fundamentals
internal import MarketModel
internal import Wire

extension ExtendedMarketDecoder {
    /// The book event of a frame whose levels are in the scratch.
    mutating func book(
        _ content: Content, _ frame: ExtendedMarketFrame, _ cursor: JSONCursor
    ) throws(WireError) -> MarketEvent {
        guard let sequence = frame.sequence, sequence >= 0, sequence < .max else {
            throw Self.lacking(cursor, "a sequence number in seq")
        }
        guard let venueTime = frame.sentAt else { throw Self.lacking(cursor, "milliseconds in ts") }
        guard let isSnapshot = content.isSnapshot else { throw Self.lacking(cursor, "SNAPSHOT or DELTA") }
        let slot = content.slot
        scratch.firstID = sequence
        scratch.lastID = sequence
        scratch.venueTime = venueTime
        if isSnapshot {
            scratch.previousID = 0
            try takeSnapshot(slot, isTop: content.isTop, cursor)
            return .snapshot(markets[slot].id, scratch)
        }
        scratch.previousID = sequence - 1
        if sizes[slot].isKept {
            try resolve(slot, cursor)
        } else if !relativeBids.isEmpty || !relativeAsks.isEmpty {
            keepsSizes = true
            throw WireError(offset: cursor.offset, reason: "a change to a size that is not known")
        }
        return .delta(markets[slot].id, scratch)
    }

    /// In a snapshot `q` is the size itself.
    private mutating func takeSnapshot(_ slot: Int, isTop: Bool, _ cursor: JSONCursor) throws(WireError) {
        for index in relativeBids where scratch.bids[index].quantity < .zero { throw Self.outOfRange(cursor) }
        for index in relativeAsks where scratch.asks[index].quantity < .zero { throw Self.outOfRange(cursor) }
        // The stream of the touch has no deltas, and an empty side shows nothing of how deltas will come.
        guard !isTop, keepsSizes || !relativeBids.isEmpty || !relativeAsks.isEmpty else {
            sizes[slot].forget()
            return
        }
        sizes[slot].begin(scratch)
    }

    /// Turns changes into sizes, and keeps the sizes.
    private mutating func resolve(_ slot: Int, _ cursor: JSONCursor) throws(WireError) {
        guard Self.resolve(&scratch.bids, relativeBids, &sizes[slot].bids),
            Self.resolve(&scratch.asks, relativeAsks, &sizes[slot].asks)
        else { throw WireError(offset: cursor.offset, reason: "a change that leaves a size below zero or too large") }
    }

    private static func resolve(
        _ levels: inout [BookLevel], _ relative: [Int], _ sizes: inout ExtendedSizes.Ladder
    ) -> Bool {
        var next = relative.startIndex
        for index in levels.indices {
            let price = levels[index].price
            if next < relative.endIndex, relative[next] == index {
                next += 1
                let size = sizes[price] + levels[index].quantity.lots
                guard size >= 0, size < 1 << 53 else { return false }
                levels[index].quantity = Quantity(lots: size)
            }
            guard sizes.set(price, levels[index].quantity.lots) else { return false }
        }
        return true
    }
}

/// The sizes of one market's book, for feeds that tell only changes.
struct ExtendedSizes: Sendable {
    /// Ascending by price.
    struct Ladder: Sendable {
        private var levels: [BookLevel] = []

        /// Levels of a snapshot; where a price comes twice the last counts.
        mutating func replace(_ snapshot: [BookLevel]) {
            let order = snapshot.indices.sorted { (snapshot[$0].price, $0) < (snapshot[$1].price, $1) }
            levels.removeAll(keepingCapacity: true)
            for index in order {
                if levels.last?.price == snapshot[index].price { levels.removeLast() }
                levels.append(snapshot[index])
            }
            levels.removeAll { $0.quantity == .zero }
        }

        subscript(price: Price) -> Int64 {
            let index = position(of: price)
            return index < levels.count && levels[index].price == price ? levels[index].quantity.lots : 0
        }

        /// False when the ladder is full.
        mutating func set(_ price: Price, _ lots: Int64) -> Bool {
            let index = position(of: price)
            let isThere = index < levels.count && levels[index].price == price
            switch (isThere, lots == 0) {
            case (true, true): levels.remove(at: index)
            case (true, false): levels[index].quantity = Quantity(lots: lots)
            case (false, true): break
            case (false, false):
                guard levels.count < ExtendedMarketDecoder.maxLevels else { return false }
                levels.insert(BookLevel(price, Quantity(lots: lots)), at: index)
            }
            return true
        }

        private func position(of price: Price) -> Int {
            var (low, high) = (0, levels.count)
            while low < high {
                let middle = (low + high) / 2
                if levels[middle].price < price { low = middle + 1 } else { high = middle }
            }
            return low
        }

        mutating func removeAll() { levels.removeAll() }
    }

    private(set) var isKept = false
    var bids = Ladder()
    var asks = Ladder()

    mutating func begin(_ snapshot: BookUpdate) {
        isKept = true
        bids.replace(snapshot.bids)
        asks.replace(snapshot.asks)
    }

    mutating func forget() {
        guard isKept else { return }
        isKept = false
        bids.removeAll()
        asks.removeAll()
    }
}
