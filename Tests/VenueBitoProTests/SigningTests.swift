import Cryptography
import Testing
import VenueBitoPro
import VenueKit
import Wire

@Suite struct `BitoPro's signature` {
    @Test func `the documented example`() {
        let signer = BitoProSigner(
            BitoProCredentials(apiKey: "key", apiSecret: Secret("bitopro"), identity: "hcmlinj@gmail.com"))
        let payload = "eyJpZGVudGl0eSI6ImhjbWxpbmpAZ21haWwuY29tIiwibm9uY2UiOjE1NTQzODA5MDkxMzF9"
        let signature =
            "01a85a9083db47c20da7196380598f3feacd3c76a9077aaf7ffaf08ce0091abf65b61778792607b010921adfe1c2941a"
        #expect(signer.signature(of: payload) == signature)
        let headers = signer.headers(nonce: 1_554_380_909_131)
        #expect(headers["X-BITOPRO-APIKEY"] == "key")
        #expect(headers["X-BITOPRO-PAYLOAD"] == payload && headers["X-BITOPRO-SIGNATURE"] == signature)
    }

    @Test func `without an address the payload is the time alone`() {
        let signer = BitoProSigner(BitoProCredentials(apiKey: "key", apiSecret: Secret("s")))
        let payload = signer.headers(nonce: 5)["X-BITOPRO-PAYLOAD"].flatMap { Base64.decode($0) }
        #expect(payload.map { String(decoding: $0, as: UTF8.self) } == #"{"nonce":5}"#)
    }

    @Test func `a request with a body signs that very body`() throws {
        var desk = BitoProDesk()
        let asked = desk.ask(.place([BitoProDesk.placement(1)]))
        let request = try #require(asked)
        #expect(request.method == .post && request.target == "/v3/orders/BTC_TWD")
        let payload = try #require(request.headers["X-BITOPRO-PAYLOAD"])
        #expect(Base64.decode(payload) == request.body)
        #expect(
            String(decoding: request.body, as: UTF8.self) == """
                {"action":"BUY","type":"LIMIT","price":"2945000","amount":"0.05000000","timestamp":1554380909131,\
                "timeInForce":"GTC","clientId":16777217}
                """)
        let secret = HMACSHA384(key: Secret("bitopro"))
        #expect(request.headers["X-BITOPRO-SIGNATURE"] == secret.hexSignature(of: Array(payload.utf8)))
    }
}
