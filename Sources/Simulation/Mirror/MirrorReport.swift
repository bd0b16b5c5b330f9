public import Fundamentals
internal import MarketModel
internal import RiskControl
internal import TradingEngine
internal import VenueKit

/// How one mirror world went.
public struct MirrorReport: Sendable {
    public let seed: UInt64
    public let plan: MirrorPlan
    /// Of every request's bytes, every decision and every note, in order.
    public var digest = Digest()
    public var orders = 0
    public var fills = 0
    /// Orders sent to offset fills, and their fills.
    public var hedges = 0
    public var hedgeFills = 0
    public var unresolved = 0
    public var incidents = 0
    public var lives = 0
    /// How often each fault struck, by name.
    public var faults: [(name: String, count: Int)] = []
    /// What must never be so, as the auditor saw it. Empty is a pass.
    public var violations: [String] = []
    /// The most that a side of both venues together could have come to, in the base asset.
    public var worstNet = ExactDecimal.zero.description
    /// The end of the log; all of it in a traced world.
    public private(set) var log: [String] = []
    private let isTraced: Bool

    init(seed: UInt64, plan: MirrorPlan, isTraced: Bool) {
        self.seed = seed
        self.plan = plan
        self.isTraced = isTraced
    }

    mutating func absorb(_ effect: Effect, at now: Instant) {
        digest.absorb(now.nanoseconds)
        if isTraced { keep("\(effect)", at: now) }
        switch effect {
        case .send(let approved):
            digest.absorb(approved.action.clientOrderID?.text ?? "all")
            guard case .place(_, let spec) = approved.action else { return }
            if spec.market == MirrorPlaces.reference { hedges += 1 } else { orders += 1 }
        case .refused(let action, _): digest.absorb(action.clientOrderID?.text ?? "all")
        case .query(let order, _):
            digest.absorb(order.text)
            unresolved += 1
        case .fetchFills(let market): digest.absorb(Int64(market.index))
        case .booked(let booked):
            digest.absorb(booked.fill.trade.number)
            digest.absorb(booked.position.lots)
            if booked.fill.market == MirrorPlaces.reference { hedgeFills += 1 } else { fills += 1 }
        case .incident(let incident):
            digest.absorb(incident.text)
            incidents += 1
            keep("\(incident.severity.rawValue): \(incident.text)", at: now)
        case .quiet: digest.absorb("quiet")
        }
    }

    mutating func absorb(_ note: SessionNote, at now: Instant) {
        digest.absorb(note.text)
        keep("\(note.level.rawValue): \(note.text)", at: now)
    }

    mutating func trace(_ line: @autoclosure () -> String, at now: Instant) {
        if isTraced { keep(line(), at: now) }
    }

    private mutating func keep(_ line: String, at now: Instant) {
        if !isTraced, log.count >= 60 { log.removeFirst(20) }
        log.append("\(now.milliseconds) \(line)")
    }
}
