public import Configuration
public import Cryptography
public import Fundamentals
internal import Wire

/// Signs the body of a generic webhook with HMAC-SHA256.
public enum WebhookSigner {
    /// The key of a secret: the bytes behind `whsec_` for Standard Webhooks, the text itself for the others. Nil when
    /// a standard secret is not the base64 of 24 to 64 bytes.
    public static func key(_ secret: [UInt8], _ style: WebhookSignature) -> Secret? {
        switch style {
        case .standard:
            let text = String(decoding: secret, as: UTF8.self)
            guard text.hasPrefix("whsec_"), let bytes = Base64.decode(String(text.dropFirst(6))),
                (24...64).contains(bytes.count)
            else { return nil }
            return Secret(bytes: bytes)
        case .github, .stripe: return Secret(bytes: secret)
        }
    }

    /// The headers that a receiver checks. `id` is the same in every attempt; the time is this attempt's.
    public static func headers(
        _ style: WebhookSignature, key: Secret, id: String, at now: Instant, body: [UInt8]
    ) -> [(String, String)] {
        let seconds = "\(now.nanoseconds / 1_000_000_000)"
        let mac = HMACSHA256(key: key)
        switch style {
        case .standard:
            let signature = Base64.encode(mac.authenticate(Array("\(id).\(seconds).".utf8) + body))
            return [
                ("webhook-id", id), ("webhook-timestamp", seconds), ("webhook-signature", "v1,\(signature)"),
            ]
        case .github:
            return [("webhook-id", id), ("X-Hub-Signature-256", "sha256=\(Hex.encode(mac.authenticate(body)))")]
        case .stripe:
            let signature = Hex.encode(mac.authenticate(Array("\(seconds).".utf8) + body))
            return [("webhook-id", id), ("Webhook-Signature", "t=\(seconds),v1=\(signature)")]
        }
    }
}
