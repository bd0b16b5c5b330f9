public import Fundamentals
public import MarketModel
internal import RiskControl
internal import TradingEngine
internal import VenueKit

/// How one world went.
public struct WorldReport: Sendable {
    public let seed: UInt64
    public let plan: FaultPlan
    /// Of every request's bytes, every decision and every note, in order.
    public var digest = Digest()
    public var fills = 0
    public var orders = 0
    public var amendments = 0
    public var refusals = 0
    public var unresolved = 0
    public var incidents = 0
    public var lives = 0
    public var marketTime = TimeSpan.zero
    /// How often each kind of fault happened, in the order of `FaultKind.allCases`.
    public private(set) var faults: [(kind: FaultKind, count: Int)] = FaultKind.allCases.map { ($0, 0) }
    /// What must never be so, as the auditors saw it. Empty is a pass.
    public var violations: [String] = []
    /// The largest worst case of a side that the venue ever saw, in lots.
    public var worstExposure = Quantity.zero
    /// The end of the log, for a seed that failed; all of it, with every decision, in a traced world.
    public var log: [String] = []
    private let isTraced: Bool

    init(seed: UInt64, plan: FaultPlan, isTraced: Bool) {
        self.seed = seed
        self.plan = plan
        self.isTraced = isTraced
    }

    mutating func count(_ kind: FaultKind, _ times: Int = 1) {
        guard let index = faults.firstIndex(where: { $0.kind == kind }) else { return }
        faults[index].count += times
    }

    mutating func absorb(_ effect: Effect, at now: Instant) {
        digest.absorb(now.nanoseconds)
        if isTraced { keep("\(effect)", at: now) }
        switch effect {
        case .send(let approved):
            digest.absorb(approved.action.clientOrderID?.text ?? "all")
            switch approved.action {
            case .place: orders += 1
            case .amend: amendments += 1
            case .cancel, .cancelAll: break
            }
        case .refused(let action, _):
            digest.absorb(action.clientOrderID?.text ?? "all")
            refusals += 1
        case .query(let order, _):
            digest.absorb(order.text)
            unresolved += 1
        case .fetchFills(let market): digest.absorb(Int64(market.index))
        case .booked(let booked):
            digest.absorb(booked.fill.trade.number)
            digest.absorb(booked.position.lots)
            digest.absorb(Int64(truncatingIfNeeded: booked.realized.units))
            fills += 1
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
