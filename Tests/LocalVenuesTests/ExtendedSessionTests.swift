import Fundamentals
import MarketModel
import Testing
import TradingEngine
import VenueExtended
import VenueKit
import Wire

@testable import LocalVenues

@Suite struct `A node on a local Extended` {
    private func quoting(_ seed: UInt64 = 1) -> ExtendedRig {
        var rig = ExtendedRig(seed: seed)
        rig.start()
        rig.run(.seconds(4))
        return rig
    }
    private func text(_ value: JSONValue?) -> ExactDecimal? { value?.numeral.flatMap { ExactDecimal($0) } }

    @Test func `starts, and quotes both sides`() throws {
        var rig = quoting()
        #expect(rig.node.phase == .running, "\(rig.notes)")
        #expect(try rig.world.open().sorted() == ["apus-7-1", "apus-7-2"], "\(rig.notes)")
        #expect(rig.orders.count == 2 && rig.orders.allSatisfy { $0.state == .working })
        let ledger = try rig.world.ledger()
        #expect(ledger["dead_mans_switch"]?["armed"]?.boolean == true)
    }

    @Test func `moves its quotes by replacement, one order resting for each side`() throws {
        var rig = quoting()
        rig.run(.seconds(20)) { rig, second in
            rig.world.setBook(mid: ExtendedWorld.mid + Int64(second % 7) * 6)
            #expect((try? rig.world.open().count).map { $0 <= 4 } == true)
        }
        let replaced = rig.sentOrders.filter { $0["cancelId"] != nil }
        #expect(replaced.count > 4)
        #expect(rig.sentOrders.count == replaced.count + 2, "\(rig.notes)")
        #expect(try rig.world.open().count == 2)
        #expect(rig.orders.count == 2 && rig.orders.allSatisfy { $0.state == .working })
        #expect(rig.node.engine?.status.unresolved == 0)
    }

    @Test(arguments: 1...4)
    func `keeps books that equal the venue's while quotes move and fill, and stops with nothing resting`(
        seed: UInt64
    ) throws {
        var random = RandomSource(seed: seed)
        var rig = quoting(seed)
        rig.run(.seconds(30)) { rig, _ in rig.stir(&random) }
        rig.command(.stop)
        rig.run(.seconds(8))
        #expect(rig.node.phase == .stopped, "\(rig.notes.suffix(5))")
        #expect(try rig.world.open().isEmpty)
        let status = try #require(rig.node.engine?.status)
        let market = try #require(status.markets.first)
        let ledger = try rig.world.ledger()
        let row = try #require(ledger["markets"]?.elements?.first)
        #expect(market.fills > 0)
        #expect(market.instrument.quantity(try #require(text(row["position"]))) == market.position, "\(row)")
        #expect(text(ledger["wallet"]).flatMap { Cash($0) } == status.wallet)
        #expect(ledger["dead_mans_switch"]?["armed"]?.boolean == false)
        #expect(ledger["dead_mans_switch"]?["firings"]?.integer == 0)
    }

    @Test(arguments: [
        "reply-lost", "500-after-accept", "request-lost", "empty-body", "stream-beats-reply", "string-ids",
        "edit-fails-at-engine", "account-event-dropped", "account-event-duplicated", "account-event-delayed", "seq-gap",
        "book-duplicated", "stream-close", "html-502", "error-with-200",
    ])
    func `survives a venue that fails it`(fault: String) throws {
        var rig = quoting()
        let calm = rig.world.call(.post, "/apus/chaos", body: "\(fault)=0.15")
        try #require(calm.hasPrefix("200"), "\(calm)")
        var random = RandomSource(seed: 5)
        rig.run(.seconds(20)) { rig, _ in rig.stir(&random) }
        _ = rig.world.call(.post, "/apus/chaos", body: "\(fault)=0")
        rig.run(.seconds(35))
        #expect(rig.node.refusal == nil)
        #expect(rig.node.engine?.status.unresolved == 0)
        #expect(try rig.world.open().count == rig.orders.count, "\(rig.notes.suffix(5))")
        rig.command(.stop)
        rig.run(.seconds(12))
        #expect(rig.node.phase == .stopped, "\(rig.notes.suffix(5))")
        #expect(try rig.world.open().isEmpty)
        let status = try #require(rig.node.engine?.status)
        let ledger = try rig.world.ledger()
        let row = try #require(ledger["markets"]?.elements?.first)
        let market = try #require(status.markets.first)
        #expect(market.instrument.quantity(try #require(text(row["position"]))) == market.position, "\(row)")
        #expect(text(ledger["wallet"]).flatMap { Cash($0) } == status.wallet)
        let names = rig.sentOrders.compactMap { $0["id"]?.text }
        #expect(Set(names).count == names.count)
    }
}
