internal import Fundamentals
internal import MarketModel
internal import VenueKit

/// When the recurring things are due.
struct ExtendedTimers: Hashable, Sendable {
    var openOrders: Instant = .distantFuture
    var account: Instant = .distantFuture
    var markets: Instant = .distantFuture
    var fills: Instant = .distantFuture
    var funding: Instant = .distantFuture
    /// Looks at the funding history since the last full hour.
    var fundingLooks = 0
}

extension ExtendedSession {
    private static let openOrdersEvery = TimeSpan.seconds(10)
    private static let accountEvery = TimeSpan.seconds(15)
    private static let marketsEvery = TimeSpan.seconds(60)
    private static let fillsEvery = TimeSpan.seconds(30)

    /// Polls are a safety net under the account stream, spread so that they do not leave together. Each asks for all
    /// markets at once: some eighteen requests a minute, whatever is traded.
    mutating func startTimers(at now: Instant) {
        timers.openOrders = now + Self.openOrdersEvery / 2
        timers.account = now + Self.accountEvery / 2 + .milliseconds(700)
        timers.markets = now + Self.marketsEvery
        timers.fills = now + Self.fillsEvery + .milliseconds(300)
        expectFunding(at: now)
    }

    mutating func runTimers(at now: Instant, into output: inout SessionOutput) {
        rearm(at: now, into: &output)
        guard phase == .ready else { return }
        if now >= timers.openOrders {
            timers.openOrders = now + Self.openOrdersEvery
            poll(.openOrders, at: now, into: &output)
        }
        if now >= timers.account {
            timers.account = now + Self.accountEvery
            poll(.positions, at: now, into: &output)
            poll(.balance, at: now, into: &output)
        }
        if now >= timers.markets {
            timers.markets = now + Self.marketsEvery
            poll(.markets, at: now, into: &output)
        }
        if now >= timers.fills {
            timers.fills = now + Self.fillsEvery
            if !board.contains(.fills) { fetchFills(at: now, into: &output) }
        }
        if now >= timers.funding {
            poll(.fundingPayments, at: now, into: &output)
            timers.fundingLooks += 1
            expectFunding(at: now)
        }
    }

    /// A poll that the budget holds back, or that is still unanswered, is skipped: the next one is never far.
    mutating func poll(_ call: ExtendedCall, at now: Instant, into output: inout SessionOutput) {
        guard !isPending({ $0 == call }) else { return }
        _ = send(call, at: now, into: &output)
    }

    // MARK: Funding

    /// Funding is paid at every full hour, and booked when the venue books it: so it is looked for thrice, 5 s, 30 s and
    /// 3 min after, and then again after the next hour.
    private mutating func expectFunding(at now: Instant) {
        let looks: [TimeSpan] = [.seconds(5), .seconds(30), .minutes(3)]
        let hour = nextHour(after: venueTime(now) - .hours(1))
        if timers.fundingLooks < looks.count {
            for look in looks where hour + look > venueTime(now) {
                timers.funding = hour + look - clock.offset
                return
            }
        }
        timers.fundingLooks = 0
        timers.funding = nextHour(after: venueTime(now)) + looks[0] - clock.offset
    }

    func nextHour(after venueTime: Instant) -> Instant {
        let hour = TimeSpan.hours(1).nanoseconds
        return Instant(nanoseconds: (venueTime.nanoseconds / hour + 1) * hour)
    }

    // MARK: Dead man's switch

    private mutating func rearm(at now: Instant, into output: inout SessionOutput) {
        if deadMan.ranOut(at: now) {
            tellSwitch(deadline: nil, into: &output)
            output.notes.append(
                SessionNote(.error, "the dead man's switch ran out: the venue cancels everything of the account"))
        }
        guard phase == .ready || phase == .starting, deadMan.isDue(at: now) else { return }
        deadMan.arming(configuration.countdown, at: now)
        poll(.countdown(configuration.countdown), at: now, into: &output)
    }

    /// One switch for the account, and thus for each market.
    private func tellSwitch(deadline: Instant?, into output: inout SessionOutput) {
        for market in markets { output.events.append(.status(.deadMansSwitch(market.id, deadline: deadline))) }
    }

    mutating func armed(_ span: TimeSpan, sentAt: Instant, into output: inout SessionOutput) {
        guard span > .zero else { return tellSwitch(deadline: nil, into: &output) }
        deadMan.armed(span, sentAt: sentAt, isKept: phase != .shuttingDown)
        tellSwitch(deadline: deadMan.armedUntil, into: &output)
    }

    mutating func armingFailed(_ reason: String, at now: Instant, into output: inout SessionOutput) {
        guard phase == .starting || phase == .ready else { return }
        if deadMan.failed(at: now) {
            output.notes.append(SessionNote(.warning, "the dead man's switch was not armed: \(reason)"))
        }
        // While the last arming still runs, its deadline stands.
        if deadMan.armedUntil == nil { tellSwitch(deadline: nil, into: &output) }
    }
}
