import Exchange
import Fundamentals
import MarketModel
import Testing
import VenueExtended
import Wire

@testable import LocalVenues

@Suite struct `Self-trade protection at a local Extended` {
    /// Who takes from account a's resting order, at which level; what becomes of both.
    private static let table: [(Int, ExtendedOrderDraft.SelfTradeProtection, String, String)] = [
        (0, .disabled, "FILLED 0.01000", "FILLED 0.01000"),
        (0, .account, "CANCELLED/SELF_TRADE_PROTECTION 0", "NEW 0"),
        (0, .client, "CANCELLED/SELF_TRADE_PROTECTION 0", "NEW 0"),
        (1, .disabled, "FILLED 0.01000", "FILLED 0.01000"), (1, .account, "FILLED 0.01000", "FILLED 0.01000"),
        (1, .client, "CANCELLED/SELF_TRADE_PROTECTION 0", "NEW 0"),
        (2, .disabled, "FILLED 0.01000", "FILLED 0.01000"), (2, .account, "FILLED 0.01000", "FILLED 0.01000"),
        (2, .client, "FILLED 0.01000", "FILLED 0.01000"),
    ]

    @Test(arguments: table.indices, ExtendedOrderDraft.SelfTradeProtection.allCases)
    func `follows the taker's level`(row: Int, makerLevel: ExtendedOrderDraft.SelfTradeProtection) throws {
        let (taker, level, resting, taking) = Self.table[row]
        var world = ExtendedWorld()
        // Alone at the best price, between the flow's.
        let maker = try world.order(.sell, "0.01", "84090") { $0.selfTradeProtection = makerLevel }
        world.work()
        let order = try world.order(.buy, "0.01", "84090", as: taker) { $0.selfTradeProtection = level }
        world.work()
        #expect(try world.state(maker) == resting)
        #expect(try world.state(order, as: taker) == taking)
    }
}
