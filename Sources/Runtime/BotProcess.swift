public import Fundamentals
public import SystemIO
internal import VenueKit

/// What a process does around its bot: starts it, lets signals end it, and knows when to leave.
///
/// With a surface to command it the process outlives a stop; without one it ends with its first session.
public final class BotProcess {
    public let host: BotHost
    private let loop: EventLoop
    private let outlivesStop: Bool
    private var isLeaving = false
    /// The process began with a start that has not yet come to anything: without it there is no process.
    private var isFirstStart = false
    private var ending: RunEnding?

    /// - Parameter outlivesStop: something other than a signal can start the bot again.
    public init(_ host: BotHost, on loop: EventLoop, outlivesStop: Bool) {
        self.host = host
        self.loop = loop
        self.outlivesStop = outlivesStop
    }

    /// Blocks until the process may end.
    ///
    /// - Parameters:
    ///   - startsQuoting: otherwise the bot waits to be told.
    ///   - duration: leave after this long; nil for never.
    /// - Returns: how the last session ended, and its last frame; a process whose bot never started just stopped.
    public func run(startsQuoting: Bool, duration: TimeSpan?) throws -> (ending: RunEnding, last: BotFrame?) {
        let observer = host.addObserver { [weak self] event in
            if case .state(let state) = event.body { self?.changed(to: state) }
        }
        defer { host.removeObserver(observer) }
        if startsQuoting {
            isFirstStart = true
            try host.start()
        }
        if let duration {
            loop.schedule(after: duration) { [weak self] in self?.leave() }
        }
        try loop.run(until: { self.ending != nil })
        return (ending ?? .stopped, host.frame)
    }

    /// The first signal stops and confirms; a second one leaves at once.
    public func received(_ signal: ProcessSignal) {
        guard isLeaving, host.state != .stopped else { return leave() }
        host.abandon(after: signal)
    }

    private func leave() {
        isLeaving = true
        guard host.state != .stopped else {
            ending = ending ?? host.lastEnding ?? .stopped
            return
        }
        host.note(.info, "stopping: cancelling everything; signal again to exit at once")
        try? host.stop()
    }

    private func changed(to state: BotState) {
        switch state {
        case .starting, .stopping: break
        case .running: isFirstStart = false
        case .stopped: if isLeaving || !outlivesStop || failedToStart { ending = host.lastEnding }
        }
    }

    /// A person who stops a bot while it starts still wants the process; one that the venue refused is of no use.
    private var failedToStart: Bool {
        guard isFirstStart, case .refused? = host.lastEnding else { return false }
        return true
    }
}
