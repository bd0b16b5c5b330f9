internal import Cryptography
internal import Fundamentals
internal import MarketModel
internal import SystemIO
internal import VenueAster
internal import Wire

/// The client of the loopback row, made of the parts that live trading is made of.
final class LoopbackClient {
    private let loop: EventLoop
    private let stream: WebSocketClient
    private let orders: HTTPClient
    private var decoder = AsterMarketDecoder(instruments: [DepthMessages.instrument], rawDepthIsComplete: true)
    private var signer: AsterSigner
    private var sent = 0
    private var failures = 0
    private var isOver = false

    static func run(port: UInt16) -> Int32 {
        do {
            let client = try LoopbackClient(port: port)
            try client.loop.run { client.isOver }
            return client.sent > 0 && client.failures == 0 ? 0 : 70
        } catch {
            return 71
        }
    }

    private init(port: UInt16) throws {
        let credentials = AsterCredentials.apiKey(key: LoopbackBenchmark.key, secret: Secret(LoopbackBenchmark.secret))
        signer = try AsterSigner(credentials)
        loop = try EventLoop()
        let resolver = try Resolver(loop: loop)
        var settings = HTTPClient.Settings()
        settings.connections = 1
        settings.warmConnections = 1
        orders = HTTPClient(
            origin: Origin(scheme: .http, host: "127.0.0.1", port: port), loop: loop, resolver: resolver,
            random: RandomSource(seed: 1), settings: settings)
        stream = WebSocketClient(
            origin: Origin(scheme: .ws, host: "127.0.0.1", port: port), target: "/ws/asterusdt@depth20@100ms",
            loop: loop, resolver: resolver)
        stream.onText = { [unowned self] in receive($0) }
        stream.onClose = { [unowned self] _ in isOver = true }
        orders.warmUp()
    }

    /// The same decision as the bare client's: the heavier side is joined at its touch.
    private func receive(_ bytes: [UInt8]) {
        guard case .snapshot(_, let book)? = try? decoder.decode(bytes), let bid = book.bids.first,
            let ask = book.asks.first
        else {
            failures += 1
            return
        }
        let buys = bid.quantity >= ask.quantity
        let price = (buys ? bid.price : ask.price).ticks
        var fields = FormFields()
        fields.append("symbol", "ASTERUSDT")
        fields.append("side", buys ? "BUY" : "SELL")
        fields.append("type", "LIMIT")
        fields.append("timeInForce", "GTX")
        fields.append("quantity", "10.00")
        fields.append("price", ExactDecimal(mantissa: Int128(price), scale: 4).description)
        fields.append("newClientOrderId", "bench-\(book.lastID)")
        let request = signer.sign(.post, "/fapi/v1/order", fields: fields, at: loop.now.microseconds)
        sent += 1
        orders.send(request, deadline: loop.now + .seconds(5)) { [unowned self] result in
            guard case .success(let response) = result, response.status == 200 else {
                failures += 1
                return
            }
        }
    }
}
