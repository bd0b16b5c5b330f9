internal import Configuration
internal import Notifications
internal import TradingEngine
internal import VenueKit

/// Which of a bot's events a person is told, and how urgently.
struct AlertRules {
    /// Which bot: stands above every alert.
    let title: String
    /// The halt that an incident has told already; the event that follows it says the same.
    private var toldHalt: String?

    init(title: String) { self.title = title }

    mutating func notification(for event: BotEvent) -> Notification? {
        switch event.body {
        case .state(let state): notification(for: state, event)
        case .effect(.incident(let incident)): notification(for: incident, event)
        case .effect(.send), .effect(.refused), .effect(.query), .effect(.fetchFills), .effect(.booked),
            .effect(.quiet):
            nil
        case .note(let note): notification(for: note, event)
        case .halted(let reason): halt(reason, event)
        }
    }

    private func notification(for state: BotState, _ event: BotEvent) -> Notification? {
        switch state {
        case .running, .stopped: make(.info, state.rawValue, event)
        case .starting, .stopping: nil
        }
    }

    private mutating func notification(for incident: Incident, _ event: BotEvent) -> Notification? {
        switch incident.severity {
        case .notice: return nil
        case .warning: return make(.warning, incident.text, event)
        case .alarm:
            if incident.text.hasPrefix("halted: ") { toldHalt = incident.text }
            return make(.alarm, incident.text, event)
        }
    }

    private mutating func halt(_ reason: String, _ event: BotEvent) -> Notification? {
        let text = "halted: \(reason)"
        defer { toldHalt = nil }
        return toldHalt == text ? nil : make(.alarm, text, event)
    }

    /// Of what sessions say, all errors; of warnings only those about the dead man's switch: the others (a stream that
    /// reconnects) are everyday, and have incidents where they matter.
    private func notification(for note: SessionNote, _ event: BotEvent) -> Notification? {
        switch note.level {
        case .debug, .info: nil
        case .warning: note.text.contains("dead man's switch") ? make(.warning, note.text, event) : nil
        case .error: make(.alarm, note.text, event)
        }
    }

    /// A trip of the breaker is told each time; everything else once in the window.
    private func make(_ severity: NotificationSeverity, _ text: String, _ event: BotEvent) -> Notification {
        let key = text.hasPrefix("breaker: ") ? nil : Notification.key(of: text)
        return Notification(severity, title: title, text: text, at: event.at, key: key)
    }
}
