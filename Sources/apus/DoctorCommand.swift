internal import CommandLineKit
internal import Configuration
internal import Runtime

/// `apus doctor FILE`: a line for each check as it is made, and a verdict.
enum DoctorCommand {
    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let bot = try LoadedBot(try arguments.required("file"), arguments)
        let isJSON = arguments.flag("json")
        func tell(_ finding: DoctorFinding) {
            if !isJSON { show(finding) }
        }
        var report = DoctorReport()
        let (findings, configuration, credentials) = examine(bot)
        report.findings = findings
        findings.forEach(tell)
        if let configuration {
            do {
                report.findings += try examine(configuration, credentials, tell).findings
            } catch {
                let finding = DoctorFinding.fail("connection", "\(error)", "check endpoints")
                report.findings.append(finding)
                tell(finding)
            }
        }
        Console.out(isJSON ? report.json : verdict(report))
        return switch report.verdict {
        case .healthy: .success
        case .misconfigured: .configuration
        case .unavailable: .unavailable
        }
    }

    private static func examine(
        _ configuration: BotConfiguration, _ credentials: VenueCredentials?, _ tell: @escaping (DoctorFinding) -> Void
    ) throws -> DoctorReport {
        switch (configuration.venue, credentials) {
        case (.aster, .aster(let credentials)?):
            try Doctor(configuration, credentials: credentials, tell: tell).examine()
        case (.aster, _): try Doctor(configuration, credentials: nil, tell: tell).examine()
        case (.extended, .extended(let credentials)?):
            try ExtendedDoctor(configuration, credentials: credentials, tell: tell).examine()
        case (.extended, _): try ExtendedDoctor(configuration, credentials: nil, tell: tell).examine()
        case (.ace, _), (.bitoPro, _), (.max, _), (.binance, _):
            try MirrorDoctor(configuration, credentials: credentials, tell: tell).examine()
        }
    }

    /// What can be said without a venue.
    private static func examine(
        _ bot: LoadedBot
    ) -> (findings: [DoctorFinding], configuration: BotConfiguration?, credentials: VenueCredentials?) {
        var findings: [DoctorFinding] = bot.loaded.issues.map { issue in
            switch issue.severity {
            case .error: .fail("configuration", "\(issue)", issue.expected.map { "expected \($0)" } ?? "correct it")
            case .warning: .warn("configuration", "\(issue)", issue.expected.map { "expected \($0)" } ?? "look at it")
            }
        }
        guard let configuration = bot.loaded.configuration else { return (findings, nil, nil) }
        if findings.isEmpty {
            let markets = configuration.markets.map(\.symbol).joined(separator: ", ")
            findings.append(.ok("configuration", "\(configuration.template.rawValue) on \(markets)"))
        }
        findings += alertFindings(bot, configuration)
        do {
            return (findings, configuration, try bot.credentials(for: configuration))
        } catch let failure as Failure {
            findings.append(
                .fail(
                    "credentials", failure.message,
                    "put them into the environment or .env; the account is not looked at"))
        } catch {
            findings.append(.fail("credentials", "\(error)", "the account is not looked at"))
        }
        return (findings, configuration, nil)
    }

    private static func alertFindings(_ bot: LoadedBot, _ configuration: BotConfiguration) -> [DoctorFinding] {
        guard let settings = configuration.notifications else { return [] }
        let problems = bot.loaded.notificationIssues
        guard problems.isEmpty else {
            return problems.map { .fail("alerts", "\($0)", "put it into the environment or .env") }
        }
        let names = settings.channels.map(\.name).joined(separator: ", ")
        return [.ok("alerts", "\(names); try them with apus notify --test")]
    }

    private static func show(_ finding: DoctorFinding) {
        let style = Console.style
        let mark =
            switch finding.status {
            case .ok: style.green("ok  ")
            case .warn: style.yellow("warn")
            case .fail: style.red("FAIL")
            }
        let name = finding.check.padding(to: 14)
        let advice =
            finding.advice.isEmpty ? "" : "\n" + String(repeating: " ", count: 20) + style.dim("→ \(finding.advice)")
        Console.out("\(mark)  \(name)\(finding.detail)\(advice)")
    }

    private static func verdict(_ report: DoctorReport) -> String {
        let counts = "\(report.count(.ok)) ok, \(report.count(.warn)) to look at, \(report.count(.fail)) failed"
        return switch report.verdict {
        case .healthy: "\(counts): a run would start"
        case .misconfigured, .unavailable: "\(counts): a run would not start"
        }
    }
}

extension String {
    fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
