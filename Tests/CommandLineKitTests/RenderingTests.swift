import CommandLineKit
import Fundamentals
import Testing

@Suite struct `What is made from a description` {
    @Test func `help shows everything once, with examples`() {
        #expect(
            sample.help(path: ["venue"]) == """
                demo venue: run a local exchange

                Usage: demo venue [options] NAME

                Listens on loopback unless told otherwise.

                Stops on SIGINT.

                Arguments:
                  NAME  Which venue to be.

                Options:
                  -l, --listen HOST:PORT  Where to listen; port 0 lets the system choose one. (default: 127.0.0.1:0)
                      --seed N            Seed of the order flow.
                      --flow KIND         Where orders come from.
                      --set PATH=VALUE    Change one value. (may be repeated)
                      --wait TIME         How long to wait.
                      --fee DECIMAL       Fee rate.
                      --rounds A..B       Which rounds to play.
                  -q, --quiet             Say less.
                  -v, --[no-]verify       Check everything. (default: on)
                  -h, --help              Show this help.

                Options of demo:
                      --log-level DEBUG|INFO  Least level shown. (env: DEMO_LOG)
                      --json                  Write JSON for machines to standard output.

                Examples:
                  demo venue aster --seed 7
                      The same market every time.

                """)
    }

    @Test func `help of the root lists commands by group`() {
        #expect(
            sample.help() == """
                demo: show how commands are described

                Usage: demo [options] COMMAND

                Worlds:
                  venue  run a local exchange

                Commands:
                  check  check files
                  book   look into the book

                Options:
                      --log-level DEBUG|INFO  Least level shown. (env: DEMO_LOG)
                      --json                  Write JSON for machines to standard output.
                  -h, --help                  Show this help.
                      --version               Show the version.

                """)
    }

    @Test(arguments: [40, 60, 80, 100])
    func `help never exceeds its width`(width: Int) {
        for line in sample.help(path: ["venue"], width: width).split(separator: "\n")
        where !line.contains("demo venue aster") {
            #expect(line.count <= width)
        }
    }

    @Test func `colour is for terminals that want it`() {
        #expect(TextStyle(isTerminal: true, environment: [:]).bold("x") == "\u{1B}[1mx\u{1B}[0m")
        #expect(TextStyle(isTerminal: false, environment: [:]).bold("x") == "x")
        #expect(TextStyle(isTerminal: true, environment: ["NO_COLOR": "1"]).red("x") == "x")
        #expect(TextStyle(isTerminal: true, environment: ["NO_COLOR": ""]).isEnabled)
        #expect(!TextStyle(isTerminal: true, environment: ["TERM": "dumb"]).isEnabled)
    }

    @Test func `a progress line appears after two seconds, on terminals only`() {
        let start = Instant(milliseconds: 0)
        var line = ProgressLine("sweep", isTerminal: true, at: start)
        #expect(line.update(done: 1, total: 10, at: start + .milliseconds(1_999)) == nil)
        #expect(
            line.update(done: 5, total: 10, at: start + .seconds(2))
                == "\r\u{1B}[Ksweep [##########..........] 50% (2 s left)")
        #expect(line.update(done: 6, total: 10, at: start + .milliseconds(2_050)) == nil)
        #expect(line.finish() == "\r\u{1B}[K")
        #expect(line.finish() == nil)
        var silent = ProgressLine("sweep", isTerminal: false, at: start)
        #expect(silent.update(done: 5, total: 10, at: start + .seconds(9)) == nil)
    }

    @Test func `the manual page escapes what roff would take for its own`() {
        let command = Command(
            "x", abstract: "a-b \\ c", discussion: ".hidden\n\n'quoted",
            options: [Option("path", environment: "X_PATH", help: "A path.")],
            examples: [Example("x --path 'a'", "Do it.")])
        let page = command.manualPage(version: "1.0", date: "2026-01-02")
        #expect(page.hasPrefix(".TH \"X\" 1 \"2026-01-02\" \"x 1.0\"\n.SH NAME\nx \\- a\\-b \\e c\n"))
        #expect(page.contains("\n\\&.hidden\n.PP\n\\&'quoted\n"))
        #expect(page.contains(".SH ENVIRONMENT\n.TP\n.B X_PATH\n"))
        #expect(page.contains(".SH EXIT STATUS\n.TP\n.B 0\nsuccess\n"))
        #expect(page.contains(".TP\n.B 78\nthe configuration is wrong\n"))
        for line in sample.manualPage(version: "1", date: "2026-01-02").split(separator: "\n") where line.hasPrefix(".")
        {
            #expect([".TH", ".SH", ".SS", ".TP", ".PP", ".B "].contains { line.hasPrefix($0) }, "\(line)")
        }
    }

    @Test(arguments: Shell.allCases)
    func `completions know every command, option and choice`(shell: Shell) {
        let script = sample.completions(for: shell)
        for word in [
            "venue", "check", "show", "listen", "no-verify", "log-level", "synthetic recorded", "aster binance", "help",
        ] {
            #expect(script.contains(word), "\(word) is missing")
        }
    }
}
