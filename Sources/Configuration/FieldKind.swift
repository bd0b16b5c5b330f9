public import Fundamentals
public import MarketModel

/// A value as a field holds it.
public enum FieldValue: Hashable, Sendable {
    case text(String)
    case boolean(Bool)
    case integer(Int64)
    case decimal(ExactDecimal)
    case duration(TimeSpan)

    /// The number that bounds are compared with: durations in seconds; nil for text and booleans.
    var magnitude: ExactDecimal? {
        switch self {
        case .text, .boolean: nil
        case .integer(let number): ExactDecimal(mantissa: Int128(number), scale: 0)
        case .decimal(let number): number
        case .duration(let span): ExactDecimal(mantissa: Int128(span.nanoseconds), scale: 9)
        }
    }
}

/// What the text of a field must be.
public enum FieldKind: Hashable, Sendable {
    case text
    /// Upper-case letters and digits.
    case symbol
    /// A market as Extended spells it: letters, digits, `-`, `_` and `.`.
    case market
    /// A pair of assets in the venue's spelling; other spellings are turned into it where that is certain.
    case pair(PairSpelling)
    case boolean
    case integer
    /// Exact decimal text with at most so many decimals; in a file a string, or an integer.
    case decimal(decimals: Int)
    /// `"45s"`, `"500ms"`, or a plain number of seconds.
    case duration
    case choice([String])
    /// Scheme, host and optional port; a path only if it is the venue's own, which is left out then.
    case url(schemes: [String], path: String = "")
    /// Host and port.
    case listenAddress
    case path
    /// The name of an environment variable, never a value.
    case environmentName

    /// Decimals of a ratio, as `Rate` counts them.
    public static let ratio = FieldKind.decimal(decimals: Rate.scale)
    /// Decimals of an amount, as `Cash` counts them.
    public static let amount = FieldKind.decimal(decimals: Cash.scale)

    /// The name documentation uses.
    public var title: String {
        switch self {
        case .text: "text"
        case .symbol: "symbol"
        case .market, .pair: "market"
        case .boolean: "boolean"
        case .integer: "whole number"
        case .decimal: "decimal string"
        case .duration: "duration"
        case .choice(let choices): choices.joined(separator: " \\| ")
        case .url: "URL"
        case .listenAddress: "HOST:PORT"
        case .path: "path"
        case .environmentName: "name of a variable"
        }
    }

    /// What was expected, as the end of a sentence.
    func expectation(example: String) -> String {
        switch self {
        case .text: "text such as \"\(example)\""
        case .symbol: "a symbol in capitals such as \"\(example)\""
        case .market: "a market such as \"\(example)\""
        case .pair(let spelling): "a market as the venue spells it, \(spelling.form), such as \"\(example)\""
        case .boolean: "true or false"
        case .integer: "a whole number such as \(example)"
        case .decimal: "a decimal string such as \"\(example)\""
        case .duration: "a duration such as \"\(example)\" or a number of seconds"
        case .choice(let choices): "one of " + choices.map { "\"\($0)\"" }.joined(separator: ", ")
        case .url(let schemes, let path):
            "a URL with \(schemes.map { "\($0)://" }.joined(separator: " or ")) and no path"
                + (path.isEmpty ? "" : " but \(path)") + ", such as \"\(example)\""
        case .listenAddress: "HOST:PORT such as \"\(example)\""
        case .path: "a path"
        case .environmentName: "the NAME of an environment variable such as \"\(example)\""
        }
    }

    /// Reads a value of a file.
    func read(_ node: ConfigurationNode) -> FieldValue? {
        switch (self, node.value) {
        case (.boolean, .boolean(let flag)): .boolean(flag)
        case (.integer, .number(let raw)): Int64(raw).map(FieldValue.integer)
        case (.decimal, .number(let raw)) where !raw.contains("."): read(text: raw)
        case (.duration, .number(let raw)): DurationText.seconds(raw).map(FieldValue.duration)
        case (.duration, .text(let text)): DurationText.withUnit(text).map(FieldValue.duration)
        case (.boolean, .text), (.integer, .text): nil
        case (_, .text(let text)): read(text: text)
        default: nil
        }
    }

    /// Reads text from the environment or the command line, which have no types.
    func read(text: String) -> FieldValue? {
        switch self {
        case .text, .path: text.isEmpty || text.utf8.count > 4_096 || text.utf8.contains(0) ? nil : .text(text)
        case .symbol:
            (2...32).contains(text.utf8.count) && text.utf8.allSatisfy(Self.isCapitalOrDigit) ? .text(text) : nil
        case .market:
            (2...32).contains(text.utf8.count) && text.utf8.allSatisfy(Self.isMarketByte) ? .text(text) : nil
        case .pair(let spelling): spelling.read(text).map(FieldValue.text)
        case .boolean: text == "true" ? .boolean(true) : text == "false" ? .boolean(false) : nil
        case .integer: Int64(text).map(FieldValue.integer)
        case .decimal(let decimals): DecimalText.read(text, decimals: decimals).map(FieldValue.decimal)
        case .duration: (DurationText.withUnit(text) ?? DurationText.seconds(text)).map(FieldValue.duration)
        case .choice(let choices):
            choices.first { $0.lowercased() == text.lowercased() }.map(FieldValue.text)
        case .url(let schemes, let path):
            VenueEndpoint(Self.withoutPath(text, path)).flatMap {
                schemes.contains($0.scheme) ? .text(Self.withoutPath(text, path)) : nil
            }
        case .listenAddress: ListenAddress(text).map { .text($0.description) }
        case .environmentName: EnvironmentName.isValid(text) ? .text(text) : nil
        }
    }

    private static func withoutPath(_ text: String, _ path: String) -> String {
        let text = !path.isEmpty && text.hasSuffix("/") ? String(text.dropLast()) : text
        return !path.isEmpty && text.hasSuffix(path) ? String(text.dropLast(path.count)) : text
    }

    private static func isMarketByte(_ byte: UInt8) -> Bool {
        isCapitalOrDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            || [UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ".")].contains(byte)
    }

    private static func isCapitalOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}

enum DecimalText {
    /// Nothing in a configuration is worth more; keeps every later product within 128 bits.
    static let largest: Int128 = 1_000_000_000_000

    static func read(_ text: String, decimals: Int) -> ExactDecimal? {
        guard let number = ExactDecimal(text)?.normalized, number.scale <= decimals,
            let units = number.units(atScale: decimals),
            let limit = ExactDecimal(mantissa: largest, scale: 0).units(atScale: decimals),
            units.magnitude <= limit.magnitude
        else { return nil }
        return number
    }

    /// Whether a < b; both as `read` returns them.
    static func isLess(_ a: ExactDecimal, _ b: ExactDecimal) -> Bool {
        let scale = max(a.scale, b.scale)
        guard let a = a.units(atScale: scale), let b = b.units(atScale: scale) else { return false }
        return a < b
    }
}

enum DurationText {
    /// A year: longer times are mistakes.
    private static let longest: Int128 = 31_622_400_000_000_000

    /// A number of seconds, with at most nine decimals.
    static func seconds(_ text: String) -> TimeSpan? { scaled(text, by: 1_000_000_000) }

    static func withUnit(_ text: String) -> TimeSpan? {
        let units: [(suffix: String, nanoseconds: Int128)] = [
            ("ns", 1), ("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000),
            ("h", 3_600_000_000_000), ("d", 86_400_000_000_000),
        ]
        guard let unit = units.first(where: { text.hasSuffix($0.suffix) }) else { return nil }
        return scaled(String(text.dropLast(unit.suffix.count)), by: unit.nanoseconds)
    }

    private static func scaled(_ text: String, by unit: Int128) -> TimeSpan? {
        guard let number = ExactDecimal(text)?.normalized, number.mantissa >= 0, number.mantissa <= longest,
            number.scale <= 9, let first = text.utf8.first, first != UInt8(ascii: "+")
        else { return nil }
        var divisor: Int128 = 1
        for _ in 0..<number.scale { divisor *= 10 }
        let product = number.mantissa * unit
        guard product % divisor == 0, product / divisor <= longest else { return nil }
        return TimeSpan(nanoseconds: Int64(product / divisor))
    }

    /// In the largest unit that gives a whole number: `45s`, `500ms`, `2m`.
    static func text(_ span: TimeSpan) -> String {
        let units: [(String, Int64)] = [
            ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000),
            ("ms", 1_000_000), ("us", 1_000),
        ]
        guard span.nanoseconds != 0 else { return "0s" }
        for (suffix, size) in units where span.nanoseconds % size == 0 { return "\(span.nanoseconds / size)\(suffix)" }
        return "\(span.nanoseconds)ns"
    }
}

enum EnvironmentName {
    /// Capitals, digits and underscores; and not something that is more likely a key than a name.
    static func isValid(_ text: String) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, bytes.count <= 64, first == UInt8(ascii: "_") || isCapital(first) else {
            return false
        }
        guard bytes.allSatisfy({ isCapital($0) || $0 == UInt8(ascii: "_") || (0x30...0x39).contains($0) }) else {
            return false
        }
        return bytes.count < 24 || bytes.contains(UInt8(ascii: "_"))
    }

    private static func isCapital(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }
}
