internal import Fundamentals
internal import MarketModel
internal import VenueKit
internal import Wire

extension ExtendedSession {
    enum SendResult: Hashable {
        case sent(RequestID)
        /// Our time, not the venue's.
        case wait(until: Instant)
        /// Never sent: why it is no request.
        case invalid(String)
    }

    /// Sends `call` if the budget allows.
    mutating func send(_ call: ExtendedCall, at now: Instant, into output: inout SessionOutput) -> SendResult {
        let order: ExtendedUnsignedOrder?
        do throws(ExtendedOrderError) { order = try unsigned(call, at: now) } catch {
            return .invalid(error.description)
        }
        let verdict = budget.admit(weight: 1, orders: 0, priority: call.priority, at: venueTime(now))
        if case .wait(let until) = verdict { return .wait(until: until - clock.offset) }
        let deadline = now + configuration.requestDeadline
        let id = requests.insert(call, sentAt: now, deadline: deadline)
        if let order {
            let signer = signer
            let request = UnsignedRequest(id) { signer.request(for: order) }
            output.commands.append(.unsignedRequest(id, request, deadline: deadline))
        } else if let plain = call.plain(symbols: symbols, fundingFrom: fundingFrom ?? venueTime(now)) {
            let request =
                call.isPublic
                ? ExtendedSigner.open(plain.method, plain.target)
                : signer.request(plain.method, plain.target, body: plain.body)
            output.commands.append(.request(id, request, deadline: deadline))
        }
        return .sent(id)
    }

    /// The order a call is to bring to the venue, checked and with a nonce of its own; nil for other calls.
    private mutating func unsigned(
        _ call: ExtendedCall, at now: Instant
    ) throws(ExtendedOrderError) -> ExtendedUnsignedOrder? {
        let (slot, id, replaced, spec): (Int, ExtendedOrderID, ExtendedOrderID?, OrderSpec)
        switch call {
        case .place(let market, let order, let wanted): (slot, id, replaced, spec) = (market, order, nil, wanted)
        case .amend(let market, let order, let old, let wanted):
            (slot, id, replaced, spec) = (market, order, old, wanted)
        default: return nil
        }
        guard let market = markets[slot].market else { throw .rule("\(symbols[slot]) is not loaded") }
        var worst: Price?
        if spec.price == nil {
            worst = worstPrice(spec.side, slot)
            if worst == nil { throw .rule("\(symbols[slot]) has no mark price to bound a market order by") }
        }
        var draft = try ExtendedOrderDraft(
            id, spec, market, expiry: venueTime(now) + configuration.orderLifetime, nonce: nonces.next(),
            worstPrice: worst, replacing: replaced)
        draft.selfTradeProtection = configuration.selfTradeProtection
        return try signer.unsigned(draft)
    }

    /// How far an order without a price may go: the venue has only limit orders, and refuses those beyond its collar.
    private func worstPrice(_ side: Side, _ slot: Int) -> Price? {
        guard let instrument = markets[slot].instrument, let mark = markets[slot].mark else { return nil }
        let reach = min(configuration.marketOrderReach.parts, instrument.marketTakeBound.parts / 10 * 9)
        let scale = max(mark.scale, instrument.tickSize.scale)
        guard let value = mark.units(atScale: scale), let tick = instrument.tickSize.units(atScale: scale), tick > 0
        else { return nil }
        let (product, overflow) = value.multipliedReportingOverflow(
            by: Int128(Rate.one.parts + (side == .buy ? reach : -reach)))
        let (step, overflow2) = tick.multipliedReportingOverflow(by: Int128(Rate.one.parts))
        guard !overflow, !overflow2, product > 0 else { return nil }
        // Inwards, so that rounding does not leave the collar.
        let ticks = side == .buy ? product / step : (product + step - 1) / step
        return Int64(exactly: ticks).flatMap { $0 > 0 ? Price(ticks: $0) : nil }
    }

    /// As `send`, for calls that no routine waits for. What the budget holds back is refused, where it would create
    /// exposure, and otherwise kept for later.
    mutating func submit(_ call: ExtendedCall, at now: Instant, into output: inout SessionOutput) {
        switch send(call, at: now, into: &output) {
        case .sent: break
        case .invalid(let reason):
            let rejection = VenueRejection(kind: .other, code: 0, message: "\(reason); not sent")
            refuse(call, rejection, at: now, into: &output)
        case .wait(let until) where call.createsExposure:
            let rejection = VenueRejection(
                kind: .rateLimited, code: 0, message: "held back by the rate budget, not sent")
            refuse(call, rejection, at: now, into: &output)
            announceThrottle(until: until, into: &output)
        case .wait(let until): postpone(call, until: until, into: &output)
        }
    }

    mutating func postpone(_ call: ExtendedCall, until: Instant, into output: inout SessionOutput) {
        let isCancel = call.priority == .cancel
        if deferred.append(call, notBefore: until, isCancel: isCancel) == .crowded {
            remarkOnce(DeferredCalls<ExtendedCall>.crowdedRemark, .warning, into: &output)
        }
    }

    mutating func flushDeferred(at now: Instant, into output: inout SessionOutput) {
        guard !deferred.isEmpty else { return }
        let due = deferred.takeDue(at: now) { $0.priority == .cancel }
        for call in due { submit(call, at: now, into: &output) }
    }

    func isPending(_ matches: (ExtendedCall) -> Bool) -> Bool {
        requests.entries.contains { matches($0.purpose) } || deferred.contains(where: matches)
    }

    // MARK: Refusals and doubts

    /// Certain that nothing of `call` was executed.
    mutating func refuse(
        _ call: ExtendedCall, _ rejection: VenueRejection, at now: Instant, into output: inout SessionOutput
    ) {
        for (id, kind) in call.orderRequests {
            switch kind {
            case .place, .amend: orders.refused(id, rejection, at: now, into: &findings)
            case .cancel: findings.append(.rejected(id.client, .cancel, rejection))
            }
        }
        report(into: &output)
    }

    /// Each order the call carries may or may not have been touched.
    mutating func leaveUnresolved(
        _ call: ExtendedCall, _ reason: String, at now: Instant, into output: inout SessionOutput
    ) {
        for (id, kind) in call.orderRequests {
            output.events.append(.account(.unresolved(id.client, kind)))
            output.notes.append(SessionNote(.warning, "\(kind.rawValue) of \(id) is unresolved: \(reason)"))
        }
        if call.createsExposure { unresolvedUntil = max(unresolvedUntil, now + capabilities.arrivalHorizon) }
    }

    mutating func announceThrottle(until: Instant, into output: inout SessionOutput) {
        if diary.isLonger(throttledUntil: until) { output.events.append(.status(.throttled(until: until))) }
    }

    mutating func expireRequests(at now: Instant, into output: inout SessionOutput) {
        while let entry = requests.removeForgotten(at: now) {
            answer(entry, .failure(.unknown("no answer by the deadline")), at: now, into: &output)
        }
    }
}
