internal import CBareLoop
internal import Fundamentals
internal import MarketModel
internal import OrderBooks

/// Level changes of a recorded market, applied to a book.
enum BookBenchmark {
    static func run(_ settings: BenchmarkSettings) -> BenchmarkRow {
        var row = BenchmarkRow(
            "book update, per level changed", unit: "ns",
            excludes: "decoding, and the snapshot the book starts from. Real messages of BTCUSDT (USD-M), each checked"
                + " against its chain, with the touch read after each; the references check nothing.")
        row.budget = BenchmarkRow.Budget(.median, 15)
        guard let recording = Recording(folder: settings.dataFolder, limit: settings.quick ? 200 : .max) else {
            return row.skipped("no recording")
        }
        // Several times over, so that one repetition is long enough for the clock.
        let rounds = settings.quick ? 1 : 4
        guard let array = ArrayBook(recording) else { return row.skipped("no memory for the reference") }
        let contestants = [
            { (0..<rounds).reduce(UInt64(0)) { sum, _ in sum &* 31 &+ ours(recording) } },
            { (0..<rounds).reduce(UInt64(0)) { sum, _ in sum &* 31 &+ array.run() } },
            { (0..<rounds).reduce(UInt64(0)) { sum, _ in sum &* 31 &+ SortedBook.run(recording) } },
        ]
        let numbers = contestants.map { $0() }
        guard Set(numbers).count == 1 else { return row.skipped("the books disagree about the touch") }
        // The start from the snapshot is part of a run; what it costs alone is taken off.
        let empty = recording.withoutDeltas
        guard let emptyArray = ArrayBook(empty) else { return row.skipped("no memory for the reference") }
        let starts = Measurement.processorTime(
            repetitions: settings.repetitions, operations: 1,
            [
                { (0..<rounds).reduce(UInt64(0)) { sum, _ in sum &* 31 &+ ours(empty) } },
                { (0..<rounds).reduce(UInt64(0)) { sum, _ in sum &* 31 &+ emptyArray.run() } },
                { (0..<rounds).reduce(UInt64(0)) { sum, _ in sum &* 31 &+ SortedBook.run(empty) } },
            ]
        ).nanoseconds.map { BenchmarkRow.Spread($0).median }
        let updates = recording.levelCount * rounds
        let (times, checksum) = Measurement.processorTime(
            repetitions: settings.repetitions, operations: 1, contestants)
        let perUpdate = zip(times, starts).map { values, start in values.map { ($0 - start) / Double(updates) } }
        row.ours = BenchmarkRow.Spread(perUpdate[0])
        row.references = [
            BenchmarkRow.Reference("C array by tick", perUpdate[1], ours: perUpdate[0]),
            BenchmarkRow.Reference("sorted arrays", perUpdate[2], ours: perUpdate[0]),
        ]
        row.repetitions = settings.repetitions
        row.remark =
            "\(recording.levelCount) levels in \(recording.deltas.count) messages; all three books agree on every touch."
        row.checksum = checksum.hexadecimal
        return row
    }

    private static func ours(_ recording: Recording) -> UInt64 {
        var book = OrderBook()
        var now = Instant(milliseconds: 1_723_161_256_000)
        book.apply(snapshot: recording.snapshot, at: now)
        var sum: UInt64 = 0
        for delta in recording.deltas {
            now = now + .milliseconds(50)
            book.apply(delta: delta, at: now)
            guard let touch = book.touch else { continue }
            sum = sum &* 31 &+ UInt64(truncatingIfNeeded: touch.bid.price.ticks &* 7 &+ touch.ask.price.ticks)
        }
        return sum
    }
}

extension Recording {
    var withoutDeltas: Recording {
        var copy = self
        copy.deltas = []
        return copy
    }
}

/// The C reference, with the same messages laid out as it wants them.
private final class ArrayBook {
    private var bids = bare_side()
    private var asks = bare_side()
    private let snapshot: (bids: [Int64], asks: [Int64])
    private let deltas: [(bids: [Int64], asks: [Int64])]

    init?(_ recording: Recording) {
        func pairs(_ levels: [BookLevel]) -> [Int64] { levels.flatMap { [$0.price.ticks, $0.quantity.lots] } }
        snapshot = (pairs(recording.snapshot.bids), pairs(recording.snapshot.asks))
        deltas = recording.deltas.map { (pairs($0.bids), pairs($0.asks)) }
        let highest =
            (recording.deltas + [recording.snapshot]).flatMap { $0.bids + $0.asks }.map(\.price.ticks).max() ?? 0
        guard highest < 1 << 24, bare_side_open(&bids, highest + 2, 1) == 1, bare_side_open(&asks, highest + 2, 0) == 1
        else { return nil }
    }

    deinit {
        bare_side_close(&bids)
        bare_side_close(&asks)
    }

    func run() -> UInt64 {
        bare_side_clear(&bids)
        bare_side_clear(&asks)
        bare_side_set(&bids, snapshot.bids, Int32(snapshot.bids.count / 2))
        bare_side_set(&asks, snapshot.asks, Int32(snapshot.asks.count / 2))
        var sum: UInt64 = 0
        for delta in deltas {
            bare_side_set(&bids, delta.bids, Int32(delta.bids.count / 2))
            bare_side_set(&asks, delta.asks, Int32(delta.asks.count / 2))
            sum = sum &* 31 &+ UInt64(truncatingIfNeeded: bids.best &* 7 &+ asks.best)
        }
        return sum
    }
}

/// Levels in two sorted arrays, best last, found by bisection: what one writes first.
private struct SortedBook {
    private var bids: [BookLevel] = []
    private var asks: [BookLevel] = []

    static func run(_ recording: Recording) -> UInt64 {
        var book = SortedBook()
        book.apply(recording.snapshot)
        var sum: UInt64 = 0
        for delta in recording.deltas {
            book.apply(delta)
            guard let bid = book.bids.last, let ask = book.asks.last else { continue }
            sum = sum &* 31 &+ UInt64(truncatingIfNeeded: bid.price.ticks &* 7 &+ ask.price.ticks)
        }
        return sum
    }

    private mutating func apply(_ update: BookUpdate) {
        for level in update.bids { Self.set(level, in: &bids) { $0 < $1 } }
        for level in update.asks { Self.set(level, in: &asks) { $0 > $1 } }
    }

    private static func set(_ level: BookLevel, in levels: inout [BookLevel], _ isWorse: (Price, Price) -> Bool) {
        var (low, high) = (0, levels.count)
        while low < high {
            let middle = (low + high) / 2
            if isWorse(levels[middle].price, level.price) { low = middle + 1 } else { high = middle }
        }
        let isThere = low < levels.count && levels[low].price == level.price
        if level.quantity == .zero {
            if isThere { levels.remove(at: low) }
        } else if isThere {
            levels[low].quantity = level.quantity
        } else {
            levels.insert(level, at: low)
        }
    }
}
