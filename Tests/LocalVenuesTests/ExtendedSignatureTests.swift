import Cryptography
import Exchange
import Fundamentals
import MarketModel
import StarkCryptography
import Testing
import VenueExtended
import Wire

@testable import LocalVenues

@Suite struct `Signatures at a local Extended` {
    /// One unit off each field that the signature covers: what is sent differs from what was signed.
    private static let covered: [(String, String)] = [
        (#""market":"BTC-USD""#, #""market":"ETH-USD""#), (#""side":"BUY""#, #""side":"SELL""#),
        (#""qty":"0.01""#, #""qty":"0.01001""#), (#""price":"84100""#, #""price":"84101""#),
        (#""fee":"0.00025""#, #""fee":"0.00026""#), (#""nonce":"2""#, #""nonce":"3""#),
        (#""expiryEpochMillis":1795252200000"#, #""expiryEpochMillis":1795252200001"#),
        (#"}}"#, #"},"builderFee":"0.0001","builderId":1}"#),
    ]
    /// What the signature does not cover.
    private static let uncovered: [(String, String)] = [
        (#""id":"order-2""#, #""id":"other""#), (#""qty":"0.01""#, #""qty":"0.01000""#),
        (#""timeInForce":"GTT""#, #""timeInForce":"IOC""#), (#""postOnly":false"#, #""postOnly":true"#),
        (#""selfTradeProtectionLevel":"ACCOUNT""#, #""selfTradeProtectionLevel":"CLIENT""#),
        (#""expiryEpochMillis":1795252200000"#, #""expiryEpochMillis":1795252199001"#),
        (#""type":"LIMIT","side":"BUY""#, #""side":"BUY","type":"LIMIT""#), (#""reduceOnly":false,"#, ""),
    ]

    private func send(_ change: (String, String)) throws -> String {
        var world = ExtendedWorld(hasBook: false)
        let text = String(decoding: try world.body(world.draft(.buy, "0.01", "84100")), as: UTF8.self)
        try #require(text.contains(change.0), "\(text)")
        let parts = text.split(separator: change.0, maxSplits: 1, omittingEmptySubsequences: false)
        return try world.verdict(world.post(Array(parts.joined(separator: change.1).utf8)))
    }

    @Test(arguments: covered.indices) func `cover what decides the amounts`(row: Int) throws {
        // Prices of both markets are free while there is no mark; ETH-USD's finer lots refuse the quantity first.
        let verdict = try send(Self.covered[row])
        #expect(verdict == "1101")
    }

    @Test(arguments: uncovered.indices) func `leave the rest open`(row: Int) throws {
        #expect(try send(Self.uncovered[row]) == "OK")
    }

    @Test func `of another network, key or vault are refused`() throws {
        var world = ExtendedWorld()
        let account = ExtendedWorld.accounts()[0]
        func body(_ key: String, vault: UInt32, chain: StarknetNetwork) throws -> [UInt8] {
            let credentials = try ExtendedCredentials(apiKey: Secret("key-a"), vault: vault, privateKey: Secret(key))
            let signer = ExtendedSigner(credentials, chain: chain)
            return signer.body(for: try signer.unsigned(world.draft(.buy, "0.01", "84000")))
        }
        let mainnet = try body(ExtendedWorld.keys[0], vault: account.vault, chain: .mainnet)
        #expect(try world.verdict(world.post(mainnet)) == "1101")
        let stranger = try body("0x77", vault: account.vault, chain: .testnet)
        #expect(try world.verdict(world.post(stranger)) == "1100")
        let elsewhere = try body(ExtendedWorld.keys[0], vault: 99, chain: .testnet)
        #expect(try world.verdict(world.post(elsewhere)) == "1102")
        let draft = world.draft(.buy, "0.01", "84000")
        #expect(try world.verdict(world.post(try world.body(draft), as: 1)) == "1100")
    }

    @Test func `of the builder's fee too are taken`() throws {
        var world = ExtendedWorld()
        let draft = world.draft(.buy, "0.01", "84000") {
            $0.builderFee = ExactDecimal("0.0001")!
            $0.builderID = 7
        }
        #expect(try world.submit(draft) == "OK")
    }

    @Test func `of odd amounts round as the client's`() throws {
        var world = ExtendedWorld(seed: 5)
        var random = RandomSource(seed: 11)
        for _ in 0..<12 {
            let lots = random.integer(in: 10...99)
            let price = random.integer(in: 83_000...84_500)
            let side: Side = random.chance(1, in: 2) ? .buy : .sell
            let draft = world.draft(side, "0.000\(lots)", "\(price)") {
                $0.fee = ExactDecimal("0.000\(random.integer(in: 251...999))")!
                $0.expiryMilliseconds += random.integer(in: 0...999)
            }
            #expect(try world.submit(draft) == "OK")
        }
    }
}
