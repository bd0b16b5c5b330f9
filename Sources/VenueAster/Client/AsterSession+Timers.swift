internal import Fundamentals
internal import MarketModel
internal import VenueKit

/// When the recurring things are due.
struct AsterTimers: Hashable, Sendable {
    /// By slot.
    var openOrders: [Instant] = []
    var account: Instant = .distantFuture
    var clock: Instant = .distantFuture
}

extension AsterSession {
    private static let openOrdersEvery = TimeSpan.seconds(10)
    private static let accountEvery = TimeSpan.seconds(15)
    private static let clockEvery = TimeSpan.seconds(60)

    /// Polls are a safety net under the private stream, spread so that they do not leave together.
    mutating func startTimers(at now: Instant) {
        let count = Int64(max(1, markets.count))
        timers.openOrders = markets.indices.map { slot in
            now + Self.openOrdersEvery / 2 + Self.openOrdersEvery * Int64(slot) / count
        }
        timers.account = now + Self.accountEvery / 2 + .milliseconds(700)
        timers.clock = now + Self.clockEvery
    }

    mutating func runTimers(at now: Instant, into output: inout SessionOutput) {
        rearm(at: now, into: &output)
        if listenKey != nil, now >= renewListenKeyAt, phase != .shuttingDown, !isPending({ $0 == .renewListenKey }) {
            renewListenKeyAt = now + configuration.listenKeyKeepAlive
            submit(.renewListenKey, at: now, into: &output)
        }
        guard phase == .ready else { return }
        for slot in markets.indices where slot < timers.openOrders.count && now >= timers.openOrders[slot] {
            timers.openOrders[slot] = now + Self.openOrdersEvery
            poll(.openOrders(slot), at: now, into: &output)
        }
        if now >= timers.account {
            timers.account = now + Self.accountEvery
            poll(.positions, at: now, into: &output)
            poll(.balance, at: now, into: &output)
        }
        if now >= timers.clock {
            timers.clock = now + Self.clockEvery
            poll(.time, at: now, into: &output)
        }
    }

    /// A poll that the budget holds back, or that is still unanswered, is skipped: the next one is never far.
    private mutating func poll(_ call: AsterCall, at now: Instant, into output: inout SessionOutput) {
        guard !isPending({ $0 == call }) else { return }
        _ = send(call, at: now, into: &output)
    }

    // MARK: Dead man's switch

    private mutating func rearm(at now: Instant, into output: inout SessionOutput) {
        for slot in markets.indices {
            if markets[slot].deadMan.ranOut(at: now) {
                output.events.append(.status(.deadMansSwitch(markets[slot].id, deadline: nil)))
                output.notes.append(
                    SessionNote(
                        .error, "the dead man's switch of \(symbols[slot]) ran out: the venue cancels everything"))
            }
            guard phase == .ready || phase == .starting, markets[slot].deadMan.isDue(at: now) else { continue }
            let call = AsterCall.countdown(slot, configuration.countdown)
            markets[slot].deadMan.arming(configuration.countdown, at: now)
            poll(call, at: now, into: &output)
        }
    }

    mutating func armed(_ slot: Int, _ span: TimeSpan, sentAt: Instant, into output: inout SessionOutput) {
        guard span > .zero else {
            output.events.append(.status(.deadMansSwitch(markets[slot].id, deadline: nil)))
            return
        }
        markets[slot].deadMan.armed(span, sentAt: sentAt, isKept: phase != .shuttingDown)
        let deadline = markets[slot].deadMan.armedUntil
        output.events.append(.status(.deadMansSwitch(markets[slot].id, deadline: deadline)))
    }

    mutating func armingFailed(_ slot: Int, _ reason: String, at now: Instant, into output: inout SessionOutput) {
        guard phase == .starting || phase == .ready else { return }
        if markets[slot].deadMan.failed(at: now) {
            let text = "the dead man's switch of \(symbols[slot]) was not armed: \(reason)"
            output.notes.append(SessionNote(.warning, text))
        }
        // While the last arming still runs, its deadline stands.
        if markets[slot].deadMan.armedUntil == nil {
            output.events.append(.status(.deadMansSwitch(markets[slot].id, deadline: nil)))
        }
    }
}
