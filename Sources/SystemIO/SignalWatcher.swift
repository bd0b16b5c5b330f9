internal import CLinux
internal import Glibc

/// A signal that the process handles on its loop.
public enum ProcessSignal: Hashable, Sendable, CaseIterable {
    case interrupt, terminate, hangUp, windowChange, user1, user2

    var number: Int32 {
        switch self {
        case .interrupt: SIGINT
        case .terminate: SIGTERM
        case .hangUp: SIGHUP
        case .windowChange: SIGWINCH
        case .user1: SIGUSR1
        case .user2: SIGUSR2
        }
    }
}

/// Delivers signals as events of the loop (signalfd(2)), and ignores SIGPIPE.
///
/// Make it before the process starts threads: only threads that inherit the blocked mask leave the signals to it.
public final class SignalWatcher {
    private let loop: EventLoop
    private let descriptor: Int32
    private var registration: EventLoop.Registration?

    public init(
        loop: EventLoop, _ signals: [ProcessSignal] = [.interrupt, .terminate, .windowChange],
        _ handler: @escaping (ProcessSignal) -> Void
    ) throws(SystemError) {
        self.loop = loop
        Self.ignorePipeSignal()
        let numbers = signals.map(\.number)
        descriptor = clinux_signalfd(numbers, Int32(numbers.count))
        guard descriptor >= 0 else { throw .last("signalfd") }
        let descriptor = descriptor
        do throws(SystemError) {
            registration = try loop.register(descriptor, .readable) { _ in
                while case let number = clinux_read_signal(descriptor), number > 0 {
                    if let signal = signals.first(where: { $0.number == number }) { handler(signal) }
                }
            }
        } catch {
            close(descriptor)
            throw error
        }
    }

    deinit {
        if let registration { loop.unregister(registration) }
        close(descriptor)
    }

    /// A peer that goes away must be an error of the write, not the end of the process.
    public static func ignorePipeSignal() { signal(SIGPIPE, SIG_IGN) }
}
