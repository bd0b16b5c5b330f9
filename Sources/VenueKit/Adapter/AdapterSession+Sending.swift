internal import Fundamentals
internal import MarketModel
internal import Wire

extension AdapterSession {
    enum SendResult: Hashable {
        case sent(RequestID)
        /// Our time, not the venue's.
        case wait(until: Instant)
        /// The adapter cannot make such a request now.
        case impossible
    }

    /// Sends `call` if the budget allows. Signed here and now: a nonce or timestamp must not age in a queue.
    mutating func send(
        _ call: VenueCall, isSweep: Bool = false, at now: Instant, into output: inout SessionOutput
    ) -> SendResult {
        let cost = adapter.cost(of: call)
        let venueTime = venueTime(now)
        let opens = adapter.opens(call)
        if opens > venueTime { return .wait(until: now + max(.milliseconds(1), opens - venueTime)) }
        let verdict = budget.admit(
            weight: cost.weight, orders: cost.orders, priority: cost.priority, at: venueTime)
        if case .wait(let until) = verdict { return .wait(until: max(until - clock.offset, now + .milliseconds(1))) }
        guard let request = adapter.request(call, at: venueTime) else { return .impossible }
        let deadline = now + adapter.cadence.requestDeadline
        let id = requests.insert(AdapterRequest(call: call, isSweep: isSweep), sentAt: now, deadline: deadline)
        output.commands.append(.request(id, request, deadline: deadline))
        return .sent(id)
    }

    /// As `send`, for calls that no routine waits for and that ask nothing of orders. What the budget holds back is kept.
    mutating func submit(_ call: VenueCall, at now: Instant, into output: inout SessionOutput) {
        if case .wait(let until) = send(call, at: now, into: &output) { postpone(call, until: until, into: &output) }
    }

    mutating func postpone(_ call: VenueCall, until: Instant, into output: inout SessionOutput) {
        let isCancel = adapter.cost(of: call).priority == .cancel
        if deferred.append(call, notBefore: until, isCancel: isCancel) == .crowded {
            remarkOnce(DeferredCalls<VenueCall>.crowdedRemark, .warning, into: &output)
        }
    }

    mutating func flushDeferred(at now: Instant, into output: inout SessionOutput) {
        guard !deferred.isEmpty else { return }
        let due = deferred.takeDue(at: now) { adapter.cost(of: $0).priority == .cancel }
        for call in due { submit(call, at: now, into: &output) }
    }

    func isPending(_ matches: (VenueCall) -> Bool) -> Bool {
        requests.entries.contains { matches($0.purpose.call) } || deferred.contains(where: matches)
    }

    /// A poll that the budget holds back, or that is still unanswered, is skipped: the next one is never far.
    mutating func poll(_ call: VenueCall, at now: Instant, into output: inout SessionOutput) {
        guard adapter.offers(call), !isPending({ $0 == call }) else { return }
        _ = send(call, at: now, into: &output)
    }

    mutating func announceThrottle(until: Instant, into output: inout SessionOutput) {
        if diary.isLonger(throttledUntil: until) { tell(.throttled(until: until), into: &output) }
    }

    mutating func expireRequests(at now: Instant, into output: inout SessionOutput) {
        while let entry = requests.removeForgotten(at: now) {
            answer(entry, .failure(.unknown("no answer by the deadline")), at: now, into: &output)
        }
    }
}
