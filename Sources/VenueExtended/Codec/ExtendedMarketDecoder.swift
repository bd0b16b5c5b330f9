public import Fundamentals
public import MarketModel
public import VenueKit
internal import Wire

/// What a frame of a public stream is.
public struct ExtendedMarketFrame: Hashable, Sendable {
    public enum Kind: Hashable, Sendable, CaseIterable {
        case book, trades, funding, mark, index
        /// Candles, markets that were not asked for, and what is not known.
        case other
    }

    public var kind: Kind
    /// 1 for the first frame of a connection, then one more each; nil where the frame has none.
    public var sequence: Int64?
    public var sentAt: Instant?
}

/// Reader for the public streams: bytes straight into ticks and lots, no tree in between. One for each connection,
/// or one for all of a market's connections.
///
/// A book's ids are the frame's `seq`: a delta's `previousID` is `seq − 1`, so that the book's own chain finds a gap on a
/// connection that carries one market. A new connection starts again at 1; the book has to be given up before.
///
/// Deltas carry changes (`q`), and on the live venue the resulting size as well (`c`), which is what counts. Where the
/// snapshot came without `c`, the sizes are kept here and the changes added up. Should a delta without `c` follow a
/// snapshot with it, decoding fails once; the connection has to be renewed, and from then on sizes are kept.
///
/// The levels of the last book frame are kept as a scratch. A decoder whose events are dropped before the next frame
/// allocates nothing once warm.
public struct ExtendedMarketDecoder: Sendable {
    /// What is known of a market, by its index in the list of instruments.
    struct Market: Sendable {
        var id: MarketID
        var symbol: [UInt8]
        var tickScale: Int
        var tickStep: Int64
        var lotScale: Int
        var lotStep: Int64
        var markPrice: ExactDecimal?
        var indexPrice: ExactDecimal?
        var fundingRate = Rate.zero
        var nextFunding = Instant.distantPast
    }

    /// More levels than any book has; a frame with more is refused rather than remembered.
    static let maxLevels = 50_000

    var markets: [Market]
    var sizes: [ExtendedSizes]
    var keepsSizes = false
    var scratch = BookUpdate()
    /// Which levels of `scratch` hold a `q` for want of a `c`.
    var relativeBids: [Int] = []
    var relativeAsks: [Int] = []

    public init(instruments: [Instrument]) {
        markets = instruments.map { instrument in
            Market(
                id: instrument.market, symbol: Array(instrument.symbol.utf8), tickScale: instrument.tickSize.scale,
                tickStep: Int64(clamping: instrument.tickSize.mantissa), lotScale: instrument.lotSize.scale,
                lotStep: Int64(clamping: instrument.lotSize.mantissa))
        }
        sizes = instruments.map { _ in ExtendedSizes() }
    }

    /// Appends what a frame says. Nothing for markets that were not asked for: some streams carry all.
    /// - Throws: for what cannot be read, and for a change to a size that is not known. The connection is of no use then.
    @discardableResult
    public mutating func decode(
        _ bytes: [UInt8], into events: inout [MarketEvent]
    ) throws(VenueDecodeError) -> ExtendedMarketFrame {
        do throws(WireError) {
            return try bytes.withUnsafeBufferPointer { buffer throws(WireError) in
                var cursor = JSONCursor(buffer)
                return try frame(&cursor, &events)
            }
        } catch {
            throw VenueDecodeError("market stream, byte \(error.offset)", error.reason)
        }
    }

    /// Takes in a reply of `/stats`, and says what it says as the event that frames give.
    public mutating func apply(_ stats: ExtendedStats, to market: MarketID) -> MarketEvent? {
        guard let slot = markets.firstIndex(where: { $0.id == market }) else { return nil }
        markets[slot].markPrice = stats.markPrice
        markets[slot].indexPrice = stats.indexPrice ?? markets[slot].indexPrice
        markets[slot].fundingRate = stats.fundingRate
        markets[slot].nextFunding = stats.nextFunding ?? markets[slot].nextFunding
        return markEvent(slot)
    }

    /// The newest index price of a market.
    public func indexPrice(of market: MarketID) -> ExactDecimal? {
        markets.first { $0.id == market }?.indexPrice
    }

    func markEvent(_ slot: Int) -> MarketEvent? {
        let market = markets[slot]
        return market.markPrice.map {
            .mark(market.id, price: $0, fundingRate: market.fundingRate, nextFunding: market.nextFunding)
        }
    }

    // MARK: Envelope

    /// What `data` held, to be made sense of when the whole frame is known.
    struct Content {
        enum Shape { case none, book, funding, price }
        var shape = Shape.none
        var slot = -1
        var isSnapshot: Bool?
        var isTop = false
        var price: ExactDecimal?
        var rate: Rate?
        var time: Int64?
    }

    private mutating func frame(
        _ cursor: inout JSONCursor, _ events: inout [MarketEvent]
    ) throws(WireError) -> ExtendedMarketFrame {
        var frame = ExtendedMarketFrame(kind: .other)
        var content = Content()
        var isIndex = false
        try cursor.enterObject()
        while let key = try cursor.nextKey() {
            if key.matches("data") {
                switch try cursor.peek() {
                case .object: try object(&cursor, &content)
                case .array: if try list(&cursor, &events) { frame.kind = .trades }
                case .string, .number, .bool, .null: try cursor.skipValue()
                }
            } else if key.matches("ts") {
                frame.sentAt = Instant(venueMilliseconds: try cursor.integer())
            } else if key.matches("seq") {
                frame.sequence = try cursor.integer()
            } else if key.matches("type"), try cursor.peek() == .string {
                let type = try cursor.string()
                if type.ends(with: "SNAPSHOT") { content.isSnapshot = true }
                if type.ends(with: "DELTA") { content.isSnapshot = false }
                isIndex = type.ends(with: "IP")
            } else {
                try cursor.skipValue()
            }
        }
        try cursor.finish()
        guard content.slot >= 0 else { return frame }
        switch content.shape {
        case .none: break
        case .book:
            frame.kind = .book
            events.append(try book(content, frame, cursor))
        case .funding:
            frame.kind = .funding
            if let event = funding(content, frame) { events.append(event) }
        case .price:
            frame.kind = isIndex ? .index : .mark
            guard let price = content.price else { break }
            if isIndex {
                markets[content.slot].indexPrice = price
            } else {
                markets[content.slot].markPrice = price
                if let event = markEvent(content.slot) { events.append(event) }
            }
        }
        return frame
    }

    /// A rate that was applied. The next hour's begins as the same.
    private mutating func funding(_ content: Content, _ frame: ExtendedMarketFrame) -> MarketEvent? {
        guard let rate = content.rate else { return nil }
        markets[content.slot].fundingRate = rate
        if let time = content.time.flatMap({ Instant(venueMilliseconds: $0) }) ?? frame.sentAt {
            markets[content.slot].nextFunding = time + .hours(1)
        }
        return markEvent(content.slot)
    }
}
