import Foundation
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
      if let t = ProcessInfo.processInfo.environment["SEED"] { var world = World(seed: UInt64(t)!, isTraced: true); let r = world.run(); print(r.violations); for l in r.log { print(l) }; return }
      for seed in 1...40 as ClosedRange<UInt64> {
        var world = World(seed: seed)
        let report = world.run()
        print(report.violations.isEmpty ? "ok" : "FAIL", seed, report.orders, report.fills, report.refusals, report.unresolved, report.worstExposure, report.marketTime.milliseconds, report.digest, report.plan)
        if !report.violations.isEmpty {for v in report.violations.prefix(4) { print("   V", v) }; for n in report.log.suffix(12) { print("   ", n) } }
      }
    }
}
