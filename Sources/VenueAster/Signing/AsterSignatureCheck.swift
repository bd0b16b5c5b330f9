public import Cryptography

/// The venue's side of signing: what the local venue checks of a request, over the raw bytes it received.
public enum AsterSignatureCheck {
    /// Why a signature does not count.
    public enum Failure: Error, Hashable, Sendable, CaseIterable {
        case missing
        /// Not the last parameter, or there is more than one.
        case misplaced
        /// Not hexadecimal of the right length.
        case malformed
        /// Well-formed, but not made with this key over these bytes.
        case mismatch
    }

    /// V1: HMAC-SHA256 over query and body, joined without a separator, less the trailing `signature`.
    public static func verify(query: [UInt8], body: [UInt8], key: HMACSHA256) throws(Failure) {
        let (message, signature) = try split(query: query, body: body)
        guard let claimed = Hex.decode(signature), claimed.count == 32, !signature.hasPrefix("0x") else {
            throw .malformed
        }
        guard constantTimeEqual(claimed, key.authenticate(message)) else { throw .mismatch }
    }

    /// V3: the wallet that signed the query, or the body if the parameters came there. The caller compares it with the
    /// `signer` parameter: any well-formed signature recovers to some address.
    public static func recoverSigner(
        query: [UInt8], body: [UInt8], domainSeparator: [UInt8]
    ) throws(Failure) -> EthereumAddress {
        let (message, text) = try split(query: query, body: body)
        guard let signature = Hex.decode(text), signature.count == 65 else { throw .malformed }
        let digest = AsterMessageHash.digest(message, domainSeparator: domainSeparator)
        guard let signer = EthereumAddress.recover(digest: digest, signature: signature) else { throw .mismatch }
        return signer
    }

    /// V1's clock rule: not more than a second early, not later than the window. All in milliseconds.
    public static func isTimely(timestamp: Int64, recvWindow: Int64, serverTime: Int64) -> Bool {
        guard timestamp > 0, (0...60_000).contains(recvWindow) else { return false }
        return timestamp < serverTime + 1_000 && serverTime - timestamp <= recvWindow
    }

    /// The signed bytes and the signature's text. The signature ends the body, or the query if the body has none.
    public static func split(query: [UInt8], body: [UInt8]) throws(Failure) -> ([UInt8], String) {
        let inQuery = Self.signatures(in: query)
        let inBody = Self.signatures(in: body)
        guard inQuery.count + inBody.count <= 1 else { throw .misplaced }
        if let name = inBody.first {
            let (message, signature) = try cut(body, at: name)
            return (query + message, signature)
        }
        guard let name = inQuery.first else { throw .missing }
        let (message, signature) = try cut(query, at: name)
        return (message + body, signature)
    }

    /// Splits before the `&` of the signature at `name`, which must be the last parameter.
    private static func cut(_ parameters: [UInt8], at name: Int) throws(Failure) -> ([UInt8], String) {
        let value = parameters[(name + Self.name.count)...]
        guard !value.contains(UInt8(ascii: "&")) else { throw .misplaced }
        return (Array(parameters[..<max(0, name - 1)]), String(decoding: value, as: UTF8.self))
    }

    private static let name = Array("signature=".utf8)

    /// Where parameters of that name start.
    private static func signatures(in parameters: [UInt8]) -> [Int] {
        parameters.indices.filter { index in
            (index == 0 || parameters[index - 1] == UInt8(ascii: "&")) && parameters[index...].starts(with: name)
        }
    }
}
