internal import Configuration
internal import Fundamentals
public import SystemIO
public import Wire

extension NotificationChannel {
    /// What an answer means, by the rules of the service. Total: any status and any body have a meaning.
    public func verdict(on response: HTTPResponse) -> ReplyVerdict {
        let text = String(decoding: response.body.prefix(65_536), as: UTF8.self)
        let json = try? JSONValue.parse(Array(response.body.prefix(65_536)))
        let reply = Reply(
            status: response.status, headers: response.headers, text: text, json: json,
            retryAfter: WaitHint.seconds(response.headers["Retry-After"]))
        return switch service {
        case .line: line(reply)
        case .telegram: telegram(reply)
        case .slack: slack(reply)
        case .discord: discord(reply)
        case .ntfy: ntfy(reply)
        case .webhook: webhook(reply)
        }
    }

    /// What a missing answer means: repeated where nothing was sent, or where the service knows a repetition.
    public func verdict(on failure: HTTPClientFailure) -> ReplyVerdict {
        switch failure {
        case .notSent: .retry(shown("\(failure)"))
        case .unknown:
            isIdempotent
                ? .retry(shown("\(failure)"))
                : .rejected(shown("\(failure); not repeated, because \(service.rawValue) would show it twice"))
        }
    }

    private struct Reply {
        var status: Int
        var headers: HTTPHeaders
        var text: String
        var json: JSONValue?
        var retryAfter: TimeSpan?
    }

    private func line(_ reply: Reply) -> ReplyVerdict {
        let message = reply.json?["message"]?.text ?? reply.text
        let details = (reply.json?["details"]?.elements ?? []).prefix(3).compactMap { detail in
            detail["message"]?.text.map { "\(detail["property"]?.text ?? ""): \($0)" }
        }
        let said = said(reply, ([message] + details).joined(separator: "; "))
        switch reply.status {
        case 200:
            return .delivered("message \(shown(reply.json?["sentMessages"]?.elements?.first?["id"]?.text ?? "?"))")
        case 409: return .delivered("an earlier attempt had arrived")
        case 401, 403: return .gone(said)
        case 429: return message.contains("monthly limit") ? .suspended(said, .nextMonth) : .retry(said)
        case 500...: return .retry(said)
        default: return .rejected(said)
        }
    }

    private func telegram(_ reply: Reply) -> ReplyVerdict {
        let description = reply.json?["description"]?.text
        let said = said(reply, description ?? reply.text)
        if reply.status == 200, reply.json?["ok"]?.boolean == true {
            return .delivered("message \(reply.json?["result"]?["message_id"]?.integer.map { "\($0)" } ?? "?")")
        }
        let parameters = reply.json?["parameters"]
        if reply.status == 400, let chat = parameters?["migrate_to_chat_id"]?.integer { return .moved(chat: "\(chat)") }
        switch reply.status {
        case 400: return description?.contains("chat not found") == true ? .gone(said) : .rejected(said)
        case 401, 403, 404: return .gone(said)
        case 429:
            return .retry(said, after: WaitHint.seconds(parameters?["retry_after"]?.numeral) ?? reply.retryAfter)
        case 500...: return .retry(said)
        default: return .rejected(said)
        }
    }

    private func slack(_ reply: Reply) -> ReplyVerdict {
        let said = said(reply, reply.text)
        switch reply.status {
        case 200: return reply.text.hasPrefix("ok") && reply.text.utf8.count <= 4 ? .delivered("ok") : .rejected(said)
        case 403, 404, 410: return .gone(said)
        case 429: return .retry(said, after: reply.retryAfter)
        case 500...: return .retry(said, after: reply.retryAfter, attempts: 2)
        default: return .rejected(said)
        }
    }

    private func discord(_ reply: Reply) -> ReplyVerdict {
        let code = reply.json?["code"]?.integer.map { " (code \($0))" } ?? ""
        let said = said(reply, (reply.json?["message"]?.text).map { $0 + code } ?? reply.text)
        switch reply.status {
        case 200, 204:
            let isSpent = reply.headers["X-RateLimit-Remaining"] == "0"
            return .delivered(
                "message \(shown(reply.json?["id"]?.text ?? "?"))",
                pause: isSpent ? WaitHint.seconds(reply.headers["X-RateLimit-Reset-After"]) : nil)
        case 401, 403, 404: return .gone(said)
        case 429:
            return .retry(said, after: WaitHint.seconds(reply.json?["retry_after"]?.numeral) ?? reply.retryAfter)
        case 500...: return .retry(said, after: reply.retryAfter)
        default: return .rejected(said)
        }
    }

    private func ntfy(_ reply: Reply) -> ReplyVerdict {
        let code = reply.json?["code"]?.integer
        let said = said(reply, (reply.json?["error"]?.text).map { "\($0) (code \(code ?? 0))" } ?? reply.text)
        switch (reply.status, code) {
        case (200, _):
            guard let id = reply.json?["id"]?.text else { return .rejected(said) }
            return .delivered("message \(shown(id))")
        case (401, _), (403, _): return .gone(said)
        case (429, 42_908): return .suspended(said, .nextDay)
        case (429, 42_909): return .suspended(said, .span(.hours(1)))
        case (429, _), (500..., _): return .retry(said, after: reply.retryAfter)
        default: return .rejected(said)
        }
    }

    /// Anything but 2xx and 410 is tried again, as Standard Webhooks has it; redirects are not followed.
    private func webhook(_ reply: Reply) -> ReplyVerdict {
        let said = said(reply, reply.text)
        return switch reply.status {
        case 200..<300: .delivered("HTTP \(reply.status)")
        case 410: .gone(said)
        default: .retry(said, after: reply.retryAfter)
        }
    }

    private func said(_ reply: Reply, _ text: String) -> String {
        text.isEmpty ? "HTTP \(reply.status)" : "HTTP \(reply.status): \(shown(text))"
    }
}
