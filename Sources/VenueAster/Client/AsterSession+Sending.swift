internal import Fundamentals
internal import MarketModel
internal import VenueKit
internal import Wire

extension AsterSession {
    enum SendResult: Hashable {
        case sent(RequestID)
        /// Our time, not the venue's.
        case wait(until: Instant)
    }

    func venueTime(_ now: Instant) -> Instant { clock.venueTime(at: now) }

    /// Sends `call` if the budget allows. Signed here and now: a nonce or timestamp must not age in a queue.
    mutating func send(_ call: AsterCall, at now: Instant, into output: inout SessionOutput) -> SendResult {
        let shape = call.shape(marketCount: symbols.count)
        let verdict = budget.admit(
            weight: shape.weight, orders: shape.orders, priority: shape.priority, at: venueTime(now))
        if case .wait(let until) = verdict { return .wait(until: until - clock.offset) }
        query.removeAll(keepingCapacity: true)
        call.encode(markets, into: &query)
        let request = authorizer.request(shape, query: query, venueTime: venueTime(now))
        let deadline = now + configuration.requestDeadline
        let id = requests.insert(call, sentAt: now, deadline: deadline)
        output.commands.append(.request(id, request, deadline: deadline))
        return .sent(id)
    }

    /// As `send`, for calls that no routine waits for. What the budget holds back is refused, where it would create
    /// exposure, and otherwise kept for later.
    mutating func submit(_ call: AsterCall, at now: Instant, into output: inout SessionOutput) {
        guard case .wait(let until) = send(call, at: now, into: &output) else { return }
        if call.createsExposure {
            let rejection = VenueRejection(
                kind: .rateLimited, code: 0, message: "held back by the rate budget, not sent")
            refuse(call, rejection, into: &output)
            announceThrottle(until: until, into: &output)
        } else {
            postpone(call, until: until, into: &output)
        }
    }

    mutating func postpone(_ call: AsterCall, until: Instant, into output: inout SessionOutput) {
        let isCancel = call.shape(marketCount: symbols.count).priority == .cancel
        if deferred.append(call, notBefore: until, isCancel: isCancel) == .crowded {
            remarkOnce(DeferredCalls<AsterCall>.crowdedRemark, .warning, into: &output)
        }
    }

    mutating func flushDeferred(at now: Instant, into output: inout SessionOutput) {
        guard !deferred.isEmpty else { return }
        let due = deferred.takeDue(at: now) { $0.shape(marketCount: symbols.count).priority == .cancel }
        for call in due { submit(call, at: now, into: &output) }
    }

    func isPending(_ matches: (AsterCall) -> Bool) -> Bool {
        requests.entries.contains { matches($0.purpose) } || deferred.contains(where: matches)
    }

    // MARK: Refusals and doubts

    /// Certain that nothing of `call` was executed.
    func refuse(_ call: AsterCall, _ rejection: VenueRejection, into output: inout SessionOutput) {
        for (id, kind) in call.orderRequests { output.events.append(.account(.rejected(id, kind, rejection))) }
    }

    /// Each order the call carries may or may not have been touched.
    mutating func leaveUnresolved(
        _ call: AsterCall, _ reason: String, at now: Instant, into output: inout SessionOutput
    ) {
        for (id, kind) in call.orderRequests {
            output.events.append(.account(.unresolved(id, kind)))
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

/// Runs the few numbers that every reply carries through the budget.
enum AsterRateHeaders {
    static let counters: [(name: String, measure: RateRule.Measure, window: TimeSpan)] = [
        ("X-MBX-USED-WEIGHT-1M", .weight, .minutes(1)),
        ("X-MBX-ORDER-COUNT-1M", .orders, .minutes(1)),
        ("X-MBX-ORDER-COUNT-10S", .orders, .seconds(10)),
    ]

    /// Seconds, as the gateway's other documents say; at most the longest ban they speak of.
    static func retryAfter(_ response: HTTPResponse) -> TimeSpan? {
        guard let text = response.headers["Retry-After"], let seconds = Int64(text), seconds > 0 else { return nil }
        return .seconds(min(seconds, 3 * 24 * 3_600))
    }

    static func read(_ response: HTTPResponse, sentAt: Instant, at now: Instant, into budget: inout RateBudget) {
        for counter in counters {
            guard let text = response.headers[counter.name], let used = Int(text), used >= 0 else { continue }
            budget.observe(counter.measure, per: counter.window, used: used, sentAt: sentAt, at: now)
        }
    }
}
