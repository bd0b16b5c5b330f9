internal import Fundamentals
internal import MarketModel
internal import VenueKit

extension AsterSession {
    // MARK: Opening and closing

    private mutating func newStream() -> StreamID {
        streamNumber += 1
        return StreamID(streamNumber)
    }

    /// One connection carries all markets.
    private var marketTarget: String {
        let names = symbols.flatMap { symbol -> [String] in
            let name = symbol.lowercased()
            let depth =
                switch configuration.depth {
                case .changes: "\(name)@depth@100ms"
                case .top(let levels): "\(name)@depth\(levels)@100ms"
                }
            let trades = configuration.publicTrades ? ["\(name)@aggTrade"] : []
            return [depth, "\(name)@bookTicker"] + trades + ["\(name)@markPrice@1s"]
        }
        return "/stream?streams=" + names.joined(separator: "/")
    }

    mutating func superviseStreams(at now: Instant, into output: inout SessionOutput) {
        if let demand = marketStream.demand(at: now) { serveMarket(demand, at: now, into: &output) }
        if let demand = userStream.demand(at: now) { serveUser(demand, at: now, into: &output) }
        watchBooks(at: now, into: &output)
        watchEcho(at: now, into: &output)
    }

    private mutating func serveMarket(
        _ demand: StreamSupervisor.Demand, at now: Instant, into output: inout SessionOutput
    ) {
        switch demand {
        case .open:
            let id = newStream()
            marketStream.opening(id, at: now)
            output.commands.append(.openStream(id, target: marketTarget))
        case .openSuccessor:
            let id = newStream()
            marketStream.openingSuccessor(id, at: now)
            output.commands.append(.openStream(id, target: marketTarget))
        case .close(let id):
            marketStream.handOver(at: now)
            output.commands.append(.closeStream(id))
        case .abandon(let id, let reason):
            output.commands.append(.closeStream(id))
            streamClosed(id, reason, at: now, into: &output)
        }
    }

    private mutating func serveUser(
        _ demand: StreamSupervisor.Demand, at now: Instant, into output: inout SessionOutput
    ) {
        switch demand {
        case .open:
            guard let listenKey else {
                if !isAskingForListenKey, now >= askForListenKeyAt {
                    isAskingForListenKey = true
                    submit(.createListenKey, at: now, into: &output)
                }
                return
            }
            let id = newStream()
            userStream.opening(id, at: now)
            output.commands.append(.openStream(id, target: "/ws/\(listenKey)"))
        case .openSuccessor:
            guard let listenKey else { return }
            let id = newStream()
            userStream.openingSuccessor(id, at: now)
            output.commands.append(.openStream(id, target: "/ws/\(listenKey)"))
        case .close(let id):
            userStream.handOver(at: now)
            output.commands.append(.closeStream(id))
        case .abandon(let id, let reason):
            output.commands.append(.closeStream(id))
            streamClosed(id, reason, at: now, into: &output)
        }
    }

    mutating func streamOpened(_ id: StreamID, at now: Instant, into output: inout SessionOutput) {
        if marketStream.role(of: id) != .stale {
            guard marketStream.opened(id, at: now) else { return }
            for slot in markets.indices {
                markets[slot].lastData = now
                markets[slot].sync.restart()
                markets[slot].askForDepthAt = now
            }
            askForDepth(at: now, into: &output)
        } else if userStream.role(of: id) != .stale {
            if userStream.opened(id, at: now) { beginReconciliation(at: now, into: &output) }
        } else {
            output.commands.append(.closeStream(id))
        }
    }

    mutating func streamClosed(
        _ id: StreamID, _ reason: String, at now: Instant, into output: inout SessionOutput
    ) {
        if marketStream.role(of: id) != .stale {
            guard marketStream.lost(id, at: now, using: &random) else { return }
            output.notes.append(SessionNote(.warning, "market stream lost: \(reason)"))
            for slot in markets.indices {
                bookLost(slot, into: &output)
                markets[slot].forgetStream()
            }
        } else if userStream.role(of: id) != .stale {
            guard userStream.lost(id, at: now, using: &random) else { return }
            output.notes.append(SessionNote(.warning, "private stream lost: \(reason)"))
            privateStreamIsDown(into: &output)
        }
    }

    mutating func streamText(_ id: StreamID, _ bytes: [UInt8], at now: Instant, into output: inout SessionOutput) {
        let isMarket = marketStream.role(of: id) != .stale
        guard isMarket || userStream.role(of: id) != .stale else { return }
        if isMarket {
            marketText(id, bytes, at: now, into: &output)
        } else {
            userStream.sign(on: id, at: now)
            userText(bytes, at: now, into: &output)
        }
    }

    // MARK: Standstill

    /// The process stood still (suspended, starved, stopped): what the streams hold is old, the switch may have fired.
    /// Both are opened anew, and nothing is quoted before orders, fills and position have been asked for.
    mutating func noticeStandstill(at now: Instant, into output: inout SessionOutput) {
        let pause = lastCall == .distantPast ? TimeSpan.zero : now - lastCall
        lastCall = max(now, lastCall)
        guard phase == .ready, pause >= configuration.marketSilence else { return }
        let reason = "stood still for \(pause.milliseconds) ms"
        for stream in [userStream, marketStream] {
            for id in [stream.successor, stream.current].compactMap({ $0 }) {
                output.commands.append(.closeStream(id))
                streamClosed(id, reason, at: now, into: &output)
            }
        }
    }

    // MARK: Private stream

    private mutating func userText(_ bytes: [UInt8], at now: Instant, into output: inout SessionOutput) {
        userEvents.removeAll(keepingCapacity: true)
        userDecoder.decode(bytes, at: now, into: &userEvents)
        for event in userEvents {
            switch event {
            case .account(let event): output.events.append(.account(event))
            case .echo(let client, let venue, let market):
                echo.hear(client)
                if let slot = slot(of: market) { index.record(client, as: venue, in: slot) }
            case .listenKeyExpired: replaceListenKey("the listen key expired", at: now, into: &output)
            case .hedgeMode: die(Self.hedgeReason, into: &output)
            case .remark(let text): remarkOnce(text, into: &output)
            case .unreadable(let error):
                output.notes.append(
                    SessionNote(.error, "unreadable private message, \(error.place): \(error.reason)"))
                // It may have been a fill: what it would have said is fetched.
                if phase == .ready, !board.contains(.reconcile) {
                    reloadInstruments(at: now, into: &output)
                    beginReconciliation(at: now, into: &output)
                }
            }
        }
    }

    private mutating func privateStreamIsDown(into output: inout SessionOutput) {
        listenKey = nil
        listenKeyConfirmedAt = nil
        echo.forgive()
        board.remove(.reconcile)
        if sight.down(isReady: phase == .ready) { output.events.append(.status(.privateStreamDown)) }
    }

    mutating func privateStreamIsUp(into output: inout SessionOutput) {
        if sight.up() { output.events.append(.status(.privateStreamUp)) }
    }

    mutating func expectEcho(of id: ClientOrderID, at now: Instant) {
        if userStream.isOpen { echo.expect(id, at: now) }
    }

    private mutating func watchEcho(at now: Instant, into output: inout SessionOutput) {
        guard let id = userStream.current, let silent = echo.overdue(at: now) else { return }
        output.commands.append(.closeStream(id))
        streamClosed(id, "silent about \(silent)", at: now, into: &output)
    }

    // MARK: Listen key

    mutating func listenKeyArrived(_ key: String, at now: Instant, into output: inout SessionOutput) {
        isAskingForListenKey = false
        listenKey = key
        listenKeyConfirmedAt = now
        renewListenKeyAt = now + configuration.listenKeyKeepAlive
        if let demand = userStream.demand(at: now), demand == .open { serveUser(.open, at: now, into: &output) }
    }

    mutating func listenKeyFailed(_ reason: String, at now: Instant, into output: inout SessionOutput) {
        isAskingForListenKey = false
        askForListenKeyAt = now + .seconds(2)
        output.notes.append(SessionNote(.warning, "no listen key: \(reason)"))
    }

    /// The key is worth nothing any more and the socket stays open, but mute.
    mutating func replaceListenKey(_ reason: String, at now: Instant, into output: inout SessionOutput) {
        for id in [userStream.successor, userStream.current].compactMap({ $0 }) {
            output.commands.append(.closeStream(id))
            streamClosed(id, reason, at: now, into: &output)
        }
        listenKey = nil
        listenKeyConfirmedAt = nil
    }
}
