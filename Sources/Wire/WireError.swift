/// What a peer sent that may not be sent. `offset` counts bytes from the start of the message or document.
public struct WireError: Error, Hashable, Sendable {
    public var offset: Int
    /// A sentence: what was wrong and what was expected.
    public var reason: String

    public init(offset: Int, reason: String) {
        self.offset = offset
        self.reason = reason
    }
}

extension WireError: CustomStringConvertible {
    public var description: String { "\(reason) (byte \(offset))" }
}
