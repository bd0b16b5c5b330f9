import Exchange
import Fundamentals
import MarketModel
import RiskControl
import Testing
import TradingEngine
import VenueACE
import VenueKit
import Wire

@testable import LocalVenues

@Suite struct `A node on a local ACE` {
    private func quoting(_ seed: UInt64 = 1, batch: Bool = false) -> SpotRig<ACEWorld> {
        var rig = ACEWorld.rig(seed: seed, batch: batch)
        rig.start()
        rig.run(.seconds(5))
        return rig
    }

    /// What rests at the venue, by our names.
    private func names(_ rig: SpotRig<ACEWorld>) -> [String] { rig.resting.map(\.request.clientOrderID) }

    /// Fills, position and fees of the engine against the venue's own books.
    private func compare(_ rig: inout SpotRig<ACEWorld>) throws {
        let status = try #require(rig.node.engine?.status)
        let market = try #require(status.markets.first)
        let ledger = try rig.world.ledger()
        let row = try #require(ledger["markets"]?.elements?.first)
        #expect(row["position_lots"]?.integer == market.position.lots, "\(row)")
        #expect(row["executions"]?.integer == Int64(market.fills))
        #expect(status.unresolved == 0)
        for asset in ["BTC", "TWD"] {
            let held = status.holdings.first { $0.asset == asset }?.own
            #expect(ledger["balances"]?[asset]?.numeral.flatMap { Cash($0) } == held, "\(asset)")
        }
        #expect(names(rig).sorted() == rig.orders.map { $0.id.text }.sorted(), "\(rig.notes.suffix(5))")
    }

    @Test func `starts, and quotes its ladder`() throws {
        let rig = quoting()
        #expect(rig.node.phase == .running, "\(rig.notes)")
        #expect(names(rig).sorted() == (1...6).map { "apus-7-\($0)" }, "\(rig.notes)")
        #expect(rig.orders.count == 6 && rig.orders.allSatisfy { $0.state == .working })
    }

    @Test(arguments: [false, true]) func `takes off what rests at start, beyond the first page's ten rows`(
        batch: Bool
    ) throws {
        var rig = ACEWorld.rig(batch: batch)
        for index in 0..<23 { _ = try rig.world.place("1", price: "28000\(10 + index)", num: "0.001") }
        _ = try rig.world.place("2", price: "3100000", num: "0.001", custom: "apus-6-9")
        rig.start()
        rig.run(.seconds(12))
        #expect(rig.node.phase == .running, "\(rig.notes)")
        #expect(names(rig).sorted() == (1...6).map { "apus-7-\($0)" }, "\(rig.notes)")
        #expect((rig.count(of: ACEEndpoint.cancelBatch.rawValue) > 0) == batch)
    }

    @Test func `a second start takes over nothing of the first`() throws {
        var rig = quoting()
        rig.restart(ACEWorld.adapter())
        rig.run(.seconds(6))
        #expect(names(rig).sorted() == (1...6).map { "apus-8-\($0)" }, "\(rig.notes.suffix(5))")
    }

    @Test(arguments: [(1, false), (2, false), (3, true), (4, true)])
    func `keeps books that equal the venue's while quotes move and fill, and stops with nothing resting`(
        seed: UInt64, batch: Bool
    ) throws {
        var random = RandomSource(seed: seed)
        var rig = quoting(seed, batch: batch)
        rig.run(.seconds(40)) { rig, _ in rig.stir(&random) }
        rig.command(.stop)
        rig.run(.seconds(10))
        #expect(rig.node.phase == .stopped, "\(rig.notes.suffix(5))")
        #expect(rig.resting.isEmpty)
        try compare(&rig)
        #expect(rig.market.map { $0.fills > 0 } == true)
        #expect(rig.notes.allSatisfy { $0.level == .info || $0.level == .debug }, "\(rig.notes)")
        let named = rig.effects.compactMap { effect -> ClientOrderID? in
            if case .send(let approved) = effect, case .place(let id, _) = approved.action { return id }
            return nil
        }
        #expect(Set(named).count == named.count)
    }

    @Test(arguments: ACEFault.allCases)
    func `survives a venue that fails it`(fault: ACEFault) throws {
        var rig = quoting(batch: fault.index % 2 == 0 || fault.rawValue.hasPrefix("batch"))
        let isForGood = fault == .batchRouteGone
        rig.world.chaos("\(fault.rawValue)=\(isForGood ? "1" : "0.15")")
        var random = RandomSource(seed: 5)
        rig.run(.seconds(25)) { rig, _ in rig.stir(&random) }
        rig.world.chaos("\(fault.rawValue)=off")
        rig.run(.seconds(80))
        #expect(rig.node.refusal == nil)
        try compare(&rig)
        rig.command(.stop)
        rig.run(.seconds(80))
        #expect(rig.node.phase == .stopped, "\(rig.notes.suffix(5))")
        #expect(rig.resting.isEmpty)
        try compare(&rig)
    }
}
