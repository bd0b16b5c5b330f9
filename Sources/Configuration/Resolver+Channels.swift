internal import Fundamentals

/// The list of channels that alerts go to.
extension Resolver {
    static let channelList = "notifications.channels"
    /// More channels are a mistake.
    private static let mostChannels = 32
    private static let example = "a list such as [{\"type\": \"telegram\", …}]"
    /// How people call what must not stand in the file, and the key that names its variable.
    private static let secretKeys: [(name: String, variable: String)] = [
        ("token", "token_env"), ("bot_token", "token_env"), ("access_token", "token_env"),
        ("channel_access_token", "token_env"), ("url", "url_env"), ("webhook", "url_env"), ("webhook_url", "url_env"),
        ("secret", "secret_env"), ("signing_secret", "secret_env"),
    ]

    mutating func applyChannels(_ list: ConfigurationNode.Member) {
        sectionPlaces[Self.channelList] = (list.node.line, list.node.column)
        guard case .list(let nodes) = list.node.value else {
            report(
                at: origin(list.node), Self.channelList, "expected a list of channels, found \(list.node.found)",
                expected: Self.example)
            return
        }
        guard nodes.count <= Self.mostChannels else {
            let expected = "at most \(Self.mostChannels)"
            report(
                at: origin(list.node), Self.channelList, "expected \(expected) channels, found \(nodes.count)",
                expected: expected)
            return
        }
        for (index, node) in nodes.enumerated() { applyChannel(node, index) }
    }

    private mutating func applyChannel(_ node: ConfigurationNode, _ index: Int) {
        channelCount = index + 1
        let path = "\(Self.channelList)[\(index)]"
        sectionPlaces[path] = (node.line, node.column)
        for key in FieldKey.allCases where key.isPerChannel { applyDefault(FieldPlace(key, entry: index)) }
        guard case .object(let members) = node.value else {
            report(
                at: origin(node), path, "expected an object, found \(node.found)",
                expected: "an object such as {\"type\": \"telegram\", …}")
            given[FieldPlace(.channelType, entry: index)] = origin(node)
            return
        }
        for member in members {
            if let variable = Self.secretKeys.first(where: { $0.name == member.key.lowercased() })?.variable {
                report(
                    at: .file(file, line: member.line, column: member.column), "\(path).\(member.key)",
                    "a secret must not stand in this file: put it into the environment or a .env file, and name the "
                        + "variable in \(variable)", expected: variable)
                continue
            }
            let key = FieldKey(rawValue: "\(Self.channelList).\(member.key)")
            apply(member, path: "\(path).\(member.key)", key: key, section: Self.channelList, entry: index)
        }
    }

    /// `notifications.channels[0].to`, `notifications.channels.phone.to`, or `notifications.channels.*.to` for all.
    mutating func applyChannel(_ override: ConfigurationOverride, _ origin: ValueOrigin) {
        let shown = Printable.shortened(override.path)
        let rest = override.path.dropFirst(Self.channelList.count)
        guard let dot = rest.lastIndex(of: "."), dot > rest.startIndex,
            let key = FieldKey(rawValue: "\(Self.channelList)\(rest[dot...])")
        else {
            let example = "\(Self.channelList).phone.to"
            report(at: origin, shown, "expected the channel and its key, such as \(example)", expected: example)
            return
        }
        let name = String(rest[..<dot].dropFirst().filter { $0 != "]" })
        let indices = (0..<channelCount).filter { name == "*" || channelName($0) == name || "\($0)" == name }
        if indices.isEmpty {
            report(at: origin, shown, "no channel \(Printable.shortened(name)) is configured")
        }
        for index in indices { apply(override.text, to: FieldPlace(key, entry: index), origin: origin) }
    }

    func channelText(_ key: FieldKey, _ channel: Int) -> String? {
        guard case .text(let text)? = values[FieldPlace(key, entry: channel)]?.value else { return nil }
        return text
    }

    func channelService(_ channel: Int) -> NotificationService? {
        channelText(.channelType, channel).flatMap(NotificationService.init(rawValue:))
    }

    func channelName(_ channel: Int) -> String {
        channelText(.channelName, channel) ?? channelText(.channelType, channel) ?? "\(channel)"
    }

    /// Nil without channels.
    var notificationSettings: NotificationSettings? {
        guard channelCount > 0, case .duration(let window)? = value(.dedupWindow)?.value else { return nil }
        return NotificationSettings(channels: (0..<channelCount).compactMap(channelSettings), dedupWindow: window)
    }

    private func channelSettings(_ channel: Int) -> NotificationSettings.Channel? {
        guard let service = channelService(channel) else { return nil }
        let thread: Int64? =
            if case .integer(let number)? = values[FieldPlace(.channelThread, entry: channel)]?.value { number } else {
                nil
            }
        return NotificationSettings.Channel(
            service: service, name: channelName(channel),
            minimumSeverity: channelText(.channelSeverity, channel).flatMap(NotificationSeverity.init(rawValue:))
                ?? .warning,
            target: channelText(.channelTarget, channel), targetVariable: channelText(.channelTargetVariable, channel),
            tokenVariable: channelText(.channelTokenVariable, channel),
            urlVariable: channelText(.channelURLVariable, channel),
            secretVariable: channelText(.channelSecretVariable, channel),
            signature: channelText(.channelSignature, channel).flatMap(WebhookSignature.init(rawValue:)) ?? .standard,
            thread: thread, server: channelText(.channelServer, channel).flatMap(VenueEndpoint.init))
    }
}
