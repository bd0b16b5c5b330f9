public import Fundamentals
public import MarketModel

/// One market's recorded order books and trades, in the venue's time and in ticks and lots.
///
/// The two files come from two clocks: trades carry the venue's time, books the collector's. The books are moved onto
/// the venue's clock by the shift that best explains the trades (``bookShift``).
public struct MarketRecording: Hashable, Sendable {
    /// The best levels at one moment, best first.
    public struct Book: Hashable, Sendable {
        public var time: Instant
        public var bids: [BookLevel]
        public var asks: [BookLevel]

        public init(time: Instant, bids: [BookLevel], asks: [BookLevel]) {
            self.time = time
            self.bids = bids
            self.asks = asks
        }
    }
    public struct Trade: Hashable, Sendable {
        public var time: Instant
        public var aggressor: Side
        public var quantity: Quantity
        public var price: Price

        public init(time: Instant, aggressor: Side, quantity: Quantity, price: Price) {
            self.time = time
            self.aggressor = aggressor
            self.quantity = quantity
            self.price = price
        }
    }

    /// Ascending by time, never empty, on the venue's clock.
    public let books: [Book]
    /// Ascending by time, none before the first book.
    public let trades: [Trade]
    /// What was added to the books' times.
    public let bookShift: TimeSpan
    public let summary: Summary

    /// What a recording holds, for the log.
    public struct Summary: Hashable, Sendable, CustomStringConvertible {
        public var books: Int
        public var trades: Int
        /// Trades from before the first book, which are left out.
        public var skippedTrades: Int
        public var duration: TimeSpan
        /// Of the recorded touches.
        public var prices: ClosedRange<Price>

        public var description: String {
            """
            \(books) books and \(trades) trades over \(duration.milliseconds / 1_000) s, prices \
            \(prices.lowerBound) to \(prices.upperBound)
            """
        }
    }

    /// Reads the two files of a recording.
    ///
    /// - Parameters:
    ///   - book: rows of `unix_timestamp,lastUpdateId,bid_price_0,bid_qty_0,…,ask_qty_9`; the time is in seconds.
    ///   - trades: rows of `id,unix_timestamp_ms,side,price,quantity`; nil for a recording without trades.
    ///   - instrument: its ticks and lots. Book prices must be whole ticks. Trades that lie between two ticks (hidden
    ///     orders) count as at the worse one for the aggressor. Quantities are rounded to lots, up to one at least.
    ///   - shift: from the books' clock to the trades'; nil estimates it.
    public init(
        book: [UInt8], trades: [UInt8]?, instrument: Instrument, shift: TimeSpan? = nil
    ) throws(RecordingError) {
        var books = try Self.parseBooks(book, instrument)
        let allTrades = try trades.map { bytes throws(RecordingError) in try Self.parseTrades(bytes, instrument) } ?? []
        let bookShift = shift ?? Self.estimateShift(books, allTrades)
        for index in books.indices { books[index].time = books[index].time + bookShift }
        self.init(books: books, trades: allTrades, bookShift: bookShift)
    }

    /// Books and trades on one clock already.
    /// - Precondition: there is a book, and both ascend by time.
    public init(books: [Book], trades allTrades: [Trade], bookShift: TimeSpan = .zero) {
        precondition(!books.isEmpty, "a recording has at least one book")
        let first = books[0]
        let trades = allTrades.filter { $0.time >= first.time }
        self.books = books
        self.trades = trades
        self.bookShift = bookShift
        let end = max(books[books.count - 1].time, trades.last?.time ?? first.time)
        let touches = books.flatMap { [$0.bids.first, $0.asks.first].compactMap { $0?.price } }
        summary = Summary(
            books: books.count, trades: trades.count, skippedTrades: allTrades.count - trades.count,
            duration: end - first.time, prices: (touches.min() ?? Price(ticks: 0))...(touches.max() ?? Price(ticks: 0)))
    }

    var start: Instant { books[0].time }
}
