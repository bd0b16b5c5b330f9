public import Cryptography
public import Fundamentals
public import Wire

/// Why a WebSocket is over.
public enum WebSocketCloseReason: Error, Hashable, Sendable, CustomStringConvertible {
    /// It never opened: no connection.
    case notConnected(CloseReason)
    /// It never opened: the server answered with another status; at most 4 KiB of its body.
    case refused(status: Int, body: [UInt8])
    /// It never opened in time.
    case handshakeTimedOut
    /// The peer's bytes break HTTP or RFC 6455.
    case protocolError(WireError)
    /// The peer said goodbye, or answered ours.
    case closed(code: UInt16?, reason: String)
    /// The connection ended without a goodbye.
    case lost(CloseReason)
    /// We said goodbye and the peer did not answer in time.
    case closeTimedOut

    public var description: String {
        switch self {
        case .notConnected(let reason): reason.description
        case .refused(let status, _): "the server answered \(status) instead of an upgrade"
        case .handshakeTimedOut: "no upgrade in time"
        case .protocolError(let error): "protocol error at byte \(error.offset): \(error.reason)"
        case .closed(let code, let reason): "closed with \(code.map(String.init) ?? "no code") \(reason)"
        case .lost(let reason): reason.description
        case .closeTimedOut: "the peer did not answer the close"
        }
    }
}

/// One WebSocket to a server, from connecting to its end; it never reconnects by itself.
///
/// `onClose` comes exactly once, after which nothing else comes; `abort` alone is silent. Pings are answered here.
public final class WebSocketClient {
    public struct Settings: Sendable {
        public var maxMessageBytes = 4 << 20
        /// From connecting to the upgrade.
        public var handshakeTimeout = TimeSpan.seconds(10)
        /// For the peer's answer to our close.
        public var closeTimeout = TimeSpan.seconds(2)
        public var transport: TCPConnection.Settings

        public init() {
            transport = TCPConnection.Settings()
            transport.maxReadLag = .seconds(5)
        }
    }

    private enum State { case connecting, open, closing, closed }

    public var onOpen: () -> Void = {}
    public var onText: ([UInt8]) -> Void = { _ in }
    public var onBinary: ([UInt8]) -> Void = { _ in }
    /// A ping that has been answered: the peer lives.
    public var onPing: ([UInt8]) -> Void = { _ in }
    public var onPong: ([UInt8]) -> Void = { _ in }
    public var onClose: (WebSocketCloseReason) -> Void = { _ in }

    public var isOpen: Bool { state == .open }
    public var bufferedBytes: Int { transport.bufferedBytes }

    private let loop: EventLoop
    private let settings: Settings
    private let transport: Transport
    private let key: String
    private var state = State.connecting
    private var http = HTTPResponseDecoder(maxBodyBytes: 65_536)
    private var frames: WebSocketDecoder
    private var masks = MaskSource()
    private var timer: TimerID?

    /// Starts at once; set the callbacks before the loop turns.
    ///
    /// - Parameters:
    ///   - target: path and query.
    ///   - headers: in addition to those of the handshake.
    ///   - tls: whom to trust; needed for `wss`.
    public init(
        origin: Origin, target: String, headers: HTTPHeaders = HTTPHeaders(), loop: EventLoop, resolver: Resolver,
        tls: TLSContext? = nil, settings: Settings = Settings()
    ) {
        self.loop = loop
        self.settings = settings
        key = WebSocketHandshake.key(secureRandom(16))
        frames = WebSocketDecoder(role: .client, maxMessageBytes: settings.maxMessageBytes)
        transport = Transport(to: origin, loop: loop, resolver: resolver, tls: tls, settings: settings.transport)
        let request = WebSocketHandshake.request(target: target, host: origin.authority, key: key, headers: headers)
        transport.onOpen = { [weak self] in self?.requestUpgrade(request) }
        transport.onBytes = { [weak self] in self?.received($0) }
        transport.onClose = { [weak self] in self?.transportClosed($0) }
        timer = loop.schedule(after: settings.handshakeTimeout) { [weak self] in self?.end(.handshakeTimedOut) }
    }

    deinit { cancelTimer() }

    // MARK: Sending

    /// False when it is not open or the peer does not keep up: the write buffer has a bound.
    public func sendText(_ bytes: [UInt8]) -> Bool { state == .open && send(.text(bytes)) }
    public func sendBinary(_ bytes: [UInt8]) -> Bool { state == .open && send(.binary(bytes)) }
    /// At most 125 bytes.
    public func ping(_ payload: [UInt8] = []) -> Bool { state == .open && send(.ping(Array(payload.prefix(125)))) }

    /// Says goodbye and waits a bounded time for the answer; `onClose` tells how it ended.
    public func close(code: UInt16 = 1_000, reason: String = "") {
        switch state {
        case .open: sayGoodbye(code: code, reason: reason)
        case .connecting: loop.enqueue { [weak self] in self?.end(.closed(code: nil, reason: reason)) }
        case .closing, .closed: break
        }
    }

    /// Drops the connection with a reset and in silence.
    public func abort() {
        state = .closed
        cancelTimer()
        dropCallbacks()
        transport.abort()
    }

    private func sayGoodbye(code: UInt16, reason: String) {
        _ = send(.close(code: code, reason: String(reason.prefix(30))))
        state = .closing
        timer = loop.schedule(after: settings.closeTimeout) { [weak self] in self?.end(.closeTimedOut) }
    }

    private func send(_ message: WebSocketMessage) -> Bool {
        var bytes: [UInt8] = []
        message.encode(maskedWith: masks.next(), into: &bytes)
        return transport.write(bytes)
    }

    // MARK: Receiving

    private func requestUpgrade(_ request: HTTPRequest) {
        var bytes: [UInt8] = []
        request.encode(into: &bytes)
        if !transport.write(bytes) { end(.notConnected(.stalled)) }
    }

    private func received(_ bytes: [UInt8]) {
        switch state {
        case .connecting: receiveUpgrade(bytes)
        case .open, .closing:
            frames.append(bytes)
            deliver()
        case .closed: break
        }
    }

    private func receiveUpgrade(_ bytes: [UInt8]) {
        http.append(bytes)
        do throws(WireError) {
            guard let response = try http.next(answering: .get) else { return }
            guard response.status == 101 else {
                return end(.refused(status: response.status, body: Array(response.body.prefix(4_096))))
            }
            try WebSocketHandshake.verify(response, key: key)
        } catch {
            return end(.protocolError(error))
        }
        cancelTimer()
        state = .open
        frames.append(http.takeRemaining())
        onOpen()
        deliver()
    }

    private func deliver() {
        do throws(WireError) {
            while state == .open || state == .closing, let message = try frames.next() { handle(message) }
        } catch {
            if state == .open { _ = send(.close(code: frames.failureCode ?? 1_002, reason: "")) }
            end(.protocolError(error))
        }
    }

    private func handle(_ message: WebSocketMessage) {
        switch message {
        case .text(let bytes): onText(bytes)
        case .binary(let bytes): onBinary(bytes)
        case .ping(let payload):
            if state == .open { _ = send(.pong(payload)) }
            onPing(payload)
        case .pong(let payload): onPong(payload)
        case .close(let code, let reason):
            if state == .open { _ = send(.close(code: code, reason: "")) }
            end(.closed(code: code, reason: reason))
        }
    }

    // MARK: The end

    private func transportClosed(_ reason: CloseReason) {
        switch state {
        case .connecting:
            if reason == .endOfStream, let response = try? http.finish() {
                return end(.refused(status: response.status, body: Array(response.body.prefix(4_096))))
            }
            end(.notConnected(reason))
        case .open, .closing: end(.lost(reason))
        case .closed: break
        }
    }

    private func end(_ reason: WebSocketCloseReason) {
        guard state != .closed else { return }
        state = .closed
        cancelTimer()
        transport.finish()
        let report = onClose
        dropCallbacks()
        report(reason)
    }

    private func dropCallbacks() {
        onOpen = {}
        onText = { _ in }
        onBinary = { _ in }
        onPing = { _ in }
        onPong = { _ in }
        onClose = { _ in }
    }

    private func cancelTimer() {
        if let timer { loop.cancel(timer) }
        timer = nil
    }
}

/// Masks for frames, unpredictable as RFC 6455 §10.3 asks, drawn from the system in batches to save system calls.
struct MaskSource {
    private var pool: [UInt8] = []

    mutating func next() -> UInt32 {
        if pool.count < 4 { pool = secureRandom(1_024) }
        let mask = pool.suffix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        pool.removeLast(min(4, pool.count))
        return mask
    }
}
