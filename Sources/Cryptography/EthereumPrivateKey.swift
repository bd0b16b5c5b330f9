internal import CSecp256k1

/// A secp256k1 key. Signs deterministically (RFC 6979) with low S.
public final class EthereumPrivateKey: Sendable {
    private let key: Secret
    public let address: EthereumAddress

    /// 32 bytes in hexadecimal, optional `0x`; nil for text that is no valid key.
    public init?(_ secret: Secret) {
        guard let scalar = secret.expose({ Hex.decode(String(decoding: $0, as: UTF8.self)) }) else { return nil }
        // From here on only the secret holds the bytes, and wipes them.
        key = Secret(bytes: consume scalar)
        var publicKey = secp256k1_pubkey()
        let isValid = key.expose { $0.count == 32 && secp256k1_ec_pubkey_create(Curve.context, &publicKey, $0) == 1 }
        guard isValid else { return nil }
        address = Curve.address(of: publicKey)
    }

    /// r ‖ s ‖ v, 65 bytes, v = 27 or 28. `digest` has 32 bytes.
    public func sign(digest: [UInt8]) -> [UInt8] {
        precondition(digest.count == 32, "A secp256k1 signature is over a digest of 32 bytes.")
        var signature = secp256k1_ecdsa_recoverable_signature()
        let done = key.expose { secp256k1_ecdsa_sign_recoverable(Curve.context, &signature, digest, $0, nil, nil) }
        precondition(done == 1, "A valid key signs every digest.")
        var recovery: Int32 = 0
        return [UInt8](unsafeUninitializedCapacity: 65) { buffer, initialized in
            _ = secp256k1_ecdsa_recoverable_signature_serialize_compact(
                Curve.context, buffer.baseAddress!, &recovery, &signature)
            buffer[64] = UInt8(27 + recovery)
            initialized = 65
        }
    }
}

extension EthereumAddress {
    /// The signer of a 32-byte digest; accepts v of 0, 1, 27 and 28; nil for a signature of no key.
    public static func recover(digest: [UInt8], signature: [UInt8]) -> EthereumAddress? {
        guard digest.count == 32, signature.count == 65 else { return nil }
        let v = signature[64]
        guard v <= 1 || v == 27 || v == 28 else { return nil }
        var parsed = secp256k1_ecdsa_recoverable_signature()
        guard
            secp256k1_ecdsa_recoverable_signature_parse_compact(
                Curve.context, &parsed, signature, Int32(v >= 27 ? v - 27 : v)) == 1
        else { return nil }
        var publicKey = secp256k1_pubkey()
        guard secp256k1_ecdsa_recover(Curve.context, &publicKey, &parsed, digest) == 1 else { return nil }
        return Curve.address(of: publicKey)
    }
}

/// libsecp256k1's shared tables. Not randomised against side channels: blinding would need entropy here, and an
/// attacker who can time a signature to that degree runs on the same machine as the key file.
private enum Curve {
    /// Written once when made; all later use is read-only, which libsecp256k1 documents as safe between threads.
    /// Versions before 0.2 (Ubuntu 22.04) sign and recover only with both flags; later ones ignore them.
    nonisolated(unsafe) static let context = secp256k1_context_create(
        UInt32(SECP256K1_CONTEXT_SIGN) | UInt32(SECP256K1_CONTEXT_VERIFY))!

    static func address(of publicKey: secp256k1_pubkey) -> EthereumAddress {
        var publicKey = publicKey
        var length = 65
        let serialized = [UInt8](unsafeUninitializedCapacity: length) { buffer, initialized in
            _ = secp256k1_ec_pubkey_serialize(
                context, buffer.baseAddress!, &length, &publicKey, UInt32(SECP256K1_EC_UNCOMPRESSED))
            initialized = length
        }
        return EthereumAddress(uncompressedPublicKey: Array(serialized.dropFirst()))
    }
}
