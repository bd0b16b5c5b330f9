internal import Wire

/// A local exchange as its one line of readiness describes it.
public struct ReadyVenue: Sendable {
    /// `ace`, `bitopro`, `max` or `binance`.
    public let name: String
    public let address: LoopbackVenue
    /// The first one.
    private let account: JSONValue
    private let document: JSONValue
    let symbols: [String]

    /// - Throws: where the line is not one, or leads elsewhere than to this machine.
    public init(_ line: [UInt8], from path: String) throws(ExerciseError) {
        let document: JSONValue
        do throws(WireError) { document = try JSONValue.parse(line) } catch {
            throw .settings(
                "\(path): expected the line of JSON that `apus venue` printed; byte \(error.offset): \(error.reason)")
        }
        guard let name = document["venue"]?.text, let rest = document["rest"]?.text,
            let parsed = Self.origin(of: rest)
        else {
            throw .settings("\(path): expected the line of JSON that `apus venue` printed, with 'venue' and 'rest'")
        }
        guard let account = document["accounts"]?.elements?.first else {
            throw .settings("\(path): expected 'accounts' with at least one")
        }
        self.name = name
        do throws(ExerciseRefusal) { address = try LoopbackVenue.admit(parsed) } catch { throw .refused(error) }
        self.account = account
        self.document = document
        symbols = document["symbols"]?.elements?.compactMap(\.text) ?? []
    }

    /// Whether the line says so.
    func flag(_ name: String) -> Bool { document[name]?.boolean ?? false }

    /// What the line says of the account.
    func key(_ name: String) throws(ExerciseError) -> String {
        guard let text = account[name]?.text else {
            throw .settings("the line that `apus venue` printed: expected '\(name)' in its first account")
        }
        return text
    }

    /// Scheme and authority of a URL that may have a path.
    private static func origin(of url: String) -> String? {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[1].isEmpty else { return nil }
        return "\(parts[0])//\(parts[2])"
    }
}
