import Fundamentals
import Testing
import VenueBinance
import VenueKit
import Wire

@Suite struct `The preview of a Binance order` {
    private let order =
        #"{"symbol":"LTCBTC","side":"BUY","type":"LIMIT","timeInForce":"GTC","quantity":1,"price":"0.1"}"#
    private let time = Instant(milliseconds: 1_499_827_319_559)

    @Test func `is the request that would leave, with key and signature hidden`() throws {
        let preview = try BinanceOrderPreview(
            orderJSON: Array(order.utf8), credentials: BinanceVectors.hmac, at: time)
        let parameters =
            "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1"
            + "&selfTradePreventionMode=EXPIRE_MAKER&recvWindow=5000&timestamp=1499827319559"
        let signature = BinanceSigner(BinanceVectors.hmac).signature(of: Array(parameters.utf8))
        #expect(preview.request.target == "/api/v3/order?\(parameters)&signature=\(signature)")
        #expect(preview.redacted.hasPrefix("POST /api/v3/order?\(parameters)&signature=***\n"))
        #expect(!preview.redacted.contains(signature) && !preview.redacted.contains(BinanceVectors.apiKey))
    }

    @Test func `keeps the prevention that is written, and knows the futures' path`() throws {
        let written = order.replacing("}", with: #","selfTradePreventionMode":"EXPIRE_BOTH"}"#)
        let preview = try BinanceOrderPreview(
            orderJSON: Array(written.utf8), credentials: BinanceVectors.ed25519, isFutures: true, at: time)
        #expect(preview.request.target.hasPrefix("/fapi/v1/order?symbol=LTCBTC"))
        #expect(preview.request.target.contains("&selfTradePreventionMode=EXPIRE_BOTH&recvWindow"))
        #expect(!preview.request.target.contains("EXPIRE_MAKER"))
    }

    @Test(arguments: ["", "[]", "{}", #"{"side":"BUY"}"#, #"{"symbol":"A","side":"BUY","type":["LIMIT"]}"#])
    func `refuses what is no order`(text: String) {
        #expect(throws: VenueDecodeError.self) {
            try BinanceOrderPreview(orderJSON: Array(text.utf8), credentials: BinanceVectors.hmac, at: time)
        }
    }
}
