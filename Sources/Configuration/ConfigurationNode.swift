/// A value of a configuration file, with the place where it begins.
public struct ConfigurationNode: Hashable, Sendable {
    public struct Member: Hashable, Sendable {
        public let key: String
        /// Where the key begins.
        public let line: Int
        public let column: Int
        public let node: ConfigurationNode
    }

    public indirect enum Value: Hashable, Sendable {
        /// In the order of the file, keys unique.
        case object([Member])
        case list([ConfigurationNode])
        case text(String)
        /// As written.
        case number(String)
        case boolean(Bool)
        case null
    }

    public let value: Value
    public let line: Int
    public let column: Int

    /// The value of a key; nil without it, and for what is no object.
    func member(_ key: String) -> ConfigurationNode? {
        guard case .object(let members) = value else { return nil }
        return members.first { $0.key == key }?.node
    }

    /// What stands there, for an error message; text is shortened and made safe to print.
    var found: String {
        switch value {
        case .object: "an object"
        case .list: "a list"
        case .text(let text): "\"\(Printable.shortened(text))\""
        case .number(let raw): "the number \(Printable.shortened(raw))"
        case .boolean(let flag): "\(flag)"
        case .null: "null"
        }
    }
}

enum Printable {
    /// At most 60 characters, control characters replaced.
    static func shortened(_ text: String) -> String {
        let scalars = text.unicodeScalars
        let safe = scalars.prefix(60).map { scalar in
            scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
                || scalar.properties.generalCategory == .lineSeparator
                ? "?" : String(scalar)
        }
        return safe.joined() + (scalars.count > 60 ? "…" : "")
    }
}
