public import Cryptography
public import Fundamentals
public import Wire

/// Names one request that waits for its response.
public struct ResponseToken: Hashable, Sendable {
    public let connectionID: UInt64
    /// Counts the requests of the connection from 1.
    public let sequence: UInt64

    public init(connectionID: UInt64, sequence: UInt64) {
        self.connectionID = connectionID
        self.sequence = sequence
    }
}

/// What a server's owner does with what clients send.
public protocol HTTPServerHandler: AnyObject {
    /// Answer with `HTTPServer.respond`, now or later, in any order; the server puts responses in order.
    func request(connectionID: UInt64, _ request: HTTPRequest, respond token: ResponseToken)
    /// A client asks for a WebSocket: nil agrees, a response refuses.
    func refuseUpgrade(connectionID: UInt64, _ request: HTTPRequest) -> HTTPResponse?
    /// The connection is a WebSocket now.
    func upgraded(connectionID: UInt64, _ request: HTTPRequest)
    func received(connectionID: UInt64, text: [UInt8])
    func received(connectionID: UInt64, binary: [UInt8])
    /// The client answered a ping.
    func receivedPong(connectionID: UInt64, _ payload: [UInt8])
    /// The client pinged, and was answered.
    func receivedPing(connectionID: UInt64, _ payload: [UInt8])
    /// The connection is over, whoever ended it; exactly once for each connection.
    func closed(connectionID: UInt64)
}

extension HTTPServerHandler {
    public func refuseUpgrade(connectionID: UInt64, _ request: HTTPRequest) -> HTTPResponse? {
        HTTPResponse(status: 404)
    }
    public func upgraded(connectionID: UInt64, _ request: HTTPRequest) {}
    public func received(connectionID: UInt64, text: [UInt8]) {}
    public func received(connectionID: UInt64, binary: [UInt8]) {}
    public func receivedPong(connectionID: UInt64, _ payload: [UInt8]) {}
    public func receivedPing(connectionID: UInt64, _ payload: [UInt8]) {}
    public func closed(connectionID: UInt64) {}
}

/// HTTP/1.1 with keep-alive, pipelining and WebSocket upgrades, plain or over TLS. Every resource a client can hold is
/// bounded in size and time.
public final class HTTPServer {
    public struct Settings: Sendable {
        public var maxHeaderBytes = 16_384
        public var maxBodyBytes = 1 << 20
        /// From the first byte of a request to its last; also for a TLS handshake.
        public var requestTimeout = TimeSpan.seconds(10)
        /// Between requests.
        public var idleTimeout = TimeSpan.seconds(75)
        /// For a client that has stopped reading its responses.
        public var stallTimeout = TimeSpan.seconds(20)
        public var maxConnections = 1_024
        /// Unanswered requests of one connection; more are not read until some are answered.
        public var maxPipelined = 64
        /// Bytes waiting for one client; who lets more pile up is disconnected.
        public var maxWriteBuffer = 4 << 20
        /// Of a WebSocket.
        public var maxMessageBytes = 1 << 20
        /// For the client's answer to a WebSocket's close.
        public var closeTimeout = TimeSpan.seconds(2)

        public init() {}
    }

    /// Not kept alive by the server; without one, requests are answered with 503.
    public weak var handler: (any HTTPServerHandler)?
    /// Where it listens.
    public let address: SocketAddress
    public var port: UInt16 { address.port }
    public var connectionCount: Int { connections.count }

    let loop: EventLoop
    let settings: Settings
    private let tls: TLSContext?
    private let transportSettings: TCPConnection.Settings
    private let listener: TCPListener
    private var connections: [UInt64: HTTPServerConnection] = [:]
    private var nextID: UInt64 = 0
    private var sweepTimer: TimerID?

    /// Listens at once.
    ///
    /// - Parameters:
    ///   - host: a numeric address or `localhost`.
    ///   - port: 0 for any free port.
    ///   - tls: the certificate; nil for plain HTTP.
    public init(
        loop: EventLoop, host: String = "127.0.0.1", port: UInt16 = 0, tls: TLSContext? = nil,
        settings: Settings = Settings()
    ) throws(SystemError) {
        self.loop = loop
        self.settings = settings
        self.tls = tls
        var transport = TCPConnection.Settings()
        transport.allowsHalfClose = true
        transport.maxWriteBuffer = settings.maxWriteBuffer
        transport.connectTimeout = settings.requestTimeout
        transportSettings = transport
        listener = try TCPListener(loop: loop, host: host, port: port, settings: transport)
        address = listener.address
        listener.onConnection = { [weak self] in self?.accepted($0) }
        scheduleSweep()
    }

    deinit { stop() }

    /// Stops listening and drops all connections.
    public func stop() {
        listener.close()
        if let sweepTimer { loop.cancel(sweepTimer) }
        for connection in connections.values { connection.drop() }
        connections = [:]
    }

    // MARK: What the owner does

    /// Answers a request. Ignored when its connection is over or it was answered before.
    public func respond(_ token: ResponseToken, _ response: HTTPResponse) {
        connections[token.connectionID]?.respond(token.sequence, response)
    }

    /// Begins a response whose body follows in pieces, without a length: `sendPiece`, then `endStream`. It is the last
    /// response of its connection.
    ///
    /// - Returns: false when it cannot be: the connection is over, another request of it is unanswered, the request was
    ///   a HEAD, or its client speaks HTTP/1.0. Such a request still wants its `respond`.
    public func beginStream(_ token: ResponseToken, _ head: HTTPResponse) -> Bool {
        connections[token.connectionID]?.beginStream(token.sequence, head) ?? false
    }

    /// Sends a piece of a stream's body. False when there is no such stream any more, or when its client does not keep
    /// up, which disconnects it.
    @discardableResult
    public func sendPiece(connectionID: UInt64, _ piece: [UInt8]) -> Bool {
        connections[connectionID]?.sendPiece(piece) ?? false
    }

    /// Completes a stream's body and closes its connection.
    public func endStream(connectionID: UInt64) { connections[connectionID]?.endStream() }

    /// Closes without answering what is unanswered.
    public func drop(connectionID: UInt64) { connections[connectionID]?.drop() }

    /// Closes with a reset.
    public func abort(connectionID: UInt64) { connections[connectionID]?.abort() }

    /// Sends a text message. False when there is no such WebSocket, or when its client does not keep up, which
    /// disconnects it.
    @discardableResult
    public func sendText(connectionID: UInt64, _ bytes: [UInt8]) -> Bool {
        connections[connectionID]?.send(.text(bytes)) ?? false
    }

    @discardableResult
    public func sendBinary(connectionID: UInt64, _ bytes: [UInt8]) -> Bool {
        connections[connectionID]?.send(.binary(bytes)) ?? false
    }

    /// At most 125 bytes.
    @discardableResult
    public func ping(connectionID: UInt64, _ payload: [UInt8] = []) -> Bool {
        connections[connectionID]?.send(.ping(Array(payload.prefix(125)))) ?? false
    }

    /// Starts the closing handshake of a WebSocket.
    public func close(connectionID: UInt64, code: UInt16 = 1_000, reason: String = "") {
        connections[connectionID]?.sayGoodbye(code: code, reason: reason)
    }

    /// The numeric address of a client.
    public func peer(connectionID: UInt64) -> SocketAddress? { connections[connectionID]?.peer }

    // MARK: Connections

    private func accepted(_ tcp: TCPConnection) {
        guard connections.count < settings.maxConnections else { return tcp.close() }
        do throws(TLSError) {
            let transport = try Transport(accepted: tcp, loop: loop, tls: tls, settings: transportSettings)
            nextID += 1
            connections[nextID] = HTTPServerConnection(nextID, transport, server: self)
        } catch {
            tcp.close()
        }
    }

    func ended(_ id: UInt64) {
        guard connections.removeValue(forKey: id) != nil else { return }
        loop.enqueue { [weak self] in self?.handler?.closed(connectionID: id) }
    }

    /// One timer for all connections: timeouts need no more precision than a fraction of themselves.
    private func scheduleSweep() {
        let shortest = min(
            min(settings.requestTimeout, settings.idleTimeout), min(settings.stallTimeout, settings.closeTimeout))
        let interval = min(max(shortest / 4, .milliseconds(10)), .seconds(1))
        sweepTimer = loop.schedule(after: interval) { [weak self] in
            guard let self else { return }
            for connection in self.connections.values { connection.enforceTimeouts() }
            self.scheduleSweep()
        }
    }
}
