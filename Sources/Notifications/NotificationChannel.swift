public import Configuration
internal import Cryptography
internal import Observability
public import SystemIO

/// Why a channel cannot be made of its configuration; never shows a secret.
public struct NotificationChannelError: Error, Hashable, Sendable, CustomStringConvertible {
    public let channel: String
    public let reason: String

    public var description: String { "the channel \"\(channel)\": \(reason)" }
}

/// A channel that can be used: where it is and what opens it. Tokens and the paths that are tokens are kept from
/// printing themselves.
public struct NotificationChannel: Sendable, CustomStringConvertible, CustomReflectable {
    enum Details: Sendable {
        case line(token: Secret, to: String)
        case telegram(token: Secret, chat: String, thread: Int64?)
        case slack(target: Secret)
        case discord(target: Secret, thread: Int64?)
        case ntfy(token: Secret?, topic: String)
        case webhook(target: Secret, key: Secret, signature: WebhookSignature)
    }

    public let name: String
    public let service: NotificationService
    public let minimumSeverity: NotificationSeverity
    /// Where its server is.
    public let origin: Origin
    var details: Details
    private let scrubber: SecretScrubber
    /// What must never appear in any output, for the log's scrubber.
    public let secrets: [[UInt8]]

    public init(_ access: NotificationAccess) throws(NotificationChannelError) {
        let channel = access.channel
        func fail(_ reason: String) -> NotificationChannelError {
            NotificationChannelError(channel: channel.name, reason: reason)
        }
        (name, service, minimumSeverity) = (channel.name, channel.service, channel.minimumSeverity)
        let token = access.token.map { Secret(bytes: $0.expose()) }
        var address: (origin: Origin, target: String)?
        if let url = access.url {
            address = Origin.parse(url: String(decoding: url.expose(), as: UTF8.self))
            guard address != nil else { throw fail("its URL cannot be read (not shown)") }
        }
        let target = Secret(address?.target ?? "/")
        switch (service, token, access.target) {
        case (.line, let token?, let to?): details = .line(token: token, to: to)
        case (.telegram, let token?, let chat?):
            details = .telegram(token: token, chat: chat, thread: channel.thread)
        case (.ntfy, let token, let topic?): details = .ntfy(token: token, topic: topic)
        case (.line, _, _), (.telegram, _, _): throw fail("it needs a token and whom to tell")
        case (.ntfy, _, nil): throw fail("it needs a topic")
        case (.slack, _, _): details = .slack(target: target)
        case (.discord, _, _): details = .discord(target: target, thread: channel.thread)
        case (.webhook, _, _):
            guard let secret = access.secret else { throw fail("it needs a secret") }
            guard let key = WebhookSigner.key(secret.expose(), channel.signature) else {
                throw fail("its secret is not whsec_ and the base64 of 24 to 64 bytes (value not shown)")
            }
            details = .webhook(target: target, key: key, signature: channel.signature)
        }
        guard let origin = channel.server.map(Self.origin) ?? address?.origin ?? Self.standard(service) else {
            throw fail("it needs a URL")
        }
        self.origin = origin
        // The URL as a whole and its path: either would open the channel to whoever reads it.
        secrets =
            [access.token, access.url, access.secret].compactMap { $0?.expose() }
            + (address.map { [Array($0.target.utf8)] } ?? [])
            + (channel.targetVariable == nil ? [] : [access.target.map { Array($0.utf8) } ?? []])
        var scrubber = SecretScrubber()
        for secret in secrets where secret.count > 1 { scrubber.register(secret) }
        self.scrubber = scrubber
    }

    /// Whether the service knows a repetition for what it is, so that an unknown outcome may be tried again.
    var isIdempotent: Bool {
        switch service {
        case .line, .webhook: true
        case .telegram, .slack, .discord, .ntfy: false
        }
    }

    /// Text of others, made fit to be shown: without our secrets, on one line, of bounded length.
    func shown(_ text: String) -> String {
        let printable = scrubber.scrub(text).unicodeScalars.map { scalar in
            scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
                ? " " : String(scalar)
        }
        return printable.prefix(200).joined() + (printable.count > 200 ? "…" : "")
    }

    public var description: String { "\(name) (\(service.rawValue))" }
    public var customMirror: Mirror { Mirror(self, children: ["name": name, "service": service]) }

    private static func standard(_ service: NotificationService) -> Origin? {
        switch service {
        case .line: Origin(scheme: .https, host: "api.line.me")
        case .telegram: Origin(scheme: .https, host: "api.telegram.org")
        case .ntfy: Origin(scheme: .https, host: "ntfy.sh")
        case .slack, .discord, .webhook: nil
        }
    }

    private static func origin(_ endpoint: VenueEndpoint) -> Origin {
        Origin(scheme: endpoint.isSecure ? .https : .http, host: endpoint.host, port: endpoint.port)
    }
}
