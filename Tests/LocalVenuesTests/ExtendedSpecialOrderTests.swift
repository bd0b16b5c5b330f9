import Exchange
import Fundamentals
import MarketModel
import Testing
import VenueExtended
import Wire

@testable import LocalVenues

@Suite struct `Special orders at a local Extended` {
    private func conditional(
        _ world: inout ExtendedWorld, _ side: Side, at price: String, when trigger: String,
        _ direction: ExtendedOrderDraft.Trigger.Direction, _ execution: ExtendedOrderDraft.ExecutionPrice = .limit
    ) throws -> String {
        try world.order(side, "0.01", price) {
            $0.kind = .conditional
            $0.trigger = .init(
                price: ExactDecimal(trigger)!, source: .mark, direction: direction, execution: execution)
        }
    }

    @Test func `of type MARKET take up to their worst price`() throws {
        var world = ExtendedWorld()
        let name = try world.order(.buy, "1.5", "84091") {
            $0.kind = .market
            $0.timeInForce = .immediateOrCancel
        }
        world.work()
        #expect(try world.state(name) == "CANCELLED 1.00000")
        let row = try #require(try world.data(.get, "/user/orders/external/\(name)", as: 0).elements?.first)
        #expect(row["type"]?.text == "MARKET" && row["averagePrice"]?.text == "84091")
        #expect(row["cancelledQty"]?.text == "0.50000")
    }

    @Test(arguments: [
        (Side.buy, "84310", "84200", ExtendedOrderDraft.Trigger.Direction.up, Int64(84_300)),
        (.sell, "83890", "84000", .down, 83_900), (.buy, "84000", "84000", .down, 83_900),
        (.sell, "84200", "84200", .up, 84_300),
    ])
    func `wait for their trigger, from either side`(
        side: Side, price: String, trigger: String, direction: ExtendedOrderDraft.Trigger.Direction, mid: Int64
    ) throws {
        var world = ExtendedWorld()
        let name = try conditional(&world, side, at: price, when: trigger, direction)
        world.work()
        #expect(try world.state(name) == "UNTRIGGERED 0")
        world.setBook(mid: mid)
        world.advance(.seconds(1))
        #expect(try world.state(name).hasSuffix("0.01000"))
    }

    @Test func `that would trigger at once are rejected by the engine`() throws {
        var world = ExtendedWorld()
        let name = try conditional(&world, .buy, at: "84100", when: "84050", .up)
        world.work()
        #expect(try world.state(name) == "REJECTED/INVALID_PRICE 0")
    }

    @Test func `that wait are priced around their trigger`() throws {
        var world = ExtendedWorld()
        let name = try conditional(&world, .buy, at: "92000", when: "90000", .up)
        world.work()
        #expect(try world.state(name) == "UNTRIGGERED 0")
        let far = world.draft(.buy, "0.01", "95000") {
            $0.kind = .conditional
            $0.trigger = .init(price: ExactDecimal("90000")!, source: .last, direction: .up, execution: .limit)
        }
        #expect(try world.submit(far) == "1141")
    }

    @Test func `that reduce shrink with the position`() throws {
        var world = ExtendedWorld()
        try world.order(.buy, "0.02", "84091")
        world.work()
        let closing = try world.order(.sell, "0.02", "84300") { $0.reduceOnly = true }
        world.work()
        try world.order(.sell, "0.015", "84089")
        world.work()
        let row = try #require(try world.data(.get, "/user/orders/external/\(closing)", as: 0).elements?.first)
        #expect(row["qty"]?.text == "0.00500")
        try world.order(.sell, "0.01", "84089")
        world.work()
        #expect(try world.state(closing) == "CANCELLED/REDUCE_ONLY_FAILED 0")
    }

    @Test func `with legs, and legs alone, are not carried out`() throws {
        var world = ExtendedWorld()
        let leg = ExtendedOrderDraft.Leg(
            triggerPrice: ExactDecimal("90000")!, source: .mark, price: ExactDecimal("89000")!, execution: .limit,
            quantity: ExactDecimal("0.01")!)
        let entry = world.draft(.buy, "0.01", "84000") { $0.legs = .init(scope: .order, takeProfit: leg) }
        #expect(try world.submit(entry) == "1132")
        let exit = world.draft(.sell, "0.01", "0") {
            $0.kind = .exit
            $0.reduceOnly = true
            $0.legs = .init(scope: .order, takeProfit: leg)
        }
        #expect(try world.submit(exit) == "1132")
    }
}
