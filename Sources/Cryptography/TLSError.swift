/// Why a TLS connection could not be set up or may not go on.
public enum TLSError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What we were given is unusable: a certificate, key or trust file, or a host name.
    case configuration(String)
    /// The server's certificate does not prove that it is the host we asked for.
    case certificateRefused(CertificateProblem, detail: String)
    /// The peer broke the protocol, refused us with an alert, or shares no version or cipher with us.
    case handshakeFailed(String)
    /// Ciphertext that is no valid record of an established session.
    case corruptRecord(String)
    /// The connection ended without the peer's closing alert: what came before it may be incomplete.
    case truncated
    /// Plaintext after `shutDown`, or ciphertext after an error.
    case closed

    public var description: String {
        switch self {
        case .configuration(let reason): "TLS configuration: \(reason)"
        case .certificateRefused(let problem, let detail): "certificate refused, \(problem): \(detail)"
        case .handshakeFailed(let reason): "TLS handshake failed: \(reason)"
        case .corruptRecord(let reason): "corrupt TLS record: \(reason)"
        case .truncated: "the connection ended without a TLS closing alert"
        case .closed: "the TLS session is closed"
        }
    }
}

/// What a certificate lacks.
public enum CertificateProblem: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    case selfSigned = "self-signed"
    case unknownIssuer = "unknown issuer"
    case expired
    case notYetValid = "not yet valid"
    case wrongHost = "wrong host"
    case other = "invalid chain"

    public var description: String { rawValue }
}

/// Whose signatures on server certificates count.
public enum TLSTrust: Hashable, Sendable {
    /// The certificate authorities that the operating system trusts.
    case system
    /// Only these, as PEM text: for a venue of one's own with a private authority.
    case certificates(pem: String)
    /// Only those in a PEM file.
    case certificateFile(path: String)
}
