public import Configuration
public import Fundamentals
public import Notifications
internal import Observability
internal import SystemIO
internal import VenueKit

/// The alerts of one process: what its bot tells, what keeps it from starting, and how it ends.
public final class BotAlerts {
    /// How long the end of a process waits for its last alerts.
    public static let patience = TimeSpan.seconds(5)

    private let notifier: Notifier
    private var rules: AlertRules
    /// What becomes of orders that nobody cancels any more.
    private let remainder: String
    private var isHurried = false
    private var isEnding = false

    public init(_ notifier: Notifier, for configuration: BotConfiguration) {
        self.notifier = notifier
        remainder =
            configuration.countdown > .zero
            ? "its dead man's switch has to cancel the orders"
            : "\(configuration.venue.title) has no dead man's switch: look at the open orders, or start the bot, which "
                + "cancels them first"
        let symbols = configuration.quotedMarkets.map(\.symbol)
        let more = symbols.count > 3 ? " and \(symbols.count - 3) more" : ""
        rules = AlertRules(
            title: "apus \(configuration.template.rawValue) \(symbols.prefix(3).joined(separator: ", "))\(more)")
    }

    /// How the channels do.
    public var status: [ChannelStatus] { notifier.status }
    /// The same, as people and programs are told.
    public var reports: [AlertReport] { status.map(AlertReport.init) }

    /// From now on, for as long as the host lives. What goes wrong with alerts becomes notes of the bot.
    public func watch(_ host: BotHost) {
        _ = host.addObserver { [weak self] event in
            guard let self, let notification = self.rules.notification(for: event) else { return }
            self.notifier.notify(notification)
        }
        host.alertSource = { [weak self] in self?.reports ?? [] }
        notifier.onReport = { [weak host] level, text in host?.note(Self.noteLevel(level), text) }
    }

    private static func noteLevel(_ level: LogLevel) -> SessionNote.Level {
        switch level {
        case .debug: .debug
        case .info: .info
        // An error would be an alert itself.
        case .warning, .error: .warning
        }
    }

    /// The process ends without having started.
    public func refused(_ reason: String) { tell("not started: \(reason)") }

    /// The process ends. A refusal has been told by the bot itself, and a clean end needs nobody.
    public func ended(_ ending: RunEnding) {
        switch ending {
        case .stopped, .refused: break
        case .abandoned:
            tell("left without the venue's word that nothing rests: \(remainder)")
        }
    }

    /// The process ends by a failure in mid-run.
    public func failed(_ reason: String) {
        tell("ended by a failure: \(reason). What may rest: \(remainder)")
    }

    /// Waits until the last alerts have left, or for `patience`.
    public func finish() throws {
        isEnding = true
        try notifier.drain(limit: Self.patience, unless: { isHurried })
        notifier.close()
    }

    /// Somebody does not want to wait for the last alerts.
    public func hurry() { isHurried = isEnding }

    private func tell(_ text: String) {
        notifier.notify(
            Notification(.alarm, title: rules.title, text: text, at: wallClock(), key: Notification.key(of: text)))
    }
}
