import Execution
import Fundamentals
import MarketModel
import Testing

private let start = Instant(milliseconds: 1_800_000_000_000)
private let market = MarketID(0)
private let venueID = VenueOrderID(77)

/// A table with one order, and a short way to say what happens to it.
private struct Bench {
    var table: OrderTable
    var now = start
    var notices: [TableNotice] = []
    let id = ClientOrderID(epoch: 3, sequence: 1)

    init(_ spec: OrderSpec = spec(), amends: AmendStyle = .inPlace) {
        table = OrderTable(epoch: 3, arrivalHorizon: .seconds(15), amends: amends)
        table.recordPlace(id, spec, for: .quote(level: 0), at: start)
    }

    static func working(amends: AmendStyle = .inPlace) -> Bench {
        var bench = Bench(amends: amends)
        bench.accept()
        return bench
    }

    static func spec(_ side: Side = .buy, _ price: Int64 = 100, _ lots: Int64 = 50) -> OrderSpec {
        OrderSpec(market: market, side: side, price: Price(ticks: price), quantity: Quantity(lots: lots))
    }

    var state: OrderState? { table.order(id)?.state }
    var atRisk: Int64 { table.exposure(in: market).buying.lots }
    var isUnresolved: Bool { if case .unresolved? = state { true } else { false } }
    var end: OrderEnd? { if case .done(let end, _)? = state { end } else { nil } }

    mutating func accept() { table.accepted(id, venueID, into: &notices) }
    mutating func fill(_ lots: Int64, trade: Int64 = 1) {
        _ = table.filled(
            Fill(
                market: market, trade: TradeID(trade), clientOrderID: id, venueOrderID: venueID, side: .buy,
                price: Price(ticks: 100), quantity: Quantity(lots: lots), isMaker: true, commission: .zero,
                venueTime: now), at: now, into: &notices)
    }
    mutating func done(_ reason: DoneReason, filled: Int64?) {
        table.done(id, reason, filled: filled.map { Quantity(lots: $0) }, at: now, into: &notices)
    }
    mutating func report(_ status: OrderReport.Status, filled: Int64 = 0, price: Int64 = 100, quantity: Int64 = 50) {
        table.report(report(status, filled, price, quantity), at: now, into: &notices)
    }
    func report(_ status: OrderReport.Status, _ filled: Int64, _ price: Int64, _ quantity: Int64) -> OrderReport {
        OrderReport(
            market: market, clientOrderID: id, venueOrderID: venueID, side: .buy, price: Price(ticks: price),
            quantity: Quantity(lots: quantity), filled: Quantity(lots: filled), status: status)
    }
    mutating func unresolved(_ kind: RequestKind) { table.unresolved(id, kind, at: now) }
    mutating func reject(_ kind: RequestKind, _ reason: VenueRejection.Kind = .other) {
        table.rejected(id, kind, reason, at: now)
    }
    mutating func notFound(askedAt: Instant) { table.notFound(id, askedAt: askedAt, at: now, into: &notices) }
    mutating func cancel() { table.recordCancel(id, at: now) }
    mutating func amend(_ price: Int64, _ quantity: Int64) {
        table.recordAmend(id, price: Price(ticks: price), quantity: Quantity(lots: quantity), at: now)
    }
    mutating func amended(_ price: Int64, _ quantity: Int64) {
        table.amended(id, price: Price(ticks: price), quantity: Quantity(lots: quantity), at: now)
    }
    /// Seconds from the start at which the order is asked for, until `span` has passed.
    mutating func queryTimes(for span: TimeSpan) -> [Int64] {
        var times: [Int64] = []
        let end = now + span
        while now < end {
            now = now + .milliseconds(100)
            var queries: [(ClientOrderID, MarketID)] = []
            table.advance(to: now, queries: &queries, into: &notices)
            if !queries.isEmpty { times.append((now - start).milliseconds / 1_000) }
        }
        return times
    }
    mutating func snapshot(_ reports: [OrderReport], asOf: Instant) {
        table.openOrders(market, reports, asOf: asOf, at: now, into: &notices)
    }
}

@Suite struct `The life of an order` {
    @Test func `intent counts before anything is heard`() {
        let bench = Bench()
        #expect(bench.state == .pendingNew)
        #expect(bench.atRisk == 50)
    }

    @Test func `accepted, filled in two parts, done`() {
        var bench = Bench.working()
        #expect(bench.state == .working)
        bench.fill(20)
        #expect(bench.atRisk == 30)
        bench.fill(30, trade: 2)
        #expect(bench.end == .venue(.filled))
        #expect(bench.table.isSettled)
    }

    @Test func `a fill before the acknowledgement is one`() {
        var bench = Bench()
        bench.fill(10)
        #expect(bench.state == .working)
        bench.unresolved(.place)
        #expect(bench.state == .working)
        bench.accept()
        #expect(bench.atRisk == 40)
    }

    @Test func `a refused place is over`() {
        var bench = Bench()
        bench.reject(.place)
        #expect(bench.end == .rejected)
        #expect(bench.atRisk == 0)
    }

    @Test func `a cancel keeps counting until it is confirmed`() {
        var bench = Bench.working()
        bench.cancel()
        #expect(bench.state == .pendingCancel)
        #expect(bench.atRisk == 50)
        bench.done(.canceled, filled: 0)
        #expect(bench.end == .venue(.canceled))
        #expect(bench.atRisk == 0)
    }

    @Test func `a fill after the cancel was confirmed is booked all the same`() {
        var bench = Bench.working()
        bench.cancel()
        bench.done(.canceled, filled: nil)
        bench.fill(20)
        #expect(bench.table.order(bench.id)?.filled == Quantity(lots: 20))
        #expect(bench.end == .venue(.canceled))
    }

    @Test func `a refused cancel is no end: the order is asked for at once`() {
        var bench = Bench.working()
        bench.cancel()
        bench.reject(.cancel, .stateMismatch)
        #expect(bench.isUnresolved)
        #expect(bench.atRisk == 50)
        #expect(bench.queryTimes(for: .seconds(1)).first == 0)
        bench.report(.working)
        #expect(bench.state == .working)
    }

    @Test func `a rate-limited amendment certainly did nothing, and may be tried again`() {
        var bench = Bench.working()
        bench.amend(101, 50)
        bench.reject(.amend, .rateLimited)
        #expect(bench.state == .working)
    }

    @Test func `each further refusal of a cancel is asked about later, so that nothing spins`() {
        var bench = Bench.working()
        var waits: [Int64] = []
        for _ in 0..<6 {
            bench.cancel()
            bench.reject(.cancel, .rateLimited)
            let before = bench.now
            var queries: [(ClientOrderID, MarketID)] = []
            while queries.isEmpty {
                bench.table.advance(to: bench.now, queries: &queries, into: &bench.notices)
                if queries.isEmpty { bench.now = bench.now + .milliseconds(100) }
            }
            waits.append((bench.now - before).milliseconds)
            bench.report(.working)
        }
        #expect(waits == [0, 1_000, 2_000, 4_000, 8_000, 10_000])
    }

    @Test func `fills that the venue has counted and we have not are fetched, and count until the history is complete`()
    {
        var bench = Bench.working()
        bench.done(.canceled, filled: 30)
        #expect(bench.notices == [.missingFills(market)])
        #expect(bench.atRisk == 30)
        #expect(!bench.table.isSettled)
        bench.fill(10)
        #expect(bench.atRisk == 20)
        bench.table.fillsComplete(market, asOf: start - .seconds(1), into: &bench.notices)
        #expect(bench.atRisk == 20)
        bench.table.fillsComplete(market, asOf: start + .seconds(1), into: &bench.notices)
        #expect(bench.atRisk == 0)
        #expect(bench.notices.last == .writtenOff(bench.id, Quantity(lots: 20)))
        #expect(bench.table.isSettled)
    }

    @Test func `a venue that says filled means all of it`() {
        var bench = Bench.working()
        bench.done(.filled, filled: nil)
        #expect(bench.atRisk == 50)
        bench.fill(50)
        #expect(bench.table.isSettled)
    }
}

@Suite struct `An amendment` {
    @Test func `counts at the larger size until it is confirmed`() {
        var bench = Bench.working()
        bench.amend(101, 80)
        #expect(bench.atRisk == 80)
        bench.amended(101, 80)
        #expect(bench.state == .working)
        bench.amend(101, 20)
        #expect(bench.atRisk == 80)
        bench.amended(101, 20)
        #expect(bench.atRisk == 20)
    }

    @Test func `crosses by the more aggressive of its two prices`() {
        var bench = Bench.working()
        bench.amend(105, 50)
        #expect(bench.table.exposure(in: market).highestBuy?.price == Price(ticks: 105))
        bench.amended(105, 50)
        bench.amend(95, 50)
        #expect(bench.table.exposure(in: market).highestBuy?.price == Price(ticks: 105))
    }

    @Test func `a fill of the old size does not end an order that may have grown`() {
        var bench = Bench.working()
        bench.amend(101, 80)
        bench.fill(50)
        #expect(bench.state == .pendingAmend)
        #expect(bench.atRisk == 30)
    }

    @Test func `without a reply it is settled by its own values, or once it can no longer arrive`() {
        var bench = Bench.working()
        bench.amend(101, 80)
        bench.unresolved(.amend)
        bench.now = start + .seconds(5)
        bench.report(.working)
        #expect(bench.isUnresolved)
        #expect(bench.atRisk == 80)
        var arrived = bench
        arrived.report(.working, price: 101, quantity: 80)
        #expect(arrived.state == .working)
        #expect(arrived.table.order(arrived.id)?.spec.price == Price(ticks: 101))
        bench.now = start + .seconds(15)
        bench.report(.working)
        #expect(bench.state == .working)
        #expect(bench.atRisk == 50)
    }

    @Test func `refused, the order is asked for and goes on as it was`() {
        var bench = Bench.working()
        bench.amend(101, 80)
        bench.reject(.amend, .requote)
        #expect(bench.isUnresolved)
        bench.report(.working)
        #expect(bench.state == .working)
        #expect(bench.atRisk == 50)
    }

    @Test func `a late confirmation settles an unresolved one`() {
        var bench = Bench.working()
        bench.amend(101, 80)
        bench.unresolved(.amend)
        bench.amended(101, 80)
        #expect(bench.state == .working)
        #expect(bench.atRisk == 80)
    }
}

@Suite struct `A replacement` {
    private func replacing(_ price: Int64 = 101, _ total: Int64 = 60, filled: Int64 = 0) -> Bench {
        var bench = Bench.working(amends: .replacement)
        if filled > 0 { bench.fill(filled) }
        bench.amend(price, total)
        return bench
    }

    @Test func `counts what the old order has left and the whole new one, as two orders, until it is confirmed`() {
        var bench = replacing(filled: 20)
        #expect(bench.atRisk == 30 + 40)
        #expect(bench.table.exposure(in: market).count == 2)
        bench.amended(101, 60)
        #expect(bench.state == .working)
        #expect(bench.atRisk == 40)
        #expect(bench.table.exposure(in: market).count == 1)
    }

    @Test func `may fill the old order to its end and then the new one`() {
        var bench = replacing()
        bench.fill(50)
        #expect(bench.state == .pendingAmend)
        #expect(bench.atRisk == 60)
        bench.amended(101, 110)
        #expect(bench.atRisk == 60)
        bench.fill(60, trade: 2)
        #expect(bench.end == .venue(.filled))
    }

    @Test func `crosses by the more aggressive of its two prices, up or down`() {
        #expect(replacing(101).table.exposure(in: market).highestBuy?.price == Price(ticks: 101))
        #expect(replacing(99).table.exposure(in: market).highestBuy?.price == Price(ticks: 100))
    }

    @Test func `refused, goes on counting both until the venue tells what the order is`() {
        var bench = replacing()
        bench.reject(.amend)
        #expect(bench.isUnresolved)
        #expect(bench.atRisk == 110)
        bench.report(.working)
        #expect(bench.state == .working)
        #expect(bench.atRisk == 50)
    }

    @Test func `without a reply is not settled by a report that may be of the old order`() {
        var bench = replacing(100, 30)
        bench.unresolved(.amend)
        bench.report(.working, price: 100, quantity: 50)
        #expect(bench.isUnresolved)
        #expect(bench.atRisk == 80)
        bench.report(.working, price: 100, quantity: 30)
        #expect(bench.state == .working)
        #expect(bench.atRisk == 30)
    }

    @Test func `is settled with what the old order filled on its way out`() {
        var bench = replacing()
        bench.unresolved(.amend)
        bench.report(.working, filled: 7, price: 101, quantity: 67)
        #expect(bench.state == .working)
        #expect(bench.atRisk == 67)
        bench.fill(7)
        #expect(bench.atRisk == 60)
    }

    @Test func `that takes both orders off ends it`() {
        var bench = replacing()
        bench.done(.canceled, filled: 0)
        #expect(bench.table.isSettled)
        #expect(bench.atRisk == 0)
    }
}

@Suite struct `An order of unknown state` {
    @Test func `counts in full and is asked for ever more slowly`() {
        var bench = Bench()
        bench.unresolved(.place)
        #expect(bench.atRisk == 50)
        #expect(bench.queryTimes(for: .seconds(40)) == [1, 2, 4, 8, 16, 26, 36])
        #expect(bench.atRisk == 50)
    }

    @Test func `not found is evidence only once the request could no longer arrive when it was asked`() {
        var bench = Bench()
        bench.unresolved(.place)
        bench.now = start + .seconds(20)
        bench.notFound(askedAt: start + .milliseconds(14_999))
        #expect(bench.isUnresolved)
        bench.notFound(askedAt: start + .seconds(15))
        #expect(bench.end == .neverArrived)
        #expect(bench.atRisk == 0)
    }

    @Test func `any sign of life revives one that was given up`() {
        for sign in 0..<3 {
            var bench = Bench()
            bench.unresolved(.place)
            bench.notFound(askedAt: start + .seconds(15))
            switch sign {
            case 0: bench.accept()
            case 1: bench.fill(5)
            default: bench.report(.working)
            }
            #expect(bench.state == .working)
            #expect(bench.notices.contains(.revived(bench.id)))
            #expect(bench.atRisk == (sign == 1 ? 45 : 50))
        }
    }

    @Test func `a late acceptance, a report or a refusal resolves it`() {
        var bench = Bench()
        bench.unresolved(.place)
        var accepted = bench
        accepted.accept()
        #expect(accepted.state == .working)
        var reported = bench
        reported.report(.done(.expired), filled: 0)
        #expect(reported.end == .venue(.expired))
        bench.reject(.place)
        #expect(bench.end == .rejected)
    }

    @Test func `a lost cancel is asked about, and may be cancelled again`() {
        var bench = Bench.working()
        bench.cancel()
        bench.unresolved(.cancel)
        #expect(bench.atRisk == 50)
        bench.report(.working)
        #expect(bench.state == .working)
        bench.cancel()
        bench.report(.done(.canceled), filled: 10)
        #expect(bench.notices.last == .missingFills(market))
        #expect(bench.atRisk == 10)
    }

    @Test func `not found says nothing about an order that works or has a request under way`() {
        var bench = Bench.working()
        bench.notFound(askedAt: start + .seconds(60))
        #expect(bench.state == .working)
        bench.cancel()
        bench.notFound(askedAt: start + .seconds(60))
        #expect(bench.state == .pendingCancel)
    }

    @Test func `a request that nobody answers becomes unresolved by itself`() {
        var bench = Bench()
        #expect(bench.queryTimes(for: .milliseconds(10_100)) == [10])
        #expect(bench.isUnresolved)
        #expect(bench.notices == [.unanswered(bench.id)])
    }

    @Test func `an ended order does not come back on a stale report`() {
        var bench = Bench.working()
        bench.cancel()
        bench.done(.canceled, filled: 0)
        bench.report(.working)
        bench.accept()
        #expect(bench.end == .venue(.canceled))
    }
}

@Suite struct `The venue's list of open orders` {
    @Test func `makes an order unresolved that works and is not in it`() {
        var bench = Bench.working()
        bench.now = start + .seconds(3)
        bench.snapshot([], asOf: start + .seconds(2))
        #expect(bench.isUnresolved)
    }

    @Test func `says nothing about orders that are younger than it, or under way`() {
        var bench = Bench.working()
        bench.snapshot([], asOf: start - .seconds(1))
        #expect(bench.state == .working)
        bench.cancel()
        bench.snapshot([], asOf: start + .seconds(2))
        #expect(bench.state == .pendingCancel)
    }

    @Test func `has orders of earlier starts cancelled`() {
        var bench = Bench.working()
        var stray = bench.report(.working, 0, 100, 50)
        stray.clientOrderID = ClientOrderID(epoch: 2, sequence: 40)
        bench.snapshot([stray, bench.report(.working, 0, 100, 50)], asOf: start + .seconds(1))
        #expect(bench.notices == [.cancelStray(ClientOrderID(epoch: 2, sequence: 40), market)])
    }

    @Test func `does not resurrect what ended after it was asked for, and cancels what is open against all evidence`() {
        var bench = Bench.working()
        bench.now = start + .seconds(5)
        bench.done(.canceled, filled: 0)
        bench.snapshot([bench.report(.working, 0, 100, 50)], asOf: start + .seconds(4))
        #expect(bench.notices == [])
        bench.snapshot([bench.report(.working, 0, 100, 50)], asOf: start + .seconds(6))
        #expect(bench.notices == [.cancelStray(bench.id, market)])
    }
}

@Suite struct `The difference to what is desired` {
    private func desired(_ price: Int64, _ lots: Int64, side: Side = .buy, level: Int = 0) -> Quote {
        Quote(
            side: side, price: Price(ticks: price), quantity: Quantity(lots: lots), timeInForce: .goodTillCancel,
            reduceOnly: false, level: level)
    }

    private func difference(_ bench: Bench, _ wanted: [Quote]) -> [OrderChange] {
        var changes: [OrderChange] = []
        bench.table.difference(wanted, in: market, into: &changes)
        return changes
    }

    @Test func `keeps what matches, and places what is not there`() {
        let bench = Bench.working()
        #expect(difference(bench, [desired(100, 50)]) == [])
        let offer = desired(105, 50, side: .sell)
        #expect(difference(bench, [desired(100, 50), offer]) == [.place(offer)])
        let second = desired(99, 50, level: 1)
        #expect(difference(bench, [desired(100, 50), second]) == [.place(second)])
    }

    @Test func `keeps a partly filled order for its remainder`() {
        var bench = Bench.working()
        bench.fill(20)
        #expect(difference(bench, [desired(100, 30)]) == [])
        #expect(difference(bench, [desired(100, 50)]) == [])
        let shrunk = OrderChange.amend(bench.id, price: Price(ticks: 100), quantity: Quantity(lots: 30))
        #expect(difference(bench, [desired(100, 10)]) == [shrunk])
    }

    @Test func `amends price and total quantity where the venue can, else cancels first`() {
        var bench = Bench.working()
        bench.fill(20)
        let moved = OrderChange.amend(bench.id, price: Price(ticks: 101), quantity: Quantity(lots: 50))
        #expect(difference(bench, [desired(101, 30)]) == [moved])
        var other = Bench.working(amends: .unsupported)
        other.fill(20)
        #expect(difference(other, [desired(101, 30)]) == [.renew(bench.id)])
    }

    @Test func `cancels what is not wanted, and what an amendment cannot change`() {
        let bench = Bench.working()
        #expect(difference(bench, []) == [.cancel(bench.id)])
        var other = desired(100, 50)
        other.timeInForce = .postOnly
        #expect(difference(bench, [other]) == [.renew(bench.id)])
        other = desired(100, 50)
        other.reduceOnly = true
        #expect(difference(bench, [other]) == [.renew(bench.id)])
    }

    @Test func `places nothing beside an order that may still fill, and sends no second request for it`() {
        var bench = Bench()
        #expect(difference(bench, [desired(101, 50)]) == [])
        #expect(difference(bench, []) == [])
        bench.unresolved(.place)
        #expect(difference(bench, [desired(101, 50)]) == [])
        bench.accept()
        bench.cancel()
        #expect(difference(bench, [desired(101, 50)]) == [])
        bench.done(.canceled, filled: 0)
        #expect(difference(bench, [desired(101, 50)]) == [.place(desired(101, 50))])
    }

    @Test func `leaves other markets and market orders alone`() {
        var bench = Bench.working()
        bench.table.recordPlace(
            bench.table.nextID,
            OrderSpec(market: MarketID(1), side: .buy, price: Price(ticks: 5), quantity: Quantity(lots: 1)),
            for: .quote(level: 0), at: start)
        let flatten = bench.table.nextID
        bench.table.recordPlace(
            flatten, OrderSpec(market: market, side: .sell, price: nil, quantity: Quantity(lots: 1)), for: .flatten,
            at: start)
        bench.table.accepted(flatten, venueID, into: &bench.notices)
        #expect(difference(bench, [desired(100, 50)]) == [])
    }

    @Test func `ids count up and are never used twice`() {
        var bench = Bench()
        var seen = [bench.id]
        for _ in 0..<50 {
            let id = bench.table.nextID
            bench.table.recordPlace(id, Bench.spec(), for: .quote(level: 0), at: start)
            bench.table.rejected(id, .place, .other, at: start)
            #expect(id > seen.last!)
            #expect(id.epoch == 3)
            seen.append(id)
        }
    }
}
