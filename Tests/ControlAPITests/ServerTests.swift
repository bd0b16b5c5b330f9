@testable import ControlAPI
import Configuration
import Cryptography
import Fundamentals
import Runtime
import SystemIO
import Testing
import VenueKit
import Wire

/// A server on a loop, and raw clients.
private final class Bench {
    let loop: EventLoop
    let bot = FakeBot()
    let server: ControlServer

    init(_ change: (inout ControlServer.Settings) -> Void = { _ in }) throws {
        loop = try EventLoop()
        var settings = ControlServer.Settings()
        change(&settings)
        server = try ControlServer(bot, token: nil, on: loop, settings)
    }

    func run(_ what: String, until condition: () -> Bool) throws {
        var isLate = false
        let timer = loop.schedule(after: .seconds(20)) { isLate = true }
        defer { loop.cancel(timer) }
        try loop.run { isLate || condition() }
        #expect(!isLate, "\(what) did not come about")
    }

    func client() throws -> Client {
        let address = try #require(SocketAddress(numeric: "127.0.0.1", port: server.address.port))
        let client = Client(TCPConnection(connectingTo: [address], loop: loop))
        try run("a connection") { client.tcp.isOpen }
        return client
    }

    /// A stream whose head has arrived.
    func stream(_ headers: String = "") throws -> Client {
        let client = try client()
        client.send("GET /api/events HTTP/1.1\r\nHost: localhost\r\n\(headers)\r\n")
        try run("a stream") { client.text.contains("retry:") || client.text.contains("\"error\"") }
        return client
    }
}

private final class Client {
    let tcp: TCPConnection
    var received: [UInt8] = []
    var isClosed = false
    var text: String { String(decoding: received, as: UTF8.self) }
    /// The ids of the events so far.
    var ids: [UInt64] {
        text.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("id: ") }.compactMap { UInt64($0.dropFirst(4)) }
    }

    init(_ tcp: TCPConnection) {
        self.tcp = tcp
        tcp.onBytes = { [weak self] in self?.received += $0 }
        tcp.onClose = { [weak self] _ in self?.isClosed = true }
    }

    func send(_ text: String) { _ = tcp.write(Array(text.utf8)) }
}

@Suite struct `The server` {
    private let stop = "POST /api/bot/stop HTTP/1.1\r\nHost: localhost\r\n\r\n"

    @Test func `answers a stop when the bot has stopped`() throws {
        let bench = try Bench()
        bench.bot.state = .running
        bench.bot.stopsAtOnce = false
        let client = try bench.client()
        client.send(stop)
        try bench.run("the command") { bench.bot.state == .stopping }
        for _ in 0..<10 { try bench.loop.runOnce(maxWait: .milliseconds(1)) }
        #expect(client.received.isEmpty)
        bench.bot.enter(.stopped)
        try bench.run("the answer") { client.text.hasSuffix(#"{"status":"stopped","orders_open":0}"#) }
        #expect(client.text.hasPrefix("HTTP/1.1 200 "))
    }

    @Test func `says that it is still stopping when the venue takes its time`() throws {
        let bench = try Bench { $0.stopWait = .milliseconds(20) }
        bench.bot.state = .running
        bench.bot.stopsAtOnce = false
        let client = try bench.client()
        client.send(stop)
        try bench.run("the answer") { client.text.contains("\"stopping\"") }
        #expect(client.text.hasPrefix("HTTP/1.1 202 "))
    }

    @Test func `serves loopback addresses only, unless told otherwise`() throws {
        let loop = try EventLoop()
        var settings = ControlServer.Settings()
        settings.listen = ListenAddress(host: "0.0.0.0", port: 0)
        #expect(throws: ControlServerError.self) { try ControlServer(FakeBot(), token: nil, on: loop, settings) }
        settings.allowsRemote = true
        let error = #expect(throws: ControlServerError.self) {
            try ControlServer(FakeBot(), token: nil, on: loop, settings)
        }
        #expect(error?.description.contains("--control-no-auth") == true)
    }
}

@Suite struct `A stream of events` {
    @Test func `tells what happens from now on`() throws {
        let bench = try Bench()
        bench.bot.tell(.note(SessionNote(.info, "before")))
        let client = try bench.stream()
        bench.bot.tell(.note(SessionNote(.info, "after")))
        bench.bot.quote()
        try bench.run("a fill") { client.text.contains("event: fill") }
        #expect(!client.text.contains("before"))
        #expect(client.text.contains(#""level":"info","text":"after"}"#))
        #expect(client.ids == bench.bot.recentEvents.map(\.id).filter { $0 > 100 })
    }

    @Test func `resumes after the last event that was seen`() throws {
        let bench = try Bench()
        for number in 0..<10 { bench.bot.tell(.note(SessionNote(.info, "note \(number)"))) }
        let client = try bench.stream("Last-Event-ID: 104\r\n")
        try bench.run("the rest") { client.ids == [105, 106, 107, 108, 109] }
        bench.bot.tell(.halted("enough"))
        try bench.run("the next") { client.ids.last == 110 }
        #expect(!client.text.contains("event: gap"))
    }

    @Test(arguments: [1, 98, 5_000] as [UInt64])
    func `says when something is missing`(id: UInt64) throws {
        let bench = try Bench()
        for number in 0..<3 { bench.bot.tell(.note(SessionNote(.info, "note \(number)"))) }
        let client = try bench.stream("Last-Event-ID: \(id)\r\n")
        try bench.run("all") { client.ids == [100, 101, 102] }
        #expect(client.text.contains("event: gap"))
    }

    @Test func `shows signs of life`() throws {
        let bench = try Bench { $0.heartbeat = .milliseconds(5) }
        let client = try bench.stream()
        try bench.run("heartbeats") { client.text.components(":\n\n") > 3 }
    }

    @Test func `a reader that does not read is dropped, and others go on`() throws {
        let bench = try Bench { $0.maxUnread = 65_536 }
        let sleeper = try bench.stream()
        let reader = try bench.stream()
        sleeper.tcp.pauseReading()
        let long = String(repeating: "x", count: 8_000)
        var told = 0
        try bench.run("the end of one") {
            bench.bot.tell(.note(SessionNote(.info, long)))
            told += 1
            return bench.server.streamCount == 1 || told > 20_000
        }
        #expect(bench.server.streamCount == 1)
        bench.bot.tell(.halted("last"))
        try bench.run("the last event") { reader.text.contains("event: halted") }
    }

    @Test func `streams beyond the limit are refused and leave room for commands`() throws {
        let bench = try Bench { $0.maxStreams = 2 }
        let clients = try (0..<3).map { _ in try bench.stream() }
        #expect(clients[2].text.hasPrefix("HTTP/1.1 503 "))
        let operatorsClient = try bench.client()
        operatorsClient.send("POST /api/bot/start HTTP/1.1\r\nHost: localhost\r\n\r\n")
        try bench.run("a start") { bench.bot.state == .running }
        clients[0].tcp.close()
        try bench.run("room") { bench.server.streamCount == 1 }
    }

    @Test func `stands between no other requests`() throws {
        let bench = try Bench()
        bench.bot.state = .running
        bench.bot.stopsAtOnce = false
        let client = try bench.client()
        client.send(
            "POST /api/bot/stop HTTP/1.1\r\nHost: localhost\r\n\r\nGET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        try bench.run("the command") { bench.bot.state == .stopping }
        bench.bot.enter(.stopped)
        try bench.run("both answers") { client.text.contains("409 Conflict") }
        #expect(bench.server.streamCount == 0)
    }
}

extension String {
    fileprivate func components(_ separator: String) -> Int {
        split(separator: separator, omittingEmptySubsequences: false).count
    }
}

@Suite struct `The token` {
    private func folder() throws -> String {
        let path = "/tmp/apus-control-\(secureRandom(8).map(String.init).joined())"
        try makeFolder(path)
        return path
    }

    @Test func `is made once, for this user only, and found again`() throws {
        let folder = try folder()
        let made = try ControlToken(in: folder)
        #expect(made.secret.expose(\.count) == 64)
        #expect(!isReadableByOthers(made.path))
        #expect(try ControlToken(in: folder).secret == made.secret)
        #expect(try ControlToken.read(made.path) == made.secret)
        #expect("\(made)".contains(made.secret.expose { String(decoding: $0, as: UTF8.self) }) == false)
    }

    @Test func `is refused when others can read it, or when it is short`() throws {
        let folder = try folder()
        try writeFileAtomically(folder + "/control-token", Array((testToken + "\n").utf8), mode: 0o644)
        #expect(throws: ControlServerError.self) { try ControlToken(in: folder) }
        try writeFileAtomically(folder + "/control-token", Array("short\n".utf8), mode: 0o600)
        #expect(throws: ControlServerError.self) { try ControlToken(in: folder) }
    }

    @Test func `its address is found while the process lives`() throws {
        let base = try folder()
        for (name, pid) in [("a", processID()), ("b", 0x3FFF_FFFF)] {
            try makeFolder(base + "/" + name)
            try ControlAddress(authority: "127.0.0.1:1", tokenFile: "t", processID: pid, name: name)
                .write(in: base + "/" + name)
        }
        #expect(ControlAddress.all(below: base).map(\.name) == ["a"])
        ControlAddress.remove(in: base + "/a")
        #expect(ControlAddress.all(below: base).isEmpty)
        #expect(ControlAddress.all(below: base + "/nowhere").isEmpty)
    }
}
