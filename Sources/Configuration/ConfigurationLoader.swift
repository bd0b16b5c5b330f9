internal import Fundamentals

extension BotConfiguration {
    /// Reads, lays over each other, checks. Reports everything that is wrong, in the order of the file.
    public static func load(_ sources: ConfigurationSources) -> LoadedConfiguration {
        var resolver = Resolver(file: sources.file?.name ?? "configuration")
        resolver.applyDefaults()
        var isReadable = true
        if let file = sources.file {
            let (tree, issues) = ConfigurationReader.read(file.bytes, file: file.name)
            issues.forEach { resolver.report($0) }
            if let tree { resolver.apply(tree) } else { isReadable = false }
        }
        var environment = resolver.applyDotEnv(sources.dotEnv)
        environment.merge(sources.environment) { _, real in real }
        resolver.applyVariables(sources.environment, origin: ValueOrigin.environment)
        sources.overrides.forEach { resolver.apply($0) }
        if isReadable {
            resolver.checkCompleteness()
            resolver.checkRelations()
        }
        let configuration = resolver.build(environment: environment)
        let keys = configuration?.credentials.read(environment)
        return LoadedConfiguration(
            configuration: configuration, issues: resolver.sortedIssues, credentials: keys?.credentials,
            credentialIssues: keys?.issues ?? [], values: resolver.listing)
    }
}

extension Resolver {
    /// Applies a `.env` file and returns its variables.
    fileprivate mutating func applyDotEnv(_ file: SourceFile?) -> [String: String] {
        guard let file else { return [:] }
        if file.isReadableByOthers {
            report(
                ConfigurationIssue(
                    .warning, file: file.name,
                    message: "is readable by others although it holds secrets: chmod 600 \(file.name)",
                    expected: "mode 0600"))
        }
        let (variables, issues) = DotEnv.read(file.bytes, file: file.name)
        issues.forEach { report($0) }
        var result: [String: String] = [:]
        var lines: [String: Int] = [:]
        for variable in variables {
            result[variable.name] = variable.text
            lines[variable.name] = variable.line
        }
        applyVariables(result) { .file(file.name, line: lines[$0] ?? 0, column: 1) }
        return result
    }

    /// `APUS_…` variables, and the names of the original bots.
    fileprivate mutating func applyVariables(_ variables: [String: String], origin: (String) -> ValueOrigin) {
        for (name, text) in variables.sorted(by: { $0.key < $1.key }) where !text.isEmpty {
            if name == "MM_LOG_LEVEL", variables[FieldKey.logLevel.environmentName] == nil {
                apply(text, to: .logLevel, origin: origin(name))
            } else if let key = FieldKey.allCases.first(where: { $0.environmentName == name }) {
                apply(text, to: key, origin: origin(name))
            } else if name.hasPrefix("APUS_"), name != "APUS_DATA" {
                // APUS_DATA, the folder of recordings, belongs to the scripts and `apus bench`.
                let near = Spelling.nearest(to: name, in: FieldKey.allCases.map(\.environmentName))
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

    fileprivate var listing: [(key: FieldKey, text: String, origin: ValueOrigin)] {
        FieldTable.fields.compactMap { field in
            values[field.key].map { (field.key, $0.value.text, $0.origin) }
        }
    }
}
