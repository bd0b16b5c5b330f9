public import Fundamentals

/// What was typed, with defaults and environment filled in. Options, flags and arguments are asked for by the name in
/// their description; asking for a name that was not described is a defect of the caller.
public struct ParsedArguments: Hashable, Sendable {
    /// Where a value came from.
    public enum Source: Hashable, Sendable { case commandLine, environment(String), defaultText }

    struct Entry: Hashable, Sendable {
        var values: [String]
        var source: Source
        /// How errors call it: `--seed`, `FILE`.
        var label: String
    }

    /// Names from the root's first subcommand down: `["venue"]`; empty for the root.
    public let path: [String]
    let commandLabel: String
    let entries: [String: Entry]
    let flags: [String: Bool]
    let known: [String]

    private func entry(_ name: String) -> Entry? {
        precondition(known.contains(name), "'\(name)' is not described by command '\(commandLabel)'")
        return entries[name]
    }

    /// The value (the last one of a repeated option); nil where there is none.
    public func text(_ name: String) -> String? { entry(name)?.values.last }

    /// All values in order.
    public func texts(_ name: String) -> [String] { entry(name)?.values ?? [] }

    /// The value, or an error that says it is missing.
    public func required(_ name: String) throws(UsageError) -> String {
        guard let text = text(name) else {
            throw UsageError(command: commandLabel, message: "'\(name)' is needed and was not given")
        }
        return text
    }

    /// Where the value came from; nil where there is none.
    public func source(of name: String) -> Source? { entry(name)?.source }

    public func flag(_ name: String) -> Bool {
        guard let value = flags[name] else { preconditionFailure("'\(name)' is not a flag of '\(commandLabel)'") }
        return value
    }

    public func integer(_ name: String) throws(UsageError) -> Int64? {
        try read(name, as: .anyInteger) { ValueReader.integer($0) }
    }

    /// Plain decimal text, checked: digits, at most one point, an optional sign.
    public func decimal(_ name: String) throws(UsageError) -> String? {
        try read(name, as: .decimal) { ValueReader.isDecimal($0) ? $0 : nil }
    }

    public func duration(_ name: String) throws(UsageError) -> TimeSpan? {
        try read(name, as: .duration) { ValueReader.duration($0) }
    }

    public func endpoint(_ name: String) throws(UsageError) -> Endpoint? {
        try read(name, as: .endpoint) { Endpoint($0) }
    }

    public func range(_ name: String) throws(UsageError) -> ClosedRange<Int64>? {
        try read(name, as: .range) { ValueReader.range($0) }
    }

    /// One of the cases of an enum with textual raw values.
    public func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, of type: Choice.Type
    ) throws(UsageError) -> Choice? where Choice.RawValue == String {
        try read(name, as: .choice(Choice.allCases.map(\.rawValue))) { Choice(rawValue: $0) }
    }

    private func read<Value>(
        _ name: String, as kind: ValueKind, _ convert: (String) -> Value?
    ) throws(UsageError) -> Value? {
        guard let entry = entry(name), let text = entry.values.last else { return nil }
        guard let value = convert(text) else {
            throw UsageError(
                command: commandLabel, message: Self.complaint(entry.label, entry.source, text, kind.expectation))
        }
        return value
    }

    static func complaint(_ label: String, _ source: Source, _ text: String, _ expectation: String) -> String {
        let origin =
            switch source {
            case .commandLine, .defaultText: ""
            case .environment(let name): " (from \(name) in the environment)"
            }
        return "\(label)\(origin): expected \(expectation), found '\(Self.shown(text))'"
    }

    /// Typed text, made safe for a terminal and short.
    static func shown(_ text: String) -> String {
        let scalars = text.unicodeScalars.prefix(80).map { scalar in
            scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) ? "?" : String(scalar)
        }
        return scalars.joined() + (text.unicodeScalars.count > 80 ? "…" : "")
    }
}
