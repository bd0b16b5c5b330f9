internal import Cryptography
internal import MarketModel

extension AsterAccountDefinition {
    /// The account of a local venue that is started without an account file: 10,000 USDT, and the sample keys that
    /// Aster publishes in its documents. They open nothing but local venues.
    public static func demo() -> AsterAccountDefinition {
        let key = "0x4fd0a42218f3eae43a6ce26d22544e986139a01e5b34a62db53757ffca81bae1"
        guard let user = EthereumAddress("0x63DD5aCC6b1aa0f563956C0e534DD30B6dcF7C4e"),
            let signer = EthereumAddress("0x21cF8Ae13Bb72632562c6Fff438652Ba1a151bb0")
        else { preconditionFailure("the sample addresses are addresses") }
        return AsterAccountDefinition(
            name: "demo", apiKey: "dbefbc809e3e83c283a984c3a1459732ea7db1360ca80c5c2c8867408d28cc83",
            apiSecret: Secret("2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9"), user: user,
            signer: signer, privateKey: Secret(key), balances: [("USDT", Cash(whole: 10_000))])
    }
}
