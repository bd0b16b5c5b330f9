import Fundamentals
import MarketModel
import OrderBooks
import Testing

private let start = Instant(milliseconds: 1_800_000_000_000)

private func level(_ ticks: Int64, _ lots: Int64) -> BookLevel { BookLevel(Price(ticks: ticks), Quantity(lots: lots)) }

private func snapshot(_ id: Int64, bids: [BookLevel] = [level(100, 5)], asks: [BookLevel] = [level(102, 7)])
    -> BookUpdate
{
    BookUpdate(lastID: id, venueTime: start, bids: bids, asks: asks)
}

private func delta(_ first: Int64, _ last: Int64, after previous: Int64, bids: [BookLevel] = []) -> BookUpdate {
    BookUpdate(firstID: first, lastID: last, previousID: previous, venueTime: start, bids: bids)
}

private func touch(_ bid: Int64, _ ask: Int64) -> Touch { Touch(bid: level(bid, 1), ask: level(ask, 1)) }

private func problem(_ book: OrderBook, at now: Instant = start) -> OrderBook.Unusable? {
    switch book.usableTouch(at: now, staleAfter: .seconds(2)) {
    case .success: nil
    case .failure(let error): error.reason
    }
}

@Suite struct `The sequence rules of the book` {
    @Test func `a book without a snapshot may not be used, and ignores deltas`() {
        var book = OrderBook()
        #expect(book.apply(delta: delta(1, 2, after: 0), at: start) == .ignored)
        #expect(problem(book) == .awaitingSnapshot)
    }

    /// U, u, pu of the first delta after a snapshot of id 100, and what becomes of it.
    @Test(arguments: [
        (90, 99, 89, OrderBook.Outcome.ignored),
        (95, 100, 94, .applied),
        (100, 110, 99, .applied),
        (101, 110, 100, .applied),
        (105, 110, 95, .applied),
        (102, 110, 101, .broken(.gapped)),
    ])
    func `the first delta must reach back to the snapshot`(
        first: Int64, last: Int64, previous: Int64, outcome: OrderBook.Outcome
    ) {
        var book = OrderBook()
        book.apply(snapshot: snapshot(100), at: start)
        #expect(book.apply(delta: delta(first, last, after: previous), at: start) == outcome)
    }

    @Test func `later deltas chain on the previous id only, and ids may jump`() {
        var book = OrderBook()
        book.apply(snapshot: snapshot(100), at: start)
        book.apply(delta: delta(100, 110, after: 99), at: start)
        #expect(book.apply(delta: delta(5_000, 5_000, after: 110), at: start) == .applied)
        #expect(book.apply(delta: delta(5_000, 5_000, after: 110), at: start) == .ignored)
        #expect(book.apply(delta: delta(5_001, 5_002, after: 5_000, bids: [level(101, 3)]), at: start) == .applied)
        #expect(book.touch?.bid == level(101, 3))
    }

    @Test func `a gap makes the book invalid until the next snapshot`() {
        var book = OrderBook()
        book.apply(snapshot: snapshot(100), at: start)
        book.apply(delta: delta(100, 110, after: 99), at: start)
        #expect(book.apply(delta: delta(120, 130, after: 119), at: start) == .broken(.gapped))
        #expect(book.touch == nil)
        #expect(problem(book) == .gapped)
        #expect(book.apply(delta: delta(131, 140, after: 130), at: start) == .ignored)
        #expect(book.apply(touch: touch(99, 103), bookID: 999, venueTime: start, at: start) == .ignored)
        #expect(book.apply(snapshot: snapshot(135), at: start) == .applied)
        #expect(problem(book) == nil)
    }

    @Test func `a lost stream makes the book invalid, and any snapshot restores it`() {
        var book = OrderBook()
        book.apply(snapshot: snapshot(100), at: start)
        book.lose()
        #expect(problem(book) == .awaitingSnapshot)
        #expect(book.apply(snapshot: snapshot(50), at: start) == .applied)
        #expect(problem(book) == nil)
    }

    @Test func `a snapshot older than the book is ignored`() {
        var book = OrderBook()
        book.apply(snapshot: snapshot(100), at: start)
        #expect(book.apply(snapshot: snapshot(99, bids: [level(50, 1)]), at: start) == .ignored)
        #expect(book.touch?.bid == level(100, 5))
    }
}

@Suite struct `The touch of the book` {
    @Test func `the ticker wins while its id is higher, the depth stream once it has caught up`() {
        var book = OrderBook()
        book.apply(snapshot: snapshot(100), at: start)
        #expect(book.apply(touch: touch(99, 103), bookID: 100, venueTime: start, at: start) == .ignored)
        #expect(book.apply(touch: touch(99, 103), bookID: 105, venueTime: start, at: start) == .applied)
        #expect(book.touch == touch(99, 103))
        #expect(book.apply(touch: touch(98, 104), bookID: 104, venueTime: start, at: start) == .ignored)
        book.apply(delta: delta(100, 104, after: 99), at: start)
        #expect(book.touch == touch(99, 103))
        book.apply(delta: delta(105, 105, after: 104), at: start)
        #expect(book.touch == Touch(bid: level(100, 5), ask: level(102, 7)))
    }

    @Test func `a book is stale by the age of its data, by either clock`() {
        var book = OrderBook()
        book.apply(snapshot: snapshot(100), at: start)
        #expect(problem(book, at: start + .seconds(2)) == nil)
        #expect(problem(book, at: start + .milliseconds(2_001)) == .stale(.milliseconds(2_001)))
        // Received just now, but the venue's own time is old.
        var late = BookUpdate(firstID: 100, lastID: 101, previousID: 99, venueTime: start + .seconds(1))
        late.bids = [level(100, 6)]
        book.apply(delta: late, at: start + .seconds(4))
        #expect(problem(book, at: start + .seconds(4)) == .stale(.seconds(3)))
    }

    @Test func `an empty side and crossed prices make it unusable, with the reason`() {
        var book = OrderBook()
        book.apply(snapshot: snapshot(100, asks: []), at: start)
        #expect(problem(book) == .oneSided)
        book.apply(snapshot: snapshot(101, asks: [level(100, 1)]), at: start)
        #expect(problem(book) == .crossed)
    }

    @Test(arguments: [level(0, 1), level(-5, 1), level(100, -1), level(.max, 1), level(100, .max)])
    func `impossible prices and quantities make the book invalid`(bad: BookLevel) {
        var book = OrderBook()
        #expect(book.apply(snapshot: snapshot(100, bids: [bad]), at: start) == .broken(.malformed))
        #expect(problem(book) == .malformed)
    }

    @Test func `imbalance weighs bids against asks`() {
        var book = OrderBook()
        book.apply(snapshot: snapshot(1, bids: [level(100, 30), level(99, 5)], asks: [level(102, 10)]), at: start)
        #expect(book.imbalance(depth: 1) == Rate("0.5")!)
        #expect(OrderBook().imbalance(depth: 5) == nil)
    }

    @Test func `volatility sums squared moves of the mid over its window and forgets them`() {
        var book = OrderBook(volatilityBuckets: 10, volatilityBucket: .seconds(1))
        for (index, bid) in [Int64(100), 101, 100].enumerated() {
            book.apply(snapshot: snapshot(Int64(index), bids: [level(bid, 1)]), at: start + .seconds(Int64(index)))
        }
        #expect(book.volatility.squaredMoves == 2)
        book.apply(snapshot: snapshot(9), at: start + .seconds(11))
        #expect(book.volatility.squaredMoves == 1)
        book.apply(snapshot: snapshot(10), at: start + .seconds(60))
        #expect(book.volatility.squaredMoves == 0)
    }
}

@Suite struct `The ladder beside a naive book` {
    /// Prices around a wandering centre, with far levels and jumps that move the window both ways.
    @Test(arguments: 1...12)
    func `agrees on every level after random updates`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var book = OrderBook()
        var naive = NaiveBook()
        var centre: Int64 = 1_000_000
        book.apply(snapshot: BookUpdate(lastID: 1), at: start)
        for id in 2...Int64(1_200) {
            centre += random.integer(in: -50...50)
            if random.chance(1, in: 40) { centre += random.integer(in: -40_000...40_000) }
            centre = max(50_000, centre)
            var update = BookUpdate(firstID: id, lastID: id, previousID: id - 1, venueTime: start)
            for _ in 0..<random.integer(in: 1...8) {
                let reach: Int64 = random.chance(1, in: 5) ? 45_000 : 30
                let lots = random.chance(2, in: 5) ? 0 : random.integer(in: 1...1_000)
                let bid = level(centre - random.integer(in: 1...reach), lots)
                let ask = level(centre + random.integer(in: 1...reach), lots)
                if random.chance(1, in: 2) { update.bids.append(bid) } else { update.asks.append(ask) }
            }
            if random.chance(1, in: 10), let best = naive.bids.first { update.bids.append(level(best.price.ticks, 0)) }
            if random.chance(1, in: 10), let best = naive.asks.first { update.asks.append(level(best.price.ticks, 0)) }
            #expect(book.apply(delta: update, at: start) == .applied)
            naive.apply(update)
            #expect(book.levels(.buy, limit: 1).first == naive.bids.first)
            #expect(book.levels(.sell, limit: 1).first == naive.asks.first)
            if id % 100 == 0 {
                #expect(book.levels(.buy, limit: .max) == naive.bids)
                #expect(book.levels(.sell, limit: .max) == naive.asks)
                if let some = naive.bids.last { #expect(book.quantity(.buy, at: some.price) == some.quantity) }
            }
        }
        book.apply(
            snapshot: BookUpdate(lastID: 5_000, venueTime: start, bids: [level(7, 1)], asks: [level(9, 2)]), at: start)
        #expect(book.levels(.buy, limit: .max) == [level(7, 1)])
        #expect(book.levels(.sell, limit: .max) == [level(9, 2)])
    }

    /// A feed that drops, repeats and reorders events: the book is either equal to the truth at its id, or invalid.
    @Test(arguments: 1...12)
    func `is right or invalid under gaps, repeats and reordering`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var truth = NaiveBook()
        var book = OrderBook()
        var feed: [BookUpdate] = []
        var history: [NaiveBook] = [truth]
        for id in 1...Int64(300) {
            var update = BookUpdate(firstID: id * 10 - 3, lastID: id * 10, previousID: id * 10 - 10, venueTime: start)
            update.bids = [level(random.integer(in: 900...999), random.integer(in: 0...9))]
            update.asks = [level(random.integer(in: 1_000...1_099), random.integer(in: 0...9))]
            truth.apply(update)
            history.append(truth)
            feed.append(update)
        }
        book.apply(snapshot: BookUpdate(lastID: 0, venueTime: start), at: start)
        var index = 0
        while index < feed.count {
            if random.chance(1, in: 30) { index += 1 }
            guard index < feed.count else { break }
            book.apply(delta: feed[index], at: start)
            if random.chance(1, in: 10) { book.apply(delta: feed[max(0, index - 2)], at: start) }
            if problem(book) == .gapped {
                let then = history[index + 1]
                book.apply(
                    snapshot: BookUpdate(
                        lastID: Int64(index + 1) * 10, venueTime: start, bids: then.bids, asks: then.asks), at: start)
            }
            let now = history[Int(book.lastID / 10)]
            #expect(book.levels(.buy, limit: .max) == now.bids)
            #expect(book.levels(.sell, limit: .max) == now.asks)
            index += 1
        }
    }
}
