internal import CommandLineKit
internal import Configuration
internal import LocalVenues
internal import MarketModel
internal import Quoting
internal import Reporting
internal import RiskControl
internal import SystemIO
internal import Wire

/// `apus report mirror`: what the venues' own tapes and ledgers say of a rehearsal.
enum ReportCommand {
    static let description = Command(
        "report", abstract: "judge a rehearsal by the venues' own tapes",
        group: "Rehearse", subcommands: [mirror])

    private static let mirror = Command(
        "mirror", abstract: "show what a mirror did, by what both local venues saw",
        discussion: """
            Reads what `apus venue … --tape FILE` wrote on both sides: for each level how long its orders stayed within their \
            distance of reference × conversion, and how long the bot took where prices had moved on; batches a minute, fills, \
            hedges, and the worst exposure that what rested could have come to.

            With --summary (what `apus run --json` printed) and the venues' ledgers (what /apus/ledger?account=NAME answered) it \
            compares every holding to the last decimal.

            Exit code 1: an order was left out of its band at the end, one was placed nearer than its level allows, a limit was \
            exceeded, or a ledger differs.
            """,
        arguments: [Argument("file", kind: .file, help: "The configuration of the mirror.")],
        options: CommandTree.overrides + [
            Option("target", kind: .file, isRequired: true, help: "The target's tape."),
            Option("reference", kind: .file, isRequired: true, help: "The reference's tape."),
            Option("summary", kind: .file, help: "The session's summary, as JSON."),
            Option("target-ledger", kind: .file, help: "The target's ledger, as JSON; with --summary."),
            Option("reference-ledger", kind: .file, help: "The reference's ledger, as JSON; with --summary."),
            Option(
                "maker-fee", kind: .decimal, defaultText: "0.001",
                help: "The target's maker fee, a share: with the hedge's fee and the least edge it bounds every level."),
        ],
        flags: [.json],
        examples: [
            Example(
                "apus report mirror config.json --target ace.tape --reference binance.tape", "judge what the tapes show"
            )
        ])

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let configuration = try LoadedBot(try arguments.required("file"), arguments).configuration()
        let terms = try terms(configuration, arguments)
        let report = MirrorAnalysis.report(
            terms, target: try tape("target", arguments), reference: try tape("reference", arguments))
        let ledgers = try comparison(configuration, arguments)
        if arguments.flag("json") {
            Console.out(json(report, ledgers))
        } else {
            for line in report.lines { Console.out(line) }
            for line in ledgers.map(lines) ?? [] { Console.out(line) }
        }
        let isGood =
            report.isWithinLimits && report.outAtEnd == 0 && report.placedTooNear == 0 && ledgers?.isEqual ?? true
        return isGood ? .success : .failure
    }

    /// What the configuration promises.
    private static func terms(_ configuration: BotConfiguration, _ arguments: ParsedArguments) throws -> MirrorTerms {
        guard configuration.mirror != nil, configuration.markets.count == 3,
            case .mirror(let parameters) = configuration.markets[0].strategy
        else { throw Failure(.configuration, "report: expected the configuration of a mirror") }
        guard let fee = try arguments.decimal("maker-fee").flatMap({ ExactDecimal($0)?.int64(atScale: Rate.scale) })
        else {
            throw Failure(.usage, "--maker-fee is a share with at most eight decimals, such as 0.001")
        }
        let floor = fee + parameters.hedgeFee.parts + parameters.minEdge.parts
        let levels = parameters.levels.map { level in
            let near = max(level.distance.parts, floor)
            let far = level.distance.parts + level.distance.parts * parameters.distanceJitter.parts / Rate.one.parts
            return Rate(parts: near)...Rate(parts: max(near, far))
        }
        // Both may move by their threshold; and the quote that stays within the replacing threshold of the one wanted.
        let tolerance =
            parameters.referenceThreshold.parts + parameters.conversionThreshold.parts
            + configuration.markets[0].replaceThreshold.parts
        // One tape holds both of Binance's sides.
        let side = configuration.mirror?.marketType == .usdm ? BinanceVenue.futuresMark : ""
        return MirrorTerms(
            target: configuration.markets[0].symbol, conversion: configuration.markets[1].symbol,
            reference: side + configuration.markets[2].symbol, levels: levels, tolerance: Rate(parts: tolerance),
            netLimit: configuration.accountLimits.maxNetExposure,
            positionLimit: configuration.markets[0].limits.maxPositionValue)
    }

    private static func tape(_ name: String, _ arguments: ParsedArguments) throws -> VenueTape {
        let path = try arguments.required(name)
        do throws(TapeError) { return try VenueTape(try read(path)) } catch {
            throw Failure(.dataError, "\(path): \(error)")
        }
    }

    private static func read(_ path: String) throws(TapeError) -> [UInt8] {
        do throws(FileError) { return try readFile(path, limit: 2 << 30) } catch {
            throw TapeError(line: 0, "\(error)")
        }
    }

    // MARK: Ledgers

    private static func comparison(
        _ configuration: BotConfiguration, _ arguments: ParsedArguments
    ) throws -> LedgerComparison? {
        guard let summary = arguments.text("summary") else { return nil }
        var ledgers: [(venue: String, ledger: JSONValue)] = []
        for (option, venue) in [
            ("target-ledger", configuration.venue.rawValue),
            ("reference-ledger", configuration.mirror?.venue.rawValue ?? ""),
        ] {
            guard let path = arguments.text(option) else { continue }
            ledgers.append((venue, try document(path)))
        }
        do throws(LedgerComparisonError) {
            return try LedgerComparison(summary: try document(summary), ledgers: ledgers)
        } catch {
            throw Failure(.dataError, "\(summary): \(error)")
        }
    }

    private static func document(_ path: String) throws(LedgerComparisonError) -> JSONValue {
        let bytes: [UInt8]
        do throws(FileError) { bytes = try readFile(path, limit: 64 << 20) } catch {
            throw LedgerComparisonError("\(error)")
        }
        do throws(WireError) { return try JSONValue.parse(bytes) } catch {
            throw LedgerComparisonError("\(path): expected JSON; byte \(error.offset): \(error.reason)")
        }
    }

    private static func lines(_ ledgers: LedgerComparison) -> [String] {
        ledgers.rows.map { row in
            "  ledger          \(row.venue) \(row.asset): \(row.held), difference \(row.difference)"
        }
    }

    private static func json(_ report: MirrorReport, _ ledgers: LedgerComparison?) -> String {
        var json = JSONWriter()
        json.beginObject()
        report.write(into: &json)
        if let ledgers {
            json.key("ledgers")
            json.beginArray()
            for row in ledgers.rows {
                json.beginObject()
                json.member("venue", row.venue)
                json.member("asset", row.asset)
                json.member("held", row.held.description)
                json.member("at_venue", row.atVenue.description)
                json.member("difference", row.difference.description)
                json.endObject()
            }
            json.endArray()
            json.member("ledgers_equal", ledgers.isEqual)
        }
        json.endObject()
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
