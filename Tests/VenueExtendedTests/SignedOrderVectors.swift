import Testing
import VenueExtended

/// One order of each kind, as the official client 2.6.0 signed it; all keys are test keys. The whole file they are of
/// is tried where it is at hand (see ``SignedOrderTests``).
struct SignedOrderVector: Sendable, CustomTestStringConvertible {
    var name: String
    var chain: StarknetNetwork
    var privateKey: String
    var vault: UInt32
    /// The order as `apus sign` takes it, without the market's configuration.
    var order: String
    /// r and s of the order and its legs.
    var signatures: [String]
    /// Synthetic, collateral and fee.
    var amounts: [String]

    var testDescription: String { name }
}

extension SignedOrderVector {
    /// The markets' `l2Config` resolutions and rules, by name.
    static let markets: [String: String] = [
        "BTC-USD": #"""
        "l2Config":{"collateralId":"0x1","collateralResolution":1000000,"syntheticId":"0x4254432d3600000000000000000000","syntheticResolution":1000000},
        "tradingConfig":{"minOrderSizeChange":"0.00001","maxPositionValue":"60000000"}
        """#,
        "ETH-USD": #"""
        "l2Config":{"collateralId":"0x1","collateralResolution":1000000,"syntheticId":"0x4554482d3500000000000000000000","syntheticResolution":100000},
        "tradingConfig":{"minOrderSizeChange":"0.001","maxPositionValue":"40000000"}
        """#,
        "SOL-USD": #"""
        "l2Config":{"collateralId":"0x1","collateralResolution":1000000,"syntheticId":"0x534f4c2d3300000000000000000000","syntheticResolution":1000},
        "tradingConfig":{"minOrderSizeChange":"0.01","maxPositionValue":"10000000"}
        """#,
        "DOGE-USD": #"""
        "l2Config":{"collateralId":"0x1","collateralResolution":1000000,"syntheticId":"0x444f47452d30000000000000000000","syntheticResolution":1},
        "tradingConfig":{"minOrderSizeChange":"1","maxPositionValue":"2000000"}
        """#,
    ]

    static let all: [SignedOrderVector] = [
        SignedOrderVector(
            name: "LIMIT", chain: .testnet,
            privateKey: "0x81b61c9ee424d8f336bc94bad2249e678a2dd11e4264363d3fe067147b88ca",
            vault: 402457,
            order: #"""
                {"market":"BTC-USD","type":"LIMIT","side":"BUY","qty":"5.36888","price":"85993",
                "reduceOnly":false,"postOnly":false,"timeInForce":"GTT","expiryEpochMillis":1795248060001,
                "fee":"0.00025","nonce":"1690777444","selfTradeProtectionLevel":"ACCOUNT"}
                """#,
            signatures: [
                "0x37cf532ab16f5acc9efae2e171488bc3c33e40e3adb0584d790691911067441",
                "0x2e74077216e1ba93b29cc101b0d78709f04ef15df0b6d1c8ad96e277bd574e7",
            ],
            amounts: ["5368880", "-461686097840", "115421525"]),
        SignedOrderVector(
            name: "LIMIT_POST_ONLY", chain: .mainnet,
            privateKey: "0x3b55c53122224fc7c85f2608515b24bd4551a83919ef5fce6a1c743d1b8e65d",
            vault: 367166,
            order: #"""
                {"market":"SOL-USD","type":"LIMIT","side":"SELL","qty":"3.77","price":"161.32",
                "reduceOnly":false,"postOnly":true,"timeInForce":"GTT","expiryEpochMillis":1802937600001,
                "fee":"0","nonce":"1478379659","selfTradeProtectionLevel":"ACCOUNT"}
                """#,
            signatures: [
                "0x3b79b3ee16102fd7006e8175171d4a7f8bef0877fa558be012e1154ad63d8d6",
                "0x78a61b2da50e057639f4df0c20e4a6ddbe0cc13639e600b75163b5692163219",
            ],
            amounts: ["-3770", "608176400", "0"]),
        SignedOrderVector(
            name: "MARKET", chain: .testnet,
            privateKey: "0x44cf6a2062344b7772768dd2b06a5fef29b0bce14fb31884377bebb7b1fc056",
            vault: 421717,
            order: #"""
                {"market":"SOL-USD","type":"MARKET","side":"SELL","qty":"2.55","price":"165.52",
                "reduceOnly":false,"postOnly":false,"timeInForce":"IOC","expiryEpochMillis":1795251600000,
                "fee":"0.00025","nonce":"4294967295","selfTradeProtectionLevel":"ACCOUNT"}
                """#,
            signatures: [
                "0xf3a051464f80dc005b9df3234edf8d69f3fe9e4f693e35b10dc50913a75658",
                "0x773b8629c388b70cf48f16b383d10bcaa0d2997e8421087f41684643c003f66",
            ],
            amounts: ["-2550", "422076000", "105519"]),
        SignedOrderVector(
            name: "REPLACE", chain: .mainnet,
            privateKey: "0x81b61c9ee424d8f336bc94bad2249e678a2dd11e4264363d3fe067147b88ca",
            vault: 402457,
            order: #"""
                {"id":"ext-4","market":"BTC-USD","type":"LIMIT","side":"BUY","qty":"0.04831","price":"81879",
                "reduceOnly":false,"postOnly":true,"timeInForce":"GTT","expiryEpochMillis":1795251600000,
                "fee":"0","nonce":"4294967295","selfTradeProtectionLevel":"ACCOUNT","cancelId":"prev-4"}
                """#,
            signatures: [
                "0x20cfdbee42514d362778dfb719a4367ebed2cfb2d917e4fa3b1493179e66c8e",
                "0x66ec630d3f0709c571c7191aa7172a241ded72f61651913a8f35b11cf7b2920",
            ],
            amounts: ["48310", "-3955574490", "0"]),
        SignedOrderVector(
            name: "CONDITIONAL", chain: .testnet,
            privateKey: "0x7a7ff6fd3cab02ccdcd4a572563f5976f8976899b03a39773795a3c486d4986",
            vault: 10002,
            order: #"""
                {"market":"ETH-USD","type":"CONDITIONAL","side":"SELL","qty":"0.154","price":"3084.3",
                "reduceOnly":false,"postOnly":false,"timeInForce":"GTT","expiryEpochMillis":1795248060001,
                "fee":"0.00025","nonce":"1499842979","selfTradeProtectionLevel":"ACCOUNT",
                "trigger":{"triggerPrice":"3021.4","triggerPriceType":"LAST","direction":"UP",
                "executionPriceType":"LIMIT"}}
                """#,
            signatures: [
                "0x67bf667ae44a51ccb39555e3bb91f85683f9ff017a7e19b65d58b6a3a2429a6",
                "0x298e1eea9638659b23ea429125347cdde049a328016549b9d9f1760fee4fc6a",
            ],
            amounts: ["-15400", "474982200", "118746"]),
        SignedOrderVector(
            name: "LIMIT_TPSL", chain: .testnet,
            privateKey: "0x41baf3202868ad7f773b509531d141bde4059bfecf95dd096d302cafc21094e",
            vault: 415163,
            order: #"""
                {"market":"ETH-USD","type":"LIMIT","side":"SELL","qty":"5.054","price":"3245.3",
                "reduceOnly":false,"postOnly":false,"timeInForce":"GTT","expiryEpochMillis":1795248059501,
                "fee":"0.00025","nonce":"1207680979","selfTradeProtectionLevel":"ACCOUNT","tpSlType":"ORDER",
                "takeProfit":{"triggerPrice":"2980.5","triggerPriceType":"LAST","price":"2947.0",
                "priceType":"MARKET"},"stopLoss":{"triggerPrice":"3096.9","triggerPriceType":"LAST",
                "price":"3149.3","priceType":"LIMIT"}}
                """#,
            signatures: [
                "0xa9296800820cd5e8e0c51378244b2188ed1482f1e657f219a16e574d64ab1",
                "0x7749220aa01c6617a392eed901b2ae73ca8869899df0f0dbb23bffe61ba2cb8",
                "0x134d4f003a2eadbe952dc399925a7617b730355e819a913668bfb7c4b01d0a2",
                "0x540a1e70ade6286e03acbc60abfa9285c2565464ea17921afb54dcbe228e7e1",
                "0x4edbc05dffdcda78f0e6b14ef8a602e7faa76773b833eb2fa9f1f9f94218342",
                "0xc4cb920a5f214060aa46de0f512a7094ef7e3cb125839ba4ecda9304e24ce4",
            ],
            amounts: ["-505400", "16401746200", "4100437"]),
        SignedOrderVector(
            name: "TPSL_POSITION", chain: .testnet,
            privateKey: "0x3b55c53122224fc7c85f2608515b24bd4551a83919ef5fce6a1c743d1b8e65d",
            vault: 367166,
            order: #"""
                {"market":"SOL-USD","type":"TPSL","side":"SELL","qty":"0","price":"0","reduceOnly":true,
                "postOnly":false,"timeInForce":"GTT","expiryEpochMillis":1795248060001,"fee":"0.00025",
                "nonce":"270114967","selfTradeProtectionLevel":"ACCOUNT","tpSlType":"POSITION",
                "takeProfit":{"triggerPrice":"166.46","triggerPriceType":"LAST","price":"162.33",
                "priceType":"LIMIT"}}
                """#,
            signatures: [
                "0x2c14c258c12e6e3c23dae206142be534481b0c7dbe7f7b32b0e3bfe5701d4a3",
                "0x8666dc91943606bad6ea2c9b257a1963e18faa77f27fd53b6a6fd042d1d837",
            ],
            amounts: ["0", "0", "0"]),
        SignedOrderVector(
            name: "REDUCE_ONLY", chain: .testnet,
            privateKey: "0x3b55c53122224fc7c85f2608515b24bd4551a83919ef5fce6a1c743d1b8e65d",
            vault: 367166,
            order: #"""
                {"market":"ETH-USD","type":"LIMIT","side":"BUY","qty":"0.299","price":"3052.3",
                "reduceOnly":true,"postOnly":false,"timeInForce":"GTT","expiryEpochMillis":1795248059501,
                "fee":"0.00025","nonce":"4294967295","selfTradeProtectionLevel":"ACCOUNT"}
                """#,
            signatures: [
                "0x7a0cbd731013b37d74a5f2ec69552f93a06d193d4019e28fb4a8d442d5f7c05",
                "0x7001e7e2a4f143f005f8861bde4c37ebfbaff1f44a541e4e2f22b7c0d9dc4c1",
            ],
            amounts: ["29900", "-912637700", "228160"]),
        SignedOrderVector(
            name: "STP", chain: .mainnet,
            privateKey: "0x3a96bfc4bbffe8b4d83ccc17745fe1067341246d639db373da7da041cfc22fd",
            vault: 332204,
            order: #"""
                {"id":"cl3d4b8a59","market":"ETH-USD","type":"LIMIT","side":"BUY","qty":"80.114",
                "price":"3239.6","reduceOnly":false,"postOnly":false,"timeInForce":"GTT",
                "expiryEpochMillis":1802937600001,"fee":"0.00025","nonce":"365031966",
                "selfTradeProtectionLevel":"ACCOUNT"}
                """#,
            signatures: [
                "0x4d673e72e49e556cc2c85d426b9dc46baafb8bc9576f6b8106a90f6113698d0",
                "0x23fe801cc34ac854a31508077196a428dcbae0c1a73a947e1ca98ab1483f3f1",
            ],
            amounts: ["8011400", "-259537314400", "64884329"]),
        SignedOrderVector(
            name: "IOC", chain: .mainnet,
            privateKey: "0x44cf6a2062344b7772768dd2b06a5fef29b0bce14fb31884377bebb7b1fc056",
            vault: 421717,
            order: #"""
                {"market":"SOL-USD","type":"LIMIT","side":"BUY","qty":"1093.61","price":"162.04",
                "reduceOnly":false,"postOnly":false,"timeInForce":"IOC","expiryEpochMillis":1795248059501,
                "fee":"0.00025","nonce":"2147483647","selfTradeProtectionLevel":"ACCOUNT"}
                """#,
            signatures: [
                "0x6794b89a1b5cbb04cbf30fb36102a8d3ff2c23d3a8ee59bcb79f7dc09d1dfcf",
                "0x3a411dd5764aef2edccab70a90e1252eede0c9c94f31bb413d474ee36eaa4cd",
            ],
            amounts: ["1093610", "-177208564400", "44302142"]),
        SignedOrderVector(
            name: "BUILDER", chain: .mainnet,
            privateKey: "0x44cf6a2062344b7772768dd2b06a5fef29b0bce14fb31884377bebb7b1fc056",
            vault: 421717,
            order: #"""
                {"market":"BTC-USD","type":"LIMIT","side":"BUY","qty":"0.42112","price":"86480",
                "reduceOnly":false,"postOnly":false,"timeInForce":"GTT","expiryEpochMillis":1795251600000,
                "fee":"0.00025","nonce":"1536958574","selfTradeProtectionLevel":"ACCOUNT",
                "builderFee":"0.0001","builderId":2017}
                """#,
            signatures: [
                "0x74b3d16eef18934b11e8e7963b4e2c78c5c00d9118623981172050f91695910",
                "0x70d55d672ba25268456b8a1549ad4103e28780093dd49befa2c7416d0af71f4",
            ],
            amounts: ["421120", "-36418457600", "12746461"]),
        SignedOrderVector(
            name: "TPSL_ORDER", chain: .mainnet,
            privateKey: "0x65e794fc577c47cda8b8d3f984e8aacb4e0d7f530a65725ccb90a5167a14a3",
            vault: 319148,
            order: #"""
                {"market":"DOGE-USD","type":"TPSL","side":"BUY","qty":"2536","price":"0","reduceOnly":true,
                "postOnly":false,"timeInForce":"GTT","expiryEpochMillis":1802937600001,"fee":"0.00025",
                "nonce":"706664220","selfTradeProtectionLevel":"ACCOUNT","tpSlType":"ORDER",
                "takeProfit":{"triggerPrice":"0.20160","triggerPriceType":"LAST","price":"0.21866",
                "priceType":"LIMIT"}}
                """#,
            signatures: [
                "0x52964b416f2dd61c29c64ec0b8a42a90f58e9f9579ead566166c9189dfc2079",
                "0x559ac75b786e656ba4294367d6fc3b385c73af63854915fa5927869e8485ac",
            ],
            amounts: ["2536", "0", "0"]),
        SignedOrderVector(
            name: "TOB", chain: .testnet,
            privateKey: "0x3b55c53122224fc7c85f2608515b24bd4551a83919ef5fce6a1c743d1b8e65d",
            vault: 367166,
            order: #"""
                {"market":"BTC-USD","type":"LIMIT","side":"SELL","qty":"0.30692","price":"83974",
                "reduceOnly":false,"postOnly":true,"timeInForce":"TOB","expiryEpochMillis":1795251600000,
                "fee":"0","nonce":"244745065","selfTradeProtectionLevel":"ACCOUNT"}
                """#,
            signatures: [
                "0x2e542fec2e32f07a2658f243c2604f4e83bc58dce59415ad4fed2ae201cde2d",
                "0x316dc1dfd10e49ffa1dfb78805a5da1041030da96c722de2c91a15d0fa98163",
            ],
            amounts: ["-306920", "25773300080", "0"]),
        SignedOrderVector(
            name: "QUANT_STRESS", chain: .mainnet,
            privateKey: "0x41baf3202868ad7f773b509531d141bde4059bfecf95dd096d302cafc21094e",
            vault: 415163,
            order: #"""
                {"market":"ETH-USD","type":"LIMIT","side":"SELL","qty":"2.07613836","price":"5527.5639",
                "reduceOnly":false,"postOnly":false,"timeInForce":"GTT","expiryEpochMillis":1795248059501,
                "fee":"0.00025","nonce":"121907749","selfTradeProtectionLevel":"ACCOUNT",
                "builderFee":"0.00007"}
                """#,
            signatures: [
                "0x68e11a5cdca77ff20cc95b7d1d7da3495c2dcb652ee793865cb1faa9afd494",
                "0x4ded828452192d4b98f17ad13af1f61b1b423f6ddea3cdb9bb423d11a1cb027",
            ],
            amounts: ["-207613", "11475987450", "3672316"]),
    ]
}
