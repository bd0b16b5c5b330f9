import Fundamentals
import MarketModel
import Testing
import VenueKit

@testable import VenueExtended

/// Does what an engine does with orders, without opinions: one request of an order at a time, and questions about what
/// is unresolved.
private struct Desk {
    enum State: Hashable { case asked, resting, unresolved, over }
    struct Entry {
        var state = State.asked
        var since: Instant
        var total: Int64
        var booked: Int64 = 0
        var told: Int64 = 0
        var lastQuery = Instant.distantPast
        /// Price of an amendment without an outcome.
        var target: Int64?
    }
    var entries: [Entry] = []
    var trades: [Int64] = []

    mutating func read(_ stage: SessionStage, from start: Int) {
        for event in stage.events[start...] {
            guard case .account(let event) = event else { continue }
            switch event {
            case .accepted(let id, _): set(id, .resting, over: .asked)
            case .amended(let id, _, let quantity):
                change(id) {
                    $0.state = $0.state == .over ? .over : .resting
                    $0.total = quantity.lots
                    $0.target = nil
                }
            case .rejected(let id, .place, _): change(id) { $0.state = .over }
            case .rejected(let id, _, let rejection):
                change(id) {
                    if $0.state != .over { $0.state = rejection.kind == .rateLimited ? .resting : .unresolved }
                }
            case .unresolved(let id, _): change(id) { if $0.state != .over { $0.state = .unresolved } }
            case .filled(let fill):
                guard !trades.contains(fill.trade.number) else { continue }
                trades.append(fill.trade.number)
                if let id = fill.clientOrderID { change(id) { $0.booked += fill.quantity.lots } }
            case .done(let id, _, let filled):
                change(id) {
                    $0.state = .over
                    $0.told = max($0.told, filled?.lots ?? 0)
                }
            case .report(let report):
                guard let id = report.clientOrderID else { continue }
                change(id) { entry in
                    // An amendment that may still arrive is settled by its own price only.
                    let canArrive = stage.now < entry.since + .seconds(20)
                    if let target = entry.target, report.price?.ticks != target, canArrive { return }
                    if entry.state == .unresolved { (entry.state, entry.target) = (.resting, nil) }
                }
            case .notFound(let id, let askedAt):
                change(id) { if askedAt >= $0.since + .seconds(20) { $0.state = .over } }
            case .openOrders(_, let reports, let asOf):
                for index in entries.indices where entries[index].state == .resting && entries[index].since < asOf {
                    let id = SessionStage.id(UInt32(index))
                    if !reports.contains(where: { $0.clientOrderID == id }) { entries[index].state = .unresolved }
                }
            case .position, .balance, .holding, .funding, .fillsComplete: break
            }
        }
    }

    private mutating func set(_ id: ClientOrderID, _ state: State, over old: State) {
        change(id) { if $0.state == old { $0.state = state } }
    }

    private mutating func change(_ id: ClientOrderID, _ body: (inout Entry) -> Void) {
        body(&entries[Int(id.sequence)])
    }
}

@Suite struct `An Extended session in a storm` {
    @Test(arguments: 1...24)
    func `places each order once, and agrees with the venue when it is over`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var stage = SessionStage.ready { $0.rateRules = [RateRule(.weight, per: .minutes(1), limit: 60_000)] }
        stage.venue.storm = RandomSource(seed: seed &* 7_919)
        var desk = Desk()
        var read = 0
        var trade: Int64 = 1_000_000 << 22
        func work(_ stage: inout SessionStage, _ desk: inout Desk) {
            desk.read(stage, from: read)
            read = stage.events.count
            for index in desk.entries.indices {
                let entry = desk.entries[index]
                let isLate = entry.state == .asked && stage.now - entry.since > .seconds(10)
                guard entry.state == .unresolved || isLate, stage.now - entry.lastQuery >= .seconds(1) else { continue }
                desk.entries[index].state = .unresolved
                desk.entries[index].lastQuery = stage.now
                stage.perform(.query(SessionStage.id(UInt32(index)), SessionStage.market))
            }
        }
        for _ in 0..<400 {
            stage.run(.milliseconds(100))
            work(&stage, &desk)
            let resting = desk.entries.indices.filter { desk.entries[$0].state == .resting }
            let isUp = stage.session.sight.isReconciled
            switch random.integer(in: 0...9) {
            case 0...2 where isUp && resting.count < 6:
                desk.entries.append(Desk.Entry(since: stage.now, total: 1_000))
                stage.perform(SessionStage.place(UInt32(desk.entries.count - 1)))
            case 3...5 where isUp && !resting.isEmpty:
                let index = resting[Int(random.integer(in: 0...Int64(resting.count - 1)))]
                desk.entries[index].state = .asked
                desk.entries[index].since = stage.now
                let price = 83_900 + random.integer(in: 0...200)
                desk.entries[index].target = price
                let lots = desk.entries[index].booked + random.integer(in: 20...1_500)
                stage.perform(SessionStage.amend(UInt32(index), price: price, lots: lots))
            case 6 where !resting.isEmpty:
                let index = resting[Int(random.integer(in: 0...Int64(resting.count - 1)))]
                desk.entries[index].state = .asked
                desk.entries[index].since = stage.now
                stage.perform(SessionStage.cancel(UInt32(index)))
            case 7...8:
                let open = stage.venue.orders.indices.filter { stage.venue.orders[$0].isOpen }
                guard let index = open.last else { break }
                trade += 1_000 << 22
                stage.venue.fill(index, lots: random.integer(in: 1...700), trade: trade)
                stage.publish()
            default: break
            }
            // One order of ours never rests twice.
            let open = stage.venue.orders.filter(\.isOpen).compactMap { ExtendedOrderID(text: $0.external)?.client }
            #expect(Set(open).count == open.count)
        }
        stage.venue.storm = nil
        for _ in 0..<500 {
            stage.run(.milliseconds(100))
            work(&stage, &desk)
        }
        stage.perform(.fetchFills(SessionStage.market))
        stage.run(.seconds(1))
        work(&stage, &desk)
        // Nothing that could bring an order into being left twice.
        let placed = stage.venue.bodies.filter { $0.contains("\"nonce\"") }
        let names = placed.map { body in body.prefix { $0 != "," } }
        #expect(Set(names).count == names.count)
        for (index, entry) in desk.entries.enumerated() {
            let id = SessionStage.id(UInt32(index))
            let rows = stage.venue.orders.filter { ExtendedOrderID(text: $0.external)?.client == id }
            let filled = rows.reduce(Int64(0)) { $0 + ExactDecimal($1.filled)!.int64(atScale: 5)! }
            let open = rows.filter(\.isOpen).map(\.external)
            #expect(entry.booked == filled, "\(id)")
            #expect(entry.state == (open.isEmpty ? .over : .resting), "\(id)")
            #expect((stage.session.orders[id]?.possible.map(\.text) ?? []) == open, "\(id)")
            if entry.state == .over { #expect(entry.told == filled, "\(id)") }
        }
        #expect(desk.trades.count == stage.venue.trades.count)
        #expect(stage.fatal == nil)
        #expect(!desk.entries.isEmpty)
    }
}
