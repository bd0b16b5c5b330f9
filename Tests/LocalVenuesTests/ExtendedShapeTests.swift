import Exchange
import Foundation
import Fundamentals
import MarketModel
import Testing
import VenueExtended
import Wire

@testable import LocalVenues

/// Replies hold whatever the venue's own examples hold, with the same kinds of values.
@Suite struct `Replies of a local Extended` {
    static let examples = ExtendedExampleFiles.load("wire_examples")?["rest"]?.elements ?? []

    /// Members a local venue has no cause to send.
    private static let optional = [
        "tpTriggerPrice", "tpLimitPrice", "slTriggerPrice", "slLimitPrice", "debugInfo", "statusReason",
    ]

    /// Where `found` lacks something of `wanted`, or has it in another kind.
    private func differences(_ wanted: JSONValue, _ found: JSONValue?, at place: String) -> [String] {
        guard let found else { return ["\(place) is missing"] }
        switch (wanted, found) {
        case (.null, _), (.bool, .bool), (.number, .number): return []
        case (.string(let text), .string(let other)):
            // Decimals stay decimals in plain notation.
            return ExactDecimal(text) != nil && ExactDecimal(other) == nil && !place.hasSuffix("Id")
                ? ["\(place) is '\(other)'"] : []
        case (.array(let rows), .array(let others)):
            guard let row = rows.first else { return [] }
            // The row that is most like the example: a history holds open positions and closed ones.
            let found = others.map { differences(row, $0, at: place + "[]") }
            return found.min { $0.count < $1.count } ?? ["\(place) is empty"]
        case (.object(let members), .object):
            return members.filter { !Self.optional.contains($0.name) }.flatMap {
                differences($0.value, found[$0.name], at: "\(place).\($0.name)")
            }
        default: return ["\(place) is of another kind"]
        }
    }

    /// A venue with a past: trades, a closed and an open position, funding, an order that was canceled, one that rests.
    static func eventful() throws -> ExtendedWorld {
        var world = ExtendedWorld()
        world.trade(.buy, lots: 100, limit: 84_091)
        try world.order(.buy, "0.01", "84091")
        world.work()
        try world.order(.sell, "0.01", "84089")
        world.work()
        let canceled = try world.order(.buy, "0.01", "84000")
        try world.order(.buy, "0.02", "84091")
        world.work()
        _ = world.call(.delete, "/user/order?externalId=\(canceled)", as: 0)
        world.advance(.minutes(61))
        world.setBook()
        try world.order(.buy, "0.03796", "84000") { $0.postOnly = true }
        world.work()
        return world
    }

    /// The path of an example with this venue's ids and times.
    private func path(_ example: JSONValue, _ world: inout ExtendedWorld) throws -> String {
        let path = String(try #require(example["path"]?.text).dropFirst(7))
        let open = try #require(try world.data(.get, "/user/orders", as: 0).elements?.first)
        var result = path
        let id = try #require(open["id"]?.integer)
        let name = try #require(open["externalId"]?.text)
        let replaced = [
            ("2103000000000000001", "\(id)"),
            ("1092046645147271960512247830445812819793660170485561875026831530201370633638", name),
            ("endTime=1795248000000", "endTime=1895248000000"), ("&limit=1", "&limit=5"),
        ]
        for (old, new) in replaced { result = result.replacingOccurrences(of: old, with: new) }
        return result
    }

    @Test(arguments: examples.indices) func `have the shape of the venue's examples`(row: Int) throws {
        let example = Self.examples[row]
        let name = try #require(example["name"]?.text)
        // Placing has suites of its own, with signatures for this venue; there is no chain to withdraw to.
        let elsewhere = ["create", "edit", "withdraw", "transfer", "rate limited", "unauthorized", "balance zero"]
        if elsewhere.contains(where: { name.hasPrefix($0) }) { return }
        var world = try Self.eventful()
        let path = try path(example, &world)
        let method = try #require(example["method"]?.text.flatMap(HTTPMethod.init))
        var body = ""
        if let value = example["request_body"], value != .null {
            var json = JSONWriter()
            json.value(value)
            body = String(decoding: json.bytes, as: UTF8.self)
        }
        let isPrivate = example["headers"]?["X-Api-Key"] != nil
        let answer = world.call(method, path, as: isPrivate ? 0 : nil, body: body)
        #expect(answer.hasPrefix("\(example["http_status"]?.integer ?? 0) "), "\(answer)")
        guard let wanted = example["response_body"], wanted != .null else { return }
        let found = try JSONValue.parse(Array(answer.dropFirst(4).utf8))
        #expect(differences(wanted, found, at: name) == [])
    }

    @Test func `tell markets as a client reads them`() throws {
        var world = ExtendedWorld()
        let data = try world.data(.get, "/info/markets")
        #expect(data.elements?.count == 2)
        let market = try ExtendedMarket.find("BTC-USD", in: data, market: MarketID(0))
        let own = world.server.configuration.markets[0]
        #expect(market.settlement == own.settlement)
        #expect(market.instrument.tickSize == own.instrument.tickSize)
        #expect(market.instrument.lotSize == own.instrument.lotSize)
        #expect(market.instrument.collarUp == own.instrument.collarUp)
        #expect(market.maxLimitOrderValue == own.maxLimitOrderValue)
        #expect(market.maxLeverage == ExactDecimal("50.00"))
        #expect(data.elements?[0]["l2Config"]?["syntheticId"]?.text == "0x4254432d3600000000000000000000")
        #expect(world.call(.get, "/info/markets?market=ETH-USD&market=BTC-USD").contains("ETH-USD"))
        #expect(world.call(.get, "/info/markets?market=NOPE").hasPrefix("404"))
    }

    @Test func `carry ids that tell their time`() throws {
        var world = try Self.eventful()
        for path in ["/user/orders", "/user/orders/history", "/user/trades"] {
            for row in try world.data(.get, path, as: 0).elements ?? [] {
                let id = try #require(row["id"]?.integer)
                #expect((id >> 22) + 1_288_834_974_657 == row["createdTime"]?.integer)
            }
        }
        for row in try world.data(.get, "/info/markets/BTC-USD/trades").elements ?? [] {
            #expect((row["i"]?.integer ?? 0) >> 22 + 1_288_834_974_657 == row["T"]?.integer)
        }
    }

    @Test func `come in pages`() throws {
        var world = ExtendedWorld()
        for _ in 0..<5 { try world.order(.buy, "0.001", "84091") }
        world.work()
        for path in ["/user/trades", "/user/orders/history", "/user/orders/history?sort=UPDATED_AT"] {
            var ids: [Int64] = []
            var cursor: Int64?
            while true {
                let query = "limit=2" + (cursor.map { "&cursor=\($0)" } ?? "")
                let page = try world.document(.get, path + (path.contains("?") ? "&" : "?") + query, as: 0)
                let rows = page["data"]?.elements ?? []
                #expect(page["pagination"]?["count"]?.integer == Int64(rows.count))
                guard !rows.isEmpty else { break }
                ids += rows.compactMap { $0["id"]?.integer }
                cursor = page["pagination"]?["cursor"]?.integer
                #expect(cursor == ids.last)
            }
            #expect(ids.count == 5)
            #expect(ids == ids.sorted(by: >))
        }
        #expect(world.call(.get, "/user/trades?limit=0", as: 0).hasPrefix("400"))
        #expect(world.call(.get, "/user/trades?cursor=x", as: 0).hasPrefix("400"))
    }

    @Test func `choose candles of every interval`() throws {
        var world = try Self.eventful()
        for interval in [
            "PT1M", "PT5M", "PT15M", "PT30M", "PT1H", "PT2H", "PT4H", "PT8H", "PT12H", "PT24H", "P1D", "P7D",
        ] {
            for source in ["trades", "mark-prices", "index-prices"] {
                let rows = try world.data(.get, "/info/candles/BTC-USD/\(source)?interval=\(interval)&limit=3").elements
                #expect(rows?.isEmpty == false)
                #expect((rows?[0]["v"] != nil) == (source == "trades"))
            }
        }
        #expect(world.call(.get, "/info/candles/BTC-USD/trades?interval=PT3M&limit=3").contains("1005"))
        #expect(world.call(.get, "/info/candles/BTC-USD/trades?interval=PT1M").hasPrefix("400"))
        #expect(world.call(.get, "/info/candles/BTC-USD/other?interval=PT1M&limit=1").hasPrefix("404"))
    }
}
