internal import Fundamentals
public import MarketModel
public import VenueKit
internal import Wire

/// Reader for the public streams, raw or combined: bytes straight into ticks and lots, no tree in between.
///
/// The levels of the last book message are kept as a scratch. A decoder whose events are dropped before the next message
/// allocates nothing once warm.
public struct AsterMarketDecoder: Sendable {
    /// What the hot path needs of an instrument.
    struct Scales: Hashable, Sendable {
        var market: MarketID
        var symbol: [UInt8]
        var tickScale: Int
        var tickStep: Int64
        var lotScale: Int
        var lotStep: Int64
    }

    /// More levels than any stream carries; a message with more is refused rather than remembered.
    static let maxLevels = 5_000

    let scales: [Scales]
    /// What a bare `depthUpdate` is: streams opened one by one do not carry their name.
    let rawDepthIsComplete: Bool
    var scratch = BookUpdate()

    /// - Parameter rawDepthIsComplete: whether unnamed depth messages are of a `depth<N>` stream, complete in
    ///   themselves, instead of changes. Combined streams say it in their name.
    public init(instruments: [Instrument], rawDepthIsComplete: Bool = false) {
        self.rawDepthIsComplete = rawDepthIsComplete
        scales = instruments.map { instrument in
            Scales(
                market: instrument.market, symbol: Array(instrument.symbol.utf8),
                tickScale: instrument.tickSize.scale, tickStep: Int64(clamping: instrument.tickSize.mantissa),
                lotScale: instrument.lotSize.scale, lotStep: Int64(clamping: instrument.lotSize.mantissa))
        }
    }

    /// The event in one message: `depthUpdate` (as `delta`, or `snapshot` for `depth<N>`), `bookTicker`, `aggTrade` or
    /// `markPriceUpdate`. Nil for replies to control messages, for other events, and for a touch with an empty side.
    public mutating func decode(_ bytes: [UInt8]) throws(AsterDecodeError) -> MarketEvent? {
        do throws(WireError) {
            return try bytes.withUnsafeBufferPointer { buffer throws(WireError) in
                var cursor = JSONCursor(buffer)
                return try message(&cursor)
            }
        } catch {
            throw AsterDecodeError("market stream, byte \(error.offset)", error.reason)
        }
    }

    // MARK: Envelope

    private mutating func message(_ cursor: inout JSONCursor) throws(WireError) -> MarketEvent? {
        try cursor.enterObject()
        let start = cursor
        guard let first = try cursor.nextKey() else {
            try cursor.finish()
            return nil
        }
        var event: MarketEvent?
        if first.matches("stream") {
            let isComplete = Self.namesCompleteDepth(try cursor.string())
            while let key = try cursor.nextKey() {
                if key.matches("data"), try cursor.peek() == .object {
                    try cursor.enterObject()
                    event = try body(&cursor, isComplete: isComplete)
                } else {
                    try cursor.skipValue()
                }
            }
        } else if first.matches("data") {
            event = try reversedEnvelope(&cursor)
        } else {
            cursor = start
            event = try body(&cursor, isComplete: rawDepthIsComplete)
        }
        try cursor.finish()
        return event
    }

    /// `data` before `stream`: read the name first, then come back.
    private mutating func reversedEnvelope(_ cursor: inout JSONCursor) throws(WireError) -> MarketEvent? {
        var data = cursor
        try cursor.skipValue()
        var isComplete = rawDepthIsComplete
        while let key = try cursor.nextKey() {
            if key.matches("stream") {
                isComplete = Self.namesCompleteDepth(try cursor.string())
            } else {
                try cursor.skipValue()
            }
        }
        guard try data.peek() == .object else { return nil }
        try data.enterObject()
        return try body(&data, isComplete: isComplete)
    }

    /// `…@depth20`, `…@depth5@100ms`; not `…@depth@100ms`.
    private static func namesCompleteDepth(_ name: JSONText) -> Bool {
        let bytes = name.bytes
        guard let at = bytes.firstIndex(of: UInt8(ascii: "@")), at + 6 < bytes.count else { return false }
        let isDepth =
            bytes[at + 1] == UInt8(ascii: "d") && bytes[at + 2] == UInt8(ascii: "e")
            && bytes[at + 3] == UInt8(ascii: "p") && bytes[at + 4] == UInt8(ascii: "t")
            && bytes[at + 5] == UInt8(ascii: "h")
        return isDepth && bytes[at + 6] &- UInt8(ascii: "0") < 10
    }

    /// The event object, from just behind its brace to behind its end.
    private mutating func body(_ cursor: inout JSONCursor, isComplete: Bool) throws(WireError) -> MarketEvent? {
        let start = cursor
        var isFirst = true
        while let key = try cursor.nextKey() {
            guard key.byte == UInt8(ascii: "e"), try cursor.peek() == .string else {
                try cursor.skipValue()
                isFirst = false
                continue
            }
            let name = try cursor.string()
            // The name stands first in every message seen so far; where it does not, begin again knowing it.
            if !isFirst { cursor = start }
            if name.matches("depthUpdate") { return try depth(&cursor, isComplete: isComplete) }
            if name.matches("bookTicker") { return try touch(&cursor) }
            if name.matches("aggTrade") { return try trade(&cursor) }
            if name.matches("markPriceUpdate") { return try mark(&cursor) }
            while try cursor.nextKey() != nil { try cursor.skipValue() }
            return nil
        }
        return nil
    }

    // MARK: Depth

    private mutating func depth(_ cursor: inout JSONCursor, isComplete: Bool) throws(WireError) -> MarketEvent? {
        var slot = -1
        var early: (bids: JSONCursor?, asks: JSONCursor?) = (nil, nil)
        var (first, last, previous, time) = (Int64.min, Int64.min, Int64.min, Int64.min)
        var (hasBids, hasAsks) = (false, false)
        while let key = try cursor.nextKey() {
            switch key.byte {
            case UInt8(ascii: "s"): slot = try self.slot(&cursor)
            case UInt8(ascii: "U"): first = try cursor.integer()
            case UInt8(ascii: "u"): last = try cursor.integer()
            case UInt8(ascii: "T"): time = try cursor.integer()
            case UInt8(ascii: "b"):
                hasBids = true
                if slot >= 0 { try Self.levels(&cursor, scales[slot], &scratch.bids) } else { early.bids = cursor }
                if slot < 0 { try cursor.skipValue() }
            case UInt8(ascii: "a"):
                hasAsks = true
                if slot >= 0 { try Self.levels(&cursor, scales[slot], &scratch.asks) } else { early.asks = cursor }
                if slot < 0 { try cursor.skipValue() }
            default:
                if key.matches("pu") { previous = try cursor.integer() } else { try cursor.skipValue() }
            }
        }
        guard slot >= 0, hasBids, hasAsks, last != .min else { throw Self.lacking(cursor, "s, u, b and a") }
        if var bids = early.bids { try Self.levels(&bids, scales[slot], &scratch.bids) }
        if var asks = early.asks { try Self.levels(&asks, scales[slot], &scratch.asks) }
        scratch.lastID = last
        scratch.venueTime = try Self.instant(time, cursor)
        if isComplete {
            (scratch.firstID, scratch.previousID) = (last, 0)
            return .snapshot(scales[slot].market, scratch)
        }
        guard first != .min, previous != .min else { throw Self.lacking(cursor, "U and pu") }
        guard previous <= last, first <= last else {
            throw WireError(offset: cursor.offset, reason: "ids run backwards")
        }
        (scratch.firstID, scratch.previousID) = (first, previous)
        return .delta(scales[slot].market, scratch)
    }

    // Static: a call on `self` would hold a copy of the scratch, and refilling it would allocate.
    private static func levels(
        _ cursor: inout JSONCursor, _ scales: Scales, _ levels: inout [BookLevel]
    ) throws(WireError) {
        levels.removeAll(keepingCapacity: true)
        try cursor.enterArray()
        while try cursor.nextElement() {
            guard levels.count < Self.maxLevels else {
                throw WireError(offset: cursor.offset, reason: "more than \(Self.maxLevels) levels on one side")
            }
            try cursor.enterArray()
            guard try cursor.nextElement() else { throw Self.lacking(cursor, "a price") }
            let price = try Self.price(&cursor, scales)
            guard try cursor.nextElement() else { throw Self.lacking(cursor, "a quantity") }
            let quantity = try Self.quantity(&cursor, scales)
            while try cursor.nextElement() { try cursor.skipValue() }
            guard price.ticks > 0 else { throw WireError(offset: cursor.offset, reason: "a price must be positive") }
            levels.append(BookLevel(price, quantity))
        }
    }

    // MARK: Fields

    func slot(_ cursor: inout JSONCursor) throws(WireError) -> Int {
        let text = try cursor.string()
        for index in scales.indices where text.matches(scales[index].symbol) { return index }
        throw WireError(offset: cursor.offset, reason: "a symbol that was not subscribed: \(text.string.prefix(40))")
    }

    @inline(__always)
    static func price(_ cursor: inout JSONCursor, _ scales: Scales) throws(WireError) -> Price {
        let ticks = try cursor.decimal(scale: scales.tickScale, step: scales.tickStep)
        guard ticks >= 0, ticks <= Int64(AsterFields.largest) else { throw Self.outOfRange(cursor) }
        return Price(ticks: ticks)
    }

    @inline(__always)
    static func quantity(_ cursor: inout JSONCursor, _ scales: Scales) throws(WireError) -> Quantity {
        let lots = try cursor.decimal(scale: scales.lotScale, step: scales.lotStep)
        guard lots >= 0, lots <= Int64(AsterFields.largest) else { throw Self.outOfRange(cursor) }
        return Quantity(lots: lots)
    }

    static func instant(_ milliseconds: Int64, _ cursor: JSONCursor) throws(WireError) -> Instant {
        guard let instant = Instant(venueMilliseconds: milliseconds) else {
            throw Self.lacking(cursor, "T in milliseconds")
        }
        return instant
    }

    @inline(never)
    static func outOfRange(_ cursor: JSONCursor) -> WireError {
        WireError(offset: cursor.offset, reason: "a price or quantity out of range")
    }

    @inline(never)
    static func lacking(_ cursor: JSONCursor, _ what: String) -> WireError {
        WireError(offset: cursor.offset, reason: "expected \(what)")
    }
}
