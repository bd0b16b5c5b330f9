import Cryptography
import Testing
import Wire

@testable import StarkCryptography

@Suite(.enabled(if: VectorFiles.exist)) struct `Vectors made with other implementations hold` {
    @Test func `curve parameters and small multiples of the generator`() throws {
        let file = try VectorFiles.load("curve_params")
        #expect(try file.integer256("field_prime_p") == FieldElement.modulus)
        #expect(try file.integer256("group_order_n") == Scalar.modulus)
        #expect(try file.felt("beta") == Felt(StarkCurve.b))
        for entry in try file.list("small_multiples_of_G") {
            let k = decimal(try #require(entry["k"]?.numeral))
            let point = try #require(GeneratorTable.shared.multiply(k).affine)
            #expect(Felt(point.x) == (try entry.felt("x")))
            #expect(Felt(point.y) == (try entry.felt("y")))
        }
    }

    @Test func `Poseidon's constants and permutation`() throws {
        let file = try VectorFiles.load("poseidon_constants")
        let table = try file.list("round_constants").map { try $0.elements!.map { try $0.felt() } }
        #expect(PoseidonConstants.table().map { $0.map { Felt($0) } } == table)
        let constants = PoseidonConstants.shared
        let compressed = constants.first + constants.partial + constants.last
        let published = try #require(file["compressed"]).felts("constants")
        #expect(compressed.map { Felt($0) } == published)
        for vector in try file.list("permutation_vectors") {
            let start = try vector.felts("in").map { FieldElement($0).normalized() }
            var state = PoseidonState(first: start[0], second: start[1], third: start[2])
            state.permute()
            #expect([state.first, state.second, state.third].map { Felt($0) } == (try vector.felts("out")))
        }
    }

    @Test func `Poseidon of one, two and many`() throws {
        let file = try VectorFiles.load("poseidon")
        for vector in try file.list("hash2") {
            #expect(Poseidon.hash(pair: try vector.felt("a"), try vector.felt("b")) == (try vector.felt("hash")))
        }
        for vector in try file.list("single") {
            #expect(Poseidon.hash(single: try vector.felt("a")) == (try vector.felt("hash")))
        }
        for vector in try VectorFiles.load("poseidon_many").list("cases") {
            #expect(Poseidon.hash(try vector.felts("inputs")) == (try vector.felt("hash")))
        }
    }

    @Test func `Pedersen of two`() throws {
        for vector in try VectorFiles.load("pedersen").list("cases") {
            #expect(Pedersen.hash(try vector.felt("a"), try vector.felt("b")) == (try vector.felt("hash")))
        }
    }

    @Test func `selectors and short strings`() throws {
        let file = try VectorFiles.load("selectors_domain")
        for vector in try file.list("type_selectors") {
            let text = try vector["type_string"]?.text ?? vector.string("name")
            #expect(StarknetSelector.of(text) == (try vector.felt("selector")))
        }
        for vector in try file.list("keccak") {
            let text = try vector.string("input_utf8")
            #expect(Hex.encode(Hash.keccak256(Array(text.utf8))) == (try vector.string("keccak256")))
            #expect(StarknetSelector.of(text) == (try vector.felt("starknet_keccak")))
        }
        for vector in try file.list("short_strings") {
            #expect(Felt(shortString: try vector.string("text")) == (try vector.felt("felt")))
        }
    }

    @Test func `public keys, and keys that are none`() throws {
        let file = try VectorFiles.load("public_key")
        for vector in try file.list("cases") {
            let key = try StarkPrivateKey(hex: Secret(try vector.string("private_key")))
            #expect(key.publicKey == (try vector.felt("public_key")))
            let point = try #require(GeneratorTable.shared.multiply(try vector.integer256("private_key")).affine)
            #expect(Felt(point.y) == (try vector.felt("y")))
        }
        for text in try file.list("invalid_private_keys") {
            #expect(throws: StarkKeyError.outOfRange) { try StarkPrivateKey(hex: Secret(text.text!)) }
        }
    }

    @Test func `secret numbers`() throws {
        for vector in try VectorFiles.load("rfc6979_k").list("cases") {
            let seed = try vector["seed"]?.text.map { try integer256($0) } ?? .zero
            var nonces = NonceGenerator(
                key: try vector.integer256("private_key"), hash: try vector.integer256("msg_hash"), seed: seed)
            #expect(nonces.next() == (try vector.integer256("k")))
        }
    }

    @Test func `signatures, with and without a seed`() throws {
        for vector in try VectorFiles.load("ecdsa_sign").list("cases") {
            let key = try StarkPrivateKey(hex: Secret(try vector.string("private_key")))
            let signature = try #require(key.sign(try vector.felt("msg_hash")))
            #expect(signature == StarkSignature(r: try vector.felt("r"), s: try vector.felt("s")))
        }
        for vector in try VectorFiles.load("ecdsa_sign_cryptocpp_seed32").list("cases") {
            let key = try StarkPrivateKey(hex: Secret(try vector.string("private_key")))
            let hash = try vector.felt("msg_hash")
            let seeded = StarkSignature(r: try vector.felt("r_seed32"), s: try vector.felt("s_seed32"))
            let plain = StarkSignature(r: try vector.felt("r_noseed"), s: try vector.felt("s_noseed"))
            #expect(key.sign(hash, seed: 32) == seeded)
            #expect(key.sign(hash) == plain)
        }
    }

    @Test func `verification`() throws {
        for vector in try VectorFiles.load("ecdsa_verify").list("cases") {
            let signature = StarkSignature(r: try vector.felt("r"), s: try vector.felt("s"))
            let isValid = StarkVerification.isValid(
                signature, of: try vector.felt("msg_hash"), by: try vector.felt("public_key"))
            #expect(isValid == vector["valid"]?.boolean, "\(vector["label"]?.text ?? "")")
        }
    }

    @Test func `keys from Ethereum signatures and by grinding`() throws {
        let file = try VectorFiles.load("key_derivation")
        for vector in try file.list("from_eth_signature") + file.list("eip712_onboarding") {
            let key = try StarkPrivateKey(ethereumSignature: Secret(try vector.string("eth_signature")))
            #expect(key.publicKey == (try vector.felt("stark_public")))
            #expect(try StarkPrivateKey(hex: Secret(vector.string("stark_private"))).publicKey == key.publicKey)
        }
        for vector in try file.list("grind_key") {
            let seed = try vector.integer256("key_seed")
            let key = try StarkPrivateKey(grinding: (0..<32).map { seed.bigEndianByte($0) })
            #expect(try StarkPrivateKey(hex: Secret(vector.string("result"))).publicKey == key.publicKey)
        }
    }

    @Test func `the onboarding message`() throws {
        let entries = try VectorFiles.load("key_derivation").list("eip712_onboarding")
        for vector in entries where vector["onboarding_payload"] != nil {
            let address = try #require(Felt(hex: vector.string("eth_address")))
            let hash = Pedersen.hash(address, try vector.felt("stark_public"))
            #expect(hash == (try vector.felt("l2_message_pedersen(address,stark_public)")))
            let key = try StarkPrivateKey(hex: Secret(try vector.string("stark_private")))
            let payload = try #require(vector["onboarding_payload"]?["l2Signature"])
            #expect(key.sign(hash) == StarkSignature(r: try payload.felt("r"), s: try payload.felt("s")))
        }
    }

    private func integer256(_ hex: String) throws -> UInt256 { try #require(UInt256(hex: hex)) }

    private func decimal(_ text: String) -> UInt256 {
        text.utf8.reduce(UInt256.zero) { sum, digit in
            sum.shiftedLeft(by: 3) &+ sum.shiftedLeft(by: 1) &+ UInt256(UInt64(digit - 0x30))
        }
    }
}
