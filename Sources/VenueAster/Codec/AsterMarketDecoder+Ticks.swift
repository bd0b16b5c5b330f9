internal import Fundamentals
internal import MarketModel
internal import VenueKit
internal import Wire

// The small messages. Their values are bookmarked on a first pass, so that keys may come in any order.
extension AsterMarketDecoder {
    mutating func touch(_ cursor: inout JSONCursor) throws(WireError) -> MarketEvent? {
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
        guard var symbol, var bid, var bidSize, var ask, var askSize, id != .min else {
            throw Self.lacking(cursor, "s, u, b, B, a and A")
        }
        let scales = self.scales[try slot(&symbol)]
        let touch = Touch(
            bid: BookLevel(try Self.price(&bid, scales), try Self.quantity(&bidSize, scales)),
            ask: BookLevel(try Self.price(&ask, scales), try Self.quantity(&askSize, scales)))
        let venueTime = try Self.instant(time, cursor)
        guard touch.bid.price.ticks > 0, touch.ask.price.ticks > 0 else { return nil }
        return .touch(scales.market, touch, bookID: id, venueTime: venueTime)
    }

    mutating func trade(_ cursor: inout JSONCursor) throws(WireError) -> MarketEvent? {
        var (symbol, price, quantity): (JSONCursor?, JSONCursor?, JSONCursor?)
        var (id, time) = (Int64.min, Int64.min)
        var isBuyerMaker: Bool?
        while let key = try cursor.nextKey() {
            switch key.byte {
            case UInt8(ascii: "a"): id = try cursor.integer()
            case UInt8(ascii: "T"): time = try cursor.integer()
            case UInt8(ascii: "m"): isBuyerMaker = try cursor.bool()
            case UInt8(ascii: "s"): symbol = try mark(&cursor, at: cursor)
            case UInt8(ascii: "p"): price = try mark(&cursor, at: cursor)
            case UInt8(ascii: "q"): quantity = try mark(&cursor, at: cursor)
            default: try cursor.skipValue()
            }
        }
        guard var symbol, var price, var quantity, let isBuyerMaker, id != .min else {
            throw Self.lacking(cursor, "s, a, p, q and m")
        }
        let scales = self.scales[try slot(&symbol)]
        let trade = PublicTrade(
            id: TradeID(id), price: try Self.price(&price, scales), quantity: try Self.quantity(&quantity, scales),
            aggressor: isBuyerMaker ? .sell : .buy, venueTime: try Self.instant(time, cursor))
        guard trade.price.ticks > 0, trade.quantity > .zero else { throw Self.outOfRange(cursor) }
        return .trade(scales.market, trade)
    }

    mutating func mark(_ cursor: inout JSONCursor) throws(WireError) -> MarketEvent? {
        var symbol: JSONCursor?
        var price: (mantissa: Int64, scale: Int)?
        var rate: (mantissa: Int64, scale: Int)?
        var next = Int64.min
        while let key = try cursor.nextKey() {
            switch key.byte {
            case UInt8(ascii: "s"): symbol = try mark(&cursor, at: cursor)
            case UInt8(ascii: "p"): price = try cursor.decimal()
            case UInt8(ascii: "r"): rate = try cursor.decimal()
            case UInt8(ascii: "T"): next = try cursor.integer()
            default: try cursor.skipValue()
            }
        }
        guard var symbol, let price, let rate else { throw Self.lacking(cursor, "s, p and r") }
        let scales = self.scales[try slot(&symbol)]
        guard price.mantissa > 0, price.scale <= 18, rate.scale <= 18,
            let funding = Rate(rounding: ExactDecimal(mantissa: Int128(rate.mantissa), scale: rate.scale))
        else { throw Self.outOfRange(cursor) }
        return .mark(
            scales.market, price: ExactDecimal(mantissa: Int128(price.mantissa), scale: price.scale),
            fundingRate: funding, nextFunding: try Self.instant(next, cursor))
    }

    /// Remembers where a value starts and steps over it.
    @inline(__always)
    private func mark(_ cursor: inout JSONCursor, at start: JSONCursor) throws(WireError) -> JSONCursor {
        try cursor.skipValue()
        return start
    }
}
