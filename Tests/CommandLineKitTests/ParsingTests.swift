import CommandLineKit
import Fundamentals
import Testing

@Suite struct `Parsing a command line` {
    @Test(arguments: [
        ("", "demo: a command is expected: venue, check, book"),
        ("venus", "demo: unknown command 'venus'; did you mean venue?"),
        ("zzz", "demo: unknown command 'zzz'"),
        ("venue aster --flwo synthetic", "demo venue: unknown option --flwo; did you mean --flow?"),
        ("venue aster --no-verfy", "demo venue: unknown option --no-verfy; did you mean --no-verify?"),
        ("venue aster --zzzzz", "demo venue: unknown option --zzzzz"),
        ("venue aster -x", "demo venue: unknown option -x"),
        ("venue", "demo venue: NAME is missing: Which venue to be."),
        ("venue aster more", "demo venue: unexpected argument 'more'"),
        ("venue astre", "demo venue: NAME: expected one of aster, binance, found 'astre'; did you mean aster?"),
        ("venue aster --seed", "demo venue: --seed needs a value: a whole number of at least 0"),
        ("venue aster --seed x", "demo venue: --seed: expected a whole number of at least 0, found 'x'"),
        ("venue aster --seed -1", "demo venue: --seed: expected a whole number of at least 0, found '-1'"),
        ("venue aster --seed 1 --seed 2", "demo venue: --seed is given twice"),
        ("venue aster --wait 30", "demo venue: --wait: expected a duration such as 500ms, 30s or 2m, found '30'"),
        ("venue aster --fee 1e-4", "demo venue: --fee: expected a decimal number such as 0.25, found '1e-4'"),
        ("venue aster --rounds 9..1", "demo venue: --rounds: expected a range such as 1..40, found '9..1'"),
        ("venue aster --listen 8080", "demo venue: --listen: expected HOST:PORT such as 127.0.0.1:8080, found '8080'"),
        ("venue aster --quiet=yes", "demo venue: --quiet takes no value"),
        (
            "venue aster --set --quiet",
            "demo venue: --set needs a value: text (write --set=VALUE for one that begins with a dash)"
        ),
        ("book show x", "demo book show: DEPTH: expected a whole number, found 'x'"),
    ])
    func `says what is wrong and what was expected`(line: String, message: String) {
        let error = #expect(throws: UsageError.self) { try parse(line) }
        #expect(error.map { "\($0.command): \($0.message)" } == message)
        #expect(error?.exitCode == .usage)
    }

    @Test func `names the variable whose value is wrong`() {
        let error = #expect(throws: UsageError.self) { try parse("check a", ["DEMO_LOG": "LOUD"]) }
        #expect(
            error?.message
                == "--log-level (from DEMO_LOG in the environment): expected one of DEBUG, INFO, found 'LOUD'")
    }

    @Test func `reads every kind of value`() throws {
        let line =
            "venue aster --seed=7 -l [::1]:443 --wait 1.5s --fee -0.0001 --rounds 1..40 --flow recorded --json -q"
        let parsed = try arguments(line)
        #expect(parsed.path == ["venue"])
        #expect(parsed.text("name") == "aster")
        #expect(try parsed.integer("seed") == 7)
        #expect(try parsed.endpoint("listen") == Endpoint(host: "::1", port: 443))
        #expect(try parsed.duration("wait") == .milliseconds(1_500))
        #expect(try parsed.decimal("fee") == "-0.0001")
        #expect(try parsed.range("rounds") == 1...40)
        #expect(try parsed.choice("flow", of: Mode.self) == .recorded)
        #expect(parsed.flag("json") && parsed.flag("quiet") && parsed.flag("verify"))
    }

    @Test func `prefers the command line to the environment, and both to the default`() throws {
        #expect(try arguments("check a").text("log-level") == nil)
        #expect(try arguments("check a", ["DEMO_LOG": "INFO"]).text("log-level") == "INFO")
        #expect(try arguments("check a --log-level DEBUG", ["DEMO_LOG": "INFO"]).text("log-level") == "DEBUG")
        #expect(try arguments("venue aster").source(of: "listen") == .defaultText)
        #expect(try arguments("venue aster -l a:1").source(of: "listen") == .commandLine)
    }

    @Test func `keeps repeated options in order and turns negatable flags off`() throws {
        let parsed = try arguments("venue aster --set a=1 --set=b=2 --no-verify")
        #expect(parsed.texts("set") == ["a=1", "b=2"])
        #expect(!parsed.flag("verify"))
    }

    @Test func `takes everything after two dashes as arguments`() throws {
        #expect(try arguments("check -- --help -x --").texts("file") == ["--help", "-x", "--"])
        #expect(try arguments("check - --json").texts("file") == ["-"])
        #expect(try arguments("book show -5").integer("depth") == -5)
    }

    @Test(
        arguments: [
            ("--help", []), ("-h", []), ("venue --help", ["venue"]), ("help book show", ["book", "show"]),
            ("book show --help", ["book", "show"]),
        ] as [(String, [String])])
    func `offers help everywhere`(line: String, path: [String]) throws {
        #expect(try parse(line) == .help(path: path))
    }

    @Test func `knows its version`() throws { #expect(try parse("--version") == .version) }

    @Test(
        arguments: [
            ("500ms", 500_000_000), ("30s", 30_000_000_000), ("2m", 120_000_000_000), ("1h", 3_600_000_000_000),
            ("1.5s", 1_500_000_000), ("0s", 0), ("7ns", 7), ("1d", 86_400_000_000_000), ("2.000s", 2_000_000_000),
            ("0.5ns", nil), ("-1s", nil), ("s", nil), ("1 s", nil), ("1.s", nil), ("9999999999999d", nil),
            ("1e3s", nil), ("+1s", nil),
        ] as [(String, Int64?)])
    func `reads durations exactly or not at all`(text: String, nanoseconds: Int64?) {
        let parsed = try? arguments("venue aster --wait=\(text)").duration("wait")
        #expect(parsed?.nanoseconds == nanoseconds)
    }

    @Test(arguments: [
        "", "a", "a:", ":1", "a:65536", "a:+1", "::1:80", "[]:1", "[a]:1", "a b:1", "a:1:2", "[::1]", "ä:1",
    ])
    func `refuses endpoints that are not`(text: String) { #expect(Endpoint(text) == nil) }

    @Test(arguments: 0..<8)
    func `never traps on any list of words`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        let pieces = [
            "--", "-", "--seed", "=", "venue", "aster", "-q", "-l", "--set", "--no-verify", "help", "--help",
            "\u{1B}[2J",
            "é", "\u{1F600}", "..", "1..2", "-1", "9223372036854775808", ":", "[", "]", "", "\0", "--=", "--wait=5m",
            "check",
        ]
        for _ in 0..<1_000 {
            let words = (0..<random.integer(in: 0...6)).map { _ in
                (0..<random.integer(in: 1...3)).map { _ in pieces[Int(random.integer(in: 0...Int64(pieces.count - 1)))]
                }.joined()
            }
            do {
                guard case .run(let parsed) = try sample.parse(words), parsed.path == ["venue"] else { continue }
                _ = try (
                    parsed.integer("seed"), parsed.duration("wait"), parsed.range("rounds"), parsed.endpoint("listen")
                )
            } catch {
                let description = "\(error)"
                #expect(!description.isEmpty && !description.contains("\u{1B}"))
            }
        }
    }
}
