internal import Fundamentals
internal import SystemIO
import Testing
internal import VenueKit
internal import Wire

@testable internal import Runtime

@Suite struct `The live transport carries out commands on real sockets` {
    /// Answers with the path that was asked for.
    private final class Mirror: HTTPServerHandler {
        weak var server: HTTPServer?
        var paths: [String] = []

        func request(connectionID: UInt64, _ request: HTTPRequest, respond token: ResponseToken) {
            paths.append(request.target)
            server?.respond(token, HTTPResponse(status: 200, body: Array(request.target.utf8)))
        }
    }

    private func transport(_ server: HTTPServer, _ loop: EventLoop) throws -> LiveTransport {
        let origin = Origin(scheme: .http, host: "127.0.0.1", port: server.port)
        return try LiveTransport(rest: origin, stream: origin, tls: nil, loop: loop, seed: 1)
    }

    @Test func `a request is signed on its way, and the reply is told`() throws {
        let loop = try EventLoop()
        let mirror = Mirror()
        let server = try HTTPServer(loop: loop)
        mirror.server = server
        server.handler = mirror
        let transport = try transport(server, loop)
        var replies: [String] = []
        transport.onEvent = {
            if case .reply(let id, let response) = $0 {
                replies.append("\(id.number) \(String(decoding: response.body, as: UTF8.self))")
            }
        }
        let signed = HTTPRequest(method: .get, target: "/signed")
        let deadline = loop.now + .seconds(20)
        transport.carryOut(
            .unsignedRequest(RequestID(1), UnsignedRequest(RequestID(1)) { signed }, deadline: deadline), at: loop.now)
        transport.carryOut(
            .request(RequestID(2), HTTPRequest(method: .get, target: "/plain"), deadline: deadline), at: loop.now)
        try loop.run { replies.count == 2 }
        #expect(replies.sorted() == ["1 /signed", "2 /plain"])
        transport.close()
    }

    @Test func `closing tells of the requests that were still waiting for a signature`() throws {
        let loop = try EventLoop()
        let server = try HTTPServer(loop: loop)
        let transport = try transport(server, loop)
        var failed: [UInt64] = []
        transport.onEvent = {
            if case .failed(let id, .notSent) = $0 { failed.append(id.number) }
        }
        let signed = HTTPRequest(method: .get, target: "/signed")
        let deadline = loop.now + .seconds(20)
        for number in 1...3 as ClosedRange<UInt64> {
            let request = UnsignedRequest(RequestID(number)) { signed }
            transport.carryOut(.unsignedRequest(RequestID(number), request, deadline: deadline), at: loop.now)
        }
        transport.close()
        try loop.run { failed.count == 3 }
        #expect(failed == [1, 2, 3])
    }

    /// Lets everyone in, and counts.
    private final class Door: HTTPServerHandler {
        var upgrades = 0
        func request(connectionID: UInt64, _ request: HTTPRequest, respond token: ResponseToken) {}
        func refuseUpgrade(connectionID: UInt64, _ request: HTTPRequest) -> HTTPResponse? { nil }
        func upgraded(connectionID: UInt64, _ request: HTTPRequest) { upgrades += 1 }
    }

    @Test func `a stream opens at the host it is for, and an answered ping is a sign of life`() throws {
        let loop = try EventLoop()
        let doors = [Door(), Door()]
        let servers = try doors.map { door in
            let server = try HTTPServer(loop: loop)
            server.handler = door
            return server
        }
        let origins = servers.map { Origin(scheme: .http, host: "127.0.0.1", port: $0.port) }
        let transport = try LiveTransport(
            rest: origins[0], stream: origins[0], api: origins[1], tls: nil, loop: loop, seed: 1)
        var opened: [UInt64] = []
        var signs: [UInt64] = []
        transport.onEvent = {
            if case .streamOpened(let id) = $0 { opened.append(id.number) }
            if case .streamPing(let id) = $0 { signs.append(id.number) }
        }
        transport.carryOut(.openStream(StreamID(1), target: "/", host: .api), at: loop.now)
        var isLate = false
        _ = loop.schedule(after: .seconds(20)) { isLate = true }
        try loop.run { opened == [1] || isLate }
        #expect(doors.map(\.upgrades) == [0, 1])
        transport.carryOut(.openStream(StreamID(2), target: "/"), at: loop.now)
        transport.carryOut(.ping(StreamID(1)), at: loop.now)
        try loop.run { opened == [1, 2] && signs == [1] || isLate }
        #expect(signs == [1])
        #expect(doors.map(\.upgrades) == [1, 1])
        transport.close()
    }
}
