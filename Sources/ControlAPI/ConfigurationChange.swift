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

    /// Where orders and keys go, and what is kept where, is decided by whoever can write the file.
    private static let closedSections = [
        "venue", "use_testnet", "state_directory", "endpoints", "credentials", "control",
    ]
    private static let closedPaths = ["logging.log_file"]

    private let template: Template

    init(_ body: JSONValue, of template: Template) throws(ControlError) {
        self.template = template
        try read(body, prefix: "")
        guard !overrides.isEmpty else { throw .invalid("no field to change was given") }
        let limits = zip(names, overrides).filter { Self.isLimit($0.1.path) }
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
            if case .object = member.value {
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
        let path = try path(of: name)
        let section = path.prefix { $0 != "." }
        guard !Self.closedSections.contains(String(section)), !Self.closedPaths.contains(path) else {
            throw .invalid("is changed in the configuration file only", field: Self.shown(name))
        }
        let text: String
        switch value {
        case .string(let given): text = given
        case .bool(let flag): text = flag ? "true" : "false"
        case .number(let digits):
            guard let decimal = DecimalNumeral.read(digits) else {
                throw .invalid("a number of that size is not expected", field: Self.shown(name))
            }
            text = decimal.normalized.description
        case .null, .array, .object:
            throw .invalid(
                "expected text, a number, true or false, found \(Schema.kind(value))", field: Self.shown(name))
        }
        overrides.append(ConfigurationOverride(path: path, text: text, flag: "request"))
        names.append(Self.shown(name))
    }

    /// A limit of the account or of a market: both have the same names.
    private static func isLimit(_ path: String) -> Bool {
        let name = path.split(separator: ".").last.map(String.init) ?? path
        return FieldTable.fields.contains { $0.key.section == "limits" && $0.key.name == name }
    }

    private func path(of name: String) throws(ControlError) -> String {
        if let key = FieldKey(rawValue: name) { return address(key) }
        if name.hasPrefix("markets.") { return name }
        if let field = FieldTable.field(original: name, for: template) { return address(field.key) }
        let fields = FieldTable.fields(for: template)
        let short = fields.filter { $0.key.name == name }
        // What a market may have of its own besides the account's is meant for the account.
        let chosen = short.count > 1 ? short.filter { $0.key.section != "markets" } : short
        if chosen.count == 1 { return address(chosen[0].key) }
        if chosen.count > 1 {
            let paths = chosen.map(\.key.path).joined(separator: " or ")
            throw .invalid("is short for several fields: write \(paths)", field: Self.shown(name))
        }
        let candidates = fields.flatMap { [$0.key.path, $0.key.name] + $0.originalNames }
        let hint = Spelling.nearest(to: name, in: candidates).map { "; did you mean \($0)?" } ?? ""
        throw .invalid("unknown field\(hint)", field: Self.shown(name))
    }

    private func address(_ key: FieldKey) -> String {
        key.section == "markets" ? "markets.*.\(key.name)" : key.path
    }

    /// The name of the field that a refusal of the configuration's own rules speaks of, if that can be told.
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
