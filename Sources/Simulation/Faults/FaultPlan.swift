public import Fundamentals

/// What is particular to one world: its faults, its bot, its network.
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

    /// A stretch of time in which the venue takes no orders.
    public struct Maintenance: Hashable, Sendable {
        public var after: TimeSpan
        public var length: TimeSpan

        public init(after: TimeSpan, length: TimeSpan) {
            self.after = after
            self.length = length
        }
    }

    public enum Bot: String, Hashable, Sendable {
        case fixedSpread = "fixed spread"
        case cycle
        case inventorySkew = "inventory skew"
        case percentSpread = "percent spread"
    }

    public struct Market: Hashable, Sendable {
        public var symbol: String
        public var bot: Bot

        public init(_ symbol: String, _ bot: Bot) {
            self.symbol = symbol
            self.bot = bot
        }
    }

    public static let outOf: Int64 = 10_000
    public let venue: SimulatedVenue
    /// Chances in 10,000 each time there is an occasion, in the order of `FaultKind.allCases`.
    private var chances = [Int64](repeating: 0, count: FaultKind.allCases.count)

    /// In order, not overlapping.
    public var crashes: [Crash] = []
    public var maintenance: Maintenance?
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

    /// Signs as the legacy API (HMAC) or as the current one (wallet), where there are two.
    public var usesWallet = false
    /// What is traded, and by which model.
    public var markets: [Market]
    /// Value of an order in whole USDT or USD.
    public var orderSize: Int64 = 20
    /// Our fee as a maker, in 10⁻⁸ of the value, where the venue's own is zero.
    public var makerFee: Int64 = 0
    /// How long the venue's engine takes to look at what was accepted, where it does so later.
    public var matchingDelay = TimeSpan.milliseconds(3)
    /// The venue's limits are a fraction of the usual.
    public var hasTightLimits = false
    /// The quickest a message travels one way, and by how much more it may take.
    public var latency = TimeSpan.milliseconds(1)
    public var jitter = TimeSpan.milliseconds(19)
    /// How much later than replies the streams are; replies overtake events, or else the other way round.
    public var streamLag = TimeSpan.zero
    public var replyLag = TimeSpan.zero

    /// A day without any fault.
    public init(venue: SimulatedVenue = .aster) {
        self.venue = venue
        markets =
            switch venue {
            case .aster: [Market("ASTERUSDT", .fixedSpread)]
            case .extended: [Market("BTC-USD", .inventorySkew), Market("ETH-USD", .percentSpread)]
            }
    }

    /// A day without any fault on Aster.
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
            || kind == .connectionTooOld && connectionLife != nil || kind == .maintenance && maintenance != nil
            || venue == .extended && (kind == .editRace || kind == .switchFired && crashes.contains(where: \.isLong))
    }
}

extension FaultPlan.Crash {
    /// Longer than the dead man's switch and everything that was under way.
    var isLong: Bool { downtime >= .seconds(27) }
}
