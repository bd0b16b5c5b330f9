import Cryptography
import Testing

@Suite struct `HMAC-SHA256 signs as RFC 4231 says` {
    struct Vector: Sendable {
        var key: String
        var message: String
        var signature: String
    }
    static let vectors = [
        Vector(
            key: "Jefe", message: "what do ya want for nothing?",
            signature: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        Vector(
            key: String(repeating: "\u{0b}", count: 20), message: "Hi There",
            signature: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        // Keys of one block, one byte more, and much more (Python's hmac).
        Vector(
            key: String(repeating: "k", count: 64), message: "",
            signature: "83026a325aaee70e36cfe607536aa1054104ad1077c36134810d4ccded1ccd3b"),
        Vector(
            key: String(repeating: "k", count: 65), message: "x",
            signature: "75092ca3ee2b307470c227697b42b3e65376aa3bae98fb5a1f7b7536daa9588a"),
        Vector(
            key: String(repeating: "k", count: 200), message: String(repeating: "m", count: 1_000),
            signature: "f2a749f7feec39acb0d2236debf655818d8de421af490b5e809b6034982a98de"),
    ]

    @Test(arguments: vectors) func `each vector`(vector: Vector) {
        let hmac = HMACSHA256(key: Secret(vector.key))
        let message = Array(vector.message.utf8)
        #expect(Hex.encode(hmac.authenticate(message)) == vector.signature)
        var bytes = Array("signature=".utf8)
        hmac.appendHexSignature(of: message, to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "signature=" + vector.signature)
    }

    @Test func `one prepared key signs again and again`() {
        let vector = Self.vectors[0]
        let hmac = HMACSHA256(key: Secret(vector.key))
        for _ in 0..<100 {
            #expect(Hex.encode(hmac.authenticate(Array(vector.message.utf8))) == vector.signature)
            _ = hmac.authenticate([1, 2, 3])
        }
    }

    @Test func `both forms agree with two plain hashes, at every length around the block`() {
        var key = InlineArray<32, UInt8>(repeating: 0)
        for index in key.indices { key[index] = UInt8(index * 9 & 0xFF) }
        let padded = key.indices.map { key[$0] } + [UInt8](repeating: 0, count: 32)
        let kept = HMACSHA256(key: Secret(bytes: key.indices.map { key[$0] }))
        let state = HMACSHA256State(key: key)
        for length in 0...200 {
            let message = (0..<length).map { UInt8($0 * 7 & 0xFF) }
            let inner = Hash.sha256(padded.map { $0 ^ 0x36 } + message)
            let expected = Hash.sha256(padded.map { $0 ^ 0x5C } + inner)
            let digest = state.authenticate(message.span)
            #expect(digest.indices.map { digest[$0] } == expected)
            #expect(kept.authenticate(message) == expected)
            var bytes: [UInt8] = []
            kept.appendHexSignature(of: message, to: &bytes)
            #expect(String(decoding: bytes, as: UTF8.self) == Hex.encode(expected))
        }
    }

    @Test func `threads that share one key do not disturb each other`() async {
        let hmac = HMACSHA256(key: Secret("shared"))
        let expected = (0..<64).map { hmac.authenticate([UInt8($0)]) }
        await withTaskGroup(of: Bool.self) { group in
            for lane in 0..<8 {
                group.addTask {
                    (0..<500).allSatisfy {
                        let index = ($0 * 7 + lane) % 64
                        return hmac.authenticate([UInt8(index)]) == expected[index]
                    }
                }
            }
            for await agreed in group { #expect(agreed) }
        }
    }
}

@Suite struct `HMAC-SHA384 signs as RFC 4231 says` {
    /// Cases 1, 2, 3 and 6.
    @Test(arguments: [
        (
            [UInt8](repeating: 0x0B, count: 20), Array("Hi There".utf8),
            "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6"
        ),
        (
            Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
            "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649"
        ),
        (
            [UInt8](repeating: 0xAA, count: 20), [UInt8](repeating: 0xDD, count: 50),
            "88062608d3e6ad8a0aa2ace014c8a86f0aa635d947ac9febe83ef4e55966144b2a5ab39dc13814b94e3ab6e101a34f27"
        ),
        (
            [UInt8](repeating: 0xAA, count: 131), Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            "4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c60c2ef6ab4030fe8296248df163f44952"
        ),
    ])
    func `each vector`(key: [UInt8], message: [UInt8], signature: String) {
        let hmac = HMACSHA384(key: Secret(bytes: key))
        #expect(hmac.hexSignature(of: message) == signature)
        #expect(hmac.authenticate(message).count == 48)
    }
}
