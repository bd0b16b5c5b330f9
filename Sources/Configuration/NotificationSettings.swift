public import Fundamentals

/// How much an alert asks of a person.
public enum NotificationSeverity: String, Hashable, Sendable, CaseIterable, Comparable {
    /// Good to know: started, stopped.
    case info
    /// Look at it today.
    case warning
    /// Look at it now.
    case alarm

    public static func < (a: Self, b: Self) -> Bool { a.rank < b.rank }

    private var rank: Int {
        switch self {
        case .info: 0
        case .warning: 1
        case .alarm: 2
        }
    }
}

/// A service that carries alerts.
public enum NotificationService: String, Hashable, Sendable, CaseIterable {
    /// LINE Messaging API, push.
    case line
    /// Telegram Bot API.
    case telegram
    /// Slack incoming webhook.
    case slack
    /// Discord webhook.
    case discord
    /// ntfy, public or self-hosted.
    case ntfy
    /// Any URL, with a signed JSON body.
    case webhook
}

/// How a generic webhook is signed, always with HMAC-SHA256.
public enum WebhookSignature: String, Hashable, Sendable, CaseIterable {
    /// Standard Webhooks: `webhook-id`, `webhook-timestamp`, `webhook-signature`.
    case standard
    /// `X-Hub-Signature-256: sha256=…`; without a time, so a copied request can be replayed.
    case github
    /// `Webhook-Signature: t=…,v1=…`, in Stripe's form.
    case stripe
}

/// The section `notifications`: where alerts go. Holds names of variables, never what they hold.
public struct NotificationSettings: Hashable, Sendable {
    public struct Channel: Hashable, Sendable {
        public var service: NotificationService
        /// Unique among the channels.
        public var name: String
        /// Less is not sent here.
        public var minimumSeverity: NotificationSeverity
        /// User, group, chat or topic; nil where the URL says it all, or a variable does.
        public var target: String?
        public var targetVariable: String?
        public var tokenVariable: String?
        public var urlVariable: String?
        public var secretVariable: String?
        public var signature: WebhookSignature
        /// Telegram's message thread, Discord's thread.
        public var thread: Int64?
        /// Another server than the service's own.
        public var server: VenueEndpoint?
    }

    public var channels: [Channel]
    /// The same alert within this time is counted, not sent again.
    public var dedupWindow: TimeSpan
}

/// A channel with what opens it.
public struct NotificationAccess: Hashable, Sendable {
    public var channel: NotificationSettings.Channel
    /// From the file or its variable.
    public var target: String?
    public var token: CredentialText?
    public var url: CredentialText?
    public var secret: CredentialText?
}

/// LINE Notify is no more: a configuration that names it is told what to use.
enum LINENotify {
    static let host = "notify-api.line.me"

    static let advice =
        "LINE Notify ended on 2025-03-31: use a channel of type \"line\" (LINE Messaging API): make a LINE Official "
        + "Account, name the variable with its channel access token in token_env, and give the userId or groupId that "
        + "gets the alerts in to"

    static func isNamed(by text: String) -> Bool {
        let letters = text.lowercased().unicodeScalars.filter { ("a"..."z").contains($0) }
        return String(String.UnicodeScalarView(letters)).contains("linenotify")
    }
}
