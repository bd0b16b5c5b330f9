import Fundamentals
import MarketModel
import Testing
import Wire

@testable import VenueKit

/// Random orders and random faults; afterwards the venue heals, and its own record is held against what was told.
@Suite struct `Random faults between an adapter's session and its venue` {
    private static let faults: [ToyVenue.Fault] = [
        .lose, .drop, .late(.seconds(8)), .notSent, .refuse, .throttle(.milliseconds(700)), .noRoute, .half,
        .refuseHalf, .gateway, .wrongTime,
    ]
    private static let routes = [
        "/place", "/place", "/place", "/cancel", "/cancel", "/open", "/fills", "/balances", "/book", "/time", "/order",
        "/key", "/rules",
    ]

    private static func stage(_ random: inout RandomSource) -> Stage {
        let hasStream = random.chance(1, in: 2)
        let hasKey = random.chance(1, in: 2)
        let placeBatch = Int(random.integer(in: 1...5))
        let cancelBatch = Int(random.integer(in: 1...5))
        let byClient = random.chance(1, in: 2)
        let hasAll = random.chance(1, in: 3)
        var configuration = AdapterSessionConfiguration()
        configuration.seed = random.next()
        var stage = Stage.ready(configuration) {
            $0.streams = hasStream ? [.account] : []
            $0.hasStreamKey = hasStream && hasKey
            $0.capabilities.placeBatch = placeBatch
            $0.capabilities.cancelBatch = cancelBatch
            $0.capabilities.cancelAll = hasAll
            $0.cancelsByClient = byClient
        }
        stage.venue.pageSize = Int(random.integer(in: 1...6))
        return stage
    }

    /// Requests for orders that were made, and what was told about each.
    private struct Record {
        var placed: [ClientOrderID] = []
        var canceled: [ClientOrderID] = []
    }

    private static func trade(_ stage: inout Stage, _ random: inout RandomSource) -> Record {
        var record = Record()
        var next: UInt32 = 0
        for _ in 0..<40 {
            if random.chance(2, in: 3) {
                let index = Int(random.integer(in: 0...Int64(routes.count - 1)))
                let fault = faults[Int(random.integer(in: 0...Int64(faults.count - 1)))]
                stage.venue.faults.append((routes[index], fault))
            }
            var actions: [OrderAction] = []
            for _ in 0..<random.integer(in: 0...6) {
                next += 1
                record.placed.append(Stage.id(next))
                actions.append(Stage.place(next))
            }
            for id in record.placed where !record.canceled.contains(id) && random.chance(1, in: 4) {
                guard !actions.contains(where: { $0.clientOrderID == id }) else { continue }
                record.canceled.append(id)
                actions.append(.cancel(id, market: MarketID(0)))
            }
            stage.perform(all: actions)
            if random.chance(1, in: 20) { stage.cut() }
            if random.chance(1, in: 4), let id = record.placed.last { stage.venue.fill(id, 1, at: stage.now) }
            if random.chance(1, in: 8) { stage.perform(.cancelAll(MarketID(0))) }
            stage.run(.milliseconds(random.integer(in: 10...1_500)), step: .milliseconds(random.integer(in: 5...90)))
        }
        return record
    }

    @Test(arguments: 1...40) func `leave each order with one outcome, and none resting`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var stage = Self.stage(&random)
        let record = Self.trade(&stage, &random)
        stage.venue.faults = []
        stage.run(.seconds(20))
        for id in record.placed {
            let all = stage.outcomes(.place, of: id)
            // Repeats of an acceptance by another road are harmless; refusals and doubts are told once.
            let told = all.filter { $0 != "accepted" }
            #expect(told.count <= 1, "\(id): \(all)")
            let isListed = stage.account.contains { event in
                switch event {
                case .openOrders(_, let reports, _): reports.contains { $0.clientOrderID == id }
                case .filled(let fill): fill.clientOrderID == id
                case .done(id, _, _): true
                default: false
                }
            }
            #expect(!all.isEmpty || isListed, "\(id) has no outcome")
            if told.contains(where: { $0.hasPrefix("rejected") }) {
                #expect(stage.venue.order(id) == nil, "\(id) was told as refused, and exists")
            }
            if all.contains("accepted") || isListed && !told.contains(where: { $0.hasPrefix("rejected") }) {
                #expect(stage.venue.order(id) != nil, "\(id) was told as accepted, and never was")
            }
            #expect(stage.venue.orders.filter { $0.client == id.text }.count <= 1, "\(id) was placed twice")
        }
        for id in record.canceled { #expect(!stage.outcomes(.cancel, of: id).isEmpty, "cancel of \(id)") }
        stage.ask(.shutDown)
        stage.run(.minutes(2))
        #expect(stage.isClosed, "\(stage.notes.suffix(3))")
        #expect(stage.venue.resting().isEmpty)
        #expect(stage.session.requests.count == 0 && stage.session.lane.isEmpty)
        #expect(stage.fatal == nil)
    }

    /// Without a stream, and without polls, replies are the only road.
    @Test(arguments: 1...25) func `leave exactly one outcome where only replies tell`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        let byClient = random.chance(1, in: 2)
        let batch = Int(random.integer(in: 1...5))
        var stage = Stage.ready {
            $0.capabilities.placeBatch = batch
            $0.capabilities.cancelBatch = batch
            $0.cancelsByClient = byClient
            $0.cadence.orders = .hours(1)
            $0.cadence.idleOrders = .hours(1)
        }
        var placed: [UInt32] = []
        for round in 0..<12 as Range<UInt32> {
            for route in ["/place", "/cancel"] where random.chance(1, in: 2) {
                stage.venue.faults.append((route, Self.faults[Int(random.integer(in: 0...9))]))
            }
            let fresh = (1...UInt32(random.integer(in: 1...7))).map { round * 10 + $0 }
            stage.perform(all: fresh.map { Stage.place($0) })
            stage.run(.milliseconds(random.integer(in: 0...200)), step: .milliseconds(10))
            let over = fresh.filter { _ in random.chance(1, in: 2) }
            stage.perform(all: over.map { Stage.cancel($0) })
            stage.run(.seconds(random.integer(in: 0...7)))
            placed += fresh
            stage.run(.seconds(18))
            for number in fresh {
                let outcomes = stage.outcomes(.place, of: Stage.id(number))
                let ends = stage.outcomes(.cancel, of: Stage.id(number))
                // A cancel that overtook a lost reply speaks for both.
                let isOver = outcomes.isEmpty && ends == ["done canceled"]
                #expect(outcomes.count == 1 || isOver, "\(number): \(outcomes)")
                let exists = stage.venue.order(Stage.id(number)) != nil
                if outcomes == ["accepted"] { #expect(exists) }
                if outcomes.first?.hasPrefix("rejected") == true { #expect(!exists) }
                #expect(ends.count == (over.contains(number) ? 1 : 0), "cancel of \(number): \(ends)")
            }
        }
    }

    @Test(arguments: 1...20) func `do not trap over events of the wrong kind, at any time`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var stage = Stage {
            $0.streams = [.account, .market]
            $0.source = .differences
        }
        let texts = [
            "subscribed", "diff 5 9 4", "diff 10 12 9", "snap 8", "new apus-7-1 3", "done apus-7-1 x", "?", "",
        ]
        for step in 0..<400 {
            if step == 3 { stage.start() }
            let request = RequestID(UInt64(random.integer(in: 0...40)))
            let stream = StreamID(UInt64(random.integer(in: 0...6)))
            switch random.integer(in: 0...8) {
            case 0: stage.receive(.reply(request, HTTPResponse(status: 200, body: Array("1 2 3 4".utf8))))
            case 1: stage.receive(.failed(request, .unknown("lost")))
            case 2: stage.receive(.streamOpened(stream))
            case 3: stage.receive(.streamClosed(stream, "cut"))
            case 4: stage.receive(.streamPing(stream))
            case 5: stage.perform(Stage.place(UInt32(step)), Stage.cancel(UInt32(step / 2)), .cancelAll(MarketID(5)))
            case 6: stage.ask(.query(Stage.id(UInt32(step / 3)), MarketID(Int(random.integer(in: 0...2)))))
            case 7 where step > 390: stage.ask(.shutDown)
            default:
                let text = texts[Int(random.integer(in: 0...Int64(texts.count - 1)))]
                stage.receive(.streamText(stream, Array(text.utf8)))
            }
            stage.run(.milliseconds(random.integer(in: 1...400)))
        }
        #expect(stage.session.requests.count < 100)
        #expect(stage.session.deferred.count < 100)
    }

    @Test func `tell the same from the same seed`() {
        func run() -> [VenueEvent] {
            var random = RandomSource(seed: 5)
            var stage = Self.stage(&random)
            _ = Self.trade(&stage, &random)
            return stage.events
        }
        #expect(run() == run())
    }
}
