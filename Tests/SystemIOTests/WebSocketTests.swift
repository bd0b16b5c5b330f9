internal import Fundamentals
internal import SystemIO
import Testing
internal import Wire

@Suite struct `WebSocket between our client and our server` {
    final class Session {
        let socket: WebSocketClient
        var texts: [String] = []
        var pings = 0
        var pongs = 0
        var end: WebSocketCloseReason?

        init(
            _ bench: Bench, port: UInt16, target: String = "/ws",
            _ change: (inout WebSocketClient.Settings) -> Void = { _ in }
        ) {
            var settings = WebSocketClient.Settings()
            change(&settings)
            socket = WebSocketClient(
                origin: Origin(scheme: .ws, host: "localhost", port: port), target: target, loop: bench.loop,
                resolver: bench.resolver, settings: settings)
            socket.onText = { [weak self] in self?.texts.append(String(decoding: $0, as: UTF8.self)) }
            socket.onPing = { [weak self] _ in self?.pings += 1 }
            socket.onPong = { [weak self] _ in self?.pongs += 1 }
            socket.onClose = { [weak self] in self?.end = $0 }
        }
    }

    @Test func `texts come back in order and pings are answered on both sides`() throws {
        let bench = try Bench()
        let handler = Handler()
        let server = try bench.server(handler)
        let session = Session(bench, port: server.port)
        try bench.run("an upgrade") { session.socket.isOpen }
        let sent = (0..<1_000).map { "message \($0) ✓" }
        for text in sent { #expect(session.socket.sendText(Array(text.utf8))) }
        #expect(session.socket.ping([1, 2, 3]))
        server.ping(connectionID: handler.upgrades[0])
        try bench.run("echoes") { session.texts.count == 1_000 && session.pongs == 1 && handler.pongs == 1 }
        #expect(session.texts == sent)
        #expect(session.pings == 1)
    }

    @Test func `the client says goodbye and the server answers`() throws {
        let bench = try Bench()
        let handler = Handler()
        let server = try bench.server(handler)
        let session = Session(bench, port: server.port)
        try bench.run("an upgrade") { session.socket.isOpen }
        session.socket.close(code: 1_001, reason: "leaving")
        try bench.run("the end") { session.end != nil && handler.closed.count == 1 }
        #expect(session.end == .closed(code: 1_001, reason: ""))
    }

    @Test func `the server says goodbye and the client learns code and reason`() throws {
        let bench = try Bench()
        let handler = Handler()
        let server = try bench.server(handler)
        let session = Session(bench, port: server.port)
        try bench.run("an upgrade") { session.socket.isOpen }
        server.close(connectionID: handler.upgrades[0], code: 4_000, reason: "maintenance")
        try bench.run("the end") { session.end != nil && handler.closed.count == 1 }
        #expect(session.end == .closed(code: 4_000, reason: "maintenance"))
    }

    @Test func `a connection that breaks is lost, not closed`() throws {
        let bench = try Bench()
        let handler = Handler()
        let server = try bench.server(handler)
        let session = Session(bench, port: server.port)
        try bench.run("an upgrade") { handler.upgrades.count == 1 && session.socket.isOpen }
        server.drop(connectionID: handler.upgrades[0])
        try bench.run("the end") { session.end != nil }
        #expect(session.end == .lost(.endOfStream))
    }

    @Test func `a refused upgrade shows the status`() throws {
        let bench = try Bench()
        let handler = Handler()
        let server = try bench.server(handler)
        let session = Session(bench, port: server.port, target: "/other")
        try bench.run("the end") { session.end != nil }
        #expect(session.end == .refused(status: 403, body: []))
    }

    @Test func `a server that never answers the upgrade is not waited for`() throws {
        let bench = try Bench()
        let silent = try TCPListener(loop: bench.loop)
        var kept: [TCPConnection] = []
        silent.onConnection = { kept.append($0) }
        let waiting = Session(bench, port: silent.port) { $0.handshakeTimeout = .milliseconds(50) }
        try bench.run("the end") { waiting.end != nil }
        #expect(waiting.end == .handshakeTimedOut)
        withExtendedLifetime(kept) {}
    }

    @Test func `a message beyond the limit ends the connection with 1009`() throws {
        let bench = try Bench()
        let handler = Handler()
        let server = try bench.server(handler) { $0.maxMessageBytes = 1_000 }
        let session = Session(bench, port: server.port)
        try bench.run("an upgrade") { session.socket.isOpen }
        _ = session.socket.sendText([UInt8](repeating: 0x61, count: 1_001))
        try bench.run("the end") { session.end != nil }
        #expect(session.end == .closed(code: 1_009, reason: ""))
    }

    @Test func `a consumer that does not keep up is disconnected`() throws {
        let bench = try Bench()
        let handler = Handler()
        let server = try bench.server(handler) { $0.maxWriteBuffer = 1 << 20 }
        let client = try bench.raw(port: server.port)
        client.send(
            "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
        try bench.run("an upgrade") { client.text.hasSuffix("\r\n\r\n") }
        #expect(client.text.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="))
        client.tcp.pauseReading()
        let message = [UInt8](repeating: 0x61, count: 65_536)
        var sent = 0
        while server.sendText(connectionID: 1, message) { sent += 1 }
        #expect(sent < 1_000)
        try bench.run("the end") { handler.closed == [1] }
        #expect(server.connectionCount == 0)
    }

    @Test func `fragments with a ping between them make one message`() throws {
        let bench = try Bench()
        let handler = Handler()
        let server = try bench.server(handler)
        let client = try bench.raw(port: server.port)
        client.send(
            "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
        try bench.run("an upgrade") { client.text.hasSuffix("\r\n\r\n") }
        client.received = []
        let noMask: [UInt8] = [0, 0, 0, 0]
        let frames = [
            [0x01, 0x82] + noMask + [0x48, 0x69], [0x89, 0x81] + noMask + [0x70], [0x80, 0x81] + noMask + [0x21],
        ]
        for byte in frames.joined() {
            _ = client.tcp.write([byte])
            try bench.loop.runOnce()
        }
        try bench.run("echo and pong") { client.received.count >= 8 }
        #expect(client.received == [0x8A, 0x01, 0x70] + [0x81, 0x03, 0x48, 0x69, 0x21])
    }

    @Test func `a client that never catches up is ended: what it would read next is old`() throws {
        let bench = try Bench()
        let handler = Handler()
        let server = try bench.server(handler)
        let session = Session(bench, port: server.port) { $0.transport.maxReadLag = .milliseconds(50) }
        var received = 0
        // Each message brings another: there is always more to read.
        session.socket.onText = { bytes in
            received += 1
            server.sendText(connectionID: handler.upgrades[0], bytes)
        }
        try bench.run("an upgrade") { session.socket.isOpen }
        for _ in 0..<20 { server.sendText(connectionID: handler.upgrades[0], [UInt8](repeating: 0x78, count: 1_000)) }
        try bench.run("the end") { session.end != nil }
        #expect(session.end == .lost(.overrun) && received > 10)
    }

    @Test func `a client that catches up between bursts is left alone`() throws {
        let bench = try Bench()
        let handler = Handler()
        let server = try bench.server(handler)
        let session = Session(bench, port: server.port) { $0.transport.maxReadLag = .zero }
        try bench.run("an upgrade") { session.socket.isOpen }
        for round in 1...20 {
            server.sendText(connectionID: handler.upgrades[0], [UInt8](repeating: UInt8(ascii: "y"), count: 40_000))
            try bench.run("a message") { session.texts.count == round }
        }
        #expect(session.end == nil)
    }
}
