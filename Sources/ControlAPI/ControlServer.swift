internal import Cryptography
public import Configuration
public import Fundamentals
internal import Observability
public import Runtime
public import SystemIO
public import Wire

/// Serves the control API of one bot on the bot's own loop.
public final class ControlServer: HTTPServerHandler {
    public struct Settings: Sendable {
        /// Port 0 for any free one.
        public var listen = ListenAddress(host: "127.0.0.1", port: 0)
        /// Without it, only loopback addresses are served: what is sent is not encrypted.
        public var allowsRemote = false
        /// Names besides those of this machine that clients may call the server by.
        public var hosts: [String] = []
        /// Between signs of life on a stream.
        public var heartbeat = TimeSpan.seconds(15)
        /// Streams at a time; more are refused, so that commands always find a connection.
        public var maxStreams = 16
        /// How long `stop` waits for the venue before it answers that it is still stopping.
        public var stopWait = TimeSpan.seconds(8)
        /// Bytes that may wait for a reader of a stream before it is disconnected.
        public var maxUnread = 1 << 20

        public init() {}
    }

    private struct Stream {
        let connectionID: UInt64
        var lastSent: UInt64
    }
    private struct Waiter {
        let token: ResponseToken
        let timer: TimerID
    }

    public var address: SocketAddress { http.address }
    /// Streams that are open.
    var streamCount: Int { streams.count }

    private let bot: any ControllableBot
    private let loop: EventLoop
    private let settings: Settings
    private let router: ControlRouter
    private let http: HTTPServer
    private var streams: [Stream] = []
    private var waiters: [Waiter] = []
    private var observer: UInt64?
    private var heartbeat: TimerID?

    /// Listens at once.
    ///
    /// - Parameter token: what clients must show; nil, on loopback addresses only, for an open door.
    public init(
        _ bot: any ControllableBot, token: ControlToken?, on loop: EventLoop, _ settings: Settings = Settings()
    ) throws(ControlServerError) {
        let listen = settings.listen
        guard settings.allowsRemote || listen.isLoopback else {
            throw ControlServerError(
                "\(listen) is not a loopback address: whoever reaches it could steer the bot, and what is sent there, "
                    + "the token included, is not encrypted; pass --control-allow-remote to serve it all the same, "
                    + "behind something that encrypts")
        }
        guard token != nil || listen.isLoopback else {
            throw ControlServerError("--control-no-auth is for loopback addresses only")
        }
        var http = HTTPServer.Settings()
        http.maxBodyBytes = 65_536
        http.maxConnections = 64
        http.maxPipelined = 16
        http.maxWriteBuffer = settings.maxUnread
        do throws(SystemError) {
            self.http = try HTTPServer(loop: loop, host: listen.host, port: listen.port, settings: http)
        } catch {
            throw ControlServerError("cannot serve the control API on \(listen): \(error)")
        }
        self.bot = bot
        self.loop = loop
        self.settings = settings
        let named = listen.isLoopback ? settings.hosts : settings.hosts + [listen.host]
        router = ControlRouter(bot: bot, access: ControlAccess(token: token?.secret, hosts: named))
        self.http.handler = self
        observer = bot.addObserver { [weak self] in self?.happened($0) }
        scheduleHeartbeat()
    }

    deinit { stop() }

    /// Stops listening and drops all connections.
    public func stop() {
        if let observer { bot.removeObserver(observer) }
        observer = nil
        if let heartbeat { loop.cancel(heartbeat) }
        heartbeat = nil
        for waiter in waiters { loop.cancel(waiter.timer) }
        waiters = []
        streams = []
        http.stop()
    }

    // MARK: Requests

    public func request(connectionID: UInt64, _ request: HTTPRequest, respond token: ResponseToken) {
        let peer = http.peer(connectionID: connectionID)?.description ?? "unknown"
        switch router.answer(request, from: peer, at: loop.now) {
        case .response(let response): http.respond(token, response)
        case .events(let after): begin(token, after: after)
        case .whenStopped: wait(token)
        }
    }

    public func closed(connectionID: UInt64) { streams.removeAll { $0.connectionID == connectionID } }

    // MARK: Stopping

    private func wait(_ token: ResponseToken) {
        guard bot.state != .stopped else { return http.respond(token, stopReply) }
        let timer = loop.schedule(after: settings.stopWait) { [weak self] in self?.answer(token) }
        waiters.append(Waiter(token: token, timer: timer))
    }

    private func answer(_ token: ResponseToken) {
        waiters.removeAll { $0.token == token }
        http.respond(token, stopReply)
    }

    private var stopReply: HTTPResponse {
        let view = BotView(bot, at: loop.now)
        return .json(
            status: view.isRunning ? 202 : 200,
            JSONWriter.document { json in
                json.member("status", view.isRunning ? "stopping" : "stopped")
                json.member("orders_open", view.restingOrders)
            })
    }

    // MARK: Streams

    private func begin(_ token: ResponseToken, after: UInt64?) {
        guard streams.count < settings.maxStreams else {
            let error = ControlError(503, "busy", "\(settings.maxStreams) streams are open already")
            return http.respond(token, error.response)
        }
        let kept = bot.recentEvents
        guard http.beginStream(token, .typed("text/event-stream", [])) else {
            let error = ControlError.conflict("a stream needs HTTP/1.1 and a connection without other requests")
            return http.respond(token, error.response)
        }
        streams.append(Stream(connectionID: token.connectionID, lastSent: kept.last?.id ?? 0))
        var bytes = Array(": events of apus\nretry: 1000\n\n".utf8)
        if let after { bytes += replay(kept, after: after) }
        send(bytes, to: token.connectionID)
    }

    /// What is kept after `id`. An id that is older than all, or newer than all and so of another process, is told that
    /// something is missing.
    private func replay(_ kept: [BotEvent], after id: UInt64) -> [UInt8] {
        guard let first = kept.first, let last = kept.last else { return [] }
        let text = EventText(view: BotView(bot, at: loop.now))
        let isForeign = id > last.id
        var bytes: [UInt8] = []
        if id > 0, isForeign || id + 1 < first.id { bytes += EventText.gap(before: first.id) }
        for event in kept where isForeign || event.id > id { bytes += text.bytes(event) }
        return bytes
    }

    private func happened(_ event: BotEvent) {
        if case .state(.stopped) = event.body {
            for waiter in waiters {
                loop.cancel(waiter.timer)
                http.respond(waiter.token, stopReply)
            }
            waiters = []
        }
        guard !streams.isEmpty else { return }
        let bytes = EventText(view: BotView(bot, at: loop.now)).bytes(event)
        for index in streams.indices where event.id > streams[index].lastSent {
            streams[index].lastSent = event.id
            http.sendPiece(connectionID: streams[index].connectionID, bytes)
        }
    }

    private func send(_ bytes: [UInt8], to connectionID: UInt64) {
        http.sendPiece(connectionID: connectionID, bytes)
    }

    private func scheduleHeartbeat() {
        heartbeat = loop.schedule(after: settings.heartbeat) { [weak self] in
            guard let self else { return }
            for stream in self.streams { self.send(Array(":\n\n".utf8), to: stream.connectionID) }
            self.scheduleHeartbeat()
        }
    }
}

/// Why the control API cannot be served: a sentence for the person who asked for it.
public struct ControlServerError: Error, Hashable, Sendable, CustomStringConvertible {
    public var description: String

    public init(_ description: String) { self.description = description }
}
