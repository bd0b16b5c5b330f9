import Cryptography
import Testing
import VenueMAX
import Wire

@Suite struct `Signatures of MAX` {
    private let signer = MAXSigner(
        try! MAXCredentials(accessKey: Secret("key"), secret: Secret("secret")))

    @Test func `the payload is base64 of nonce, parameters and path`() {
        let payload = MAXSigner.payload(
            nonce: 123_456,
            parameters: [JSONMember("market", .string("btctwd")), JSONMember("side", .string("bid"))],
            path: "/api/v3/order")
        #expect(
            payload
                == "eyJub25jZSI6MTIzNDU2LCJtYXJrZXQiOiJidGN0d2QiLCJzaWRlIjoiYmlkIiwicGF0aCI6Ii9hcGkvdjMvb3JkZXIifQ==")
        #expect(
            signer.signature(of: payload) == "a9bf57e0ad199f4ca4325cd0a9af0a82193cb103b1ba5eaaa55b58f79d408ab6")
    }

    @Test func `the log-in of a stream signs its nonce`() throws {
        let frame = try JSONValue.parse(signer.login(nonce: 1_591_690_054_859, id: "a"))
        #expect(
            frame["signature"]?.text == "a8b5850dc52906d5f9cccba81f882bf53982ddafc595c21338609ff3e5cdfb2c")
        #expect(frame["action"]?.text == "auth")
        #expect(frame["nonce"] == .number("1591690054859"))
        #expect(frame["filters"]?.elements == [.string("order"), .string("trade_update"), .string("account")])
    }

    @Test func `a GET has its parameters in the query and a POST in the body`() throws {
        let parameters = [JSONMember("market", .string("btctwd")), JSONMember("limit", .number("5"))]
        let get = signer.request(.get, "/api/v3/wallet/spot/trades", parameters, nonce: 7)
        #expect(get.target == "/api/v3/wallet/spot/trades?nonce=7&market=btctwd&limit=5")
        #expect(get.body.isEmpty)
        let post = signer.request(.post, "/api/v3/wallet/spot/order", parameters, nonce: 8)
        #expect(post.target == "/api/v3/wallet/spot/order")
        #expect(String(decoding: post.body, as: UTF8.self) == #"{"nonce":8,"market":"btctwd","limit":5}"#)
        for request in [get, post] {
            let payload = try #require(request.headers["X-MAX-PAYLOAD"])
            let signed = try JSONValue.parse(try #require(Base64.decode(payload)))
            #expect(signed["path"]?.text == String(request.path))
            #expect(request.headers["X-MAX-SIGNATURE"] == signer.signature(of: payload))
            #expect(request.headers["X-MAX-ACCESSKEY"] == "key")
        }
    }

    @Test func `credentials show nothing of themselves`() throws {
        let credentials = try MAXCredentials(accessKey: Secret("visible-key"), secret: Secret("visible-secret"))
        for text in [
            "\(credentials)", String(reflecting: credentials), "\(Mirror(reflecting: credentials).children.count)",
        ] {
            #expect(!text.contains("visible"))
        }
    }

    @Test func `credentials that cannot be sent are refused`() {
        #expect(throws: MAXCredentialsError.emptyAccessKey) {
            try MAXCredentials(accessKey: Secret(""), secret: Secret("a"))
        }
        #expect(throws: MAXCredentialsError.emptySecret) {
            try MAXCredentials(accessKey: Secret("a"), secret: Secret(""))
        }
        #expect(throws: MAXCredentialsError.malformedAccessKey) {
            try MAXCredentials(accessKey: Secret("a\nb"), secret: Secret("b"))
        }
    }

    @Test func `a nonce counts once and within thirty seconds`() {
        var window = MAXNonceWindow()
        #expect(throws: Never.self) { try window.admit(100_000, at: 100_000) }
        #expect(throws: MAXNonceWindow.Refusal.used) { try window.admit(100_000, at: 100_001) }
        #expect(throws: Never.self) { try window.admit(99_999, at: 100_001) }
        #expect(throws: MAXNonceWindow.Refusal.outOfTime) { try window.admit(130_002, at: 100_001) }
        #expect(throws: MAXNonceWindow.Refusal.outOfTime) { try window.admit(70_000, at: 100_001) }
        #expect(throws: MAXNonceWindow.Refusal.outOfTime) { try window.admit(100_000, at: 160_000) }
    }
}
