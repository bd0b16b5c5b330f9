internal import Fundamentals
public import MarketModel
public import VenueKit
public import Wire

/// Levels and the place of a message in the book's history, from `/depth` or the stream.
public struct MAXBook: Hashable, Sendable {
    /// When the venue counted anew; ids of different versions have nothing to do with each other. Nil where it is not told.
    public var version: Int64?
    public var firstID: Int64?
    public var lastID: Int64?
    public var bids: [BookLevel]
    public var asks: [BookLevel]

    /// The most levels of a side that are read.
    static let depth = 300

    /// Reads a reply of `/depth`. Its asks have been seen worst first, so both sides are sorted.
    public init(reply: JSONValue, _ instrument: Instrument) throws(VenueDecodeError) {
        let fields = VenueFields(reply, "depth")
        version = reply["last_update_version"]?.integer
        lastID = reply["last_update_id"]?.integer
        bids = try Self.levels(fields, "bids", instrument).sorted { $0.price > $1.price }
        asks = try Self.levels(fields, "asks", instrument).sorted { $0.price < $1.price }
    }

    /// Reads a message of the book channel.
    public init(message: JSONValue, _ instrument: Instrument) throws(VenueDecodeError) {
        let fields = VenueFields(message, "book")
        version = message["v"]?.integer
        firstID = message["fi"]?.integer
        lastID = message["li"]?.integer
        bids = try Self.levels(fields, "b", instrument).sorted { $0.price > $1.price }
        asks = try Self.levels(fields, "a", instrument).sorted { $0.price < $1.price }
    }

    private static func levels(
        _ fields: VenueFields, _ name: String, _ instrument: Instrument
    ) throws(VenueDecodeError) -> [BookLevel] {
        var levels: [BookLevel] = []
        let rows = try fields.array(name)
        guard rows.count <= depth else { throw fields.missing(name, "at most \(depth) levels") }
        for row in rows {
            guard let pair = row.elements, pair.count == 2,
                let price = pair[0].numeral.flatMap({ MAXNumber.decimal($0) }).flatMap({ instrument.price($0) }),
                let quantity = pair[1].numeral.flatMap({ MAXNumber.decimal($0) }).flatMap({ instrument.quantity($0) }),
                price.ticks > 0, price.ticks < VenueFields.largest, quantity.lots >= 0,
                quantity.lots < VenueFields.largest
            else { throw fields.missing(name, "pairs of price and volume on the market's steps") }
            levels.append(BookLevel(price, quantity))
        }
        return levels
    }
}

/// The venue's rule for joining messages: within one version each continues the one before.
///
/// Books are handed on with numbers of their own, which only ever grow; the venue's begin again with each version.
struct MAXBookChain: Hashable, Sendable {
    enum Step: Hashable { case apply, ignore, gap }

    private var version: Int64?
    private var lastID: Int64?
    private var isLive = false
    /// The number of the newest book that was handed on.
    private(set) var number: Int64 = 0
    /// When the book was last known to be as it is.
    private var heardAt = Instant.distantPast
    private var askedAt = Instant.distantPast

    mutating func restart(_ book: MAXBook, at now: Instant) {
        version = book.version
        lastID = book.lastID
        isLive = true
        number += 1
        heardAt = now
    }

    mutating func step(_ book: MAXBook, at now: Instant) -> Step {
        // Until there is a snapshot nothing can be continued.
        guard isLive else { return .ignore }
        guard book.version == version else { return lose() }
        if let last = lastID, let first = book.firstID, let newest = book.lastID {
            if newest <= last { return .ignore }
            guard first <= last + 1 else { return lose() }
            lastID = newest
        }
        number += 1
        heardAt = now
        return .apply
    }

    /// The stream that brought it is gone, or a message is missing.
    @discardableResult
    mutating func lose() -> Step {
        isLive = false
        return .gap
    }

    var isUsable: Bool { isLive }

    /// Whether a book that was asked for is not older than what the stream told.
    func isBehind(_ book: MAXBook) -> Bool {
        guard isLive, let last = lastID, let newest = book.lastID, book.version == version else { return true }
        return newest >= last
    }

    /// Nothing was heard of it for a while.
    func isQuiet(at now: Instant) -> Bool { isLive && now - heardAt >= .seconds(3) && now - askedAt >= .seconds(3) }

    mutating func askedAgain(at now: Instant) { askedAt = now }
}
