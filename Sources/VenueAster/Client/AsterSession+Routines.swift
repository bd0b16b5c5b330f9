internal import Fundamentals
internal import MarketModel
internal import VenueKit

extension AsterSession {
    // MARK: What they consist of

    /// The order is the contract's: see `VenueSession`.
    func startUpSteps() -> [AsterRoutine.Step] {
        var steps: [AsterRoutine.Step] = [.call(.time), .call(.time), .call(.time), .checkClock]
        steps += [.call(.exchangeInfo), .call(.positionMode)]
        steps += markets.indices.map { .call(.openOrders($0)) }
        steps += [.call(.positions), .call(.balance)]
        if configuration.fees == nil { steps += markets.indices.map { .call(.commission($0)) } }
        steps += markets.indices.map { .call(.lastTrade($0)) }
        steps += markets.indices.map { .call(.countdown($0, configuration.countdown)) }
        return steps + [.openUserStream, .awaitReconciled, .openMarketStream, .awaitBooks, .becomeReady]
    }

    /// Nothing is replayed after a gap in the private stream, so everything it would have said is asked for.
    private func reconcileSteps() -> [AsterRoutine.Step] {
        var steps: [AsterRoutine.Step] = []
        for slot in markets.indices { steps += [.call(.openOrders(slot)), .call(tradesCall(slot))] }
        return steps + [.call(.positions), .call(.balance), .privateStreamIsUp]
    }

    private func shutDownSteps() -> [AsterRoutine.Step] {
        var steps: [AsterRoutine.Step] = []
        // Where no order could be placed, only those of an earlier run are looked for; strangers stay.
        if markets.contains(where: { $0.instrument == nil }) { steps.append(.call(.exchangeInfo)) }
        if wasReady { steps += markets.indices.map { .call(.cancelAll($0)) } }
        steps.append(.awaitOrderReplies)
        steps += markets.indices.map { .call(.openOrders($0)) }
        // Without a cursor the fills of this run cannot be told from those before it.
        for slot in markets.indices where markets[slot].tradeCursor != nil { steps.append(.call(tradesCall(slot))) }
        steps += [.call(.balance), .call(.positions)]
        steps += markets.indices.map { .disarm($0) }
        if listenKey != nil { steps.append(.call(.deleteListenKey)) }
        return steps + [.closeStreams]
    }

    func tradesCall(_ slot: Int) -> AsterCall { .trades(slot, from: (markets[slot].tradeCursor ?? -1) + 1) }

    // MARK: Beginnings

    mutating func begin(
        _ kind: AsterRoutine.Kind, _ steps: [AsterRoutine.Step], at now: Instant, into output: inout SessionOutput
    ) {
        routines.removeAll { $0.kind == kind }
        routines.append(AsterRoutine(kind, steps))
        advance(at: now, into: &output)
    }

    mutating func beginReconciliation(at now: Instant, into output: inout SessionOutput) {
        isReconciled = false
        begin(.reconcile, reconcileSteps(), at: now, into: &output)
    }

    mutating func fetchFills(_ slot: Int, at now: Instant, into output: inout SessionOutput) {
        guard markets[slot].tradeCursor != nil else { return }
        // One that is only now being asked would answer for a moment before this request.
        if let running = routines.firstIndex(where: { $0.kind == .fills(slot: slot) }) {
            if routines[running].steps.count < 4 { routines[running].steps.append(.call(tradesCall(slot))) }
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
        routines.removeAll { $0.kind != .shutDown }
        begin(.shutDown, shutDownSteps(), at: now, into: &output)
    }

    /// How long a stop during start-up waits for a venue that does not confirm.
    private static let patience = TimeSpan.seconds(5)

    /// Nothing was placed in this life. What an earlier one may have left has its own switch; only what was seen of it
    /// is worth waiting for.
    mutating func giveUp(at now: Instant, into output: inout SessionOutput) {
        guard phase == .shuttingDown, now >= giveUpAt, !hasLeftovers else { return }
        routines.removeAll()
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
        var position = 0
        while position < routines.count {
            let kind = routines[position].kind
            var guardCount = 0
            while let current = routines.firstIndex(where: { $0.kind == kind }), guardCount < 100 {
                guardCount += 1
                if !walk(current, at: now, into: &output) { break }
            }
            if position < routines.count, routines[position].kind == kind { position += 1 }
        }
    }

    /// One step of one routine.
    /// - Returns: whether another may follow at once.
    private mutating func walk(_ position: Int, at now: Instant, into output: inout SessionOutput) -> Bool {
        guard routines[position].current == nil, routines[position].waitUntil <= now else { return false }
        guard let step = routines[position].steps.first else {
            routines.remove(at: position)
            return false
        }
        switch step {
        case .call(let call):
            // Pages and cursors move while a routine waits: ask from where we are.
            let fresh = refreshed(call)
            routines[position].steps[0] = .call(fresh)
            switch send(fresh, at: now, into: &output) {
            case .sent(let id): routines[position].current = id
            case .wait(let until): routines[position].waitUntil = until
            }
            return false
        case .pause(let span):
            routines[position].waitUntil = now + span
            routines[position].steps.removeFirst()
            return true
        case .checkClock, .openUserStream, .awaitReconciled, .openMarketStream, .awaitBooks, .becomeReady,
            .privateStreamIsUp, .awaitOrderReplies, .disarm, .closeStreams:
            guard perform(step, at: now, into: &output) else { return false }
            // The step may have ended the routine.
            guard position < routines.count, routines[position].steps.first == step else { return false }
            routines[position].steps.removeFirst()
            return true
        }
    }

    private func refreshed(_ call: AsterCall) -> AsterCall {
        if case .trades(let slot, _) = call { return tradesCall(slot) }
        return call
    }

    /// A step without a request of its own.
    /// - Returns: whether it is complete.
    private mutating func perform(_ step: AsterRoutine.Step, at now: Instant, into output: inout SessionOutput) -> Bool
    {
        switch step {
        case .call, .pause: return true
        case .checkClock: return checkClock(into: &output)
        case .openUserStream: userStream.want(at: now)
        case .awaitReconciled: return isReconciled
        case .openMarketStream: marketStream.want(at: now)
        case .awaitBooks: return markets.allSatisfy(\.hasBook)
        case .becomeReady:
            // Something may have been lost while the rest came up.
            guard isReconciled, markets.allSatisfy(\.hasBook) else { return false }
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
        guard markets[slot].armedUntil != nil else { return true }
        guard now >= unresolvedUntil else {
            output.notes.append(
                SessionNote(.warning, "an order request is unresolved: the dead man's switch stays armed and will fire")
            )
            return true
        }
        guard let position = routines.firstIndex(where: { $0.kind == .shutDown }) else { return true }
        markets[slot].armedUntil = nil
        routines[position].steps[0] = .call(.countdown(slot, .zero))
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
        _ id: RequestID, _ result: AsterRoutine.Result, at now: Instant, into output: inout SessionOutput
    ) {
        guard let position = routines.firstIndex(where: { $0.current == id }) else { return }
        routines[position].current = nil
        switch result {
        case .done:
            routines[position].steps.removeFirst()
            routines[position].backoff.succeeded()
        case .then(let next):
            routines[position].steps.replaceSubrange(0..<1, with: next)
            routines[position].backoff.succeeded()
        case .retry(let reason): retry(position, reason, at: now, into: &output)
        case .fatal(let reason):
            let kind = routines[position].kind
            // Shutdown is the one thing that never gives up.
            if kind == .shutDown { return retry(position, reason, at: now, into: &output) }
            routines.remove(at: position)
            die(reason, into: &output)
        }
    }

    /// The venue answers `positionRisk` with -1000 at times, for long, and polls repeat it: orders and fills, certain by
    /// then, do not wait for it. Only start-up does, because an unknown position is not a flat one.
    private func isDispensable(_ step: AsterRoutine.Step?, in kind: AsterRoutine.Kind) -> Bool {
        guard step == .call(.positions) || step == .call(.balance) else { return false }
        switch kind {
        case .reconcile, .shutDown: return true
        case .startUp, .fills: return false
        }
    }

    private mutating func retry(
        _ position: Int, _ reason: String, at now: Instant, into output: inout SessionOutput
    ) {
        let step = routines[position].steps.first
        switch (routines[position].kind, step) {
        // The switch is the engine's condition for quoting, not ours for starting; the heartbeat goes on trying.
        case (.startUp, .call(.countdown)): routines[position].steps.removeFirst()
        case (.shutDown, .call(.deleteListenKey)): routines[position].steps.removeFirst()
        case (.shutDown, .call(.countdown)): routines[position].steps.removeFirst()
        default:
            let attempts = routines[position].backoff.attempts
            if attempts >= 2, isDispensable(step, in: routines[position].kind) {
                routines[position].steps.removeFirst()
                routines[position].backoff.succeeded()
                return
            }
            routines[position].waitUntil = now + routines[position].backoff.next(using: &random)
            if routines[position].kind == .shutDown { waitsFor = reason }
            if attempts % 10 == 0 {
                let text = "\(routines[position].kind) waits: \(reason)"
                output.notes.append(SessionNote(.warning, text))
            }
        }
    }
}
