public import Fundamentals
public import MarketModel

/// How much faster than recorded a flow runs, as an exact ratio.
public struct FlowSpeed: Hashable, Sendable {
    public let numerator: Int64
    public let denominator: Int64

    /// As recorded.
    public static let recorded = FlowSpeed(numerator: 1, denominator: 1)!

    /// Nil unless both are from 1 to 1,000,000.
    public init?(numerator: Int64, denominator: Int64) {
        guard (1...1_000_000).contains(numerator), (1...1_000_000).contains(denominator) else { return nil }
        self.numerator = numerator
        self.denominator = denominator
    }

    /// How long a recorded span takes.
    func span(_ recorded: TimeSpan) -> TimeSpan {
        TimeSpan(
            nanoseconds: Int64(clamping: Int128(recorded.nanoseconds) * Int128(denominator) / Int128(numerator)))
    }
}

/// Plays a recording into a market: books move resting liquidity, trades sweep it up to their recorded price.
public struct RecordedFlow: OrderFlow {
    /// Recorded time between the end and the next beginning of a flow that loops.
    public static let pause = TimeSpan.milliseconds(250)

    public let recording: MarketRecording
    private let market: MarketID
    private let speed: FlowSpeed
    private let loops: Bool
    /// Venue time of the first recorded moment in this pass.
    private var passStart: Instant
    private var nextBook = 0
    private var nextTrade = 0

    /// - Parameters:
    ///   - start: venue time of the recording's first book.
    ///   - loops: begins anew after the end and a short pause. The book then jumps back to the first one, without
    ///     trades in between: what rests in the jump's way is matched.
    public init(
        _ recording: MarketRecording, market: MarketID, startingAt start: Instant, speed: FlowSpeed = .recorded,
        loops: Bool = false
    ) {
        self.recording = recording
        self.market = market
        self.speed = speed
        self.loops = loops
        passStart = start
    }

    public var nextDue: Instant? {
        let book = nextBook < recording.books.count ? recording.books[nextBook].time : nil
        let trade = nextTrade < recording.trades.count ? recording.trades[nextTrade].time : nil
        switch (book, trade) {
        case (nil, nil): return nil
        case (let time?, nil), (nil, let time?): return venueTime(time)
        case (let book?, let trade?): return venueTime(min(book, trade))
        }
    }

    public mutating func next() -> FlowEvent? {
        let event = takeNext()
        if loops, nextBook == recording.books.count, nextTrade == recording.trades.count {
            passStart = passStart + speed.span(recording.summary.duration + Self.pause)
            (nextBook, nextTrade) = (0, 0)
        }
        return event
    }

    /// Trades come before a book of the same instant, which shows what they left.
    private mutating func takeNext() -> FlowEvent? {
        let book = nextBook < recording.books.count ? recording.books[nextBook] : nil
        if nextTrade < recording.trades.count {
            let trade = recording.trades[nextTrade]
            if nextBook > 0, book.map({ trade.time <= $0.time }) ?? true {
                nextTrade += 1
                return .trade(market, aggressor: trade.aggressor, quantity: trade.quantity, limit: trade.price)
            }
        }
        guard let book else { return nil }
        nextBook += 1
        return .book(market, bids: book.bids, asks: book.asks)
    }

    private func venueTime(_ time: Instant) -> Instant { passStart + speed.span(time - recording.start) }
}
