extension Command {
    /// The manual page (section 1, `man` macros) of this command and everything below it.
    ///
    /// - Parameter date: Shown in the footer, `YYYY-MM-DD`.
    public func manualPage(version: String, date: String) -> String {
        var page = Roff()
        page.line(".TH \(Roff.quote(name.uppercased())) 1 \"\(date)\" \(Roff.quote("\(name) \(version)"))")
        page.section("NAME")
        page.text("\(name) - \(abstract)")
        page.section("SYNOPSIS")
        page.line(".B \(Roff.escape(Notation.synopsis([self])))")
        if !discussion.isEmpty {
            page.section("DESCRIPTION")
            page.paragraphs(discussion)
        }
        page.section("OPTIONS")
        page.terms(of: self, isRoot: true)
        if !subcommands.isEmpty {
            page.section("COMMANDS")
            for child in subcommands { page.command([self, child]) }
        }
        page.examples(of: self)
        page.environment(of: self)
        page.section("EXIT STATUS")
        for (code, meaning) in ExitCode.documented { page.term("\(code.rawValue)", meaning) }
        return page.output
    }
}

private struct Roff {
    var output = ""

    /// Backslashes and dashes have meaning to roff; the dash becomes the one that can be copied and typed.
    static func escape(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            case "\n": result += " "
            case "…": result += "..."
            default: result.append(character)
            }
        }
        return result.hasPrefix(".") || result.hasPrefix("'") ? "\\&" + result : result
    }

    static func quote(_ text: String) -> String { "\"\(escape(text).filter { $0 != "\"" })\"" }

    mutating func line(_ text: String) { output += text + "\n" }
    mutating func text(_ text: String) { line(Self.escape(text)) }
    mutating func section(_ title: String) { line(".SH \(title)") }

    mutating func paragraphs(_ text: String) {
        for (index, block) in text.split(separator: "\n\n").enumerated() {
            if index > 0 { line(".PP") }
            self.text(block.split(separator: "\n").joined(separator: " "))
        }
    }

    mutating func term(_ term: String, _ text: String) {
        line(".TP")
        line(".B \(Self.escape(term.trimmedOfSpaces))")
        self.text(text)
    }

    mutating func terms(of command: Command, isRoot: Bool) {
        for argument in command.arguments { term(argument.name.uppercased(), argument.help) }
        for option in command.options { term(Notation.term(option), Notation.text(option)) }
        for flag in command.flags { term(Notation.term(flag), Notation.text(flag)) }
        guard isRoot else { return }
        term(Notation.helpTerm, Notation.helpText)
        term(Notation.versionTerm, Notation.versionText)
    }

    mutating func command(_ chain: [Command]) {
        let command = chain[chain.count - 1]
        line(".SS \(Self.quote(chain.map(\.name).joined(separator: " ")))")
        line(".B \(Self.escape(Notation.synopsis(chain)))")
        line(".PP")
        text("\(command.abstract).")
        if !command.discussion.isEmpty {
            line(".PP")
            paragraphs(command.discussion)
        }
        terms(of: command, isRoot: false)
        for child in command.subcommands { self.command(chain + [child]) }
    }

    mutating func examples(of root: Command) {
        let examples = root.allCommands.flatMap(\.examples)
        guard !examples.isEmpty else { return }
        section("EXAMPLES")
        for example in examples { term(example.commandLine, example.explanation) }
    }

    mutating func environment(of root: Command) {
        var seen: [String] = []
        let options = root.allCommands.flatMap(\.options)
        guard options.contains(where: { $0.environment != nil }) else { return }
        section("ENVIRONMENT")
        for option in options {
            guard let name = option.environment, !seen.contains(name) else { continue }
            seen.append(name)
            term(name, "Used when --\(option.name) is not given. \(option.help)")
        }
    }
}

extension Command {
    /// This command and all below it, depth first.
    var allCommands: [Command] { [self] + subcommands.flatMap(\.allCommands) }
}

extension String {
    fileprivate var trimmedOfSpaces: String { String(drop { $0 == " " }) }
}
