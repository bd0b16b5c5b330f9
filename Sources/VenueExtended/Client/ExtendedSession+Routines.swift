internal import Fundamentals
internal import MarketModel
internal import VenueKit

extension ExtendedSession {
    // MARK: What they consist of

    /// The order is the contract's: see `VenueSession`. The first reply also dates the venue: there is no time endpoint,
    /// but every reply has a `Date`.
    func startUpSteps() -> [ExtendedStep] {
        var steps: [ExtendedStep] = [.call(.starknet), .act(.checkClock), .call(.markets), .call(.accountInfo)]
        for (slot, market) in configuration.markets.enumerated() {
            if let leverage = market.leverage { steps.append(.call(.setLeverage(slot, leverage))) }
        }
        if configuration.fees == nil { steps.append(.call(.fees)) }
        steps += [.call(.openOrders), .call(.positions), .call(.balance), .call(.lastTrade)]
        steps.append(.call(.countdown(configuration.countdown)))
        return steps + [.act(.openAccountStream), .act(.awaitReconciled), .act(.openMarketStreams)]
            + [.act(.awaitBooks), .act(.becomeReady)]
    }

    /// Nothing is replayed after a gap in the account stream, so everything it would have said is asked for.
    private func reconcileSteps() -> [ExtendedStep] {
        [
            .call(.openOrders), .call(.trades(before: nil)), .call(.fundingPayments), .call(.positions),
            .call(.balance), .act(.privateStreamIsUp),
        ]
    }

    private func shutDownSteps() -> [ExtendedStep] {
        var steps: [ExtendedStep] = []
        if markets.contains(where: { $0.market == nil }) { steps.append(.call(.markets)) }
        // Where no order could be placed, only those of an earlier run are looked for; strangers stay.
        if wasReady { steps.append(.call(.cancelMarkets(Array(markets.indices)))) }
        steps += [.act(.awaitOrderReplies), .call(.openOrders)]
        // Without a beginning the fills of this run cannot be told from those before it.
        if firstTrade != nil { steps += [.call(.trades(before: nil)), .call(.fundingPayments)] }
        return steps + [.call(.balance), .call(.positions), .act(.disarm), .act(.closeStreams)]
    }

    // MARK: Beginnings

    mutating func begin(
        _ kind: ExtendedRoutineKind, _ steps: [ExtendedStep], at now: Instant,
        into output: inout SessionOutput
    ) {
        board.begin(kind, steps, memory: ExtendedRoutineMemory())
        advance(at: now, into: &output)
    }

    mutating func beginReconciliation(at now: Instant, into output: inout SessionOutput) {
        sight.reconciling()
        begin(.reconcile, reconcileSteps(), at: now, into: &output)
    }

    /// The history of the account, for all its markets: the venue's trade ids are one sequence.
    mutating func fetchFills(at now: Instant, into output: inout SessionOutput) {
        guard firstTrade != nil, phase != .shuttingDown, phase != .closed else { return }
        // One that is only now being asked would answer for a moment before this request.
        if let running = board.position(of: .fills) {
            if board.routines[running].steps.count < 3 {
                board.routines[running].steps.append(.call(.trades(before: nil)))
            }
            return
        }
        begin(.fills, [.call(.trades(before: nil))], at: now, into: &output)
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
        var pass = ExtendedBoard.Pass()
        while let demand = board.next(&pass, at: now) {
            switch demand {
            case .act(let kind, let act):
                let isComplete = perform(act, kind, at: now, into: &output)
                board.acted(kind, act, isComplete: isComplete, &pass)
            case .call(let kind, let call):
                switch send(call, at: now, into: &output) {
                case .sent(let id): board.sent(id, for: kind)
                case .wait(let until): board.wait(kind, until: until, &pass)
                case .invalid: board.skip(kind, &pass)
                }
            }
        }
    }

    /// A step without a request of its own.
    /// - Returns: whether it is complete.
    private mutating func perform(
        _ act: ExtendedAct, _ kind: ExtendedRoutineKind, at now: Instant, into output: inout SessionOutput
    ) -> Bool {
        switch act {
        case .checkClock: return checkClock(into: &output)
        case .openAccountStream: feeds[0].supervisor.want(at: now)
        case .awaitReconciled: return sight.isReconciled
        case .openMarketStreams: for feed in feeds.indices.dropFirst() { feeds[feed].supervisor.want(at: now) }
        case .awaitBooks: return markets.allSatisfy(\.hasBook)
        case .becomeReady:
            // Something may have been lost while the rest came up.
            guard sight.isReconciled, markets.allSatisfy(\.hasBook) else { return false }
            phase = .ready
            wasReady = true
            startTimers(at: now)
            output.events.append(.status(.ready))
        case .privateStreamIsUp: privateStreamIsUp(into: &output)
        case .concludeQuery(let slot, let id):
            let missing = board.position(of: kind).map { board.routines[$0].memory.missing } ?? []
            concludeQuery(id, slot, missing: missing, at: now, into: &output)
        case .awaitOrderReplies: return !requests.entries.contains { $0.purpose.createsExposure }
        case .disarm: return disarm(at: now, into: &output)
        case .closeStreams: closeStreams(into: &output)
        }
        return true
    }

    private mutating func checkClock(into output: inout SessionOutput) -> Bool {
        if !clock.isKnown {
            remarkOnce(
                "the venue's replies tell no time: this machine's clock is taken on trust", .warning, into: &output)
        }
        guard clock.certainSkew > configuration.maxClockSkew else { return true }
        die(
            "this machine's clock differs from the venue's by at least \(clock.certainSkew.milliseconds) ms, "
                + "more than \(configuration.maxClockSkew.milliseconds) ms: set it (NTP) and start again",
            into: &output)
        return false
    }

    /// Disarmed, the switch would no longer cover a request that may still arrive: then it is left to fire.
    private mutating func disarm(at now: Instant, into output: inout SessionOutput) -> Bool {
        guard deadMan.armedUntil != nil else { return true }
        guard now >= unresolvedUntil else {
            output.notes.append(
                SessionNote(.warning, "an order request is unresolved: the dead man's switch stays armed and will fire")
            )
            return true
        }
        guard let position = board.position(of: .shutDown) else { return true }
        deadMan.disarm()
        board.replaceStep(at: position, by: [.call(.countdown(.zero))])
        return false
    }

    private mutating func closeStreams(into output: inout SessionOutput) {
        for feed in feeds.indices {
            for id in feeds[feed].supervisor.dismiss() { output.commands.append(.closeStream(id)) }
        }
        phase = .closed
        output.events.append(.status(.closed))
    }

    // MARK: Answers

    /// Gives a routine the answer to the step it waits for.
    mutating func settle(
        _ id: RequestID, _ result: ExtendedResult, at now: Instant, into output: inout SessionOutput
    ) {
        guard let position = board.position(waitingFor: id) else { return }
        board.routines[position].current = nil
        switch result {
        case .done: board.succeed(at: position)
        case .then(let next):
            // A page of the history is no success before the last of them is.
            if case .call(.trades) = board.routines[position].steps.first {
            } else {
                board.routines[position].backoff.succeeded()
            }
            board.replaceStep(at: position, by: next)
        case .retry(let reason): retry(position, reason, at: now, into: &output)
        case .fatal(let reason):
            let kind = board.routines[position].kind
            // Shutdown is the one thing that never gives up.
            if kind == .shutDown { return retry(position, reason, at: now, into: &output) }
            board.routines.remove(at: position)
            die(reason, into: &output)
        }
    }

    /// Positions, balance and funding are repeated by polls: orders and fills, certain by then, do not wait for them.
    /// Only start-up does, because an unknown position is not a flat one.
    private func isDispensable(_ step: ExtendedStep?, in kind: ExtendedRoutineKind) -> Bool {
        guard step == .call(.positions) || step == .call(.balance) || step == .call(.fundingPayments) else {
            return false
        }
        switch kind {
        case .reconcile, .shutDown: return true
        case .startUp, .fills, .query: return false
        }
    }

    private mutating func retry(
        _ position: Int, _ reason: String, at now: Instant, into output: inout SessionOutput
    ) {
        let kind = board.routines[position].kind
        let step = board.routines[position].steps.first
        switch (kind, step) {
        // The switch is the engine's condition for quoting, not ours for starting; the heartbeat goes on trying.
        case (.startUp, .call(.countdown)), (.shutDown, .call(.countdown)):
            board.routines[position].steps.removeFirst()
        // The engine asks again, less and less often.
        case (.query, _): board.routines.remove(at: position)
        default:
            if board.routines[position].backoff.attempts >= 2, isDispensable(step, in: kind) {
                return board.succeed(at: position)
            }
            // A history that failed half way is read again from its newest row.
            if case .call(.trades) = step {
                board.routines[position].steps[0] = .call(.trades(before: nil))
                board.routines[position].memory.trades.removeAll()
                board.routines[position].memory.tradesAsOf = nil
            }
            let attempts = board.retry(at: position, after: now, using: &random)
            if kind == .shutDown { waitsFor = reason }
            if attempts % 10 == 0 { output.notes.append(SessionNote(.warning, "\(kind) waits: \(reason)")) }
        }
    }
}
