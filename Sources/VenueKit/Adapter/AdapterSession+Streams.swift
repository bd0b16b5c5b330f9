internal import Fundamentals
internal import MarketModel

extension AdapterSession {
    func stream(of id: StreamID) -> Int? { streams.firstIndex { $0.supervisor.role(of: id) != .stale } }

    var hasPrivateStream: Bool { streams.contains(where: \.isPrivate) }

    // MARK: Opening and closing

    mutating func openStreams(at now: Instant, into output: inout SessionOutput) {
        isReading = true
        for index in streams.indices { streams[index].supervisor.want(at: now) }
        for slot in markets.indices { markets[slot].askForBookAt = markets[slot].source.isPolled ? now : nil }
        superviseStreams(at: now, into: &output)
        readBooks(at: now, into: &output)
    }

    mutating func superviseStreams(at now: Instant, into output: inout SessionOutput) {
        guard isReading else { return }
        for index in streams.indices {
            if let demand = streams[index].supervisor.demand(at: now) { serve(index, demand, at: now, into: &output) }
            watch(index, at: now, into: &output)
        }
        if let silent = echo.overdue(at: now), let index = streams.firstIndex(where: \.isPrivate) {
            giveUp(index, "silent about \(silent)", at: now, into: &output)
        }
    }

    private mutating func serve(
        _ index: Int, _ demand: StreamSupervisor.Demand, at now: Instant, into output: inout SessionOutput
    ) {
        switch demand {
        case .open:
            // Stopped for good: what is open may still tell of fills, but nothing is asked for any more.
            if case .dead = phase { return }
            open(index, isSuccessor: false, at: now, into: &output)
        case .openSuccessor: open(index, isSuccessor: true, at: now, into: &output)
        case .close(let id):
            let successor = streams[index].supervisor.successor
            // One that is not yet of use takes nothing over.
            guard let successor, streams[index].subscribed.contains(successor) else { return }
            streams[index].supervisor.handOver(at: now)
            streams[index].subscribed.removeAll { $0 == id }
            output.commands.append(.closeStream(id))
        case .abandon(let id, let reason):
            output.commands.append(.closeStream(id))
            streamClosed(id, reason, at: now, into: &output)
        }
    }

    private mutating func open(
        _ index: Int, isSuccessor: Bool, at now: Instant, into output: inout SessionOutput
    ) {
        let isKeyed = hasStreamKey || !streams[index].isPrivate || !adapter.offers(.streamKey(.open))
        let venueTime = venueTime(now)
        guard isKeyed, let plan = adapter.plan(forStream: index, at: venueTime) else {
            return askForStreamKey(at: now, into: &output)
        }
        streamNumber += 1
        let id = StreamID(streamNumber)
        let never = TimeSpan.hours(24 * 365)
        streams[index].plan = plan
        streams[index].supervisor.renewAfter = plan.lifetime > .zero ? plan.lifetime : never
        streams[index].supervisor.silenceLimit = plan.silenceLimit > .zero ? plan.silenceLimit : never
        if isSuccessor {
            streams[index].supervisor.openingSuccessor(id, at: now)
        } else {
            streams[index].supervisor.opening(id, at: now)
        }
        output.commands.append(.openStream(id, target: plan.target, headers: plan.headers, host: plan.host))
    }

    mutating func streamOpened(_ id: StreamID, at now: Instant, into output: inout SessionOutput) {
        guard let index = stream(of: id) else {
            output.commands.append(.closeStream(id))
            return
        }
        _ = streams[index].supervisor.opened(id, at: now)
        streams[index].keepAliveAt = now + (streams[index].plan?.keepAlive.period ?? .hours(24 * 365))
        var found = AdapterOutput()
        swap(&found, &scratch)
        found.removeAll()
        let venueTime = venueTime(now)
        adapter.streamOpened(index, at: venueTime, into: &found)
        absorb(found, fromStream: index, id, at: now, into: &output)
        swap(&found, &scratch)
    }

    /// The connection is of use from now on.
    mutating func subscribed(_ index: Int, _ id: StreamID, at now: Instant, into output: inout SessionOutput) {
        guard !streams[index].subscribed.contains(id) else { return }
        streams[index].subscribed.append(id)
        guard streams[index].supervisor.current == id else { return }
        if streams[index].isPrivate {
            let isWanted = phase == .starting || phase == .ready
            if isWanted, streams.allSatisfy({ !$0.isPrivate || $0.isUp }) {
                beginReconciliation(at: now, into: &output)
            }
            // Unless it is the only one, books come by another.
            if streams.count > 1 { return }
        }
        for slot in markets.indices where markets[slot].source == .differences && markets[slot].sync.state == .lost {
            restartBook(slot, keeping: nil, at: now, into: &output)
        }
    }

    mutating func streamClosed(
        _ id: StreamID, _ reason: String, at now: Instant, into output: inout SessionOutput
    ) {
        guard let index = stream(of: id) else { return }
        streams[index].subscribed.removeAll { $0 == id }
        let hasGap = streams[index].supervisor.lost(id, at: now, using: &random)
        // An heir that is not of use yet leaves the same gap, and closes it once it is.
        guard hasGap || (streams[index].supervisor.current != nil && !streams[index].isUp) else { return }
        let name = streams[index].isPrivate ? "private stream" : "stream \(index)"
        note(.warning, "\(name) lost: \(reason)", into: &output)
        if streams[index].isPrivate {
            privateStreamIsDown(into: &output)
            if adapter.offers(.streamKey(.open)) { hasStreamKey = false }
        }
        for slot in markets.indices where markets[slot].stream == index {
            bookLost(slot, into: &output)
            markets[slot].forgetBook()
            markets[slot].stream = nil
        }
    }

    /// Closes what is open of a stream; it is opened anew.
    mutating func giveUp(_ index: Int, _ reason: String, at now: Instant, into output: inout SessionOutput) {
        for id in [streams[index].supervisor.successor, streams[index].supervisor.current].compactMap({ $0 }) {
            output.commands.append(.closeStream(id))
            streamClosed(id, reason, at: now, into: &output)
        }
    }

    mutating func streamText(_ id: StreamID, _ bytes: [UInt8], at now: Instant, into output: inout SessionOutput) {
        guard let index = stream(of: id) else { return }
        streams[index].supervisor.sign(on: id, at: now)
        var found = AdapterOutput()
        swap(&found, &scratch)
        found.removeAll()
        do throws(VenueDecodeError) {
            try adapter.read(frame: bytes, ofStream: index, at: now, into: &found)
        } catch {
            unreadable(index, error, at: now, into: &output)
        }
        absorb(found, fromStream: index, id, at: now, into: &output)
        swap(&found, &scratch)
    }

    private mutating func unreadable(
        _ index: Int, _ error: VenueDecodeError, at now: Instant, into output: inout SessionOutput
    ) {
        let text = "\(error.place): \(error.reason)"
        guard streams[index].isPrivate else {
            return remarkOnce("unreadable public message, \(text)", .warning, into: &output)
        }
        note(.error, "unreadable private message, \(text)", into: &output)
        // It may have been a fill: what it would have said is fetched.
        guard phase == .ready, !board.contains(.reconcile) else { return }
        poll(.rules, at: now, into: &output)
        beginReconciliation(at: now, into: &output)
    }

    // MARK: Watching

    private mutating func watch(_ index: Int, at now: Instant, into output: inout SessionOutput) {
        guard let id = streams[index].supervisor.current, let openedAt = streams[index].supervisor.openedAt else {
            return
        }
        if !streams[index].subscribed.contains(id) {
            if now - openedAt >= streams[index].supervisor.openingLimit {
                giveUp(index, "not subscribed in time", at: now, into: &output)
            }
            return
        }
        guard now >= streams[index].keepAliveAt, let plan = streams[index].plan else { return }
        streams[index].keepAliveAt = now + plan.keepAlive.period
        switch plan.keepAlive {
        case .none: break
        case .ping: output.commands.append(.ping(id))
        case .text(_, let bytes): output.commands.append(.sendText(id, bytes))
        }
    }

    /// The process stood still (suspended, starved, stopped): what streams and books hold is old. Streams are opened
    /// anew, and nothing is quoted before orders, fills and balances have been asked for.
    mutating func noticeStandstill(at now: Instant, into output: inout SessionOutput) {
        let pause = lastCall == .distantPast ? TimeSpan.zero : now - lastCall
        lastCall = max(now, lastCall)
        guard phase == .ready, pause >= configuration.standstill else { return }
        let reason = "stood still for \(pause.milliseconds) ms"
        for index in streams.indices { giveUp(index, reason, at: now, into: &output) }
        for slot in markets.indices { bookLost(slot, into: &output) }
        if isTrading, !hasPrivateStream { goBlind(reason, at: now, into: &output) }
    }

    // MARK: The account in sight

    mutating func privateStreamIsDown(into output: inout SessionOutput) {
        echo.forgive()
        board.remove(.reconcile)
        if sight.down(isReady: phase == .ready) { tell(.privateStreamDown, into: &output) }
    }

    mutating func privateStreamIsUp(into output: inout SessionOutput) {
        if sight.up() { tell(.privateStreamUp, into: &output) }
    }

    /// Without a private stream the lists are all there is to see of the account.
    mutating func goBlind(_ reason: String, at now: Instant, into output: inout SessionOutput) {
        note(.warning, "the account is out of sight: \(reason)", into: &output)
        privateStreamIsDown(into: &output)
        beginReconciliation(at: now, into: &output)
    }
}

extension StreamPlan.KeepAlive {
    var period: TimeSpan {
        switch self {
        case .none: .hours(24 * 365)
        case .ping(let period), .text(let period, _): period
        }
    }
}

extension BookSource {
    var isPolled: Bool {
        switch self {
        case .poll: true
        case .stream, .differences: false
        }
    }
}
