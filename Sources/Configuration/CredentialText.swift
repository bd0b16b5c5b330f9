/// Text of a key, kept from printing itself: descriptions, mirrors and interpolation show `***`.
public struct CredentialText: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    private let bytes: [UInt8]

    public init(_ text: String) { bytes = Array(text.utf8) }

    /// The secret itself. The caller moves it into its own keeping at once.
    public func expose() -> [UInt8] { bytes }

    public var description: String { "***" }
    public var debugDescription: String { "***" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
