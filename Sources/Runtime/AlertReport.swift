public import Configuration
internal import Fundamentals
internal import Notifications
public import Wire

/// How one channel of alerts does, as people and programs are told.
public struct AlertReport: Hashable, Sendable {
    public enum State: String, Hashable, Sendable, CaseIterable {
        case working
        /// Takes nothing for a while.
        case suspended
        /// Takes nothing until the next start.
        case disabled
    }

    public var name: String
    public var service: NotificationService
    public var state: State
    /// Why it takes nothing; nil while it works.
    public var reason: String?
    public var waiting: Int
    public var delivered: Int
    public var retried: Int
    /// Refused by the service, or not taken in time.
    public var failed: Int
    /// Never tried: the queue was full.
    public var dropped: Int
    public var lastFailure: String?

    public init(name: String, service: NotificationService) {
        (self.name, self.service, state) = (name, service, .working)
        (waiting, delivered, retried, failed, dropped) = (0, 0, 0, 0, 0)
    }

    init(_ status: ChannelStatus) {
        self.init(name: status.name, service: status.service)
        switch status.state {
        case .working: break
        case .suspended(let reason, _): (state, self.reason) = (.suspended, reason)
        case .disabled(let reason): (state, self.reason) = (.disabled, reason)
        }
        (waiting, delivered, retried) = (status.waiting, status.delivered, status.retried)
        (failed, dropped, lastFailure) = (status.failed, status.dropped, status.lastFailure)
    }

    /// The members of one object.
    public func write(into json: inout JSONWriter) {
        json.member("name", name)
        json.member("service", service.rawValue)
        json.member("state", state.rawValue)
        json.key("reason")
        if let reason { json.string(reason) } else { json.null() }
        json.member("waiting", Int64(waiting))
        json.member("delivered", Int64(delivered))
        json.member("retried", Int64(retried))
        json.member("failed", Int64(failed))
        json.member("dropped", Int64(dropped))
        json.key("last_failure")
        if let lastFailure { json.string(lastFailure) } else { json.null() }
    }

    /// `phone: 3 delivered, 1 failed (the service answered 403)`; what is zero is left out, but for the first.
    public var text: String {
        var parts = ["\(delivered) delivered"]
        for (count, word) in [(failed, "failed"), (dropped, "dropped"), (waiting, "not sent")] where count > 0 {
            parts.append("\(count) \(word)")
        }
        let trouble = reason ?? (failed > 0 ? lastFailure : nil)
        return "\(name): \(parts.joined(separator: ", "))" + (trouble.map { " (\($0))" } ?? "")
    }
}
