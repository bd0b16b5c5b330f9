internal import Fundamentals
internal import MarketModel

/// The list of a ladder's levels.
extension Resolver {
    static let levelList = "strategy.levels"
    /// More levels are a mistake.
    static let mostLevels = 50
    /// The keys that stand for a list of evenly spaced levels.
    static let evenLadder: [FieldKey] = [.levelCount, .firstDistance, .distanceStep, .levelSize, .sizeStep]
    private static let example = "a list such as [{\"distance\": \"0.003\", \"size\": \"0.001\"}, …]"

    mutating func applyLevels(_ list: ConfigurationNode.Member) {
        sectionPlaces[Self.levelList] = (list.node.line, list.node.column)
        if let template, !template.isMirror {
            let origin = ValueOrigin.file(file, line: list.line, column: list.column)
            reportForeign(at: origin, Self.levelList, owners: FieldTable.rows(of: .levelDistance))
            return
        }
        guard case .list(let nodes) = list.node.value else {
            report(
                at: origin(list.node), Self.levelList, "expected a list of levels, found \(list.node.found)",
                expected: Self.example)
            return
        }
        guard nodes.count <= Self.mostLevels else {
            let expected = "at most \(Self.mostLevels)"
            report(
                at: origin(list.node), Self.levelList, "expected \(expected) levels, found \(nodes.count)",
                expected: expected)
            return
        }
        for (index, node) in nodes.enumerated() { applyLevel(node, index) }
    }

    private mutating func applyLevel(_ node: ConfigurationNode, _ index: Int) {
        levelCount = index + 1
        let path = "\(Self.levelList)[\(index)]"
        sectionPlaces[path] = (node.line, node.column)
        guard case .object(let members) = node.value else {
            report(
                at: origin(node), path, "expected an object, found \(node.found)",
                expected: "an object such as {\"distance\": \"0.003\", \"size\": \"0.001\"}")
            for key in FieldKey.allCases where key.isPerLevel { given[FieldPlace(key, entry: index)] = origin(node) }
            return
        }
        for member in members {
            let key = FieldKey(rawValue: "\(Self.levelList).\(member.key)")
            apply(member, path: "\(path).\(member.key)", key: key, section: Self.levelList, entry: index)
        }
    }

    /// `strategy.levels[0].size`, or `strategy.levels.*.size` for all.
    mutating func applyLevel(_ override: ConfigurationOverride, _ origin: ValueOrigin) {
        let shown = Printable.shortened(override.path)
        let rest = override.path.dropFirst(Self.levelList.count)
        guard let dot = rest.lastIndex(of: "."), dot > rest.startIndex,
            let key = FieldKey(rawValue: "\(Self.levelList)\(rest[dot...])")
        else {
            let example = "\(Self.levelList)[0].size"
            report(at: origin, shown, "expected the level and its key, such as \(example)", expected: example)
            return
        }
        let name = String(rest[..<dot].dropFirst().filter { $0 != "]" })
        let indices = (0..<levelCount).filter { name == "*" || "\($0)" == name }
        if indices.isEmpty {
            let count = levelCount == 0 ? "levels are not listed" : "there are \(levelCount) levels"
            report(at: origin, shown, "no level \(Printable.shortened(name)): \(count)")
        }
        for index in indices { apply(override.text, to: FieldPlace(key, entry: index), origin: origin) }
    }

    /// The ladder, best first, as far as it can be read: listed, or evenly spaced.
    var ladder: [(distance: ExactDecimal, size: ExactDecimal, place: FieldPlace)] {
        guard levelCount == 0 else {
            return (0..<levelCount).compactMap { level in
                let place = FieldPlace(.levelDistance, entry: level)
                guard let distance = values[place]?.decimal,
                    let size = values[FieldPlace(.levelOwnSize, entry: level)]?.decimal
                else { return nil }
                return (distance, size, place)
            }
        }
        guard let count = optionalInteger(.levelCount), let distance = optionalDecimal(.firstDistance),
            let step = optionalDecimal(.distanceStep), let size = optionalDecimal(.levelSize),
            let growth = optionalDecimal(.sizeStep)
        else { return [] }
        return (0..<Int128(count)).compactMap { level in
            guard let distance = Self.sum(distance, level, step, Rate.scale), let size = Self.sum(size, level, growth, 12)
            else { return nil }
            return (distance, size, FieldPlace(.firstDistance))
        }
    }

    /// `first + count × step` at a scale that both have.
    private static func sum(_ first: ExactDecimal, _ count: Int128, _ step: ExactDecimal, _ scale: Int) -> ExactDecimal? {
        guard let first = first.units(atScale: scale), let step = step.units(atScale: scale) else { return nil }
        return ExactDecimal(mantissa: first + count * step, scale: scale).normalized
    }
}
