internal import Fundamentals
internal import MarketModel
internal import VenueKit
internal import Wire

extension BinanceMarketDecoder {
    /// `depthUpdate`: what changed.
    mutating func difference(_ cursor: inout JSONCursor, slot named: Int?) throws(WireError) -> MarketEvent {
        let book = try levels(&cursor, slot: named)
        guard book.first != .min, book.last != .min else { throw Self.lacking(cursor, "U and u") }
        guard (0...Self.largestID).contains(book.first), book.first <= book.last, book.previous <= book.last else {
            throw WireError(offset: cursor.offset, reason: "ids run backwards")
        }
        scratch.lastID = book.last
        scratch.firstID = book.first
        scratch.previousID = book.previous == .min ? book.first - 1 : book.previous
        return .delta(scales[book.slot].market, scratch)
    }

    /// The top of the book, or all of it: `lastUpdateId`, `bids`, `asks`, or on futures the members of a `depthUpdate`.
    mutating func partialDepth(_ cursor: inout JSONCursor, slot named: Int?) throws(WireError) -> MarketEvent {
        let book = try levels(&cursor, slot: named)
        guard book.last >= 0 else { throw Self.lacking(cursor, "lastUpdateId") }
        scratch.lastID = book.last
        scratch.firstID = book.last
        scratch.previousID = 0
        return .snapshot(scales[book.slot].market, scratch)
    }

    private struct Members {
        var slot: Int
        var first = Int64.min
        var last = Int64.min
        var previous = Int64.min
        var hasBids = false
        var hasAsks = false
    }

    /// Both sides and the time into the scratch; the rest is returned.
    private mutating func levels(_ cursor: inout JSONCursor, slot named: Int?) throws(WireError) -> Members {
        var members = Members(slot: named ?? -1)
        var early: (bids: JSONCursor?, asks: JSONCursor?) = (nil, nil)
        var (eventTime, time) = (Int64.min, Int64.min)
        while let key = try cursor.nextKey() {
            switch key.byte {
            case UInt8(ascii: "s"): members.slot = try slot(&cursor, expected: named)
            case UInt8(ascii: "U"): members.first = try cursor.integer()
            case UInt8(ascii: "u"): members.last = try cursor.integer()
            case UInt8(ascii: "T"): time = try cursor.integer()
            case UInt8(ascii: "E"): eventTime = try cursor.integer()
            case UInt8(ascii: "b"): try Self.side(&cursor, &members, scales, &scratch.bids, isBids: true, &early.bids)
            case UInt8(ascii: "a"): try Self.side(&cursor, &members, scales, &scratch.asks, isBids: false, &early.asks)
            default:
                if key.matches("bids") {
                    try Self.side(&cursor, &members, scales, &scratch.bids, isBids: true, &early.bids)
                } else if key.matches("asks") {
                    try Self.side(&cursor, &members, scales, &scratch.asks, isBids: false, &early.asks)
                } else if key.matches("pu") {
                    members.previous = try cursor.integer()
                } else if key.matches("lastUpdateId") {
                    members.last = try cursor.integer()
                } else {
                    try cursor.skipValue()
                }
            }
        }
        guard members.slot >= 0, members.hasBids, members.hasAsks, members.last <= Self.largestID else {
            throw Self.lacking(cursor, "a symbol, an id and both sides")
        }
        if var bids = early.bids { try Self.levels(&bids, scales[members.slot], &scratch.bids) }
        if var asks = early.asks { try Self.levels(&asks, scales[members.slot], &scratch.asks) }
        scratch.venueTime = try Self.instant(time == .min ? eventTime : time, cursor)
        return members
    }

    /// Reads a side, or where the symbol is not known yet remembers where it stands.
    ///
    /// Static, as `levels` is.
    private static func side(
        _ cursor: inout JSONCursor, _ members: inout Members, _ scales: [Scales], _ levels: inout [BookLevel],
        isBids: Bool, _ early: inout JSONCursor?
    ) throws(WireError) {
        if isBids { members.hasBids = true } else { members.hasAsks = true }
        guard members.slot >= 0 else {
            early = cursor
            return try cursor.skipValue()
        }
        early = nil
        try Self.levels(&cursor, scales[members.slot], &levels)
    }

    // Static: a call on `self` would hold a copy of the scratch, and refilling it would allocate.
    private static func levels(
        _ cursor: inout JSONCursor, _ scales: Scales, _ levels: inout [BookLevel]
    ) throws(WireError) {
        levels.removeAll(keepingCapacity: true)
        try cursor.enterArray()
        while try cursor.nextElement() {
            guard levels.count < maxLevels else {
                throw WireError(offset: cursor.offset, reason: "more than \(maxLevels) levels on one side")
            }
            try cursor.enterArray()
            guard try cursor.nextElement() else { throw lacking(cursor, "a price") }
            let price = try price(&cursor, scales)
            guard try cursor.nextElement() else { throw lacking(cursor, "a quantity") }
            let quantity = try quantity(&cursor, scales)
            while try cursor.nextElement() { try cursor.skipValue() }
            guard price.ticks > 0 else { throw WireError(offset: cursor.offset, reason: "a price must be positive") }
            levels.append(BookLevel(price, quantity))
        }
    }

    /// Ids beyond this could overflow when one is added to them; no book comes near.
    static let largestID = Int64.max / 2
}
