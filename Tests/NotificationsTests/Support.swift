internal import Configuration
internal import Fundamentals
internal import Glibc
internal import SystemIO
import Testing
internal import Wire

@testable internal import Notifications

/// 2026-01-01T00:00:00Z.
let newYear = Instant(milliseconds: 1_767_225_600_000)
let botToken = "123456:ABCdefGhIJKlmNoPQRstUVwx"
let lineToken = "line-channel-access-token-0123456789"
let webhookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
let lineUser = "U0123456789abcdef0123456789abcdef"

func alarm(_ text: String = "hedge failed", key: String? = nil) -> Notifications.Notification {
    Notifications.Notification(.alarm, title: "apus BTC-USD", text: text, at: newYear, key: key)
}

func warning(_ text: String, key: String? = nil) -> Notifications.Notification {
    Notifications.Notification(.warning, title: "apus BTC-USD", text: text, at: newYear, key: key)
}

let fixedID = NotificationID(random: Array(0..<16))

/// A channel as a configuration makes it; `port` puts it on this machine.
func channel(
    _ service: NotificationService, port: UInt16? = nil, name: String? = nil,
    severity: NotificationSeverity = .warning, more: String = ""
) throws -> NotificationChannel {
    let members: String =
        switch service {
        case .line: "\"token_env\": \"LINE_TOKEN\", \"to\": \"\(lineUser)\""
        case .telegram: "\"token_env\": \"BOT_TOKEN\", \"to\": \"-1001234567890\""
        case .slack: "\"url_env\": \"SLACK_URL\""
        case .discord: "\"url_env\": \"DISCORD_URL\""
        case .ntfy: "\"token_env\": \"NTFY_TOKEN\", \"to\": \"mm-7f3a-alerts\""
        case .webhook: "\"url_env\": \"HOOK_URL\", \"secret_env\": \"HOOK_SECRET\""
        }
    let server = port.map { service == .webhook ? "" : ", \"server\": \"http://127.0.0.1:\($0)\"" } ?? ""
    let hook = port.map { "http://127.0.0.1:\($0)/hooks/k3yInThePath" } ?? "https://ops.example/hooks/k3yInThePath"
    let text = """
        {"strategy": {"type": "aster-spread", "half_spread": "0.0005", "order_size_usd": "10"},
         "limits": {},
         "notifications": {"channels": [{"type": "\(service.rawValue)", "name": "\(name ?? service.rawValue)",
           "minimum_severity": "\(severity.rawValue)", \(members)\(server)\(more)}]}}
        """
    let loaded = BotConfiguration.load(
        ConfigurationSources(
            file: SourceFile(name: "config.json", text: text),
            environment: [
                "LINE_TOKEN": lineToken, "BOT_TOKEN": botToken, "NTFY_TOKEN": "tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2",
                "SLACK_URL": "https://hooks.slack.com/services/T000/B000/XXXXsecretXXXX",
                "DISCORD_URL": "https://discord.com/api/webhooks/42/secretsecretsecret", "HOOK_URL": hook,
                "HOOK_SECRET": more.contains("signature") ? "It's a Secret to Everybody" : webhookSecret,
            ]))
    try #require(loaded.issues.filter { $0.path.contains("notif") }.isEmpty, "\(loaded.issues)")
    try #require(loaded.notificationIssues.isEmpty, "\(loaded.notificationIssues)")
    return try NotificationChannel(try #require(loaded.notificationAccess.first))
}

func response(
    _ status: Int, _ body: String = "", _ headers: [(String, String)] = []
) -> HTTPResponse {
    HTTPResponse(status: status, headers: HTTPHeaders(headers), body: Array(body.utf8))
}

extension HTTPRequest {
    var text: String { String(decoding: body, as: UTF8.self) }
}

/// A service on the loopback that keeps what it was sent and answers what a test tells it to.
final class LocalService: HTTPServerHandler {
    private(set) var server: HTTPServer!
    var requests: [HTTPRequest] = []
    /// Nil closes the connection without an answer.
    var answer: (Int, HTTPRequest) -> HTTPResponse?

    init(_ loop: EventLoop, _ answer: @escaping (Int, HTTPRequest) -> HTTPResponse?) throws {
        self.answer = answer
        server = try HTTPServer(loop: loop)
        server.handler = self
    }

    var port: UInt16 { server.port }

    func request(connectionID: UInt64, _ request: HTTPRequest, respond token: ResponseToken) {
        requests.append(request)
        if let response = answer(requests.count, request) {
            server.respond(token, response)
        } else {
            server.abort(connectionID: connectionID)
        }
    }
}

extension EventLoop {
    /// Turns until the condition holds; fails the test after twenty seconds of nothing.
    func turn(_ what: String = "the condition", until condition: () -> Bool) throws {
        var isLate = false
        let timer = schedule(after: .seconds(20)) { isLate = true }
        defer { cancel(timer) }
        try run { isLate || condition() }
        #expect(!isLate, "\(what) did not come about")
    }
}

/// A directory that disappears with its last user.
final class TemporaryFolder {
    let path: String

    init() {
        var template = Array("/tmp/apus-test-XXXXXX".utf8CString)
        path = mkdtemp(&template).map { String(cString: $0) } ?? "/nonexistent"
    }

    deinit { system("rm -rf \(path)") }

    /// A private authority (`ca.pem`) and a certificate for this machine.
    func makeCertificates() throws {
        let status = system(
            """
            cd \(path) && {
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem \
                -subj "/CN=Test authority" -days 2 &&
            openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout server.key -out server.csr \
                -subj "/CN=test" &&
            echo "subjectAltName=DNS:localhost,IP:127.0.0.1" > extensions &&
            openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile extensions \
                -out server.pem
            } > /dev/null 2>&1
            """)
        try #require(status == 0, "openssl made the certificates")
    }
}
