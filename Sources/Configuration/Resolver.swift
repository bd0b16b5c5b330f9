internal import Fundamentals
internal import MarketModel

/// Lays the sources over each other and judges every value where it stands.
struct Resolver {
    struct Located {
        var value: FieldValue
        var origin: ValueOrigin
    }

    let file: String
    /// The template in force, looked for ahead of everything else; nil when it is missing or unknown.
    let template: Template?
    private(set) var values: [FieldPlace: Located] = [:]
    private(set) var issues: [ConfigurationIssue] = []
    /// Entries of the list that are no objects: nothing is known of what they say.
    private var unreadMarkets: [Int] = []
    /// How many entries `markets` has.
    private(set) var marketCount = 0
    /// How many entries `notifications.channels` has.
    var channelCount = 0
    /// How many entries `strategy.levels` has.
    var levelCount = 0
    /// Keys that were given, rightly or not: a wrong value is not also a missing one.
    var given: [FieldPlace: ValueOrigin] = [:]
    var sectionPlaces: [String: (line: Int, column: Int)] = [:]

    /// More markets are a mistake.
    private static let mostMarkets = 200

    init(file: String, template: Template?) {
        self.file = file
        self.template = template
        for key in FieldKey.allCases where !key.isPerEntry { applyDefault(FieldPlace(key)) }
    }

    var hasErrors: Bool { issues.contains { $0.severity == .error } }

    mutating func report(_ issue: ConfigurationIssue) { issues.append(issue) }

    /// The row that judges a key; nil when the template does not know it.
    func row(_ key: FieldKey) -> Field? {
        guard let template else { return FieldTable.rows(of: key).first }
        return FieldTable.field(key, for: template)
    }

    /// All places of a key: one, or one in each entry of its list.
    func places(_ key: FieldKey) -> [FieldPlace] {
        guard key.isPerEntry else { return [FieldPlace(key)] }
        let count = key.isPerMarket ? marketCount : key.isPerLevel ? levelCount : channelCount
        return (0..<count).map { FieldPlace(key, entry: $0) }
    }

    func value(_ key: FieldKey, market: Int? = nil) -> Located? { values[FieldPlace(key, market: market)] }

    mutating func applyDefault(_ place: FieldPlace) {
        guard let row = row(place.key), let text = row.defaultText, let value = row.kind.read(text: text) else {
            return
        }
        values[place] = Located(value: value, origin: .defaultValue)
    }

    mutating func remove(_ place: FieldPlace) { values[place] = nil }

    func origin(ofGiven place: FieldPlace) -> ValueOrigin? { given[place] }

    // MARK: The file

    mutating func apply(_ tree: ConfigurationNode) {
        sectionPlaces[""] = (tree.line, tree.column)
        guard case .object(let members) = tree.value else {
            report(at: origin(tree), "", "expected an object, found \(tree.found)", expected: "an object")
            return
        }
        for member in members where member.key != "$schema" {
            if member.key == "markets" {
                applyMarkets(member)
            } else if FieldTable.topSections.contains(where: { $0.name == member.key }) {
                applySection(member)
            } else {
                apply(member, path: member.key, key: FieldKey(rawValue: member.key), section: "", entry: nil)
            }
        }
    }

    private mutating func applySection(_ section: ConfigurationNode.Member) {
        sectionPlaces[section.key] = (section.node.line, section.node.column)
        guard case .object(let members) = section.node.value else {
            let found = KeyAdvice.isSecret(section.key) ? "a value (not shown)" : section.node.found
            report(at: origin(section.node), section.key, "expected an object, found \(found)", expected: "an object")
            return
        }
        for member in members {
            let path = "\(section.key).\(member.key)"
            if path == Self.channelList {
                applyChannels(member)
            } else if path == Self.levelList {
                applyLevels(member)
            } else {
                apply(member, path: path, key: FieldKey(rawValue: path), section: section.key, entry: nil)
            }
        }
    }

    private mutating func applyMarkets(_ section: ConfigurationNode.Member) {
        sectionPlaces["markets"] = (section.node.line, section.node.column)
        if let template, !FieldTable.fields(for: template).contains(where: { $0.key.isPerMarket }) {
            let origin = ValueOrigin.file(file, line: section.line, column: section.column)
            reportForeign(at: origin, "markets", owners: FieldTable.rows(of: .market))
            return
        }
        guard case .list(let nodes) = section.node.value else {
            report(
                at: origin(section.node), "markets", "expected a list of markets, found \(section.node.found)",
                expected: "a list such as [{\"market\": \"BTC-USD\", …}]")
            return
        }
        guard nodes.count <= Self.mostMarkets else {
            report(
                at: origin(section.node), "markets",
                "expected at most \(Self.mostMarkets) markets, found \(nodes.count)",
                expected: "at most \(Self.mostMarkets)")
            return
        }
        for (index, node) in nodes.enumerated() { applyMarket(node, index) }
    }

    /// A market that is no object has one error of its own.
    private mutating func applyMarket(_ node: ConfigurationNode, _ index: Int) {
        marketCount = index + 1
        sectionPlaces["markets[\(index)]"] = (node.line, node.column)
        for key in FieldKey.allCases where key.isPerMarket { applyDefault(FieldPlace(key, market: index)) }
        guard case .object(let members) = node.value else {
            report(
                at: origin(node), "markets[\(index)]", "expected an object, found \(node.found)",
                expected: "an object such as {\"market\": \"BTC-USD\", …}")
            unreadMarkets.append(index)
            for key in FieldKey.allCases where key.isPerMarket && row(key) != nil {
                given[FieldPlace(key, market: index)] = origin(node)
            }
            return
        }
        for member in members {
            let key = FieldKey(rawValue: "markets.\(member.key)")
            apply(member, path: "markets[\(index)].\(member.key)", key: key, section: "markets", entry: index)
        }
    }

    mutating func apply(
        _ member: ConfigurationNode.Member, path: String, key: FieldKey?, section: String, entry: Int?
    ) {
        guard let key, key.section == section else {
            let origin = ValueOrigin.file(file, line: member.line, column: member.column)
            let advice = KeyAdvice.unknown(member.key, in: section, template)
            report(at: origin, Printable.shortened(path), advice.message, expected: advice.expected)
            return
        }
        // Null stands for the absence of what need not be there.
        if member.node.value == .null, let row = row(key), !row.isRequired, row.defaultText == nil { return }
        set(FieldPlace(key, entry: entry), found: member.node.found, origin(member.node)) { $0.read(member.node) }
    }

    func origin(_ node: ConfigurationNode) -> ValueOrigin {
        .file(file, line: node.line, column: node.column)
    }

    // MARK: Values

    /// Sets a value that came as text.
    mutating func apply(_ text: String, to place: FieldPlace, origin: ValueOrigin) {
        set(place, found: "\"\(Printable.shortened(text))\"", origin) { $0.read(text: text) }
    }

    private mutating func set(
        _ place: FieldPlace, found: String, _ origin: ValueOrigin, _ read: (FieldKind) -> FieldValue?
    ) {
        given[place] = origin
        guard let field = row(place.key) else { return }
        guard let value = read(field.kind) else {
            let isHidden = field.kind == .environmentName
            let what = isHidden ? "something else (not shown: secrets belong in the environment or .env)" : found
            var message = "expected \(field.expectation), found \(what)"
            if case .decimal = field.kind, found.hasPrefix("the number") {
                message += "; write it in quotes, so that it stays exact"
            }
            if case .choice(let choices) = field.kind, found.hasPrefix("\""),
                let near = Spelling.nearest(to: String(found.dropFirst().dropLast()), in: choices)
            {
                message += "; did you mean \"\(near)\"?"
            }
            if place.key == .channelType, LINENotify.isNamed(by: found) { message = LINENotify.advice }
            report(at: origin, place.path, message, expected: field.expectation)
            return
        }
        if let expected = field.violation(of: value) {
            report(at: origin, place.path, "expected \(expected), found \(found)", expected: expected)
            return
        }
        values[place] = Located(value: value, origin: origin)
    }

    // MARK: Completeness

    /// Reports what is missing, and what does not belong to the template or its model.
    mutating func checkCompleteness() {
        guard let template else {
            if given[FieldPlace(.template)] == nil { reportMissing(FieldPlace(.template)) }
            return
        }
        var idle: [(place: FieldPlace, field: Field, origin: ValueOrigin)] = []
        for key in FieldKey.allCases {
            guard let field = row(key) else {
                let places = places(key)
                for place in places {
                    if let origin = given[place] {
                        reportForeign(at: origin, place.path, owners: FieldTable.rows(of: key))
                    }
                }
                continue
            }
            for place in places(key) { checkPlace(place, field, idle: &idle) }
        }
        reportIdle(idle)
        if marketCount == 0, given[FieldPlace(.template)] != nil, row(.market) != nil, !hasMarketsIssue {
            let place = sectionPlaces["markets"] ?? sectionPlaces[""]
            let origin = place.map { ValueOrigin.file(file, line: $0.line, column: $0.column) } ?? .defaultValue
            let example = "a list such as [{\"market\": \"BTC-USD\", …}]"
            let problem = sectionPlaces["markets"] == nil ? "is missing" : "is empty"
            report(at: origin, "markets", "\(problem): \(template.rawValue) needs \(example)", expected: example)
        }
    }

    private var hasMarketsIssue: Bool { issues.contains { $0.path == "markets" && $0.severity == .error } }

    private mutating func checkPlace(
        _ place: FieldPlace, _ field: Field, idle: inout [(place: FieldPlace, field: Field, origin: ValueOrigin)]
    ) {
        guard field.models.isEmpty || model.map(field.models.contains) ?? true else {
            remove(place)
            let isUnread = place.market.map(unreadMarkets.contains) ?? false
            if let origin = given[place], !isUnread { idle.append((place, field, origin)) }
            return
        }
        if field.isRequired, given[place] == nil { reportMissing(place) }
    }

    /// Keys of other models, in one warning: whoever changes the model leaves many behind.
    private mutating func reportIdle(_ idle: [(place: FieldPlace, field: Field, origin: ValueOrigin)]) {
        guard let first = idle.first else { return }
        let owner = first.field.models.map { "\"\($0.rawValue)\"" }.joined(separator: " and ")
        let others = idle.count == 1 ? "" : "; the same holds for \(idle.count - 1) more"
        report(
            at: first.origin, first.place.path,
            "has no effect: it belongs to \(owner), and strategy.model is \"\(model?.rawValue ?? "")\"\(others)",
            severity: .warning)
    }

    /// How `extended-avellaneda` makes prices; nil for other templates, and when it is wrong.
    var model: StrategyModel? {
        guard case .text(let name)? = value(.model)?.value else { return nil }
        return StrategyModel(rawValue: name)
    }

    mutating func reportForeign(at origin: ValueOrigin, _ path: String, owners: [Field]) {
        let names = owners.flatMap(\.templates).map { "\"\($0.rawValue)\"" }.joined(separator: " and ")
        report(at: origin, path, "belongs to \(names), and strategy.type is \"\(template?.rawValue ?? "")\"")
    }

    private mutating func reportMissing(_ place: FieldPlace) {
        guard let field = row(place.key) else { return }
        let at = sectionPlaces[place.section] ?? sectionPlaces[""]
        let origin = at.map { ValueOrigin.file(file, line: $0.line, column: $0.column) } ?? .defaultValue
        report(at: origin, place.path, "is missing: expected \(field.expectation)", expected: field.expectation)
    }

    // MARK: Reports

    mutating func report(
        at origin: ValueOrigin, _ path: String, _ message: String, expected: String? = nil,
        severity: ConfigurationIssue.Severity = .error
    ) {
        var issue = ConfigurationIssue(severity, file: file, path: path, message: message, expected: expected)
        switch origin {
        case .defaultValue: break
        case .file(let name, let line, let column):
            issue.file = name
            issue.line = line
            issue.column = column
        case .environment, .commandLine: issue.file = origin.description
        }
        issues.append(issue)
    }

    /// Reports against the value of a key, wherever it came from.
    mutating func report(
        _ key: FieldKey, market: Int? = nil, _ message: String, expected: String? = nil,
        severity: ConfigurationIssue.Severity = .error
    ) {
        let place = FieldPlace(key, market: market)
        report(
            at: values[place]?.origin ?? .defaultValue, place.path, message, expected: expected, severity: severity)
    }
}
