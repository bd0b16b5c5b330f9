import Foundation
import Fundamentals
import Testing

@testable import Observability

private final class Folder {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("apus-days-\(UUID())").path

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func lines(_ name: String, _ day: String) -> [String] {
        let text = try? String(contentsOfFile: "\(path)/\(name)/\(day)/mmaker.log", encoding: .utf8)
        return text?.split(separator: "\n").map(String.init) ?? []
    }

    func days(_ name: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(name)")) ?? []).sorted()
    }
}

/// 2026-01-31 23:59:59 UTC, and some milliseconds more.
private func beforeMidnight(_ milliseconds: Int64) -> Instant {
    Instant(nanoseconds: 1_769_903_999_000_000_000 + milliseconds * 1_000_000)
}

@Suite struct `The log of each day` {
    @Test func `begins at midnight without a line lost or written twice`() throws {
        let folder = Folder()
        let sink = try DailySink(folder: folder.path, name: "BTC/TWD", startingAt: beforeMidnight(0))
        let log = Log(level: .debug, sinks: [sink])
        for index in 0..<2_000 as Range<Int64> { log.info("line \(index)", at: beforeMidnight(index)) }
        let (old, new) = (folder.lines("BTC-TWD", "2026-01-31"), folder.lines("BTC-TWD", "2026-02-01"))
        #expect(old.count == 1_000 && new.count == 1_000 && log.lostLines == 0)
        #expect((old + new).map { $0.split(separator: " ").last.map(String.init) } == (0..<2_000).map { "\($0)" })
        #expect(old.allSatisfy { $0.hasPrefix("2026-01-31T23:59:59") } && new.allSatisfy { $0.hasPrefix("2026-02-01T00:00:00") })
    }

    @Test func `leaves earlier days alone, also when a line is told late`() throws {
        let folder = Folder()
        let sink = try DailySink(folder: folder.path, name: "X", startingAt: beforeMidnight(0))
        #expect(sink.write("a\n", at: beforeMidnight(500)) && sink.write("b\n", at: beforeMidnight(1_500)))
        #expect(sink.write("late\n", at: beforeMidnight(900)))
        #expect(folder.lines("X", "2026-01-31") == ["a"] && folder.lines("X", "2026-02-01") == ["b", "late"])
    }

    @Test func `tells of repetitions in the day in which they are told`() throws {
        let folder = Folder()
        let log = Log(sinks: [try DailySink(folder: folder.path, name: "X", startingAt: beforeMidnight(0))])
        for offset in [0, 100, 200] as [Int64] { log.info("the same", at: beforeMidnight(offset)) }
        log.info("another", at: beforeMidnight(2_000))
        let old = folder.lines("X", "2026-01-31")
        #expect(old.count == 2 && old[1].contains("the same (repeated 2 times)"))
        #expect(folder.lines("X", "2026-02-01").count == 1)
    }

    @Test func `goes on in the file of its day after a restart`() throws {
        let folder = Folder()
        for text in ["one\n", "two\n"] {
            let sink = try DailySink(folder: folder.path, name: "X", startingAt: beforeMidnight(0))
            #expect(sink.write(text, at: beforeMidnight(1)))
        }
        #expect(folder.lines("X", "2026-01-31") == ["one", "two"])
    }

    @Test func `makes its folder again when somebody has removed it`() throws {
        let folder = Folder()
        let sink = try DailySink(folder: folder.path, name: "X", startingAt: beforeMidnight(0))
        try FileManager.default.removeItem(atPath: folder.path)
        #expect(!sink.write("lost\n", at: beforeMidnight(1)))
        #expect(sink.write("kept\n", at: beforeMidnight(1_001)))
        #expect(folder.days("X") == ["2026-02-01"])
    }

    @Test(arguments: [
        ("BTC/TWD", "BTC-TWD"), ("btctwd", "btctwd"), ("../../etc", "--..-etc"), ("", "-"), ("a\u{0}b c", "a-b-c"),
        ("BTC-USD+ETH-USD", "BTC-USD+ETH-USD"), ("日本", "--"),
    ])
    func `has a folder that no name can lead out of`(name: String, safe: String) {
        #expect(DailySink.safe(name) == safe)
        #expect(!DailySink.safe(name).contains("/") && !DailySink.safe(name).hasPrefix("."))
    }

    @Test func `says why it cannot be written`() throws {
        let folder = Folder()
        try Data().write(to: URL(fileURLWithPath: folder.path))
        let error = #expect(throws: LogFileError.self) {
            try DailySink(folder: folder.path, name: "X", startingAt: beforeMidnight(0))
        }
        #expect(error?.reason == "the folder cannot be made")
    }
}
