internal import Cryptography
internal import Fundamentals
internal import SystemIO
internal import VenueKit
internal import Wire

/// Carries a session's commands out and reports what happens.
protocol SessionTransport: AnyObject {
    /// Called on the loop's thread, for every outcome, once each; never from within `carryOut`.
    var onEvent: (TransportEvent) -> Void { get set }
    /// - Parameter now: the node's time, in which the command's deadline is given.
    func carryOut(_ command: TransportCommand, at now: Instant)
    /// Drops every connection without another word.
    func close()
}

/// The transport to one venue, on real sockets. Decides nothing.
final class LiveTransport: SessionTransport {
    var onEvent: (TransportEvent) -> Void = { _ in }

    private let loop: EventLoop
    private let resolver: Resolver
    private let streamOrigin: Origin
    private let apiOrigin: Origin
    private let tls: TLSContext?
    private let http: HTTPClient
    private let signing: SigningQueue
    private var streams: [StreamID: WebSocketClient] = [:]

    /// - Parameter api: where requests can be made over a WebSocket; without it, where the streams are.
    init(
        rest: Origin, stream: Origin, api: Origin? = nil, tls: TLSContext?, loop: EventLoop, seed: UInt64
    ) throws(SystemError) {
        self.loop = loop
        self.tls = tls
        streamOrigin = stream
        apiOrigin = api ?? stream
        resolver = try Resolver(loop: loop)
        http = HTTPClient(origin: rest, loop: loop, resolver: resolver, tls: tls, random: RandomSource(seed: seed))
        signing = try SigningQueue(loop: loop)
        signing.onReady = { [weak self] in self?.send($0, $1, deadline: $2) }
        signing.onExpired = { [weak self] in self?.onEvent(.failed($0, Self.notSent(.deadline))) }
    }

    func carryOut(_ command: TransportCommand, at now: Instant) {
        switch command {
        case .request(let id, let request, let deadline):
            signing.add(id, request, deadline: loop.now + (deadline - now))
        case .unsignedRequest(let id, let request, let deadline):
            signing.add(id, request, deadline: loop.now + (deadline - now))
        case .openStream(let id, let target, let headers, let host):
            open(id, target: target, headers: headers, host: host)
        case .sendText(let id, let bytes): sendText(id, bytes)
        case .ping(let id): _ = streams[id]?.ping()
        case .closeStream(let id): streams.removeValue(forKey: id)?.close()
        }
    }

    func close() {
        for id in signing.close() {
            loop.enqueue { [weak self] in self?.onEvent(.failed(id, Self.notSent(.clientClosed))) }
        }
        http.close()
        for stream in streams.values { stream.abort() }
        streams = [:]
    }

    private func send(_ id: RequestID, _ request: HTTPRequest, deadline: Instant) {
        http.send(request, deadline: deadline) { [weak self] result in
            switch result {
            case .success(let response): self?.onEvent(.reply(id, response))
            case .failure(.notSent(let reason)):
                self?.onEvent(.failed(id, Self.notSent(reason)))
            case .failure(.unknown(let reason)):
                self?.onEvent(.failed(id, .unknown(HTTPClientFailure.unknown(reason).description)))
            }
        }
    }

    private static func notSent(_ reason: HTTPClientFailure.Reason) -> TransportFailure {
        .notSent(HTTPClientFailure.notSent(reason).description)
    }

    private func open(_ id: StreamID, target: String, headers: HTTPHeaders, host: StreamHost) {
        let origin =
            switch host {
            case .stream: streamOrigin
            case .api: apiOrigin
            }
        let stream = WebSocketClient(
            origin: origin, target: target, headers: headers, loop: loop, resolver: resolver, tls: tls)
        stream.onOpen = { [weak self] in self?.onEvent(.streamOpened(id)) }
        stream.onText = { [weak self] bytes in self?.onEvent(.streamText(id, bytes)) }
        stream.onPing = { [weak self] _ in self?.onEvent(.streamPing(id)) }
        stream.onPong = { [weak self] _ in self?.onEvent(.streamPing(id)) }
        stream.onClose = { [weak self] reason in
            guard self?.streams.removeValue(forKey: id) != nil else { return }
            self?.onEvent(.streamClosed(id, reason.description))
        }
        streams[id] = stream
    }

    private func sendText(_ id: StreamID, _ bytes: [UInt8]) {
        guard let stream = streams[id] else { return }
        if !stream.sendText(bytes), stream.isOpen {
            // The peer does not read: a connection whose write buffer is full is as good as gone. Told from the loop,
            // not from within the command that found out.
            streams[id] = nil
            stream.abort()
            loop.enqueue { [weak self] in self?.onEvent(.streamClosed(id, "the peer does not read")) }
        }
    }
}
