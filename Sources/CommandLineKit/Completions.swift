/// A shell that completions can be written for.
public enum Shell: String, Hashable, Sendable, CaseIterable { case bash, zsh, fish }

extension Command {
    /// A script that, sourced by the shell, completes this command, its subcommands, options and choices.
    public func completions(for shell: Shell) -> String {
        switch shell {
        case .bash: BashCompletions(root: self).script
        case .zsh: ZshCompletions(root: self).script
        case .fish: FishCompletions(root: self).script
        }
    }

    /// Every command with its ancestors, depth first.
    var chains: [[Command]] { chains(below: []) }

    private func chains(below ancestors: [Command]) -> [[Command]] {
        let chain = ancestors + [self]
        return [chain] + subcommands.flatMap { $0.chains(below: chain) }
    }
}

/// What can be typed at one command, in every shell's terms.
private struct Offer {
    let path: String
    let command: Command
    let options: [Option]
    let flags: [Flag]
    let isRoot: Bool

    init(_ chain: [Command]) {
        path = chain.map(\.name).joined(separator: " ")
        command = chain[chain.count - 1]
        options = chain.flatMap(\.options)
        flags = chain.flatMap(\.flags)
        isRoot = chain.count == 1
    }

    var longNames: [(name: String, help: String)] {
        options.map { ($0.name, $0.help) } + flags.map { ($0.name, $0.help) }
            + flags.filter(\.isNegatable).map { ("no-\($0.name)", "Not: \($0.help)") }
            + [("help", Notation.helpText)] + (isRoot ? [("version", Notation.versionText)] : [])
    }
}

private func singleQuoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
}

private struct BashCompletions {
    let root: Command

    var script: String {
        let offers = root.chains.map(Offer.init)
        var text = """
            _\(root.name)() {
                local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}" path=\(singleQuoted(root.name)) i
                if [[ "$cur" == "=" ]]; then cur=""; elif [[ "$prev" == "=" ]]; then prev="${COMP_WORDS[COMP_CWORD-2]}"; fi
                for ((i = 1; i < COMP_CWORD; i++)); do
                    case "$path ${COMP_WORDS[i]}" in

            """
        for offer in offers where !offer.isRoot {
            text += "            \(singleQuoted(offer.path))) path=\(singleQuoted(offer.path)) ;;\n"
        }
        text += "        esac\n    done\n    case \"$path $prev\" in\n"
        for offer in offers { text += offer.options.map { valueCase(offer.path, $0) }.joined() }
        text += "    esac\n    case \"$path\" in\n"
        for offer in offers { text += words(offer) }
        text += "    esac\n}\ncomplete -F _\(root.name) \(root.name)\n"
        return text
    }

    private func valueCase(_ path: String, _ option: Option) -> String {
        var patterns = [singleQuoted("\(path) --\(option.name)")]
        if let short = option.short { patterns.append(singleQuoted("\(path) -\(short)")) }
        let reply =
            switch option.kind {
            case .choice(let choices):
                "COMPREPLY=($(compgen -W \(singleQuoted(choices.joined(separator: " "))) -- \"$cur\"))"
            case .file: "COMPREPLY=($(compgen -f -- \"$cur\"))"
            case .text, .integer, .decimal, .duration, .endpoint, .range: "COMPREPLY=()"
            }
        return "        \(patterns.joined(separator: " | "))) \(reply); return ;;\n"
    }

    private func words(_ offer: Offer) -> String {
        var words = offer.command.subcommands.map(\.name)
        for argument in offer.command.arguments {
            if case .choice(let choices) = argument.kind { words += choices }
        }
        words += offer.longNames.map { "--\($0.name)" }
        var reply = "COMPREPLY=($(compgen -W \(singleQuoted(words.joined(separator: " "))) -- \"$cur\"))"
        if offer.command.arguments.contains(where: { $0.kind == .file }) {
            reply += "; COMPREPLY+=($(compgen -f -- \"$cur\"))"
        }
        return "        \(singleQuoted(offer.path))) \(reply) ;;\n"
    }
}

private struct ZshCompletions {
    let root: Command

    var script: String {
        "#compdef \(root.name)\n\n" + root.chains.map(function).joined(separator: "\n")
            + """

            # Autoloaded from fpath, or sourced after compinit.
            if [ "$funcstack[1]" = "\(functionName([root]))" ]; then
                \(functionName([root])) "$@"
            else
                compdef \(functionName([root])) \(root.name)
            fi

            """
    }

    private func functionName(_ chain: [Command]) -> String { "_" + chain.map(\.name).joined(separator: "_") }

    /// Text inside brackets of an `_arguments` specification.
    private func label(_ text: String) -> String {
        var result = ""
        for character in text {
            if "[]:\\".contains(character) { result += "\\" }
            result.append(character)
        }
        return result
    }

    private func action(_ kind: ValueKind) -> String {
        switch kind {
        case .choice(let choices): "(\(choices.joined(separator: " ")))"
        case .file: "_files"
        case .text, .integer, .decimal, .duration, .endpoint, .range: " "
        }
    }

    private func function(_ chain: [Command]) -> String {
        let offer = Offer(chain)
        var specifications: [String] = []
        for option in offer.options {
            let star = option.repeats ? "*" : ""
            let value = ":\(label(option.valueName)):\(action(option.kind))"
            specifications.append("\(star)--\(option.name)=[\(label(option.help))]\(value)")
            if let short = option.short { specifications.append("\(star)-\(short)+[\(label(option.help))]\(value)") }
        }
        for (name, help) in offer.longNames where !offer.options.contains(where: { $0.name == name }) {
            specifications.append("--\(name)[\(label(help))]")
        }
        for flag in offer.flags {
            if let short = flag.short { specifications.append("-\(short)[\(label(flag.help))]") }
        }
        for (index, argument) in offer.command.arguments.enumerated() {
            let place = argument.repeats ? "*" : "\(index + 1)"
            specifications.append("\(place):\(label(argument.name.uppercased())):\(action(argument.kind))")
        }
        let children = offer.command.subcommands
        if !children.isEmpty { specifications += ["1:command:->command", "*::argument:->argument"] }
        var text = "\(functionName(chain))() {\n    local curcontext=\"$curcontext\" state line\n"
        text += "    _arguments -C \\\n        "
        text += specifications.map(singleQuoted).joined(separator: " \\\n        ") + "\n"
        if !children.isEmpty { text += dispatch(chain, children) }
        return text + "}\n"
    }

    private func dispatch(_ chain: [Command], _ children: [Command]) -> String {
        let entries = children.map { singleQuoted("\($0.name):\(label($0.abstract))") }.joined(separator: " ")
        let cases = children.map { "            \($0.name)) \(functionName(chain + [$0])) ;;\n" }.joined()
        return """
                case "$state" in
                command) local -a commands; commands=(\(entries)); _describe command commands ;;
                argument)
                    case "$line[1]" in
            \(cases)        esac ;;
                esac

            """
    }
}

private struct FishCompletions {
    let root: Command

    var script: String {
        let offers = root.chains.map(Offer.init)
        var text = """
            function __\(root.name)_path
                set -l path \(root.name)
                for word in (commandline -opc)[2..-1]
                    switch "$path $word"

            """
        for offer in offers where !offer.isRoot {
            text +=
                "            case \(singleQuoted(offer.path))\n                set path \(singleQuoted(offer.path))\n"
        }
        text += """
                    end
                end
                echo $path
            end

            complete -c \(root.name) -f

            """
        for offer in offers { text += lines(offer) }
        return text
    }

    /// Fish knows two escapes inside single quotes.
    private func quoted(_ text: String) -> String {
        var result = "'"
        for character in text {
            if character == "'" || character == "\\" { result += "\\" }
            result.append(character)
        }
        return result + "'"
    }

    private func lines(_ offer: Offer) -> String {
        let start = "complete -c \(root.name) -n \(quoted("test (__\(root.name)_path) = \"\(offer.path)\""))"
        var lines = offer.command.subcommands.map { "\(start) -a \($0.name) -d \(quoted($0.abstract))" }
        for argument in offer.command.arguments {
            if case .choice(let choices) = argument.kind {
                lines.append("\(start) -a \(quoted(choices.joined(separator: " "))) -d \(quoted(argument.help))")
            } else if argument.kind == .file {
                lines.append("\(start) -F")
            }
        }
        for option in offer.options {
            let value =
                switch option.kind {
                case .choice(let choices): " -x -a \(quoted(choices.joined(separator: " ")))"
                case .file: " -r -F"
                case .text, .integer, .decimal, .duration, .endpoint, .range: " -x"
                }
            let short = option.short.map { " -s \($0)" } ?? ""
            lines.append("\(start) -l \(option.name)\(short)\(value) -d \(quoted(option.help))")
        }
        for (name, help) in offer.longNames where !offer.options.contains(where: { $0.name == name }) {
            let short = offer.flags.first { $0.name == name }?.short.map { " -s \($0)" } ?? ""
            lines.append("\(start) -l \(name)\(short) -d \(quoted(help))")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
