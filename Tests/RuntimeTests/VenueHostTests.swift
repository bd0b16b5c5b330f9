internal import Cryptography
internal import Fundamentals
internal import LocalVenues
internal import MarketModel
internal import SystemIO
import Testing
internal import VenueAster
internal import VenueExtended
internal import Wire

@testable internal import Runtime

@Suite struct `The local venue on sockets` {
    private let loop: EventLoop
    private let resolver: Resolver
    private let host: VenueHost<AsterServer>
    private let http: HTTPClient
    private let origin: Origin

    init() throws {
        loop = try EventLoop()
        resolver = try Resolver(loop: loop)
        let markets = [try #require(AsterMarkets.definition("ASTERUSDT", market: MarketID(0)))]
        let configuration = AsterServerConfiguration(
            accounts: [AsterAccountDefinition.demo()], markets: markets, chaos: AsterChaos(), seed: 3)
        host = try VenueHost(
            try AsterServer(configuration: configuration, startingAt: loop.now),
            flow: try syntheticFlow(markets, seed: 3, startingAt: loop.now), on: loop)
        origin = Origin(scheme: .http, host: "127.0.0.1", port: host.address.port)
        http = HTTPClient(origin: origin, loop: loop, resolver: resolver, random: RandomSource(seed: 1))
    }

    private func turn(until condition: () -> Bool) throws {
        var isLate = false
        let timer = loop.schedule(after: .seconds(20)) { isLate = true }
        defer { loop.cancel(timer) }
        try loop.run { isLate || condition() }
        try #require(!isLate)
    }

    private func signer() throws -> AsterSigner {
        let account = host.venue.configuration.accounts[0]
        return try AsterSigner(.apiKey(key: account.apiKey, secret: account.apiSecret))
    }

    private func ask(
        _ method: HTTPMethod, _ path: String, _ fields: [(String, String)] = [], _ security: AsterSecurity = .signed
    ) throws -> (status: Int, body: JSONValue) {
        var signer = try signer()
        let request = signer.sign(
            method, path, fields: FormFields(fields.map { FormFields.Field($0.0, $0.1) }), security: security,
            at: wallClock().microseconds)
        var reply: Result<HTTPResponse, HTTPClientFailure>?
        loop.refreshClocks()
        http.send(request, deadline: loop.now + .seconds(10)) { reply = $0 }
        try turn { reply != nil }
        let response = try #require(try reply?.get())
        return (response.status, try JSONValue.parse(response.body))
    }

    private let order: [(String, String)] = [
        ("symbol", "ASTERUSDT"), ("side", "BUY"), ("type", "LIMIT"), ("timeInForce", "GTC"), ("quantity", "10"),
        ("price", "0.9000"), ("newClientOrderId", "mine-1"),
    ]

    @Test func `an order is placed, seen, cancelled and gone`() throws {
        let placed = try ask(.post, "/fapi/v1/order", order)
        #expect(placed.status == 200)
        #expect(placed.body["status"]?.text == "NEW")
        let open = try ask(.get, "/fapi/v1/openOrders", [("symbol", "ASTERUSDT")])
        #expect(open.body.elements?.map { $0["clientOrderId"]?.text } == ["mine-1"])
        let name = [("symbol", "ASTERUSDT"), ("origClientOrderId", "mine-1")]
        let canceled = try ask(.delete, "/fapi/v1/order", name)
        #expect(canceled.body["status"]?.text == "CANCELED")
        #expect(try ask(.get, "/fapi/v1/openOrders", [("symbol", "ASTERUSDT")]).body.elements?.isEmpty == true)
    }

    @Test func `replies are dated by the venue's own clock, wrong where chaos makes it so`() throws {
        var servers = [host]
        var chaos = AsterChaos()
        chaos.clockSkew = .minutes(10)
        let configuration = AsterServerConfiguration(
            accounts: [AsterAccountDefinition.demo()], markets: host.venue.configuration.markets, chaos: chaos, seed: 3)
        servers.append(
            try VenueHost(try AsterServer(configuration: configuration, startingAt: loop.now), flow: nil, on: loop))
        var dates: [Instant] = []
        for server in servers {
            let origin = Origin(scheme: .http, host: "127.0.0.1", port: server.address.port)
            let client = HTTPClient(origin: origin, loop: loop, resolver: resolver, random: RandomSource(seed: 1))
            var reply: Result<HTTPResponse, HTTPClientFailure>?
            client.send(HTTPRequest(method: .get, target: "/fapi/v1/ping"), deadline: loop.now + .seconds(10)) {
                reply = $0
            }
            try turn { reply != nil }
            let date = try #require(try reply?.get().headers["Date"].flatMap { HTTPDate.read($0) })
            dates.append(date)
        }
        #expect((.minutes(9)...(.minutes(11))).contains(dates[1] - dates[0]))
    }

    @Test func `the private stream tells of an order`() throws {
        let key = try #require(try ask(.post, "/fapi/v1/listenKey", [], .key).body["listenKey"]?.text)
        let socket = WebSocketClient(origin: origin, target: "/ws/\(key)", loop: loop, resolver: resolver)
        var events: [JSONValue] = []
        socket.onText = { text in events += (try? JSONValue.parse(text)).map { [$0] } ?? [] }
        try turn { socket.isOpen }
        _ = try ask(.post, "/fapi/v1/order", order)
        try turn { !events.isEmpty }
        #expect(events.first?["e"]?.text == "ORDER_TRADE_UPDATE")
        #expect(events.first?["o"]?["c"]?.text == "mine-1")
        socket.abort()
    }

    @Test func `a wrong signature is refused`() throws {
        var signer = try AsterSigner(.apiKey(key: host.venue.configuration.accounts[0].apiKey, secret: .init("wrong")))
        let request = signer.sign(.get, "/fapi/v2/balance", at: wallClock().microseconds)
        var reply: Result<HTTPResponse, HTTPClientFailure>?
        http.send(request, deadline: loop.now + .seconds(10)) { reply = $0 }
        try turn { reply != nil }
        let response = try #require(try reply?.get())
        #expect(try JSONValue.parse(response.body)["code"]?.integer == -1_022)
    }

    @Test(arguments: ["0.0.0.0", "192.0.2.1", "example.com"])
    func `only loopback is served unless asked otherwise`(address: String) throws {
        var settings = VenueHostSettings()
        settings.host = address
        #expect(throws: VenueHostError.self) { try VenueHost(host.venue, flow: nil, on: loop, settings) }
    }
}
