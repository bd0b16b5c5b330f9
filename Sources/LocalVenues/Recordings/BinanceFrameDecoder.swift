internal import Fundamentals
internal import MarketModel
internal import Wire

/// One recorded frame, as far as a recording needs it. Prices and quantities in 10⁻⁸.
struct Frame {
    enum Kind { case snapshot, depth, trade, other }

    var kind = Kind.other
    var symbol: String?
    var firstID: Int64 = 0
    var lastID: Int64 = 0
    /// Futures only.
    var previousID: Int64?
    var time = Instant.distantPast
    var bids: [BookLevel] = []
    var asks: [BookLevel] = []
    var price: Int64 = 0
    var quantity: Int64 = 0
    var buyerIsMaker = false
}

enum FrameDecoder {
    /// Reads a combined-stream frame (`{"stream":…,"data":{…}}`), a bare event, or a REST depth snapshot.
    static func decode(_ bytes: [UInt8]) throws(WireError) -> Frame {
        try JSONCursor.scan(bytes) { cursor throws(WireError) in
            var frame = Frame()
            try read(&cursor, into: &frame, isInner: false)
            try cursor.finish()
            return frame
        }
    }

    private static func read(_ cursor: inout JSONCursor, into frame: inout Frame, isInner: Bool) throws(WireError) {
        var eventTime: Int64?
        var transactionTime: Int64?
        try cursor.enterObject()
        while let key = try cursor.nextKey() {
            switch key.string {
            case "data" where !isInner: try read(&cursor, into: &frame, isInner: true)
            case "e": frame.kind = try kind(cursor.string().string)
            case "lastUpdateId":
                frame.lastID = try cursor.integer()
                frame.kind = .snapshot
            case "s", "symbol": frame.symbol = try cursor.string().string
            case "U": frame.firstID = try cursor.integer()
            case "u": frame.lastID = try cursor.integer()
            case "pu": frame.previousID = try cursor.integer()
            case "E": eventTime = try cursor.integer()
            case "T": transactionTime = try cursor.integer()
            case "b", "bids": try levels(&cursor, &frame.bids)
            case "a", "asks": try levels(&cursor, &frame.asks)
            case "p": frame.price = try cursor.decimal(scale: BinanceFrames.scale)
            case "q": frame.quantity = try cursor.decimal(scale: BinanceFrames.scale)
            case "m": frame.buyerIsMaker = try cursor.bool()
            default: try cursor.skipValue()
            }
        }
        if let milliseconds = transactionTime ?? eventTime, (0...9_000_000_000_000).contains(milliseconds) {
            frame.time = Instant(milliseconds: milliseconds)
        }
    }

    private static func kind(_ name: String) -> Frame.Kind {
        switch name {
        case "depthUpdate": .depth
        case "trade": .trade
        default: .other
        }
    }

    /// `[["price","quantity"],…]`; the touch of a `bookTicker` is a bare string, and is passed over.
    private static func levels(_ cursor: inout JSONCursor, _ levels: inout [BookLevel]) throws(WireError) {
        guard try cursor.peek() == .array else { return try cursor.skipValue() }
        try cursor.enterArray()
        while try cursor.nextElement() {
            try cursor.enterArray()
            var fields: (Int64, Int64) = (0, 0)
            var count = 0
            while try cursor.nextElement() {
                switch count {
                case 0: fields.0 = try cursor.decimal(scale: BinanceFrames.scale)
                case 1: fields.1 = try cursor.decimal(scale: BinanceFrames.scale)
                default: try cursor.skipValue()
                }
                count += 1
            }
            guard count >= 2, fields.0 > 0, fields.1 >= 0 else {
                throw WireError(offset: cursor.offset, reason: "expected a level as [price, quantity]")
            }
            levels.append(BookLevel(Price(ticks: fields.0), Quantity(lots: fields.1)))
        }
    }
}
