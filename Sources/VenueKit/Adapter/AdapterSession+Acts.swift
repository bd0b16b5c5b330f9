internal import Fundamentals
internal import MarketModel

extension AdapterSession {
    /// A step without a request of its own.
    /// - Returns: whether it is complete.
    mutating func perform(
        _ act: AdapterAct, _ kind: AdapterRoutineKind, at now: Instant, into output: inout SessionOutput
    ) -> Bool {
        switch act {
        case .checkClock: return checkClock(into: &output)
        case .checkRules: return checkRules(into: &output)
        case .clear(let market): return clear(market, kind, at: now, into: &output)
        case .awaitSweep:
            return !lane.items.contains(where: \.isSweep) && !requests.entries.contains(where: \.purpose.isSweep)
        case .beginFills(let market): beginFills(market, at: now)
        case .openStreams: openStreams(at: now, into: &output)
        case .awaitStreams:
            waitsFor = "not all streams are open"
            return streams.allSatisfy(\.isUp)
        case .awaitReconciled:
            if !hasPrivateStream, !board.contains(.reconcile) { _ = sight.up() }
            return sight.isReconciled
        case .awaitBooks:
            waitsFor = booksMissing
            return markets.allSatisfy(\.hasBook)
        case .becomeReady: return becomeReady(at: now, into: &output)
        case .privateStreamIsUp: privateStreamIsUp(into: &output)
        case .awaitOrderReplies:
            return !requests.entries.contains { $0.purpose.call.createsExposure }
        case .awaitHorizon(let market): return awaitHorizon(market, kind, at: now, into: &output)
        case .disarm(let market): return disarm(market, kind, at: now, into: &output)
        case .closeStreams: closeStreams(into: &output)
        }
        return true
    }

    private var booksMissing: String {
        "no book of " + markets.filter { !$0.hasBook }.map(\.market.symbol).joined(separator: ", ")
    }

    private mutating func checkClock(into output: inout SessionOutput) -> Bool {
        guard clock.certainSkew > configuration.maxClockSkew else { return true }
        die(
            "this machine's clock differs from the venue's by \(clock.offset.milliseconds) ms, "
                + "more than \(configuration.maxClockSkew.milliseconds) ms: set it (NTP) and start again",
            into: &output)
        return false
    }

    private mutating func checkRules(into output: inout SessionOutput) -> Bool {
        let unknown = markets.filter { $0.instrument == nil }.map(\.market.symbol)
        guard !unknown.isEmpty else { return true }
        die("the venue told no rules of \(unknown.joined(separator: ", "))", into: &output)
        return false
    }

    private mutating func becomeReady(at now: Instant, into output: inout SessionOutput) -> Bool {
        // Something may have been lost while the rest came up.
        guard sight.isReconciled, streams.allSatisfy(\.isUp), markets.allSatisfy(\.hasBook) else { return false }
        phase = .ready
        wasReady = true
        hasLeftovers = false
        startTimers(at: now)
        tell(.ready, into: &output)
        return true
    }

    private mutating func beginFills(_ market: MarketID, at now: Instant) {
        guard let slot = slot(of: market), markets[slot].fillsBegin == nil else { return }
        markets[slot].fillsBegin = venueTime(now)
        markets[slot].fillsFrom = venueTime(now)
    }

    // MARK: Clearing

    /// Looks at what the list showed. First in batches (or all at once), then one by one: a batch with one order that is
    /// gone may be refused as a whole.
    private mutating func clear(
        _ market: MarketID, _ kind: AdapterRoutineKind, at now: Instant, into output: inout SessionOutput
    ) -> Bool {
        guard let slot = slot(of: market), let position = board.position(of: kind) else { return true }
        let targets = markets[slot].targets
        guard !targets.isEmpty else {
            board.routines[position].sweeps = 0
            return true
        }
        let round = board.routines[position].sweeps
        let name = "\(targets.count) orders rest in \(markets[slot].market.symbol)"
        waitsFor = "\(name) after \(round) rounds of cancelling"
        if kind != .shutDown, round >= configuration.sweepRounds {
            board.routines[position].sweeps = 0
            if kind == .startUp { die(waitsFor, into: &output) } else { note(.error, waitsFor, into: &output) }
            return kind != .startUp
        }
        if round % 10 == 0 { note(.info, "\(name): cancelling", into: &output) }
        board.routines[position].sweeps += 1
        let pause = TimeSpan.milliseconds(min(2_000, 200 << Int64(min(round, 4))))
        var steps: [AdapterStep] = [
            .act(.awaitSweep), .pause(pause), .call(.openOrders(market, page: 0)), .act(.clear(market)),
        ]
        let all = VenueCall.cancelAll(market)
        if round == 0, adapter.capabilities.cancelAll, adapter.offers(all) {
            steps[0] = .call(all)
        } else {
            sweep(targets, slot, inBatches: round == 0, at: now)
        }
        board.replaceStep(at: position, by: steps)
        return false
    }

    // MARK: The end

    /// An order request without an answer may still arrive after the look that found nothing: another look then.
    private mutating func awaitHorizon(
        _ market: MarketID, _ kind: AdapterRoutineKind, at now: Instant, into output: inout SessionOutput
    ) -> Bool {
        guard let slot = slot(of: market), let position = board.position(of: kind) else { return true }
        let isCovered = markets[slot].deadMan.armedUntil != nil
        guard !isCovered, markets[slot].restingAsOf < unresolvedUntil else { return true }
        waitsFor = "an order request without an answer may still arrive"
        note(.info, "\(waitsFor): the last look waits for it", into: &output)
        let rest = max(unresolvedUntil - now, .milliseconds(1))
        board.replaceStep(
            at: position,
            by: [.pause(rest), .call(.openOrders(market, page: 0)), .act(.clear(market)), .act(.awaitHorizon(market))])
        return false
    }

    /// Disarmed, the switch would no longer cover a request that may still arrive: then it is left to fire.
    private mutating func disarm(
        _ market: MarketID, _ kind: AdapterRoutineKind, at now: Instant, into output: inout SessionOutput
    ) -> Bool {
        guard let slot = slot(of: market), let position = board.position(of: kind),
            markets[slot].deadMan.armedUntil != nil
        else { return true }
        guard now >= unresolvedUntil else {
            let text = "an order request is unresolved: the dead man's switch stays armed and will fire"
            note(.warning, text, into: &output)
            return true
        }
        markets[slot].deadMan.disarm()
        board.replaceStep(at: position, by: [.call(.countdown(market, nil))])
        return false
    }

    mutating func closeStreams(into output: inout SessionOutput) {
        board.routines.removeAll()
        for index in streams.indices {
            for id in streams[index].supervisor.dismiss() { output.commands.append(.closeStream(id)) }
        }
        phase = .closed
        tell(.closed, into: &output)
    }
}
