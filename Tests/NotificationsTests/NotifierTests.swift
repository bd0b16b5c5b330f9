internal import Configuration
internal import Cryptography
internal import Fundamentals
internal import Observability
internal import SystemIO
import Testing
internal import Wire

@testable internal import Notifications

/// A loop with local services and a notifier on it.
private final class Stage {
    let loop: EventLoop
    var services: [LocalService] = []
    var said: [String] = []
    private(set) var notifier: Notifier!

    init(
        _ kinds: [(NotificationService, NotificationSeverity)], window: TimeSpan = .seconds(60),
        _ answer: @escaping (Int, Int, HTTPRequest) -> HTTPResponse?
    ) throws {
        loop = try EventLoop()
        var channels: [NotificationChannel] = []
        for (index, kind) in kinds.enumerated() {
            let service = try LocalService(loop) { answer(index, $0, $1) }
            services.append(service)
            channels.append(
                try channel(kind.0, port: service.port, name: "c\(index)", severity: kind.1))
        }
        notifier = try Notifier(
            channels, dedupWindow: window, tls: nil, on: loop, random: RandomSource(seed: 1))
        notifier.onReport = { [weak self] level, text in self?.said.append("\(level.name) \(text)") }
    }

    deinit { notifier.close() }

    func requests(_ index: Int = 0) -> [HTTPRequest] { services[index].requests }
}

/// What each service answers when all is well.
private func success(_ request: HTTPRequest) -> HTTPResponse {
    if request.target.hasPrefix("/bot") { return response(200, #"{"ok":true,"result":{"message_id":42}}"#) }
    if request.target.hasPrefix("/v2/bot") { return response(200, #"{"sentMessages":[{"id":"46123"}]}"#) }
    if request.target.hasPrefix("/api/webhooks") { return response(200, #"{"id":"1090"}"#) }
    if request.target == "/" { return response(200, #"{"id":"sPs71M8A2T"}"#) }
    return response(200, "ok")
}

@Suite(.serialized) struct `Alerts on real sockets` {
    @Test func `reach every channel, each in its own words`() throws {
        let kinds = NotificationService.allCases.map { ($0, NotificationSeverity.warning) }
        let stage = try Stage(kinds) { success($2) }
        stage.notifier.notify(alarm())
        try stage.loop.turn("all is delivered") { stage.notifier.isIdle }
        for (index, kind) in kinds.enumerated() {
            let sent = try #require(stage.requests(index).first)
            let built = try channel(kind.0, port: stage.services[index].port).request(alarm(), id: fixedID, at: newYear)
            #expect(sent.method == .post && sent.target == built.target && sent.body == built.body, "\(kind.0)")
            #expect(sent.headers["Content-Type"] == "application/json")
            #expect(sent.headers["Authorization"] == built.headers["Authorization"])
            #expect(sent.headers["Content-Length"] == "\(built.body.count)")
            #expect(stage.requests(index).count == 1)
        }
        #expect(stage.notifier.status.allSatisfy { $0.delivered == 1 && $0.state == .working && $0.failed == 0 })
    }

    @Test func `a failed attempt of LINE is repeated with the same retry key, and the conflict is a success`() throws {
        let stage = try Stage([(.line, .warning)]) { _, number, _ in
            number == 1
                ? response(500) : response(409, #"{"message":"The retry key is already accepted","sentMessages":[]}"#)
        }
        stage.notifier.notify(alarm())
        try stage.loop.turn("it is delivered") { stage.notifier.isIdle }
        let keys = stage.requests().compactMap { $0.headers["X-Line-Retry-Key"] }
        #expect(keys.count == 2 && Set(keys).count == 1)
        #expect(stage.notifier.status[0].delivered == 1 && stage.notifier.status[0].retried == 1)
    }

    @Test func `a refused rate of LINE is repeated with another key`() throws {
        let stage = try Stage([(.line, .warning)]) { number, count, request in
            count == 1 ? response(429, #"{"message":"The API rate limit has been exceeded."}"#) : success(request)
        }
        stage.notifier.notify(alarm())
        try stage.loop.turn("it is delivered") { stage.notifier.isIdle }
        #expect(Set(stage.requests().compactMap { $0.headers["X-Line-Retry-Key"] }).count == 2)
    }

    @Test func `a webhook that closed without an answer gets the same event again, signed anew`() throws {
        let stage = try Stage([(.webhook, .warning)]) { $1 == 1 ? nil : success($2) }
        stage.notifier.notify(alarm())
        // Five seconds and up to a quarter: the first backoff of a webhook.
        try stage.loop.turn("it is delivered") { stage.notifier.isIdle }
        let ids = stage.requests().compactMap { $0.headers["webhook-id"] }
        #expect(ids.count == 2 && Set(ids).count == 1)
        #expect(stage.requests()[0].body == stage.requests()[1].body)
    }

    @Test func `Telegram that closed without an answer is not written to twice`() throws {
        let stage = try Stage([(.telegram, .warning)]) { _, _, _ in nil }
        stage.notifier.notify(alarm())
        try stage.loop.turn("it is over") { stage.notifier.isIdle }
        #expect(stage.requests().count == 1)
        #expect(stage.notifier.status[0].failed == 1)
        #expect(stage.said.contains { $0.contains("outcome unknown") })
    }

    @Test func `Telegram's wait is kept before the next attempt`() throws {
        var times: [Instant] = []
        let stage = try Stage([(.telegram, .warning)]) { _, number, request in
            times.append(bootClock())
            return number == 1
                ? response(
                    429,
                    #"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 1","parameters":{"retry_after":1}}"#,
                    [("Retry-After", "1")]) : success(request)
        }
        stage.notifier.notify(alarm())
        try stage.loop.turn("it is delivered") { stage.notifier.isIdle }
        #expect(times.count == 2 && times[1] - times[0] >= .seconds(1))
    }

    @Test func `a dead channel is left alone, and the others are told`() throws {
        let stage = try Stage([(.slack, .warning), (.discord, .alarm)]) { index, _, request in
            index == 0 ? response(404, "no_service") : success(request)
        }
        stage.notifier.notify(warning("the book is invalid"))
        try stage.loop.turn("it is over") { stage.notifier.isIdle }
        stage.notifier.notify(warning("another"))
        try stage.loop.turn("it is over") { stage.notifier.isIdle }
        #expect(stage.requests(0).count == 1)
        #expect(stage.notifier.status[0].state == .disabled("HTTP 404: no_service"))
        let texts = stage.requests(1).map(\.text)
        // Discord takes alarms only; yet what Slack lost has nowhere else to go.
        #expect(texts.contains { $0.contains("the book is invalid") && $0.contains("through c0 it failed") })
        #expect(texts.contains { $0.contains("alerts through c0 are off until the next start") })
        #expect(texts.contains { $0.contains("another") })
    }

    @Test func `no secret is in anything that is said`() throws {
        for service in NotificationService.allCases {
            let stage = try Stage([(service, .warning)]) { _, number, request in
                let echo = "\(request.target) \(request.headers["Authorization"] ?? "")"
                return number == 1 ? response(400, echo) : response(401, echo)
            }
            stage.notifier.notify(alarm())
            stage.notifier.notify(alarm("again"))
            try stage.loop.turn("it is over") { stage.notifier.isIdle || stage.requests().count >= 1 }
            let said = stage.said.joined() + "\(stage.notifier.status)"
            for secret in [botToken, lineToken, "secretsecret", "XXXXsecretXXXX", "k3yInThePath", "tk_Ag"] {
                #expect(!said.contains(secret), "\(service.rawValue)")
            }
        }
    }

    @Test func `a channel takes only what is severe enough`() throws {
        let stage = try Stage([(.slack, .alarm), (.ntfy, .info)]) { success($2) }
        stage.notifier.notify(warning("w"))
        stage.notifier.notify(Notifications.Notification(.info, title: "t", text: "started", at: newYear))
        try stage.loop.turn("all is delivered") { stage.notifier.isIdle }
        #expect(stage.requests(0).isEmpty && stage.requests(1).count == 2)
    }

    @Test func `equal alerts are told once, with their count at the end`() throws {
        let stage = try Stage([(.slack, .warning)], window: .seconds(60)) { success($2) }
        for _ in 0..<1_000 { stage.notifier.notify(warning("the book is invalid", key: "book")) }
        try stage.loop.turn("the first is delivered") { stage.notifier.isIdle }
        #expect(stage.requests().count == 1)
        try stage.notifier.drain(limit: .seconds(5))
        #expect(stage.requests().last?.text.contains("the book is invalid (999 times more)") == true)
    }

    @Test func `a service that never answers delays nobody and ends in time`() throws {
        final class Silent: HTTPServerHandler {
            func request(connectionID: UInt64, _ request: HTTPRequest, respond token: ResponseToken) {}
        }
        let loop = try EventLoop()
        let server = try HTTPServer(loop: loop)
        let silent = Silent()
        server.handler = silent
        let notifier = try Notifier(
            [try channel(.slack, port: server.port)], dedupWindow: .seconds(60), tls: nil, on: loop,
            random: RandomSource(seed: 1))
        var said: [String] = []
        notifier.onReport = { said.append($1) }
        var turns = 0
        notifier.notify(alarm())
        loop.schedule(after: .milliseconds(50)) { turns += 1 }
        try notifier.drain(limit: .milliseconds(200))
        #expect(turns == 1 && said == ["1 alert could not be delivered in time"])
        notifier.close()
    }

    @Test func `a certificate that nobody vouches for is refused`() throws {
        let folder = TemporaryFolder()
        try folder.makeCertificates()
        let loop = try EventLoop()
        let context = try TLSContext(
            certificatePath: folder.path + "/server.pem", keyPath: folder.path + "/server.key")
        let server = try HTTPServer(loop: loop, tls: context)
        let service = Answering(server)
        server.handler = service
        let slack = try channel(.slack, more: ", \"server\": \"https://localhost:\(server.port)\"")
        let strange = try ChannelTrial.run(
            alarm(), through: [slack], tls: try TLSContext(trust: .system), on: loop, random: RandomSource(seed: 1))
        #expect(!strange[0].isDelivered && service.count == 0)
        let known = try ChannelTrial.run(
            alarm(), through: [slack],
            tls: try TLSContext(trust: .certificateFile(path: folder.path + "/ca.pem")), on: loop,
            random: RandomSource(seed: 1))
        #expect(known[0].isDelivered && service.count == 1, "\(known[0].outcome)")
    }

    @Test func `a trial says of each channel what came back`() throws {
        let loop = try EventLoop()
        let good = try LocalService(loop) { success($1) }
        let bad = try LocalService(loop) { _, _ in response(401, #"{"ok":false,"description":"Unauthorized"}"#) }
        let gone = try HTTPServer(loop: loop)
        let port = gone.port
        gone.stop()
        let trials = try ChannelTrial.run(
            alarm(),
            through: [
                try channel(.ntfy, port: good.port), try channel(.telegram, port: bad.port),
                try channel(.discord, port: port),
            ], tls: nil, on: loop, random: RandomSource(seed: 1))
        #expect(trials.map(\.isDelivered) == [true, false, false])
        #expect(trials.map(\.status) == [200, 401, nil])
        #expect(trials[0].outcome == "delivered, message sPs71M8A2T")
        #expect(trials[1].outcome.contains("token or target are wrong: HTTP 401: Unauthorized"))
        #expect(trials[2].outcome.contains("not sent"))
    }
}

private final class Answering: HTTPServerHandler {
    private let server: HTTPServer
    private(set) var count = 0

    init(_ server: HTTPServer) { self.server = server }

    func request(connectionID: UInt64, _ request: HTTPRequest, respond token: ResponseToken) {
        count += 1
        server.respond(token, success(request))
    }
}
