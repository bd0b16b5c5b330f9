import Testing
import Wire

@testable import LocalVenues

/// The weights of the venue's documents, row by row.
@Suite struct `Aster's request weights` {
    private static let open: [(String, Int)] = [
        ("ping", 1), ("time", 1), ("exchangeInfo", 1), ("depth?limit=5", 2), ("depth?limit=10", 2),
        ("depth?limit=20", 2), ("depth?limit=50", 2), ("depth?limit=100", 5), ("depth?limit=500", 10), ("depth", 10),
        ("depth?limit=1000", 20), ("trades", 1), ("historicalTrades", 20), ("aggTrades", 20), ("klines?limit=99", 1),
        ("klines?limit=100", 2), ("klines?limit=499", 2), ("klines?limit=500", 5), ("klines?limit=1000", 5),
        ("klines?limit=1001", 10), ("klines", 5), ("indexPriceKlines?limit=99", 1), ("indexPriceKlines", 5),
        ("markPriceKlines?limit=1500", 10), ("markPriceKlines", 5), ("premiumIndex", 1), ("fundingRate", 1),
        ("fundingInfo", 1), ("ticker/24hr?symbol=ASTERUSDT", 1), ("ticker/24hr", 40),
        ("ticker/price?symbol=ASTERUSDT", 1), ("ticker/price", 2), ("ticker/bookTicker?symbol=ASTERUSDT", 1),
        ("ticker/bookTicker", 2), ("indexreferences", 1), ("openInterest", 1), ("remainingOpenableNotionalValue", 20),
        ("nowhere", 1),
    ]

    private static let signed: [(String, Int)] = [
        ("POST order", 1), ("POST order/test", 1), ("PUT order", 1), ("GET order", 1), ("DELETE order", 1),
        ("POST batchOrders", 5), ("PUT batchOrders", 5), ("DELETE batchOrders", 1), ("DELETE allOpenOrders", 1),
        ("POST countdownCancelAll", 10), ("GET openOrder", 1), ("GET openOrders?symbol=ASTERUSDT", 1),
        ("GET openOrders", 40), ("GET allOrders", 5), ("DELETE guardedCancelOrder", 1),
        ("DELETE guardedBatchOrders", 1), ("POST noop", 1), ("POST chase", 1), ("POST placeStrategyOrder", 50),
        ("POST updateStrategyOrder", 50), ("GET strategyOpenOrder", 5), ("GET strategyHistoryOrder", 5),
        ("POST stpMode", 1), ("GET stpMode", 30), ("POST mmp", 1), ("GET mmp", 1), ("DELETE mmp", 1),
        ("POST mmpReset", 1), ("GET balance", 5), ("GET account", 5), ("GET accountWithJoinMargin", 5),
        ("GET positionRisk", 5), ("GET userTrades", 5), ("GET income", 30), ("POST leverage", 1),
        ("POST marginType", 1), ("POST positionMargin", 1), ("GET positionMargin/history", 1),
        ("POST positionSide/dual", 1), ("GET positionSide/dual", 30), ("POST multiAssetsMargin", 1),
        ("GET multiAssetsMargin", 30), ("GET leverageBracket", 1), ("GET adlQuantile", 5),
        ("GET forceOrders?symbol=ASTERUSDT", 20), ("GET forceOrders", 50), ("GET commissionRate", 20),
        ("POST asset/wallet/transfer", 5), ("POST listenKey", 1), ("PUT listenKey", 1), ("DELETE listenKey", 1),
        ("POST registerAndApproveAgent", 50),
    ]

    private func weight(_ method: HTTPMethod, _ target: String) throws -> (Int?, Int) {
        var world = AsterWorld()
        let response = try world.reply(HTTPRequest(method: method, target: "/fapi/v3/\(target)"))
        return (response.headers["x-mbx-used-weight-1m"].flatMap { Int($0) }, response.status)
    }

    @Test(arguments: open) func `are counted for open endpoints`(target: String, expected: Int) throws {
        #expect(try weight(.get, target).0 == expected)
    }

    @Test(arguments: signed)
    func `are counted for signed endpoints, also of those who may not use them`(name: String, expected: Int) throws {
        let parts = name.split(separator: " ")
        let method = try #require([HTTPMethod.get, .post, .put, .delete].first { $0.rawValue == parts[0] })
        let (weight, status) = try weight(method, String(parts[1]))
        #expect(weight == expected)
        #expect(status == 400)
    }

    @Test func `have a row for every endpoint`() {
        var names = Self.open.map { "GET " + $0.0.split(separator: "?")[0] }
        names += Self.signed.map { String($0.0.split(separator: "?")[0]) }
        for endpoint in AsterEndpoint.allCases { #expect(names.contains(endpoint.rawValue), "\(endpoint.rawValue)") }
    }

    @Test func `stand on replies that chaos made, too`() throws {
        var world = AsterWorld()
        for fault in [AsterFault.rateLimited, .banned, .unavailableAfterExecution, .errorWithStatus200] {
            world.server.chaos.script(fault, next: 1)
            let response = try world.reply(HTTPRequest(method: .get, target: "/fapi/v3/depth?symbol=X"))
            #expect(response.headers["X-MBX-USED-WEIGHT-1M"] != nil, "\(fault)")
        }
    }
}
