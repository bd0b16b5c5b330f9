internal import Configuration
internal import Cryptography
internal import Fundamentals
import Testing
internal import Wire

@testable internal import Notifications

@Suite struct `Requests` {
    @Test func `LINE gets a push with the token and a retry key`() throws {
        let request = try channel(.line).request(alarm(), id: fixedID, at: newYear)
        #expect(request.method == .post && request.target == "/v2/bot/message/push")
        #expect(request.headers["Authorization"] == "Bearer \(lineToken)")
        #expect(request.headers["X-Line-Retry-Key"] == "00010203-0405-4607-8809-0a0b0c0d0e0f")
        #expect(request.headers["Content-Type"] == "application/json")
        #expect(
            request.text
                == #"{"to":"\#(lineUser)","messages":[{"type":"text","text":"ALARM · apus BTC-USD\u000ahedge failed\u000a2026-01-01T00:00:00Z"}],"notificationDisabled":false}"#
        )
    }

    @Test func `Telegram gets a message without a parse mode, its chat as a number`() throws {
        let request = try channel(.telegram, more: ", \"thread\": 7").request(alarm(), id: fixedID, at: newYear)
        #expect(request.target == "/bot\(botToken)/sendMessage")
        #expect(
            request.text
                == #"{"chat_id":-1001234567890,"message_thread_id":7,"text":"ALARM · apus BTC-USD\u000ahedge failed\u000a2026-01-01T00:00:00Z","disable_notification":false,"link_preview_options":{"is_disabled":true}}"#
        )
    }

    @Test func `Slack gets text with its three characters escaped`() throws {
        let request = try channel(.slack).request(alarm("a < b & c > d"), id: fixedID, at: newYear)
        #expect(request.target == "/services/T000/B000/XXXXsecretXXXX")
        #expect(request.text.contains(#"a &lt; b &amp; c &gt; d"#))
    }

    @Test func `Discord is asked to wait and to mention nobody`() throws {
        let plain = try channel(.discord).request(alarm("@everyone"), id: fixedID, at: newYear)
        #expect(plain.target == "/api/webhooks/42/secretsecretsecret?wait=true")
        #expect(plain.text.contains(#""allowed_mentions":{"parse":[]},"flags":4"#))
        #expect(plain.headers["User-Agent"] == "apus")
        let threaded = try channel(.discord, more: ", \"thread\": 99").request(alarm(), id: fixedID, at: newYear)
        #expect(threaded.target.hasSuffix("?wait=true&thread_id=99"))
    }

    @Test func `ntfy gets JSON at its root, with priority and tag`() throws {
        let request = try channel(.ntfy).request(alarm(), id: fixedID, at: newYear)
        #expect(request.target == "/")
        #expect(request.headers["Authorization"] == "Bearer tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2")
        #expect(
            request.text
                == #"{"topic":"mm-7f3a-alerts","title":"ALARM · apus BTC-USD","message":"hedge failed\u000a2026-01-01T00:00:00Z","priority":5,"tags":["rotating_light"]}"#
        )
    }

    @Test func `a webhook's signature is over exactly the body that is sent`() throws {
        let request = try channel(.webhook).request(alarm(key: "hedge"), id: fixedID, at: newYear)
        #expect(request.target == "/hooks/k3yInThePath")
        #expect(
            request.text
                == #"{"type":"apus.alarm","timestamp":"2026-01-01T00:00:00.000Z","data":{"severity":"alarm","title":"apus BTC-USD","text":"hedge failed","key":"hedge"}}"#
        )
        let key = try #require(Base64.decode(String(webhookSecret.dropFirst(6))))
        let id = try #require(request.headers["webhook-id"])
        let mac = HMACSHA256(key: Secret(bytes: key)).authenticate(Array("\(id).1767225600.".utf8) + request.body)
        #expect(id == "msg_000102030405460788090a0b0c0d0e0f")
        #expect(request.headers["webhook-timestamp"] == "1767225600")
        #expect(request.headers["webhook-signature"] == "v1,\(Base64.encode(mac))")
    }

    @Test(arguments: NotificationService.allCases)
    func `text of any length fits every service`(service: NotificationService) throws {
        let long = String(repeating: "🚨 a long story ", count: 5_000)
        let request = try channel(service).request(alarm(long), id: fixedID, at: newYear)
        let json = try JSONValue.parse(request.body)
        let text: String? =
            switch service {
            case .line: json["messages"]?.elements?.first?["text"]?.text
            case .telegram, .slack: json["text"]?.text
            case .discord: json["content"]?.text
            case .ntfy: json["message"]?.text
            case .webhook: json["data"]?["text"]?.text
            }
        let sent = try #require(text)
        #expect(sent.contains("…(+"))
        let limit: Int =
            switch service {
            case .line: 5_000
            case .telegram, .slack: 4_096
            case .discord: 2_000
            case .ntfy, .webhook: 20_000
            }
        #expect(sent.utf16.count <= limit)
        if service == .ntfy { #expect(sent.utf8.count <= 4_096) }
        #expect(request.body.count < 20_000)
    }
}

@Suite struct `Webhook signatures` {
    private func headers(
        _ style: WebhookSignature, _ secret: String, id: String, _ seconds: Int64, _ body: String
    ) throws -> [(String, String)] {
        WebhookSigner.headers(
            style, key: try #require(WebhookSigner.key(Array(secret.utf8), style)), id: id,
            at: Instant(milliseconds: seconds * 1_000), body: Array(body.utf8))
    }

    private static let fill = #"{"event":"fill","symbol":"USDTTWD","side":"BUY","qty":"12.5","price":"32.11"}"#

    @Test func `agree with the vector of the Standard Webhooks libraries`() throws {
        let headers = try headers(
            .standard, webhookSecret, id: "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, #"{"test": 2432232314}"#)
        #expect(headers.last?.1 == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test func `agree with a second vector in the same form`() throws {
        let headers = try headers(.standard, webhookSecret, id: "msg_2ace000001", 1_767_225_600, Self.fill)
        #expect(headers.last?.1 == "v1,2OGH1GLTbf8fwmkAcrKnkBLoo8Zv1Faisgs/FroZdrE=")
    }

    @Test func `agree with the vector of GitHub's documentation`() throws {
        let headers = try headers(.github, "It's a Secret to Everybody", id: "x", 0, "Hello, World!")
        #expect(headers.last?.0 == "X-Hub-Signature-256")
        #expect(
            headers.last?.1 == "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")
    }

    @Test func `agree with a vector in Stripe's form`() throws {
        let headers = try headers(.stripe, "whsec_test", id: "x", 1_767_225_600, Self.fill)
        #expect(
            headers.last?.1
                == "t=1767225600,v1=f7ac719d6e5960a91a4b4e116ba0e3921efbb81936bdefc3a9af30a66ab691bd")
    }

    @Test(arguments: [
        "", "whsec_", "whsec_AAAA", "whsec_not base64 at all, not at all", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    ])
    func `refuse a standard secret that is none`(secret: String) {
        #expect(WebhookSigner.key(Array(secret.utf8), .standard) == nil)
    }
}

@Suite struct `Text of messages` {
    @Test(arguments: [0, 1, 15, 16, 17, 100])
    func `is cut only beyond the limit, and says by how much`(over: Int) {
        let text = String(repeating: "a", count: 100 + over)
        let fitted = MessageText.fitted(text, 100, .bytes)
        #expect(fitted.utf8.count <= 102)
        #expect((fitted == text) == (over == 0))
        if over > 0 { #expect(fitted == String(repeating: "a", count: 84) + "…(+\(16 + over))") }
    }

    @Test func `keys do not tell numbers apart`() {
        #expect(
            Notifications.Notification.key(of: "order apus-12-345: never answered")
                == Notifications.Notification.key(of: "order apus-7-9: never answered"))
        #expect(Notifications.Notification.key(of: "BTC-USD: x") != Notifications.Notification.key(of: "ETH-USD: x"))
    }

    @Test func `secrets do not print`() throws {
        for service in NotificationService.allCases {
            let channel = try channel(service)
            var text = ""
            dump(channel, to: &text)
            text += "\(channel) \(String(reflecting: channel))"
            for secret in channel.secrets { #expect(!text.contains(String(decoding: secret, as: UTF8.self))) }
            #expect(!text.contains("secret") && !text.contains("k3y"))
        }
    }
}
