public import MarketModel

/// What one frame of a market data stream is.
public enum BinanceMarketMessage: Hashable, Sendable {
    /// A snapshot (`depth20`), a change (`depthUpdate`), a touch (`bookTicker`), a print (`aggTrade`, `trade`) or a mark price.
    ///
    /// Quantities that are no whole number of lots, as old orders leave them when a step grows, are rounded down to lots, but
    /// never to nothing: they cannot be traded to the last digit, and must not make the book unreadable.
    ///
    /// A change of a spot book has `previousID` = `U` − 1: its ids are consecutive. One of a futures book has `pu`.
    case event(MarketEvent)
    /// The venue is about to close the connection.
    case serverShutdown
    /// The answer to a frame of ours.
    case reply(isError: Bool)
    /// Understood, and of no use: candles, tickers, a touch with an empty side, a print without a price.
    case other
}

/// What a stream carries, by its name.
enum BinanceStreamKind {
    case depth
    /// Complete in itself: replaces the book's top.
    case partialDepth
    case touch
    case aggregateTrade
    case trade
    case mark
    /// A stream without a name, or one that is told by what its messages say.
    case unnamed

    /// From what follows the `@`: `depth20@100ms`, `aggTrade`.
    init(_ name: UnsafeBufferPointer<UInt8>, from start: Int) {
        func begins(_ text: StaticString) -> Bool {
            guard name.count - start >= text.utf8CodeUnitCount else { return false }
            for index in 0..<text.utf8CodeUnitCount where name[start + index] != text.utf8Start[index] { return false }
            return true
        }
        func has(_ text: StaticString) -> Bool { name.count - start == text.utf8CodeUnitCount && begins(text) }
        let afterDepth = start + 5 < name.count ? name[start + 5] : UInt8(ascii: "@")
        if begins("depth"), afterDepth == UInt8(ascii: "@") {
            self = .depth
        } else if begins("depth"), afterDepth &- UInt8(ascii: "0") < 10 {
            self = .partialDepth
        } else if has("bookTicker") {
            self = .touch
        } else if has("aggTrade") {
            self = .aggregateTrade
        } else if has("trade") {
            self = .trade
        } else if begins("markPrice") {
            self = .mark
        } else {
            self = .unnamed
        }
    }
}
