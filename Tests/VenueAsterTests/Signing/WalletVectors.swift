import VenueAster

/// A message, its EIP-712 digest and its signature.
struct WalletVector: Sendable, CustomStringConvertible {
    var name: String
    var network: AsterNetwork
    var message: String
    var digest: String
    var signature: String
    var description: String { name }

    private typealias Vector = WalletVector

    /// The sample agent key of Aster's documentation.
    static let sampleKey = "0x4fd0a42218f3eae43a6ce26d22544e986139a01e5b34a62db53757ffca81bae1"
    static let sampleSigner = "0x21cF8Ae13Bb72632562c6Fff438652Ba1a151bb0"
    static let sampleUser = "0x63DD5aCC6b1aa0f563956C0e534DD30B6dcF7C4e"
    static let sampleNonce: Int64 = 1_748_310_859_508_867

    /// Aster's documented messages, signed with the sample key by eth-account.
    static let documented: [WalletVector] = [
        Vector(
            name: "VA", network: .mainnet,
            message: """
                symbol=ASTERUSDT&type=LIMIT&side=BUY&timeInForce=GTC&quantity=20&price=0.5&nonce=174831085950886\
                7&signer=0x21cF8Ae13Bb72632562c6Fff438652Ba1a151bb0
                """,
            digest: "ed6fe2804fb7a74d857c73d838ce3722b0f44d2c023c24bca0acb2bdf0d56267",
            signature: """
                d82a6784f5eff00b95ecb88145cf7a5fa6803ea6f67e0217262073da628750a7\
                42bb3ba555af418320e55029afe358957808d4f810d73ea663d9c91852cd6d941c
                """),
        Vector(
            name: "VB", network: .mainnet,
            message: """
                symbol=ASTERUSDT&type=LIMIT&side=BUY&timeInForce=GTC&quantity=20&price=0.5&nonce=174831085950886\
                7&user=0x63DD5aCC6b1aa0f563956C0e534DD30B6dcF7C4e&signer=0x21cF8Ae13Bb72632562c6Fff438652Ba1a151\
                bb0
                """,
            digest: "214122039b686e20a15baab91d368d354cf8c88067cb8b0e96e9018d8b08a625",
            signature: """
                0a56c5923ebf3524475c5f631940ec4c0e41dbd300ad28198d1915d8f3ca49ce\
                26fd1aeb8b0c3079133595da0de38322ae7e860e0c76d032c4a491d27c1430b01c
                """),
        Vector(
            name: "VC", network: .testnet,
            message: """
                symbol=ASTERUSDT&type=LIMIT&side=BUY&timeInForce=GTC&quantity=20&price=0.5&nonce=174831085950886\
                7&signer=0x21cF8Ae13Bb72632562c6Fff438652Ba1a151bb0
                """,
            digest: "9dcd200534ea4cd58f431d0445a26170e5d4c436e4f0e30317cbe98916285c58",
            signature: """
                798abbc1eb6244bdf530e3890383494679aecf574a0d65cd79ed48b151df2e18\
                2cafc9a2b055701c9c0dbc091898f6c3eae29307ca554f3ab97c8b860de35bef1c
                """),
        Vector(
            name: "VD", network: .mainnet,
            message: """
                nonce=1748310859508867&user=0x63DD5aCC6b1aa0f563956C0e534DD30B6dcF7C4e&signer=0x21cF8Ae13Bb72632\
                562c6Fff438652Ba1a151bb0
                """,
            digest: "f614a915ce064febf6fd86a96eac30fad2d7519e0a486b4552fa949cb635d2a8",
            signature: """
                79f8910c6a2d14796480f5bc09492b9cf00e247bc53b2cc9b47e3b59dfe698b9\
                2e9e9a6853c210ae67ffa351b09d84a14a0585122f2fba2c90b2998e3e96e3b81b
                """),
        Vector(
            name: "VE", network: .mainnet,
            message: """
                batchOrders=%5B%7B%22symbol%22%3A%22ASTERUSDT%22%2C%22side%22%3A%22BUY%22%2C%22type%22%3A%22LIMI\
                T%22%2C%22timeInForce%22%3A%22GTX%22%2C%22quantity%22%3A%2220%22%2C%22price%22%3A%220.5%22%7D%5D\
                &nonce=1748310859508867&signer=0x21cF8Ae13Bb72632562c6Fff438652Ba1a151bb0
                """,
            digest: "d6848e3dfde7d644c5d0ea52ac957d32950db7d2e28bd81efb110334e7842995",
            signature: """
                5cbc5a0a5bf274337dcb755b160b8a5b311322785143581b1fd21ecfaf59845c\
                764178bdb01314af7866679083b838ad1f31044191cc7f2df805b57cd18584631b
                """),
        Vector(
            name: "VF", network: .mainnet,
            message: """
                symbol=ASTERUSDT&side=SELL&type=LIMIT&timeInForce=GTX&quantity=20&price=0.5&newClientOrderId=mm%\
                3Aa%2F1.x_-Z&nonce=1748310859508867&signer=0x21cF8Ae13Bb72632562c6Fff438652Ba1a151bb0
                """,
            digest: "dd76296a11a120bb759179086a83653b6256b0708493655a3d4bcfeae64e88c2",
            signature: """
                47f1ad37bd5fae73f7e75827e59273ccfab916e9bf9846a7a02e0b4feb93e299\
                7a1df53ff4de863eab6351c7c0731f409bd99dc2388df5d102f80f5e8237ed4a1b
                """),
        Vector(
            name: "VG", network: .mainnet,
            message: """
                symbol=ASTERUSDT&orderId=22542179&user=0x63DD5aCC6b1aa0f563956C0e534DD30B6dcF7C4e&signer=0x21cF8\
                Ae13Bb72632562c6Fff438652Ba1a151bb0&nonce=1748310859508867
                """,
            digest: "c5a03e887505bc831a6a6e48bfbee7c1f5c31d94ebeb3717a364ab6204efbcca",
            signature: """
                0387ff0b9a5fd48a73a37bfe61922097e06c5267350d6906e588578f199d84a6\
                4ca9c95867cad6d8fc156b9c3268f4c51b1ec7771b0563a029a51ef5a8b53f211c
                """),
        Vector(
            name: "VH", network: .mainnet,
            message: """
                nonce=1748310859508867&signer=0x21cF8Ae13Bb72632562c6Fff438652Ba1a151bb0
                """,
            digest: "d5181d2f501c0a68c31516a89d610155f8dcd0a837ec4d7d629a36bc46ca4c83",
            signature: """
                cd0ea4d53d67b3aa39bb62a85fbd4b819f83f745a6eb30c6dfd31991b7b9f00a\
                359d9be3656c8c0860e71e2416f0c06b89d7f64e291f0d7ebe71f7fb76a144c11b
                """),
        Vector(
            name: "VI", network: .mainnet,
            message: """
                symbol=BTCUSDT&origClientOrderIdList=%5B%22123aaaa%22%2C%22111ccc%22%2C%22321313%22%5D&nonce=174\
                8310859508867&signer=0x21cF8Ae13Bb72632562c6Fff438652Ba1a151bb0
                """,
            digest: "54d3314fb2851ad3a9c7cc82a6923e83bfef71b4590c31c18b0d67587bbdbbeb",
            signature: """
                3dc1722cdb4318214bc205ee94ed60f416829b4f50408ab4e5d0f19824da06a4\
                5d6fba76f5f5e78508160ebe04d44b476a24d9f1ec07f79268c2f134707aa4de1c
                """),
    ]

    /// A key of repeated 0x2a bytes and messages of our own, signed by eth-account.
    static let otherKey = "0x" + String(repeating: "2a", count: 32)
    static let other: [WalletVector] = [
        Vector(
            name: "market order on the testnet", network: .testnet,
            message: """
                symbol=BTCUSDT&side=SELL&type=MARKET&quantity=0.001&nonce=1700000000000001\
                &signer=0xB0E5863D0DDf7e105e409Fee0eCC0123a362e14B
                """,
            digest: "1e9341ba721a4aca1488f2b24ba226c3f639755d519ebbc9d8b82ca5d85c602a",
            signature: """
                ede2d629cb8b571a97b13c27b389506da3ebed354d1566e1786284b4fb9d9113\
                6fdd0a831a2f0ca641f10fe4b7dfe6833215eeb080a0cdb48fafc1ac1ea27e751c
                """),
        Vector(
            name: "a symbol outside ASCII", network: .mainnet,
            message: "symbol=%E6%B5%8B%E8%AF%95USDT&nonce=1&signer=0xB0E5863D0DDf7e105e409Fee0eCC0123a362e14B",
            digest: "b7a809980a690f774ce14e712a6be533cffe3b3aa4e9d8e0e2633f2fa24af0b8",
            signature: """
                3bef6cd81722f694ff5dc3888cef56c40ba4caf870e74126bb10b0014d8781eb\
                2f5b9b4622ea2296c1d6f2424f7af39638b1374c0d2f083652c829e63fb606811c
                """),
        Vector(
            name: "nothing at all", network: .local, message: "",
            digest: "e0f1aad7fc9bb5b14c501bb69b110286c94406576860971231b381b9eb11dbef",
            signature: """
                6f171257f15793919c0a06cec93aebd9c4684d5151949d9149eb28aeb9a5a333\
                52d5cd5d37be07c0e62d898abd002560352502b4a642608a24d50aeceacd59101b
                """),
    ]
}
