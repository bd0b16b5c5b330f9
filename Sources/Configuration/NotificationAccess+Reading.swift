internal import Fundamentals

extension NotificationSettings {
    /// Reads what opens the channels. Issues name the variable and what is wrong with it, never its value.
    public func readAccess(
        _ environment: [String: String]
    ) -> (channels: [NotificationAccess], issues: [ConfigurationIssue]) {
        var reader = AccessReader(environment: environment)
        let all = channels.map { reader.read($0) }
        return (all.compactMap { $0 }, reader.issues)
    }
}

/// Takes tokens and addresses from the environment and judges their form.
private struct AccessReader {
    let environment: [String: String]
    private(set) var issues: [ConfigurationIssue] = []

    init(environment: [String: String]) { self.environment = environment }

    /// Nil where something is missing or wrong.
    mutating func read(_ channel: NotificationSettings.Channel) -> NotificationAccess? {
        let before = issues.count
        var access = NotificationAccess(channel: channel, target: channel.target)
        if let name = channel.targetVariable, let form = channel.service.targetForm {
            access.target = value(name, channel, form) { channel.service.isTarget($0) }
        }
        if let name = channel.tokenVariable {
            access.token = token(name, channel).map(CredentialText.init)
        }
        if let name = channel.urlVariable { access.url = url(name, channel).map(CredentialText.init) }
        if let name = channel.secretVariable {
            access.secret = secret(name, channel).map(CredentialText.init)
        }
        return issues.count == before ? access : nil
    }

    private mutating func token(_ name: String, _ channel: NotificationSettings.Channel) -> String? {
        switch channel.service {
        case .telegram: value(name, channel, "a bot token such as 123456:ABC…", Self.isBotToken)
        case .line, .ntfy, .slack, .discord, .webhook:
            value(name, channel, "a token: printable characters without spaces", Self.isToken)
        }
    }

    private mutating func url(_ name: String, _ channel: NotificationSettings.Channel) -> String? {
        if let text = environment[name], text.contains("//\(LINENotify.host)") {
            complain(name, channel, LINENotify.advice)
            return nil
        }
        return value(name, channel, "an https URL (http only for this machine)", Self.isURL)
    }

    private mutating func secret(_ name: String, _ channel: NotificationSettings.Channel) -> String? {
        switch channel.signature {
        case .standard:
            value(name, channel, "whsec_ and the base64 of 24 to 64 bytes") {
                $0.hasPrefix("whsec_") && (32...88).contains($0.utf8.count - 6) && Self.isToken($0)
            }
        case .github, .stripe:
            value(name, channel, "a secret of 8 to 512 characters") { (8...512).contains($0.utf8.count) }
        }
    }

    private mutating func value(
        _ name: String, _ channel: NotificationSettings.Channel, _ expected: String, _ isRight: (String) -> Bool
    ) -> String? {
        guard let text = environment[name], !text.isEmpty else {
            complain(name, channel, "is not set: expected \(expected)", expected: expected)
            return nil
        }
        guard isRight(text) else {
            complain(name, channel, "is not \(expected) (value not shown)", expected: expected)
            return nil
        }
        return text
    }

    private mutating func complain(
        _ name: String, _ channel: NotificationSettings.Channel, _ message: String, expected: String? = nil
    ) {
        issues.append(
            ConfigurationIssue(
                file: "environment", path: name, message: "\(message), for the channel \"\(channel.name)\"",
                expected: expected))
    }

    /// Printable ASCII without spaces or the brackets of a placeholder such as `<your-token>`.
    private static func isToken(_ text: String) -> Bool {
        (8...1_024).contains(text.utf8.count) && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } && !text.hasPrefix("<")
    }

    /// It becomes part of a path: digits, a colon, and letters that need no escape.
    private static func isBotToken(_ text: String) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return isToken(text) && parts.count == 2 && !parts[0].isEmpty && parts[1].utf8.count >= 8
            && parts[0].utf8.allSatisfy { (0x30...0x39).contains($0) }
            && parts[1].utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || "-_".utf8.contains($0)
            }
    }

    /// Scheme, host and path; the path may hold what makes the URL a secret.
    private static func isURL(_ text: String) -> Bool {
        guard isToken(text), text.utf8.count <= 1_024, !text.utf8.contains(UInt8(ascii: "#")),
            let mark = text.firstRange(of: "://")
        else { return false }
        let end = text[mark.upperBound...].firstIndex { $0 == "/" || $0 == "?" } ?? text.endIndex
        guard let origin = VenueEndpoint(String(text[..<end])) else { return false }
        return origin.scheme == "https" || (origin.scheme == "http" && origin.isLoopback)
    }
}
