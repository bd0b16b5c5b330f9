internal import Fundamentals
internal import MarketModel
internal import VenueKit
internal import Wire

// The `data` of a frame. Its members say what it is, whatever the type says; they may come in any order.
extension ExtendedMarketDecoder {
    /// A book, a funding rate or a price.
    mutating func object(_ cursor: inout JSONCursor, _ content: inout Content) throws(WireError) {
        var (bids, asks): (JSONCursor?, JSONCursor?)
        var (hasMarket, hasBids, hasAsks) = (false, false, false)
        guard content.shape == .none, content.slot < 0 else { throw Self.lacking(cursor, "data only once") }
        try cursor.enterObject()
        while let key = try cursor.nextKey() {
            switch key.byte {
            case UInt8(ascii: "m"):
                // Levels are read in the steps of the market named first.
                guard !hasMarket else { throw Self.lacking(cursor, "one market") }
                content.slot = slot(of: try cursor.string())
                hasMarket = true
            case UInt8(ascii: "b"):
                content.shape = .book
                hasBids = true
                if content.slot >= 0 {
                    try Self.levels(&cursor, markets[content.slot], &scratch.bids, &relativeBids)
                } else {
                    bids = try bookmark(&cursor)
                }
            case UInt8(ascii: "a"):
                content.shape = .book
                hasAsks = true
                if content.slot >= 0 {
                    try Self.levels(&cursor, markets[content.slot], &scratch.asks, &relativeAsks)
                } else {
                    asks = try bookmark(&cursor)
                }
            case UInt8(ascii: "t"):
                let type = try cursor.string()
                if type.matches("SNAPSHOT") { content.isSnapshot = true }
                if type.matches("DELTA") { content.isSnapshot = false }
            case UInt8(ascii: "d"):
                guard try cursor.peek() == .string else {
                    try cursor.skipValue()
                    continue
                }
                content.isTop = try cursor.string().matches("1")
            case UInt8(ascii: "p"):
                if content.shape == .none { content.shape = .price }
                content.price = try Self.exact(&cursor)
                guard content.price.map({ $0.mantissa > 0 }) ?? false else { throw Self.outOfRange(cursor) }
            case UInt8(ascii: "f"):
                content.shape = .funding
                guard let rate = Rate(rounding: try Self.exact(&cursor)) else { throw Self.outOfRange(cursor) }
                content.rate = rate
            case UInt8(ascii: "T"): content.time = try cursor.integer()
            default: try cursor.skipValue()
            }
        }
        guard hasMarket || content.shape == .none else { throw Self.lacking(cursor, "a market in m") }
        guard content.slot >= 0 else { return }
        guard content.shape != .book || (hasBids && hasAsks) else { throw Self.lacking(cursor, "both b and a") }
        // Levels that came before their market's name.
        if var bids { try Self.levels(&bids, markets[content.slot], &scratch.bids, &relativeBids) }
        if var asks { try Self.levels(&asks, markets[content.slot], &scratch.asks, &relativeAsks) }
    }

    /// Trades, told from candles by their market; false for anything else.
    mutating func list(_ cursor: inout JSONCursor, _ events: inout [MarketEvent]) throws(WireError) -> Bool {
        var isTrades = false
        try cursor.enterArray()
        while try cursor.nextElement() {
            guard try cursor.peek() == .object else {
                try cursor.skipValue()
                continue
            }
            switch try row(&cursor) {
            case .trade(let market, let trade):
                events.append(.trade(market, trade))
                isTrades = true
            case .foreign: isTrades = true
            case .other: break
            }
        }
        return isTrades
    }

    private enum Row {
        case trade(MarketID, PublicTrade)
        /// Of a market that was not asked for.
        case foreign
        case other
    }

    private func row(_ cursor: inout JSONCursor) throws(WireError) -> Row {
        var (slot, id, time): (Int?, Int64?, Int64?)
        var (price, quantity): (JSONCursor?, JSONCursor?)
        var aggressor: Side?
        try cursor.enterObject()
        while let key = try cursor.nextKey() {
            switch key.byte {
            case UInt8(ascii: "m"): slot = self.slot(of: try cursor.string())
            case UInt8(ascii: "i"): id = try cursor.integer()
            case UInt8(ascii: "T"): time = try cursor.integer()
            case UInt8(ascii: "p"): price = try bookmark(&cursor)
            case UInt8(ascii: "q"): quantity = try bookmark(&cursor)
            case UInt8(ascii: "S"):
                let side = try cursor.string()
                aggressor = side.matches("BUY") ? .buy : side.matches("SELL") ? .sell : nil
            default: try cursor.skipValue()
            }
        }
        guard let slot else { return .other }
        guard slot >= 0 else { return .foreign }
        guard let id, let time, let aggressor, var price, var quantity,
            let venueTime = Instant(venueMilliseconds: time)
        else { throw Self.lacking(cursor, "i, T, S, p and q of a trade") }
        let trade = PublicTrade(
            id: TradeID(id), price: try Self.price(&price, markets[slot]),
            quantity: Quantity(lots: try Self.lots(&quantity, markets[slot])), aggressor: aggressor,
            venueTime: venueTime)
        guard trade.quantity > .zero else { throw Self.outOfRange(cursor) }
        return .trade(markets[slot].id, trade)
    }

    // MARK: Levels

    // Static: a call on `self` would hold a copy of the scratch, and refilling it would allocate.
    private static func levels(
        _ cursor: inout JSONCursor, _ market: Market, _ levels: inout [BookLevel], _ relative: inout [Int]
    ) throws(WireError) {
        levels.removeAll(keepingCapacity: true)
        relative.removeAll(keepingCapacity: true)
        try cursor.enterArray()
        while try cursor.nextElement() {
            guard levels.count < maxLevels else {
                throw WireError(offset: cursor.offset, reason: "more than \(maxLevels) levels on one side")
            }
            var price: Price?
            var change: JSONCursor?
            var size: Int64?
            try cursor.enterObject()
            while let key = try cursor.nextKey() {
                switch key.byte {
                case UInt8(ascii: "p"): price = try Self.price(&cursor, market)
                case UInt8(ascii: "q"):
                    change = cursor
                    try cursor.skipValue()
                case UInt8(ascii: "c"): if !cursor.null() { size = try lots(&cursor, market) }
                default: try cursor.skipValue()
                }
            }
            guard let price else { throw lacking(cursor, "a price in p") }
            if let size {
                guard size >= 0 else { throw outOfRange(cursor) }
                levels.append(BookLevel(price, Quantity(lots: size)))
            } else {
                guard var change else { throw lacking(cursor, "a size in c or q") }
                relative.append(levels.count)
                levels.append(BookLevel(price, Quantity(lots: try lots(&change, market))))
            }
        }
    }

    // MARK: Fields

    /// −1 for a market that was not asked for.
    func slot(of name: JSONText) -> Int {
        for index in markets.indices where name.matches(markets[index].symbol) { return index }
        return -1
    }

    /// Remembers where a value starts and steps over it.
    @inline(__always)
    private func bookmark(_ cursor: inout JSONCursor) throws(WireError) -> JSONCursor {
        let start = cursor
        try cursor.skipValue()
        return start
    }

    @inline(__always)
    static func price(_ cursor: inout JSONCursor, _ market: Market) throws(WireError) -> Price {
        let ticks = try cursor.decimal(scale: market.tickScale, step: market.tickStep)
        guard ticks > 0, ticks <= Int64(VenueFields.largest) else { throw outOfRange(cursor) }
        return Price(ticks: ticks)
    }

    /// May be negative: a change.
    @inline(__always)
    static func lots(_ cursor: inout JSONCursor, _ market: Market) throws(WireError) -> Int64 {
        let lots = try cursor.decimal(scale: market.lotScale, step: market.lotStep)
        guard lots.magnitude <= VenueFields.largest else { throw outOfRange(cursor) }
        return lots
    }

    /// What is finer than a tick: mark and index prices, rates. Some come with more zeros than 64 bits hold.
    private static func exact(_ cursor: inout JSONCursor) throws(WireError) -> ExactDecimal {
        guard try cursor.peek() == .string else {
            let (mantissa, scale) = try cursor.decimal()
            guard scale <= 18 else { throw outOfRange(cursor) }
            return ExactDecimal(mantissa: Int128(mantissa), scale: scale)
        }
        let text = try cursor.string()
        guard let decimal = ExactDecimal(utf8: text.bytes)?.normalized, decimal.scale <= 18 else {
            throw outOfRange(cursor)
        }
        return decimal
    }

    @inline(never)
    static func outOfRange(_ cursor: JSONCursor) -> WireError {
        WireError(offset: cursor.offset, reason: "a price, quantity or rate out of range")
    }

    @inline(never)
    static func lacking(_ cursor: JSONCursor, _ what: String) -> WireError {
        WireError(offset: cursor.offset, reason: "expected \(what)")
    }
}

extension JSONText {
    /// Whether the text ends so; a frame's type has its topic in front on some streams.
    func ends(with suffix: StaticString) -> Bool {
        guard !hasEscapes, count >= suffix.utf8CodeUnitCount else { return false }
        let start = count - suffix.utf8CodeUnitCount
        for index in 0..<suffix.utf8CodeUnitCount where bytes[start + index] != suffix.utf8Start[index] { return false }
        return true
    }
}
