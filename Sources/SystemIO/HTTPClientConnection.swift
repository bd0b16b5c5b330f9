internal import Fundamentals
internal import Wire

/// A request that a connection has begun to send.
struct StartedJob {
    var job: HTTPClient.Job
    /// Whether the kernel has taken none of its bytes.
    var sentNothing: Bool

    func failure(_ reason: HTTPClientFailure.Reason) -> HTTPClientFailure {
        sentNothing ? .notSent(reason) : .unknown(reason)
    }
}

/// One connection of an `HTTPClient`'s pool: at most one request at a time.
final class HTTPClientConnection {
    enum Start { case started, unusable, tooLarge }

    private(set) var isOpen = false
    private(set) var wasOpen = false
    private(set) var lastUsed: Instant
    private let transport: Transport
    private weak var client: HTTPClient?
    private let loop: EventLoop
    private let maxWriteBuffer: Int
    private var decoder: HTTPResponseDecoder
    private var job: HTTPClient.Job?
    private var sentBefore: UInt64 = 0
    private var responses = 0
    private let openedAt: Instant

    /// A connection idle for longer is asked whether the server has left before it gets a request.
    private static let trustedIdle = TimeSpan.milliseconds(500)
    private static let usefulLife = TimeSpan.seconds(10)

    init(_ transport: Transport, client: HTTPClient) {
        self.transport = transport
        self.client = client
        loop = client.loop
        maxWriteBuffer = client.settings.transport.maxWriteBuffer
        decoder = HTTPResponseDecoder(maxBodyBytes: client.settings.maxBodyBytes)
        lastUsed = client.loop.monotonic
        openedAt = client.loop.monotonic
        transport.onOpen = { [weak self] in self?.opened() }
        transport.onBytes = { [weak self] in self?.received($0) }
        transport.onClose = { [weak self] in self?.closed($0) }
    }

    var isIdle: Bool { isOpen && job == nil }
    var jobID: UInt64? { job?.id }
    /// Whether it answered something or lived long enough that its end is no sign of trouble.
    var provedUseful: Bool { responses > 0 || (wasOpen && loop.monotonic - openedAt > Self.usefulLife) }

    func start(_ job: HTTPClient.Job) -> Start {
        guard let client else { return .unusable }
        if loop.monotonic - lastUsed > Self.trustedIdle, transport.hasUnreadInput { return .unusable }
        var bytes: [UInt8] = []
        job.request.encode(into: &bytes, host: job.request.headers["Host"] == nil ? client.origin.authority : nil)
        guard bytes.count <= maxWriteBuffer else { return .tooLarge }
        sentBefore = transport.bytesSent
        guard transport.write(bytes) else { return .unusable }
        self.job = job
        lastUsed = loop.monotonic
        return .started
    }

    /// Takes away what it is doing; the connection must not be used again.
    func takeJob() -> StartedJob? {
        guard let job else { return nil }
        self.job = nil
        return StartedJob(job: job, sentNothing: transport.bytesSent == sentBefore)
    }

    func close() {
        isOpen = false
        transport.close()
    }

    private func opened() {
        isOpen = true
        wasOpen = true
        client?.opened(self)
    }

    private func received(_ bytes: [UInt8]) {
        decoder.append(bytes)
        guard let job else {
            let error = WireError(offset: 0, reason: "the server sent what was not asked for")
            return end(.malformedResponse(error))
        }
        do throws(WireError) {
            guard let response = try decoder.next(answering: job.request.method) else { return }
            finish(job, response)
        } catch {
            end(.malformedResponse(error))
        }
    }

    private func finish(_ job: HTTPClient.Job, _ response: HTTPResponse) {
        self.job = nil
        responses += 1
        lastUsed = loop.monotonic
        let isReusable =
            response.keepsAlive && job.request.keepsAlive && response.status != 101 && decoder.bufferedBytes == 0
            && transport.bufferedBytes == 0
        if !isReusable { close() }
        client?.responded(self, job, response)
    }

    private func closed(_ reason: CloseReason) {
        isOpen = false
        if reason == .endOfStream, let job, let response = try? decoder.finish() { return finish(job, response) }
        end(.connection(reason))
    }

    private func end(_ reason: HTTPClientFailure.Reason) {
        let started = takeJob()
        close()
        client?.lost(self, started, reason)
    }
}
