import Cryptography
import Fundamentals
import Testing

@testable import StarkCryptography

@Suite struct `Signatures are those of other implementations` {
    private func felt(_ hex: String) throws -> Felt { try #require(Felt(hex: hex)) }

    private static let greatest = "0x800000000000010ffffffffffffffffb781126dcae7b2321e66a241adc64d2e"
    private static let greatestHash = "0x7ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
    private static let orderOfCurve = "0x800000000000010ffffffffffffffffb781126dcae7b2321e66a241adc64d2f"

    @Test(arguments: [
        (
            "0x1", "0x0", "0x133bc1bdb5dd49c49cf8db2ef338b3a08d1d121ddd02789fb0c7b5e744d7b82",
            "0x3820ea4dcfaa20e69d6dc2b044146824b30291754447d9f7d42e3ead4971c9c"
        ),
        (
            "0x1", greatestHash, "0x42e9af4738162d505d35d7005d2b7beaa91e5b3b771ae51f1183bb69b0890da",
            "0x7b901fdbc517d767dd3c58d9cc438f4640d6a25576995c2d34557f4083b35e5"
        ),
        (
            greatest, "0x0", "0x446fc30585941d9e060c621db4c18706d912798a6366b9b7e2de773e7f1755b",
            "0x108a899d3d359ad0caa8bcedc40ae5ebec647ef0028564a515fb24399396081"
        ),
        // Three candidates of the secret number are passed over here, two below, seven in the last.
        (
            greatest, greatestHash, "0x7021d8084283ff352536dbda7fd0350f7d4f5236789c7fd16e942ca5a82ac9a",
            "0x1c38277eaf33785e6941b1a1eadf483e0bbc82a00f45584dc6603d4863bd33f"
        ),
        (
            "0x44cf6a2062344b7772768dd2b06a5fef29b0bce14fb31884377bebb7b1fc056",
            "0x385e50b413b1d60034d54424c103d8e2ac0ab8cf63add60644d72297e744af",
            "0x4ceb31609624e02d76c9d06fd3509ee07d8b3ab2c0185b4e61279afd36b3e92",
            "0x7c269a70352bb6db1512bc56b1ebc9baa724c61f0808bae9ae5d027c8aff5bd"
        ),
        (
            "0x3039", "0x3", "0x3dd7232ce5d0141be2c64c4f1d92c674e8a2f744c37561377c115d836a958f4",
            "0x25f736d94854bd6d8387933679096d4745b847b113462fe01fdc070fa6ab30c"
        ),
    ])
    func `byte for byte`(_ key: String, _ hash: String, _ r: String, _ s: String) throws {
        let key = try StarkPrivateKey(hex: Secret(key))
        let signature = StarkSignature(r: try felt(r), s: try felt(s))
        #expect(key.sign(try felt(hash)) == signature)
        #expect(StarkVerification.isValid(signature, of: try felt(hash), by: key.publicKey))
    }

    @Test func `with a seed, as crypto-cpp starts from 32`() throws {
        let signature = try StarkPrivateKey(hex: Secret("0x7")).sign(Felt(5), seed: 32)
        #expect(signature?.r.hex == "0x4f11e32d38c30acce4f3f90b115b12674036d5a9933426e2082f8636f39bcb3")
        #expect(signature?.s.hex == "0x4527dd31acfc41cc9afa94bfc9f9aa50857b7dd0ef04a1cf7f570a3adef8497")
    }

    @Test func `a seed enters as its shortest bytes`() throws {
        var nonces = NonceGenerator(key: UInt256(7), hash: UInt256(5), seed: UInt256(0, 1))
        #expect(nonces.next().hex == "0x49c21ae77b3bc6fc07e24b1f33defe0353e103d740e0db83c090b6c3c81afc7")
    }

    @Test func `no signature covers a hash of 2 to the 251 or more`() throws {
        let key = try StarkPrivateKey(hex: Secret("0x5"))
        let hash = try felt("0x800000000000000000000000000000000000000000000000000000000000000")
        #expect(key.sign(hash) == nil)
        #expect(key.sign(try felt(Self.greatestHash)) != nil)
    }

    /// One in 2⁵⁵ by chance; here the hash is made for it. Signing then goes on with the next seed.
    @Test func `an s out of range is no signature`() throws {
        let (key, limit) = (UInt256(5), UInt256(0, 0, 0, 1 << 59))
        var found = 0
        for nonce in 2..<40 as Range<UInt64> {
            let r = Felt(GeneratorTable.shared.multiplyUpToSign(UInt256(nonce)).affineX)
            let minusKey = Scalar(Scalar.modulus &- key)
            for s in [UInt256.zero, limit, Scalar.modulus &- UInt256(1)] {
                let hash = (Scalar(s) * Scalar(UInt256(nonce)) + Scalar(r.integer) * minusKey).integer
                guard hash < limit, let hash = Felt(hash) else { continue }
                found += 1
                #expect(StarkPrivateKey.sign(hash, key: key, nonce: UInt256(nonce)) == nil)
                let next = try #require(Felt(hash.integer &+ UInt256(1)))
                #expect((StarkPrivateKey.sign(next, key: key, nonce: UInt256(nonce)) == nil) == !next.isBelow2To251)
            }
        }
        #expect(found > 10)
    }

    @Test func `what is no key is refused`() throws {
        for text in ["0x0", Self.orderOfCurve, "0x" + String(repeating: "f", count: 64)] {
            #expect(throws: StarkKeyError.outOfRange) { try StarkPrivateKey(hex: Secret(text)) }
        }
        for text in ["", "0x", "5", "0xzz", "0x" + String(repeating: "0", count: 65)] {
            #expect(throws: StarkKeyError.malformed) { try StarkPrivateKey(hex: Secret(text)) }
        }
    }

    @Test func `a key does not print`() throws {
        let key = try StarkPrivateKey(hex: Secret("0x123456789"))
        #expect("\(key)" == "***")
        #expect(String(reflecting: key) == "***")
        var dumped = ""
        dump(key, to: &dumped)
        #expect(!dumped.contains("123456789"))
    }

    @Test func `keys are ground from Ethereum signatures`() throws {
        let zeros = try StarkPrivateKey(ethereumSignature: Secret("0x" + String(repeating: "0", count: 130)))
        #expect(zeros.publicKey.hex == "0x472e7ac5e900a66d975c0021249d0fd93124868ae71c7c73d1f8614103765e6")
        let ones = try StarkPrivateKey(grinding: [UInt8](repeating: 0xFF, count: 32))
        #expect(ones.publicKey.hex == "0x41dd05f4af2a78623a37a8e420633a75171a8bba4961f9f14fbe0e4d4841213")
        #expect(throws: StarkKeyError.malformed) { try StarkPrivateKey(ethereumSignature: Secret("0x1234")) }
    }
}

@Suite struct `Verification accepts what was signed and nothing else` {
    @Test func `what a key signs verifies, and so does the negative of s`() throws {
        var random = RandomSource(seed: 21)
        for _ in 0..<12 {
            let key = try StarkPrivateKey(grinding: (0..<32).map { _ in UInt8(truncatingIfNeeded: random.next()) })
            let hash = try #require(Felt(UInt256(random.next(), random.next(), random.next(), random.next() >> 5)))
            let signature = try #require(key.sign(hash))
            #expect(StarkVerification.isValid(signature, of: hash, by: key.publicKey))
            let negative = Scalar.modulus &- signature.s.integer
            let twin = StarkSignature(r: signature.r, s: try #require(Felt(negative)))
            #expect(StarkVerification.isValid(twin, of: hash, by: key.publicKey) == twin.s.isBelow2To251)
        }
    }

    @Test func `one bit changed anywhere is refused`() throws {
        var random = RandomSource(seed: 22)
        let key = try StarkPrivateKey(hex: Secret("0xabcdef0123456789"))
        let hash = Poseidon.hash([Felt(1)])
        let signature = try #require(key.sign(hash))
        for round in 0..<24 {
            let bit = Int(random.integer(in: 0...250))
            func flipped(_ felt: Felt) -> Felt? {
                var bytes = felt.bigEndianBytes
                bytes[31 - bit / 8] ^= 1 << UInt8(bit % 8)
                return Felt(bigEndian: bytes)
            }
            var (r, s, h, q) = (signature.r, signature.s, hash, key.publicKey)
            switch round % 4 {
            case 0: r = flipped(r) ?? Felt(0)
            case 1: s = flipped(s) ?? Felt(0)
            case 2: h = flipped(h) ?? Felt(0)
            default: q = flipped(q) ?? Felt(0)
            }
            #expect(!StarkVerification.isValid(StarkSignature(r: r, s: s), of: h, by: q))
        }
    }

    @Test func `numbers out of range are refused`() throws {
        let key = try StarkPrivateKey(hex: Secret("0x5"))
        let (hash, edge) = (Felt(9), try #require(Felt(UInt256(0, 0, 0, 1 << 59))))
        let good = try #require(key.sign(hash))
        for (r, s) in [(Felt(0), good.s), (good.r, Felt(0)), (edge, good.s), (good.r, edge)] {
            #expect(!StarkVerification.isValid(StarkSignature(r: r, s: s), of: hash, by: key.publicKey))
        }
        #expect(!StarkVerification.isValid(good, of: edge, by: key.publicKey))
    }

    @Test func `an x without a point is no key`() throws {
        let signature = try #require(try StarkPrivateKey(hex: Secret("0x5")).sign(Felt(9)))
        var without = 0
        for x in 0..<20 where !StarkCurve.ySquared(at: FieldElement(UInt64(x))).isSquare {
            without += 1
            #expect(!StarkVerification.isValid(signature, of: Felt(9), by: Felt(UInt64(x))))
        }
        #expect(without > 4)
    }

    /// Such a signature leaves the generator out of the sum altogether.
    @Test func `a hash of zero can be signed`() throws {
        let key = try StarkPrivateKey(hex: Secret("0x1234"))
        let signature = try #require(key.sign(Felt(0)))
        #expect(StarkVerification.isValid(signature, of: Felt(0), by: key.publicKey))
        #expect(!StarkVerification.isValid(signature, of: Felt(1), by: key.publicKey))
    }

    /// With key 1 the points that verification adds are h·w·G and r·w·G: the same for h = r, opposite for h = n − r.
    @Test func `equal points are added`() throws {
        let key = try StarkPrivateKey(hex: Secret("0x1"))
        let k = UInt256(0x1234_5678)
        let r = Felt(GeneratorTable.shared.multiplyUpToSign(k).affineX)
        for hash in [r, try #require(Felt(Scalar.modulus &- r.integer))] where hash.isBelow2To251 {
            let s = ((Scalar(hash.integer) + Scalar(r.integer)) * Scalar(k).inverse()).integer
            let signature = StarkSignature(r: r, s: try #require(Felt(s)))
            let isInRange = !s.isZero && signature.s.isBelow2To251
            #expect(StarkVerification.isValid(signature, of: hash, by: key.publicKey) == isInRange)
        }
    }
}
