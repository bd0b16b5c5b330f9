internal import Fundamentals
internal import MarketModel

extension AdapterSession {
    // MARK: What they consist of

    /// The order is the contract's: see `VenueSession`. Without orders to send, only time, rules, streams and books.
    func startUpSteps() -> [AdapterStep] {
        var steps: [AdapterStep] = []
        if adapter.offers(.time) { steps += [.call(.time), .call(.time), .call(.time), .act(.checkClock)] }
        if adapter.offers(.rules) { steps.append(.call(.rules)) }
        steps.append(.act(.checkRules))
        if isTrading {
            if adapter.offers(.accountMode) { steps.append(.call(.accountMode)) }
            for slot in tradedSlots {
                let market = markets[slot].id
                steps += clearSteps(market) + [.act(.beginFills(market))] + fillSteps(slot)
            }
            steps += balanceSteps
            for slot in switchSlots { steps.append(.call(.countdown(markets[slot].id, countdown))) }
        }
        return steps + [.act(.openStreams), .act(.awaitStreams), .act(.awaitReconciled), .act(.awaitBooks)]
            + [.act(.becomeReady)]
    }

    /// Nothing is replayed after a gap in the private stream, so everything it would have said is asked for.
    private func reconcileSteps() -> [AdapterStep] {
        var steps: [AdapterStep] = []
        for slot in tradedSlots { steps += listSteps(slot) + fillSteps(slot) }
        return steps + balanceSteps + [.act(.privateStreamIsUp)]
    }

    private func shutDownSteps() -> [AdapterStep] {
        var steps: [AdapterStep] = []
        guard isTrading else { return [.act(.closeStreams)] }
        if markets.contains(where: { $0.instrument == nil }), adapter.offers(.rules) { steps.append(.call(.rules)) }
        for slot in tradedSlots {
            let all = VenueCall.cancelAll(markets[slot].id)
            if wasReady, adapter.capabilities.cancelAll, adapter.offers(all) { steps.append(.call(all)) }
        }
        steps.append(.act(.awaitOrderReplies))
        for slot in tradedSlots {
            let market = markets[slot].id
            steps += clearSteps(market) + [.act(.awaitHorizon(market))]
            // Without a beginning the fills of this run cannot be told from those before it.
            if markets[slot].fillsBegin != nil { steps += fillSteps(slot) }
        }
        steps += balanceSteps
        for slot in switchSlots { steps.append(.act(.disarm(markets[slot].id))) }
        if hasStreamKey, adapter.offers(.streamKey(.close)) { steps.append(.call(.streamKey(.close))) }
        return steps + [.act(.closeStreams)]
    }

    /// Reads what rests, takes it off, and reads again until nothing does.
    private func clearSteps(_ market: MarketID) -> [AdapterStep] {
        let list = VenueCall.openOrders(market, page: 0)
        return adapter.offers(list) ? [.call(list), .act(.clear(market))] : []
    }

    func listSteps(_ slot: Int) -> [AdapterStep] {
        let list = VenueCall.openOrders(markets[slot].id, page: 0)
        return adapter.offers(list) ? [.call(list)] : []
    }

    func fillSteps(_ slot: Int) -> [AdapterStep] {
        let call = fillsCall(slot)
        return adapter.offers(call) ? [.call(call)] : []
    }

    private var balanceSteps: [AdapterStep] { adapter.offers(.balances) ? [.call(.balances)] : [] }

    func fillsCall(_ slot: Int) -> VenueCall { .fills(markets[slot].id, since: markets[slot].fillsFrom, page: 0) }

    // MARK: Beginnings

    mutating func begin(
        _ kind: AdapterRoutineKind, _ steps: [AdapterStep], at now: Instant, into output: inout SessionOutput
    ) {
        board.begin(kind, steps, memory: ())
        advance(at: now, into: &output)
    }

    mutating func beginReconciliation(at now: Instant, into output: inout SessionOutput) {
        sight.reconciling()
        begin(.reconcile, reconcileSteps(), at: now, into: &output)
    }

    mutating func fetchFills(_ slot: Int, at now: Instant, into output: inout SessionOutput) {
        let steps = fillSteps(slot)
        guard markets[slot].fillsBegin != nil, !steps.isEmpty, phase != .shuttingDown, phase != .closed else { return }
        let kind = AdapterRoutineKind.fills(markets[slot].id)
        // One that is only now being asked would answer for a moment before this request.
        if let running = board.position(of: kind) {
            if board.routines[running].steps.count < 4 { board.routines[running].steps += steps }
            return
        }
        begin(kind, steps, at: now, into: &output)
    }

    mutating func shutDown(at now: Instant, into output: inout SessionOutput) {
        guard phase != .shuttingDown, phase != .closed else { return }
        // Stopped before it ever could trade, by something that will not get better: there is nothing to wait for.
        if case .dead = phase, !wasReady { return closeStreams(into: &output) }
        if phase == .idle { return closeStreams(into: &output) }
        phase = .shuttingDown
        if !wasReady { giveUpAt = now + .seconds(5) }
        deferred.removeAll()
        board.routines.removeAll()
        begin(.shutDown, shutDownSteps(), at: now, into: &output)
    }

    /// Nothing was placed in this life. Only what was seen of an earlier one is worth waiting for.
    mutating func giveUp(at now: Instant, into output: inout SessionOutput) {
        if phase == .starting, configuration.startUpLimit > .zero, now - startedAt >= configuration.startUpLimit {
            let limit = configuration.startUpLimit.nanoseconds / 1_000_000_000
            die("start-up was not complete after \(limit) s: \(waitsFor)", into: &output)
        }
        guard phase == .shuttingDown, now >= giveUpAt, !hasLeftovers else { return }
        let text =
            "stopped before start-up was complete, and whether orders of an earlier run rest is not confirmed: "
        note(.warning, text + waitsFor, into: &output)
        closeStreams(into: &output)
    }

    // MARK: Walking

    /// Takes every routine as far as it goes without an answer.
    mutating func advance(at now: Instant, into output: inout SessionOutput) {
        guard !board.isEmpty else { return }
        var pass = AdapterBoard.Pass()
        while let demand = board.next(&pass, at: now) {
            switch demand {
            case .act(let kind, let act):
                let isComplete = perform(act, kind, at: now, into: &output)
                board.acted(kind, act, isComplete: isComplete, &pass)
            case .call(let kind, let call): ask(kind, call, &pass, at: now, into: &output)
            }
        }
    }

    private mutating func ask(
        _ kind: AdapterRoutineKind, _ call: VenueCall, _ pass: inout AdapterBoard.Pass, at now: Instant,
        into output: inout SessionOutput
    ) {
        guard let position = board.position(of: kind), !isBeingRead(call, except: position) else {
            return board.wait(kind, until: now, &pass)
        }
        // Where fills begin moves while a routine waits: ask from where we are.
        let fresh = refreshed(call)
        board.routines[position].steps[0] = .call(fresh)
        switch send(fresh, at: now, into: &output) {
        case .sent(let id): board.sent(id, for: kind)
        case .wait(let until): board.wait(kind, until: until, &pass)
        case .impossible:
            waitsFor = "\(adapter.name) cannot make the call \(fresh)"
            board.wait(kind, until: now + .seconds(1), &pass)
        }
    }

    private func refreshed(_ call: VenueCall) -> VenueCall {
        if case .fills(let market, _, 0) = call, let slot = slot(of: market) { return fillsCall(slot) }
        return call
    }

    /// Whether another walk through the same list is under way.
    private func isBeingRead(_ call: VenueCall, except position: Int) -> Bool {
        guard call.page == 0 else { return false }
        for (index, routine) in board.routines.enumerated() where index != position {
            guard case .call(let other) = routine.steps.first, other.isSameList(as: call) else { continue }
            if routine.current != nil || (other.page ?? 0) > 0 { return true }
        }
        return false
    }

    // MARK: Answers

    /// Gives a routine the answer to the step it waits for.
    mutating func settle(
        _ id: RequestID, _ result: AdapterResult, at now: Instant, into output: inout SessionOutput
    ) {
        guard let position = board.position(waitingFor: id) else { return }
        board.routines[position].current = nil
        switch result {
        case .done: board.succeed(at: position)
        // A page is no success before the last of them is.
        case .then(let next): board.replaceStep(at: position, by: next)
        case .retry(let reason): retry(position, reason, at: now, into: &output)
        case .fatal(let reason):
            // Shutdown is the one thing that never gives up.
            if board.routines[position].kind == .shutDown { return retry(position, reason, at: now, into: &output) }
            board.routines.remove(at: position)
            die(reason, into: &output)
        }
    }

    private mutating func retry(
        _ position: Int, _ reason: String, at now: Instant, into output: inout SessionOutput
    ) {
        let kind = board.routines[position].kind
        switch (kind, board.routines[position].steps.first) {
        // The switch is the engine's condition for quoting, not ours for starting; the heartbeat goes on trying.
        case (.startUp, .call(.countdown)), (.shutDown, .call(.countdown)), (.shutDown, .call(.streamKey)):
            board.succeed(at: position)
        // Others read it again soon.
        case (.poll, _): board.routines.remove(at: position)
        case (.reconcile, .call(.balances)) where board.routines[position].backoff.attempts >= 2,
            (.shutDown, .call(.balances)) where board.routines[position].backoff.attempts >= 2:
            board.succeed(at: position)
        default:
            restartList(position)
            let attempts = board.retry(at: position, after: now, using: &random)
            if kind == .shutDown || kind == .startUp { waitsFor = reason }
            if attempts % 10 == 0 { note(.warning, "\(kind) waits: \(reason)", into: &output) }
        }
    }

    /// A list that failed half way is read again from its first page.
    private mutating func restartList(_ position: Int) {
        switch board.routines[position].steps.first {
        case .call(.openOrders(let market, let page)) where page > 0:
            board.routines[position].steps[0] = .call(.openOrders(market, page: 0))
        case .call(.fills(let market, let since, let page)) where page > 0:
            board.routines[position].steps[0] = .call(.fills(market, since: since, page: 0))
        default: break
        }
    }
}
