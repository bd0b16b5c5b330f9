/// All fields, in the order of a written configuration.
///
/// A key has one row for all templates, or several rows for templates that share none.
public enum FieldTable {
    public static let fields =
        general + strategy + mirror + markets + limits + mirrorLimits + control + notifications + fees + logging
        + endpoints + credentials + mirrorCredentials

    /// All keys, in the order of their first row.
    static let keys: [FieldKey] = {
        let all = fields.map(\.key)
        return all.indices.filter { all.firstIndex(of: all[$0]) == $0 }.map { all[$0] }
    }()

    /// What stands above a section in templates and reference.
    public static let sections: [(name: String, documentation: String)] = [
        (
            "strategy",
            "Which model quotes, with its parameters. USD in a name stands for the venue's settlement asset: on Aster USDT."
        ),
        (
            "strategy.levels",
            "Or the levels one by one, best first, instead of level_count evenly spaced ones. From outside a level is named "
                + "by its place: --set strategy.levels[0].size=0.002."
        ),
        (
            "reference",
            "Whose book is quoted, and hedged on if that is wanted. Without hedge it is only watched, and needs no keys."
        ),
        ("conversion", "The target's own market that turns the reference's currency into the target's."),
        (
            "hedge",
            "Offsets each fill on the reference's market. Off, the bot keeps what it trades, up to its limits."
        ),
        ("execution", "How orders and questions reach the target."),
        (
            "markets",
            "The markets to quote, each with its own parameters. From outside they are named by their market: "
                + "--set markets.BTC-USD.alpha=0.1, APUS_MARKETS__BTC_USD__ALPHA=0.1; markets.*.alpha sets all of them."
        ),
        ("limits", "What the bot may do at most. Every order passes this gate; unknown outcomes count at their worst."),
        (
            "control",
            "The control API: start, stop and watch the bot over HTTP. Without an address there is none."
        ),
        (
            "notifications",
            "Alerts that reach a person: halts, breakers, refused starts, unclean endings. Without channels there are "
                + "none. Try them with: apus notify --config config.json --test"
        ),
        (
            "notifications.channels",
            "Where alerts go; each channel by itself. What belongs to which type is in the lines below it."
        ),
        ("fees_override", "Fee rates that replace what the venue reports. Leave out unless you know better."),
        ("logging", "What is written, and where."),
        ("endpoints", "Other addresses than the venue's own: for a local exchange or a proxy."),
        ("credentials", "Names of environment variables that hold the keys. Secrets never stand in this file."),
    ]

    /// The sections that stand at the top level of a file.
    static var topSections: [(name: String, documentation: String)] { sections.filter { !$0.name.contains(".") } }

    /// All rows of a key: one, or several that share no template.
    public static func rows(of key: FieldKey) -> [Field] { rowsByKey[key] ?? [] }

    /// The row of a key for a template; nil when the template does not know the key.
    public static func field(_ key: FieldKey, for template: Template) -> Field? {
        rowsByKey[key]?.first { $0.templates.contains(template) }
    }

    private static let rowsByKey = Dictionary(grouping: fields, by: \.key)

    /// The rows for a template.
    public static func fields(for template: Template) -> [Field] { fields.filter { $0.templates.contains(template) } }

    /// The row for a name of the bots that Apus unites, such as `spread_percentage`.
    public static func field(original name: String, for template: Template) -> Field? {
        fields(for: template).first { $0.originalNames.contains(name) }
    }

    /// The rows of a section, those of one key together, in the order of first appearance.
    static func members(of section: String) -> [[Field]] {
        var result: [[Field]] = []
        for field in fields where field.key.section == section {
            if let index = result.firstIndex(where: { $0[0].key == field.key }) {
                result[index].append(field)
            } else {
                result.append([field])
            }
        }
        return result
    }
}
