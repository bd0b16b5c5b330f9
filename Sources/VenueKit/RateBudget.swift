public import Fundamentals

/// One counter of a venue: so much in each window, windows aligned to its clock.
public struct RateRule: Hashable, Sendable {
    public enum Measure: String, Hashable, Sendable {
        /// Points per request, by address.
        case weight
        /// Orders created or amended, by account.
        case orders
    }
    public var measure: Measure
    public var window: TimeSpan
    public var limit: Int

    public init(_ measure: Measure, per window: TimeSpan, limit: Int) {
        self.measure = measure
        self.window = window
        self.limit = limit
    }
}

/// What a request is for, as far as the budget cares.
public enum RequestPriority: Hashable, Sendable {
    /// May use the reserve: cancels, cancel-all, the dead man's switch.
    case cancel
    /// Creates or changes orders.
    case order
    /// Reads, and everything else.
    case query
}

/// Keeps a session inside the venue's limits, so that 429 is the exception and 418 never happens.
///
/// Counts what leaves, corrects itself by the counters in the venue's reply headers, and holds back a share of the
/// weight that only cancels may use. All times are the venue's.
public struct RateBudget: Hashable, Sendable {
    public enum Verdict: Hashable, Sendable {
        case allowed
        /// Not before this moment.
        case wait(until: Instant)
    }

    private struct Counter: Hashable, Sendable {
        var rule: RateRule
        var windowIndex: Int64 = .min
        var used = 0

        mutating func roll(to now: Instant) {
            let index = now.nanoseconds / rule.window.nanoseconds
            // Backwards too: a stepped clock must not freeze the counter.
            if index != windowIndex {
                windowIndex = index
                used = 0
            }
        }
        var windowEnd: Instant { Instant(nanoseconds: (windowIndex + 1) * rule.window.nanoseconds) }
        /// The share that requests of this priority leave alone: only cancels may use everything, and orders give way before
        /// the reads that tell what became of the ones before.
        func reserve(_ priority: RequestPriority) -> Int {
            guard rule.measure == .weight else { return 0 }
            return switch priority {
            case .cancel: 0
            case .query: rule.limit / 10
            case .order: rule.limit / 5
            }
        }
    }

    private var counters: [Counter]
    /// Nothing may leave before this: weight used up by the venue's count (429), or a ban (403, 418).
    public private(set) var closedUntil: Instant = .distantPast
    /// No order may leave before this: the account's order count is used up.
    public private(set) var ordersClosedUntil: Instant = .distantPast
    /// Bans in a row, without an ordinary reply between them.
    public private(set) var bans = 0

    /// - Precondition: windows and limits are positive.
    public init(_ rules: [RateRule]) {
        precondition(rules.allSatisfy { $0.window > .zero && $0.limit > 0 }, "a rate limit has a window and a limit")
        counters = rules.map { Counter(rule: $0) }
    }

    /// Replaces the limits (they come with the instruments) and keeps what is already used.
    public mutating func adopt(_ rules: [RateRule]) {
        counters = rules.filter { $0.window > .zero && $0.limit > 0 }.map { rule in
            let old = counters.first { $0.rule.measure == rule.measure && $0.rule.window == rule.window }
            return Counter(rule: rule, windowIndex: old?.windowIndex ?? .min, used: old?.used ?? 0)
        }
    }

    public func used(_ measure: RateRule.Measure, per window: TimeSpan) -> Int? {
        counters.first { $0.rule.measure == measure && $0.rule.window == window }?.used
    }

    public func limit(_ measure: RateRule.Measure, per window: TimeSpan) -> Int? {
        counters.first { $0.rule.measure == measure && $0.rule.window == window }?.rule.limit
    }

    // MARK: Before sending

    /// Whether a request may leave; when it may, it is counted.
    public mutating func admit(weight: Int, orders: Int, priority: RequestPriority, at now: Instant) -> Verdict {
        if now < closedUntil { return .wait(until: closedUntil) }
        if priority == .order, now < ordersClosedUntil { return .wait(until: ordersClosedUntil) }
        var opening = Instant.distantPast
        for index in counters.indices {
            counters[index].roll(to: now)
            let counter = counters[index]
            let cost = counter.rule.measure == .weight ? weight : orders
            guard cost > 0 else { continue }
            if counter.used + cost > counter.rule.limit - counter.reserve(priority) {
                opening = max(opening, counter.windowEnd)
            }
        }
        guard opening <= now else { return .wait(until: opening) }
        for index in counters.indices {
            counters[index].used += counters[index].rule.measure == .weight ? weight : orders
        }
        return .allowed
    }

    // MARK: After a reply

    /// A counter from the reply headers of a request that left at `sentAt`. Ignored when a window began since then: it
    /// may speak of the old one.
    public mutating func observe(
        _ measure: RateRule.Measure, per window: TimeSpan, used: Int, sentAt: Instant, at now: Instant
    ) {
        for index in counters.indices
        where counters[index].rule.measure == measure && counters[index].rule.window == window {
            counters[index].roll(to: now)
            guard sentAt.nanoseconds / window.nanoseconds == counters[index].windowIndex else { continue }
            counters[index].used = max(counters[index].used, min(used, counters[index].rule.limit * 2))
        }
    }

    /// An ordinary reply: bans are no longer in a row.
    public mutating func answered() { bans = 0 }

    /// 429 for weight: everything waits, as told or until the next window.
    public mutating func exhausted(retryAfter: TimeSpan?, at now: Instant) {
        closedUntil = max(closedUntil, retryAfter.map { now + $0 } ?? nextWindow(of: .weight, at: now))
    }

    /// The account's order count is used up: orders wait, cancels go on.
    public mutating func ordersExhausted(retryAfter: TimeSpan?, at now: Instant) {
        ordersClosedUntil = max(ordersClosedUntil, retryAfter.map { now + $0 } ?? nextWindow(of: .orders, at: now))
    }

    /// 403 or 418: everything stops, as told or for two minutes, doubled each time in a row.
    public mutating func banned(retryAfter: TimeSpan?, at now: Instant) {
        bans += 1
        let own = TimeSpan.minutes(2) * (1 << Int64(min(bans - 1, 10)))
        closedUntil = max(closedUntil, now + (retryAfter ?? own))
    }

    private func nextWindow(of measure: RateRule.Measure, at now: Instant) -> Instant {
        var opening = now + .seconds(1)
        for counter in counters where counter.rule.measure == measure {
            let index = now.nanoseconds / counter.rule.window.nanoseconds
            opening = max(opening, Instant(nanoseconds: (index + 1) * counter.rule.window.nanoseconds))
        }
        return counters.contains { $0.rule.measure == measure } ? opening : now + .seconds(60)
    }
}
