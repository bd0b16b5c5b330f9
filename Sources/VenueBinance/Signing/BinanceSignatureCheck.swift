public import Cryptography
public import VenueAster
public import Wire

/// The venue's side of signing: what the local venue checks of a request, over the raw bytes it received.
public enum BinanceSignatureCheck {
    /// What the venue knows of an account's key.
    public enum Key: Sendable {
        case hmac(HMACSHA256)
        case ed25519(Ed25519PublicKey)
    }
    public typealias Failure = AsterSignatureCheck.Failure

    /// Over query and body, joined without a separator, less the trailing `signature`.
    public static func verify(query: [UInt8], body: [UInt8], key: Key) throws(Failure) {
        switch key {
        case .hmac(let key): try AsterSignatureCheck.verify(query: query, body: body, key: key)
        case .ed25519(let key):
            let (message, text) = try AsterSignatureCheck.split(query: query, body: body)
            try verify(text, over: message, key)
        }
    }

    /// Over the `params` of a WebSocket request.
    public static func verify(parameters: [JSONMember], key: Key) throws(Failure) {
        guard let text = parameters.first(where: { $0.name == "signature" })?.value.text else { throw .missing }
        let message = BinanceSigner.webSocketPayload(parameters)
        switch key {
        case .hmac(let key):
            guard let claimed = Hex.decode(text), claimed.count == 32, !text.hasPrefix("0x") else { throw .malformed }
            guard constantTimeEqual(claimed, key.authenticate(message)) else { throw .mismatch }
        case .ed25519(let key):
            guard let signature = Base64.decode(text), signature.count == 64 else { throw .malformed }
            guard key.accepts(signature, over: message) else { throw .mismatch }
        }
    }

    /// Not more than a second early, not later than the window. All in milliseconds.
    public static func isTimely(timestamp: Int64, receiveWindow: Int64, serverTime: Int64) -> Bool {
        AsterSignatureCheck.isTimely(timestamp: timestamp, recvWindow: receiveWindow, serverTime: serverTime)
    }

    /// Base64 that came through a URL. A bare plus sign is taken as one, although forms mean a space by it.
    private static func verify(_ text: String, over message: [UInt8], _ key: Ed25519PublicKey) throws(Failure) {
        let escaped = String(text.flatMap { $0 == "+" ? Array("%2B") : [$0] })
        guard let decoded = try? FormFields.parse("s=\(escaped)")["s"], let signature = Base64.decode(decoded),
            signature.count == 64
        else { throw .malformed }
        guard key.accepts(signature, over: message) else { throw .mismatch }
    }
}
