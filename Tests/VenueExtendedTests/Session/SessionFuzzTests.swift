import Fundamentals
import MarketModel
import Testing
import VenueKit

@testable import VenueExtended

@Suite struct `An Extended session fed with rubbish` {
    private static let frames = [
        FakeExtended.told(
            FakeExtended.Order(id: 9, external: "apus-7-1.2", side: "BUY", price: "84000", quantity: "0.01").text),
        FakeExtended.told(
            FakeExtended.Order(
                id: 9_223_372_036_854_775_807, external: "apus-7-2", side: "SELL", price: "84000",
                quantity: "45035996273.70496", filled: "45035996273.70496", status: "CANCELLED",
                reason: "ORDER_REPLACED"
            ).text),
        FakeExtended.traded(
            FakeExtended.trade(9_223_372_036_854_775_807, order: 9, external: "apus-7-1", fee: "-99999999")),
        #""type":"POSITION","data":{"isSnapshot":false,"positions":[{"id":1,"market":"BTC-USD","status":"OPENED","side":"LONG","leverage":"10","size":"0.002","openPrice":"84000","markPrice":"84001"}],"balance":{"collateralName":"USD","balance":"999.25"}}"#,
        SessionStage.snapshot, SessionStage.delta(),
        #""type":"MP","data":{"m":"BTC-USD","p":"84093.25","ts":0}"#,
        #""data":{"m":"BTC-USD","T":1795248000000,"f":"0.00002"}"#,
        #""data":[{"m":"BTC-USD","S":"SELL","tT":"TRADE","T":1795247999880,"p":"84090","q":"0.012","i":2103000000000000900}]"#,
    ]
    private static let routes = [
        "GET info/markets", "GET user/orders", "GET user/trades", "GET user/positions", "GET user/balance",
        "GET user/funding/history", "GET user/orders/external", "GET user/orders/history", "POST user/order",
        "DELETE user/order", "POST user/order/massCancel", "POST user/deadmanswitch",
    ]

    private static func mutated(_ text: String, _ random: inout RandomSource) -> [UInt8] {
        var bytes = Array(text.utf8)
        for _ in 0..<random.integer(in: 0...4) where !bytes.isEmpty {
            let place = Int(random.integer(in: 0...Int64(bytes.count - 1)))
            switch random.integer(in: 0...4) {
            case 0: bytes[place] = UInt8(truncatingIfNeeded: random.integer(in: 0...255))
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(UInt8(ascii: "9"), at: place)
            case 3: bytes.removeLast(bytes.count - place)
            default: bytes.insert(contentsOf: Array("-9223372036854775808".utf8), at: place)
            }
        }
        return bytes
    }

    @Test(arguments: 1...4)
    func `never traps, stays bounded, and still shuts down`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var stage = SessionStage.ready { $0.rateRules = [RateRule(.weight, per: .minutes(1), limit: 60_000)] }
        for round in 0..<240 {
            let text = Self.frames[Int(random.integer(in: 0...Int64(Self.frames.count - 1)))]
            let feed = stage.session.feeds[Int(random.integer(in: 0...Int64(stage.session.feeds.count - 1)))]
            if let id = feed.supervisor.current {
                let stamp = stage.now.milliseconds + random.integer(in: -3...3)
                let whole = "{\(text),\"ts\":\(stamp),\"seq\":\(feed.sequence + 1)}"
                stage.receive(.streamText(id, Self.mutated(whole, &random)))
            }
            if round % 3 == 0 {
                let route = Self.routes[Int(random.integer(in: 0...Int64(Self.routes.count - 1)))]
                let statuses: [Int64] = [200, 200, 200, 201, 204, 400, 404, 422, 500, 503]
                let status = statuses[Int(random.integer(in: 0...9))]
                let data =
                    #"{"status":"OK","data":[{"id":7,"externalId":"apus-7-1",\#(text)}],"pagination":{"cursor":7,"count":1}}"#
                let body = String(decoding: Self.mutated(data, &random), as: UTF8.self)
                stage.venue.script(route, .reply(Int(status), body))
                let sequence = UInt32(round / 3)
                stage.perform(SessionStage.place(sequence), SessionStage.amend(sequence, price: 84_001))
                stage.perform(SessionStage.cancel(sequence / 2))
                stage.perform(.query(SessionStage.id(sequence), SessionStage.market))
                stage.perform(.fetchFills(SessionStage.market))
            }
            if round % 4 == 0 { stage.run(.milliseconds(100)) }
            #expect(stage.session.requests.count < 400)
            #expect(stage.session.board.routines.count < 400)
            #expect(stage.session.deferred.count <= 1_000)
        }
        stage.venue.rules.removeAll()
        stage.perform(.shutDown)
        stage.run(.seconds(60))
        #expect(stage.statuses.last == .closed)
        #expect(stage.venue.orders.allSatisfy { !$0.isOpen })
    }
}
