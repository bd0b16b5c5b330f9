internal import Fundamentals
internal import SystemIO
import Testing
internal import Wire

/// A loop, a resolver, and a guard against tests that would wait for ever.
final class Bench {
    let loop: EventLoop
    let resolver: Resolver

    init() throws {
        loop = try EventLoop()
        resolver = try Resolver(loop: loop)
    }

    /// Turns the loop until `condition` holds; fails the test after ten seconds of nothing.
    func run(_ what: String = "the condition", limit: TimeSpan = .seconds(20), until condition: () -> Bool) throws {
        var isLate = false
        let timer = loop.schedule(after: limit) { isLate = true }
        defer { loop.cancel(timer) }
        try loop.run { isLate || condition() }
        #expect(!isLate, "\(what) did not come about")
    }

    var soon: Instant { wallClock() + .seconds(10) }

    func client(port: UInt16, _ change: (inout HTTPClient.Settings) -> Void = { _ in }) -> HTTPClient {
        var settings = HTTPClient.Settings()
        settings.connections = 1
        settings.warmConnections = 1
        change(&settings)
        return HTTPClient(
            origin: Origin(scheme: .http, host: "127.0.0.1", port: port), loop: loop, resolver: resolver,
            random: RandomSource(seed: 1), settings: settings)
    }

    func server(_ handler: Handler, _ change: (inout HTTPServer.Settings) -> Void = { _ in }) throws -> HTTPServer {
        var settings = HTTPServer.Settings()
        change(&settings)
        let server = try HTTPServer(loop: loop, settings: settings)
        handler.server = server
        server.handler = handler
        return server
    }

    /// A raw TCP client that collects what it receives.
    func raw(port: UInt16) throws -> RawClient { try RawClient(self, port: port) }
}

/// Answers with closures; echoes on WebSockets.
final class Handler: HTTPServerHandler {
    weak var server: HTTPServer?
    var answer: (HTTPRequest) -> HTTPResponse? = { HTTPResponse(status: 200, body: $0.body) }
    var requests: [HTTPRequest] = []
    var tokens: [ResponseToken] = []
    var upgrades: [UInt64] = []
    var closed: [UInt64] = []
    var pongs = 0

    func request(connectionID: UInt64, _ request: HTTPRequest, respond token: ResponseToken) {
        requests.append(request)
        tokens.append(token)
        if let response = answer(request) { server?.respond(token, response) }
    }

    func refuseUpgrade(connectionID: UInt64, _ request: HTTPRequest) -> HTTPResponse? {
        request.target == "/ws" ? nil : HTTPResponse(status: 403)
    }
    func upgraded(connectionID: UInt64, _ request: HTTPRequest) { upgrades.append(connectionID) }
    func received(connectionID: UInt64, text: [UInt8]) { server?.sendText(connectionID: connectionID, text) }
    func received(connectionID: UInt64, binary: [UInt8]) { server?.sendBinary(connectionID: connectionID, binary) }
    func receivedPong(connectionID: UInt64, _ payload: [UInt8]) { pongs += 1 }
    func closed(connectionID: UInt64) { closed.append(connectionID) }
}

final class RawClient {
    let tcp: TCPConnection
    var received: [UInt8] = []
    var closeReason: CloseReason?

    init(_ bench: Bench, port: UInt16) throws {
        let address = try #require(SocketAddress(numeric: "127.0.0.1", port: port))
        tcp = TCPConnection(connectingTo: [address], loop: bench.loop)
        tcp.onBytes = { [weak self] in self?.received += $0 }
        tcp.onClose = { [weak self] in self?.closeReason = $0 }
        try bench.run("a connection") { tcp.isOpen }
    }

    var text: String { String(decoding: received, as: UTF8.self) }
    func send(_ text: String) { _ = tcp.write(Array(text.utf8)) }
}

/// Counts and compares without caring which of several responses came first.
extension HTTPResponse {
    var text: String { String(decoding: body, as: UTF8.self) }
}
