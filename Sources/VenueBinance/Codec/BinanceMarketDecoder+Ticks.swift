internal import Fundamentals
internal import MarketModel
internal import VenueKit
internal import Wire

// The small messages. Their values are bookmarked on a first pass, so that keys may come in any order.
extension BinanceMarketDecoder {
    mutating func touch(_ cursor: inout JSONCursor, slot named: Int?) throws(WireError) -> BinanceMarketMessage {
        var (symbol, bid, bidSize, ask, askSize): (JSONCursor?, JSONCursor?, JSONCursor?, JSONCursor?, JSONCursor?)
        var (id, time) = (Int64.min, Int64.min)
        while let key = try cursor.nextKey() {
            switch key.byte {
            case UInt8(ascii: "u"): id = try cursor.integer()
            case UInt8(ascii: "T"): time = try cursor.integer()
            case UInt8(ascii: "s"): symbol = try mark(&cursor, at: cursor)
            case UInt8(ascii: "b"): bid = try mark(&cursor, at: cursor)
            case UInt8(ascii: "B"): bidSize = try mark(&cursor, at: cursor)
            case UInt8(ascii: "a"): ask = try mark(&cursor, at: cursor)
            case UInt8(ascii: "A"): askSize = try mark(&cursor, at: cursor)
            default: try cursor.skipValue()
            }
        }
        guard var symbol, var bid, var bidSize, var ask, var askSize, (0...Self.largestID).contains(id) else {
            throw Self.lacking(cursor, "s, u, b, B, a and A")
        }
        let scales = self.scales[try slot(&symbol, expected: named)]
        let touch = Touch(
            bid: BookLevel(try Self.price(&bid, scales), try Self.quantity(&bidSize, scales)),
            ask: BookLevel(try Self.price(&ask, scales), try Self.quantity(&askSize, scales)))
        let venueTime = try Self.instant(time, cursor)
        guard touch.bid.price.ticks > 0, touch.ask.price.ticks > 0 else { return .other }
        return .event(.touch(scales.market, touch, bookID: id, venueTime: venueTime))
    }

    /// - Parameter idKey: `a` of aggregated trades, `t` of single ones.
    mutating func trade(
        _ cursor: inout JSONCursor, idKey: UInt8, slot named: Int?
    ) throws(WireError) -> BinanceMarketMessage {
        var (symbol, price, quantity): (JSONCursor?, JSONCursor?, JSONCursor?)
        var (id, time) = (Int64.min, Int64.min)
        var isBuyerMaker: Bool?
        while let key = try cursor.nextKey() {
            switch key.byte {
            case idKey: id = try cursor.integer()
            case UInt8(ascii: "T"): time = try cursor.integer()
            case UInt8(ascii: "m"): isBuyerMaker = try cursor.bool()
            case UInt8(ascii: "s"): symbol = try mark(&cursor, at: cursor)
            case UInt8(ascii: "p"): price = try mark(&cursor, at: cursor)
            case UInt8(ascii: "q"): quantity = try mark(&cursor, at: cursor)
            default: try cursor.skipValue()
            }
        }
        guard var symbol, var price, var quantity, let isBuyerMaker, id != .min, time != .min else {
            throw Self.lacking(cursor, "s, an id, p, q, T and m")
        }
        let scales = self.scales[try slot(&symbol, expected: named)]
        let trade = PublicTrade(
            id: TradeID(id), price: try Self.price(&price, scales), quantity: try Self.quantity(&quantity, scales),
            aggressor: isBuyerMaker ? .sell : .buy, venueTime: try Self.instant(time, cursor))
        // Futures print transfers to the insurance fund without a price.
        guard trade.price.ticks > 0, trade.quantity > .zero else { return .other }
        return .event(.trade(scales.market, trade))
    }

    mutating func mark(_ cursor: inout JSONCursor, slot named: Int?) throws(WireError) -> BinanceMarketMessage {
        var symbol: JSONCursor?
        var price: (mantissa: Int64, scale: Int)?
        var rate: (mantissa: Int64, scale: Int)?
        var next = Int64.min
        while let key = try cursor.nextKey() {
            switch key.byte {
            case UInt8(ascii: "s"): symbol = try mark(&cursor, at: cursor)
            case UInt8(ascii: "p"): price = try cursor.decimal()
            case UInt8(ascii: "r"): rate = try fundingRate(&cursor)
            case UInt8(ascii: "T"): next = try cursor.integer()
            default: try cursor.skipValue()
            }
        }
        guard var symbol, let price, let rate, next != .min else { throw Self.lacking(cursor, "s, p, r and T") }
        let scales = self.scales[try slot(&symbol, expected: named)]
        guard price.mantissa > 0, price.scale <= 18, rate.scale <= 18,
            let funding = Rate(rounding: ExactDecimal(mantissa: Int128(rate.mantissa), scale: rate.scale))
        else { throw Self.outOfRange(cursor) }
        return .event(
            .mark(
                scales.market, price: ExactDecimal(mantissa: Int128(price.mantissa), scale: price.scale),
                fundingRate: funding, nextFunding: try Self.instant(next, cursor)))
    }

    /// Contracts with a delivery date have none: the text is empty.
    private func fundingRate(_ cursor: inout JSONCursor) throws(WireError) -> (mantissa: Int64, scale: Int) {
        var probe = cursor
        if try probe.peek() == .string, try probe.string().count == 0 {
            cursor = probe
            return (0, 0)
        }
        return try cursor.decimal()
    }

    // MARK: Fields

    /// The symbol, which must be the one that the stream's name says.
    func slot(_ cursor: inout JSONCursor, expected: Int?) throws(WireError) -> Int {
        let text = try cursor.string()
        if let expected {
            guard text.matches(scales[expected].symbol) else {
                throw WireError(
                    offset: cursor.offset,
                    reason: "a stream of another symbol than its message: \(text.string.prefix(40))")
            }
            return expected
        }
        for index in scales.indices where text.matches(scales[index].symbol) { return index }
        throw WireError(offset: cursor.offset, reason: "a symbol that was not subscribed: \(text.string.prefix(40))")
    }

    @inline(__always)
    static func price(_ cursor: inout JSONCursor, _ scales: Scales) throws(WireError) -> Price {
        let ticks = try cursor.decimal(scale: scales.tickScale, step: scales.tickStep)
        guard ticks >= 0, ticks <= Int64(VenueFields.largest) else { throw outOfRange(cursor) }
        return Price(ticks: ticks)
    }

    @inline(__always)
    static func quantity(_ cursor: inout JSONCursor, _ scales: Scales) throws(WireError) -> Quantity {
        let start = cursor
        var lots: Int64
        do throws(WireError) { lots = try cursor.decimal(scale: scales.lotScale, step: scales.lotStep) } catch {
            cursor = start
            guard let rounded = dust(&cursor, scales) else { throw error }
            lots = rounded
        }
        guard lots >= 0, lots <= Int64(VenueFields.largest) else { throw outOfRange(cursor) }
        return Quantity(lots: lots)
    }

    /// A quantity between two lots: the lower, or one where that is nothing. Nil for what is no quantity.
    @inline(never)
    private static func dust(_ cursor: inout JSONCursor, _ scales: Scales) -> Int64? {
        guard let text = try? cursor.string(), !text.hasEscapes, text.bytes.first != UInt8(ascii: "+"),
            let decimal = ExactDecimal(utf8: text.bytes), decimal.mantissa > 0, decimal.scale >= scales.lotScale
        else { return nil }
        var lot = Int128(scales.lotStep)
        for _ in scales.lotScale..<decimal.scale {
            let (product, overflow) = lot.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            lot = product
        }
        return max(1, Int64(clamping: decimal.mantissa / lot))
    }

    /// Milliseconds, or microseconds where the connection asked for them; messages without a time give none.
    static func instant(_ time: Int64, _ cursor: JSONCursor) throws(WireError) -> Instant {
        if time == .min { return .distantPast }
        let isMicroseconds = time >= 100_000_000_000_000
        guard let instant = Instant(venueMilliseconds: isMicroseconds ? time / 1_000 : time) else {
            throw lacking(cursor, "a time in milliseconds")
        }
        return isMicroseconds ? instant + .microseconds(time % 1_000) : instant
    }

    @inline(never)
    static func outOfRange(_ cursor: JSONCursor) -> WireError {
        WireError(offset: cursor.offset, reason: "a price or quantity out of range")
    }

    @inline(never)
    static func lacking(_ cursor: JSONCursor, _ what: String) -> WireError {
        WireError(offset: cursor.offset, reason: "expected \(what)")
    }

    /// Remembers where a value starts and steps over it.
    @inline(__always)
    private func mark(_ cursor: inout JSONCursor, at start: JSONCursor) throws(WireError) -> JSONCursor {
        try cursor.skipValue()
        return start
    }
}
