internal import Fundamentals
internal import Wire

/// Turns a call's shape and parameters into the request that leaves now.
struct AsterAuthorizer: Sendable {
    private var signer: AsterSigner
    private var nonce: AsterNonce

    init(_ configuration: AsterSessionConfiguration) throws(AsterCredentialsError) {
        signer = try AsterSigner(
            configuration.credentials, recvWindow: min(60_000, max(1, configuration.receiveWindow.milliseconds)))
        nonce = AsterNonce(last: configuration.lastNonce)
    }

    var lastNonce: Int64 { nonce.last }

    /// V3: a request lives as long as its nonce.
    var isNonceSigned: Bool { signer.version == .v3 }

    mutating func request(_ shape: AsterCallShape, query: [UInt8], venueTime: Instant) -> HTTPRequest {
        let security: AsterSecurity
        switch shape.security {
        case .open: security = .open
        case .signed: security = .signed
        case .userStream: security = .key
        }
        // Open requests take no stamp, so that nonces stay as near to the venue's time as may be.
        let stamp = shape.security == .open ? 0 : nonce.next(at: venueTime.microseconds)
        return signer.sign(shape.method, Self.path(shape.endpoint), query: query, security: security, at: stamp)
    }

    /// The path as V1 names it; a wallet signer uses its V3 twin.
    private static func path(_ endpoint: String) -> String {
        switch endpoint {
        case "balance", "positionRisk": "/fapi/v2/\(endpoint)"
        default: "/fapi/v1/\(endpoint)"
        }
    }
}
