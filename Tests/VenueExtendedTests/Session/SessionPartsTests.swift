import Fundamentals
import MarketModel
import Testing

@testable import VenueExtended

@Suite struct `The clock of an Extended session` {
    private let base = Instant(milliseconds: 1_795_247_400_000)

    @Test func `knows nothing at first`() {
        #expect(ExtendedClock().offset == .zero)
        #expect(ExtendedClock().certainSkew == .zero)
        #expect(!ExtendedClock().isKnown)
    }

    @Test func `is told within half a second by whole seconds, and better by many of them`() {
        for truth in stride(from: Int64(-2_700), through: 2_700, by: 300) {
            var clock = ExtendedClock()
            for step in 0..<40 {
                let sent = base + .milliseconds(Int64(step) * 730)
                let venue = sent + .milliseconds(10 + truth)
                let date = Instant(milliseconds: venue.milliseconds / 1_000 * 1_000)
                let stepped = clock.record(date: date, sentAt: sent, receivedAt: sent + .milliseconds(20))
                #expect(!stepped)
                let error = clock.offset - .milliseconds(truth)
                #expect(abs(error.milliseconds) <= 520)
                #expect(clock.certainSkew <= .milliseconds(abs(truth)))
            }
            #expect(abs((clock.offset - .milliseconds(truth)).milliseconds) <= 60)
        }
    }

    @Test func `is told by stamps but for the shortest way, and forgets drift`() {
        var clock = ExtendedClock()
        for step in 0..<100 {
            let now = base + .milliseconds(Int64(step) * 100)
            _ = clock.record(stamp: now + .milliseconds(300 - 5 - Int64(step % 7)), at: now)
        }
        #expect(clock.offset == .milliseconds(295))
        for step in 0..<1_000 {
            let now = base + .seconds(600) + .seconds(Int64(step))
            _ = clock.record(stamp: now + .milliseconds(200), at: now)
        }
        #expect(clock.offset == .milliseconds(200))
    }

    @Test func `notices that a clock stepped`() {
        var clock = ExtendedClock()
        _ = clock.record(date: base, sentAt: base, receivedAt: base + .milliseconds(20))
        let isNoticed = clock.record(stamp: base + .seconds(31), at: base + .seconds(1))
        #expect(isNoticed)
        #expect(clock.offset == .seconds(30))
        let isNoticedAgain = clock.record(date: base, sentAt: base + .seconds(2), receivedAt: base + .seconds(2))
        #expect(isNoticedAgain)
    }

    @Test(arguments: [
        ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Thu, 29 Feb 2024 23:59:59 GMT", 1_709_251_199), ("Sat, 21 Nov 2026 07:50:00 GMT", 1_795_247_400),
        ("Mon, 01 Mar 2100 00:00:00 GMT", 4_107_542_400),
    ])
    func `reads dates`(text: String, seconds: Int64) {
        #expect(HTTPDate.read(text) == Instant(milliseconds: seconds * 1_000))
    }

    @Test(arguments: [
        "", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 CET",
        "Sun, 32 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
        "Sun, 06 Nov 99999999999999999999 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49 GMT", "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 Nov 1969 08:49:37 GMT",
    ])
    func `reads no other dates`(text: String) {
        #expect(HTTPDate.read(text) == nil)
    }
}

@Suite struct `The index of venue order ids` {
    @Test func `agrees with a plain list, forgets the oldest and stays bounded`() {
        var random = RandomSource(seed: 11)
        var index = ExtendedOrderIndex()
        var plain: [(Int64, ExtendedOrderID?)] = []
        for step in 0..<2_000 {
            let venue = random.integer(in: 0...500)
            let order =
                random.chance(1, in: 4)
                ? nil : ExtendedOrderID(ClientOrderID(epoch: 1, sequence: UInt32(step)), revision: UInt32(step % 3))
            index.record(order, as: VenueOrderID(venue))
            plain.removeAll { $0.0 == venue }
            plain.append((venue, order))
        }
        for venue in Int64(0)...500 {
            let expected: ExtendedOrderIndex.Owner =
                plain.first { $0.0 == venue }.map { $0.1.map(ExtendedOrderIndex.Owner.ours) ?? .foreign } ?? .unknown
            #expect(index.owner(of: VenueOrderID(venue)) == expected)
        }
        for venue in Int64(1_000)..<20_000 { index.record(nil, as: VenueOrderID(venue)) }
        #expect(index.count <= ExtendedOrderIndex.capacity)
        #expect(index.owner(of: VenueOrderID(1)) == .unknown)
        #expect(index.owner(of: VenueOrderID(19_999)) == .foreign)
    }
}

@Suite struct `The table of an Extended session's orders` {
    private let id = ClientOrderID(epoch: 1, sequence: 1)
    private let start = Instant(milliseconds: 1_795_247_400_000)
    private func spec(_ lots: Int64) -> OrderSpec {
        OrderSpec(market: MarketID(0), side: .buy, price: Price(ticks: 100), quantity: Quantity(lots: lots))
    }
    private func sighting(
        _ revision: UInt32, _ lots: Int64, filled: Int64 = 0, _ state: ExtendedOrderTable.Sighting.State
    ) -> ExtendedOrderTable.Sighting {
        .init(
            order: ExtendedOrderID(id, revision: revision), venueID: VenueOrderID(Int64(revision) + 10), side: .buy,
            price: Price(ticks: 100), quantity: Quantity(lots: lots), filled: Quantity(lots: filled), state: state)
    }

    @Test func `stays small however often an order is amended, and loses no fill`() {
        var table = ExtendedOrderTable()
        var events: [AccountEvent] = []
        var now = start
        table.place(id, spec(1_000), slot: 0, at: now)
        table.see(sighting(0, 1_000, .resting), slot: 0, at: now, into: &events)
        var left: Int64 = 1_000
        for revision in UInt32(1)...2_000 {
            now = now + .seconds(1)
            // Every fourth revision fills one lot before it is replaced.
            let filled: Int64 = revision % 4 == 0 ? 1 : 0
            let old = sighting(revision - 1, left, filled: filled, .replaced)
            let asked = table.amend(
                id, price: Price(ticks: 100), total: Quantity(lots: 1_000), least: Quantity(lots: 1), at: now)
            guard case .send(let next, _, let spec) = asked else {
                Issue.record("\(asked)")
                return
            }
            #expect(next.revision == revision)
            let size = spec.quantity.lots
            table.see(old, slot: 0, at: now, into: &events)
            table.see(sighting(revision, size, .resting), slot: 0, at: now, into: &events)
            #expect(events.last == .amended(id, price: Price(ticks: 100), quantity: Quantity(lots: 1_000 + filled)))
            left = size
            events.removeAll()
        }
        #expect(table[id].map { $0.revisions.count <= 80 } == true)
        #expect(table[id]?.filled == Quantity(lots: 500))
    }

    @Test func `never sums up to an overflow`() {
        var table = ExtendedOrderTable()
        var events: [AccountEvent] = []
        table.place(id, spec(1), slot: 0, at: start)
        for trade in 1...5_000 {
            table.book(TradeID(Int64(trade)), Quantity(lots: 1 << 52), of: ExtendedOrderID(id))
        }
        table.see(sighting(0, 1 << 52, filled: 1 << 52, .done(.filled)), slot: 0, at: start, into: &events)
        #expect(events.last == .done(id, .filled, filled: ExtendedOrder.most))
    }

    @Test func `forgets orders that have long been over, and none that rests`() {
        var table = ExtendedOrderTable()
        var events: [AccountEvent] = []
        for sequence in UInt32(0)..<6_000 {
            let now = start + .seconds(Int64(sequence))
            let id = ClientOrderID(epoch: 1, sequence: sequence)
            table.place(id, spec(1), slot: 0, at: now)
            var seen = sighting(0, 1, sequence == 7 ? .resting : .done(.canceled))
            seen.order = ExtendedOrderID(id)
            table.see(seen, slot: 0, at: now, into: &events)
        }
        #expect(table.orders.count < 1_100)
        #expect(table[ClientOrderID(epoch: 1, sequence: 7)]?.resting != nil)
    }
}
