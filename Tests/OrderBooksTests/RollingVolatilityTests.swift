import Fundamentals
import MarketModel
import OrderBooks
import Testing

private let start = Instant(milliseconds: 1_800_000_000_000)

@Suite struct `The watched part of a volatility window` {
    @Test func `grows from the first mid, and is never more than the window`() {
        var volatility = RollingVolatility(buckets: 10, bucket: .seconds(1))
        #expect(volatility.span(at: start) == .zero)
        volatility.observe(HalfTicks(count: 100), at: start)
        #expect(volatility.span(at: start) == .zero)
        #expect(volatility.span(at: start + .milliseconds(2_500)) == .milliseconds(2_500))
        volatility.observe(HalfTicks(count: 101), at: start + .seconds(3))
        #expect(volatility.span(at: start + .seconds(4)) == .seconds(4))
        volatility.observe(HalfTicks(count: 102), at: start + .seconds(40))
        #expect(volatility.span(at: start + .seconds(50)) == volatility.window)
    }

    @Test func `leaves out the time of a gap in the data`() {
        var volatility = RollingVolatility(buckets: 10, bucket: .seconds(1))
        volatility.observe(HalfTicks(count: 100), at: start)
        volatility.observe(HalfTicks(count: 102), at: start + .seconds(2))
        volatility.forgetLast()
        #expect(volatility.span(at: start + .seconds(4)) == .seconds(2))
        volatility.observe(HalfTicks(count: 200), at: start + .seconds(5))
        #expect(volatility.squaredMoves == 4)
        #expect(volatility.span(at: start + .seconds(6)) == .seconds(3))
    }

    /// Every millisecond that was watched, kept one by one.
    @Test(arguments: 1...12)
    func `equals a count of single milliseconds`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var volatility = RollingVolatility(buckets: 8, bucket: .milliseconds(100))
        var watched: [Int64] = []
        var moves: [(at: Int64, square: Int64)] = []
        var last: (at: Int64, mid: Int64)?
        var now = start.milliseconds
        for _ in 0..<600 {
            now += random.integer(in: 0...(random.chance(1, in: 20) ? 1_500 : 60))
            if random.chance(1, in: 15) {
                volatility.forgetLast()
                last = nil
                continue
            }
            let mid = random.integer(in: 1_000...1_009)
            volatility.observe(HalfTicks(count: mid), at: Instant(milliseconds: now))
            if let last {
                watched += Array(last.at..<now)
                moves.append((now, (mid - last.mid) * (mid - last.mid)))
            }
            last = (now, mid)
            // The window begins with a whole bucket.
            let first = now - now % 100 - 700
            watched.removeAll { $0 < first }
            moves.removeAll { $0.at < first }
            let span = TimeSpan.milliseconds(Int64(watched.count))
            #expect(volatility.span(at: Instant(milliseconds: now)) == span)
            #expect(volatility.squaredMoves == moves.reduce(0) { $0 + $1.square })
        }
    }
}

@Suite struct `Levels into a kept array` {
    @Test func `are the best ones, best first, and replace what was there`() {
        var book = OrderBook()
        let bids = (1...9).map { BookLevel(Price(ticks: 100 - $0), Quantity(lots: $0)) }
        let asks = (1...9).map { BookLevel(Price(ticks: 100 + $0), Quantity(lots: $0)) }
        book.apply(snapshot: BookUpdate(lastID: 1, venueTime: start, bids: bids, asks: asks), at: start)
        var levels = [BookLevel(Price(ticks: 1), Quantity(lots: 1))]
        book.levels(.buy, limit: 3, into: &levels)
        #expect(levels == Array(bids.prefix(3)))
        book.levels(.sell, limit: 20, into: &levels)
        #expect(levels == asks)
    }
}
