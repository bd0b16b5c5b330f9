/// A file as read, with its name for messages.
public struct SourceFile: Hashable, Sendable {
    public var name: String
    public var bytes: [UInt8]
    /// Whether the group or others may read it; a `.env` file should not let them.
    public var isReadableByOthers: Bool

    public init(name: String, bytes: [UInt8], isReadableByOthers: Bool = false) {
        self.name = name
        self.bytes = bytes
        self.isReadableByOthers = isReadableByOthers
    }

    public init(name: String, text: String, isReadableByOthers: Bool = false) {
        self.init(name: name, bytes: Array(text.utf8), isReadableByOthers: isReadableByOthers)
    }
}

/// A value given on the command line: `--set limits.max_position_usd=100`. A market's key is addressed by its market,
/// its place or all of them: `markets.BTC-USD.alpha`, `markets[0].alpha`, `markets.*.alpha`.
public struct ConfigurationOverride: Hashable, Sendable {
    public var path: String
    public var text: String
    /// How messages call the place: `--set`, `--symbol`.
    public var flag: String

    public init(path: String, text: String, flag: String = "--set") {
        self.path = path
        self.text = text
        self.flag = flag
    }

    /// Reads `path=value`; nil without `=` or path.
    public init?(_ assignment: String) {
        guard let equals = assignment.firstIndex(of: "="), equals != assignment.startIndex else { return nil }
        self.init(path: String(assignment[..<equals]), text: String(assignment[assignment.index(after: equals)...]))
    }
}

/// Everything a configuration is made from, weakest first: defaults < file < `.env` < environment < overrides.
public struct ConfigurationSources: Sendable {
    public var file: SourceFile?
    public var dotEnv: SourceFile?
    public var environment: [String: String]
    /// A later one wins.
    public var overrides: [ConfigurationOverride]

    public init(
        file: SourceFile? = nil, dotEnv: SourceFile? = nil, environment: [String: String] = [:],
        overrides: [ConfigurationOverride] = []
    ) {
        self.file = file
        self.dotEnv = dotEnv
        self.environment = environment
        self.overrides = overrides
    }
}

/// Where a value came from.
public enum ValueOrigin: Hashable, Sendable, CustomStringConvertible {
    case defaultValue
    case file(String, line: Int, column: Int)
    case environment(String)
    case commandLine(String)

    public var description: String {
        switch self {
        case .defaultValue: "default"
        case .file(let name, let line, let column): "\(name):\(line):\(column)"
        case .environment(let name): "environment \(name)"
        case .commandLine(let flag): flag
        }
    }
}

/// The outcome of reading a configuration: all issues, and the value if none is an error.
public struct LoadedConfiguration: Sendable {
    /// Nil when an issue is an error.
    public var configuration: BotConfiguration?
    public var issues: [ConfigurationIssue]
    /// The keys that keys and secrets are read from; nil when one is missing or malformed.
    public var credentials: Credentials?
    /// The same of a mirror's reference; nil where it is only watched.
    public var referenceCredentials: Credentials?
    /// What is wrong with the keys: apart, because a rehearsal needs none.
    public var credentialIssues: [ConfigurationIssue]
    /// The channels of alerts with the tokens that open them, in the order of the configuration; those that lack
    /// something are left out.
    public var notificationAccess: [NotificationAccess]
    /// What is wrong with the channels' tokens and addresses.
    public var notificationIssues: [ConfigurationIssue]
    /// Every value in force, in the order of the field table; never holds a secret.
    public var values: [ConfigurationValue]
}

/// A value in force, as a configuration would write it, and where it came from.
public struct ConfigurationValue: Hashable, Sendable {
    public var place: FieldPlace
    public var text: String
    public var origin: ValueOrigin

    public var key: FieldKey { place.key }
    /// `limits.max_position_usd`, `markets[1].alpha`.
    public var path: String { place.path }
}
