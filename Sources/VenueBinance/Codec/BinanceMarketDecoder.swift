internal import Fundamentals
public import MarketModel
public import VenueKit
internal import Wire

/// Reader for the public streams of Binance spot, USDⓈ-M and COIN-M, raw or combined, and for REST snapshots of books:
/// bytes straight into ticks and lots, no tree in between.
///
/// A combined stream is known by its name, which is the only place where a spot book's top says whose it is. Messages without
/// a name are told by their members: `e`, else `lastUpdateId`, else a touch.
/// The levels of the last book message are kept as a scratch: a decoder whose events are dropped before the next message
/// allocates nothing once warm.
public struct BinanceMarketDecoder: Sendable {
    /// What the hot path needs of an instrument.
    struct Scales: Hashable, Sendable {
        var market: MarketID
        var symbol: [UInt8]
        /// As stream names spell it.
        var lowercased: [UInt8]
        var tickScale: Int
        var tickStep: Int64
        var lotScale: Int
        var lotStep: Int64
    }

    /// More levels than any stream or snapshot carries; a message with more is refused rather than remembered.
    static let maxLevels = 5_000

    let scales: [Scales]
    var scratch = BookUpdate()

    public init(instruments: [Instrument]) {
        scales = instruments.map { instrument in
            Scales(
                market: instrument.market, symbol: Array(instrument.symbol.utf8),
                lowercased: Array(instrument.symbol.lowercased().utf8),
                tickScale: instrument.tickSize.scale, tickStep: Int64(clamping: instrument.tickSize.mantissa),
                lotScale: instrument.lotSize.scale, lotStep: Int64(clamping: instrument.lotSize.mantissa))
        }
    }

    /// What one text frame says.
    /// - Throws: what is no message of these streams, of another symbol, or off the tick or lot.
    public mutating func decode(_ bytes: [UInt8]) throws(VenueDecodeError) -> BinanceMarketMessage {
        do throws(WireError) {
            return try bytes.withUnsafeBufferPointer { buffer throws(WireError) in
                var cursor = JSONCursor(buffer)
                return try message(&cursor)
            }
        } catch {
            throw VenueDecodeError("market stream, byte \(error.offset)", error.reason)
        }
    }

    /// The reply of `depth`: a whole book.
    public mutating func snapshot(_ bytes: [UInt8], of market: MarketID) throws(VenueDecodeError) -> BookUpdate {
        guard let slot = scales.firstIndex(where: { $0.market == market }) else {
            throw VenueDecodeError("depth", "\(market) is not loaded")
        }
        do throws(WireError) {
            return try bytes.withUnsafeBufferPointer { buffer throws(WireError) in
                var cursor = JSONCursor(buffer)
                try cursor.enterObject()
                _ = try partialDepth(&cursor, slot: slot)
                try cursor.finish()
                return scratch
            }
        } catch {
            throw VenueDecodeError("depth, byte \(error.offset)", error.reason)
        }
    }

    // MARK: Envelope

    private mutating func message(_ cursor: inout JSONCursor) throws(WireError) -> BinanceMarketMessage {
        try cursor.enterObject()
        let start = cursor
        guard let first = try cursor.nextKey() else {
            try cursor.finish()
            return .other
        }
        var message = BinanceMarketMessage.other
        if first.matches("stream") {
            let (kind, slot) = try named(try cursor.string(), cursor)
            while let key = try cursor.nextKey() {
                if key.matches("data"), try cursor.peek() == .object {
                    try cursor.enterObject()
                    message = try body(&cursor, kind, slot: slot)
                } else {
                    try cursor.skipValue()
                }
            }
        } else if first.matches("data") {
            message = try reversedEnvelope(&cursor)
        } else {
            cursor = start
            message = try body(&cursor, .unnamed, slot: nil)
        }
        try cursor.finish()
        return message
    }

    /// `data` before `stream`: read the name first, then come back.
    private mutating func reversedEnvelope(_ cursor: inout JSONCursor) throws(WireError) -> BinanceMarketMessage {
        var data = cursor
        try cursor.skipValue()
        var (kind, slot): (BinanceStreamKind, Int?) = (.unnamed, nil)
        while let key = try cursor.nextKey() {
            if key.matches("stream") {
                (kind, slot) = try named(try cursor.string(), cursor)
            } else {
                try cursor.skipValue()
            }
        }
        guard try data.peek() == .object else { return .other }
        try data.enterObject()
        return try body(&data, kind, slot: slot)
    }

    /// `btcusdt@depth20@100ms`; names that begin with `!` are of no symbol.
    private func named(_ name: JSONText, _ cursor: JSONCursor) throws(WireError) -> (BinanceStreamKind, Int?) {
        let bytes = name.bytes
        guard bytes.first != UInt8(ascii: "!"), let at = bytes.firstIndex(of: UInt8(ascii: "@")) else {
            return (.unnamed, nil)
        }
        let kind = BinanceStreamKind(bytes, from: at + 1)
        for index in scales.indices where Self.matches(bytes, at, scales[index].lowercased) { return (kind, index) }
        throw WireError(
            offset: cursor.offset, reason: "a stream that was not subscribed: \(name.string.prefix(40))")
    }

    private static func matches(_ name: UnsafeBufferPointer<UInt8>, _ count: Int, _ symbol: [UInt8]) -> Bool {
        guard symbol.count == count else { return false }
        for index in 0..<count where name[index] != symbol[index] { return false }
        return true
    }

    /// The message, from just behind its brace to behind its end.
    private mutating func body(
        _ cursor: inout JSONCursor, _ kind: BinanceStreamKind, slot: Int?
    ) throws(WireError) -> BinanceMarketMessage {
        switch kind {
        case .depth: return .event(try difference(&cursor, slot: slot))
        case .partialDepth: return .event(try partialDepth(&cursor, slot: slot))
        case .touch: return try touch(&cursor, slot: slot)
        case .aggregateTrade: return try trade(&cursor, idKey: UInt8(ascii: "a"), slot: slot)
        case .trade: return try trade(&cursor, idKey: UInt8(ascii: "t"), slot: slot)
        case .mark: return try mark(&cursor, slot: slot)
        case .unnamed: return try unnamed(&cursor)
        }
    }

    /// By what its members say.
    private mutating func unnamed(_ cursor: inout JSONCursor) throws(WireError) -> BinanceMarketMessage {
        let start = cursor
        var (hasBook, hasTouch, hasResult, hasCode) = (false, false, false, false)
        while let key = try cursor.nextKey() {
            if key.byte == UInt8(ascii: "e"), try cursor.peek() == .string {
                let name = try cursor.string()
                cursor = start
                return try event(named: name, &cursor)
            }
            if key.byte == UInt8(ascii: "B") { hasTouch = true }
            if key.matches("lastUpdateId") { hasBook = true }
            if key.matches("result") { hasResult = true }
            if key.matches("code") || key.matches("error") { hasCode = true }
            try cursor.skipValue()
        }
        if hasCode || hasResult { return .reply(isError: hasCode) }
        guard hasBook || hasTouch else { return .other }
        cursor = start
        return hasBook ? .event(try partialDepth(&cursor, slot: onlySlot)) : try touch(&cursor, slot: nil)
    }

    private mutating func event(
        named name: JSONText, _ cursor: inout JSONCursor
    ) throws(WireError) -> BinanceMarketMessage {
        if name.matches("depthUpdate") { return .event(try difference(&cursor, slot: nil)) }
        if name.matches("bookTicker") { return try touch(&cursor, slot: nil) }
        if name.matches("aggTrade") { return try trade(&cursor, idKey: UInt8(ascii: "a"), slot: nil) }
        if name.matches("trade") { return try trade(&cursor, idKey: UInt8(ascii: "t"), slot: nil) }
        if name.matches("markPriceUpdate") { return try mark(&cursor, slot: nil) }
        while try cursor.nextKey() != nil { try cursor.skipValue() }
        return name.matches("serverShutdown") ? .serverShutdown : .other
    }

    /// Where only one symbol is read, a book without a name can only be its own.
    private var onlySlot: Int? { scales.count == 1 ? 0 : nil }
}
