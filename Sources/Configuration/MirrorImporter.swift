internal import Fundamentals
internal import MarketModel

/// Turns the original mirror's `mm_config.ini` into ours.
struct MirrorImporter {
    private typealias Entry = INIReader.Entry

    let file: String
    let template: Template
    private(set) var issues: [ConfigurationIssue] = []
    private(set) var keys: [ImportedKey] = []
    var values: [FieldPlace: String] = [:]
    private var sources: [String: ImportedKey] = [:]
    private var distances: [ExactDecimal] = []
    private var sizes: [ExactDecimal] = []
    /// What makes sense only together with another key.
    private var pending: [(meaning: MirrorAliases.Meaning, numbers: [ExactDecimal], entry: INIReader.Entry)] = []

    init(file: String, template: Template) {
        self.file = file
        self.template = template
    }

    private var hasErrors: Bool { issues.contains { $0.severity == .error } }

    /// Reads everything; nil when an issue is an error.
    mutating func convert(_ bytes: [UInt8]) -> String? {
        let reader = INIReader.read(bytes, file: file)
        issues = reader.issues
        for entry in reader.entries { apply(entry) }
        nameFromSection(reader.sections)
        finishSizes()
        finishDistances()
        let text = hasErrors ? nil : write()
        keys = keys.enumerated().sorted { a, b in
            let (x, y) = (a.element.line == 0 ? Int.max : a.element.line, b.element.line == 0 ? .max : b.element.line)
            return x == y ? a.offset < b.offset : x < y
        }.map(\.element)
        return text
    }

    private mutating func write() -> String? {
        addEndpoint()
        var writer = TemplateText(template)
        writer.values = values
        writer.levelCount = values.keys.filter { $0.key == .levelDistance }.count
        writer.remarks = ["Made from \(Printable.shortened(file))."]
        let text = writer.text
        let loaded = BotConfiguration.load(ConfigurationSources(file: SourceFile(name: file, text: text)))
        issues += loaded.issues.map { issue in
            var issue = issue
            issue.line = sources[issue.path]?.line ?? 0
            issue.column = sources[issue.path]?.column ?? 0
            return issue
        }
        return hasErrors ? nil : text
    }

    // MARK: Entries

    private mutating func apply(_ entry: INIReader.Entry) {
        if isLINEToken(entry) {
            record(.secret, entry, note: LINENotify.advice)
        } else if let note = secretNote(entry) {
            record(.secret, entry, note: note)
        } else if let meaning = MirrorAliases.meaning(of: entry.key, in: entry.section) {
            apply(meaning, entry)
        } else {
            let names = MirrorAliases.table.flatMap(\.names)
            let near = Spelling.nearest(to: MirrorAliases.letters(entry.key), in: names)
            record(.unknown, entry, note: near.map { "did you mean \($0)?" } ?? "")
        }
    }

    private mutating func apply(_ meaning: MirrorAliases.Meaning, _ entry: INIReader.Entry) {
        guard !entry.value.isEmpty else { return record(.ignored, entry, note: "it is empty: the default holds") }
        switch meaning {
        case .field(let key):
            guard let field = FieldTable.field(key, for: template) else {
                return record(.ignored, entry, note: "\(template.venue.title) has no such choice")
            }
            apply(field, entry)
        case .distances: applyList(entry) { $0.distances = $1 }
        case .sizes: applyList(entry) { $0.sizes = $1 }
        case .leastDistance, .mostDistance, .leastSize, .mostSize, .distanceRange, .sizeRange:
            applyList(entry) { $0.pending.append((meaning, $1, entry)) }
        case .nothing(let reason): record(.ignored, entry, note: reason)
        }
    }

    private mutating func apply(_ field: Field, _ entry: INIReader.Entry) {
        guard let read = Self.text(entry.value, as: field.kind), let value = field.kind.read(text: read) else {
            return invalid(entry, "expected \(field.expectation), found \"\(Printable.shortened(entry.value))\"")
        }
        if let expected = field.violation(of: value) {
            return invalid(entry, "expected \(expected), found \"\(Printable.shortened(entry.value))\"")
        }
        take(FieldPlace(field.key), value.text, entry)
    }

    /// An INI's spelling of a value as ours reads it.
    private static func text(_ text: String, as kind: FieldKind) -> String? {
        let text = unquoted(text)
        switch kind {
        case .boolean:
            switch text.lowercased() {
            case "true", "yes", "on", "1": return "true"
            case "false", "no", "off", "0": return "false"
            default: return nil
            }
        case .decimal: return number(text)?.description
        case .symbol: return text.uppercased().filter { $0 != "/" && $0 != "_" && $0 != "-" }
        case .integer, .duration, .text, .market, .pair, .choice, .url, .listenAddress, .path, .environmentName:
            return text
        }
    }

    private static func unquoted(_ text: String) -> String {
        guard let first = text.first, first == "\"" || first == "'", text.count > 1, text.last == first else { return text }
        return String(text.dropFirst().dropLast())
    }

    /// `0.001`, `1e-3` or `0.1%`.
    private static func number(_ text: String) -> ExactDecimal? {
        let isPercent = text.hasSuffix("%")
        let digits = isPercent ? String(text.dropLast().filter { $0 != " " }) : text
        guard let number = ExactDecimal(NumberText.withoutExponent(digits) ?? digits)?.normalized, number.scale <= 18 else {
            return nil
        }
        return isPercent ? ExactDecimal(mantissa: number.mantissa, scale: number.scale + 2).normalized : number
    }

    private mutating func applyList(
        _ entry: INIReader.Entry, _ body: (inout MirrorImporter, [ExactDecimal]) -> Void
    ) {
        let listed = Self.unquoted(entry.value).filter { !"[]()".contains($0) }
        let numbers = listed.split { $0 == "," || $0 == ";" || $0 == " " || $0 == "~" }.map { Self.number(String($0)) }
        guard !numbers.isEmpty, numbers.count <= Resolver.mostLevels, numbers.allSatisfy({ ($0?.mantissa ?? 0) > 0 }) else {
            return invalid(
                entry,
                "expected positive numbers such as 0.001 or 0.001, 0.002, found \"\(Printable.shortened(entry.value))\"")
        }
        body(&self, numbers.compactMap { $0 })
        remember(entry)
    }

    /// Where a list or bound came from, until it is known what becomes of it.
    private var lists: [INIReader.Entry] = []
    private mutating func remember(_ entry: INIReader.Entry) { lists.append(entry) }

    // MARK: Levels

    private func entry(of meanings: [MirrorAliases.Meaning]) -> INIReader.Entry? {
        lists.first { entry in
            MirrorAliases.meaning(of: entry.key, in: entry.section).map(meanings.contains) ?? false
        }
    }

    /// Sizes are drawn downwards from the largest: `[least, most]` becomes most and 1 − least ÷ most.
    private mutating func finishSizes() {
        let given = entry(of: [.sizes])
        guard let range = range(.sizeRange, .leastSize, .mostSize, isListed: sizes.count > 1) else {
            return takeSizes(sizes, given, note: nil)
        }
        guard let (least, most, entry) = ends(of: range, .sizeRandomization) else {
            return takeSizes(sizes, given, note: nil)
        }
        if range.isFactors, !sizes.isEmpty {
            takeSizes(sizes.map { Self.product($0, most) }, given, note: "× \(most), the largest that random ones become")
        } else {
            takeSizes([most], entry, note: "the largest of the range; random sizes are less")
            if let given { record(.ignored, given, note: "the range of random sizes says it") }
        }
        take(
            FieldPlace(.sizeRandomization), Self.text(Self.quotient(least, most, subtractedFromOne: true)), entry,
            note: "1 − least ÷ most of the range")
    }

    /// Distances are drawn outwards from the least: `[least, most]` becomes least and most ÷ least − 1.
    private mutating func finishDistances() {
        let given = entry(of: [.distances])
        guard let range = range(.distanceRange, .leastDistance, .mostDistance, isListed: distances.count > 1) else {
            return takeDistances(distances, given, note: nil)
        }
        guard let (least, most, entry) = ends(of: range, .distanceRandomization) else {
            return takeDistances(distances, given, note: nil)
        }
        if range.isFactors, !distances.isEmpty {
            takeDistances(
                distances.map { Self.product($0, least) }, given, note: "× \(least), the least that random ones become")
        } else {
            takeDistances([least], entry, note: "the least of the range; random distances are more")
            if let given { record(.ignored, given, note: "the range of random distances says it") }
        }
        let share = Self.quotient(most, least, subtractedFromOne: false)
        let one = ExactDecimal(mantissa: 1, scale: 0)
        let isTooWide = DecimalText.isLess(one, share)
        take(
            FieldPlace(.distanceRandomization), Self.text(isTooWide ? one : share), entry,
            note: isTooWide ? "most ÷ least − 1, at most 1" : "most ÷ least − 1 of the range")
    }

    /// How a range was given: as one key with a share or two factors, or as two keys.
    private struct Range {
        var numbers: [ExactDecimal]
        var entry: INIReader.Entry
        /// Of sizes or distances that are given besides.
        var isFactors: Bool
    }

    /// Nil where there is none that says something.
    private mutating func range(
        _ both: MirrorAliases.Meaning, _ low: MirrorAliases.Meaning, _ high: MirrorAliases.Meaning, isListed: Bool
    ) -> Range? {
        let ends = [low, high].compactMap { meaning in pending.first { $0.meaning == meaning } }
        if let range = pending.first(where: { $0.meaning == both }) {
            for end in ends { record(.ignored, end.entry, note: "\(path(range.entry)) says it already") }
            return Range(numbers: Array(range.numbers.prefix(2)), entry: range.entry, isFactors: true)
        }
        guard ends.count == 2, !isListed else {
            let note = isListed ? "each level has its own" : "the other end of the range is missing"
            for end in ends { record(.ignored, end.entry, note: note) }
            return nil
        }
        return Range(numbers: ends.map { $0.numbers[0] }, entry: ends[1].entry, isFactors: false)
    }

    /// Least, most and where they stand; nil after a share that stands alone, or a mistake.
    private mutating func ends(
        of range: Range, _ share: FieldKey
    ) -> (least: ExactDecimal, most: ExactDecimal, entry: INIReader.Entry)? {
        guard range.numbers.count == 2 else {
            takeShare(range.numbers[0], share, range.entry)
            return nil
        }
        guard !DecimalText.isLess(range.numbers[1], range.numbers[0]) else {
            invalid(range.entry, "the range begins at \(range.numbers[0]), above its end, \(range.numbers[1])")
            return nil
        }
        return (range.numbers[0], range.numbers[1], range.entry)
    }

    /// A share that stands alone: 0.2 for a fifth, more or less as ours draws it.
    private mutating func takeShare(_ share: ExactDecimal, _ key: FieldKey, _ entry: INIReader.Entry) {
        guard let field = FieldTable.field(key, for: template), let value = field.kind.read(text: share.description),
            field.violation(of: value) == nil
        else { return invalid(entry, "expected a share below 1, or two factors such as 0.8, 1.2, found \(share)") }
        take(FieldPlace(key), value.text, entry)
    }

    private mutating func takeSizes(_ numbers: [ExactDecimal], _ entry: INIReader.Entry?, note: String?) {
        guard let entry, let first = numbers.first else { return }
        guard numbers.count > 1 || distances.count > 1 else {
            return take(FieldPlace(.levelSize), Self.text(first), entry, note: note)
        }
        guard distances.count > 1 else {
            return record(.ignored, entry, note: "sizes for each level need a distance for each beside them")
        }
        guard numbers.count == 1 || numbers.count == distances.count else {
            return invalid(entry, "lists \(numbers.count) sizes for \(distances.count) distances")
        }
        for level in distances.indices {
            take(
                FieldPlace(.levelOwnSize, entry: level), Self.text(numbers.count == 1 ? first : numbers[level]), entry,
                note: note, isTold: level == 0)
        }
    }

    private mutating func takeDistances(_ numbers: [ExactDecimal], _ entry: INIReader.Entry?, note: String?) {
        guard let entry, let first = numbers.first else { return }
        guard numbers.count > 1 else {
            return take(FieldPlace(.firstDistance), Self.text(first), entry, note: note)
        }
        let size = FieldTable.field(.levelOwnSize, for: template)?.example ?? ""
        for level in numbers.indices {
            take(
                FieldPlace(.levelDistance, entry: level), Self.text(numbers[level]), entry, note: note, isTold: level == 0)
            if values[FieldPlace(.levelOwnSize, entry: level)] == nil {
                values[FieldPlace(.levelOwnSize, entry: level)] = size
            }
        }
        for key in Resolver.evenLadder { leaveOut(key) }
    }

    /// What was taken over already has no effect beside listed levels.
    private mutating func leaveOut(_ key: FieldKey) {
        values[FieldPlace(key)] = nil
        for index in keys.indices where keys[index].to == key.path {
            (keys[index].outcome, keys[index].to, keys[index].value) = (.ignored, nil, nil)
            keys[index].note = "each level is listed by itself"
        }
    }

    private static func product(_ a: ExactDecimal, _ b: ExactDecimal) -> ExactDecimal {
        rounded(ExactDecimal(mantissa: a.normalized.mantissa * b.normalized.mantissa, scale: min(30, a.scale + b.scale)))
    }

    /// `1 − a ÷ b` or `a ÷ b − 1`, cut to 8 decimals.
    private static func quotient(_ a: ExactDecimal, _ b: ExactDecimal, subtractedFromOne: Bool) -> ExactDecimal {
        let scale = max(a.scale, b.scale)
        guard let x = a.units(atScale: scale), let y = b.units(atScale: scale), y > 0,
            !x.multipliedReportingOverflow(by: 100_000_000).overflow
        else { return .zero }
        let one: Int128 = 100_000_000
        // Cut so that the range is not left: the share of a size is cut, that of a distance too.
        let share = subtractedFromOne ? one - (x * one + y - 1) / y : x * one / y - one
        return ExactDecimal(mantissa: max(0, share), scale: 8).normalized
    }

    private static func rounded(_ number: ExactDecimal) -> ExactDecimal {
        guard number.scale > 12 else { return number }
        var divisor: Int128 = 1
        for _ in 12..<number.scale { divisor *= 10 }
        return ExactDecimal(mantissa: number.mantissa / divisor, scale: 12).normalized
    }

    private static func text(_ number: ExactDecimal) -> String { number.normalized.description }

    // MARK: What the file does not say

    /// A section that is named after the market names it.
    private mutating func nameFromSection(_ sections: [(name: String, line: Int)]) {
        guard values[FieldPlace(.symbol)] == nil, let field = FieldTable.field(.symbol, for: template) else { return }
        for section in sections where section.name.contains(where: { "/_".contains($0) }) {
            guard case .text(let symbol)? = field.kind.read(text: section.name), symbol.uppercased().hasSuffix("TWD"),
                !symbol.uppercased().hasPrefix("USDT")
            else { continue }
            let entry = Entry(
                section: "", key: "[\(section.name)]", value: section.name, line: section.line, column: 1)
            take(FieldPlace(.symbol), symbol, entry, note: "the section's name")
            return
        }
    }

    private mutating func addEndpoint() {
        guard template == .binanceACEMirror, let field = FieldTable.field(.rest, for: template) else { return }
        keys.append(
            ImportedKey(
                outcome: .added, from: "", line: 0, column: 0, to: FieldKey.rest.path, value: field.example,
                note: "ACE is retired: put the address that apus venue ace prints here"))
    }

    // MARK: Reports

    private func path(_ entry: INIReader.Entry) -> String {
        Printable.shortened(entry.section.isEmpty ? entry.key : "\(entry.section).\(entry.key)")
    }

    private mutating func take(
        _ place: FieldPlace, _ value: String, _ entry: INIReader.Entry, note: String? = nil, isTold: Bool = true
    ) {
        if let first = sources[place.path] {
            record(.ignored, entry, note: "\(first.from) says it already")
            return
        }
        let isSame = value == entry.value
        let row = ImportedKey(
            outcome: note == nil && isSame ? .kept : .converted, from: path(entry), line: entry.line,
            column: entry.column, to: place.path, value: value,
            note: note ?? (isSame ? "" : "\(Printable.shortened(entry.value)) → \"\(value)\""))
        values[place] = value
        sources[place.path] = row
        if isTold { keys.append(row) }
    }

    private mutating func record(_ outcome: ImportedKey.Outcome, _ entry: INIReader.Entry, note: String) {
        keys.append(
            ImportedKey(
                outcome: outcome, from: path(entry), line: entry.line, column: entry.column, to: nil, value: nil, note: note)
        )
    }

    private mutating func invalid(_ entry: INIReader.Entry, _ message: String) {
        record(.invalid, entry, note: message)
        issues.append(
            ConfigurationIssue(
                file: file, line: entry.line, column: entry.column, path: path(entry), message: message))
    }

    private func isLINEToken(_ entry: INIReader.Entry) -> Bool {
        let letters = MirrorAliases.letters(entry.section + entry.key)
        return LINENotify.isNamed(by: entry.key) || LINENotify.isNamed(by: entry.section)
            || (letters.contains("line") && letters.hasSuffix("token"))
    }

    /// Where a secret goes instead; nil for a key that names none.
    private func secretNote(_ entry: INIReader.Entry) -> String? {
        let letters = MirrorAliases.letters(entry.section + entry.key)
        let own = MirrorAliases.letters(entry.key)
        let isIdentity = ["uid", "phone", "phonenumber", "email", "securitykey", "accesskey"].contains { own.hasSuffix($0) }
        guard KeyAdvice.isSecret(entry.key) || isIdentity || own.hasSuffix("token") || own == "key" else { return nil }
        if own.hasSuffix("uid") || own.hasSuffix("phone") || own.hasSuffix("phonenumber") {
            return "requests are signed without it"
        }
        let isBinance = letters.contains("binance") || letters.hasPrefix("bn")
        let isKey = own.hasSuffix("apikey") || own.hasSuffix("accesskey") || own == "key"
        let variable: FieldKey =
            switch (isBinance, isKey) {
            case (true, true): .referenceKeyVariable
            case (true, false): .referenceSecretVariable
            case (false, true): .apiKeyVariable
            case (false, false): own.hasSuffix("email") ? .emailVariable : .apiSecretVariable
            }
        let name = FieldTable.field(variable, for: template)?.defaultText
        return name.map { "it belongs into the environment or .env, as \($0)" } ?? "it is not needed here"
    }
}
