import Fundamentals
import Testing

@testable import Simulation

@Suite struct `A plan of faults` {
    private func draw(_ seed: UInt64) -> FaultPlan {
        var random = RandomSource(seed: seed)
        return FaultPlan.draw(&random)
    }

    @Test func `is the same for the same seed`() {
        for seed in 1...50 as ClosedRange<UInt64> {
            #expect(draw(seed) == draw(seed))
            #expect(draw(seed).description == draw(seed).description)
        }
        #expect(draw(1) != draw(2))
    }

    @Test func `of some seed has each kind, and of some seed lacks it`() {
        let plans = (1...80 as ClosedRange<UInt64>).map(draw)
        for kind in FaultKind.allCases {
            #expect(plans.contains { $0.enabled.contains(kind) })
            #expect(plans.contains { !$0.enabled.contains(kind) })
        }
    }

    @Test func `is over when the faults end`() {
        let end = WorldScenario.standard.faultsUntil
        for seed in 1...300 as ClosedRange<UInt64> {
            let plan = draw(seed)
            for crash in plan.crashes { #expect(crash.after + crash.downtime < end) }
            for (first, second) in zip(plan.crashes, plan.crashes.dropFirst()) {
                #expect(first.after + first.downtime < second.after)
            }
            if let (after, _) = plan.clockStep { #expect(after < end) }
        }
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
