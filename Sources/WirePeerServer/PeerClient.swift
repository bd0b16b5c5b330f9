internal import Fundamentals
internal import SystemIO
internal import Wire

/// Tries our clients against an independent server that offers `/hello`, `/echo`, `/chunked`, `/close` and `/ws`.
final class PeerClient {
    private let loop: EventLoop
    private let resolver: Resolver
    private let origin: Origin
    private let client: HTTPClient
    private var failures: [String] = []
    private var checks = 0

    init(_ origin: Origin, loop: EventLoop) throws(SystemError) {
        self.loop = loop
        self.origin = origin
        resolver = try Resolver(loop: loop)
        var settings = HTTPClient.Settings()
        settings.connections = 1
        settings.warmConnections = 1
        client = HTTPClient(
            origin: origin, loop: loop, resolver: resolver, random: RandomSource(seed: 1), settings: settings)
    }

    /// The exit status: 0 when all checks hold.
    func run() throws(SystemError) -> Int32 {
        for _ in 0..<200 { try expect("keep-alive", .get, "/hello", [], "hello") }
        try expect("echo", .post, "/echo", Array("some body".utf8), "some body")
        let large = String(repeating: "0123456789abcdef", count: 65_536)
        try expect("large echo", .post, "/echo", Array(large.utf8), large)
        try expect("chunked response", .get, "/chunked", [], "one two three")
        try expect("HEAD", .head, "/hello", [], "")
        try expect("server closes", .get, "/close", [], "bye")
        try expect("after the close", .get, "/hello", [], "hello")
        try exchangeMessages()
        for failure in failures { print("FAIL \(failure)") }
        print("\(checks) checks, \(failures.count) failures")
        return failures.isEmpty ? 0 : 1
    }

    private func check(_ holds: Bool, _ what: String) {
        checks += 1
        if !holds { failures.append(what) }
    }

    private func expect(
        _ name: String, _ method: HTTPMethod, _ target: String, _ body: [UInt8], _ expected: String
    ) throws(SystemError) {
        var result: Result<HTTPResponse, HTTPClientFailure>?
        let request = HTTPRequest(method: method, target: target, body: body)
        client.send(request, deadline: wallClock() + .seconds(10)) { result = $0 }
        try loop.run { result != nil }
        switch result {
        case .success(let response)?:
            check(response.status == 200 && String(decoding: response.body, as: UTF8.self) == expected, name)
        case .failure(let failure)?: check(false, "\(name): \(failure)")
        case nil: check(false, name)
        }
    }

    private func exchangeMessages() throws(SystemError) {
        let socket = WebSocketClient(origin: origin, target: "/ws", loop: loop, resolver: resolver)
        var received: [[UInt8]] = []
        var pongs = 0
        var end: WebSocketCloseReason?
        var isLate = false
        loop.schedule(after: .seconds(20)) { isLate = true }
        socket.onText = { received.append($0) }
        socket.onPong = { _ in pongs += 1 }
        socket.onClose = { end = $0 }
        try loop.run { socket.isOpen || end != nil || isLate }
        check(socket.isOpen, "WebSocket opens: \(end.map(\.description) ?? "not in time")")
        let messages = [Array("hello".utf8), Array("grüße ✓".utf8), [UInt8](repeating: 0x61, count: 1 << 20)]
        for message in messages { check(socket.sendText(message), "send") }
        check(socket.ping(Array("x".utf8)), "ping")
        try loop.run { (received.count == messages.count && pongs == 1) || end != nil || isLate }
        check(received == messages, "WebSocket echo")
        check(pongs == 1, "pong")
        socket.close(code: 1_000, reason: "done")
        try loop.run { end != nil || isLate }
        if case .closed(let code, _)? = end { check(code == 1_000, "close code") } else { check(false, "goodbye") }
    }
}
