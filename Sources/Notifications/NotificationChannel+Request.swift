internal import Configuration
internal import Cryptography
public import Fundamentals
internal import Observability
public import Wire

extension NotificationChannel {
    /// The request that delivers a notification. Its target may be a secret: it is sent, never shown.
    ///
    /// - Parameters:
    ///   - id: the same in every attempt.
    ///   - now: wall clock of this attempt, for signatures with a time.
    public func request(_ notification: Notification, id: NotificationID, at now: Instant) -> HTTPRequest {
        switch details {
        case .line(let token, let to):
            return post(
                "/v2/bot/message/push", lineBody(notification, to),
                [
                    ("Authorization", "Bearer \(token.expose { String(decoding: $0, as: UTF8.self) })"),
                    ("X-Line-Retry-Key", id.uuid),
                ])
        case .telegram(let token, let chat, let thread):
            let token = token.expose { String(decoding: $0, as: UTF8.self) }
            return post("/bot\(token)/sendMessage", telegramBody(notification, chat, thread))
        case .slack(let target):
            return post(target.expose { String(decoding: $0, as: UTF8.self) }, slackBody(notification))
        case .discord(let target, let thread):
            let path = target.expose { String(decoding: $0, as: UTF8.self) }
            let thread = thread.map { "&thread_id=\($0)" } ?? ""
            return post("\(path)\(path.contains("?") ? "&" : "?")wait=true\(thread)", discordBody(notification))
        case .ntfy(let token, let topic):
            let token = token.map { $0.expose { String(decoding: $0, as: UTF8.self) } }
            return post("/", ntfyBody(notification, topic), token.map { [("Authorization", "Bearer \($0)")] } ?? [])
        case .webhook(let target, let key, let signature):
            let body = webhookBody(notification)
            let headers = WebhookSigner.headers(signature, key: key, id: "msg_\(id.digits)", at: now, body: body)
            return post(target.expose { String(decoding: $0, as: UTF8.self) }, body, headers)
        }
    }

    private func post(_ target: String, _ body: [UInt8], _ headers: [(String, String)] = []) -> HTTPRequest {
        HTTPRequest(
            method: .post, target: target,
            headers: HTTPHeaders([("Content-Type", "application/json"), ("User-Agent", "apus")] + headers), body: body)
    }

    private func object(_ write: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        write(&json)
        json.endObject()
        return json.bytes
    }

    /// Text of at most 5,000 UTF-16 units.
    private func lineBody(_ notification: Notification, _ to: String) -> [UInt8] {
        object { json in
            json.member("to", to)
            json.key("messages")
            json.beginArray()
            json.beginObject()
            json.member("type", "text")
            json.member("text", MessageText.fitted(MessageText.full(notification), 5_000, .utf16))
            json.endObject()
            json.endArray()
            json.member("notificationDisabled", notification.severity == .info)
        }
    }

    /// Without a parse mode: a wrong escape would be refused.
    private func telegramBody(_ notification: Notification, _ chat: String, _ thread: Int64?) -> [UInt8] {
        object { json in
            if let number = Int64(chat) { json.member("chat_id", number) } else { json.member("chat_id", chat) }
            if let thread { json.member("message_thread_id", thread) }
            json.member("text", MessageText.fitted(MessageText.full(notification), 4_096, .utf16))
            json.member("disable_notification", notification.severity == .info)
            json.key("link_preview_options")
            json.beginObject()
            json.member("is_disabled", true)
            json.endObject()
        }
    }

    private func slackBody(_ notification: Notification) -> [UInt8] {
        let text = MessageText.fitted(MessageText.full(notification), 3_000, .utf16)
        return object { $0.member("text", MessageText.escapedForSlack(text)) }
    }

    /// Nobody is mentioned whatever the text says; links are not unfolded; information makes no sound.
    private func discordBody(_ notification: Notification) -> [UInt8] {
        object { json in
            json.member("content", MessageText.fitted(MessageText.full(notification), 2_000, .utf16))
            json.key("allowed_mentions")
            json.beginObject()
            json.key("parse")
            json.beginArray()
            json.endArray()
            json.endObject()
            json.member("flags", notification.severity == .info ? 4 | 4_096 : 4)
        }
    }

    /// A message beyond 4,096 bytes would become an attachment.
    private func ntfyBody(_ notification: Notification, _ topic: String) -> [UInt8] {
        let (priority, tag): (Int64, String) =
            switch notification.severity {
            case .info: (2, "information_source")
            case .warning: (4, "warning")
            case .alarm: (5, "rotating_light")
            }
        return object { json in
            json.member("topic", topic)
            json.member("title", MessageText.fitted(MessageText.headline(notification), 200, .bytes))
            json.member("message", MessageText.fitted(MessageText.body(notification), 4_096, .bytes))
            json.member("priority", priority)
            json.key("tags")
            json.beginArray()
            json.string(tag)
            json.endArray()
        }
    }

    private func webhookBody(_ notification: Notification) -> [UInt8] {
        object { json in
            json.member("type", "apus.\(notification.severity.rawValue)")
            json.member("timestamp", Timestamp.text(notification.at, decimals: 3))
            json.key("data")
            json.beginObject()
            json.member("severity", notification.severity.rawValue)
            json.member("title", MessageText.fitted(notification.title, 500, .bytes))
            json.member("text", MessageText.fitted(notification.text, 8_000, .bytes))
            if let key = notification.key { json.member("key", MessageText.fitted(key, 500, .bytes)) }
            json.endObject()
        }
    }
}
