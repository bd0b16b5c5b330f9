public import Fundamentals
internal import Synchronization

/// The log: filters by level, holds back repetitions, scrubs secrets, formats, writes to every sink.
///
/// Time stamps come from the caller, like everything in this program. May be used from any thread.
public final class Log: Sendable {
    private struct State: Sendable {
        var scrubber = SecretScrubber()
        var filter = RepeatFilter()
        var recent: RingBuffer<String>
        var lost: UInt64 = 0
    }

    public let level: LogLevel
    private let format: LogFormat
    private let sinks: [any LogSink]
    private let state: Mutex<State>

    /// - Parameter recentCapacity: How many lines `recentLines` remembers.
    public init(
        level: LogLevel = .info, format: LogFormat = .text, sinks: [any LogSink], recentCapacity: Int = 200
    ) {
        self.level = level
        self.format = format
        self.sinks = sinks
        state = Mutex(State(recent: RingBuffer(capacity: max(1, recentCapacity))))
    }

    /// From now on this text never appears in a line; values shorter than `SecretScrubber.lengthMin` are ignored.
    public func register(secret: [UInt8]) { state.withLock { $0.scrubber.register(secret) } }

    public func write(_ level: LogLevel, _ message: String, _ fields: [LogField] = [], at now: Instant) {
        guard level >= self.level else { return }
        state.withLock { state in
            emit(state.filter.pass(LogRecord(level, message, fields: fields, time: now)), &state)
        }
    }

    public func debug(_ message: String, _ fields: [LogField] = [], at now: Instant) {
        write(.debug, message, fields, at: now)
    }
    public func info(_ message: String, _ fields: [LogField] = [], at now: Instant) {
        write(.info, message, fields, at: now)
    }
    public func warning(_ message: String, _ fields: [LogField] = [], at now: Instant) {
        write(.warning, message, fields, at: now)
    }
    public func error(_ message: String, _ fields: [LogField] = [], at now: Instant) {
        write(.error, message, fields, at: now)
    }

    /// Writes the summary of repetitions that are held back. Call it now and then, and before the process ends.
    public func flush() {
        state.withLock { state in
            emit(state.filter.flush(), &state)
        }
    }

    /// The last lines, oldest first, as they were written.
    public var recentLines: [String] {
        state.withLock { state in (0..<state.recent.count).map { state.recent[$0] } }
    }

    /// How many lines a sink refused (disk full, closed pipe). A log that cannot write must not stop trading.
    public var lostLines: UInt64 { state.withLock { $0.lost } }

    private func emit(_ records: [LogRecord], _ state: inout State) {
        for record in records {
            let line = format.line(record, scrubber: state.scrubber)
            state.recent.append(line)
            for sink in sinks where !sink.write(line + "\n", at: record.time) { state.lost += 1 }
        }
    }
}
