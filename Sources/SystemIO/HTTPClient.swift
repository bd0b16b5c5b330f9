public import Cryptography
public import Fundamentals
public import Wire

/// Requests to one origin over a few persistent connections, one request at a time on each (HTTP/1.1, no pipelining).
///
/// A request is repeated on another connection only when the kernel took none of its bytes; whatever may have left is
/// reported as unknown. Completions never run inside `send`.
public final class HTTPClient {
    public typealias Completion = (Result<HTTPResponse, HTTPClientFailure>) -> Void

    public struct Settings: Sendable {
        public var connections = 4
        /// Connections kept open without requests, so that the next request meets no handshake.
        public var warmConnections = 4
        /// Requests that may wait for a connection.
        public var maxQueued = 1_024
        public var maxBodyBytes = 16 << 20
        /// The wait after the first failed connection; doubles with each further one, less up to half by chance.
        public var firstBackoff = TimeSpan.milliseconds(100)
        public var maxBackoff = TimeSpan.seconds(5)
        public var transport = TCPConnection.Settings()

        public init() {}
    }

    struct Job {
        var id: UInt64
        var request: HTTPRequest
        var timer: TimerID
        var completion: Completion
    }

    public let origin: Origin
    let loop: EventLoop
    let settings: Settings
    private let resolver: Resolver
    private let tls: TLSContext?
    private var random: RandomSource
    private var queue: [Job] = []
    private var connections: [HTTPClientConnection] = []
    private var nextID: UInt64 = 0
    private var failures = 0
    private var nextAttempt = Instant.distantPast
    private var attemptTimer: TimerID?
    private var isWarm = false
    private var isClosed = false

    /// - Parameters:
    ///   - tls: whom to trust; needed for `https`.
    ///   - random: spreads reconnects; a fixed seed makes them repeatable.
    public init(
        origin: Origin, loop: EventLoop, resolver: Resolver, tls: TLSContext? = nil, random: RandomSource,
        settings: Settings = Settings()
    ) {
        self.origin = origin
        self.loop = loop
        self.resolver = resolver
        self.tls = tls
        self.random = random
        self.settings = settings
    }

    deinit { close() }

    public var queuedRequests: Int { queue.count }
    public var openConnections: Int { connections.count { $0.isOpen } }

    /// Opens the warm connections ahead of the first request.
    public func warmUp() {
        isWarm = true
        dispatch()
    }

    /// Sends as soon as a connection is free. Completes exactly once, by `deadline` (of the wall clock) at the latest.
    /// `Host` is filled in.
    public func send(_ request: HTTPRequest, deadline: Instant, completion: @escaping Completion) {
        let refusal: HTTPClientFailure? =
            if isClosed {
                .notSent(.clientClosed)
            } else if queue.count >= settings.maxQueued {
                .notSent(.queueFull)
            } else {
                nil
            }
        if let refusal { return loop.enqueue { completion(.failure(refusal)) } }
        nextID += 1
        let id = nextID
        let timer = loop.schedule(after: deadline - loop.now) { [weak self] in self?.expire(id) }
        queue.append(Job(id: id, request: request, timer: timer, completion: completion))
        isWarm = true
        dispatch()
    }

    /// Drops all connections; what waits is not sent, what is in flight is unknown. So does forgetting the client.
    public func close() {
        guard !isClosed else { return }
        isClosed = true
        if let attemptTimer { loop.cancel(attemptTimer) }
        for connection in connections {
            if let job = connection.takeJob() { complete(job.job, job.failure(.clientClosed)) }
            connection.close()
        }
        connections = []
        failQueue(.clientClosed)
    }

    // MARK: Queue

    private func expire(_ id: UInt64) {
        if let index = queue.firstIndex(where: { $0.id == id }) {
            return complete(queue.remove(at: index), .notSent(.deadline))
        }
        guard let connection = connections.first(where: { $0.jobID == id }), let job = connection.takeJob() else {
            return
        }
        // The response may still come; this connection could not tell it from the next one's.
        remove(connection)
        connection.close()
        complete(job.job, job.failure(.deadline))
        dispatch()
    }

    private func dispatch() {
        guard !isClosed else { return }
        while !queue.isEmpty, let connection = freshestIdle() {
            let job = queue.removeFirst()
            switch connection.start(job) {
            case .started: break
            case .unusable:
                remove(connection)
                connection.close()
                queue.insert(job, at: 0)
            case .tooLarge: complete(job, .notSent(.tooLarge))
            }
        }
        openMissing()
    }

    /// The one that was used last: its congestion window and caches are warm.
    private func freshestIdle() -> HTTPClientConnection? {
        connections.filter(\.isIdle).max { $0.lastUsed < $1.lastUsed }
    }

    private func openMissing() {
        let busy = connections.count { $0.jobID != nil }
        let wanted = min(settings.connections, max(isWarm ? settings.warmConnections : 0, busy + queue.count))
        guard connections.count < wanted else { return }
        guard loop.monotonic >= nextAttempt else { return scheduleAttempt() }
        while connections.count < wanted {
            let transport = Transport(
                to: origin, loop: loop, resolver: resolver, tls: tls, settings: settings.transport)
            connections.append(HTTPClientConnection(transport, client: self))
        }
    }

    private func scheduleAttempt() {
        guard attemptTimer == nil else { return }
        attemptTimer = loop.schedule(after: nextAttempt - loop.monotonic) { [weak self] in
            self?.attemptTimer = nil
            self?.dispatch()
        }
    }

    private func failQueue(_ reason: HTTPClientFailure.Reason) {
        let jobs = queue
        queue = []
        for job in jobs { complete(job, .notSent(reason)) }
    }

    private func complete(_ job: Job, _ failure: HTTPClientFailure) { complete(job, .failure(failure)) }

    /// At the end of the turn, so that a completion that sends again finds a settled pool.
    private func complete(_ job: Job, _ result: Result<HTTPResponse, HTTPClientFailure>) {
        loop.cancel(job.timer)
        loop.enqueue { job.completion(result) }
    }

    // MARK: Connections

    func opened(_ connection: HTTPClientConnection) { dispatch() }

    func responded(_ connection: HTTPClientConnection, _ job: Job, _ response: HTTPResponse) {
        failures = 0
        if !connection.isOpen { remove(connection) }
        loop.cancel(job.timer)
        job.completion(.success(response))
        dispatch()
    }

    /// The connection is over; `job` is what it was doing.
    func lost(_ connection: HTTPClientConnection, _ started: StartedJob?, _ reason: HTTPClientFailure.Reason) {
        remove(connection)
        if !connection.provedUseful { backOff() }
        if let started {
            if started.sentNothing {
                queue.insert(started.job, at: 0)
            } else {
                complete(started.job, started.failure(reason))
            }
        }
        // With no connection left to hope for, waiting requests learn at once why.
        if !connection.wasOpen, connections.isEmpty { failQueue(reason) }
        dispatch()
    }

    private func remove(_ connection: HTTPClientConnection) { connections.removeAll { $0 === connection } }

    private func backOff() {
        // Connections opened together fail together: one failure.
        guard loop.monotonic >= nextAttempt else { return }
        failures = min(failures + 1, 16)
        let span = min(settings.maxBackoff, settings.firstBackoff * (Int64(1) << Int64(failures - 1)))
        let half = max(span.nanoseconds / 2, 1)
        nextAttempt = loop.monotonic + TimeSpan(nanoseconds: half + random.integer(in: 0...half))
    }
}
