public import Cryptography

/// What proves to MAX who is trading: an access key and its secret. Neither text, dump nor mirror of it shows either.
public struct MAXCredentials: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// Sent in a header with every private request.
    public let accessKey: Secret
    public let secret: Secret

    public init(accessKey: Secret, secret: Secret) throws(MAXCredentialsError) {
        guard !accessKey.isEmpty else { throw .emptyAccessKey }
        guard accessKey.expose({ $0.allSatisfy { (0x21...0x7E).contains($0) } }) else { throw .malformedAccessKey }
        guard !secret.isEmpty else { throw .emptySecret }
        self.accessKey = accessKey
        self.secret = secret
    }

    public var description: String { "MAX access key ***" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why credentials cannot sign.
public enum MAXCredentialsError: Error, Hashable, Sendable, CustomStringConvertible {
    case emptyAccessKey, emptySecret
    /// Header values are visible ASCII.
    case malformedAccessKey

    public var description: String {
        switch self {
        case .emptyAccessKey: "the MAX access key is empty"
        case .emptySecret: "the MAX secret key is empty"
        case .malformedAccessKey:
            "the MAX access key holds a character that no header may carry: expected visible ASCII"
        }
    }
}
