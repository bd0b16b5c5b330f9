import Cryptography
import Testing
import VenueAster
import Wire

@Suite struct `Aster V3 wallet signatures` {
    @Test func `type hashes and domain separators are the documented ones`() {
        #expect(
            Hex.encode(AsterMessageHash.domainTypeHash)
                == "8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f")
        #expect(
            Hex.encode(AsterMessageHash.messageTypeHash)
                == "c4cfb57eea370ef2a92403a7e865b2de262d7ca272333665b54ad7e6a602ef68")
        #expect(
            Hex.encode(AsterMessageHash.domainSeparator(chainID: 1_666))
                == "a95d0a7a6f3f17fcebb0c2336645385ce79cde7523f71ab147fdb7f15e9f37f9")
        #expect(
            Hex.encode(AsterMessageHash.domainSeparator(chainID: 714))
                == "fad01b07bed5729a04dbb977fd86da612eba71d668660bf12cf10b3d65b74d94")
    }

    @Test func `struct hashes are those of vectors VA and VB`() {
        let expected = [
            "fda3c00f7da2bede0ed7f9362bda29d068cf3c41eee370fceb6cde0ec623b8fc",
            "8a2e8bf68d83a0783bbc0f9be4f6dd0030db52cf4d5d0c3712c9a3d23d4fce8c",
        ]
        for (vector, hash) in zip(WalletVector.documented, expected) {
            #expect(Hex.encode(AsterMessageHash.structHash(Array(vector.message.utf8))) == hash)
        }
    }

    @Test(
        arguments: WalletVector.documented.map { ($0, WalletVector.sampleKey) }
            + WalletVector.other.map { ($0, WalletVector.otherKey) })
    func `each vector's digest, signature and signer`(vector: WalletVector, secret: String) throws {
        let message = Array(vector.message.utf8)
        let separator = AsterMessageHash.domainSeparator(chainID: vector.network.chainID)
        let digest = AsterMessageHash.digest(message, domainSeparator: separator)
        #expect(Hex.encode(digest) == vector.digest)
        let key = try #require(EthereumPrivateKey(Secret(secret)))
        #expect(Hex.encode(key.sign(digest: digest)) == vector.signature)
        for prefix in ["", "0x"] {
            let query = Array("\(vector.message)&signature=\(prefix)\(vector.signature)".utf8)
            let inQuery = try AsterSignatureCheck.recoverSigner(query: query, body: [], domainSeparator: separator)
            let inBody = try AsterSignatureCheck.recoverSigner(query: [], body: query, domainSeparator: separator)
            #expect(inQuery == key.address)
            #expect(inBody == key.address)
        }
    }

    @Test(arguments: [
        ("VA", false), ("VB", true), ("VC", false), ("VD", true), ("VE", false), ("VF", false), ("VH", false),
        ("VI", false),
    ])
    func `the signer writes each documented message itself`(name: String, namesUser: Bool) throws {
        let vector = try #require(WalletVector.documented.first { $0.name == name })
        var signer = try AsterSigner(
            .wallet(
                user: namesUser ? WalletVector.sampleUser : nil, signer: WalletVector.sampleSigner.lowercased(),
                privateKey: Secret(WalletVector.sampleKey), network: vector.network))
        var fields = try FormFields.parse(vector.message)
        fields.fields.removeAll { ["nonce", "user", "signer"].contains($0.name) }
        let request = signer.sign(.post, "/fapi/v1/order", fields: fields, at: WalletVector.sampleNonce)
        #expect(request.target == "/fapi/v3/order?\(vector.message)&signature=0x\(vector.signature)")
        #expect(request.method == .post)
        #expect(request.body.isEmpty)
        #expect(request.headers["X-MBX-APIKEY"] == nil)
    }

    @Test func `any changed byte of a signed query recovers another wallet or nobody`() throws {
        let vector = WalletVector.documented[0]
        let separator = AsterMessageHash.domainSeparator(chainID: 1_666)
        let signed = Array("\(vector.message)&signature=0x\(vector.signature)".utf8)
        let signer = EthereumAddress(WalletVector.sampleSigner)
        for index in signed.indices {
            var changed = signed
            changed[index] ^= 1
            let recovered = try? AsterSignatureCheck.recoverSigner(
                query: changed, body: [], domainSeparator: separator)
            #expect(recovered != signer, "byte \(index)")
        }
        let otherChain = AsterMessageHash.domainSeparator(chainID: 714)
        #expect(
            try AsterSignatureCheck.recoverSigner(query: signed, body: [], domainSeparator: otherChain) != signer)
    }

    @Test(arguments: [
        ("/fapi/v1/order", "/fapi/v3/order"), ("/fapi/v2/balance", "/fapi/v3/balance"),
        ("/fapi/v4/account", "/fapi/v3/accountWithJoinMargin"), ("/fapi/v2/positionRisk", "/fapi/v3/positionRisk"),
        ("/fapi/v1/positionSide/dual", "/fapi/v3/positionSide/dual"), ("/fapi/v3/noop", "/fapi/v3/noop"),
    ])
    func `each path has a V3 twin`(first: String, third: String) {
        #expect(AsterVersion.v3.path(first) == third)
        #expect(AsterVersion.v1.path(first) == first)
    }

    @Test func `listen keys are signed, market data is not`() throws {
        var signer = try AsterSigner(
            .wallet(
                user: WalletVector.sampleUser, signer: nil, privateKey: Secret(WalletVector.sampleKey),
                network: .mainnet))
        let listenKey = signer.sign(.post, "/fapi/v1/listenKey", security: .key, at: WalletVector.sampleNonce)
        let vector = WalletVector.documented[3]
        #expect(listenKey.target == "/fapi/v3/listenKey?\(vector.message)&signature=0x\(vector.signature)")
        let depth = signer.sign(
            .get, "/fapi/v1/depth", fields: FormFields([.init("symbol", "BTCUSDT")]), security: .open, at: 1)
        #expect(depth.target == "/fapi/v3/depth?symbol=BTCUSDT")
        #expect(AsterSigner.open(.get, "/fapi/v1/time").target == "/fapi/v3/time")
        #expect(AsterSigner.open(.get, "/fapi/v1/time", version: .v1).target == "/fapi/v1/time")
    }
}
