public import Cryptography
internal import Fundamentals

/// An ordered byte stream to a peer, plain or through TLS: the same to whoever stands above it.
///
/// `onClose` comes exactly once, and never for a close of our own doing. With TLS, `onOpen` means that the peer has
/// proved who it is; nothing is sent before.
public final class Transport {
    public var onOpen: () -> Void = {}
    /// At most 64 KiB at a time.
    public var onBytes: ([UInt8]) -> Void = { _ in }
    /// All buffered bytes have left after some had to wait.
    public var onDrain: () -> Void = {}
    /// The peer sends no more; only where the settings allow half-closed connections.
    public var onEnd: () -> Void = {}
    public var onClose: (CloseReason) -> Void = { _ in }

    public private(set) var isOpen = false
    /// Bytes the kernel took so far, TLS records included: while this has not moved, nothing of a write has left.
    public var bytesSent: UInt64 { tcp?.bytesSent ?? 0 }
    public var bufferedBytes: Int { tcp?.bufferedBytes ?? 0 }
    public var peer: SocketAddress? { tcp?.peer }
    /// Whether bytes or an end already wait in the kernel; one system call.
    public var hasUnreadInput: Bool { tcp?.hasUnreadInput ?? true }

    private let loop: EventLoop
    private let settings: TCPConnection.Settings
    private var tcp: TCPConnection?
    private var session: TLSSession?
    private var handshakeTimer: TimerID?
    private var isClosed = false
    private var sawEnd = false

    /// Resolves, connects and, for a secure origin, authenticates.
    ///
    /// - Parameter tls: whom to trust; needed for secure origins.
    public init(
        to origin: Origin, loop: EventLoop, resolver: Resolver, tls: TLSContext?,
        settings: TCPConnection.Settings = TCPConnection.Settings()
    ) {
        self.loop = loop
        self.settings = settings
        resolver.resolve(origin.host, port: origin.port) { [weak self] result in
            guard let self, !self.isClosed else { return }
            switch result {
            case .success(let addresses): self.connect(origin, addresses, tls)
            case .failure(let failure): self.fail(.resolveFailed(failure))
            }
        }
    }

    /// Takes over an accepted connection; `tls` proves who we are.
    public init(accepted tcp: TCPConnection, loop: EventLoop, tls: TLSContext?, settings: TCPConnection.Settings)
        throws(TLSError)
    {
        self.loop = loop
        self.settings = settings
        if let tls {
            session = try TLSSession(server: tls)
            startHandshakeTimer()
        } else {
            isOpen = true
        }
        attach(tcp)
    }

    deinit { cancelHandshakeTimer() }

    private func connect(_ origin: Origin, _ addresses: [SocketAddress], _ tls: TLSContext?) {
        if origin.scheme.isSecure {
            guard let tls else { return fail(.tls("\(origin) needs TLS, but no certificates to trust were given")) }
            do throws(TLSError) {
                session = try TLSSession(client: tls, hostName: origin.host)
            } catch {
                return fail(.tls(error.description))
            }
        }
        attach(TCPConnection(connectingTo: addresses, loop: loop, settings: settings))
    }

    private func attach(_ tcp: TCPConnection) {
        self.tcp = tcp
        tcp.onOpen = { [weak self] in self?.connected() }
        tcp.onBytes = { [weak self] in self?.received($0) }
        tcp.onDrain = { [weak self] in self?.onDrain() }
        tcp.onEnd = { [weak self] in self?.ended() }
        tcp.onClose = { [weak self] in self?.tcpClosed($0) }
    }

    private func connected() {
        guard session != nil else {
            isOpen = true
            return onOpen()
        }
        startHandshakeTimer()
        sendCiphertext()
    }

    // MARK: Receiving

    private func received(_ bytes: [UInt8]) {
        guard let session else { return onBytes(bytes) }
        var failure: TLSError?
        do throws(TLSError) { try session.receive(bytes) } catch { failure = error }
        sendCiphertext()
        if !isOpen, session.isEstablished {
            isOpen = true
            cancelHandshakeTimer()
            onOpen()
        }
        let plaintext = isClosed ? [] : session.takePlaintext()
        if !plaintext.isEmpty { onBytes(plaintext) }
        if let failure { return fail(.tls(failure.description)) }
        if session.isPeerClosed { ended() }
    }

    private func ended() {
        guard !isClosed, !sawEnd else { return }
        if let session {
            do throws(TLSError) { try session.receiveEnd() } catch { return fail(.tls(error.description)) }
        }
        sawEnd = true
        if settings.allowsHalfClose { onEnd() } else { fail(.endOfStream) }
    }

    private func tcpClosed(_ reason: CloseReason) {
        guard reason == .endOfStream, let session else { return fail(reason) }
        do throws(TLSError) { try session.receiveEnd() } catch { return fail(.tls(error.description)) }
        fail(reason)
    }

    public func pauseReading() { tcp?.pauseReading() }
    public func resumeReading() { tcp?.resumeReading() }

    // MARK: Sending

    /// Sends or buffers all of `bytes`, or nothing when too much waits already or the stream is not open.
    public func write(_ bytes: [UInt8]) -> Bool {
        guard isOpen, !isClosed, let tcp else { return false }
        guard let session else { return tcp.write(bytes) }
        // Records add at most 1/64 (five to forty bytes for each 16 KiB, and one short record).
        let ciphertextBound = bytes.count + bytes.count / 64 + 256
        guard tcp.hasRoom(for: ciphertextBound) else { return false }
        do throws(TLSError) {
            try session.send(bytes)
        } catch {
            failLater(.tls(error.description))
            return true
        }
        sendCiphertext()
        return true
    }

    private func sendCiphertext() {
        guard let session, let tcp else { return }
        let bytes = session.takeOutgoing()
        guard !bytes.isEmpty, !tcp.write(bytes), tcp.isOpen else { return }
        // A record that is left out would corrupt all that follow.
        failLater(.stalled)
    }

    // MARK: Closing

    /// Sends what is buffered, says goodbye, waits a bounded time for the peer to close, then releases the socket.
    public func finish() {
        guard !isClosed else { return }
        session?.shutDown()
        sendCiphertext()
        let tcp = tcp
        release()
        tcp?.finish()
    }

    /// Releases the socket; buffered bytes are dropped.
    public func close() {
        guard !isClosed else { return }
        let tcp = tcp
        release()
        tcp?.close()
    }

    /// Releases the socket with a reset.
    public func abort() {
        guard !isClosed else { return }
        let tcp = tcp
        release()
        tcp?.abort()
    }

    private func fail(_ reason: CloseReason) {
        guard !isClosed else { return }
        let report = onClose
        // An alert that says why may still be in the buffer.
        finish()
        report(reason)
    }

    private func failLater(_ reason: CloseReason) {
        loop.enqueue { [weak self] in self?.fail(reason) }
    }

    private func release() {
        isClosed = true
        isOpen = false
        cancelHandshakeTimer()
        onOpen = {}
        onBytes = { _ in }
        onDrain = {}
        onEnd = {}
        onClose = { _ in }
    }

    private func startHandshakeTimer() {
        handshakeTimer = loop.schedule(after: settings.connectTimeout) { [weak self] in
            self?.fail(.tls("no TLS handshake in time"))
        }
    }

    private func cancelHandshakeTimer() {
        if let handshakeTimer { loop.cancel(handshakeTimer) }
        handshakeTimer = nil
    }
}
