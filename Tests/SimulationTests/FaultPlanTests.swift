import Fundamentals
import Testing

@testable import Simulation

@Suite struct `A plan of faults` {
    private func draw(_ seed: UInt64, _ venue: SimulatedVenue) -> FaultPlan {
        var random = RandomSource(seed: seed)
        return FaultPlan.draw(&random, venue: venue)
    }

    @Test(arguments: SimulatedVenue.allCases)
    func `is the same for the same seed`(venue: SimulatedVenue) {
        for seed in 1...50 as ClosedRange<UInt64> {
            #expect(draw(seed, venue) == draw(seed, venue))
            #expect(draw(seed, venue).description == draw(seed, venue).description)
        }
        #expect(draw(1, venue) != draw(2, venue))
    }

    @Test(arguments: SimulatedVenue.allCases)
    func `of some seed has each kind, and of some seed lacks it`(venue: SimulatedVenue) {
        let plans = (1...80 as ClosedRange<UInt64>).map { draw($0, venue) }
        var kinds = venue.chances + [.crash, .clockStep, .funding]
        switch venue {
        case .aster: kinds += [.listenKeyExpired, .connectionTooOld]
        case .extended: kinds += [.maintenance, .switchFired]
        }
        for kind in kinds {
            #expect(plans.contains { $0.enabled.contains(kind) })
            #expect(plans.contains { !$0.enabled.contains(kind) })
        }
        for kind in FaultKind.allCases where !kinds.contains(kind) && kind != .editRace {
            #expect(plans.allSatisfy { !$0.enabled.contains(kind) })
        }
    }

    @Test(arguments: SimulatedVenue.allCases)
    func `is over when the faults end`(venue: SimulatedVenue) {
        let end = WorldScenario.standard.faultsUntil
        for seed in 1...300 as ClosedRange<UInt64> {
            let plan = draw(seed, venue)
            for crash in plan.crashes { #expect(crash.after + crash.downtime < end) }
            for (first, second) in zip(plan.crashes, plan.crashes.dropFirst()) {
                #expect(first.after + first.downtime < second.after)
            }
            if let (after, _) = plan.clockStep { #expect(after < end) }
            if let maintenance = plan.maintenance { #expect(maintenance.after + maintenance.length < end) }
        }
    }

    @Test func `trades one to three markets of Extended, each with a model of its own`() {
        let plans = (1...80 as ClosedRange<UInt64>).map { draw($0, .extended) }
        #expect(Set(plans.map(\.markets.count)) == [1, 2, 3])
        #expect(plans.allSatisfy { Set($0.markets.map(\.symbol)).count == $0.markets.count })
        #expect(Set(plans.flatMap { $0.markets.map(\.bot) }) == [.inventorySkew, .percentSpread])
        #expect(plans.contains { Set($0.markets.map(\.bot)).count == 2 })
    }

    @Test func `tells only what is there`() {
        #expect(FaultPlan.calm.description == "1–20 ms, fixed spread of 20, hmac")
        var plan = FaultPlan.calm
        plan[.replyLost] = 120
        plan.crashes = [.init(after: .milliseconds(23_400), downtime: .milliseconds(3_100))]
        plan.usesWallet = true
        #expect(
            plan.description
                == "reply lost 1.20 %, crash at 23.4 s for 3.1 s, 1–20 ms, fixed spread of 20, wallet")
        #expect(plan.enabled == [.replyLost, .crash])
        #expect(
            FaultPlan(venue: .extended).description
                == "1–20 ms, engine after 3 ms, inventory skew on BTC-USD, percent spread on ETH-USD of 20")
    }
}

@Suite struct `The queue of events` {
    @Test func `is in order of time, and of arrival within one instant`() {
        var queue = EventQueue<Int>()
        var random = RandomSource(seed: 9)
        var expected: [(at: Int64, number: Int)] = []
        for number in 0..<2_000 {
            let at = random.integer(in: 0...200)
            expected.append((at, number))
            queue.schedule(number, at: Instant(milliseconds: at))
        }
        expected.sort { ($0.at, $0.number) < ($1.at, $1.number) }
        #expect(queue.nextDue == Instant(milliseconds: expected[0].at))
        for (at, number) in expected {
            let next = queue.next()
            #expect(next?.at == Instant(milliseconds: at) && next?.event == number)
        }
        #expect(queue.next() == nil)
        #expect(queue.nextDue == nil)
    }
}
