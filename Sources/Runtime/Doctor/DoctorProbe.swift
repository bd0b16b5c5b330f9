internal import Cryptography
internal import Fundamentals
internal import SystemIO
internal import Wire

/// One question after another to a venue, each waited for. What is asked changes nothing.
final class DoctorProbe {
    struct Answer {
        var response: HTTPResponse
        /// Nil where the body is no JSON.
        var body: JSONValue?
        var sentAt: Instant
        var receivedAt: Instant
    }

    /// The highest count of used weight that a reply has told.
    private(set) var usedWeight: Int?

    private let loop: EventLoop
    private let resolver: Resolver
    private let stream: Origin
    private let tls: TLSContext?
    private let http: HTTPClient
    private static let patience = TimeSpan.seconds(10)

    init(rest: Origin, stream: Origin, tls: TLSContext?) throws(SystemError) {
        loop = try EventLoop()
        resolver = try Resolver(loop: loop)
        self.stream = stream
        self.tls = tls
        var settings = HTTPClient.Settings()
        settings.connections = 1
        settings.warmConnections = 1
        http = HTTPClient(
            origin: rest, loop: loop, resolver: resolver, tls: tls, random: RandomSource(seed: 1), settings: settings)
    }

    func close() { http.close() }

    /// How many addresses the name has.
    func resolve(_ host: String, port: UInt16) throws -> Result<Int, ResolveFailure> {
        var result: Result<Int, ResolveFailure>?
        resolver.resolve(host, port: port) { result = $0.map(\.count) }
        return try wait { result }
    }

    /// The first message of a stream and how long it took, opening included; or why there was none in time.
    func firstMessage(
        _ target: String, headers: HTTPHeaders = HTTPHeaders(), sending frames: [[UInt8]] = [], within limit: TimeSpan
    ) throws -> Result<(TimeSpan, [UInt8]), DoctorNote> {
        var result: Result<(TimeSpan, [UInt8]), DoctorNote>?
        loop.refreshClocks()
        let start = bootClock()
        let socket = WebSocketClient(
            origin: stream, target: target, headers: headers, loop: loop, resolver: resolver, tls: tls)
        socket.onOpen = { for frame in frames { _ = socket.sendText(frame) } }
        socket.onText = { text in result = result ?? .success((bootClock() - start, text)) }
        socket.onClose = { reason in result = result ?? .failure(DoctorNote(reason.description)) }
        let timer = loop.schedule(after: limit) {
            let state = socket.isOpen ? "the stream opened, but nothing came" : "the stream did not open"
            result = result ?? .failure(DoctorNote("\(state) within \(limit.milliseconds / 1_000) s"))
        }
        defer {
            loop.cancel(timer)
            socket.abort()
        }
        return try wait { result }
    }

    /// Sends one request and waits.
    func send(_ request: HTTPRequest) throws -> Result<Answer, HTTPClientFailure> {
        var result: Result<Answer, HTTPClientFailure>?
        loop.refreshClocks()
        let sentAt = wallClock()
        http.send(request, deadline: loop.now + Self.patience) { reply in
            result = reply.map { response in
                Answer(
                    response: response, body: try? JSONValue.parse(response.body), sentAt: sentAt,
                    receivedAt: wallClock())
            }
        }
        let answer = try wait { result }
        if case .success(let answer) = answer, let used = answer.response.headers["X-MBX-USED-WEIGHT-1M"] {
            usedWeight = max(usedWeight ?? 0, Int(used) ?? 0)
        }
        return answer
    }

    /// Turns the loop until there is an answer; every question has a timer of its own.
    private func wait<Value>(_ answer: () -> Value?) throws -> Value {
        try loop.run(until: { answer() != nil })
        guard let value = answer() else { throw DoctorNote("interrupted") }
        return value
    }
}

/// A sentence.
struct DoctorNote: Error, Hashable, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}
