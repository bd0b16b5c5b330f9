internal import Fundamentals
internal import CLinux
internal import Glibc

/// A non-blocking TCP socket on a loop.
///
/// `onClose` comes exactly once, and never for a close of our own doing (`close`, `abort`, `finish`). No callback runs
/// inside a call that the owner makes: write errors are reported at the end of the turn.
public final class TCPConnection {
    private enum State {
        case connecting, open
        /// The rest of the buffer goes out, then our direction closes; what arrives is discarded.
        case finishing
        case closed
    }

    public var onOpen: () -> Void = {}
    /// At most 64 KiB at a time.
    public var onBytes: ([UInt8]) -> Void = { _ in }
    /// All buffered bytes have been handed to the kernel after some had to wait.
    public var onDrain: () -> Void = {}
    /// The peer closed its direction; only with `allowsHalfClose`.
    public var onEnd: () -> Void = {}
    public var onClose: (CloseReason) -> Void = { _ in }

    /// Bytes the kernel took so far: while this has not moved, nothing of a write has left.
    public private(set) var bytesSent: UInt64 = 0
    public var bufferedBytes: Int { outbound.count }
    public var isOpen: Bool { state == .open }
    public private(set) var peer: SocketAddress?

    let loop: EventLoop
    private let settings: Settings
    private var state: State
    private var descriptor: Int32 = -1
    private var registration: EventLoop.Registration?
    private var interest: EventLoop.Interest = []
    private var candidates: [SocketAddress] = []
    private var timer: TimerID?
    private var outbound = ByteQueue()
    private var readsPaused = false
    private var sawEnd = false
    /// Since when there was always something left to read; nil while everything is read in its turn.
    private var isBehindSince: Instant?
    private var lookAgainAt = Instant.distantPast
    /// Keeps a finishing connection alive after its owner let go.
    private var keepAlive: TCPConnection?

    static let chunk = 65_536
    private static let lookInterval = TimeSpan.milliseconds(100)

    /// Takes over a connected, non-blocking descriptor. Callbacks begin with the next turn.
    init(accepted descriptor: Int32, peer: SocketAddress?, loop: EventLoop, settings: Settings) throws(SystemError) {
        self.loop = loop
        self.settings = settings
        self.descriptor = descriptor
        self.peer = peer
        state = .open
        SocketOptions.prepare(descriptor)
        interest = .readable
        registration = try loop.register(descriptor, .readable) { [weak self] in self?.ready($0) }
    }

    /// Starts to connect to the addresses, one after the other until one accepts.
    public init(connectingTo addresses: [SocketAddress], loop: EventLoop, settings: Settings = Settings()) {
        self.loop = loop
        self.settings = settings
        candidates = Array(addresses.reversed())
        state = .connecting
        loop.enqueue { [weak self] in self?.tryNextAddress(.connectFailed(SystemError(call: "connect", errno: EINVAL)))
        }
    }

    deinit { releaseDescriptor() }

    // MARK: Connecting

    private func tryNextAddress(_ reason: CloseReason) {
        guard state == .connecting else { return }
        releaseDescriptor()
        guard let address = candidates.popLast() else { return fail(reason) }
        peer = address
        do throws(SystemError) {
            let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
            descriptor = socket(address.family, type, 0)
            guard descriptor >= 0 else { throw .last("socket") }
            SocketOptions.prepare(descriptor)
            let code = address.withSockaddr { Glibc.connect(descriptor, $0, $1) }
            guard code == 0 || errno == EINPROGRESS || errno == EINTR else { throw .last("connect \(address)") }
            interest = .writable
            registration = try loop.register(descriptor, .writable) { [weak self] in self?.ready($0) }
        } catch {
            return tryNextAddress(.connectFailed(error))
        }
        timer = loop.schedule(after: settings.connectTimeout) { [weak self] in
            self?.timer = nil
            self?.tryNextAddress(.connectTimedOut)
        }
    }

    private func connectCompleted() {
        let code = SocketOptions.takeError(descriptor)
        guard code == 0 else {
            let target = peer.map { "connect \($0)" } ?? "connect"
            return tryNextAddress(.connectFailed(SystemError(call: target, errno: code)))
        }
        cancelTimer()
        state = .open
        updateInterest()
        onOpen()
    }

    // MARK: Writing

    /// Whether a write of that many bytes would be taken. One write into an empty buffer always is: its bytes are in
    /// memory already, and only those that wait behind others can pile up.
    func hasRoom(for count: Int) -> Bool {
        outbound.isEmpty || outbound.count + count <= settings.maxWriteBuffer
    }

    /// Sends or buffers all of `bytes`, or nothing when too much waits already or the connection is not open.
    public func write(_ bytes: [UInt8]) -> Bool {
        guard state == .open, hasRoom(for: bytes.count) else { return false }
        var sent = 0
        if outbound.isEmpty { sent = bytes.withUnsafeBytes { send($0) } }
        guard state == .open else { return true }
        if sent < bytes.count {
            outbound.append(bytes[sent...])
            updateInterest()
        }
        return true
    }

    /// The number of bytes the kernel took; an error is reported at the end of the turn.
    private func send(_ bytes: UnsafeRawBufferPointer) -> Int {
        var sent = 0
        while sent < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[sent...])
            let count = uninterrupted { Glibc.send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL)) }
            if count < 0 {
                if errno != EAGAIN { failLater(.broken(.last("send"))) }
                break
            }
            sent += count
        }
        bytesSent += UInt64(sent)
        return sent
    }

    private func flush() {
        guard !outbound.isEmpty else { return }
        let sent = outbound.withUnread { send($0) }
        outbound.consume(sent)
        guard outbound.isEmpty, state != .closed else { return }
        updateInterest()
        if state == .finishing { shutDownWriting() } else { onDrain() }
    }

    // MARK: Reading

    /// Leaves arriving bytes in the kernel, so that the peer feels the pressure.
    public func pauseReading() {
        readsPaused = true
        updateInterest()
    }

    public func resumeReading() {
        readsPaused = false
        updateInterest()
    }

    /// Whether bytes or an end are already waiting in the kernel; one system call.
    public var hasUnreadInput: Bool {
        guard descriptor >= 0 else { return true }
        var byte: UInt8 = 0
        let count = uninterrupted { recv(descriptor, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT)) }
        return count >= 0 || errno != EAGAIN
    }

    private func ready(_ readiness: EventLoop.Readiness) {
        if state == .connecting { return connectCompleted() }
        if readiness.writable { flush() }
        if readiness.readable || readiness.failed { read(hangUp: readiness.failed) }
    }

    private func read(hangUp: Bool) {
        // A few chunks a turn: one fast peer must not starve the others.
        for _ in 0..<4 {
            guard state == .open || state == .finishing, !sawEnd, !readsPaused || state == .finishing else { break }
            let (count, bytes) = loop.receive(from: descriptor)
            if count < 0 {
                if errno != EAGAIN { fail(.broken(.last("recv"))) }
                return
            }
            if count == 0 { return endOfStream() }
            if state == .open { onBytes(bytes) }
            if count < Self.chunk { return noticeLag() }
        }
        noticeLag()
        if hangUp { reportHangUp() }
    }

    /// Ends a connection that is read too slowly. A look costs a system call: one that keeps up is looked at rarely.
    private func noticeLag() {
        guard let limit = settings.maxReadLag, state == .open, !readsPaused else { return }
        let now = loop.monotonic
        guard isBehindSince != nil || now >= lookAgainAt else { return }
        lookAgainAt = now + Self.lookInterval
        guard hasUnreadInput else {
            isBehindSince = nil
            return
        }
        let since = isBehindSince ?? now
        isBehindSince = since
        if now - since > limit { fail(.overrun) }
    }

    /// With reading paused or over, the kernel would report a broken connection again and again.
    private func reportHangUp() {
        guard state != .closed, sawEnd || readsPaused else { return }
        let code = SocketOptions.takeError(descriptor)
        fail(.broken(SystemError(call: "recv", errno: code == 0 ? ECONNRESET : code)))
    }

    private func endOfStream() {
        sawEnd = true
        switch state {
        case .open where settings.allowsHalfClose:
            updateInterest()
            onEnd()
        case .open: fail(.endOfStream)
        case .finishing where outbound.isEmpty: close()
        case .finishing: updateInterest()
        case .connecting, .closed: break
        }
    }

    // MARK: Closing

    /// Sends what is buffered, closes our direction, waits a bounded time for the peer to close, then releases the
    /// socket: the way to let a last reply arrive although the peer may still be sending.
    public func finish() {
        guard state == .open else { return close() }
        state = .finishing
        keepAlive = self
        dropCallbacks()
        limitLinger(sentBefore: bytesSent)
        updateInterest()
        if outbound.isEmpty { shutDownWriting() }
    }

    /// A peer that still takes what is buffered gets as long as it needs.
    private func limitLinger(sentBefore: UInt64) {
        timer = loop.schedule(after: settings.lingerTimeout) { [weak self] in
            guard let self else { return }
            self.timer = nil
            if self.bytesSent == sentBefore { self.close() } else { self.limitLinger(sentBefore: self.bytesSent) }
        }
    }

    /// Releases the socket; buffered bytes are dropped.
    public func close() {
        guard state != .closed else { return }
        state = .closed
        cancelTimer()
        releaseDescriptor()
        dropCallbacks()
        keepAlive = nil
    }

    /// Releases the socket with a reset.
    public func abort() {
        if descriptor >= 0 { SocketOptions.resetOnClose(descriptor) }
        close()
    }

    private func shutDownWriting() {
        shutdown(descriptor, Int32(SHUT_WR))
        if sawEnd { close() }
    }

    private func failLater(_ reason: CloseReason) {
        guard state == .open || state == .finishing else { return }
        loop.enqueue { [weak self] in self?.fail(reason) }
    }

    private func fail(_ reason: CloseReason) {
        guard state != .closed else { return }
        let report = onClose
        close()
        report(reason)
    }

    /// Callbacks hold the owner; a closed connection must not.
    private func dropCallbacks() {
        onOpen = {}
        onBytes = { _ in }
        onDrain = {}
        onEnd = {}
        onClose = { _ in }
    }

    private func cancelTimer() {
        if let timer { loop.cancel(timer) }
        timer = nil
    }

    private func releaseDescriptor() {
        if let registration { loop.unregister(registration) }
        registration = nil
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
        cancelTimer()
    }

    private func updateInterest() {
        guard let registration, state != .closed else { return }
        var wanted: EventLoop.Interest = []
        if !outbound.isEmpty { wanted.insert(.writable) }
        if !sawEnd, !readsPaused || state == .finishing { wanted.insert(.readable) }
        guard wanted != interest else { return }
        interest = wanted
        do throws(SystemError) { try loop.update(registration, wanted) } catch { failLater(.broken(error)) }
    }
}
