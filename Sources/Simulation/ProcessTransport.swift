internal import Cryptography
internal import Fundamentals
internal import VenueKit
internal import Wire

/// The process's end of the virtual network: real HTTP and WebSocket bytes, as the event loop would send them.
struct ProcessTransport: Sendable {
    private struct Stream: Sendable {
        let id: StreamID
        let key: String
        var isOpen = false
        var decoder = WebSocketDecoder(role: .client)
    }
    /// Requests without an outcome yet; at most a few dozen.
    private var waiting: [(id: RequestID, method: HTTPMethod)] = []
    private var streams: [Stream] = []
    private var random: RandomSource

    init(random: RandomSource) { self.random = random }

    // MARK: Out

    /// The request's bytes; its outcome is reported exactly once.
    mutating func send(_ id: RequestID, _ request: HTTPRequest) -> [UInt8] {
        waiting.append((id, request.method))
        var request = request
        if request.headers["Host"] == nil { request.headers.append("Host", "venue.test") }
        var bytes: [UInt8] = []
        request.encode(into: &bytes)
        return bytes
    }

    mutating func open(_ id: StreamID, target: String, headers: HTTPHeaders) -> [UInt8] {
        let key = WebSocketHandshake.key((0..<16).map { _ in UInt8(truncatingIfNeeded: random.next()) })
        streams.append(Stream(id: id, key: key))
        var bytes: [UInt8] = []
        WebSocketHandshake.request(target: target, host: "venue.test", key: key, headers: headers).encode(into: &bytes)
        return bytes
    }

    mutating func text(_ payload: [UInt8]) -> [UInt8] { frame(.text(payload)) }

    mutating func frame(_ message: WebSocketMessage) -> [UInt8] {
        var bytes: [UInt8] = []
        message.encode(maskedWith: UInt32(truncatingIfNeeded: random.next()), into: &bytes)
        return bytes
    }

    mutating func forget(_ id: StreamID) { streams.removeAll { $0.id == id } }

    // MARK: In

    /// Nil for a reply that comes after the transport gave up on it.
    mutating func replied(_ id: RequestID, _ bytes: [UInt8]) -> TransportEvent? {
        guard let index = waiting.firstIndex(where: { $0.id == id }) else { return nil }
        let method = waiting.remove(at: index).method
        var decoder = HTTPResponseDecoder()
        decoder.append(bytes)
        do throws(WireError) {
            if let response = try decoder.next(answering: method) { return .reply(id, response) }
            if let response = try decoder.finish() { return .reply(id, response) }
            return .failed(id, .unknown("the reply was cut off"))
        } catch {
            return .failed(id, .unknown(error.reason))
        }
    }

    mutating func failed(_ id: RequestID, _ failure: TransportFailure) -> TransportEvent? {
        guard let index = waiting.firstIndex(where: { $0.id == id }) else { return nil }
        waiting.remove(at: index)
        return .failed(id, failure)
    }

    mutating func answered(_ id: StreamID, _ bytes: [UInt8]) -> TransportEvent? {
        guard let index = streams.firstIndex(where: { $0.id == id }) else { return nil }
        var decoder = HTTPResponseDecoder()
        decoder.append(bytes)
        do throws(WireError) {
            guard let response = try decoder.next(answering: .get) else {
                throw WireError(offset: bytes.count, reason: "the handshake was cut off")
            }
            try WebSocketHandshake.verify(response, key: streams[index].key)
            streams[index].isOpen = true
            return .streamOpened(id)
        } catch {
            streams.remove(at: index)
            return .streamClosed(id, error.reason)
        }
    }

    /// Messages of one chunk of bytes, and the bytes to send back (pongs, close echo).
    mutating func received(_ id: StreamID, _ bytes: [UInt8]) -> (events: [TransportEvent], back: [UInt8]) {
        guard let index = streams.firstIndex(where: { $0.id == id }), streams[index].isOpen else { return ([], []) }
        streams[index].decoder.append(bytes)
        var events: [TransportEvent] = []
        var back: [UInt8] = []
        do throws(WireError) {
            while let message = try streams[index].decoder.next() {
                switch message {
                case .text(let payload), .binary(let payload): events.append(.streamText(id, payload))
                case .ping(let payload):
                    events.append(.streamPing(id))
                    back += frame(.pong(payload))
                case .pong: events.append(.streamPing(id))
                case .close(_, let reason):
                    streams.remove(at: index)
                    events.append(.streamClosed(id, reason))
                    return (events, back)
                }
            }
        } catch {
            streams.remove(at: index)
            events.append(.streamClosed(id, error.reason))
        }
        return (events, back)
    }

    mutating func broken(_ id: StreamID, _ reason: String) -> TransportEvent? {
        guard streams.contains(where: { $0.id == id }) else { return nil }
        forget(id)
        return .streamClosed(id, reason)
    }
}
