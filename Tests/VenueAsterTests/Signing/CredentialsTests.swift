import Cryptography
import Testing
import VenueAster
import Wire

@Suite struct `Aster credentials` {
    @Test func `what cannot sign is refused with its reason`() {
        #expect(throws: AsterCredentialsError.emptyKey) { try AsterSigner(.apiKey(key: "", secret: Secret("s"))) }
        #expect(throws: AsterCredentialsError.emptySecret) { try AsterSigner(.apiKey(key: "k", secret: Secret(""))) }
        for key in ["a b", "a\r\nHost: evil", "ключ"] {
            #expect(throws: AsterCredentialsError.malformedKey) {
                try AsterSigner(.apiKey(key: key, secret: Secret("s")))
            }
        }
        #expect(throws: AsterCredentialsError.invalidPrivateKey) {
            try AsterCredentials.wallet(user: nil, signer: nil, privateKey: Secret("0x12"), network: .mainnet)
        }
        #expect(throws: AsterCredentialsError.invalidAddress(field: "user", length: 3)) {
            try AsterCredentials.wallet(
                user: "0x1", signer: nil, privateKey: Secret(WalletVector.sampleKey), network: .mainnet)
        }
        #expect(throws: AsterCredentialsError.invalidAddress(field: "signer", length: 2)) {
            try AsterCredentials.wallet(
                user: nil, signer: "me", privateKey: Secret(WalletVector.sampleKey), network: .mainnet)
        }
    }

    @Test func `a key that belongs to another wallet is refused by both ways in`() throws {
        let user = try #require(EthereumAddress(WalletVector.sampleUser))
        let signer = try #require(EthereumAddress(WalletVector.sampleSigner))
        let key = Secret(WalletVector.sampleKey)
        let error = AsterCredentialsError.keyOfAnotherSigner(expected: user, actual: signer)
        #expect(throws: error) {
            try AsterCredentials.wallet(
                user: nil, signer: WalletVector.sampleUser, privateKey: key, network: .mainnet)
        }
        #expect(throws: error) { try AsterSigner(.wallet(user: nil, signer: user, key: key, network: .mainnet)) }
        #expect("\(error)" == "the Aster private key belongs to \(signer), not to the signer \(user)")
    }

    @Test func `no rendering of credentials, signers or their requests shows a secret`() throws {
        let secret = String(`Aster V1 key signatures`.secret)
        let key = `Aster V1 key signatures`.key
        let credentials: [AsterCredentials] = [
            .apiKey(key: key, secret: Secret(secret)),
            try .wallet(
                user: nil, signer: nil, privateKey: Secret(WalletVector.sampleKey), network: .mainnet),
        ]
        let canaries = [secret, key, String(WalletVector.sampleKey.dropFirst(2))]
        for credential in credentials {
            var signer = try AsterSigner(credential)
            let request = signer.sign(
                .post, "/fapi/v1/order", fields: FormFields([.init("symbol", "BTCUSDT")]), at: 1_234_567_890_123_456)
            let redacted = AsterRedaction.render(request)
            let texts =
                renderings(of: credential) + renderings(of: [credential]) + renderings(of: signer) + [redacted]
            for text in texts {
                for canary in canaries { #expect(!text.contains(canary.dropFirst(4).dropLast(4))) }
            }
        }
        #expect {
            try AsterCredentials.wallet(
                user: WalletVector.sampleKey, signer: nil, privateKey: Secret(WalletVector.sampleKey), network: .mainnet
            )
        } throws: { error in
            error is AsterCredentialsError && !renderings(of: error).contains { $0.contains("4fd0a42218f3") }
        }
    }

    @Test func `a redacted request keeps what may be seen`() throws {
        var signer = try AsterSigner(
            .wallet(user: nil, signer: nil, privateKey: Secret(WalletVector.sampleKey), network: .mainnet))
        let request = signer.sign(
            .delete, "/fapi/v1/order", fields: FormFields([.init("symbol", "BTCUSDT"), .init("listenKey", "abc")]),
            at: 7)
        #expect(
            AsterRedaction.render(request) == """
                DELETE /fapi/v3/order?symbol=BTCUSDT&listenKey=***&nonce=***\
                &signer=\(WalletVector.sampleSigner)&signature=***
                User-Agent: apus
                """)
        let keyed = HTTPRequest(
            method: .post, target: "/a", headers: HTTPHeaders([("x-mbx-apikey", "k")]),
            body: Array("b=1&signature=2".utf8))
        #expect(AsterRedaction.render(keyed) == "POST /a\nx-mbx-apikey: ***\nb=1&signature=***")
        #expect(AsterRedaction.redact(target: "/ping") == "/ping")
    }

    private func renderings(of value: Any) -> [String] {
        var dumped = ""
        dump(value, to: &dumped)
        return [
            String(describing: value), String(reflecting: value), dumped,
            "\(Mirror(reflecting: value).children.map(\.value))",
        ]
    }
}
