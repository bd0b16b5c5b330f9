import Fundamentals
import Simulation
import Testing

@Suite struct `A simulated world` {
    @Test func `without faults quotes, fills, stops and balances`() {
        var world = World(seed: 1, plan: .calm)
        let report = world.run()
        #expect(report.violations == [])
        #expect(report.fills > 0)
    }
    @Test func `x`() {
      for seed in 1...40 as ClosedRange<UInt64> {
        var world = World(seed: seed)
        let report = world.run()
        print(report.violations.isEmpty ? "ok" : "FAIL", seed, report.orders, report.fills, report.refusals, report.unresolved, report.worstExposure, report.marketTime.milliseconds, report.digest, report.plan)
        if !report.violations.isEmpty {for v in report.violations.prefix(4) { print("   V", v) }; for n in report.lastNotes.suffix(12) { print("   ", n) } }
      }
    }
}
