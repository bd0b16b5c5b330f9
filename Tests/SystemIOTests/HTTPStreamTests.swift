internal import Fundamentals
internal import SystemIO
import Testing
internal import Wire

@Suite struct `A response without an end` {
    private let get = "GET /events HTTP/1.1\r\nHost: x\r\n\r\n"

    /// A server that answers every request with a stream, as far as it may.
    private func streaming(
        _ bench: Bench, _ change: (inout HTTPServer.Settings) -> Void = { _ in }
    ) throws -> (HTTPServer, Handler) {
        let handler = Handler()
        handler.answer = { [weak handler] _ in
            guard let handler, let server = handler.server, let token = handler.tokens.last else { return nil }
            let head = HTTPResponse(status: 200, headers: HTTPHeaders([("Content-Type", "text/event-stream")]))
            return server.beginStream(token, head) ? nil : HTTPResponse(status: 409)
        }
        return (try bench.server(handler, change), handler)
    }

    @Test func `arrives piece by piece, and its parts can be read before its end`() throws {
        let bench = try Bench()
        let (server, handler) = try streaming(bench)
        let client = try bench.raw(port: server.port)
        client.send(get)
        var decoder = HTTPResponseDecoder()
        var text = ""
        func read() throws -> Bool {
            decoder.append(client.received)
            client.received = []
            let whole = try decoder.next(answering: .get)
            if let part = decoder.takePart() { text += String(decoding: part.body, as: UTF8.self) }
            if let whole { text += String(decoding: whole.body, as: UTF8.self) }
            return whole != nil
        }
        try bench.run("the head") { client.text.hasSuffix("\r\n\r\n") }
        for piece in ["one", "", "two"] {
            #expect(server.sendPiece(connectionID: 1, Array(piece.utf8)))
        }
        try bench.run("two pieces") {
            _ = try? read()
            return text == "onetwo"
        }
        server.endStream(connectionID: 1)
        var isComplete = false
        try bench.run("the end") {
            isComplete = isComplete || (try? read()) == true
            return isComplete && client.closeReason == .endOfStream
        }
        #expect(!server.sendPiece(connectionID: 1, Array("three".utf8)))
        #expect(handler.requests.count == 1)
    }

    @Test func `pieces are not limited together by what a whole body may hold`() throws {
        var decoder = HTTPResponseDecoder(maxBodyBytes: 8)
        decoder.append(Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".utf8))
        for _ in 0..<100 {
            decoder.append(Array("6\r\nabcdef\r\n".utf8))
            #expect(try decoder.next(answering: .get) == nil)
            #expect(decoder.takePart()?.body == Array("abcdef".utf8))
        }
        decoder.append(Array("0\r\n\r\n".utf8))
        #expect(try decoder.next(answering: .get)?.body == [])
    }

    @Test func `a client that does not read is disconnected`() throws {
        let bench = try Bench()
        let (server, handler) = try streaming(bench) { $0.maxWriteBuffer = 65_536 }
        let client = try bench.raw(port: server.port)
        client.send(get)
        try bench.run("the head") { !client.received.isEmpty }
        client.tcp.pauseReading()
        let piece = [UInt8](repeating: 0x20, count: 16_384)
        var pieces = 0
        try bench.run("the end") {
            while pieces < 10_000, server.sendPiece(connectionID: 1, piece) { pieces += 1 }
            return handler.closed == [1]
        }
        #expect(pieces < 10_000)
    }

    @Test func `a client that goes away is noticed`() throws {
        let bench = try Bench()
        let (server, handler) = try streaming(bench)
        let client = try bench.raw(port: server.port)
        client.send(get)
        try bench.run("the head") { !client.received.isEmpty }
        client.tcp.close()
        try bench.run("the end") { handler.closed == [1] }
        #expect(!server.sendPiece(connectionID: 1, [1]))
    }

    @Test(arguments: ["HEAD /events HTTP/1.1\r\nHost: x\r\n\r\n", "GET /events HTTP/1.0\r\n\r\n"])
    func `cannot be given to a HEAD or to HTTP 1 point 0`(request: String) throws {
        let bench = try Bench()
        let (server, handler) = try streaming(bench)
        let client = try bench.raw(port: server.port)
        client.send(request)
        try bench.run("an answer") { client.text.contains(" 409 ") }
        #expect(handler.requests.count == 1)
    }

    @Test func `what a client sends during a stream is not read as requests`() throws {
        let bench = try Bench()
        let (server, handler) = try streaming(bench)
        let client = try bench.raw(port: server.port)
        client.send(get + get)
        try bench.run("the head") { !client.received.isEmpty }
        client.send(get)
        for _ in 0..<20 { try bench.loop.runOnce(maxWait: .milliseconds(1)) }
        #expect(handler.requests.count == 1)
        #expect(server.sendPiece(connectionID: 1, [1]))
    }
}
