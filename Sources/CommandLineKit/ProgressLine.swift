public import Fundamentals

/// One line on standard error for work that takes longer than two seconds. A value: it returns what to write.
public struct ProgressLine: Hashable, Sendable {
    private let title: String
    private let isTerminal: Bool
    private let start: Instant
    private var lastShown: Instant?

    /// How long work may take before it is worth a line.
    public static let patience = TimeSpan.seconds(2)
    /// Shortest time between two updates.
    public static let interval = TimeSpan.milliseconds(100)

    /// - Parameter isTerminal: Whether standard error ends at a terminal; without one nothing is ever shown.
    public init(_ title: String, isTerminal: Bool, at now: Instant) {
        self.title = title
        self.isTerminal = isTerminal
        start = now
    }

    /// What to write now, or nil. `total` of zero means that the end is not known.
    public mutating func update(done: Int64, total: Int64, at now: Instant) -> String? {
        guard isTerminal, now - start >= Self.patience else { return nil }
        if let lastShown, now - lastShown < Self.interval { return nil }
        lastShown = now
        let elapsed = (now - start).nanoseconds / 1_000_000_000
        guard total > 0 else { return "\r\u{1B}[K\(title): \(done) (\(elapsed) s)" }
        let done = min(max(0, done), total)
        let thousandths = Int64(Int128(done) * 1_000 / Int128(total))
        let bar = String(repeating: "#", count: Int(thousandths / 50))
        let gap = String(repeating: ".", count: 20 - bar.count)
        var line = "\r\u{1B}[K\(title) [\(bar)\(gap)] \(thousandths / 10)%"
        if thousandths > 10 {
            let left = Int64(Int128(elapsed) * Int128(total - done) / Int128(max(1, done)))
            line += " (\(left) s left)"
        }
        return line
    }

    /// What wipes the line; nil where none was shown.
    public mutating func finish() -> String? {
        defer { lastShown = nil }
        return lastShown == nil ? nil : "\r\u{1B}[K"
    }
}
