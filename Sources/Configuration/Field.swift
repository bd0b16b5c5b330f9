/// One end of the values a field may have, with the reason.
public struct FieldBound: Hashable, Sendable {
    /// As the field would be written: `"5"`, `"60s"`.
    public let text: String
    public let isInclusive: Bool
    /// Why, as the end of a sentence; empty where it is plain.
    public let reason: String
}

/// Everything there is to know about one key, or about one key in some templates: the source of decoding, schema,
/// templates and reference.
public struct Field: Hashable, Sendable {
    public let key: FieldKey
    public let kind: FieldKind
    /// Used when the key is absent, read like a written one; nil when there is none.
    public private(set) var defaultText: String?
    /// What templates write.
    public private(set) var example: String
    public private(set) var isRequired = false
    /// Whether templates show it as a comment only.
    public private(set) var isHidden = false
    public private(set) var lower: FieldBound?
    public private(set) var upper: FieldBound?
    /// The templates that this row is for; all unless said otherwise.
    public private(set) var templates = Template.allCases
    /// The models that know the key; empty for all.
    public private(set) var models: [StrategyModel] = []
    /// What templates write for a second market.
    public private(set) var secondExample: String?
    /// `USDT`, `share of the mid`; empty where the type says it all.
    public private(set) var unit = ""
    /// What the bots that Apus unites call it; empty for what they do not have.
    public private(set) var originalNames: [String] = []
    public let documentation: String

    init(_ key: FieldKey, _ kind: FieldKind, default text: String, _ documentation: String) {
        self.key = key
        self.kind = kind
        self.documentation = documentation
        defaultText = text
        example = text
    }

    init(_ key: FieldKey, _ kind: FieldKind, required example: String, _ documentation: String) {
        self.key = key
        self.kind = kind
        self.documentation = documentation
        self.example = example
        isRequired = true
    }

    init(_ key: FieldKey, _ kind: FieldKind, optional example: String, _ documentation: String) {
        self.key = key
        self.kind = kind
        self.documentation = documentation
        self.example = example
        isHidden = true
    }

    private func with(_ change: (inout Field) -> Void) -> Field {
        var copy = self
        change(&copy)
        return copy
    }

    func unit(_ unit: String) -> Field { with { $0.unit = unit } }
    func original(_ names: String...) -> Field { with { $0.originalNames = names } }
    func only(_ templates: Template...) -> Field { with { $0.templates = templates } }
    func only(_ templates: [Template]) -> Field { with { $0.templates = templates } }
    func models(_ models: StrategyModel...) -> Field { with { $0.models = models } }
    func second(_ example: String) -> Field { with { $0.secondExample = example } }
    func hidden() -> Field { with { $0.isHidden = true } }
    func above(_ text: String, _ reason: String = "") -> Field {
        with { $0.lower = FieldBound(text: text, isInclusive: false, reason: reason) }
    }
    func atLeast(_ text: String, _ reason: String = "") -> Field {
        with { $0.lower = FieldBound(text: text, isInclusive: true, reason: reason) }
    }
    func below(_ text: String, _ reason: String = "") -> Field {
        with { $0.upper = FieldBound(text: text, isInclusive: false, reason: reason) }
    }
    func atMost(_ text: String, _ reason: String = "") -> Field {
        with { $0.upper = FieldBound(text: text, isInclusive: true, reason: reason) }
    }

    /// What was expected, as the end of a sentence.
    var expectation: String { kind.expectation(example: example) }

    /// What a value out of bounds should have been; nil for one within.
    func violation(of value: FieldValue) -> String? {
        guard let magnitude = value.magnitude else { return nil }
        if let lower, let bound = kind.read(text: lower.text)?.magnitude,
            DecimalText.isLess(magnitude, bound) || (!lower.isInclusive && !DecimalText.isLess(bound, magnitude))
        {
            return (lower.isInclusive ? "at least \(lower.text)" : "more than \(lower.text)") + Self.why(lower)
        }
        if let upper, let bound = kind.read(text: upper.text)?.magnitude,
            DecimalText.isLess(bound, magnitude) || (!upper.isInclusive && !DecimalText.isLess(magnitude, bound))
        {
            return (upper.isInclusive ? "at most \(upper.text)" : "less than \(upper.text)") + Self.why(upper)
        }
        return nil
    }

    private static func why(_ bound: FieldBound) -> String { bound.reason.isEmpty ? "" : " (\(bound.reason))" }

    /// The bounds in a few characters: `> 0`, `5s … 1h`; empty where there are none.
    public var range: String {
        let low = lower.map { ($0.isInclusive ? "≥ " : "> ") + $0.text }
        let high = upper.map { ($0.isInclusive ? "≤ " : "< ") + $0.text }
        return [low, high].compactMap { $0 }.joined(separator: ", ")
    }
}
