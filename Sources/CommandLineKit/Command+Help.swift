extension Command {
    /// The command at `path` with its ancestors, root first; nil when there is none.
    func lineage(_ path: [String]) -> [Command]? {
        var chain = [self]
        for name in path {
            guard let next = chain[chain.count - 1].subcommand(name) else { return nil }
            chain.append(next)
        }
        return chain
    }

    /// The text of `--help` for the command at `path` below this one, wrapped to `width`, ending in a newline.
    /// - Precondition: `path` names commands that exist, as `ParseOutcome.help` does.
    public func help(path: [String] = [], width: Int = 100, style: TextStyle = .plain) -> String {
        guard let chain = lineage(path) else { preconditionFailure("help was asked for an unknown command") }
        return HelpPage(chain: chain, width: max(40, width), style: style).text
    }
}

/// Names as help and manual write them.
enum Notation {
    static func synopsis(_ chain: [Command]) -> String {
        let command = chain[chain.count - 1]
        var words = chain.map(\.name)
        words.append("[options]")
        words += chain.flatMap(\.options).filter(\.isRequired).map { "--\($0.name) \($0.valueName)" }
        if !command.subcommands.isEmpty { words.append("COMMAND") }
        words += command.arguments.map { argument in
            let name = argument.name.uppercased() + (argument.repeats ? "…" : "")
            return argument.isOptional ? "[\(name)]" : name
        }
        return words.joined(separator: " ")
    }

    static func term(_ option: Option) -> String {
        short(option.short) + "--\(option.name) \(option.valueName)"
    }

    static func term(_ flag: Flag) -> String {
        short(flag.short) + (flag.isNegatable ? "--[no-]\(flag.name)" : "--\(flag.name)")
    }

    private static func short(_ letter: Character?) -> String { letter.map { "-\($0), " } ?? "    " }

    static func text(_ option: Option) -> String {
        var notes: [String] = []
        if option.isRequired { notes.append("required") }
        if option.repeats { notes.append("may be repeated") }
        if let text = option.defaultText { notes.append("default: \(text)") }
        if let name = option.environment { notes.append("env: \(name)") }
        return option.help + (notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))")
    }

    static func text(_ flag: Flag) -> String { flag.help + (flag.isOnByDefault ? " (default: on)" : "") }

    static let helpTerm = "-h, --help"
    static let helpText = "Show this help."
    static let versionTerm = "    --version"
    static let versionText = "Show the version."
}

private struct HelpPage {
    let chain: [Command]
    let width: Int
    let style: TextStyle

    private var command: Command { chain[chain.count - 1] }

    var text: String {
        var blocks: [[String]] = [
            TextLayout.wrap("\(chain.map(\.name).joined(separator: " ")): \(command.abstract)", width: width),
            TextLayout.wrap("Usage: \(Notation.synopsis(chain))", width: width),
        ]
        if !command.discussion.isEmpty { blocks.append(TextLayout.paragraphs(command.discussion, width: width)) }
        blocks += commandLists
        blocks += list("Arguments", command.arguments.map { ($0.name.uppercased(), $0.help) })
        blocks += list("Options", options(command, isRoot: chain.count == 1))
        blocks += list("Options of \(chain[0].name)", chain.dropLast().flatMap { rows($0) })
        if !command.examples.isEmpty { blocks.append(examples) }
        return blocks.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
    }

    private func list(_ title: String, _ rows: [(term: String, text: String)]) -> [[String]] {
        rows.isEmpty ? [] : [[style.bold(title + ":")] + TextLayout.list(rows, width: width)]
    }

    private var commandLists: [[String]] {
        var groups: [String] = []
        for child in command.subcommands where !groups.contains(child.group) { groups.append(child.group) }
        return groups.flatMap { group in
            list(
                group.isEmpty ? "Commands" : group,
                command.subcommands.filter { $0.group == group }.map { ($0.name, $0.abstract) })
        }
    }

    private func rows(_ command: Command) -> [(term: String, text: String)] {
        command.options.map { (Notation.term($0), Notation.text($0)) }
            + command.flags.map { (Notation.term($0), Notation.text($0)) }
    }

    private func options(_ command: Command, isRoot: Bool) -> [(term: String, text: String)] {
        rows(command) + [(Notation.helpTerm, Notation.helpText)]
            + (isRoot ? [(Notation.versionTerm, Notation.versionText)] : [])
    }

    private var examples: [String] {
        [style.bold("Examples:")]
            + command.examples.flatMap { example in
                ["  \(example.commandLine)"]
                    + TextLayout.wrap(example.explanation, width: width - 6).map { "      " + $0 }
            }
    }
}
