public import Fundamentals
public import MarketModel

/// Which way the exerciser meets itself.
public enum CrossPattern: String, Hashable, Sendable, CaseIterable {
    /// Both orders at the middle of the spread.
    case mid
    /// One order at the touch of its own side, or a tick inside it, the other against it.
    case touch
    /// One after the other.
    case both
}

/// What ends a run, whatever happens. There is no way to go beyond the ceilings.
public struct ExerciseCaps: Hashable, Sendable {
    public static let ceilingOrdersPerMinute = 1_200
    public static let ceilingDuration = TimeSpan.hours(1)
    /// In the quote asset.
    public static let ceilingNotional = Cash(whole: 1_000_000_000)

    public var ordersPerMinute: Int
    /// Σ price × quantity of all orders placed, in the quote asset.
    public var notional: Cash
    public var duration: TimeSpan

    /// - Throws: a sentence where a cap is not positive, or above its ceiling.
    public init(ordersPerMinute: Int, notional: Cash, duration: TimeSpan) throws(ExerciseError) {
        guard (2...Self.ceilingOrdersPerMinute).contains(ordersPerMinute) else {
            throw .settings("orders per minute: expected 2 to \(Self.ceilingOrdersPerMinute), found \(ordersPerMinute)")
        }
        guard notional > .zero, notional <= Self.ceilingNotional else {
            throw .settings("notional: expected more than 0 and at most \(Self.ceilingNotional), found \(notional)")
        }
        guard duration > .zero, duration <= Self.ceilingDuration else {
            throw .settings("duration: expected more than 0 and at most an hour, found \(duration.milliseconds) ms")
        }
        self.ordersPerMinute = ordersPerMinute
        self.notional = notional
        self.duration = duration
    }
}

/// What a run does.
public struct ExerciseSettings: Sendable {
    public var pattern: CrossPattern
    /// Size of each order, drawn evenly, in the base asset.
    public var smallest: ExactDecimal
    public var largest: ExactDecimal
    /// Volume of the reference that brings the next round, in its base asset; nil to go by time alone.
    public var volume: ExactDecimal?
    /// Pause between rounds, drawn evenly.
    public var pause: ClosedRange<TimeSpan>
    public var caps: ExerciseCaps
    /// Rounds after which it ends; nil for none.
    public var rounds: Int?
    public var seed: UInt64
    /// Half of every client order id; a number that earlier runs did not have.
    public var epoch: UInt32

    public init(
        pattern: CrossPattern, smallest: ExactDecimal, largest: ExactDecimal, volume: ExactDecimal?,
        pause: ClosedRange<TimeSpan>, caps: ExerciseCaps, rounds: Int?, seed: UInt64, epoch: UInt32
    ) {
        self.pattern = pattern
        self.smallest = smallest
        self.largest = largest
        self.volume = volume
        self.pause = pause
        self.caps = caps
        self.rounds = rounds
        self.seed = seed
        self.epoch = epoch
    }
}

/// Why a run cannot go on.
public enum ExerciseError: Error, Hashable, Sendable, CustomStringConvertible {
    case settings(String)
    case refused(ExerciseRefusal)
    case venue(String)

    public var description: String {
        switch self {
        case .settings(let text), .venue(let text): text
        case .refused(let refusal): refusal.description
        }
    }
}
