import Fundamentals
import Testing

@testable import Simulation

extension WorldScenario {
    /// As the short one; models that look at volatility need ten seconds of a market before they quote it.
    fileprivate static var shortExtended: WorldScenario {
        var scenario = WorldScenario.short
        scenario.quotingWithin = .seconds(25)
        scenario.stopAfter = .seconds(80)
        return scenario
    }
}

private func run(
    _ seed: UInt64, _ scenario: WorldScenario = .shortExtended, _ change: (inout FaultPlan) -> Void = { _ in }
) -> WorldReport {
    var plan = FaultPlan(venue: .extended)
    change(&plan)
    return World(seed: seed, scenario: scenario, plan: plan).run()
}

@Suite struct `A simulated world of Extended` {
    @Test(arguments: [FaultPlan.Bot.inventorySkew, .percentSpread])
    func `without faults quotes, replaces, fills, stops and balances`(bot: FaultPlan.Bot) {
        let report = run(1) { $0.markets = [.init("SOL-USD", bot)] }
        #expect(report.violations == [])
        #expect(report.fills > 0)
        #expect(report.lives == 1)
        #expect(report.faults.allSatisfy { $0.count == 0 || $0.kind == .editRace })
    }

    @Test func `of three markets with a fee keeps to the limits of each and of all`() {
        let report = run(2) {
            $0.markets = [
                .init("BTC-USD", .inventorySkew), .init("ETH-USD", .percentSpread), .init("BNB-USD", .inventorySkew),
            ]
            $0.makerFee = 12_345
            $0.matchingDelay = .milliseconds(60)
        }
        #expect(report.violations == [])
        #expect(report.fills > 0)
    }

    @Test func `of one seed is the same each time, and another one of another seed`() {
        var plan = FaultPlan(venue: .extended)
        plan[.replyLost] = 300
        plan[.userEventReordered] = 1_000
        let digests = ([5, 5, 6] as [UInt64]).map { seed in
            World(seed: seed, scenario: .shortExtended, plan: plan).run().digest
        }
        #expect(digests[0] == digests[1])
        #expect(digests[0] != digests[2])
    }

    /// Far more often than in any drawn plan, so that one short world is enough.
    @Test(arguments: [
        (FaultKind.requestLost, 800 as Int64), (.requestLate, 800), (.replyLost, 800), (.replyLate, 800),
        (.connectionRefused, 1_000), (.streamBroken, 40), (.streamStalled, 60), (.errorAfterAccept, 1_200),
        (.badGateway, 800), (.emptyBody, 1_500), (.textIDs, 5_000), (.streamBeatsReply, 5_000),
        (.editFailsAtEngine, 3_000), (.userEventDropped, 1_500), (.userEventDuplicated, 5_000),
        (.userEventReordered, 3_000), (.depthGap, 200), (.depthDuplicated, 500), (.depthReordered, 300),
        (.marketSilence, 60), (.userSilence, 600), (.streamCut, 40),
    ])
    func `survives a fault that strikes often`(kind: FaultKind, chance: Int64) {
        let report = run(7) {
            $0[kind] = chance
            $0.markets = [.init("ETH-USD", .inventorySkew)]
        }
        #expect(report.violations == [])
        #expect(report.count(of: kind) > 0)
        #expect(report.orders > 0)
    }

    @Test func `waits a minute after a 429, in which the dead man's switch clears what rests`() {
        var scenario = WorldScenario.shortExtended
        scenario.stopAfter = .seconds(150)
        let report = run(8, scenario) {
            $0[.rateLimited] = 150
            $0.markets = [.init("ETH-USD", .percentSpread)]
        }
        #expect(report.violations == [])
        #expect(report.count(of: .rateLimited) > 0)
        #expect(report.count(of: .switchFired) > 0)
    }

    @Test(arguments: [2, 28] as [Int64])
    func `goes on after a crash, whether or not the dead man's switch fired`(downtime: Int64) {
        let report = run(4) { $0.crashes = [.init(after: .seconds(3), downtime: .seconds(downtime))] }
        #expect(report.violations == [])
        #expect(report.lives == 2)
        #expect(report.count(of: .crash) == 1)
        #expect(report.count(of: .switchFired) == (downtime > 15 ? 1 : 0))
    }

    @Test func `books the funding of the full hour in each market`() {
        let report = run(5) { $0.fundingAfter = .seconds(20) }
        #expect(report.violations == [])
        #expect(report.count(of: .funding) > 0)
    }

    @Test func `waits while the venue is in maintenance, and goes on after it`() {
        let report = run(6) { $0.maintenance = .init(after: .seconds(8), length: .seconds(10)) }
        #expect(report.violations == [])
        #expect(report.count(of: .maintenance) == 1)
    }

    @Test func `keeps to limits that are a fraction of the usual, with clocks apart`() {
        let report = run(6) {
            $0.hasTightLimits = true
            $0.clockSkew = .milliseconds(-450)
            $0.clockStep = (.seconds(15), .milliseconds(1_300))
        }
        #expect(report.violations == [])
        #expect(report.count(of: .clockStep) == 1)
        #expect(report.orders > 0)
    }
}
