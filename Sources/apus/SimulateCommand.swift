internal import CommandLineKit
internal import Fundamentals
internal import MarketModel
internal import Simulation
internal import SystemIO
internal import Wire

/// `apus simulate`: worlds from seeds, a line each, and a verdict.
enum SimulateCommand {
    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let seeds = try arguments.range("seeds") ?? 1...10
        guard seeds.lowerBound >= 0 else { throw Failure(.usage, "--seeds: seeds are not negative") }
        if arguments.flag("mirror") { return runMirrors(seeds, arguments) }
        if let name = arguments.text("venue"), MirrorVenueName(rawValue: name) != nil {
            throw Failure(.usage, "--venue \(name): there are worlds of it only with --mirror")
        }
        let venue = arguments.text("venue").flatMap { SimulatedVenue(rawValue: $0) }
        var reports: [WorldReport] = []
        var progress = ProgressLine("simulating", isTerminal: Console.talksToTerminal, at: bootClock())
        for seed in seeds {
            let world = World(seed: UInt64(seed), venue: venue, isTraced: arguments.flag("trace"))
            let report = world.run()
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
        let missing = SimulatedVenue.allCases.flatMap { venue in
            unseen(reports.filter { $0.plan.venue == venue }).map { (venue: venue, kind: $0) }
        }
        for (venue, kind) in missing {
            let fault = "the fault '\(kind.rawValue)' was planned on \(venue.rawValue)"
            Console.talk("\(fault) and never happened: nothing was tested by it")
        }
        if arguments.flag("json") {
            Console.out(json(reports))
        } else if !arguments.flag("digests") {
            for venue in SimulatedVenue.allCases {
                let reports = reports.filter { $0.plan.venue == venue }
                if !reports.isEmpty { Console.out("\(venue.rawValue) faults: \(coverage(reports))") }
            }
            Console.out("\(reports.count - failed) passed, \(failed + missing.count) failed")
        }
        return failed == 0 && missing.isEmpty ? .success : .failure
    }

    private static func line(_ report: WorldReport) -> String {
        let verdict = report.violations.isEmpty ? "ok  " : "FAIL"
        return "\(verdict) seed \(report.seed)  \(report.plan.venue.rawValue)  \(report.digest)  "
            + "\(report.orders) orders, \(report.amendments) amendments, \(report.fills) fills, "
            + "\(report.unresolved) queries, worst \(report.worstExposure.lots) lots, \(report.lives) lives  [\(report.plan)]"
    }

    private static func show(_ report: WorldReport) {
        for violation in report.violations { Console.out("     violated: \(violation)") }
        for note in report.log { Console.out("     | \(note)") }
    }

    /// How many worlds it takes until every fault must have happened.
    private static let fullBatch = 40

    /// Faults that some plan allowed and that never happened, in a batch large enough for all.
    private static func unseen(_ reports: [WorldReport]) -> [FaultKind] {
        guard reports.count >= fullBatch else { return [] }
        return FaultKind.allCases.filter { kind in
            reports.contains { $0.plan.enabled.contains(kind) }
                && reports.allSatisfy { report in report.faults.allSatisfy { $0.kind != kind || $0.count == 0 } }
        }
    }

    /// How often each fault happened over the batch; those that no plan allowed are left out.
    private static func coverage(_ reports: [WorldReport]) -> String {
        let text = FaultKind.allCases.compactMap { kind -> String? in
            let count = reports.reduce(0) { sum, report in
                report.faults.reduce(sum) { $0 + ($1.kind == kind ? $1.count : 0) }
            }
            let isPlanned = reports.contains { $0.plan.enabled.contains(kind) }
            return isPlanned || count > 0 ? "\(kind.rawValue) \(count)" : nil
        }
        return text.isEmpty ? "none" : text.joined(separator: ", ")
    }

    private static func json(_ reports: [WorldReport]) -> String {
        var json = JSONWriter()
        json.beginArray()
        for report in reports {
            json.beginObject()
            json.member("seed", Int64(bitPattern: report.seed))
            json.member("venue", report.plan.venue.rawValue)
            json.member("digest", report.digest.description)
            json.member("plan", report.plan.description)
            json.member("orders", Int64(report.orders))
            json.member("amendments", Int64(report.amendments))
            json.member("fills", Int64(report.fills))
            json.member("lives", Int64(report.lives))
            json.member("worst_exposure_lots", report.worstExposure.lots)
            json.key("faults")
            json.beginObject()
            for fault in report.faults where fault.count > 0 { json.member(fault.kind.rawValue, Int64(fault.count)) }
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
