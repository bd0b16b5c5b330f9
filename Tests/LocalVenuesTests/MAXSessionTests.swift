import Exchange
import Fundamentals
import MarketModel
import RiskControl
import Testing
import TradingEngine
import VenueKit
import VenueMAX
import Wire

@testable import LocalVenues

@Suite struct `A node on a local MAX` {
    typealias Rig = SpotRig<MAXMirrorWorld>

    private func quoting(_ seed: UInt64 = 1) -> Rig {
        var rig = MAXMirrorWorld.rig(seed: seed)
        rig.start()
        rig.run(.seconds(6))
        return rig
    }

    private func names(_ rig: Rig) -> [String] { rig.resting.map(\.request.clientOrderID).sorted() }

    /// Fills, holdings and orders of the engine against the venue's own books.
    private func compare(_ rig: inout Rig) throws {
        let status = try #require(rig.node.engine?.status)
        let market = try #require(status.markets.first)
        let ledger = try rig.world.ledger("demo")
        let row = try #require(ledger["markets"]?.elements?.first)
        #expect(row["executions"]?.integer == Int64(market.fills), "\(rig.notes.suffix(5))")
        #expect(status.unresolved == 0)
        #expect(names(rig) == rig.orders.map(\.id.text).sorted(), "\(rig.notes.suffix(5))")
        for asset in ["BTC", "TWD"] {
            let held = status.holdings.first { $0.asset == asset }?.own
            #expect(rig.world.exchange.holding(of: AccountID(1), asset: asset).total == held, "\(asset)")
        }
    }

    @Test func `starts, and quotes its ladder order by order`() {
        let rig = quoting()
        #expect(rig.node.phase == .running, "\(rig.notes)")
        #expect(names(rig) == (1...6).map { "apus-7-\($0)" }, "\(rig.notes)")
        #expect(rig.orders.count == 6 && rig.orders.allSatisfy { $0.state == .working })
        #expect(rig.count(of: "POST /api/v3/wallet/spot/order") == 6)
    }

    @Test func `takes off whatever rests at start`() {
        var rig = MAXMirrorWorld.rig()
        for index in 0..<23 { rig.world.base.place("buy", "0.001", at: "28000\(10 + index).0") }
        rig.world.base.place("sell", "0.001", at: "3200000.0", name: "apus-6-9")
        rig.start()
        rig.run(.seconds(12))
        #expect(rig.node.phase == .running, "\(rig.notes)")
        #expect(names(rig) == (1...6).map { "apus-7-\($0)" }, "\(rig.notes)")
    }

    @Test func `a second start takes over nothing of the first`() {
        var rig = quoting()
        rig.restart(MAXMirrorWorld.adapter())
        rig.run(.seconds(8))
        #expect(names(rig) == (1...6).map { "apus-8-\($0)" }, "\(rig.notes.suffix(5))")
    }

    @Test(arguments: 1...3)
    func `keeps books that equal the venue's while quotes move and fill, and stops with nothing resting`(
        seed: UInt64
    ) throws {
        var random = RandomSource(seed: seed)
        var rig = quoting(seed)
        rig.run(.seconds(60)) { rig, second in if second % 3 == 0 { rig.stir(&random) } }
        rig.command(.stop)
        rig.run(.seconds(15))
        #expect(rig.node.phase == .stopped, "\(rig.notes.suffix(5))")
        #expect(rig.resting.isEmpty)
        #expect(rig.market.map { $0.fills > 0 } == true)
        try compare(&rig)
        let told = rig.notes.filter { $0.level == .warning || $0.level == .error }
        #expect(told.isEmpty, "\(told)")
    }

    @Test(arguments: MAXFault.allCases) func `survives a venue that fails it`(fault: MAXFault) throws {
        var rig = quoting()
        rig.world.chaos("\(fault.rawValue)=0.15")
        var random = RandomSource(seed: 5)
        rig.run(.seconds(16)) { rig, second in if second % 2 == 0 { rig.stir(&random) } }
        rig.world.chaos("\(fault.rawValue)=off")
        // A venue's 429 is a minute's pause.
        rig.run(.seconds(75))
        #expect(rig.node.refusal == nil)
        try compare(&rig)
        rig.command(.stop)
        rig.run(.seconds(60))
        #expect(rig.node.phase == .stopped, "\(rig.notes.suffix(5))")
        #expect(rig.resting.isEmpty)
        try compare(&rig)
    }

    @Test func `lives through a minute in which nothing moves`() {
        var rig = quoting()
        rig.run(.seconds(90))
        #expect(rig.market?.withheld == nil, "\(rig.notes.suffix(5))")
        #expect(names(rig).count == 6)
    }
}
