internal import MarketModel

/// Which order is which: our id, the number of at most 31 bits under which BitoPro keeps it, and the venue's own.
///
/// The number is ten bits of the start and 21 of the order's place in it. Two orders of one start share it only if two
/// million others were between them, and the table knows the later one.
struct BitoProOrderNames: Sendable {
    private struct Own: Hashable, Sendable {
        var market: MarketID
        var venue: VenueOrderID?
    }
    private var own: [ClientOrderID: Own] = [:]
    private var byNumber: [Int64: ClientOrderID] = [:]
    private var byVenue: [VenueOrderID: ClientOrderID] = [:]
    /// Orders on their way without a name of the venue's, in the order in which they were sent.
    private(set) var unnamed: [ClientOrderID] = []

    /// 1…2147483647.
    static func number(of client: ClientOrderID) -> Int64 {
        Int64(client.epoch % 1_023 + 1) << 21 | Int64(client.sequence & 0x1F_FFFF)
    }

    /// The order is about to be sent.
    mutating func send(_ client: ClientOrderID, _ market: MarketID) {
        own[client] = Own(market: market)
        byNumber[Self.number(of: client)] = client
        unnamed.append(client)
    }

    /// The venue named the order.
    mutating func name(_ client: ClientOrderID, _ id: VenueOrderID) {
        guard own[client] != nil else { return }
        own[client]?.venue = id
        byVenue[id] = client
        unnamed.removeAll { $0 == client }
    }

    /// The order of ours that a row is about, by the venue's name or by ours; told apart from somebody's with the same
    /// number by the name that it has already.
    mutating func owner(of id: VenueOrderID, number: Int64?) -> ClientOrderID? {
        if let client = byVenue[id] { return client }
        guard let number, let client = byNumber[number], own[client]?.venue == nil else { return nil }
        name(client, id)
        return client
    }

    func venueID(of client: ClientOrderID) -> VenueOrderID? { own[client]?.venue }
    func client(of id: VenueOrderID) -> ClientOrderID? { byVenue[id] }
    func market(of client: ClientOrderID) -> MarketID? { own[client]?.market }
    func hasUnnamed(in market: MarketID) -> Bool { unnamed.contains { own[$0]?.market == market } }

    /// It never came to be, as far as anyone knows: nobody waits for its name. It is known all the same if it turns up.
    mutating func giveUp(_ client: ClientOrderID) { unnamed.removeAll { $0 == client } }

    mutating func forget(_ client: ClientOrderID) {
        unnamed.removeAll { $0 == client }
        guard let order = own.removeValue(forKey: client) else { return }
        let number = Self.number(of: client)
        if byNumber[number] == client { byNumber[number] = nil }
        if let venue = order.venue { byVenue[venue] = nil }
    }
}

/// Order ids on the wire: digits, and those of stop orders with `SL-` before them, which are told by negative numbers.
enum BitoProOrderID {
    private static let stopPrefix = "SL-"

    static func read(_ text: some StringProtocol) -> VenueOrderID? {
        if text.hasPrefix(stopPrefix) {
            return positive(text.dropFirst(stopPrefix.count)).map { VenueOrderID(-$0) }
        }
        return positive(text).map { VenueOrderID($0) }
    }

    static func text(_ id: VenueOrderID) -> String {
        id.number < 0 ? "\(stopPrefix)\(id.number.magnitude)" : "\(id.number)"
    }

    private static func positive(_ digits: some StringProtocol) -> Int64? {
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int64(digits), number > 0 else {
            return nil
        }
        return number
    }
}
