import Fundamentals
import Simulation
import Testing

@Suite struct `Worlds of a mirror` {
    @Test(arguments: MirrorVenueName.allCases) func `a day without faults ends with equal books`(venue: MirrorVenueName)
    {
        let report = MirrorWorld(seed: 1, plan: MirrorPlan(venue: venue)).run()
        #expect(report.violations.isEmpty, "\(report.log.suffix(20))")
        #expect(report.fills > 20 && report.hedgeFills > 5, "\(report.fills) fills, \(report.hedgeFills) hedges")
    }

    @Test func `one that is not hedged never trades on the reference`() {
        var plan = MirrorPlan(venue: .max)
        plan.isHedged = false
        let report = MirrorWorld(seed: 2, plan: plan).run()
        #expect(report.violations.isEmpty, "\(report.log.suffix(20))")
        #expect(report.fills > 0 && report.hedges == 0)
    }

    @Test func `books that come before the other venue's rules are not lost`() {
        var plan = MirrorPlan(venue: .max)
        plan.reference.latency = .milliseconds(400)
        let report = MirrorWorld(seed: 3, plan: plan).run()
        #expect(report.violations.isEmpty, "\(report.log.suffix(20))")
        #expect(report.fills > 20)
    }

    @Test(arguments: [2, 3, 6, 7] as [UInt64]) func `whatever fails, no order is lost and nothing is hedged twice`(
        seed: UInt64
    ) {
        let report = MirrorWorld(seed: seed).run()
        #expect(report.violations.isEmpty, "\(report.plan)")
    }

    @Test func `the same seed gives the same world`() {
        let (first, second) = (MirrorWorld(seed: 3).run(), MirrorWorld(seed: 3).run())
        #expect(first.digest == second.digest)
        #expect(first.digest != MirrorWorld(seed: 4).run().digest)
    }
}
