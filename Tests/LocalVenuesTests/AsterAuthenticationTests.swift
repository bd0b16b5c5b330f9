import Cryptography
import Fundamentals
import MarketModel
import Testing
import VenueAster
import Wire

@testable import LocalVenues

@Suite struct `Aster's gate` {
    // The time of the documents' HMAC example, and the nonce of the wallet vectors.
    private static let hmacTime = Instant(milliseconds: 1_591_702_613_943)
    private static let walletTime = Instant(nanoseconds: 1_748_310_859_508_867_000)
    private static let signer = "0x21cF8Ae13Bb72632562c6Fff438652Ba1a151bb0"

    /// A server at the time of a published vector, whose account "a" holds the published keys.
    private func answer(
        _ method: HTTPMethod, _ target: String, body: String = "", key: String? = nil, at time: Instant,
        network: AsterNetwork = .mainnet, user: String? = nil
    ) throws -> String {
        var accounts = AsterWorld.accounts()
        if let user { accounts[0].user = try #require(EthereumAddress(user)) }
        var server = try AsterServer(
            configuration: AsterServerConfiguration(
                accounts: accounts, markets: [try #require(AsterMarkets.definition("BTCUSDT", market: MarketID(0)))],
                network: network),
            startingAt: time)
        var headers = HTTPHeaders()
        if let key { headers.append("X-MBX-APIKEY", key) }
        var effects: [ServerEffect] = []
        server.handle(
            HTTPRequest(method: method, target: target, headers: headers, body: Array(body.utf8)), token: 1,
            from: PeerID(1), address: "x", at: time, into: &effects)
        guard case .reply(_, _, let response)? = effects.first else { return "no reply" }
        return "\(response.status) \(String(decoding: response.body, as: UTF8.self))"
    }

    // The order itself is refused (the symbol's minimum price range allows 9000, but a market without a book has no
    // mark and the account has the margin): what counts is that it is not refused for its signature.
    @Test(arguments: [
        (
            "?symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&recvWindow=5000&timestamp=1591702613943&signature=3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9",
            ""
        ),
        (
            "",
            "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=9000&recvWindow=5000&timestamp=1591702613943&signature=ec11dcc17e67e47f0d3c3f513dfe9062307e37619c5c82ebaa8fe0bdf3d59519"
        ),
        (
            "?symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC",
            "quantity=1&price=9000&recvWindow=5000&timestamp=1591702613943&signature=30baaf0fab549bbeda7f5ef201898b34122da25fd23c646cac2c529aebe670a4"
        ),
    ])
    func `takes the documents' HMAC requests, in query, body or both`(query: String, body: String) throws {
        let reply = try answer(
            .post, "/fapi/v1/order/test" + query, body: body, key: AsterWorld.apiKey, at: Self.hmacTime)
        #expect(reply.hasPrefix("200 "), "\(reply)")
    }

    @Test func `refuses a changed byte, a wrong key, and no key`() throws {
        let good =
            "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&recvWindow=5000&timestamp=1591702613943"
        let signature = "&signature=3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9"
        let changed = good.replacing("9000", with: "9001") + signature
        let path = "/fapi/v1/order/test?"
        #expect(
            try answer(.post, path + changed, key: AsterWorld.apiKey, at: Self.hmacTime)
                == #"400 {"code":-1022,"msg":"Signature for this request is not valid."}"#)
        #expect(
            try answer(.post, path + good + signature, key: "other", at: Self.hmacTime)
                == #"400 {"code":-2015,"msg":"Invalid API-key, IP, or permissions for action."}"#)
        #expect(
            try answer(.post, path + good + signature, at: Self.hmacTime)
                == #"401 {"code":-2014,"msg":"API-key format invalid."}"#)
        #expect(
            try answer(.post, path + good, key: AsterWorld.apiKey, at: Self.hmacTime).contains("'signature'"))
    }

    @Test func `holds V1 requests to the clock`() throws {
        let target =
            "/fapi/v1/order/test?symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&recvWindow=5000&timestamp=1591702613943&signature=3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9"
        func reply(_ offset: Int64) throws -> String {
            try answer(.post, target, key: AsterWorld.apiKey, at: Self.hmacTime + .milliseconds(offset))
        }
        #expect(try reply(5_000).hasPrefix("200"))
        #expect(
            try reply(5_001)
                == #"400 {"code":-1021,"msg":"Timestamp for this request is outside of the recvWindow."}"#)
        #expect(try reply(-999).hasPrefix("200"))
        #expect(
            try reply(-1_000)
                == #"400 {"code":-1021,"msg":"Timestamp for this request was 1000ms ahead of the server's time."}"#)
    }

    // Published by no document; computed with eth-account from the documents' algorithm.
    @Test(arguments: [
        (
            "nonce=1748310859508867&signer=0x21cF8Ae13Bb72632562c6Fff438652Ba1a151bb0",
            "0xcd0ea4d53d67b3aa39bb62a85fbd4b819f83f745a6eb30c6dfd31991b7b9f00a359d9be3656c8c0860e71e2416f0c06b89d7f64e291f0d7ebe71f7fb76a144c11b",
            HTTPMethod.post, "noop"
        ),
        (
            "nonce=1748310859508867&user=0x63DD5aCC6b1aa0f563956C0e534DD30B6dcF7C4e&signer=0x21cF8Ae13Bb72632562c6Fff438652Ba1a151bb0",
            "0x79f8910c6a2d14796480f5bc09492b9cf00e247bc53b2cc9b47e3b59dfe698b92e9e9a6853c210ae67ffa351b09d84a14a0585122f2fba2c90b2998e3e96e3b81b",
            .post, "listenKey"
        ),
        (
            "symbol=BTCUSDT&origClientOrderIdList=%5B%22123aaaa%22%2C%22111ccc%22%2C%22321313%22%5D&nonce=1748310859508867&signer=0x21cF8Ae13Bb72632562c6Fff438652Ba1a151bb0",
            "0x3dc1722cdb4318214bc205ee94ed60f416829b4f50408ab4e5d0f19824da06a45d6fba76f5f5e78508160ebe04d44b476a24d9f1ec07f79268c2f134707aa4de1c",
            .delete, "batchOrders"
        ),
    ])
    func `takes wallet signatures over the raw bytes, in query or body, with or without 0x`(
        message: String, signature: String, method: HTTPMethod, path: String
    ) throws {
        for text in [signature, String(signature.dropFirst(2))] {
            let signed = message + "&signature=" + text
            let inQuery = try answer(method, "/fapi/v3/\(path)?\(signed)", at: Self.walletTime)
            let inBody = try answer(method, "/fapi/v3/\(path)", body: signed, at: Self.walletTime)
            #expect(inQuery.hasPrefix("200 "), "\(inQuery)")
            #expect(inBody == inQuery)
        }
    }

    @Test func `names what is wrong with a wallet's request`() throws {
        let message = "nonce=1748310859508867&signer=\(Self.signer)"
        let good =
            "/fapi/v3/noop?\(message)&signature=0xcd0ea4d53d67b3aa39bb62a85fbd4b819f83f745a6eb30c6dfd31991b7b9f00a359d9be3656c8c0860e71e2416f0c06b89d7f64e291f0d7ebe71f7fb76a144c11b"
        let check = #"400 {"code":-1000,"msg":"Signature check failed"}"#
        #expect(try answer(.post, good, at: Self.walletTime) == #"200 {"code":200,"msg":"success"}"#)
        #expect(try answer(.post, good, at: Self.walletTime, network: .testnet) == check)
        #expect(try answer(.post, good.replacing("8867&", with: "8868&"), at: Self.walletTime) == check)
        #expect(
            try answer(.post, good.replacing("signer=0x21", with: "signer=0x22"), at: Self.walletTime) == check)
        #expect(
            try answer(.post, "/fapi/v3/noop?\(message)", at: Self.walletTime).contains("'signature'"))
        #expect(try answer(.post, good, at: Self.walletTime + .seconds(60)).hasPrefix("200"))
        #expect(
            try answer(.post, good, at: Self.walletTime + .milliseconds(60_001))
                == #"400 {"code":-4225,"msg":"Nonce Expired"}"#)
        #expect(try answer(.post, good, at: Self.walletTime - .milliseconds(60_001)).contains("-4225"))
    }

    @Test func `does not know a wallet without an account`() throws {
        let key = EthereumPrivateKey(Secret("0x" + String(repeating: "0", count: 63) + "7"))!
        let message = "nonce=1748310859508867&signer=\(key.address)"
        let digest = AsterMessageHash.digest(
            Array(message.utf8), domainSeparator: AsterMessageHash.domainSeparator(chainID: 1_666))
        let target = "/fapi/v3/noop?\(message)&signature=\(Hex.encode(key.sign(digest: digest)))"
        #expect(try answer(.post, target, at: Self.walletTime) == #"400 {"code":-1000,"msg":"No agent found"}"#)
        // A master wallet may sign for itself.
        #expect(try answer(.post, target, at: Self.walletTime, user: key.address.description).hasPrefix("200"))
    }

    @Test func `takes each nonce once`() throws {
        var world = AsterWorld()
        let signed = world.request(.get, "/fapi/v2/balance")
        #expect(world.send(signed)?.status == 200)
        let again = try world.reply(signed)
        #expect(String(decoding: again.body, as: UTF8.self) == #"{"code":-4225,"msg":"Nonce Expired"}"#)
    }

    @Test func `keeps the generations of the API apart`() {
        var world = AsterWorld()
        #expect(world.call(.get, "/fapi/v2/balance", as: .v1).hasPrefix("200"))
        #expect(world.open("/fapi/v1/balance") == #"404 {"code":-1000,"msg":"Path not found."}"#)
        #expect(world.open("/fapi/v2/ping").hasPrefix("404"))
        #expect(world.open("/fapi/v4/account") == #"401 {"code":-2014,"msg":"API-key format invalid."}"#)
    }
}
