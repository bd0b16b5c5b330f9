public import Cryptography
public import Wire

/// What BitoPro gives an account for its interface.
public struct BitoProCredentials: Hashable, Sendable {
    public var apiKey: String
    public var apiSecret: Secret
    /// The account's e-mail address; requests without it are taken as well.
    public var identity: String

    public init(apiKey: String, apiSecret: Secret, identity: String = "") {
        self.apiKey = apiKey
        self.apiSecret = apiSecret
        self.identity = identity
    }
}

/// BitoPro's signature: HMAC-SHA384 over a payload in Base64, which is the body of the request or, where it has none, a
/// small object with the time.
public struct BitoProSigner: Sendable {
    private let credentials: BitoProCredentials
    private let hmac: HMACSHA384

    public init(_ credentials: BitoProCredentials) {
        self.credentials = credentials
        hmac = HMACSHA384(key: credentials.apiSecret)
    }

    /// Of a payload in Base64: 96 lower-case hexadecimal digits.
    public func signature(of payload: String) -> String { hmac.hexSignature(of: Array(payload.utf8)) }

    /// The three headers of a request with this body.
    public func headers(body: [UInt8]) -> HTTPHeaders {
        let payload = Base64.encode(body)
        return HTTPHeaders([
            (BitoProVenue.keyHeader, credentials.apiKey), (BitoProVenue.payloadHeader, payload),
            (BitoProVenue.signatureHeader, signature(of: payload)),
        ])
    }

    /// The three headers of a request, or a stream, without a body.
    /// - Parameter nonce: milliseconds by the venue's clock.
    public func headers(nonce: Int64) -> HTTPHeaders {
        var json = JSONWriter()
        json.beginObject()
        if !credentials.identity.isEmpty { json.member("identity", credentials.identity) }
        json.member("nonce", nonce)
        json.endObject()
        return headers(body: json.bytes)
    }
}
