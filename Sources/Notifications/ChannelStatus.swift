public import Configuration
public import Fundamentals

/// How a channel does.
public struct ChannelStatus: Hashable, Sendable {
    public enum State: Hashable, Sendable {
        case working
        /// Takes nothing for a while; the span is what was left of it when it was asked for.
        case suspended(String, left: TimeSpan)
        /// Takes nothing until a person has looked and the process has been started anew.
        case disabled(String)
    }

    public var name: String
    public var service: NotificationService
    public var state: State
    public var waiting: Int
    public var delivered: Int
    public var retried: Int
    /// Given up: refused by the service, or not taken in time.
    public var failed: Int
    /// Never tried: the queue was full.
    public var dropped: Int
    public var lastFailure: String?
}
