import Foundation
import Fundamentals
import Observability
import Synchronization
import Testing

/// Keeps what is written.
private final class MemorySink: LogSink {
    private let storage = Mutex<[String]>([])
    private let isBroken: Bool
    init(isBroken: Bool = false) { self.isBroken = isBroken }
    func write(_ line: String, at time: Instant) -> Bool {
        storage.withLock { $0.append(line) }
        return !isBroken
    }
    var lines: [String] { storage.withLock { $0 } }
}

private let moment = Instant(nanoseconds: 1_767_323_045_000_006_000)

@Suite struct `Time stamps` {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000000Z"), (-1, "1969-12-31T23:59:59.999999Z"),
            (951_782_400, "2000-02-29T00:00:00.000000Z"), (951_868_800, "2000-03-01T00:00:00.000000Z"),
            (1_709_164_800, "2024-02-29T00:00:00.000000Z"), (1_740_787_199, "2025-02-28T23:59:59.000000Z"),
            (1_740_787_200, "2025-03-01T00:00:00.000000Z"), (4_107_542_400, "2100-03-01T00:00:00.000000Z"),
            (4_107_542_399, "2100-02-28T23:59:59.000000Z"), (1_767_225_599, "2025-12-31T23:59:59.000000Z"),
            (-2_203_891_200, "1900-03-01T00:00:00.000000Z"), (-2_203_891_201, "1900-02-28T23:59:59.000000Z"),
        ] as [(Int64, String)])
    func `follow the calendar`(seconds: Int64, text: String) {
        let nanoseconds = seconds == -1 ? -1 : seconds * 1_000_000_000
        #expect(Timestamp.text(Instant(nanoseconds: nanoseconds)) == text)
    }

    @Test func `agree with Foundation on ten thousand moments`() {
        var random = RandomSource(seed: 7)
        let oracle = Date.ISO8601FormatStyle(timeZone: TimeZone(identifier: "UTC")!)
        for _ in 0..<10_000 {
            let second = random.integer(in: -9_000_000_000...9_000_000_000)
            let instant = Instant(nanoseconds: second * 1_000_000_000 + random.integer(in: 0...999_999_999))
            #expect(
                Timestamp.text(instant, decimals: 0) == Date(timeIntervalSince1970: Double(second)).formatted(oracle))
        }
    }

    @Test func `cut off decimals and survive the ends of time`() {
        #expect(Timestamp.text(Instant(nanoseconds: 1_999_999_999), decimals: 9) == "1970-01-01T00:00:01.999999999Z")
        #expect(Timestamp.text(Instant(nanoseconds: 1_999_999_999), decimals: 3) == "1970-01-01T00:00:01.999Z")
        #expect(Timestamp.text(Instant(nanoseconds: .max), decimals: 0) == "2262-04-11T23:47:16Z")
        #expect(Timestamp.text(Instant(nanoseconds: .min), decimals: 0) == "1677-09-21T00:12:43Z")
        #expect(Timestamp.date(moment) == "2026-01-02")
    }
}

@Suite struct `A log line` {
    private let record = LogRecord(
        .info, "order placed",
        fields: [.init("id", "apus-1-7"), .init("note", "two \"words\""), .init("lots", 5), .init("ok", true)],
        time: moment)

    @Test func `is text for people`() {
        #expect(
            LogFormat.text.line(record)
                == "2026-01-02T03:04:05.000006Z INFO    order placed id=apus-1-7 note=\"two \\\"words\\\"\" lots=5 ok=true"
        )
    }

    @Test func `is JSON for machines`() throws {
        let line = LogFormat.json.line(record)
        #expect(
            line == "{\"time\":\"2026-01-02T03:04:05.000006Z\",\"level\":\"INFO\",\"message\":\"order placed\","
                + "\"id\":\"apus-1-7\",\"note\":\"two \\\"words\\\"\",\"lots\":5,\"ok\":true}")
        #expect(try JSONSerialization.jsonObject(with: Data(line.utf8)) is [String: Any])
    }

    @Test(arguments: [
        ("a\nb\r\tc", "a\\nb\\r\\tc"), ("\u{1B}[2J", "\\u{1b}[2J"), ("\u{9B}31m\u{7F}\0", "\\u{9b}31m\\u{7f}\\u{0}"),
        ("a\u{202E}b\u{2028}", "a\\u{202e}b\\u{2028}"), ("\\n", "\\\\n"), ("é 漢 😀", "é 漢 😀"),
    ])
    func `shows control characters instead of obeying them`(text: String, shown: String) {
        let line = LogFormat.text.line(LogRecord(.error, text, time: moment))
        #expect(line == "2026-01-02T03:04:05.000006Z ERROR   " + shown)
    }

    @Test(arguments: 0..<4)
    func `is one harmless line whatever is in it`(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        for _ in 0..<300 {
            let text = String(
                String.UnicodeScalarView(
                    (0..<random.integer(in: 0...30)).compactMap { _ in
                        Unicode.Scalar(UInt32(random.integer(in: 0...(random.chance(1, in: 2) ? 0x2FF : 0x10FFFF))))
                    }))
            let record = LogRecord(.warning, text, fields: [.init(text, .text(text))], time: moment)
            for format in LogFormat.allCases {
                let line = format.line(record)
                #expect(!line.unicodeScalars.contains { $0.properties.generalCategory == .control })
            }
            let object = try JSONSerialization.jsonObject(
                with: Data(LogFormat.json.line(LogRecord(.info, text, time: moment)).utf8))
            let message = (object as? [String: Any])?["message"] as? String
            #expect(message.map { Array($0.unicodeScalars) } == Array(text.unicodeScalars))
        }
    }

    @Test func `is bounded`() {
        let line = LogFormat.text.line(LogRecord(.info, String(repeating: "x", count: 100_000), time: moment))
        #expect(line.count < 4_200 && line.hasSuffix("…"))
    }
}

@Suite struct `Secrets in the log` {
    private let canary = "canary-0123456789"

    @Test func `are replaced wherever they appear`() {
        let sink = MemorySink()
        for format in LogFormat.allCases {
            let log = Log(level: .debug, format: format, sinks: [sink])
            log.register(secret: Array(canary.utf8))
            log.register(secret: Array("0xfeedbeef".utf8))
            log.register(secret: Array("with\"quote\n".utf8))
            log.info(
                "key=\(canary)\(canary)!", [.init(canary, .text("a \(canary) b")), .init("k", .secret)], at: moment)
            log.error("feedbeef and 0xfeedbeef and with\"quote\n", at: moment)
            #expect(
                log.recentLines.allSatisfy {
                    !$0.contains("canary") && !$0.contains("feedbeef") && !$0.contains("quote")
                })
        }
        #expect(sink.lines.count == 4)
        #expect(sink.lines[0].hasSuffix("key=******! ***=\"a *** b\" k=***\n"))
        #expect(sink.lines[1].hasSuffix("*** and *** and ***\n"))
    }

    @Test func `are taken whole when one contains another, and ignored when short`() {
        var scrubber = SecretScrubber()
        scrubber.register(Array("abcdef".utf8))
        scrubber.register(Array("abcdefghij".utf8))
        scrubber.register(Array("abc".utf8))
        #expect(scrubber.scrub("xabcdefghijy abcdefg abc") == "x***y ***g abc")
        #expect("\(scrubber)" == "2 secrets" && !String(reflecting: scrubber).contains("97"))
    }

    @Test func `that are numbers are not written as numbers`() {
        var scrubber = SecretScrubber()
        scrubber.register(Array("123456".utf8))
        let record = LogRecord(.info, "m", fields: [.init("n", 123_456)], time: moment)
        #expect(LogFormat.json.line(record, scrubber: scrubber).hasSuffix("\"n\":\"***\"}"))
    }
}

@Suite struct `The log` {
    @Test(
        arguments: [
            ("DEBUG", .debug), ("info", .info), ("WARNING", .warning), ("WARN", .warning), ("ERROR", .error),
            ("CRITICAL", .error), ("LOUD", nil), ("", nil),
        ] as [(String, LogLevel?)])
    func `knows levels by their Python names`(name: String, level: LogLevel?) { #expect(LogLevel(name: name) == level) }

    @Test func `leaves out what is below its level`() {
        let sink = MemorySink()
        let log = Log(level: .warning, sinks: [sink])
        log.debug("a", at: moment)
        log.info("b", at: moment)
        log.warning("c", at: moment)
        log.error("d", at: moment)
        #expect(sink.lines.map { $0.dropLast().last } == ["c", "d"])
    }

    @Test func `counts repetitions instead of writing them`() {
        var filter = RepeatFilter()
        func pass(_ message: String, _ seconds: Int64) -> [String] {
            filter.pass(LogRecord(.info, message, time: moment + .seconds(seconds))).map(\.message)
        }
        #expect(pass("a", 0) == ["a"])
        for second in 1...9 { #expect(pass("a", Int64(second)) == []) }
        #expect(pass("b", 9) == ["a (repeated 9 times)", "b"])
        #expect(pass("b", 9) == [])
        #expect(filter.flush().map(\.message) == ["b (repeated once more)"])
        #expect(filter.flush().isEmpty)
        #expect(pass("b", 10) == [] && pass("b", 19) == [])
        #expect(pass("b", 20) == ["b (repeated 3 times)"])
        #expect(pass("b", 21) == [])
    }

    @Test func `remembers its last lines and counts those it lost`() {
        let log = Log(sinks: [MemorySink(isBroken: true)], recentCapacity: 2)
        for message in ["a", "b", "c"] { log.info(message, at: moment) }
        #expect(log.recentLines.map(\.last) == ["b", "c"])
        #expect(log.lostLines == 3)
    }

    @Test func `rotates its file by size, readable by the owner only`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("apus-log-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("a.log").path
        let sink = try FileSink(path: path, sizeMax: 10, generations: 2)
        for line in ["one\n", "two\n", "three\n", "four\n", "five\n"] { #expect(sink.write(line, at: Instant(nanoseconds: 0))) }
        func content(_ suffix: String) -> String? { try? String(contentsOfFile: path + suffix, encoding: .utf8) }
        #expect(content("") == "four\nfive\n" && content(".1") == "three\n" && content(".2") == "one\ntwo\n")
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber
        #expect(mode?.intValue == 0o600)
        #expect(throws: LogFileError.self) { try FileSink(path: folder.path + "/none/x.log") }
    }
}
