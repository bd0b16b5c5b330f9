public import Fundamentals
internal import MarketModel
internal import VenueAster
public import VenueKit
internal import Wire

extension BinanceFuturesAdapter {
    /// Since April 2026 a connection carries one category: books, the rest of what is public, or the account.
    private enum Role { case books, tape, user }

    private var roles: [Role] {
        [.books] + (configuration.wantsTrades || trades ? [.tape] : []) + (trades ? [.user] : [])
    }

    public var streamCount: Int { roles.count }

    public mutating func plan(forStream index: Int, at time: Instant) -> StreamPlan? {
        guard roles.indices.contains(index), !instruments.contains(where: { $0 == nil }) else { return nil }
        switch roles[index] {
        case .books: return StreamPlan(target: "/public/stream?streams=\(names { books($0) })")
        case .tape: return StreamPlan(target: "/market/stream?streams=\(names { tape($0) })")
        case .user:
            guard let listenKey else { return nil }
            // Silent by nature: the venue's pings come every three minutes.
            return StreamPlan(target: "/private/ws/\(listenKey)", isPrivate: true, silenceLimit: .minutes(11))
        }
    }

    private func names(_ streams: (String) -> [String]) -> String {
        markets.flatMap { streams($0.symbol.lowercased()) }.joined(separator: "/")
    }

    private func books(_ symbol: String) -> [String] {
        switch configuration.depth {
        case .partial: ["\(symbol)@depth20@100ms", "\(symbol)@bookTicker"]
        case .differences: ["\(symbol)@depth@100ms", "\(symbol)@bookTicker"]
        }
    }

    /// Marks come every second, whatever trades: they value a position, and tell the venue's bounds for prices.
    private func tape(_ symbol: String) -> [String] {
        ["\(symbol)@markPrice@1s"] + (configuration.wantsTrades ? ["\(symbol)@aggTrade"] : [])
    }

    public mutating func streamOpened(_ index: Int, at time: Instant, into output: inout AdapterOutput) {
        output.isSubscribed = true
    }

    public mutating func read(
        frame bytes: [UInt8], ofStream index: Int, at now: Instant, into output: inout AdapterOutput
    ) throws(VenueDecodeError) {
        guard roles.indices.contains(index) else { return }
        switch roles[index] {
        case .books, .tape:
            switch try decoder.decode(bytes) {
            case .delta(let market, let update)?: output.differences.append(BookDifference(market, update))
            case let event?: output.events.append(.market(event))
            case nil: break
            }
        case .user: readUser(bytes, at: now, into: &output)
        }
    }

    mutating func readBook(
        _ body: JSONValue, _ market: MarketID, into output: inout AdapterOutput
    ) throws(VenueDecodeError) {
        let (_, instrument) = try instrument(of: market)
        let update = try AsterReplies.depth(body, instrument)
        switch configuration.depth {
        case .partial: output.events.append(.market(.snapshot(market, update)))
        case .differences: output.snapshots.append(BookDifference(market, update))
        }
    }

    private mutating func readUser(_ bytes: [UInt8], at now: Instant, into output: inout AdapterOutput) {
        userEvents.removeAll(keepingCapacity: true)
        userDecoder.decode(bytes, at: now, into: &userEvents)
        for event in userEvents {
            switch event {
            case .account(let event): output.events.append(.account(event))
            case .echo(let id, let venueID, let market):
                if let slot = slot(of: market) { record(id, as: venueID, in: slot) }
            case .listenKeyExpired:
                listenKey = nil
                output.notes.append(SessionNote(.info, "the listen key expired"))
                output.ending = .over
            case .hedgeMode:
                let reason = "the account was switched to hedge mode"
                output.events.append(.status(.fatal(reason), of: venue))
            case .remark(let text): output.notes.append(SessionNote(.debug, text))
            case .unreadable(let error):
                // It may have been a fill: a new stream begins with a look at orders, fills and position.
                output.notes.append(SessionNote(.error, "unreadable private message, \(error.place): \(error.reason)"))
                output.ending = .over
            }
        }
    }
}
