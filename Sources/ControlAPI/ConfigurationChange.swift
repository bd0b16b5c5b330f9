internal import Configuration
internal import Fundamentals
internal import MarketModel
internal import Wire

/// A change of the configuration as it comes in a body: members named as in a configuration file (`strategy.type`, or
/// nested objects), by the last part of such a name where that is enough (`half_spread`), or as the original bots name
/// them (`spread_percentage`). What belongs to a market is set for every market, unless the name holds one's symbol:
/// `markets.BTC-USD.spread`.
struct ConfigurationChange {
    /// What the bot is to change, in the order of the body.
    private(set) var overrides: [ConfigurationOverride] = []
    /// The body's name of each override.
    private(set) var names: [String] = []
    private(set) var isConfirmed = false

    private let template: Template

    init(_ body: JSONValue, of template: Template) throws(ControlError) {
        self.template = template
        try read(body, prefix: "")
        guard !overrides.isEmpty else { throw .invalid("no field to change was given") }
        let limits = zip(names, overrides).filter { ChangeableFields.isLimit($0.1.path) }
        if let first = limits.first, !isConfirmed {
            throw .invalid("a limit is changed only with \"confirm\": true beside it", field: first.0)
        }
    }

    private mutating func read(_ value: JSONValue, prefix: String) throws(ControlError) {
        guard let members = value.members else { throw .invalid("expected an object", field: prefix) }
        for member in members {
            if prefix.isEmpty, member.name == "confirm" {
                guard let flag = member.value.boolean else {
                    throw .invalid("expected true or false", field: "confirm")
                }
                isConfirmed = flag
                continue
            }
            let name = prefix.isEmpty ? member.name : "\(prefix).\(member.name)"
            if case .object(let inner) = member.value {
                guard !inner.isEmpty else { throw .invalid("holds nothing", field: Self.shown(name)) }
                guard prefix.split(separator: ".").count < 4 else {
                    throw .invalid("too deep", field: Self.shown(name))
                }
                try read(member.value, prefix: name)
            } else {
                try add(name, member.value)
            }
        }
    }

    private mutating func add(_ name: String, _ value: JSONValue) throws(ControlError) {
        let (path, field) = try find(name)
        guard ChangeableFields.mayChange(path) else {
            throw .invalid("is changed in the configuration file only", field: Self.shown(name))
        }
        guard let text = Self.text(Self.inSeconds(value, name, field.kind), for: field.kind) else {
            throw .invalid("found \(Schema.kind(value)), expected \(Self.types(field.kind))", field: Self.shown(name))
        }
        if let expected = field.expectation(unmetBy: text) {
            throw .invalid("expected \(expected)", field: Self.shown(name))
        }
        overrides.append(ConfigurationOverride(path: path, text: text, flag: "request"))
        names.append(Self.shown(name))
    }

    /// The original bots give some spans in milliseconds, and say so by the name: `quote_loop_ms`.
    private static func inSeconds(_ value: JSONValue, _ name: String, _ kind: FieldKind) -> JSONValue {
        guard case .duration = kind, name.hasSuffix("_ms"), case .number(let digits) = value,
            let number = DecimalNumeral.read(digits, roundedTo: 6)
        else { return value }
        return .number(ExactDecimal(mantissa: number.mantissa, scale: number.scale + 3).description)
    }

    /// The value as a file or a command line would have it. A number is rounded to what the field holds, since clients
    /// compute with binary fractions; text is taken exactly.
    private static func text(_ value: JSONValue, for kind: FieldKind) -> String? {
        switch (kind, value) {
        case (.boolean, .bool(let flag)): flag ? "true" : "false"
        case (.boolean, _): nil
        case (.decimal(let decimals), .number(let digits)):
            DecimalNumeral.read(digits, roundedTo: decimals)?.description
        case (.duration, .number(let digits)): DecimalNumeral.read(digits, roundedTo: 9)?.description
        case (.integer, .number(let digits)): DecimalNumeral.read(digits)?.normalized.description
        case (.integer, _): nil
        case (_, .string(let text)): text
        case (_, .null), (_, .bool), (_, .number), (_, .array), (_, .object): nil
        }
    }

    private static func types(_ kind: FieldKind) -> String {
        switch kind {
        case .boolean: "true or false"
        case .integer: "a whole number that can be held exactly"
        case .decimal, .duration: "text, or a number below a million millions"
        case .text, .symbol, .market, .pair, .choice, .url, .listenAddress, .path, .environmentName: "text"
        }
    }

    // MARK: Names

    private func find(_ name: String) throws(ControlError) -> (path: String, field: Field) {
        let fields = FieldTable.fields(for: template).filter { !$0.key.isPerChannel && !$0.key.isPerLevel }
        if name.hasPrefix("markets."), name.split(separator: ".").count > 2 {
            let last = name.split(separator: ".").last.map(String.init) ?? name
            guard let field = fields.first(where: { $0.key.path == "markets.\(last)" }) else {
                throw unknown(name, fields)
            }
            return (name, field)
        }
        if let field = FieldTable.field(original: name, for: template) ?? fields.first(where: { $0.key.path == name }) {
            return (ChangeableFields.address(field.key), field)
        }
        let short = fields.filter { $0.key.name == name }
        // What a market may have of its own besides the account's is meant for the account.
        let chosen = short.count > 1 ? short.filter { $0.key.section != "markets" } : short
        guard chosen.count < 2 else {
            let paths = chosen.map(\.key.path).joined(separator: " or ")
            throw .invalid("is short for several fields: write \(paths)", field: Self.shown(name))
        }
        guard let field = chosen.first else { throw unknown(name, fields) }
        return (ChangeableFields.address(field.key), field)
    }

    private func unknown(_ name: String, _ fields: [Field]) -> ControlError {
        let candidates = fields.flatMap { [$0.key.path, $0.key.name] + $0.originalNames }
        let hint = Spelling.nearest(to: name, in: candidates).map { "; did you mean \($0)?" } ?? ""
        return .invalid("unknown field\(hint)", field: Self.shown(name))
    }

    /// The name of the field that a refusal of the configuration as a whole speaks of, if that can be told.
    func field(namedIn reason: String) -> String? {
        if overrides.count == 1 { return names[0] }
        return zip(names, overrides).first { pair in
            let name = pair.1.path.split(separator: ".").last.map(String.init) ?? pair.1.path
            return reason.contains(pair.1.path) || reason.contains(".\(name):")
        }?.0
    }

    /// A name out of a body, fit for a reply: short, and without control characters.
    private static func shown(_ name: String) -> String {
        var text = ""
        for scalar in name.unicodeScalars.prefix(80) {
            text.unicodeScalars.append(scalar.value < 0x20 || scalar.value == 0x7F ? "?" : scalar)
        }
        return text
    }
}
