public import Fundamentals

/// What is particular to one world, drawn from its seed: its faults, its bot, its network. Which kinds of faults exist
/// at all is drawn first, so that worlds differ in kind and not only in degree.
public struct FaultPlan: Hashable, Sendable {
    public struct Crash: Hashable, Sendable {
        /// Since the start of the world.
        public var after: TimeSpan
        public var downtime: TimeSpan

        public init(after: TimeSpan, downtime: TimeSpan) {
            self.after = after
            self.downtime = downtime
        }
    }

    public enum Bot: String, Hashable, Sendable { case fixedSpread = "fixed spread", cycle }

    public static let outOf: Int64 = 10_000
    /// Chances in 10,000 each time there is an occasion, in the order of `FaultKind.allCases`.
    private var chances = [Int64](repeating: 0, count: FaultKind.allCases.count)

    /// In order, not overlapping.
    public var crashes: [Crash] = []
    /// How far the venue's clock is ahead of ours…
    public var clockSkew = TimeSpan.zero
    /// …and after this long, by how much further.
    public var clockStep: (after: TimeSpan, by: TimeSpan)? {
        get { clockStepAfter.map { ($0, clockStepBy) } }
        set { (clockStepAfter, clockStepBy) = (newValue?.after, newValue?.by ?? .zero) }
    }
    private var clockStepAfter: TimeSpan?
    private var clockStepBy = TimeSpan.zero
    /// The market's funding time lies this long after the start.
    public var fundingAfter: TimeSpan?
    /// Nil leaves the venue's own.
    public var listenKeyLife: TimeSpan?
    public var connectionLife: TimeSpan?

    /// Signs as the legacy API (HMAC) or as the current one (wallet).
    public var usesWallet = false
    public var bot = Bot.fixedSpread
    /// Value of an order in whole USDT.
    public var orderSize: Int64 = 20
    /// The venue's limits are a fraction of the usual.
    public var hasTightLimits = false
    /// The quickest a message travels one way, and by how much more it may take.
    public var latency = TimeSpan.milliseconds(1)
    public var jitter = TimeSpan.milliseconds(19)
    /// How much later than replies the streams are; replies overtake events, or else the other way round.
    public var streamLag = TimeSpan.zero
    public var replyLag = TimeSpan.zero

    public init() {}

    /// A day without any fault.
    public static let calm = FaultPlan()

    /// Chance in 10,000.
    public subscript(kind: FaultKind) -> Int64 {
        get { chances[Self.index(kind)] }
        set { chances[Self.index(kind)] = newValue }
    }

    private static func index(_ kind: FaultKind) -> Int {
        FaultKind.allCases.firstIndex(of: kind) ?? 0
    }

    /// The kinds that can happen in this world.
    public var enabled: [FaultKind] { FaultKind.allCases.filter { self[$0] > 0 || isPlanned($0) } }

    private func isPlanned(_ kind: FaultKind) -> Bool {
        kind == .crash && !crashes.isEmpty || kind == .clockStep && clockStepAfter != nil
            || kind == .funding && fundingAfter != nil || kind == .listenKeyExpired && listenKeyLife != nil
            || kind == .connectionTooOld && connectionLife != nil
    }

    // MARK: Drawing

    public static func draw(_ random: inout RandomSource) -> FaultPlan {
        var plan = FaultPlan()
        for kind in FaultKind.allCases {
            guard let range = kind.range else { continue }
            if random.chance(2, in: 5) { plan[kind] = random.integer(in: range) }
        }
        plan.drawProcess(&random)
        plan.drawNetwork(&random)
        return plan
    }

    private mutating func drawProcess(_ random: inout RandomSource) {
        usesWallet = random.chance(1, in: 2)
        bot = random.chance(2, in: 3) ? .fixedSpread : .cycle
        orderSize = random.integer(in: 8...32)
        if random.chance(1, in: 2) {
            let first = Crash(
                after: .milliseconds(random.integer(in: 1_000...60_000)), downtime: Self.downtime(&random))
            crashes.append(first)
            // While the second life is still starting, or later on.
            let gap = random.chance(1, in: 2) ? random.integer(in: 20...2_000) : random.integer(in: 5_000...25_000)
            if random.chance(1, in: 3) {
                let after = first.after + first.downtime + .milliseconds(gap)
                crashes.append(Crash(after: after, downtime: .milliseconds(random.integer(in: 200...8_000))))
            }
        }
        if random.chance(1, in: 4) { fundingAfter = .milliseconds(random.integer(in: 20_000...140_000)) }
    }

    /// Short, or longer than the dead man's switch and everything that was under way.
    private static func downtime(_ random: inout RandomSource) -> TimeSpan {
        .milliseconds(random.chance(1, in: 2) ? random.integer(in: 100...8_000) : random.integer(in: 27_000...40_000))
    }

    private mutating func drawNetwork(_ random: inout RandomSource) {
        if random.chance(1, in: 3) {
            latency = .milliseconds(random.integer(in: 1...150))
            jitter = .milliseconds(random.integer(in: 0...200))
        }
        if random.chance(1, in: 3) { streamLag = .milliseconds(random.integer(in: 1...400)) }
        if random.chance(1, in: 3) { replyLag = .milliseconds(random.integer(in: 1...400)) }
        if random.chance(1, in: 2) { clockSkew = .milliseconds(random.integer(in: -500...500)) }
        if random.chance(1, in: 4) {
            // Not so far that a process which starts later must refuse to run.
            let target = TimeSpan.milliseconds(random.integer(in: -900...900))
            clockStep = (.milliseconds(random.integer(in: 5_000...140_000)), target - clockSkew)
        }
        hasTightLimits = random.chance(1, in: 4)
        if random.chance(1, in: 4) { listenKeyLife = .seconds(random.integer(in: 20...70)) }
        if random.chance(1, in: 4) { connectionLife = .seconds(random.integer(in: 20...70)) }
    }
}
