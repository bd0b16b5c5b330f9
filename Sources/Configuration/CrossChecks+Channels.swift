/// What a channel of each type must have, may have, and has no use for.
extension Resolver {
    mutating func checkChannels() {
        var names: [String] = []
        for channel in 0..<channelCount {
            guard let service = channelService(channel) else { continue }
            checkKeys(channel, service)
            checkTarget(channel, service)
            checkServer(channel)
            checkTokenName(channel)
            let name = channelName(channel)
            if names.contains(name) {
                report(
                    at: origin(channel, .channelName), "\(path(channel)).name",
                    "is not unique: another channel is called \"\(Printable.shortened(name))\" too; give each a name")
            }
            names.append(name)
        }
    }

    private func path(_ channel: Int) -> String { "\(Self.channelList)[\(channel)]" }

    private func origin(_ channel: Int, _ key: FieldKey) -> ValueOrigin {
        values[FieldPlace(key, entry: channel)]?.origin ?? values[FieldPlace(.channelType, entry: channel)]?.origin
            ?? .defaultValue
    }

    private func isGiven(_ key: FieldKey, _ channel: Int) -> Bool {
        origin(ofGiven: FieldPlace(key, entry: channel)) != nil
    }

    private mutating func checkKeys(_ channel: Int, _ service: NotificationService) {
        for key in service.neededKeys where !isGiven(key, channel) {
            report(
                at: origin(channel, .channelType), "\(path(channel)).\(key.name)",
                "is missing: a \(service.rawValue) channel needs it",
                expected: FieldTable.rows(of: key).first?.expectation)
        }
        for key in service.foreignKeys {
            guard let origin = origin(ofGiven: FieldPlace(key, entry: channel)) else { continue }
            report(
                at: origin, "\(path(channel)).\(key.name)", "does not belong to a \(service.rawValue) channel")
        }
    }

    private mutating func checkTarget(_ channel: Int, _ service: NotificationService) {
        guard let expected = service.targetForm else { return }
        switch (isGiven(.channelTarget, channel), isGiven(.channelTargetVariable, channel)) {
        case (false, false):
            report(
                at: origin(channel, .channelType), "\(path(channel)).to", "is missing: expected \(expected)",
                expected: expected)
        case (true, true):
            report(
                at: origin(channel, .channelTargetVariable), "\(path(channel)).to_env",
                "stands beside to: give one of them")
        case (true, false), (false, true): break
        }
        if let target = channelText(.channelTarget, channel), !service.isTarget(target) {
            report(
                at: origin(channel, .channelTarget), "\(path(channel)).to",
                "expected \(expected), found \"\(Printable.shortened(target))\"", expected: expected)
        }
    }

    private mutating func checkServer(_ channel: Int) {
        guard let server = channelText(.channelServer, channel).flatMap(VenueEndpoint.init) else { return }
        if server.host == LINENotify.host {
            report(at: origin(channel, .channelServer), "\(path(channel)).server", LINENotify.advice)
        } else if !server.isSecure, !server.isLoopback {
            report(
                at: origin(channel, .channelServer), "\(path(channel)).server",
                "expected https, found http: plain text is allowed on this machine only", expected: "https")
        }
    }

    private mutating func checkTokenName(_ channel: Int) {
        guard let name = channelText(.channelTokenVariable, channel), LINENotify.isNamed(by: name) else { return }
        report(
            at: origin(channel, .channelTokenVariable), "\(path(channel)).token_env",
            "\(name) looks like a token of LINE Notify, which opens nothing any more. \(LINENotify.advice)",
            severity: .warning)
    }
}

extension NotificationService {
    fileprivate var neededKeys: [FieldKey] {
        switch self {
        case .line, .telegram: [.channelTokenVariable]
        case .slack, .discord: [.channelURLVariable]
        case .ntfy: []
        case .webhook: [.channelURLVariable, .channelSecretVariable]
        }
    }

    fileprivate var foreignKeys: [FieldKey] {
        switch self {
        case .line: [.channelURLVariable, .channelSecretVariable, .channelSignature, .channelThread]
        case .telegram: [.channelURLVariable, .channelSecretVariable, .channelSignature]
        case .slack:
            [
                .channelTokenVariable, .channelSecretVariable, .channelSignature, .channelThread, .channelTarget,
                .channelTargetVariable,
            ]
        case .discord:
            [
                .channelTokenVariable, .channelSecretVariable, .channelSignature, .channelTarget,
                .channelTargetVariable,
            ]
        case .ntfy: [.channelURLVariable, .channelSecretVariable, .channelSignature, .channelThread]
        case .webhook:
            [.channelTokenVariable, .channelThread, .channelTarget, .channelTargetVariable, .channelServer]
        }
    }

    /// What `to` must be; nil where there is none.
    var targetForm: String? {
        switch self {
        case .line: "a userId, groupId or roomId: U, C or R and 32 hexadecimal digits"
        case .telegram: "a chat id such as \"-1001234567890\", or \"@channelname\""
        case .ntfy: "a topic: at most 64 letters, digits, - and _"
        case .slack, .discord, .webhook: nil
        }
    }

    func isTarget(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        func isWord(_ bytes: some Sequence<UInt8>) -> Bool {
            bytes.allSatisfy {
                (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || $0 == UInt8(ascii: "_")
            }
        }
        switch self {
        case .line:
            return bytes.count == 33 && "UCR".utf8.contains(bytes[0])
                && bytes.dropFirst().allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        case .telegram:
            if bytes.first == UInt8(ascii: "@") { return (5...64).contains(bytes.count) && isWord(bytes.dropFirst()) }
            return bytes.first != UInt8(ascii: "+") && Int64(text) != nil
        case .ntfy: return (1...64).contains(bytes.count) && isWord(bytes.filter { $0 != UInt8(ascii: "-") })
        case .slack, .discord, .webhook: return false
        }
    }
}
