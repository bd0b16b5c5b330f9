public import Fundamentals

/// What a session needs to know that its adapter does not.
public struct AdapterSessionConfiguration: Hashable, Sendable {
    /// A start-up that is not complete by then ends for good, with what it waited for; zero for never.
    public var startUpLimit: TimeSpan
    /// Difference of the clocks at start beyond which nothing may run: the machine's clock has to be set.
    public var maxClockSkew: TimeSpan
    /// How long the session's caller may have been silent before everything it knew counts as old.
    public var standstill: TimeSpan
    /// Length of the dead man's switch, where there is one; re-armed after a third of it.
    public var countdown: TimeSpan
    /// Rounds of cancelling what rests at start, each confirmed by reading again, before start-up ends for good.
    public var sweepRounds: Int
    /// Age at which a polled book counts as lost; at least four of its polls.
    public var bookLimit: TimeSpan
    /// Age of the last list of open orders at which the account counts as out of sight, where no private stream tells.
    public var blindLimit: TimeSpan
    /// After its end an order's names are kept this long, for fills that are told late.
    public var memory: TimeSpan
    /// Seed of the jitter between attempts.
    public var seed: UInt64

    public init(
        startUpLimit: TimeSpan = .minutes(5), maxClockSkew: TimeSpan = .seconds(2), standstill: TimeSpan = .seconds(3),
        countdown: TimeSpan = .seconds(30), sweepRounds: Int = 6, bookLimit: TimeSpan = .seconds(3),
        blindLimit: TimeSpan = .seconds(15), memory: TimeSpan = .minutes(10), seed: UInt64 = 1
    ) {
        self.startUpLimit = startUpLimit
        self.maxClockSkew = maxClockSkew
        self.standstill = standstill
        self.countdown = countdown
        self.sweepRounds = sweepRounds
        self.bookLimit = bookLimit
        self.blindLimit = blindLimit
        self.memory = memory
        self.seed = seed
    }
}
