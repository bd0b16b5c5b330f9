import Exchange
import Fundamentals
import MarketModel
import Testing
import VenueBinance
import VenueKit

@testable import LocalVenues

@Suite struct `A session on a local Binance` {
    private func ready(
        seed: UInt64 = 1, ed25519: Bool = false, depth: BinanceDepth = .differences, isTraded: Bool = true
    ) -> BinanceSessionRig {
        var rig = BinanceSessionRig(seed: seed, ed25519: ed25519, depth: depth, isTraded: isTraded)
        rig.begin()
        rig.run(.seconds(5))
        return rig
    }

    /// What the fills say must be what the venue's own ledger says, to the last digit.
    private func expectBooked(_ rig: BinanceSessionRig) {
        let instrument = BinanceMarkets.definition("BTCUSDT", market: BinanceSessionRig.market)!.instrument
        var (base, quote) = (Cash(whole: 2), Cash(whole: 100_000))
        for fill in rig.fills.values {
            #expect(fill.clientOrderID != nil)
            let signed = fill.side.signed(fill.quantity)
            base += Cash(instrument.decimal(signed))! - fill.baseCommission
            quote += -instrument.notional(fill.price, signed)
            if fill.baseCommission == .zero { quote += -fill.commission }
        }
        #expect(base == rig.holding("BTC"))
        #expect(quote == rig.holding("USDT"))
    }

    private func expectAccounted(_ rig: BinanceSessionRig) {
        #expect(rig.openTickets.isEmpty)
        for (id, ticket) in rig.tickets {
            let filled = rig.fills.values.filter { $0.clientOrderID == id }.reduce(Quantity.zero) { $0 + $1.quantity }
            #expect(ticket.filled == filled, "\(id)")
        }
        expectBooked(rig)
    }

    /// Level by level what rests at the venue.
    private func expectSameBook(_ rig: BinanceSessionRig, depth: Int) {
        let book = rig.server.exchange.book(MarketID(0), depth: depth)
        #expect(rig.book?.bids.sorted { $0.key > $1.key }.map { BookLevel($0.key, $0.value) } == book.bids)
        #expect(rig.book?.asks.sorted { $0.key < $1.key }.map { BookLevel($0.key, $0.value) } == book.asks)
        #expect(book.bids.count >= 20)
    }

    @Test(arguments: [(false, BinanceDepth.differences), (true, .partial)])
    func `starts, trades and ends with books that agree`(ed25519: Bool, depth: BinanceDepth) {
        var rig = ready(ed25519: ed25519, depth: depth)
        #expect(rig.isReady, "\(rig.notes)")
        rig.place(.buy, 9_500_100, lots: 1_500, .immediateOrCancel)
        rig.place(.sell, 9_499_900, lots: 2_500, .immediateOrCancel)
        rig.place(.buy, nil, lots: 300, .goodTillCancel)
        rig.place(.buy, 9_400_000, lots: 500, .immediateOrCancel)
        let resting = rig.place(.sell, 9_500_500, lots: 400, .postOnly)
        let crossing = rig.place(.sell, 9_400_000, lots: 400, .postOnly)
        rig.run(.seconds(2))
        #expect(rig.openTickets == [resting])
        #expect(rig.tickets[crossing]?.filled == .zero)
        rig.trade(.buy, lots: 200_000, limit: 9_500_500)
        rig.run(.seconds(2))
        #expect(rig.fills.count >= 4 && rig.fills.values.contains { $0.isMaker })
        rig.cancel(resting)
        rig.run(.seconds(2))
        expectAccounted(rig)
        rig.place(.sell, 9_600_000, lots: 400, .goodTillCancel)
        rig.perform([.shutDown])
        rig.run(.seconds(30))
        #expect(rig.statuses.last == .closed)
        expectAccounted(rig)
    }

    @Test func `watches a book without any key`() {
        for depth in [BinanceDepth.partial, .differences] {
            var rig = ready(depth: depth, isTraded: false)
            #expect(rig.isReady)
            var mid: Int64 = 9_500_000
            rig.run(.seconds(20)) { rig in
                mid += 7
                rig.setBook(mid: mid)
            }
            rig.run(.seconds(2))
            #expect(rig.book?.bids.keys.max() == Price(ticks: mid - 1))
            expectSameBook(rig, depth: depth == .partial ? 20 : 1_000)
        }
    }

    @Test func `a book by differences mends itself after gaps, repeats, old snapshots and cuts`() {
        var rig = ready(isTraded: false)
        rig.server.chaos.set(.depthGap, chance: 1, in: 20)
        rig.server.chaos.set(.depthDuplicated, chance: 1, in: 10)
        rig.server.chaos.set(.staleSnapshot, chance: 1, in: 4)
        rig.server.chaos.set(.disconnect, chance: 1, in: 400)
        rig.server.chaos.set(.serverShutdown, chance: 1, in: 400)
        var mid: Int64 = 9_500_000
        var random = RandomSource(seed: 3)
        rig.run(.minutes(2)) { rig in
            mid += random.integer(in: -9...9)
            rig.setBook(mid: mid)
        }
        #expect(rig.server.strikes(of: .depthGap) > 3 && rig.server.strikes(of: .staleSnapshot) > 0)
        #expect(rig.events.contains(.market(.bookLost(BinanceSessionRig.market))))
        rig.server.chaos = BinanceChaos()
        rig.run(.seconds(20)) { rig in
            mid += random.integer(in: -9...9)
            rig.setBook(mid: mid)
        }
        rig.run(.seconds(1))
        expectSameBook(rig, depth: 1_000)
    }

    @Test(arguments: 1...4) func `accounts for every order through lost replies, lost events and lost streams`(
        seed: UInt64
    ) {
        var rig = ready(seed: seed, ed25519: seed % 2 == 0)
        let faults: [(BinanceFault, Int64)] = [
            (.timeoutAfterExecution, 25), (.unavailableAfterExecution, 25), (.replyLost, 25), (.replyDelayed, 25),
            (.requestLost, 40), (.htmlBadGateway, 40), (.untimely, 60), (.eventBeatsReply, 10),
            (.userEventDropped, 60), (.userEventDuplicated, 10), (.userEventDelayed, 10), (.subscriptionLost, 300),
            (.disconnect, 800), (.serverShutdown, 800), (.rateLimited, 300),
        ]
        for (fault, chance) in faults { rig.server.chaos.set(fault, chance: 1, in: chance) }
        var random = RandomSource(seed: seed)
        var mid: Int64 = 9_500_000
        rig.run(.minutes(3)) { rig in
            mid += random.integer(in: -5...5)
            rig.setBook(mid: mid)
            guard rig.isInSight, random.chance(1, in: 4) else { return }
            let side: Side = random.chance(1, in: 2) ? .buy : .sell
            let lots = random.integer(in: 100...3_000)
            if random.chance(1, in: 3) {
                rig.place(side, mid - side.sign * 10, lots: lots, .goodTillCancel)
            } else {
                rig.place(side, mid + side.sign * 20, lots: lots, .immediateOrCancel)
            }
            if let open = rig.openTickets.first, random.chance(1, in: 2) { rig.cancel(open) }
        }
        #expect(rig.tickets.count > 60, "\(rig.tickets.count)")
        rig.server.chaos = BinanceChaos()
        // The list of open orders is read once a minute beside a stream that tells of them.
        rig.run(.seconds(70))
        rig.perform([.shutDown])
        rig.run(.minutes(2))
        #expect(rig.statuses.last == .closed, "\(rig.notes.suffix(5))")
        expectAccounted(rig)
    }
}
