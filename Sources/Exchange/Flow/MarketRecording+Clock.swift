internal import Fundamentals
internal import MarketModel

extension MarketRecording {
    /// How far the two clocks are searched for, and how finely.
    private static let searched: Int64 = 2_000
    private static let step: Int64 = 50

    /// The shift, in steps of 50 ms up to two seconds, under which most trades happen exactly at the touch that the
    /// books show at that time: buys at the ask, sells at the bid. Among equals the one nearest to zero.
    ///
    /// The books' true delay has no other witness in the files; a wrong shift makes trades print through the book.
    static func estimateShift(_ books: [Book], _ trades: [Trade]) -> TimeSpan {
        var best = (agreeing: 0, shift: TimeSpan.zero)
        for distance in stride(from: Int64(0), through: searched, by: Int(step)) {
            for shift in distance == 0 ? [0] : [-distance, distance] {
                let span = TimeSpan.milliseconds(shift)
                let agreeing = agreement(books, trades, shift: span)
                if agreeing > best.agreeing { best = (agreeing, span) }
            }
        }
        return best.shift
    }

    private static func agreement(_ books: [Book], _ trades: [Trade], shift: TimeSpan) -> Int {
        var agreeing = 0
        var next = 0
        for trade in trades {
            while next < books.count, books[next].time + shift <= trade.time { next += 1 }
            guard next > 0 else { continue }
            let book = books[next - 1]
            let touch = trade.aggressor == .buy ? book.asks.first : book.bids.first
            if touch?.price == trade.price { agreeing += 1 }
        }
        return agreeing
    }
}
