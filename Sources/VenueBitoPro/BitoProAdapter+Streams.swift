internal import Cryptography
public import Fundamentals
internal import MarketModel
public import VenueKit
internal import Wire

extension BitoProAdapter {
    /// The streams in the order of their indices; without keys, or with polled books, some of them.
    enum Stream: Hashable, Sendable {
        case books
        case orders
        case histories
        case balances
        /// Says that there are fills to be read.
        case trades

        var isPrivate: Bool { self != .books }
    }

    var streams: [Stream] {
        (configuration.streamsBooks ? [.books] : []) + (signer == nil ? [] : [.orders, .histories, .balances, .trades])
    }

    public var streamCount: Int { streams.count }

    public mutating func plan(forStream index: Int, at time: Instant) -> StreamPlan? {
        guard streams.indices.contains(index) else { return nil }
        let stream = streams[index]
        let headers = stream.isPrivate ? signer?.headers(nonce: time.milliseconds) : HTTPHeaders()
        guard let headers else { return nil }
        // The venue pings every twenty seconds.
        return StreamPlan(
            target: "\(BitoProVenue.streamPrefix)/v1/pub\(path(of: stream))", headers: headers,
            isPrivate: stream.isPrivate, silenceLimit: .seconds(50))
    }

    private func path(of stream: Stream) -> String {
        switch stream {
        case .books:
            "/order-books?pairs=" + markets.map { "\($0.symbol):\(configuration.bookDepth)" }.joined(separator: ",")
        case .orders: "/auth/orders"
        case .histories: "/auth/orders/histories"
        case .balances: "/auth/account-balance"
        case .trades: "/auth/user-trades"
        }
    }

    public mutating func streamOpened(_ index: Int, at time: Instant, into output: inout AdapterOutput) {
        output.isSubscribed = true
    }

    public mutating func read(
        frame bytes: [UInt8], ofStream index: Int, at now: Instant, into output: inout AdapterOutput
    ) throws(VenueDecodeError) {
        let body: JSONValue
        do throws(WireError) {
            body = try JSONValue.parse(bytes)
        } catch {
            throw VenueDecodeError("frame", "expected JSON, found byte \(error.offset): \(error.reason)")
        }
        switch try VenueFields(body, "frame").text("event") {
        case "ORDER_BOOK": try readBook(body, into: &output)
        case "ACTIVE_ORDERS", "RECENT_HISTORY_ORDERS": try readOrders(body, into: &output)
        case "ACCOUNT_BALANCE": try readBalances(body, at: now, into: &output)
        case "USER_TRADE": try readTrade(body, at: now, into: &output)
        // New events come with new versions.
        default: break
        }
    }

    // MARK: Frames

    private func readBook(_ body: JSONValue, into output: inout AdapterOutput) throws(VenueDecodeError) {
        let fields = VenueFields(body, "ORDER_BOOK")
        guard let market = market(ofSymbol: try fields.text("pair")) else { return }
        var update = try BitoProReplies.book(body, try instrument(market))
        let time = try fields.time("timestamp")
        update.firstID = time.milliseconds
        update.lastID = time.milliseconds
        update.venueTime = time
        output.events.append(.market(.snapshot(market, update)))
    }

    /// The first frame of a connection lists every order, of all pairs.
    private mutating func readOrders(_ body: JSONValue, into output: inout AdapterOutput) throws(VenueDecodeError) {
        let data = try VenueFields(body, "orders").object("data")
        for member in data.value.members ?? [] {
            guard let market = market(ofSymbol: member.name), let rows = member.value.elements else { continue }
            for row in try BitoProReplies.orders(rows, try instrument(market)) {
                guard let client = names.owner(of: row.id, number: row.clientNumber) else { continue }
                tell(row.report(market, client), into: &output)
            }
            settleHomeless(market, into: &output)
        }
    }

    /// As of a moment that is not told: a little earlier than now, so that nothing newer is contradicted.
    private func readBalances(
        _ body: JSONValue, at now: Instant, into output: inout AdapterOutput
    ) throws(VenueDecodeError) {
        let data = try VenueFields(body, "ACCOUNT_BALANCE").object("data")
        let rows = (data.value.members ?? []).map(\.value)
        tell(try BitoProReplies.holdings(rows, of: assets, all: false), asOf: now - Self.balanceAge, into: &output)
    }

    private static let balanceAge = TimeSpan.seconds(2)

    private func readTrade(
        _ body: JSONValue, at now: Instant, into output: inout AdapterOutput
    ) throws(VenueDecodeError) {
        let data = try VenueFields(body, "USER_TRADE").object("data")
        let symbol = "\(try data.text("base"))_\(try data.text("quote"))"
        guard let market = market(ofSymbol: symbol), markets.contains(where: { $0.id == market && $0.isTraded }) else {
            return
        }
        askForFills(market, at: now, into: &output)
    }
}
