import Cryptography
import Testing

@Suite struct `Ed25519 signs as RFC 8032 says` {
    struct Vector: Sendable {
        var seed: String
        var publicKey: String
        var message: String
        var signature: String
    }
    /// Section 7.1, tests 1 to 3.
    static let vectors = [
        Vector(
            seed: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            publicKey: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", message: "",
            signature:
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
                + "d25bf5f0595bbe24655141438e7a100b"),
        Vector(
            seed: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            publicKey: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", message: "72",
            signature:
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
                + "387b2eaeb4302aeeb00d291612bb0c00"),
        Vector(
            seed: "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            publicKey: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", message: "af82",
            signature:
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
                + "4a7c15e9716ed28dc027beceea1ec40a"),
    ]

    @Test(arguments: vectors) func `each vector`(vector: Vector) throws {
        let key = try Ed25519PrivateKey(Secret(vector.seed))
        let message = try #require(Hex.decode(vector.message))
        #expect(Hex.encode(key.publicKey.bytes) == vector.publicKey)
        #expect(Hex.encode(key.sign(message)) == vector.signature)
        #expect(key.sign(message) == key.sign(message))
        #expect(key.publicKey.accepts(key.sign(message), over: message))
    }

    @Test func `a signature counts for its message and key alone, and no bit of it may change`() throws {
        let key = try Ed25519PrivateKey(Secret(Self.vectors[0].seed))
        let other = try Ed25519PrivateKey(Secret(Self.vectors[1].seed))
        let signature = key.sign([1, 2, 3])
        #expect(!key.publicKey.accepts(signature, over: [1, 2]))
        #expect(!other.publicKey.accepts(signature, over: [1, 2, 3]))
        for bit in 0..<512 {
            var changed = signature
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!key.publicKey.accepts(changed, over: [1, 2, 3]))
        }
        #expect(!key.publicKey.accepts(Array(signature.dropLast()), over: [1, 2, 3]))
        #expect(!key.publicKey.accepts([], over: []))
    }
}

@Suite struct `Ed25519 keys are read as people have them` {
    static let seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
    static let body = "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g"
    static let publicBody = "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
    /// RFC 5958 with the public key behind the seed, as some libraries write it.
    static let long =
        "MFECAQEwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9ggSEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="

    @Test(arguments: [
        seed, body, "-----BEGIN PRIVATE KEY-----\n\(body)\n-----END PRIVATE KEY-----\n", long,
        "  \r\n-----BEGIN PRIVATE KEY-----\r\n\(body.prefix(40))\r\n\(body.dropFirst(40))\r\n-----END PRIVATE KEY-----",
        "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=",
    ]) func `every form gives the same key`(text: String) throws {
        let key = try Ed25519PrivateKey(Secret(text))
        #expect(key.publicKey.subjectPublicKeyInfo == Self.publicBody)
        #expect(key == Ed25519PrivateKey(seed: Secret(bytes: Hex.decode(Self.seed)!)))
    }

    @Test(arguments: [
        publicBody, "-----BEGIN PUBLIC KEY-----\n\(publicBody)\n-----END PUBLIC KEY-----",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    ]) func `and of the public half`(text: String) throws {
        #expect(try Ed25519PublicKey(text).subjectPublicKeyInfo == Self.publicBody)
    }

    @Test(arguments: [
        ("", Ed25519KeyError.malformed), ("no key", .malformed), ("zz", .malformed), ("nWGx", .anotherKind),
        (publicBody, .anotherKind),
        ("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----", .encrypted),
        ("-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----", .anotherKind),
        ("-----BEGIN PRIVATE KEY-----\n\(body)", .malformed),
        ("-----BEGIN PRIVATE KEY-----\n\(body.dropLast(4))\n-----END PRIVATE KEY-----", .anotherKind),
    ]) func `what is none is refused with the reason`(text: String, reason: Ed25519KeyError) {
        #expect(throws: reason) { try Ed25519PrivateKey(Secret(text)) }
        #expect(!reason.description.contains("nWGx"))
    }

    @Test func `nothing shows the key`() throws {
        let key = try Ed25519PrivateKey(Secret(Self.seed))
        var dumped = ""
        dump(key, to: &dumped)
        for text in ["\(key)", String(reflecting: key), dumped] {
            #expect(!text.contains("9d61") && !text.contains("nWGx"))
        }
    }
}
