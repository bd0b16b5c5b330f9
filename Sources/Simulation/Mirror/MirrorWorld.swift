internal import Fundamentals

/// A whole world of a mirror from one seed: a target venue, Binance, two networks and the trading process, on virtual time
/// and in one thread.
///
/// The process is the live one: engine, gate, both sessions, request bytes and signatures. Each venue is a local exchange
/// behind its real wire protocol, and fails as its seed says; so do the networks, and the hedge venue is out of reach for
/// a while in every other world. The auditor looks at both venues' own books.
public struct MirrorWorld: Sendable {
    private enum Kind: Sendable {
        case ace(MirrorRun<ACEMirror>)
        case bitoPro(MirrorRun<BitoProMirror>)
        case max(MirrorRun<MAXMirror>)
    }
    private let kind: Kind

    /// - Parameters:
    ///   - seed: decides everything, incl. which faults there are.
    ///   - venue: replaces the seed's choice of the target.
    ///   - plan: replaces the drawn faults, and the target.
    ///   - isTraced: keeps a log of every request and decision.
    public init(seed: UInt64, venue: MirrorVenueName? = nil, plan: MirrorPlan? = nil, isTraced: Bool = false) {
        var random = RandomSource(seed: seed)
        var planning = random.fork()
        let venue = venue ?? MirrorVenueName.allCases[Int(seed % UInt64(MirrorVenueName.allCases.count))]
        func drawn(_ faults: [(name: String, range: ClosedRange<Int64>)]) -> MirrorPlan {
            MirrorPlan.draw(&planning, venue: venue, faults: faults, referenceFaults: BinanceMirror.faultNames)
        }
        switch plan?.venue ?? venue {
        case .ace:
            kind = .ace(
                MirrorRun(seed: seed, random, plan: plan ?? drawn(ACEMirror.faultNames), isTraced: isTraced))
        case .bitoPro:
            kind = .bitoPro(
                MirrorRun(seed: seed, random, plan: plan ?? drawn(BitoProMirror.faultNames), isTraced: isTraced))
        case .max:
            kind = .max(
                MirrorRun(seed: seed, random, plan: plan ?? drawn(MAXMirror.faultNames), isTraced: isTraced))
        }
    }

    /// Lives the world to its end and tells how it went. The same every time.
    public func run() -> MirrorReport {
        switch kind {
        case .ace(var world): world.run()
        case .bitoPro(var world): world.run()
        case .max(var world): world.run()
        }
    }
}
