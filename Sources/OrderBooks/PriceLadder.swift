internal import MarketModel

/// One side of a book: the quantity at every tick of a moving window in a ring of integers, with an occupancy bit for
/// each, and the levels too far from the best price to matter in a short sorted array.
///
/// Prices are kept as *keys*, price × `sign`, so that the best price of either side is the largest key.
/// Invariant: unless the side is empty, the window `[low, low + width)` holds the best level, and every far level lies
/// below the window.
struct PriceLadder: Sendable {
    /// Ticks in the window; a power of two, so that a key finds its cell with a mask.
    static let width: Int64 = 16_384
    /// Far levels kept; the furthest are forgotten first.
    static let farCapacity = 8_192
    private static let mask = width - 1
    private static let wordCount = Int(width / 64)

    private struct FarLevel: Sendable {
        var key: Int64
        var lots: Int64
    }

    private let sign: Int64
    private var cells = [Int64](repeating: 0, count: Int(PriceLadder.width))
    private var words = [UInt64](repeating: 0, count: PriceLadder.wordCount)
    private var low: Int64 = 0
    private var occupied = 0
    private var far: [FarLevel] = []
    /// Key of the best level; `Int64.min` when the side is empty.
    private var best: Int64 = .min

    init(_ side: Side) { sign = side.sign }

    var isEmpty: Bool { occupied == 0 }
    var count: Int { occupied + far.count }

    var bestLevel: BookLevel? { occupied == 0 ? nil : level(best) }

    /// Sets the absolute quantity at a price; zero removes the level.
    mutating func set(_ price: Price, lots: Int64) {
        let key = price.ticks &* sign
        guard UInt64(bitPattern: key &- low) < UInt64(bitPattern: Self.width) else { return setOutside(key, lots) }
        setInside(key, lots)
    }

    /// Sets one level after the other.
    /// - Returns: false at the first that is not sound; those before it are set.
    mutating func merge(_ levels: [BookLevel]) -> Bool {
        var next = 0
        while true {
            next = Self.merge(
                levels, from: next, low, sign, cells: &cells, words: &words, occupied: &occupied, best: &best)
            guard next < levels.count else { return true }
            guard OrderBook.isSound(levels[next]) else { return false }
            set(levels[next].price, lots: levels[next].quantity.lots)
            next += 1
        }
    }

    /// Sets levels as long as nothing but a cell and its bit need change: within the window, and not taking the best level
    /// away. Both arrays are asked once whether they are shared, not at every level; that is why they come by name.
    /// - Returns: the index of the first level that is not set.
    private static func merge(
        _ levels: [BookLevel], from start: Int, _ low: Int64, _ sign: Int64, cells: inout [Int64],
        words: inout [UInt64], occupied: inout Int, best: inout Int64
    ) -> Int {
        var cells = cells.mutableSpan
        var words = words.mutableSpan
        var next = start
        while next < levels.count {
            let level = levels[next]
            let key = level.price.ticks &* sign
            let lots = level.quantity.lots
            guard OrderBook.isSound(level), UInt64(bitPattern: key &- low) < UInt64(bitPattern: width),
                lots != 0 || key != best
            else { break }
            let cell = cell(key)
            let old = cells[cell]
            cells[cell] = lots
            if (old == 0) != (lots == 0) {
                words[cell >> 6] ^= 1 << UInt64(truncatingIfNeeded: cell & 63)
                occupied += lots == 0 ? -1 : 1
                // A removed level is below the best, and stays so.
                if lots != 0, key > best { best = key }
            }
            next += 1
        }
        return next
    }

    mutating func removeAll() {
        // From the best level down, as far as there are levels: a short book does not pay for the whole window.
        var word = Self.cell(best) >> 6
        while occupied > 0 {
            var bits = words[word]
            occupied -= bits.nonzeroBitCount
            while bits != 0 {
                cells[word << 6 | bits.trailingZeroBitCount] = 0
                bits &= bits - 1
            }
            words[word] = 0
            word = word == 0 ? Self.wordCount - 1 : word - 1
        }
        far.removeAll(keepingCapacity: true)
        best = .min
    }

    func lots(at price: Price) -> Int64 {
        let key = price.ticks * sign
        if key >= low, key < low + Self.width { return cells[Self.cell(key)] }
        let index = farIndex(key)
        return index < far.count && far[index].key == key ? far[index].lots : 0
    }

    /// Calls `body` with the best `limit` levels, best first.
    func forEach(limit: Int, _ body: (BookLevel) -> Void) {
        var left = min(limit, count)
        guard left > 0 else { return }
        var key = best
        var inside = min(left, occupied)
        left -= inside
        while inside > 0 {
            body(level(key))
            inside -= 1
            if inside > 0 { key = highestOccupied(below: key) }
        }
        var index = far.count - 1
        while left > 0 {
            body(BookLevel(Price(ticks: far[index].key * sign), Quantity(lots: far[index].lots)))
            index -= 1
            left -= 1
        }
    }

    // MARK: Inside the window

    private static func cell(_ key: Int64) -> Int { Int(truncatingIfNeeded: key & mask) }

    private func level(_ key: Int64) -> BookLevel {
        BookLevel(Price(ticks: key * sign), Quantity(lots: cells[Self.cell(key)]))
    }

    private mutating func setInside(_ key: Int64, _ lots: Int64) {
        let cell = Self.cell(key)
        let old = cells[cell]
        cells[cell] = lots
        if old == 0 {
            guard lots != 0 else { return }
            words[cell >> 6] |= 1 << UInt64(truncatingIfNeeded: cell & 63)
            occupied += 1
            if key > best { best = key }
        } else if lots == 0 {
            words[cell >> 6] &= ~(1 << UInt64(truncatingIfNeeded: cell & 63))
            occupied -= 1
            if key == best { lowerBest() }
        }
    }

    /// The best level is gone: finds the next one, and moves the window down when it nears the window's lower edge.
    private mutating func lowerBest() {
        if occupied > 0 { best = highestOccupied(below: best) } else { best = far.last?.key ?? .min }
        if !far.isEmpty, best < low + Self.width / 4 { moveWindowDown() }
    }

    /// - Precondition: there is an occupied cell below `key`, which is in the window.
    private func highestOccupied(below key: Int64) -> Int64 {
        let start = Self.cell(key)
        var word = start >> 6
        var bits = words[word] & ((1 << UInt64(truncatingIfNeeded: start & 63)) - 1)
        while bits == 0 {
            word = word == 0 ? Self.wordCount - 1 : word - 1
            bits = words[word]
        }
        let cell = Int64(word << 6 | (63 - bits.leadingZeroBitCount))
        return low + ((cell - low) & Self.mask)
    }

    // MARK: Moving the window

    private mutating func setOutside(_ key: Int64, _ lots: Int64) {
        if occupied == 0 {
            guard lots != 0 else { return }
            low = key - Self.width / 4 * 3
            setInside(key, lots)
        } else if key >= low {
            guard lots != 0 else { return }
            moveWindowUp(to: key - Self.width / 4 * 3)
            setInside(key, lots)
        } else {
            setFar(key, lots)
        }
    }

    /// Cells that leave at the lower edge become far levels. Cells that leave at the top never do: nothing is above
    /// the best.
    private mutating func moveWindowUp(to newLow: Int64) {
        if newLow - low >= Self.width {
            var key = low
            while occupied > 0, key < low + Self.width {
                retire(key)
                key += 1
            }
        } else {
            for key in low..<newLow { retire(key) }
        }
        low = newLow
        trimFar()
    }

    private mutating func retire(_ key: Int64) {
        let cell = Self.cell(key)
        guard cells[cell] != 0 else { return }
        far.append(FarLevel(key: key, lots: cells[cell]))
        cells[cell] = 0
        words[cell >> 6] &= ~(1 << UInt64(truncatingIfNeeded: cell & 63))
        occupied -= 1
    }

    private mutating func moveWindowDown() {
        low = min(low, best - Self.width / 4 * 3)
        while let last = far.last, last.key >= low {
            far.removeLast()
            setInside(last.key, last.lots)
        }
    }

    // MARK: Far levels

    private func farIndex(_ key: Int64) -> Int {
        var lower = 0
        var upper = far.count
        while lower < upper {
            let middle = (lower + upper) / 2
            if far[middle].key < key { lower = middle + 1 } else { upper = middle }
        }
        return lower
    }

    private mutating func setFar(_ key: Int64, _ lots: Int64) {
        let index = farIndex(key)
        if index < far.count, far[index].key == key {
            if lots == 0 { far.remove(at: index) } else { far[index].lots = lots }
        } else if lots != 0 {
            far.insert(FarLevel(key: key, lots: lots), at: index)
            trimFar()
        }
    }

    private mutating func trimFar() {
        if far.count > Self.farCapacity { far.removeFirst(far.count - Self.farCapacity) }
    }
}
