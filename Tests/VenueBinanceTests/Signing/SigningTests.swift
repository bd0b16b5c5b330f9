import Cryptography
import Testing
import VenueAster
import VenueBinance
import Wire

@Suite struct `Binance requests are signed as its documents show` {
    static let hmacVectors: [(secret: String, payload: String, signature: String)] = [
        (
            BinanceVectors.secret, BinanceVectors.order,
            "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"
        ),
        (
            BinanceVectors.secret,
            BinanceVectors.order.replacing("LTCBTC", with: "%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96"),
            "e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3"
        ),
        // Query and body, joined without a separator.
        (
            BinanceVectors.secret, BinanceVectors.order.replacing("GTC&quantity", with: "GTCquantity"),
            "0fd168b8ddb4876a0358a8d14d0c9f3da0e9b20c5d52b2a00fcf7d1c602f9a77"
        ),
        (
            BinanceVectors.secret,
            "symbol=BTCUSDT&side=SELL&type=LIMIT_MAKER&cancelReplaceMode=STOP_ON_FAILURE&quantity=0.01000000"
                + "&price=61000.10000000&cancelOrderId=125690984230&newClientOrderId=mm-00017"
                + "&selfTradePreventionMode=EXPIRE_MAKER&recvWindow=3000&timestamp=1767225600123",
            "fb973151c30a199794bfd7ebaa167b54fbf4119b873eee3313f76b8fe8ec46e7"
        ),
        (
            BinanceVectors.futuresSecret,
            "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&recvWindow=5000"
                + "&timestamp=1591702613943",
            "3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9"
        ),
    ]

    @Test(arguments: hmacVectors.indices) func `each payload of REST, by HMAC`(index: Int) throws {
        let vector = Self.hmacVectors[index]
        let credentials = try BinanceCredentials(
            apiKey: Secret(BinanceVectors.apiKey), key: .hmac(Secret(vector.secret)))
        #expect(BinanceSigner(credentials).signature(of: Array(vector.payload.utf8)) == vector.signature)
    }

    @Test func `a batch of futures orders, its list percent-encoded before it is signed`() throws {
        let orders = [("BUY", "60000.0", "b-1"), ("SELL", "61000.0", "s-1")].map { side, price, id in
            #"{"symbol":"BTCUSDT","side":"\#(side)","type":"LIMIT","timeInForce":"GTX","quantity":"0.002","price":"\#(price)","newClientOrderId":"\#(id)"}"#
        }
        let list = FormFields([.init("batchOrders", "[\(orders.joined(separator: ","))]")]).encoded
        let credentials = try BinanceCredentials(
            apiKey: Secret("k"), key: .hmac(Secret(BinanceVectors.futuresSecret)))
        var signer = BinanceSigner(credentials)
        let request = signer.sign(.post, "/fapi/v1/batchOrders", query: list.utf8, at: 1_591_702_613_943)
        #expect(
            request.target.hasSuffix(
                "&recvWindow=5000&timestamp=1591702613943"
                    + "&signature=48371716f34c5be1db9307219485fc2ee68a5685ef246d20288e9d65add6d84d"))
    }

    @Test func `the parameters leave in the order in which they were signed, the signature last`() {
        var signer = BinanceSigner(BinanceVectors.hmac)
        let fields = "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1"
        for _ in 0..<2 {
            let request = signer.sign(.post, "/api/v3/order", query: fields.utf8, at: 1_499_827_319_559)
            #expect(
                request.target == "/api/v3/order?\(BinanceVectors.order)"
                    + "&signature=c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71")
            #expect(request.headers["X-MBX-APIKEY"] == BinanceVectors.apiKey)
            #expect(request.body.isEmpty && request.method == .post)
        }
        let key = signer.sign(.post, "/x", query: "".utf8, security: .key, at: 1)
        #expect(key.target == "/x" && key.headers["X-MBX-APIKEY"] == BinanceVectors.apiKey)
        let open = signer.sign(.get, "/x", query: "a=1".utf8, security: .open, at: 1)
        #expect(open.target == "/x?a=1" && open.headers["X-MBX-APIKEY"] == nil)
        #expect(BinanceSigner.open("/x", query: "a=1") == open)
    }

    static let keyVectors: [(payload: String, signature: String)] = [
        (
            "symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&price=0.2&timestamp=1668481559918"
                + "&recvWindow=5000",
            "XtZirsmmi0noRzUfkqktvkVfxpkq/WtbLg2UOL3QGYdUBZVlqOBEMuEVw8zioY93N54NcKj9UuAXQEa9zgTDBg=="
        ),
        (
            BinanceVectors.order,
            "3fhuDZ9nYMviDQ5OEtJBJS11jUZDTRzRQ+TQMarm+LErFiJvUiVPQjTzDoWZQe4miPX+yHk1v/Z7TWLYjIbmCA=="
        ),
        (
            "apiKey=\(BinanceVectors.otherKey)&\(BinanceVectors.socketOrder)",
            "Ws+5m/CMnpkko0uBFxGTZ2+fjqqBXsUjRiaz173fPhXTkhoDBYNZ6wcYNeWItdrGn1pvG7vkwx2fhmJdAZ3KDQ=="
        ),
        (
            "apiKey=\(BinanceVectors.otherKey)&timestamp=1649729878532",
            "NBJq5sX1RkU7ta3XDctruMgnrhyBcouMvvPIxxQSCUbVWxhp3ai6W7a0Iip/3nOwmJxkVIv6n20cekYCOa5qAg=="
        ),
    ]

    @Test(arguments: keyVectors.indices) func `each payload, by Ed25519`(index: Int) {
        let vector = Self.keyVectors[index]
        #expect(
            BinanceSigner(BinanceVectors.ed25519).signature(of: Array(vector.payload.utf8)) == vector.signature)
    }

    @Test func `an Ed25519 signature is percent-encoded in a URL`() {
        var signer = BinanceSigner(BinanceVectors.ed25519)
        let request = signer.sign(
            .post, "/api/v3/order",
            query: "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1".utf8,
            at: 1_499_827_319_559)
        #expect(
            request.target.hasSuffix(
                "&signature=3fhuDZ9nYMviDQ5OEtJBJS11jUZDTRzRQ%2BTQMarm%2BLErFiJvUiVPQjTzDoWZQe4miPX%2ByHk1v%2FZ7TWLYjIbmCA%3D%3D"
            ))
    }
}

@Suite struct `Requests over a WebSocket are signed as Binance's documents show` {
    private func members(_ payload: String) throws -> [JSONMember] {
        try FormFields.parse(payload).fields.map { JSONMember($0.name, .string($0.value)) }
    }

    @Test(arguments: [
        (BinanceVectors.socketOrder, "aa1b5712c094bc4e57c05a1a5c1fd8d88dcd628338ea863fec7b88e59fe2db24"),
        (
            "price=0.10000000&quantity=1.00000000&recvWindow=5000&side=BUY&symbol=１２３４５６&timeInForce=GTC&timestamp=1645423376532&type=LIMIT",
            "b33892ae8e687c939f4468c6268ddd4c40ac1af18ad19a064864c47bae0752cd"
        ),
        ("timestamp=1747385641636", "681110a6057ad58657af22f5640fab9dd17418834cdfccdc81be8b0f7b2cde3e"),
    ]) func `parameters are sorted by name and not encoded`(payload: String, signature: String) throws {
        let parameters = try members("apiKey=\(BinanceVectors.apiKey)&\(payload)")
        let signer = BinanceSigner(BinanceVectors.hmac)
        for order in [parameters, parameters.reversed()] {
            let bytes = BinanceSigner.webSocketPayload(order)
            #expect(String(decoding: bytes, as: UTF8.self) == "apiKey=\(BinanceVectors.apiKey)&\(payload)")
            #expect(signer.signature(of: bytes) == signature)
        }
    }

    @Test func `a request carries key, window, time and the signature over all else`() throws {
        for credentials in [BinanceVectors.hmac, BinanceVectors.ed25519] {
            let signer = BinanceSigner(credentials, receiveWindow: 3_000)
            let frame = try JSONValue.parse(
                signer.webSocketRequest(
                    id: "p-1", method: "order.place", parameters: [("symbol", "BTCUSDT")], at: 1_767_225_600_123))
            #expect(frame["id"]?.text == "p-1" && frame["method"]?.text == "order.place")
            let parameters = try #require(frame["params"]?.members)
            #expect(parameters.map(\.name) == ["symbol", "apiKey", "recvWindow", "timestamp", "signature"])
            #expect(frame["params"]?["timestamp"] == .number("1767225600123"))
            try BinanceSignatureCheck.verify(parameters: parameters, key: key(of: credentials))
        }
    }
}

private func key(of credentials: BinanceCredentials) -> BinanceSignatureCheck.Key {
    switch credentials.key {
    case .hmac(let secret): .hmac(HMACSHA256(key: secret))
    case .ed25519(let key): .ed25519(key.publicKey)
    }
}

@Suite struct `What was signed is accepted, and nothing else` {
    @Test(arguments: [BinanceVectors.hmac, BinanceVectors.ed25519])
    func `a REST request`(credentials: BinanceCredentials) throws {
        var signer = BinanceSigner(credentials)
        let request = signer.sign(.get, "/api/v3/account", query: "omitZeroBalances=true".utf8, at: 1_767_225_600_123)
        let query = Array(try #require(request.query).utf8)
        try BinanceSignatureCheck.verify(query: query, body: [], key: key(of: credentials))
        // The same parameters in the body, or in both.
        try BinanceSignatureCheck.verify(query: [], body: query, key: key(of: credentials))
        try BinanceSignatureCheck.verify(
            query: Array(query.prefix(9)), body: Array(query.dropFirst(9)), key: key(of: credentials))
        var changed = query
        changed[3] ^= 1
        #expect(throws: BinanceSignatureCheck.Failure.mismatch) {
            try BinanceSignatureCheck.verify(query: changed, body: [], key: key(of: credentials))
        }
        let ends = [
            ("a=1", BinanceSignatureCheck.Failure.missing), ("a=1&signature=zz", .malformed),
            ("signature=", .malformed),
            ("signature=00&a=1", .misplaced), ("a=1&signature=%zz", .malformed),
        ]
        for (text, failure) in ends {
            #expect(throws: failure) {
                try BinanceSignatureCheck.verify(query: Array(text.utf8), body: [], key: key(of: credentials))
            }
        }
    }

    @Test func `base64 may come through a URL with its plus signs bare`() throws {
        let query = "\(BinanceVectors.order)&signature="
        let signature = BinanceSigner(BinanceVectors.ed25519).signature(of: Array(BinanceVectors.order.utf8))
        #expect(signature.contains("+"))
        try BinanceSignatureCheck.verify(
            query: Array((query + signature).utf8), body: [], key: key(of: BinanceVectors.ed25519))
    }

    @Test func `a request over a WebSocket with a changed, missing or malformed signature is refused`() throws {
        for credentials in [BinanceVectors.hmac, BinanceVectors.ed25519] {
            let members = [JSONMember("apiKey", .string("k")), JSONMember("timestamp", .number("1"))]
            let good = BinanceSigner(credentials).signature(of: BinanceSigner.webSocketPayload(members))
            let other = BinanceSigner(credentials).signature(of: [1])
            #expect(throws: BinanceSignatureCheck.Failure.missing) {
                try BinanceSignatureCheck.verify(parameters: members, key: key(of: credentials))
            }
            for (text, failure) in [("x", BinanceSignatureCheck.Failure.malformed), (other, .mismatch)] {
                let signed = members + [JSONMember("signature", .string(text))]
                #expect(throws: failure) {
                    try BinanceSignatureCheck.verify(parameters: signed, key: key(of: credentials))
                }
            }
            try BinanceSignatureCheck.verify(
                parameters: [JSONMember("signature", .string(good))] + members, key: key(of: credentials))
        }
    }

    @Test func `the window is a second ahead and its own length behind`() {
        let now: Int64 = 1_767_225_600_000
        let cases: [(Int64, Bool)] = [(999, true), (1_000, false), (-5_000, true), (-5_001, false)]
        for (offset, isTimely) in cases {
            #expect(
                BinanceSignatureCheck.isTimely(timestamp: now + offset, receiveWindow: 5_000, serverTime: now)
                    == isTimely)
        }
    }
}

@Suite struct `Binance credentials keep their secret` {
    @Test func `no text or dump of them or of a signer shows anything`() {
        for credentials in [BinanceVectors.hmac, BinanceVectors.ed25519] {
            var signer = BinanceSigner(credentials)
            _ = signer.sign(.get, "/x", query: "".utf8, at: 1)
            var dumped = ""
            dump(credentials, to: &dumped)
            dump(signer, to: &dumped)
            for text in ["\(credentials)", String(reflecting: credentials), "\(signer)", dumped] {
                for secret in [BinanceVectors.apiKey, BinanceVectors.otherKey, BinanceVectors.secret] {
                    #expect(!text.contains(secret.prefix(8)))
                }
            }
        }
    }

    @Test func `what cannot sign is refused with the reason`() throws {
        let hmac = BinanceCredentials.Key.hmac(Secret("s"))
        #expect(throws: BinanceCredentialsError.emptyKey) { try BinanceCredentials(apiKey: Secret(""), key: hmac) }
        #expect(throws: BinanceCredentialsError.malformedKey) {
            try BinanceCredentials(apiKey: Secret("k\n"), key: hmac)
        }
        #expect(throws: BinanceCredentialsError.emptySecret) {
            try BinanceCredentials(apiKey: Secret("k"), key: .hmac(Secret("")))
        }
    }
}
