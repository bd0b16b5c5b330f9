import Exchange
import Fundamentals
import MarketModel
import RiskControl
import Testing
import TradingEngine
import VenueBitoPro
import VenueKit
import Wire

@testable import LocalVenues

@Suite struct `A node on a local BitoPro` {
    private func quoting(
        _ seed: UInt64 = 1, streamsBooks: Bool = true, failure: BitoProLeeway.BatchFailure = .leftOut
    ) -> SpotRig<BitoProWorld> {
        var rig = BitoProWorld.rig(seed: seed, streamsBooks: streamsBooks, failure: failure)
        rig.start()
        rig.run(.seconds(6))
        return rig
    }

    /// What rests at the venue, by our numbers.
    private func numbers(_ rig: SpotRig<BitoProWorld>) -> [Int64] { rig.resting.map(\.request.tag).sorted() }

    private func numbers(epoch: Int64) -> [Int64] { (1...6).map { (epoch + 1) << 21 | $0 } }

    /// Fills, position and orders of the engine against the venue's own books.
    private func compare(_ rig: inout SpotRig<BitoProWorld>) throws {
        let status = try #require(rig.node.engine?.status)
        let market = try #require(status.markets.first)
        let ledger = try rig.world.ledger("a")
        let row = try #require(ledger["markets"]?.elements?.first)
        #expect(row["executions"]?.integer == Int64(market.fills), "\(rig.notes.suffix(5))")
        #expect(status.unresolved == 0)
        let own = rig.orders.map { Int64($0.id.epoch + 1) << 21 | Int64($0.id.sequence) }
        #expect(numbers(rig) == own.sorted(), "\(rig.notes.suffix(5))")
        for asset in ["BTC", "TWD"] {
            let held = status.holdings.first { $0.asset == asset }?.own
            #expect(ledger["balances"]?[asset]?.numeral.flatMap { Cash($0) } == held, "\(asset)")
        }
    }

    @Test(arguments: [true, false]) func `starts, and quotes its ladder in one batch`(streamsBooks: Bool) {
        let rig = quoting(streamsBooks: streamsBooks)
        #expect(rig.node.phase == .running, "\(rig.notes)")
        #expect(numbers(rig) == numbers(epoch: 7), "\(rig.notes)")
        #expect(rig.orders.count == 6 && rig.orders.allSatisfy { $0.state == .working })
        #expect(rig.count(of: "POST /v3/orders/batch") == 1)
    }

    @Test func `takes off whatever rests at start`() throws {
        var rig = BitoProWorld.rig()
        for index in 0..<23 { _ = try rig.world.place("BUY", price: "28000\(10 + index)", amount: "0.001") }
        rig.start()
        rig.run(.seconds(10))
        #expect(rig.node.phase == .running, "\(rig.notes)")
        #expect(numbers(rig) == numbers(epoch: 7), "\(rig.notes)")
    }

    @Test func `a second start takes over nothing of the first`() {
        var rig = quoting()
        rig.restart(BitoProWorld.adapter())
        rig.run(.seconds(8))
        #expect(numbers(rig) == numbers(epoch: 8), "\(rig.notes.suffix(5))")
    }

    @Test(arguments: 1...3)
    func `keeps books that equal the venue's while quotes move and fill, and stops with nothing resting`(
        seed: UInt64
    ) throws {
        var random = RandomSource(seed: seed)
        var rig = quoting(seed)
        rig.run(.seconds(40)) { rig, _ in rig.stir(&random) }
        rig.command(.stop)
        rig.run(.seconds(10))
        #expect(rig.node.phase == .stopped, "\(rig.notes.suffix(5))")
        #expect(rig.resting.isEmpty)
        #expect(rig.market.map { $0.fills > 0 } == true)
        try compare(&rig)
        #expect(rig.notes.allSatisfy { $0.level == .info || $0.level == .debug }, "\(rig.notes)")
    }

    @Test(arguments: BitoProFault.allCases)
    func `survives a venue that fails it`(fault: BitoProFault) throws {
        let failures = BitoProLeeway.BatchFailure.allCases
        var rig = quoting(failure: failures[fault.index % failures.count])
        rig.world.chaos("\(fault.rawValue)=\(fault == .batchRouteGone ? "1" : "0.15")")
        var random = RandomSource(seed: 5)
        rig.run(.seconds(25)) { rig, _ in rig.stir(&random) }
        rig.world.chaos("\(fault.rawValue)=off")
        rig.run(.seconds(60))
        #expect(rig.node.refusal == nil)
        try compare(&rig)
        rig.command(.stop)
        rig.run(.seconds(50))
        #expect(rig.node.phase == .stopped, "\(rig.notes.suffix(5))")
        #expect(rig.resting.isEmpty)
        try compare(&rig)
    }
}
