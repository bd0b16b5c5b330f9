public import Cryptography
public import Fundamentals
internal import SystemIO
public import Wire

/// Why a bot gave no answer that can be used.
public enum ControlClientError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Nothing answers there.
    case unreachable(String)
    /// It refused: status, and its own words.
    case refused(status: Int, reason: String)
    /// What came back is not of this API.
    case unreadable(String)

    public var description: String {
        switch self {
        case .unreachable(let reason): "no bot answers: \(reason)"
        case .refused(let status, let reason): "refused (\(status)): \(reason)"
        case .unreadable(let reason): "the answer cannot be read: \(reason)"
        }
    }
}

/// The control API from the other side: one request at a time, each call blocks until its answer is there.
public final class ControlClient {
    private let loop: EventLoop
    private let resolver: Resolver
    private let http: HTTPClient
    private let origin: Origin
    private let authorization: String?

    /// - Parameters:
    ///   - host: a name or numeric address, without brackets.
    ///   - token: nil for a server that asks for none.
    public init(host: String, port: UInt16, token: Secret?) throws(ControlClientError) {
        origin = Origin(scheme: .http, host: host, port: port)
        authorization = token.map { token in "Bearer " + token.expose { String(decoding: $0, as: UTF8.self) } }
        do throws(SystemError) {
            loop = try EventLoop()
            resolver = try Resolver(loop: loop)
        } catch {
            throw .unreachable("\(error)")
        }
        var settings = HTTPClient.Settings()
        settings.connections = 1
        settings.warmConnections = 1
        settings.transport.connectTimeout = .seconds(3)
        http = HTTPClient(
            origin: origin, loop: loop, resolver: resolver, random: RandomSource(seed: 1), settings: settings)
    }

    /// The reply of a successful request, parsed; anything but a 2xx throws. `patience` includes what the bot has to do.
    public func call(
        _ method: HTTPMethod, _ target: String, body: [UInt8] = [], patience: TimeSpan = .seconds(10)
    ) throws(ControlClientError) -> JSONValue {
        let response = try exchange(request(method, target, body), patience: patience)
        guard (200...299).contains(response.status) else {
            throw .refused(status: response.status, reason: Self.reason(response))
        }
        do throws(WireError) { return try JSONValue.parse(response.body) } catch { throw .unreadable("\(error)") }
    }

    /// Waits without a request, so that others can be made now and then.
    public func pause(_ span: TimeSpan) {
        var isOver = false
        loop.schedule(after: span) { isOver = true }
        try? loop.run { isOver }
    }

    private func request(_ method: HTTPMethod, _ target: String, _ body: [UInt8] = []) -> HTTPRequest {
        var headers = HTTPHeaders([("Host", origin.authority)])
        if let authorization { headers.append("Authorization", authorization) }
        if !body.isEmpty { headers.append("Content-Type", "application/json") }
        return HTTPRequest(method: method, target: target, headers: headers, body: body)
    }

    private func exchange(
        _ request: HTTPRequest, patience: TimeSpan
    ) throws(ControlClientError) -> HTTPResponse {
        var outcome: Result<HTTPResponse, HTTPClientFailure>?
        loop.refreshClocks()
        http.send(request, deadline: wallClock() + patience) { outcome = $0 }
        do throws(SystemError) { try loop.run { outcome != nil } } catch { throw .unreachable("\(error)") }
        switch outcome {
        case .success(let response): return response
        case .failure(let failure): throw .unreachable("\(failure) (\(origin.authority))")
        case nil: throw .unreachable("the loop ended")
        }
    }

    private static func reason(_ response: HTTPResponse) -> String {
        let value = try? JSONValue.parse(response.body)
        let field = value?["field"]?.text.map { "\($0): " } ?? ""
        let text = value?["message"]?.text ?? String(decoding: response.body.prefix(200), as: UTF8.self)
        return field + text.filter { !$0.isNewline }
    }

    // MARK: Streams

    /// Follows the events, and connects again where it left off whenever the stream breaks, until `body` says false.
    /// Throws when the server refuses, or is not there for ten attempts in a row.
    ///
    /// - Parameter after: resume after the event with that id; nil from now on.
    public func follow(after: String? = nil, _ body: (StreamedEvent) -> Bool) throws(ControlClientError) {
        var last = after
        var failures = 0
        while true {
            var parser = EventStreamParser()
            var wantsMore = true
            do throws(ControlClientError) {
                try stream(resumingAfter: last) { bytes in
                    failures = 0
                    for event in parser.append(bytes) where wantsMore {
                        if !event.id.isEmpty { last = event.id }
                        wantsMore = body(event)
                    }
                    return wantsMore && !parser.isBroken
                }
            } catch {
                guard case .unreachable = error, failures < 10 else { throw error }
                failures += 1
            }
            guard wantsMore else { return }
            pause(.seconds(1))
        }
    }

    /// One connection: its bytes, until it ends or `body` says false.
    private func stream(
        resumingAfter id: String?, _ body: ([UInt8]) -> Bool
    ) throws(ControlClientError) {
        var request = request(.get, "/api/events")
        request.headers.append("Accept", "text/event-stream")
        if let id { request.headers.append("Last-Event-ID", id) }
        guard let address = SocketAddress(numeric: origin.host, port: origin.port) else {
            throw .unreachable("\(origin.host) is not a numeric address")
        }
        let connection = TCPConnection(connectingTo: [address], loop: loop)
        var decoder = HTTPResponseDecoder()
        var pieces: [UInt8] = []
        var end: String?
        connection.onOpen = {
            var bytes: [UInt8] = []
            request.encode(into: &bytes)
            _ = connection.write(bytes)
        }
        connection.onBytes = { pieces += $0 }
        connection.onClose = { end = $0.description }
        defer { connection.close() }
        while true {
            do throws(SystemError) { try loop.run { !pieces.isEmpty || end != nil } } catch {
                throw .unreachable("\(error)")
            }
            decoder.append(pieces)
            pieces = []
            guard try read(&decoder, body) else { return }
            if let end { throw .unreachable(end) }
        }
    }

    /// Hands on what has arrived; false when the stream is over.
    private func read(
        _ decoder: inout HTTPResponseDecoder, _ body: ([UInt8]) -> Bool
    ) throws(ControlClientError) -> Bool {
        let whole: HTTPResponse?
        do throws(WireError) { whole = try decoder.next(answering: .get) } catch { throw .unreadable("\(error)") }
        if let whole, whole.status != 200 { throw .refused(status: whole.status, reason: Self.reason(whole)) }
        if let whole {
            _ = body(whole.body)
            return false
        }
        // The body of a refusal is short and comes whole.
        guard let part = decoder.takePart(), part.head.status == 200, !part.body.isEmpty else { return true }
        return body(part.body)
    }
}
