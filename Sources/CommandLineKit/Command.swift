/// One description of a command, from which parsing, help, completions and the manual page are made.
///
/// Options and flags of a command are understood by its subcommands too. `-h`/`--help` exist everywhere without being
/// declared, `--version` on the root.
public struct Command: Hashable, Sendable {
    /// The word typed: `run`.
    public var name: String
    /// One line without a full stop: `quote a market`.
    public var abstract: String
    /// Paragraphs separated by empty lines.
    public var discussion: String
    /// Heading under which the parent lists this command; empty for the plain list.
    public var group: String
    public var arguments: [Argument]
    public var options: [Option]
    public var flags: [Flag]
    public var examples: [Example]
    public var subcommands: [Command]

    public init(
        _ name: String, abstract: String, discussion: String = "", group: String = "", arguments: [Argument] = [],
        options: [Option] = [], flags: [Flag] = [], examples: [Example] = [], subcommands: [Command] = []
    ) {
        self.name = name
        self.abstract = abstract
        self.discussion = discussion
        self.group = group
        self.arguments = arguments
        self.options = options
        self.flags = flags
        self.examples = examples
        self.subcommands = subcommands
    }

    /// The subcommand of that name.
    public func subcommand(_ name: String) -> Command? { subcommands.first { $0.name == name } }
}

/// A word without dashes, known by its position.
public struct Argument: Hashable, Sendable {
    /// Shown in upper case, and the key for `ParsedArguments`.
    public var name: String
    public var kind: ValueKind
    public var help: String
    public var isOptional: Bool
    /// Takes all words that are left; only for the last one.
    public var repeats: Bool

    public init(_ name: String, kind: ValueKind = .text, isOptional: Bool = false, repeats: Bool = false, help: String)
    {
        self.name = name
        self.kind = kind
        self.isOptional = isOptional
        self.repeats = repeats
        self.help = help
    }
}

/// `--name VALUE`.
public struct Option: Hashable, Sendable {
    /// Without dashes; the key for `ParsedArguments`.
    public var name: String
    public var short: Character?
    public var kind: ValueKind
    /// What help shows for the value; upper case.
    public var valueName: String
    /// Text used when neither the command line nor the environment has a value; read like a typed one.
    public var defaultText: String?
    /// Environment variable that is used when the option is not given.
    public var environment: String?
    public var isRequired: Bool
    /// May be given more than once; all values are kept in order.
    public var repeats: Bool
    public var help: String

    public init(
        _ name: String, short: Character? = nil, kind: ValueKind = .text, valueName: String? = nil,
        defaultText: String? = nil, environment: String? = nil, isRequired: Bool = false, repeats: Bool = false,
        help: String
    ) {
        self.name = name
        self.short = short
        self.kind = kind
        self.valueName = valueName ?? kind.placeholder
        self.defaultText = defaultText
        self.environment = environment
        self.isRequired = isRequired
        self.repeats = repeats
        self.help = help
    }
}

/// `--name`, on or off.
public struct Flag: Hashable, Sendable {
    /// Without dashes; the key for `ParsedArguments`.
    public var name: String
    public var short: Character?
    /// Also understood as `--no-name`.
    public var isNegatable: Bool
    public var isOnByDefault: Bool
    public var help: String

    public init(
        _ name: String, short: Character? = nil, isNegatable: Bool = false, isOnByDefault: Bool = false, help: String
    ) {
        self.name = name
        self.short = short
        self.isNegatable = isNegatable
        self.isOnByDefault = isOnByDefault
        self.help = help
    }

    /// The flag every command with machine-readable output has.
    public static let json = Flag("json", help: "Write JSON for machines to standard output.")
    /// The flag of every command that would otherwise ask before it trades.
    public static let yes = Flag("yes", short: "y", help: "Do not ask for confirmation.")
}

/// A command line that works, and what it does.
public struct Example: Hashable, Sendable {
    public var commandLine: String
    public var explanation: String

    public init(_ commandLine: String, _ explanation: String) {
        self.commandLine = commandLine
        self.explanation = explanation
    }
}
