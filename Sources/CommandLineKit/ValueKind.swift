internal import Fundamentals

/// What the text of an option or argument must be. Checked while parsing, used by completions, named in errors.
public enum ValueKind: Hashable, Sendable {
    case text
    /// A path; completed as one.
    case file
    case integer(ClosedRange<Int64>)
    /// Plain decimal text, optional sign, no exponent.
    case decimal
    /// `500ms`, `30s`, `2m`, `1.5h`.
    case duration
    /// `127.0.0.1:8080`, `localhost:0`, `[::1]:443`.
    case endpoint
    /// `1..40`, both ends included, or one number.
    case range
    case choice([String])

    /// Any whole number that fits 64 bits.
    public static let anyInteger = ValueKind.integer(.min ... .max)
    /// Whole numbers from 0.
    public static let count = ValueKind.integer(0 ... .max)

    var placeholder: String {
        switch self {
        case .text: "TEXT"
        case .file: "FILE"
        case .integer: "N"
        case .decimal: "DECIMAL"
        case .duration: "TIME"
        case .endpoint: "HOST:PORT"
        case .range: "A..B"
        case .choice(let choices): choices.joined(separator: "|")
        }
    }

    /// What was expected, as the end of a sentence.
    var expectation: String {
        switch self {
        case .text: "text"
        case .file: "a path"
        case .integer(let range) where range == .min ... .max: "a whole number"
        case .integer(let range) where range.upperBound == .max: "a whole number of at least \(range.lowerBound)"
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .decimal: "a decimal number such as 0.25"
        case .duration: "a duration such as 500ms, 30s or 2m"
        case .endpoint: "HOST:PORT such as 127.0.0.1:8080"
        case .range: "a range such as 1..40"
        case .choice(let choices): "one of \(choices.joined(separator: ", "))"
        }
    }

    func accepts(_ text: String) -> Bool {
        switch self {
        case .text: true
        case .file: !text.isEmpty
        case .integer(let range): ValueReader.integer(text).map(range.contains) ?? false
        case .decimal: ValueReader.isDecimal(text)
        case .duration: ValueReader.duration(text) != nil
        case .endpoint: Endpoint(text) != nil
        case .range: ValueReader.range(text) != nil
        case .choice(let choices): choices.contains(text)
        }
    }
}

/// A host and a port, as typed: `HOST:PORT`, with brackets around an IPv6 address.
public struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    /// A name or address, without brackets.
    public let host: String
    public let port: UInt16

    public init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let portText = text[text.index(after: colon)...]
        guard !portText.isEmpty, portText.utf8.allSatisfy(ValueReader.isDigit), let port = UInt16(portText)
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":"), host.utf8.allSatisfy(ValueReader.isAddressByte) else { return nil }
        } else {
            guard host.utf8.allSatisfy(ValueReader.isHostByte) else { return nil }
        }
        guard !host.isEmpty, host.utf8.count <= 253 else { return nil }
        self.init(host: String(host), port: port)
    }

    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

enum ValueReader {
    static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    static func isHostByte(_ byte: UInt8) -> Bool {
        isDigit(byte) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
    }

    static func isAddressByte(_ byte: UInt8) -> Bool { isHostByte(byte) || byte == UInt8(ascii: ":") }

    static func integer(_ text: some StringProtocol) -> Int64? { Int64(text) }

    static func isDecimal(_ text: some StringProtocol) -> Bool {
        var rest = Substring(text)
        if rest.hasPrefix("-") || rest.hasPrefix("+") { rest = rest.dropFirst() }
        let parts = rest.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), rest.utf8.count <= 36 else { return false }
        return parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(isDigit) }
    }

    /// Not negative; nil too where it would not fit, or is finer than a nanosecond.
    static func duration(_ text: some StringProtocol) -> TimeSpan? {
        let units: [(String, Int64)] = [
            ("ns", 1), ("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000),
            ("h", 3_600_000_000_000), ("d", 86_400_000_000_000),
        ]
        guard let unit = units.first(where: { text.hasSuffix($0.0) }) else { return nil }
        let number = text.dropLast(unit.0.count)
        guard isDecimal(number), number.utf8.first.map(isDigit) ?? false else { return nil }
        let parts = number.split(separator: ".")
        guard let whole = Int64(parts[0]) else { return nil }
        var (total, overflow) = whole.multipliedReportingOverflow(by: unit.1)
        guard !overflow else { return nil }
        var place = unit.1
        for digit in parts.count == 2 ? parts[1] : "" {
            guard let value = digit.wholeNumberValue.map(Int64.init), place % 10 == 0 || value == 0 else { return nil }
            place /= 10
            (total, overflow) = total.addingReportingOverflow(place * value)
            guard !overflow else { return nil }
        }
        return TimeSpan(nanoseconds: total)
    }

    static func range(_ text: String) -> ClosedRange<Int64>? {
        if let one = integer(text) { return one...one }
        var index = text.startIndex
        while index < text.endIndex {
            if text[index...].hasPrefix("..") {
                guard let low = integer(text[..<index]), let high = integer(text[index...].dropFirst(2)), low <= high
                else { return nil }
                return low...high
            }
            index = text.index(after: index)
        }
        return nil
    }
}
