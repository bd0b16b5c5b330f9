internal import Fundamentals
internal import MarketModel
internal import VenueKit

extension AsterSession {
    // MARK: What they consist of

    /// The order is the contract's: see `VenueSession`.
    func startUpSteps() -> [AsterStep] {
        var steps: [AsterStep] = [.call(.time), .call(.time), .call(.time), .act(.checkClock)]
        steps += [.call(.exchangeInfo), .call(.positionMode)]
        steps += markets.indices.map { .call(.openOrders($0)) }
        steps += [.call(.positions), .call(.balance)]
        if configuration.fees == nil { steps += markets.indices.map { .call(.commission($0)) } }
        steps += markets.indices.map { .call(.lastTrade($0)) }
        steps += markets.indices.map { .call(.countdown($0, configuration.countdown)) }
        return steps + [.act(.openUserStream), .act(.awaitReconciled), .act(.openMarketStream), .act(.awaitBooks)]
            + [.act(.becomeReady)]
    }

    /// Nothing is replayed after a gap in the private stream, so everything it would have said is asked for.
    private func reconcileSteps() -> [AsterStep] {
        var steps: [AsterStep] = []
        for slot in markets.indices { steps += [.call(.openOrders(slot)), .call(tradesCall(slot))] }
        return steps + [.call(.positions), .call(.balance), .act(.privateStreamIsUp)]
    }

    private func shutDownSteps() -> [AsterStep] {
        var steps: [AsterStep] = []
        // Where no order could be placed, only those of an earlier run are looked for; strangers stay.
        if markets.contains(where: { $0.instrument == nil }) { steps.append(.call(.exchangeInfo)) }
        if wasReady { steps += markets.indices.map { .call(.cancelAll($0)) } }
        steps.append(.act(.awaitOrderReplies))
        steps += markets.indices.map { .call(.openOrders($0)) }
        // Without a cursor the fills of this run cannot be told from those before it.
        for slot in markets.indices where markets[slot].tradeCursor != nil { steps.append(.call(tradesCall(slot))) }
        steps += [.call(.balance), .call(.positions)]
        steps += markets.indices.map { .act(.disarm($0)) }
        if listenKey != nil { steps.append(.call(.deleteListenKey)) }
        return steps + [.act(.closeStreams)]
    }

    func tradesCall(_ slot: Int) -> AsterCall { .trades(slot, from: (markets[slot].tradeCursor ?? -1) + 1) }

    // MARK: Beginnings

    mutating func begin(
        _ kind: AsterRoutineKind, _ steps: [AsterStep], at now: Instant, into output: inout SessionOutput
    ) {
        board.begin(kind, steps, memory: ())
        advance(at: now, into: &output)
    }

    mutating func beginReconciliation(at now: Instant, into output: inout SessionOutput) {
        sight.reconciling()
        begin(.reconcile, reconcileSteps(), at: now, into: &output)
    }

    mutating func fetchFills(_ slot: Int, at now: Instant, into output: inout SessionOutput) {
        guard markets[slot].tradeCursor != nil else { return }
        // One that is only now being asked would answer for a moment before this request.
        if let running = board.position(of: .fills(slot: slot)) {
            if board.routines[running].steps.count < 4 {
                board.routines[running].steps.append(.call(tradesCall(slot)))
            }
            return
        }
        begin(.fills(slot: slot), [.call(tradesCall(slot))], at: now, into: &output)
    }

    mutating func shutDown(at now: Instant, into output: inout SessionOutput) {
        guard phase != .shuttingDown, phase != .closed else { return }
        // Stopped before it ever could trade, by something that will not get better: there is nothing to wait for.
        if case .dead = phase, !wasReady { return closeStreams(into: &output) }
        if phase == .idle { return closeStreams(into: &output) }
        phase = .shuttingDown
        if !wasReady { giveUpAt = now + Self.patience }
        // A cancel that waits is covered by the cancel of everything.
        deferred.removeAll()
        board.routines.removeAll()
        begin(.shutDown, shutDownSteps(), at: now, into: &output)
    }

    /// How long a stop during start-up waits for a venue that does not confirm.
    private static let patience = TimeSpan.seconds(5)

    /// Nothing was placed in this life. What an earlier one may have left has its own switch; only what was seen of it
    /// is worth waiting for.
    mutating func giveUp(at now: Instant, into output: inout SessionOutput) {
        guard phase == .shuttingDown, now >= giveUpAt, !hasLeftovers else { return }
        board.routines.removeAll()
        output.notes.append(
            SessionNote(
                .warning,
                "stopped before start-up was complete, and whether orders of an earlier run rest is not confirmed: "
                    + waitsFor))
        closeStreams(into: &output)
    }

    // MARK: Walking

    /// Takes every routine as far as it goes without an answer.
    mutating func advance(at now: Instant, into output: inout SessionOutput) {
        guard !board.isEmpty else { return }
        var pass = AsterBoard.Pass()
        while let demand = board.next(&pass, at: now) {
            switch demand {
            case .act(let kind, let act):
                let isComplete = perform(act, at: now, into: &output)
                board.acted(kind, act, isComplete: isComplete, &pass)
            case .call(let kind, let call):
                // Pages and cursors move while a routine waits: ask from where we are.
                let fresh = refreshed(call)
                if let position = board.position(of: kind) { board.routines[position].steps[0] = .call(fresh) }
                switch send(fresh, at: now, into: &output) {
                case .sent(let id): board.sent(id, for: kind)
                case .wait(let until): board.wait(kind, until: until, &pass)
                }
            }
        }
    }

    private func refreshed(_ call: AsterCall) -> AsterCall {
        if case .trades(let slot, _) = call { return tradesCall(slot) }
        return call
    }

    /// A step without a request of its own.
    /// - Returns: whether it is complete.
    private mutating func perform(_ act: AsterAct, at now: Instant, into output: inout SessionOutput) -> Bool {
        switch act {
        case .checkClock: return checkClock(into: &output)
        case .openUserStream: userStream.want(at: now)
        case .awaitReconciled: return sight.isReconciled
        case .openMarketStream: marketStream.want(at: now)
        case .awaitBooks: return markets.allSatisfy(\.hasBook)
        case .becomeReady:
            // Something may have been lost while the rest came up.
            guard sight.isReconciled, markets.allSatisfy(\.hasBook) else { return false }
            phase = .ready
            wasReady = true
            startTimers(at: now)
            output.events.append(.status(.ready))
        case .privateStreamIsUp: privateStreamIsUp(into: &output)
        case .awaitOrderReplies: return !requests.entries.contains { $0.purpose.createsExposure }
        case .disarm(let slot): return disarm(slot, at: now, into: &output)
        case .closeStreams: closeStreams(into: &output)
        }
        return true
    }

    private mutating func checkClock(into output: inout SessionOutput) -> Bool {
        let skew = clock.certainSkew
        guard skew > configuration.maxClockSkew else { return true }
        die(
            "this machine's clock differs from the venue's by \(clock.offset.milliseconds) ms, "
                + "more than \(configuration.maxClockSkew.milliseconds) ms: set it (NTP) and start again",
            into: &output)
        return false
    }

    /// Disarmed, the switch would no longer cover a request that may still arrive: then it is left to fire.
    private mutating func disarm(_ slot: Int, at now: Instant, into output: inout SessionOutput) -> Bool {
        guard markets[slot].deadMan.armedUntil != nil else { return true }
        guard now >= unresolvedUntil else {
            output.notes.append(
                SessionNote(.warning, "an order request is unresolved: the dead man's switch stays armed and will fire")
            )
            return true
        }
        guard let position = board.position(of: .shutDown) else { return true }
        markets[slot].deadMan.disarm()
        board.replaceStep(at: position, by: [.call(.countdown(slot, .zero))])
        return false
    }

    private mutating func closeStreams(into output: inout SessionOutput) {
        for id in marketStream.dismiss() + userStream.dismiss() { output.commands.append(.closeStream(id)) }
        phase = .closed
        output.events.append(.status(.closed))
    }

    // MARK: Answers

    /// Gives a routine the answer to the step it waits for.
    mutating func settle(
        _ id: RequestID, _ result: AsterResult, at now: Instant, into output: inout SessionOutput
    ) {
        guard let position = board.position(waitingFor: id) else { return }
        board.routines[position].current = nil
        switch result {
        case .done: board.succeed(at: position)
        case .then(let next):
            board.replaceStep(at: position, by: next)
            board.routines[position].backoff.succeeded()
        case .retry(let reason): retry(position, reason, at: now, into: &output)
        case .fatal(let reason):
            let kind = board.routines[position].kind
            // Shutdown is the one thing that never gives up.
            if kind == .shutDown { return retry(position, reason, at: now, into: &output) }
            board.routines.remove(at: position)
            die(reason, into: &output)
        }
    }

    /// The venue answers `positionRisk` with -1000 at times, for long, and polls repeat it: orders and fills, certain by
    /// then, do not wait for it. Only start-up does, because an unknown position is not a flat one.
    private func isDispensable(_ step: AsterStep?, in kind: AsterRoutineKind) -> Bool {
        guard step == .call(.positions) || step == .call(.balance) else { return false }
        switch kind {
        case .reconcile, .shutDown: return true
        case .startUp, .fills: return false
        }
    }

    private mutating func retry(
        _ position: Int, _ reason: String, at now: Instant, into output: inout SessionOutput
    ) {
        let kind = board.routines[position].kind
        let step = board.routines[position].steps.first
        switch (kind, step) {
        // The switch is the engine's condition for quoting, not ours for starting; the heartbeat goes on trying.
        case (.startUp, .call(.countdown)), (.shutDown, .call(.deleteListenKey)), (.shutDown, .call(.countdown)):
            board.routines[position].steps.removeFirst()
        default:
            if board.routines[position].backoff.attempts >= 2, isDispensable(step, in: kind) {
                return board.succeed(at: position)
            }
            let attempts = board.retry(at: position, after: now, using: &random)
            if kind == .shutDown { waitsFor = reason }
            if attempts % 10 == 0 { output.notes.append(SessionNote(.warning, "\(kind) waits: \(reason)")) }
        }
    }
}
