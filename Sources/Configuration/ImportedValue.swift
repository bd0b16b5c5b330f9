internal import MarketModel

/// An original's value in our spelling.
enum ImportedValue {
    /// Nothing to take over; why, and what holds instead.
    case absent(String)
    /// Not of a type that could be meant; what it is.
    case wrong(String)
    /// Our text, and how it differs from the original's if it does.
    case value(String, change: String?)

    static func read(_ member: ConfigurationNode.Member, as field: Field) -> ImportedValue {
        let node = member.node
        guard node.value != .null else { return absent(field, "it is null") }
        switch field.kind {
        case .boolean:
            guard case .boolean(let flag) = node.value else { return .wrong(node.found) }
            return .value("\(flag)", change: nil)
        case .duration: return duration(member, field)
        case .integer:
            guard case .number(let raw) = node.value, let number = ExactDecimal(raw)?.normalized, number.scale == 0
            else { return .wrong(node.found) }
            return .value(number.description, change: raw == number.description ? nil : "\(raw) → \(number)")
        case .decimal(let decimals): return decimal(node, decimals, field.key)
        case .choice:
            guard case .text(let text) = node.value else { return .wrong(node.found) }
            guard case .text(let ours)? = field.kind.read(text: text) else { return .wrong(node.found) }
            return .value(ours, change: ours == text ? nil : "\"\(text)\" → \"\(ours)\"")
        case .text, .symbol, .market, .pair, .url, .listenAddress, .path, .environmentName:
            guard case .text(let text) = node.value else { return .wrong(node.found) }
            return .value(text, change: nil)
        }
    }

    /// What is worth saying about a value that was kept.
    static func remark(_ key: FieldKey) -> String {
        switch key {
        case .k:
            "here a long position lowers both quotes by k × position; the original's formula, mid + inventory × k, raises them"
        case .marketOrderSize: "limits.max_order_value_usd must allow this × price"
        case .maxPositionValue: "in every market, as the original checks it"
        default: ""
        }
    }

    private static func absent(_ field: Field, _ reason: String) -> ImportedValue {
        switch field.key {
        case .makerFee, .takerFee: return .absent("\(reason): the venue's own rate holds")
        default:
            if field.isRequired { return .wrong("null") }
            let value = field.defaultText.map { "\($0) holds, the default" } ?? "no such value holds"
            return .absent("\(reason): \(value)")
        }
    }

    /// Seconds, or milliseconds where the name says so.
    private static func duration(_ member: ConfigurationNode.Member, _ field: Field) -> ImportedValue {
        guard case .number(let raw) = member.node.value else { return .wrong(member.node.found) }
        let unit = member.key.hasSuffix("_ms") ? "ms" : "s"
        if field.key == .countdown, ExactDecimal(raw)?.mantissa == 0 {
            return .absent("the dead man's switch is always armed here: \(field.defaultText ?? "") holds, the default")
        }
        guard case .duration(let span)? = field.kind.read(text: raw + unit) else { return .wrong(member.node.found) }
        return .value("\(DurationText.text(span))", change: "\(raw) \(unit) → \"\(DurationText.text(span))\"")
    }

    private static func decimal(_ node: ConfigurationNode, _ decimals: Int, _ key: FieldKey) -> ImportedValue {
        let raw: String
        switch node.value {
        case .number(let text), .text(let text): raw = text
        case .object, .list, .boolean, .null: return .wrong(node.found)
        }
        guard var number = ExactDecimal(raw)?.normalized else { return .wrong(node.found) }
        var change: String?
        if number.scale > decimals {
            number = rounded(number, decimals)
            change = "\(raw) → \"\(number)\", rounded to \(decimals) decimals"
        }
        if key == .k, number.mantissa < 0 {
            number = ExactDecimal(mantissa: -number.mantissa, scale: number.scale)
            change = "\(raw) → \"\(number)\": the original adds k × inventory to the mid, here it is subtracted"
        }
        if key == .inventorySensitivity, number.mantissa > 0,
            DecimalText.isLess(ExactDecimal(mantissa: 1, scale: 0), number)
        {
            number = ExactDecimal(mantissa: 1, scale: 0)
            change = "\(raw) → \"1\": more than nothing at the limit cannot be taken away"
        }
        return .value(number.description, change: change)
    }

    /// To the nearest, halves away from zero.
    private static func rounded(_ number: ExactDecimal, _ decimals: Int) -> ExactDecimal {
        var divisor: Int128 = 1
        for _ in decimals..<number.scale { divisor *= 10 }
        let half = number.mantissa < 0 ? -divisor / 2 : divisor / 2
        return ExactDecimal(mantissa: (number.mantissa + half) / divisor, scale: decimals).normalized
    }
}
