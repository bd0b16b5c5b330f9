internal import Configuration
internal import Fundamentals
internal import SystemIO
import Testing
internal import Wire

@testable internal import Notifications

/// What a row of a service's table of answers comes to.
enum Meaning: Hashable {
    case delivered, retry(TimeSpan?), moved, rejected, suspended, gone

    init(_ verdict: ReplyVerdict) {
        self =
            switch verdict {
            case .delivered: .delivered
            case .retry(_, let after, _): .retry(after)
            case .moved: .moved
            case .rejected: .rejected
            case .suspended: .suspended
            case .gone: .gone
            }
    }
}

struct Row: CustomTestStringConvertible, Sendable {
    var service: NotificationService
    var status: Int
    var body: String
    var headers: [(String, String)] = []
    var meaning: Meaning

    init(
        _ service: NotificationService, _ status: Int, _ body: String, _ headers: [(String, String)], _ meaning: Meaning
    ) {
        (self.service, self.status, self.body, self.headers, self.meaning) = (service, status, body, headers, meaning)
    }

    init(_ service: NotificationService, _ status: Int, _ body: String, _ meaning: Meaning) {
        self.init(service, status, body, [], meaning)
    }

    var testDescription: String { "\(service.rawValue) \(status) \(body.prefix(40))" }
}

@Suite struct `Answers` {
    @Test(arguments: [
        Row(.line, 200, #"{"sentMessages":[{"id":"461230966842064897","quoteToken":"IStG5h1Tz7b"}]}"#, .delivered),
        Row(.line, 409, #"{"message":"The retry key is already accepted","sentMessages":[]}"#, .delivered),
        Row(
            .line, 400,
            #"{"message":"The request body has 2 error(s)","details":[{"message":"May not be empty","property":"messages[0].text"}]}"#,
            .rejected),
        Row(.line, 401, #"{"message":"Authentication failed due to the following reason: invalid token"}"#, .gone),
        Row(.line, 403, "{}", .gone),
        Row(.line, 413, "", .rejected),
        Row(.line, 429, #"{"message":"You have reached your monthly limit."}"#, .suspended),
        Row(.line, 429, #"{"message":"The API rate limit has been exceeded. Try again later."}"#, .retry(nil)),
        Row(.line, 500, "", .retry(nil)),
        Row(.telegram, 200, #"{"ok":true,"result":{"message_id":42}}"#, .delivered),
        Row(.telegram, 200, "<html>welcome to the hotel</html>", .rejected),
        Row(
            .telegram, 400, #"{"ok":false,"error_code":400,"description":"Bad Request: message is too long"}"#,
            .rejected),
        Row(.telegram, 400, #"{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}"#, .gone),
        Row(
            .telegram, 400,
            #"{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to a supergroup chat","parameters":{"migrate_to_chat_id":-1009}}"#,
            .moved),
        Row(.telegram, 401, #"{"ok":false,"error_code":401,"description":"Unauthorized"}"#, .gone),
        Row(
            .telegram, 403, #"{"ok":false,"error_code":403,"description":"Forbidden: bot was blocked by the user"}"#,
            .gone),
        Row(.telegram, 404, #"{"ok":false,"error_code":404,"description":"Not Found"}"#, .gone),
        Row(
            .telegram, 429,
            #"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 17","parameters":{"retry_after":17}}"#,
            .retry(.seconds(17))),
        Row(.telegram, 429, "slow down", [("Retry-After", "3")], .retry(.seconds(3))),
        Row(.telegram, 502, "<html>Bad Gateway</html>", .retry(nil)),
        Row(.slack, 200, "ok", .delivered),
        Row(.slack, 200, "<!DOCTYPE html>", .rejected),
        Row(.slack, 400, "invalid_payload", .rejected),
        Row(.slack, 400, "no_text", .rejected),
        Row(.slack, 403, "action_prohibited", .gone),
        Row(.slack, 403, "invalid_token", .gone),
        Row(.slack, 404, "no_service", .gone),
        Row(.slack, 410, "channel_is_archived", .gone),
        Row(.slack, 429, "rate_limited", [("Retry-After", "30")], .retry(.seconds(30))),
        Row(.slack, 500, "rollup_error", .retry(nil)),
        Row(.discord, 200, #"{"id":"1090","content":"x"}"#, .delivered),
        Row(.discord, 204, "", .delivered),
        Row(.discord, 404, #"{"message":"Unknown Webhook","code":10015}"#, .gone),
        Row(.discord, 401, #"{"message":"Invalid Webhook Token","code":50027}"#, .gone),
        Row(.discord, 400, #"{"content":["Must be 2000 or fewer in length."]}"#, .rejected),
        Row(
            .discord, 429, #"{"message":"You are being rate limited.","retry_after":0.57,"global":false}"#,
            .retry(.milliseconds(570))),
        Row(.discord, 429, "<html>Cloudflare</html>", [("Retry-After", "60")], .retry(.seconds(60))),
        Row(.discord, 503, "", .retry(nil)),
        Row(.ntfy, 200, #"{"id":"sPs71M8A2T","time":1767225600,"event":"message"}"#, .delivered),
        Row(.ntfy, 200, "{}", .rejected),
        Row(.ntfy, 400, #"{"code":40009,"http":400,"error":"invalid request: topic invalid"}"#, .rejected),
        Row(.ntfy, 401, #"{"code":40101,"http":401,"error":"unauthorized"}"#, .gone),
        Row(.ntfy, 403, #"{"code":40301,"http":403,"error":"forbidden"}"#, .gone),
        Row(.ntfy, 413, #"{"code":41301,"http":413,"error":"message too large"}"#, .rejected),
        Row(.ntfy, 429, #"{"code":42901,"http":429,"error":"limit reached: too many requests"}"#, .retry(nil)),
        Row(.ntfy, 429, #"{"code":42908,"http":429,"error":"limit reached: daily message quota reached"}"#, .suspended),
        Row(.ntfy, 429, #"{"code":42909,"http":429,"error":"limit reached: too many auth failures"}"#, .suspended),
        Row(.ntfy, 500, #"{"code":50001,"http":500,"error":"internal server error"}"#, .retry(nil)),
        Row(.webhook, 204, "", .delivered),
        Row(.webhook, 302, "", .retry(nil)),
        Row(.webhook, 404, "", .retry(nil)),
        Row(.webhook, 410, "gone", .gone),
        Row(.webhook, 429, "", [("Retry-After", "12")], .retry(.seconds(12))),
        Row(.webhook, 503, "", [("Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT")], .retry(nil)),
    ])
    func `mean what the service's documentation says`(row: Row) throws {
        let verdict = try channel(row.service).verdict(on: response(row.status, row.body, row.headers))
        #expect(Meaning(verdict) == row.meaning, "\(verdict)")
    }

    @Test func `a spent Discord bucket asks for a pause after a success`() throws {
        let headers = [("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset-After", "1.2")]
        let verdict = try channel(.discord).verdict(on: response(200, #"{"id":"1"}"#, headers))
        #expect(verdict == .delivered("message 1", pause: .milliseconds(1_200)))
    }

    @Test func `Slack's own failures are tried once more, others five times`() throws {
        guard case .retry(_, _, 2) = try channel(.slack).verdict(on: response(500, "rollup_error")),
            case .retry(_, _, 5) = try channel(.discord).verdict(on: response(500))
        else {
            Issue.record("not as many attempts as expected")
            return
        }
    }

    @Test(arguments: NotificationService.allCases)
    func `an unknown outcome is repeated only where the service knows a repetition`(service: NotificationService) throws
    {
        let channel = try channel(service)
        #expect(Meaning(channel.verdict(on: .notSent(.deadline))) == .retry(nil))
        let isSafe = service == .line || service == .webhook
        #expect(Meaning(channel.verdict(on: .unknown(.deadline))) == (isSafe ? .retry(nil) : .rejected))
    }

    @Test(arguments: NotificationService.allCases)
    func `an answer that repeats our secrets is shown without them`(service: NotificationService) throws {
        let channel = try channel(service)
        for secret in channel.secrets.map({ String(decoding: $0, as: UTF8.self) }) {
            for status in [200, 400, 401, 429, 500] {
                let verdict = channel.verdict(on: response(status, "no such thing: \(secret) at /x\u{1B}[31m"))
                #expect(!"\(verdict)".contains(secret) && !"\(verdict)".contains("\u{1B}"))
            }
        }
    }

    @Test(arguments: NotificationService.allCases)
    func `any bytes have a meaning, in bounded words`(service: NotificationService) throws {
        let channel = try channel(service)
        var random = RandomSource(seed: 4)
        let seeds = [
            #"{"ok":false,"error_code":429,"description":"x","parameters":{"retry_after":17,"migrate_to_chat_id":-1}}"#,
            #"{"message":"You have reached your monthly limit.","details":[{"message":"a","property":"b"}]}"#,
            #"{"code":42908,"http":429,"error":"limit","id":"x","retry_after":0.57}"#, "ok",
        ]
        let numbers = ["-1", "0.0.1", "99999999999999999999", "1e9", "", "0.", ".5", "12345678.9999"]
        for _ in 0..<2_000 {
            var body = Array(seeds[Int(random.integer(in: 0...3))].utf8)
            for _ in 0..<random.integer(in: 0...4) {
                body[Int(random.integer(in: 0...Int64(body.count - 1)))] = UInt8(truncatingIfNeeded: random.next())
            }
            let headers = [
                ("Retry-After", numbers[Int(random.integer(in: 0...7))]), ("X-RateLimit-Remaining", "0"),
                ("X-RateLimit-Reset-After", numbers[Int(random.integer(in: 0...7))]),
            ]
            let status = Int(random.integer(in: 100...599))
            let verdict = channel.verdict(
                on: HTTPResponse(status: status, headers: HTTPHeaders(headers), body: body))
            #expect("\(verdict)".utf8.count < 2_000)
        }
    }

    @Test(arguments: [
        ("17", 17_000), ("0.57", 570), ("0.5", 500), ("1.2345", 1_235), ("0", 0), ("99999999999", 31 * 86_400_000),
    ])
    func `seconds are read exactly, rounded up`(text: String, milliseconds: Int64) {
        #expect(WaitHint.seconds(text) == .milliseconds(milliseconds))
    }

    @Test(arguments: ["", "-1", "+1", "1e3", "a", "1.", ".5", "1.x", "Wed, 21 Oct 2026 07:28:00 GMT"])
    func `what is no number of seconds is none`(text: String) { #expect(WaitHint.seconds(text) == nil) }
}
