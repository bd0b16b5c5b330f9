/// Colour for people. Off unless asked for: files, pipes, `NO_COLOR` and dumb terminals get plain text.
public struct TextStyle: Hashable, Sendable {
    public let isEnabled: Bool

    public init(isEnabled: Bool) { self.isEnabled = isEnabled }

    public static let plain = TextStyle(isEnabled: false)

    /// The style for a stream.
    ///
    /// - Parameters:
    ///   - isTerminal: Whether the stream ends at a terminal.
    ///   - environment: `NO_COLOR` (any non-empty text, <https://no-color.org>) and `TERM=dumb` turn colour off.
    public init(isTerminal: Bool, environment: [String: String]) {
        let refused = !(environment["NO_COLOR"] ?? "").isEmpty || environment["TERM"] == "dumb"
        isEnabled = isTerminal && !refused
    }

    public func bold(_ text: String) -> String { wrap(text, "1") }
    public func dim(_ text: String) -> String { wrap(text, "2") }
    public func red(_ text: String) -> String { wrap(text, "31") }
    public func green(_ text: String) -> String { wrap(text, "32") }
    public func yellow(_ text: String) -> String { wrap(text, "33") }
    public func cyan(_ text: String) -> String { wrap(text, "36") }

    private func wrap(_ text: String, _ code: String) -> String {
        isEnabled ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
