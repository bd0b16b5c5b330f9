internal import Fundamentals

/// What a command line asks for.
public enum ParseOutcome: Hashable, Sendable {
    case run(ParsedArguments)
    /// `--help`, or `help COMMAND`: names from the root's first subcommand down.
    case help(path: [String])
    case version
}

extension Command {
    /// Reads the words after the program's name.
    ///
    /// `--` ends options, `--opt=value` and `--opt value` are the same, short flags may be joined (`-qv`), a short
    /// option may be followed by its value (`-n5`). Options may stand before or after arguments.
    public func parse(_ words: [String], environment: [String: String] = [:]) throws(UsageError) -> ParseOutcome {
        var parser = ArgumentParser(root: self, words: words)
        return try parser.parse(environment: environment)
    }
}

private struct ArgumentParser {
    private var path: [Command]
    private var words: ArraySlice<String>
    private var optionsEnded = false
    private var positional: [String] = []
    private var given: [String: [String]] = [:]
    private var flags: [String: Bool] = [:]

    init(root: Command, words: [String]) {
        path = [root]
        self.words = words[...]
    }

    private var current: Command { path[path.count - 1] }
    private var label: String { path.map(\.name).joined(separator: " ") }
    private var options: [Option] { path.flatMap(\.options) }
    private var allFlags: [Flag] { path.flatMap(\.flags) }
    private func error(_ message: String) -> UsageError { UsageError(command: label, message: message) }

    mutating func parse(environment: [String: String]) throws(UsageError) -> ParseOutcome {
        while let word = words.popFirst() {
            if !optionsEnded, word == "--" {
                optionsEnded = true
            } else if !optionsEnded, word == "-h" || word == "--help" {
                return .help(path: path.dropFirst().map(\.name))
            } else if !optionsEnded, word == "--version" {
                return .version
            } else if !optionsEnded, word.hasPrefix("--") {
                try readLong(word.dropFirst(2))
            } else if !optionsEnded, isShort(word) {
                try readShort(word)
            } else if positional.isEmpty, !current.subcommands.isEmpty {
                if word == "help", current.subcommand("help") == nil { return try helpCommand() }
                try enter(word)
            } else {
                positional.append(word)
            }
        }
        guard current.subcommands.isEmpty else {
            throw error("a command is expected: \(current.subcommands.map(\.name).joined(separator: ", "))")
        }
        return .run(try finish(environment))
    }

    private mutating func enter(_ word: String) throws(UsageError) {
        guard let next = current.subcommand(word) else {
            throw error(
                "unknown command '\(ParsedArguments.shown(word))'" + hint(word, current.subcommands.map(\.name)))
        }
        path.append(next)
    }

    private mutating func helpCommand() throws(UsageError) -> ParseOutcome {
        while let word = words.popFirst() { try enter(word) }
        return .help(path: path.dropFirst().map(\.name))
    }

    private func hint(_ word: String, _ candidates: [String], prefix: String = "") -> String {
        Spelling.nearest(to: word, in: candidates).map { "; did you mean \(prefix)\($0)?" } ?? ""
    }

    // MARK: Options

    private mutating func readLong(_ body: Substring) throws(UsageError) {
        let parts = body.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        let attached = parts.count == 2 ? String(parts[1]) : nil
        if let option = options.last(where: { $0.name == name }) {
            let value = if let attached { attached } else { try nextValue(of: option) }
            try store(option, value)
        } else if let (flag, value) = flagNamed(name) {
            guard attached == nil else { throw error("--\(name) takes no value") }
            flags[flag.name] = value
        } else {
            let names = options.map(\.name) + allFlags.map(\.name) + negatable.map { "no-\($0.name)" } + ["help"]
            throw error("unknown option --\(ParsedArguments.shown(name))" + hint(name, names, prefix: "--"))
        }
    }

    private var negatable: [Flag] { allFlags.filter(\.isNegatable) }

    private func flagNamed(_ name: String) -> (Flag, Bool)? {
        if let flag = allFlags.last(where: { $0.name == name }) { return (flag, true) }
        return negatable.last { "no-\($0.name)" == name }.map { ($0, false) }
    }

    /// A negative number is an argument unless a digit is a declared short name.
    private func isShort(_ word: String) -> Bool {
        guard word.hasPrefix("-"), word.count > 1 else { return false }
        let second = word[word.index(after: word.startIndex)]
        if isKnownShort(second) { return true }
        return !ValueReader.isDecimal(word)
    }

    private func isKnownShort(_ letter: Character) -> Bool {
        options.contains { $0.short == letter } || allFlags.contains { $0.short == letter }
    }

    private mutating func readShort(_ word: String) throws(UsageError) {
        var rest = word.dropFirst()
        while let letter = rest.popFirst() {
            if let flag = allFlags.last(where: { $0.short == letter }) {
                flags[flag.name] = true
            } else if let option = options.last(where: { $0.short == letter }) {
                if rest.hasPrefix("=") { rest = rest.dropFirst() }
                try store(option, rest.isEmpty ? nextValue(of: option) : String(rest))
                return
            } else {
                throw error("unknown option -\(ParsedArguments.shown(String(letter)))")
            }
        }
    }

    private mutating func nextValue(of option: Option) throws(UsageError) -> String {
        guard let next = words.first else { throw error("--\(option.name) needs a value: \(option.kind.expectation)") }
        if next.hasPrefix("-"), next != "-", !ValueReader.isDecimal(next) {
            throw error(
                "--\(option.name) needs a value: \(option.kind.expectation)"
                    + " (write --\(option.name)=VALUE for one that begins with a dash)")
        }
        words.removeFirst()
        return next
    }

    private mutating func store(_ option: Option, _ value: String) throws(UsageError) {
        if !option.repeats, given[option.name] != nil { throw error("--\(option.name) is given twice") }
        given[option.name, default: []].append(value)
    }

    // MARK: Completion of the picture

    private func finish(_ environment: [String: String]) throws(UsageError) -> ParsedArguments {
        var entries: [String: ParsedArguments.Entry] = [:]
        for option in options {
            guard let entry = value(of: option, environment) else {
                if option.isRequired { throw error("--\(option.name) is needed: \(option.kind.expectation)") }
                continue
            }
            try check(entry, option.kind)
            entries[option.name] = entry
        }
        try placeArguments(into: &entries)
        var switches: [String: Bool] = [:]
        for flag in allFlags { switches[flag.name] = flags[flag.name] ?? flag.isOnByDefault }
        return ParsedArguments(
            path: path.dropFirst().map(\.name), commandLabel: label, entries: entries, flags: switches,
            known: options.map(\.name) + current.arguments.map(\.name))
    }

    private func value(of option: Option, _ environment: [String: String]) -> ParsedArguments.Entry? {
        let label = "--\(option.name)"
        if let typed = given[option.name] { return .init(values: typed, source: .commandLine, label: label) }
        if let name = option.environment, let text = environment[name], !text.isEmpty {
            return .init(values: [text], source: .environment(name), label: label)
        }
        return option.defaultText.map { .init(values: [$0], source: .defaultText, label: label) }
    }

    private func placeArguments(into entries: inout [String: ParsedArguments.Entry]) throws(UsageError) {
        var rest = positional[...]
        for argument in current.arguments {
            let label = argument.name.uppercased()
            guard !rest.isEmpty else {
                if argument.isOptional { continue }
                throw error("\(label) is missing: \(argument.help)")
            }
            let taken = argument.repeats ? Array(rest) : [rest[rest.startIndex]]
            rest = rest.dropFirst(taken.count)
            let entry = ParsedArguments.Entry(values: taken, source: .commandLine, label: label)
            try check(entry, argument.kind)
            entries[argument.name] = entry
        }
        if let extra = rest.first { throw error("unexpected argument '\(ParsedArguments.shown(extra))'") }
    }

    private func check(_ entry: ParsedArguments.Entry, _ kind: ValueKind) throws(UsageError) {
        for text in entry.values where !kind.accepts(text) {
            var message = ParsedArguments.complaint(entry.label, entry.source, text, kind.expectation)
            if case .choice(let choices) = kind { message += hint(text, choices) }
            throw error(message)
        }
    }
}
