internal import Fundamentals
internal import VenueKit

/// Everything that can happen in a mirror world. Bytes are the real ones; ids are those of the pair, so that each knows
/// of which venue it is.
enum MirrorEvent: Sendable {
    case requestArrives(Life, RequestID, [UInt8])
    case replyArrives(Life, RequestID, [UInt8])
    case requestFails(Life, RequestID, TransportFailure)
    case handshakeArrives(Life, StreamID, [UInt8])
    case handshakeAnswered(Life, StreamID, [UInt8])
    case frameToVenue(Life, StreamID, [UInt8])
    case frameToProcess(Life, StreamID, [UInt8])
    case streamBroken(Life, StreamID, String)
    case peerGone(isReference: Bool, UInt64)
    case tick(Life)
    case venueDue(isReference: Bool)
    case flowDue(isReference: Bool)
    case outage(isReference: Bool, isOn: Bool)
    case crash
    case restart
    /// All faults end: from here on everything must come right.
    case heal
    case stop
    case end
}

/// The queue of what is to happen, and the chances of what goes wrong on the way.
struct MirrorNetwork: Sendable {
    var queue = EventQueue<MirrorEvent>()
    var now: Instant
    var life: Life = 0
    var faultsAreOn = true
    private var random: RandomSource
    private let plan: MirrorPlan
    /// Faults of the target's network and of the reference's, in the order of `MirrorFault.allCases`.
    private(set) var strikes = (
        target: [Int](repeating: 0, count: MirrorFault.allCases.count),
        reference: [Int](repeating: 0, count: MirrorFault.allCases.count)
    )

    init(_ plan: MirrorPlan, random: RandomSource, startingAt start: Instant) {
        self.plan = plan
        self.random = random
        now = start
    }

    func faults(_ isReference: Bool) -> MirrorPlan.VenueFaults { isReference ? plan.reference : plan.target }

    mutating func schedule(_ event: MirrorEvent, at time: Instant) { queue.schedule(event, at: time) }

    /// Whether a fault of these odds happens now; counted.
    mutating func strikes(_ fault: MirrorFault, _ isReference: Bool) -> Bool {
        let chance = faults(isReference)[fault]
        guard faultsAreOn, chance > 0, random.chance(chance, in: FaultPlan.outOf) else { return false }
        let index = MirrorFault.allCases.firstIndex(of: fault) ?? 0
        if isReference { strikes.reference[index] += 1 } else { strikes.target[index] += 1 }
        return true
    }

    /// One way.
    mutating func latency(_ isReference: Bool) -> TimeSpan {
        let faults = faults(isReference)
        return faults.latency + TimeSpan(nanoseconds: random.integer(in: 0...faults.jitter.nanoseconds))
    }

    /// What a fault adds to it.
    mutating func delay(upTo most: Int64) -> TimeSpan { .milliseconds(random.integer(in: 200...most)) }
}
