public import Configuration
public import Fundamentals

/// Something a person should know, whichever channel carries it.
public struct Notification: Hashable, Sendable {
    public var severity: NotificationSeverity
    /// A few words: which bot.
    public var title: String
    /// What happened, in whole sentences.
    public var text: String
    /// Wall clock, when it happened.
    public var at: Instant
    /// Alerts with the same key within the window are one; nil for one that is always sent.
    public var key: String?

    public init(
        _ severity: NotificationSeverity, title: String, text: String, at: Instant, key: String? = nil
    ) {
        self.severity = severity
        self.title = title
        self.text = text
        self.at = at
        self.key = key
    }

    /// A key for texts that differ in numbers only: every run of digits counts as the same.
    public static func key(of text: String) -> String {
        var result = ""
        var isInNumber = false
        for scalar in text.unicodeScalars.prefix(200) {
            let isDigit = ("0"..."9").contains(scalar)
            if !isDigit {
                result.unicodeScalars.append(scalar)
            } else if !isInNumber {
                result += "#"
            }
            isInNumber = isDigit
        }
        return result
    }
}

/// Names one notification on its way through one channel, the same in every attempt: services that know it do not show
/// a repetition twice.
public struct NotificationID: Hashable, Sendable {
    /// 32 hexadecimal digits.
    public let digits: String

    /// - Parameter bytes: 16 random ones; missing ones are zero.
    public init(random bytes: [UInt8]) {
        var bytes = Array((bytes + [UInt8](repeating: 0, count: 16)).prefix(16))
        // RFC 9562 §5.4: version 4, variant 10.
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        digits = bytes.map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
    }

    /// `123e4567-e89b-42d3-a456-426614174000`.
    public var uuid: String {
        let text = Array(digits)
        return [text[0..<8], text[8..<12], text[12..<16], text[16..<20], text[20..<32]].map { String($0) }
            .joined(separator: "-")
    }
}
