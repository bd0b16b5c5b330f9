internal import Fundamentals

extension BotConfiguration {
    /// Reads, lays over each other, checks. Reports everything that is wrong, in the order of the file.
    public static func load(_ sources: ConfigurationSources) -> LoadedConfiguration {
        let file = sources.file.map { ConfigurationReader.read($0.bytes, file: $0.name) }
        let dotEnv = sources.dotEnv.map { DotEnvLayer($0) } ?? DotEnvLayer()
        let template = templateName(sources, file?.node, dotEnv).flatMap(Template.init(rawValue:))
        var resolver = Resolver(file: sources.file?.name ?? "configuration", template: template)
        file?.issues.forEach { resolver.report($0) }
        let isReadable = file == nil || file?.node != nil
        if let tree = file?.node { resolver.apply(tree) }
        dotEnv.issues.forEach { resolver.report($0) }
        resolver.applyVariables(dotEnv.variables) { .file(dotEnv.name, line: dotEnv.lines[$0] ?? 0, column: 1) }
        resolver.applyVariables(sources.environment, origin: ValueOrigin.environment)
        sources.overrides.forEach { resolver.apply($0) }
        if isReadable {
            resolver.checkCompleteness()
            resolver.checkRelations()
        }
        let environment = dotEnv.variables.merging(sources.environment) { _, real in real }
        let configuration = resolver.build(environment: environment)
        let keys = configuration?.credentials.read(environment)
        let referenceKeys = configuration?.mirror?.credentials?.read(environment)
        let access = configuration?.notifications.map { $0.readAccess(environment) }
        return LoadedConfiguration(
            configuration: configuration, issues: resolver.sortedIssues, credentials: keys?.credentials,
            referenceCredentials: referenceKeys?.credentials,
            credentialIssues: (keys?.issues ?? []) + (referenceKeys?.issues ?? []), notificationAccess: access?.channels ?? [],
            notificationIssues: access?.issues ?? [], values: resolver.listing)
    }

    /// What `strategy.type` will be: every other key is judged by it.
    private static func templateName(
        _ sources: ConfigurationSources, _ tree: ConfigurationNode?, _ dotEnv: DotEnvLayer
    ) -> String? {
        let key = FieldKey.template
        if let override = sources.overrides.last(where: { $0.path == key.path }) { return override.text.lowercased() }
        let name = key.environmentName ?? ""
        for text in [sources.environment[name], dotEnv.variables[name]].compactMap({ $0 }) where !text.isEmpty {
            return text.lowercased()
        }
        guard case .text(let text)? = tree?.member(key.section)?.member(key.name)?.value else { return nil }
        return text.lowercased()
    }
}

/// A `.env` file's variables.
private struct DotEnvLayer {
    var name = ".env"
    var variables: [String: String] = [:]
    var lines: [String: Int] = [:]
    var issues: [ConfigurationIssue] = []

    init() {}

    init(_ file: SourceFile) {
        name = file.name
        if file.isReadableByOthers {
            issues.append(
                ConfigurationIssue(
                    .warning, file: file.name,
                    message: "is readable by others although it holds secrets: chmod 600 \(file.name)",
                    expected: "mode 0600"))
        }
        let (read, problems) = DotEnv.read(file.bytes, file: file.name)
        issues += problems
        for variable in read {
            variables[variable.name] = variable.text
            lines[variable.name] = variable.line
        }
    }
}

extension Resolver {
    /// `APUS_…` variables, and the names of the original bots.
    fileprivate mutating func applyVariables(_ variables: [String: String], origin: (String) -> ValueOrigin) {
        for (name, text) in variables.sorted(by: { $0.key < $1.key }) where !text.isEmpty {
            if name == "MM_LOG_LEVEL", variables[FieldKey.logLevel.environmentName ?? ""] == nil {
                apply(text, to: FieldPlace(.logLevel), origin: origin(name))
            } else if let key = FieldKey.allCases.first(where: { $0.environmentName == name }) {
                apply(text, to: FieldPlace(key), origin: origin(name))
            } else if applyMarketVariable(name, text, origin: origin(name)) {
                continue
            } else if name.hasPrefix("APUS_"), name != "APUS_DATA" {
                // APUS_DATA, the folder of recordings, belongs to the scripts and `apus bench`.
                let near = Spelling.nearest(to: name, in: FieldKey.allCases.compactMap(\.environmentName))
                let hint = near.map { "; did you mean \($0)?" } ?? ""
                report(at: origin(name), "", "\(name) sets nothing\(hint)", severity: .warning)
            }
        }
    }

    /// By file, then line and column; what has no line keeps its order at the end of its file.
    fileprivate var sortedIssues: [ConfigurationIssue] {
        var files: [String: Int] = [:]
        for issue in issues where files[issue.file] == nil { files[issue.file] = files.count }
        func rank(_ issue: ConfigurationIssue) -> (Int, Int, Int) {
            (files[issue.file] ?? 0, issue.line == 0 ? .max : issue.line, issue.column)
        }
        return issues.enumerated().sorted { a, b in
            let (x, y) = (rank(a.element), rank(b.element))
            return x == y ? a.offset < b.offset : x < y
        }.map(\.element)
    }

    fileprivate var listing: [ConfigurationValue] {
        let single = FieldTable.keys.filter { !$0.isPerEntry }.map { FieldPlace($0) }
        let perMarket = (0..<marketCount).flatMap { market in
            FieldTable.keys.filter(\.isPerMarket).map { FieldPlace($0, market: market) }
        }
        let perChannel = (0..<channelCount).flatMap { channel in
            FieldTable.keys.filter(\.isPerChannel).map { FieldPlace($0, entry: channel) }
        }
        let head = single.prefix { $0.key.section.isEmpty || $0.key.section == "strategy" }
        let perLevel = (0..<levelCount).flatMap { level in
            FieldTable.keys.filter(\.isPerLevel).map { FieldPlace($0, entry: level) }
        }
        let all: [FieldPlace] = Array(head) + perLevel + perMarket + Array(single.dropFirst(head.count)) + perChannel
        return all.compactMap { place in
            values[place].map { ConfigurationValue(place: place, text: $0.value.text, origin: $0.origin) }
        }
    }
}
