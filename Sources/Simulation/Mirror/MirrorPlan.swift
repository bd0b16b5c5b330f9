public import Fundamentals

/// The venues that mirrors are simulated on, each hedged on Binance.
public enum MirrorVenueName: String, Hashable, Sendable, CaseIterable { case ace, bitoPro = "bitopro", max }

/// What goes wrong between the bot and one of its venues, by chance.
public enum MirrorFault: String, Hashable, Sendable, CaseIterable {
    case requestLost = "request lost"
    case requestLate = "request late"
    case replyLost = "reply lost"
    case replyLate = "reply late"
    case connectionRefused = "connection refused"
    case streamBroken = "stream broken"
    case streamStalled = "stream stalled"

    /// Odds in 10,000 that a seed draws from.
    var range: ClosedRange<Int64> {
        switch self {
        case .requestLost, .requestLate, .replyLost, .replyLate: 10...300
        case .connectionRefused: 10...200
        case .streamBroken: 1...8
        case .streamStalled: 1...30
        }
    }
}

/// What is particular to one mirror world: its faults, its ladder, its networks.
public struct MirrorPlan: Hashable, Sendable {
    /// What fails at, and on the way to, one venue.
    public struct VenueFaults: Hashable, Sendable {
        /// Chances in 10,000, in the order of `MirrorFault.allCases`.
        public var network = [Int64](repeating: 0, count: MirrorFault.allCases.count)
        /// The venue's own faults by name, each with its chance in 10,000.
        public var own: [Own] = []
        /// Stretches in which the venue cannot be reached at all, in order, not overlapping.
        public var outages: [Stretch] = []
        /// How far the venue's clock is ahead of ours.
        public var clockSkew = TimeSpan.zero
        public var latency = TimeSpan.milliseconds(2)
        public var jitter = TimeSpan.milliseconds(18)

        public struct Own: Hashable, Sendable {
            public var name: String
            public var chance: Int64
        }

        public subscript(fault: MirrorFault) -> Int64 {
            get { network[MirrorFault.allCases.firstIndex(of: fault) ?? 0] }
            set { network[MirrorFault.allCases.firstIndex(of: fault) ?? 0] = newValue }
        }
    }

    public struct Stretch: Hashable, Sendable {
        /// Since the start of the world.
        public var after: TimeSpan
        public var length: TimeSpan
    }

    public let venue: MirrorVenueName
    public var target = VenueFaults()
    public var reference = VenueFaults()
    /// When the process dies, and for how long.
    public var crashes: [Stretch] = []
    /// Of each side of the ladder.
    public var levels = 2
    /// Of the first level in 10⁻⁴ BTC; each further one is as large again.
    public var size: Int64 = 40
    public var isHedged = true
    /// Whether the target takes several orders in one request, where it can.
    public var hasBatches = false

    /// A day without any fault.
    public init(venue: MirrorVenueName) { self.venue = venue }
}

extension MirrorPlan {
    /// A plan from a seed. Which kinds of faults exist at all is drawn first, so that worlds differ in kind and not only
    /// in degree.
    static func draw(
        _ random: inout RandomSource, venue: MirrorVenueName, faults: [(name: String, range: ClosedRange<Int64>)],
        referenceFaults: [(name: String, range: ClosedRange<Int64>)]
    ) -> MirrorPlan {
        var plan = MirrorPlan(venue: venue)
        plan.target = drawVenue(faults, &random)
        plan.reference = drawVenue(referenceFaults, &random)
        if random.chance(1, in: 2) { plan.reference.outages = [drawStretch(upTo: 40_000, &random)] }
        if random.chance(1, in: 5) { plan.target.outages = [drawStretch(upTo: 30_000, &random)] }
        if random.chance(1, in: 3) { plan.crashes = [drawStretch(upTo: 20_000, &random)] }
        plan.levels = Int(random.integer(in: 1...3))
        plan.size = random.integer(in: 10...60)
        plan.isHedged = random.chance(5, in: 6)
        plan.hasBatches = random.chance(1, in: 2)
        return plan
    }

    private static func drawVenue(
        _ faults: [(name: String, range: ClosedRange<Int64>)], _ random: inout RandomSource
    ) -> VenueFaults {
        var drawn = VenueFaults()
        for fault in MirrorFault.allCases where random.chance(1, in: 3) {
            drawn[fault] = random.integer(in: fault.range)
        }
        for fault in faults where random.chance(1, in: 3) {
            drawn.own.append(.init(name: fault.name, chance: random.integer(in: fault.range)))
        }
        if random.chance(1, in: 2) { drawn.clockSkew = .milliseconds(random.integer(in: -700...700)) }
        if random.chance(1, in: 3) {
            drawn.latency = .milliseconds(random.integer(in: 1...120))
            drawn.jitter = .milliseconds(random.integer(in: 0...150))
        }
        return drawn
    }

    private static func drawStretch(upTo length: Int64, _ random: inout RandomSource) -> Stretch {
        Stretch(
            after: .milliseconds(random.integer(in: 15_000...100_000)),
            length: .milliseconds(random.integer(in: 1_000...length)))
    }
}

extension MirrorPlan: CustomStringConvertible {
    /// Only what is there.
    public var description: String {
        var parts = ["\(venue.rawValue): \(target)", "binance: \(reference)"]
        parts += crashes.map { "crash at \($0)" }
        parts.append("\(levels) levels of \(size) × 10⁻⁴ BTC")
        if !isHedged { parts.append("not hedged") }
        if hasBatches { parts.append("batches") }
        return parts.joined(separator: "; ")
    }
}

extension MirrorPlan.VenueFaults: CustomStringConvertible {
    public var description: String {
        var parts = MirrorFault.allCases.filter { self[$0] > 0 }.map { "\($0.rawValue) \(self[$0])" }
        parts += own.map { "\($0.name) \($0.chance)" }
        parts += outages.map { "outage at \($0)" }
        if clockSkew != .zero { parts.append("clock \(clockSkew.milliseconds) ms") }
        parts.append("\(latency.milliseconds)–\((latency + jitter).milliseconds) ms")
        return parts.joined(separator: ", ")
    }
}

extension MirrorPlan.Stretch: CustomStringConvertible {
    public var description: String { "\(after.milliseconds / 1_000) s for \(length.milliseconds) ms" }
}
