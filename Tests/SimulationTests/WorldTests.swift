import Fundamentals
import Testing

@testable import Simulation

extension WorldScenario {
    /// As the standard one, with less of everything.
    static var short: WorldScenario {
        var scenario = WorldScenario.standard
        scenario.faultsUntil = .seconds(28)
        scenario.quotingWithin = .seconds(15)
        scenario.stopAfter = .seconds(60)
        scenario.endAfter = .seconds(250)
        return scenario
    }
}

private func run(_ seed: UInt64, _ change: (inout FaultPlan) -> Void = { _ in }) -> WorldReport {
    var plan = FaultPlan.calm
    change(&plan)
    return World(seed: seed, scenario: .short, plan: plan).run()
}

extension WorldReport {
    func count(of kind: FaultKind) -> Int { faults.first { $0.kind == kind }?.count ?? 0 }
}

@Suite struct `A simulated world` {
    @Test(arguments: [FaultPlan.Bot.fixedSpread, .cycle], [false, true])
    func `without faults quotes, fills, stops and balances`(bot: FaultPlan.Bot, usesWallet: Bool) {
        let report = run(1) {
            $0.markets[0].bot = bot
            $0.usesWallet = usesWallet
        }
        #expect(report.violations == [])
        #expect(report.fills > 0)
        #expect(report.lives == 1)
        #expect(report.faults.allSatisfy { $0.count == 0 })
    }

    @Test func `of one seed is the same each time, and another one of another seed`() {
        var plan = FaultPlan.calm
        plan[.replyLost] = 300
        plan[.userEventReordered] = 1_000
        let digests = ([5, 5, 6] as [UInt64]).map { seed in
            World(seed: seed, scenario: .short, plan: plan).run().digest
        }
        #expect(digests[0] == digests[1])
        #expect(digests[0] != digests[2])
    }

    /// Far more often than in any drawn plan, so that one short world is enough.
    @Test(arguments: [
        (FaultKind.requestLost, 800 as Int64), (.requestLate, 800), (.replyLost, 800), (.replyLate, 800),
        (.connectionRefused, 1_000), (.streamBroken, 40), (.streamStalled, 60), (.errorAfterAccept, 1_200),
        (.rateLimited, 1_000), (.badGateway, 800), (.nonceExpired, 800), (.userEventDropped, 2_500),
        (.userEventDuplicated, 5_000), (.userEventReordered, 4_000), (.depthGap, 200), (.marketSilence, 60),
        (.userSilence, 1_500),
    ])
    func `survives a fault that strikes often`(kind: FaultKind, chance: Int64) {
        let report = run(7) { $0[kind] = chance }
        #expect(report.violations == [])
        #expect(report.count(of: kind) > 0)
        #expect(report.orders > 0)
    }

    @Test(arguments: [2, 26] as [Int64])
    func `goes on after a crash, whether or not the dead man's switch fired`(downtime: Int64) {
        let report = run(4) { $0.crashes = [.init(after: .seconds(3), downtime: .seconds(downtime))] }
        #expect(report.violations == [])
        #expect(report.lives == 2)
        #expect(report.count(of: .crash) == 1)
    }

    @Test func `books funding, and keeps its streams when keys and connections end`() {
        let report = run(5) {
            $0.fundingAfter = .seconds(20)
            $0.listenKeyLife = .seconds(12)
            $0.connectionLife = .seconds(20)
        }
        #expect(report.violations == [])
        #expect(report.count(of: .funding) == 1)
        #expect(report.count(of: .listenKeyExpired) > 0)
        #expect(report.count(of: .connectionTooOld) > 0)
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
