public import Fundamentals
public import MarketModel

/// Same-side fills in a sliding window: more than allowed pause the market for the length of the window.
struct FillThrottle: Sendable {
    private let limit: Int
    private let window: TimeSpan
    private var buys: RingBuffer<Instant>
    private var sells: RingBuffer<Instant>
    private var pausedUntil = Instant.distantPast
    private var side = Side.buy

    init(limit: Int, window: TimeSpan) {
        self.limit = max(0, limit)
        self.window = window
        buys = RingBuffer(capacity: self.limit + 1)
        sells = RingBuffer(capacity: self.limit + 1)
    }

    mutating func observe(_ side: Side, at now: Instant) {
        let isTooMany: Bool
        switch side {
        case .buy: isTooMany = Self.record(now, in: &buys, limit: limit, window: window)
        case .sell: isTooMany = Self.record(now, in: &sells, limit: limit, window: window)
        }
        guard isTooMany else { return }
        pausedUntil = now + window
        self.side = side
    }

    private static func record(
        _ now: Instant, in times: inout RingBuffer<Instant>, limit: Int, window: TimeSpan
    ) -> Bool {
        times.append(now)
        guard times.count > limit, let oldest = times.first, now - oldest < window else { return false }
        times.removeAll()
        return true
    }

    func paused(at now: Instant) -> Side? { now < pausedUntil ? side : nil }
}

/// Stops new orders for a while after slow replies or a rate-limit reply.
struct Breaker: Sendable {
    enum State: Hashable, Sendable {
        case closed
        /// Replies are slow: only reducing orders.
        case slow
        /// The venue told us to wait: nothing new at all.
        case throttled
    }
    private var slowUntil = Instant.distantPast
    private var throttledUntil = Instant.distantPast

    func state(at now: Instant) -> State {
        if now < throttledUntil { return .throttled }
        return now < slowUntil ? .slow : .closed
    }

    mutating func slow(until: Instant) { slowUntil = max(slowUntil, until) }
    mutating func throttle(until: Instant) { throttledUntil = max(throttledUntil, until) }
}

/// Why the gate latched.
public enum LossLatch: Hashable, Sendable {
    case dailyLoss(Cash, limit: Cash)
    case drawdown(Cash, limit: Cash)
}

/// What a day (UTC) has brought so far: what a restart must know, or it would forget the day's loss.
public struct DayResult: Hashable, Sendable {
    /// Days since 1970.
    public var day: Int64
    public var change: Cash

    public init(day: Int64, change: Cash) {
        self.day = day
        self.change = change
    }
}

/// Watches equity against the day's first and the session's highest.
struct LossWatch: Sendable {
    private static let day = TimeSpan.hours(24)
    private var dayNumber: Int64 = .min
    private var dayStart = Cash.zero
    private var peak: Cash?
    private var last = Cash.zero
    private(set) var latch: LossLatch?

    /// - Parameter earlier: what earlier starts made of their day; it counts if that is still today.
    init(earlier: DayResult? = nil) {
        guard let earlier else { return }
        dayNumber = earlier.day
        dayStart = -earlier.change
    }

    /// Nil while no day is known.
    var today: DayResult? { dayNumber == .min ? nil : DayResult(day: dayNumber, change: last - dayStart) }

    /// Zero when nothing is lost.
    var sinceDayStart: Cash { max(.zero, dayStart - last) }
    var belowPeak: Cash { max(.zero, (peak ?? last) - last) }

    mutating func observe(_ equity: Cash, _ limits: AccountLimits, at now: Instant) -> LossLatch? {
        last = equity
        let number = now.nanoseconds / Self.day.nanoseconds
        if number != dayNumber {
            dayNumber = number
            dayStart = equity
        }
        let highest = max(peak ?? equity, equity)
        peak = highest
        guard latch == nil else { return nil }
        if dayStart - equity >= limits.maxDailyLoss {
            latch = .dailyLoss(dayStart - equity, limit: limits.maxDailyLoss)
        } else if highest - equity >= limits.maxDrawdown {
            latch = .drawdown(highest - equity, limit: limits.maxDrawdown)
        }
        return latch
    }

    /// A person has seen it: losses count from here.
    mutating func release(_ equity: Cash) {
        latch = nil
        dayStart = equity
        peak = equity
        last = equity
    }
}

extension RiskGate {
    // MARK: What happens

    /// - Returns: the side that tripped the throttle, when this fill did.
    public mutating func observeFill(_ market: MarketID, _ side: Side, at now: Instant) -> Side? {
        let before = fillThrottles[market.index].paused(at: now)
        fillThrottles[market.index].observe(side, at: now)
        return before == nil ? fillThrottles[market.index].paused(at: now) : nil
    }

    /// Equity of the account. Returns the latch when this observation set it.
    public mutating func observeEquity(_ equity: Cash, at now: Instant) -> LossLatch? {
        losses.observe(equity, limits, at: now)
    }

    /// - Returns: true when this reply tripped the venue's breaker.
    public mutating func observeRoundTrip(
        _ duration: TimeSpan, venue: VenueID = .target, at now: Instant
    ) -> Bool {
        guard duration > limits.maxRoundTrip else { return false }
        let wasClosed = breakers[venue.index].state(at: now) == .closed
        breakers[venue.index].slow(until: now + limits.breakerPause)
        return wasClosed
    }

    /// The venue wants no new orders until then; they pause for `breakerPause` at least.
    /// - Returns: true when this tripped the venue's breaker.
    public mutating func throttle(until: Instant, venue: VenueID = .target, at now: Instant) -> Bool {
        let wasClosed = breakers[venue.index].state(at: now) == .closed
        breakers[venue.index].throttle(until: max(until, now + limits.breakerPause))
        return wasClosed
    }

    /// A person lifts the latch; losses count from this equity.
    public mutating func release(equity: Cash) { losses.release(equity) }

    // MARK: What it holds back

    public var latch: LossLatch? { losses.latch }
    /// What today has brought, with earlier starts; nil before any equity was observed.
    public var today: DayResult? { losses.today }
    public func isBroken(venue: VenueID = .target, at now: Instant) -> Bool {
        breakers[venue.index].state(at: now) != .closed
    }
    public func isPaused(_ market: MarketID, at now: Instant) -> Bool {
        fillThrottles[market.index].paused(at: now) != nil
    }
}
