internal import Fundamentals
internal import SystemIO
import Testing
internal import Wire

@Suite struct `A server against clients of all manners` {
    private let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

    @Test func `answers given out of order leave in order`() throws {
        let bench = try Bench()
        let handler = Handler()
        handler.answer = { _ in nil }
        let server = try bench.server(handler)
        let client = try bench.raw(port: server.port)
        client.send(String(repeating: get, count: 5))
        try bench.run("five requests") { handler.tokens.count == 5 }
        for token in handler.tokens.reversed() {
            server.respond(token, HTTPResponse(status: 200, body: Array("<\(token.sequence)>".utf8)))
        }
        try bench.run("five answers") { client.text.contains("<5>") }
        let order = client.text.split(separator: "<").dropFirst().map { $0.prefix { $0 != ">" } }
        #expect(order == ["1", "2", "3", "4", "5"])
    }

    @Test func `a client that pipelines without end is read only as far as it is answered`() throws {
        let bench = try Bench()
        let handler = Handler()
        handler.answer = { _ in nil }
        let server = try bench.server(handler) { $0.maxPipelined = 8 }
        let client = try bench.raw(port: server.port)
        client.send(String(repeating: get, count: 1_000))
        try bench.run("requests") { handler.tokens.count >= 8 }
        for _ in 0..<50 { try bench.loop.runOnce(maxWait: .milliseconds(1)) }
        #expect(handler.tokens.count == 8)
        var answered = 0
        try bench.run("all requests") {
            while answered < handler.tokens.count {
                server.respond(handler.tokens[answered], HTTPResponse(status: 204))
                answered += 1
            }
            return answered == 1_000
        }
    }

    @Test func `a request that arrives byte by byte is understood`() throws {
        let bench = try Bench()
        let handler = Handler()
        let server = try bench.server(handler)
        let client = try bench.raw(port: server.port)
        for byte in "POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello".utf8 {
            _ = client.tcp.write([byte])
            try bench.loop.runOnce()
        }
        try bench.run("an answer") { client.text.hasSuffix("hello") }
        #expect(handler.requests.map(\.target) == ["/slow"])
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\nHost: x\r\nX: LONG\r\n\r\n", 431),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n", 413),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ("nonsense\r\n\r\n", 400),
        ("BREW / HTTP/1.1\r\nHost: x\r\n\r\n", 501),
    ]) func `what may not be sent is refused and ends the connection`(request: String, status: Int) throws {
        let bench = try Bench()
        let handler = Handler()
        let server = try bench.server(handler)
        let client = try bench.raw(port: server.port)
        client.send(request.replacing("LONG", with: String(repeating: "y", count: 20_000)))
        try bench.run("the end") { client.closeReason != nil }
        #expect(client.text.hasPrefix("HTTP/1.1 \(status) "))
        #expect(handler.requests.isEmpty)
    }

    @Test func `a request that trickles in is cut off`() throws {
        let bench = try Bench()
        let handler = Handler()
        let server = try bench.server(handler) { $0.requestTimeout = .milliseconds(100) }
        let client = try bench.raw(port: server.port)
        client.send("GET / HTTP/1.1\r\nX: ")
        func trickle() {
            client.send("x")
            bench.loop.schedule(after: .milliseconds(5), trickle)
        }
        trickle()
        try bench.run("the end") { client.closeReason != nil }
        #expect(client.text.hasPrefix("HTTP/1.1 408 "))
    }

    @Test func `a server without a handler says so`() throws {
        let bench = try Bench()
        let server = try HTTPServer(loop: bench.loop)
        let client = try bench.raw(port: server.port)
        client.send(get)
        try bench.run("the end") { client.closeReason != nil }
        #expect(client.text.hasPrefix("HTTP/1.1 503 "))
    }

    @Test func `an idle connection is closed`() throws {
        let bench = try Bench()
        let handler = Handler()
        let server = try bench.server(handler) { $0.idleTimeout = .milliseconds(50) }
        let client = try bench.raw(port: server.port)
        try bench.run("the end") { client.closeReason == .endOfStream && handler.closed == [1] }
    }

    @Test func `connections beyond the limit are closed at once`() throws {
        let bench = try Bench()
        let server = try bench.server(Handler()) { $0.maxConnections = 2 }
        let clients = try (0..<3).map { _ in try bench.raw(port: server.port) }
        try bench.run("a refusal") { clients.contains { $0.closeReason != nil } }
        #expect(server.connectionCount == 2)
    }

    @Test func `a client that closed its direction still gets its answer`() throws {
        let bench = try Bench()
        let handler = Handler()
        handler.answer = { _ in nil }
        let server = try bench.server(handler)
        let client = try bench.raw(port: server.port)
        client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        try bench.run("a request") { handler.tokens.count == 1 }
        server.respond(handler.tokens[0], HTTPResponse(status: 200, body: Array("late".utf8)))
        try bench.run("the end") { client.closeReason == .endOfStream }
        #expect(client.text.hasSuffix("late"))
    }

    @Test func `an aborted connection is reset and its late answer goes nowhere`() throws {
        let bench = try Bench()
        let handler = Handler()
        handler.answer = { _ in nil }
        let server = try bench.server(handler)
        let client = try bench.raw(port: server.port)
        client.send(get)
        try bench.run("a request") { handler.tokens.count == 1 }
        server.abort(connectionID: 1)
        server.respond(handler.tokens[0], HTTPResponse(status: 200))
        try bench.run("the end") { client.closeReason != nil && handler.closed == [1] }
        guard case .broken(let error)? = client.closeReason else {
            Issue.record("expected a reset")
            return
        }
        #expect(error.text == "Connection reset by peer")
        #expect(client.received.isEmpty)
    }

    @Test func `a client that does not read its answer is disconnected`() throws {
        let bench = try Bench()
        let handler = Handler()
        handler.answer = { _ in HTTPResponse(status: 200, body: [UInt8](repeating: 0, count: 32 << 20)) }
        let server = try bench.server(handler) { $0.stallTimeout = .milliseconds(100) }
        let client = try bench.raw(port: server.port)
        client.tcp.pauseReading()
        client.send(get)
        try bench.run("the end") { handler.closed == [1] }
    }

    @Test func `arbitrary bytes neither trap nor stay connected for ever`() throws {
        let bench = try Bench()
        let handler = Handler()
        let server = try bench.server(handler) { $0.requestTimeout = .milliseconds(50) }
        var random = RandomSource(seed: 11)
        for _ in 0..<200 {
            let client = try bench.raw(port: server.port)
            var bytes = Array((get + get).utf8)
            for _ in 0..<random.integer(in: 1...8) {
                bytes[Int(random.integer(in: 0...Int64(bytes.count - 1)))] = UInt8(truncatingIfNeeded: random.next())
            }
            _ = client.tcp.write(bytes)
            client.tcp.finish()
        }
        try bench.run("the end of all") { handler.closed.count == 200 }
        #expect(server.connectionCount == 0)
    }
}
