internal import Fundamentals

/// A whole world from one seed: markets, venue, network and trading process, on virtual time and in one thread.
///
/// The process is the live one: engine, risk gate, venue session, request bytes and signatures. The venue is a local
/// exchange behind its real wire protocol. Between them lies a network that loses, delays and repeats what the seed
/// says. Auditors look only at the venue's own books.
///
/// Goals: every violation is a seed; the same seed gives the same digest in debug and release builds.
/// Non-goals: operating-system faults and real sockets, which need real processes.
public struct World: Sendable {
    private enum Kind: Sendable {
        case aster(VenueWorld<AsterWorld>)
        case extended(VenueWorld<ExtendedWorld>)
    }
    private let kind: Kind

    /// - Parameters:
    ///   - seed: decides everything, incl. which faults there are.
    ///   - venue: replaces the seed's choice.
    ///   - plan: replaces the drawn faults, and the venue.
    ///   - isTraced: keeps a log of every request and decision.
    public init(
        seed: UInt64, venue: SimulatedVenue? = nil, scenario: WorldScenario = .standard, plan: FaultPlan? = nil,
        isTraced: Bool = false
    ) {
        var random = RandomSource(seed: seed)
        var planning = random.fork()
        let plan = plan ?? FaultPlan.draw(&planning, venue: venue ?? SimulatedVenue(ofSeed: seed))
        kind =
            switch plan.venue {
            case .aster:
                .aster(VenueWorld(seed: seed, random, scenario: scenario, plan: plan, isTraced: isTraced))
            case .extended:
                .extended(VenueWorld(seed: seed, random, scenario: scenario, plan: plan, isTraced: isTraced))
            }
    }

    /// Lives the world to its end and tells how it went. The same every time.
    public func run() -> WorldReport {
        switch kind {
        case .aster(var world): world.run()
        case .extended(var world): world.run()
        }
    }
}
