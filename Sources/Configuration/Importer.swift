internal import Fundamentals
internal import MarketModel

/// Walks an original configuration and gathers our values.
struct Importer {
    let file: String
    let template: Template
    var issues: [ConfigurationIssue] = []
    var keys: [ImportedKey] = []
    var values: [FieldPlace: String] = [:]
    private(set) var marketCount = 0
    /// Where each value of ours came from.
    private(set) var sources: [String: ImportedKey] = [:]
    /// Where each market's object begins.
    private(set) var marketPlaces: [(path: String, line: Int, column: Int)] = []

    init(file: String, template: Template) {
        self.file = file
        self.template = template
    }

    var hasErrors: Bool { issues.contains { $0.severity == .error } }

    // MARK: Walking

    mutating func apply(_ tree: ConfigurationNode) {
        guard case .object(let members) = tree.value else {
            complain("", tree.line, tree.column, "expected an object, found \(tree.found)", expected: "an object")
            return
        }
        switch template {
        case .extendedPercent:
            marketCount = 1
            marketPlaces = [("", tree.line, tree.column)]
            applyPercent(members)
        case .asterSpread, .asterCycle, .extendedAvellaneda, .binanceACEMirror, .binanceBitoProMirror,
            .binanceMAXMirror:
            for member in members { apply(member, in: "", market: nil) }
        }
    }

    /// The fields of `BotConfig`, also as the original's API wraps them: `{"status": …, "config": {…}}`.
    private mutating func applyPercent(_ members: [ConfigurationNode.Member]) {
        for member in members {
            if member.key == "config", case .object(let inner) = member.node.value {
                for field in inner { apply(field, in: "config", market: nil) }
            } else {
                apply(member, in: "", market: nil)
            }
        }
    }

    private mutating func apply(_ member: ConfigurationNode.Member, in parent: String, market: Int?) {
        let path = Printable.shortened(parent.isEmpty ? member.key : "\(parent).\(member.key)")
        if let note = Self.secretNote(member.key, template) {
            record(.secret, path, member, note: note)
        } else if member.key == "markets", parent.isEmpty, template == .extendedAvellaneda {
            applyMarkets(member)
        } else if market != nil, ["fees_override", "fees"].contains(member.key) {
            record(
                .ignored, path, member,
                note: "fee rates are the account's, not a market's: put them into fees_override")
        } else if ["risk", "fees_override"].contains(member.key), parent.isEmpty,
            case .object(let inner) = member.node.value
        {
            for field in inner { apply(field, in: member.key, market: nil) }
        } else if let place = place(of: member.key, market: market) {
            set(place, member, path)
        } else if ["risk", "fees_override"].contains(member.key), parent.isEmpty {
            applyNullObject(member, path)
        } else {
            skip(member, path, market: market)
        }
    }

    private mutating func applyNullObject(_ member: ConfigurationNode.Member, _ path: String) {
        if member.node.value == .null {
            record(.ignored, path, member, note: "it is null: the defaults hold")
        } else {
            invalid(path, member, "expected an object, found \(member.node.found)", expected: "an object")
        }
    }

    /// Our place for an original's key: one of the market's inside a market.
    private func place(of key: String, market: Int?) -> FieldPlace? {
        let rows = FieldTable.fields(for: template).filter { $0.originalNames.contains(key) }
        if let market { return rows.first { $0.key.isPerMarket }.map { FieldPlace($0.key, market: market) } }
        if let row = rows.first(where: { !$0.key.isPerMarket }) { return FieldPlace(row.key) }
        // The percent bot's one market has its fields at the top.
        guard template == .extendedPercent, let row = rows.first else { return nil }
        return FieldPlace(row.key, market: 0)
    }

    /// What has no place with us: every leaf is named, none shown.
    private mutating func skip(_ member: ConfigurationNode.Member, _ path: String, market: Int?) {
        switch member.node.value {
        case .object(let inner) where !inner.isEmpty:
            for field in inner {
                let inside = Printable.shortened("\(path).\(field.key)")
                if let note = Self.secretNote(field.key, template) {
                    record(.secret, inside, field, note: note)
                } else {
                    skip(field, inside, market: market)
                }
            }
        case .object, .list, .text, .number, .boolean, .null:
            let rows = FieldTable.fields(for: template).filter { $0.key.isPerMarket == (market != nil) }
            let near = Spelling.nearest(to: member.key, in: rows.flatMap(\.originalNames))
            record(.unknown, path, member, note: near.map { "did you mean \($0)?" } ?? "")
        }
    }

    // MARK: Markets

    /// A list of objects, an object of objects by name, or one object that names its market.
    private mutating func applyMarkets(_ member: ConfigurationNode.Member) {
        let expected = "a list of objects, or an object of objects by name"
        switch member.node.value {
        case .list(let nodes):
            for (index, node) in nodes.enumerated() { applyMarket(node, "markets[\(index)]", name: nil, key: nil) }
        case .object(let inner) where inner.contains { Self.nameKeys.contains($0.key) && $0.node.isText }:
            applyMarket(member.node, "markets", name: nil, key: nil)
        case .object(let inner):
            for entry in inner {
                let path = Printable.shortened("markets.\(entry.key)")
                applyMarket(entry.node, path, name: entry.key, key: entry)
            }
        case .text, .number, .boolean, .null:
            invalid("markets", member, "expected \(expected), found \(member.node.found)", expected: expected)
        }
        if marketCount == 0, !hasErrors {
            complain(
                "markets", member.node.line, member.node.column, "is empty: expected \(expected)", expected: expected)
        }
    }

    private static let nameKeys = ["market", "symbol", "name", "market_name"]

    private mutating func applyMarket(
        _ node: ConfigurationNode, _ path: String, name: String?, key: ConfigurationNode.Member?
    ) {
        guard case .object(let members) = node.value else {
            complain(path, node.line, node.column, "expected an object, found \(node.found)", expected: "an object")
            return
        }
        let market = marketCount
        marketCount += 1
        marketPlaces.append((path, node.line, node.column))
        if let name, let key, !members.contains(where: { Self.nameKeys.contains($0.key) }) {
            let named = ConfigurationNode.Member(
                key: "market", line: key.line, column: key.column,
                node: ConfigurationNode(value: .text(name), line: key.line, column: key.column))
            set(FieldPlace(.market, market: market), named, path)
        }
        for member in members { apply(member, in: path, market: market) }
    }

    // MARK: Values

    private mutating func set(_ place: FieldPlace, _ member: ConfigurationNode.Member, _ path: String) {
        guard let field = FieldTable.field(place.key, for: template) else { return }
        if let first = sources[place.path] {
            record(.ignored, path, member, note: "\(first.from) says it already")
            return
        }
        switch ImportedValue.read(member, as: field) {
        case .absent(let reason): record(.ignored, path, member, note: reason)
        case .wrong(let found):
            invalid(path, member, "expected \(field.expectation), found \(found)", expected: field.expectation)
        case .value(let text, let change):
            guard let value = field.kind.read(text: text) else {
                invalid(
                    path, member, "expected \(field.expectation), found \(member.node.found)",
                    expected: field.expectation)
                return
            }
            if let expected = field.violation(of: value) {
                invalid(path, member, "expected \(expected), found \(member.node.found)", expected: expected)
                return
            }
            values[place] = value.text
            let row = ImportedKey(
                outcome: change == nil ? .kept : .converted, from: path, line: member.node.line,
                column: member.node.column, to: place.path, value: value.text,
                note: change ?? ImportedValue.remark(place.key))
            sources[place.path] = row
            keys.append(row)
        }
    }

    // MARK: Reports

    /// Where a secret goes instead; nil for a key that names none.
    private static func secretNote(_ key: String, _ template: Template) -> String? {
        let letters = String(key.lowercased().unicodeScalars.filter { $0 != "_" && $0 != "-" })
        let isIdentity = letters.contains("vault") || letters.hasSuffix("publickey")
        guard KeyAdvice.isSecret(key) || isIdentity else { return nil }
        let variable: FieldKey =
            if letters.contains("vault") {
                .vaultVariable
            } else if letters.contains("public") {
                .publicKeyVariable
            } else if letters.hasSuffix("apikey") {
                .apiKeyVariable
            } else {
                .privateKeyVariable
            }
        let name = FieldTable.field(variable, for: template)?.defaultText ?? ""
        return "it belongs into the environment or .env, as \(name)"
    }

    private mutating func record(
        _ outcome: ImportedKey.Outcome, _ path: String, _ member: ConfigurationNode.Member, note: String
    ) {
        keys.append(
            ImportedKey(
                outcome: outcome, from: path, line: member.line, column: member.column, to: nil, value: nil, note: note)
        )
    }

    private mutating func invalid(
        _ path: String, _ member: ConfigurationNode.Member, _ message: String, expected: String
    ) {
        keys.append(
            ImportedKey(
                outcome: .invalid, from: path, line: member.node.line, column: member.node.column, to: nil, value: nil,
                note: message))
        complain(path, member.node.line, member.node.column, message, expected: expected)
    }

    mutating func complain(_ path: String, _ line: Int, _ column: Int, _ message: String, expected: String) {
        issues.append(
            ConfigurationIssue(file: file, line: line, column: column, path: path, message: message, expected: expected)
        )
    }
}

extension ConfigurationNode {
    fileprivate var isText: Bool {
        guard case .text = value else { return false }
        return true
    }
}
