public import Fundamentals
internal import Wire

/// What a service's answer means for the message and for the channel.
public enum ReplyVerdict: Hashable, Sendable {
    public enum Suspension: Hashable, Sendable {
        case nextDay
        case nextMonth
        case span(TimeSpan)
    }

    /// Taken. `pause`: the service asks for this long before the next.
    case delivered(String, pause: TimeSpan?)
    /// Not taken, or a repetition does no harm. `after`: what the service asks for; `attempts`: try at most so often.
    case retry(String, after: TimeSpan?, attempts: Int)
    /// Telegram's group has another id from now on.
    case moved(chat: String)
    /// This message will never be taken; the next may be.
    case rejected(String)
    /// Nothing is taken for a while.
    case suspended(String, Suspension)
    /// Token or target are gone: nothing will be taken again until a person looks.
    case gone(String)

    static func retry(_ reason: String, after: TimeSpan? = nil) -> Self { .retry(reason, after: after, attempts: 5) }
    static func delivered(_ detail: String) -> Self { .delivered(detail, pause: nil) }
}

enum WaitHint {
    /// More is a mistake of the server, or means that nobody waits for it.
    private static let longest: Int64 = 31 * 86_400

    /// Seconds as `17` or `0.57`, rounded up to milliseconds; nil for anything else.
    static func seconds(_ text: String?) -> TimeSpan? {
        guard let text else { return nil }
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        func isNumber(_ part: Substring) -> Bool {
            !part.isEmpty && part.utf8.count <= 12 && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
        }
        guard let first = parts.first, isNumber(first), let whole = Int64(first) else { return nil }
        var milliseconds = min(whole, longest) * 1_000
        if parts.count == 2 {
            let digits = parts[1].prefix(12)
            guard isNumber(digits) else { return nil }
            let three = digits.prefix(3)
            milliseconds += (Int64(three) ?? 0) * (three.utf8.count == 1 ? 100 : three.utf8.count == 2 ? 10 : 1)
            if digits.dropFirst(3).contains(where: { $0 != "0" }) { milliseconds += 1 }
        }
        return .milliseconds(milliseconds)
    }
}
