internal import CommandLineKit
internal import Fundamentals
internal import Simulation
internal import SystemIO
internal import Wire

/// `apus simulate --mirror`: worlds with two venues.
extension SimulateCommand {
    static func runMirrors(_ seeds: ClosedRange<Int64>, _ arguments: ParsedArguments) -> ExitCode {
        let venue = arguments.text("venue").flatMap { MirrorVenueName(rawValue: $0) }
        var reports: [MirrorReport] = []
        var progress = ProgressLine("simulating", isTerminal: Console.talksToTerminal, at: bootClock())
        for seed in seeds {
            let report = MirrorWorld(seed: UInt64(seed), venue: venue, isTraced: arguments.flag("trace")).run()
            reports.append(report)
            let done = seed - seeds.lowerBound + 1
            if let line = progress.update(done: done, total: Int64(seeds.count), at: bootClock()) {
                Console.talk(line, terminator: "")
            }
            if arguments.flag("digests") {
                Console.out("\(seed) \(report.digest)")
            } else if !arguments.flag("json") {
                Console.out(line(report))
                if arguments.flag("verbose") || arguments.flag("trace") || !report.violations.isEmpty { show(report) }
            }
        }
        if let line = progress.finish() { Console.talk(line, terminator: "") }
        let failed = reports.filter { !$0.violations.isEmpty }.count
        if arguments.flag("json") {
            Console.out(json(reports))
        } else if !arguments.flag("digests") {
            Console.out("faults: \(coverage(reports))")
            Console.out("\(reports.count - failed) passed, \(failed) failed")
        }
        return failed == 0 ? .success : .failure
    }

    private static func line(_ report: MirrorReport) -> String {
        let verdict = report.violations.isEmpty ? "ok  " : "FAIL"
        return "\(verdict) seed \(report.seed)  \(report.plan.venue.rawValue)+binance  \(report.digest)  "
            + "\(report.orders) orders, \(report.fills) fills, \(report.hedges) hedges, \(report.unresolved) queries, "
            + "worst net \(report.worstNet) BTC, \(report.lives) lives  [\(report.plan)]"
    }

    private static func show(_ report: MirrorReport) {
        for violation in report.violations { Console.out("     violated: \(violation)") }
        for note in report.log { Console.out("     | \(note)") }
    }

    private static func coverage(_ reports: [MirrorReport]) -> String {
        var sums: [(name: String, count: Int)] = []
        for fault in reports.flatMap(\.faults) {
            if let index = sums.firstIndex(where: { $0.name == fault.name }) {
                sums[index].count += fault.count
            } else {
                sums.append(fault)
            }
        }
        return sums.isEmpty ? "none" : sums.map { "\($0.name) \($0.count)" }.sorted().joined(separator: ", ")
    }

    private static func json(_ reports: [MirrorReport]) -> String {
        var json = JSONWriter()
        json.beginArray()
        for report in reports {
            json.beginObject()
            json.member("seed", Int64(bitPattern: report.seed))
            json.member("venue", "\(report.plan.venue.rawValue)+binance")
            json.member("digest", report.digest.description)
            json.member("plan", report.plan.description)
            json.member("orders", Int64(report.orders))
            json.member("fills", Int64(report.fills))
            json.member("hedges", Int64(report.hedges))
            json.member("lives", Int64(report.lives))
            json.member("worst_net_btc", report.worstNet)
            json.key("faults")
            json.beginObject()
            for fault in report.faults { json.member(fault.name, Int64(fault.count)) }
            json.endObject()
            json.key("violations")
            json.beginArray()
            for violation in report.violations { json.string(violation) }
            json.endArray()
            json.endObject()
        }
        json.endArray()
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
