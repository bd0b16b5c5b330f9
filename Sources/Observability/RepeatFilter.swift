public import Fundamentals

/// Holds back a record that says the same as the one before, and says later how often it came.
public struct RepeatFilter: Sendable {
    /// Longest time that repetitions are held back.
    public static let patience = TimeSpan.seconds(10)

    private var last: LogRecord?
    private var held = 0
    private var heldSince = Instant.distantPast
    private var latest = Instant.distantPast

    public init() {}

    /// The records to write now.
    public mutating func pass(_ record: LogRecord) -> [LogRecord] {
        if let last, last.level == record.level, last.message == record.message, last.fields == record.fields {
            if held == 0 { heldSince = record.time }
            held += 1
            latest = record.time
            return record.time - heldSince >= Self.patience ? flush() : []
        }
        let due = flush()
        last = record
        return due + [record]
    }

    /// The summary of what is held back, if anything is.
    public mutating func flush() -> [LogRecord] {
        guard held > 0, let last else { return [] }
        let times = held == 1 ? "once more" : "\(held) times"
        held = 0
        return [LogRecord(last.level, "\(last.message) (repeated \(times))", fields: last.fields, time: latest)]
    }
}
