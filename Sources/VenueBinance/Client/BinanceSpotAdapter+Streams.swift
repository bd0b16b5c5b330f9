public import Fundamentals
internal import MarketModel
public import VenueKit
internal import Wire

extension BinanceSpotAdapter {
    /// The market data of all symbols on one connection; the account's events on one of the WebSocket API.
    private static let marketStream = 0
    private static let userStream = 1

    public var streamCount: Int { trades ? 2 : 1 }

    public mutating func plan(forStream index: Int, at time: Instant) -> StreamPlan? {
        // Nothing can be read before the steps are known.
        guard !instruments.contains(where: { $0 == nil }) else { return nil }
        switch index {
        case Self.marketStream:
            return StreamPlan(target: "/stream?streams=\(streamNames.joined(separator: "/"))")
        case Self.userStream:
            return StreamPlan(host: .api, target: "/ws-api/v3?returnRateLimits=false", isPrivate: true)
        default: return nil
        }
    }

    private var streamNames: [String] {
        markets.flatMap { market in
            let symbol = market.symbol.lowercased()
            let depth =
                switch configuration.depth {
                case .partial: "\(symbol)@depth20@100ms"
                case .differences: "\(symbol)@depth@100ms"
                }
            return [depth, "\(symbol)@bookTicker"] + (configuration.wantsTrades ? ["\(symbol)@aggTrade"] : [])
        }
    }

    public mutating func streamOpened(_ index: Int, at time: Instant, into output: inout AdapterOutput) {
        guard index == Self.userStream, let signer else { return marketStreamOpened(into: &output) }
        // A key of one's own logs the connection on; any other signs the subscription itself.
        output.frames.append(
            signer.canLogOn
                ? signer.webSocketRequest(id: Self.logOn, method: "session.logon", at: time.milliseconds)
                : signer.webSocketRequest(
                    id: Self.subscribe, method: "userDataStream.subscribe.signature", at: time.milliseconds))
    }

    /// The top of a quiet book comes only when it changes: the first one is asked for.
    private func marketStreamOpened(into output: inout AdapterOutput) {
        output.isSubscribed = true
        if configuration.depth == .partial { output.calls += markets.map { .book($0.id) } }
    }

    private static let logOn = "logon"
    private static let subscribe = "subscribe"

    public mutating func read(
        frame bytes: [UInt8], ofStream index: Int, at now: Instant, into output: inout AdapterOutput
    ) throws(VenueDecodeError) {
        switch index {
        case Self.marketStream: try readMarket(bytes, into: &output)
        case Self.userStream: try readUser(bytes, at: now, into: &output)
        default: break
        }
    }

    // MARK: Market data

    private mutating func readMarket(
        _ bytes: [UInt8], into output: inout AdapterOutput
    ) throws(VenueDecodeError) {
        switch try decoder.decode(bytes) {
        case .event(.delta(let market, let update)): output.differences.append(BookDifference(market, update))
        case .event(let event): output.events.append(.market(event))
        case .serverShutdown: output.ending = .soon
        case .reply(isError: true):
            throw VenueDecodeError("market stream", "the venue refused a frame of ours")
        case .reply, .other: break
        }
    }

    mutating func readBook(_ body: [UInt8], of market: MarketID, into output: inout AdapterOutput) -> CallVerdict {
        do throws(VenueDecodeError) {
            let update = try decoder.snapshot(body, of: market)
            switch configuration.depth {
            case .partial: output.events.append(.market(.snapshot(market, update)))
            case .differences: output.snapshots.append(BookDifference(market, update))
            }
            return .done
        } catch {
            return .unknown("unreadable book: \(error.place): \(error.reason)")
        }
    }

    // MARK: The account

    private mutating func readUser(
        _ bytes: [UInt8], at now: Instant, into output: inout AdapterOutput
    ) throws(VenueDecodeError) {
        userEvents.removeAll(keepingCapacity: true)
        try userDecoder.decode(bytes, at: now, into: &userEvents)
        for event in userEvents {
            switch event {
            case .account(let event): output.events.append(.account(event))
            case .echo(let id, let venueID, let market):
                if let slot = slot(of: market) { record(id, as: venueID, in: slot) }
            case .reply(let id, let status, let code, let message):
                try readReply(id, status, code, message, into: &output)
            case .balancesChanged: output.calls.append(.balances)
            case .ending(let ending): output.ending = ending
            case .estimatedFee(let asset): noteEstimate(asset, into: &output)
            case .remark(let text): output.notes.append(SessionNote(.debug, text))
            }
        }
    }

    private mutating func readReply(
        _ id: String?, _ status: Int, _ code: Int64, _ message: String, into output: inout AdapterOutput
    ) throws(VenueDecodeError) {
        switch (id, status, code) {
        case (Self.logOn, 200, _): output.frames.append(Self.subscription)
        // -2035: the subscription is active already.
        case (Self.subscribe, 200, _), (Self.subscribe, _, -2035): output.isSubscribed = true
        case (_, _, -1002), (_, _, -1022), (_, _, -2014), (_, _, -2015):
            let reason = "Binance refuses this account or key: \(code) \(message)"
            output.events.append(.status(.fatal(reason), of: venue))
        default:
            if code == -1021 { output.calls.append(.time) }
            guard status != 200 else { return }
            throw VenueDecodeError("user stream", "\(id?.prefix(40) ?? "a request") was refused: \(code) \(message)")
        }
    }

    /// Of a connection that is logged on: it needs no signature.
    private static let subscription = Array(#"{"id":"subscribe","method":"userDataStream.subscribe"}"#.utf8)
}
