import Exchange
import Fundamentals
import LocalVenues
import MarketModel
import Testing
import VenueKit

@testable import Simulation

/// An auditor that never objects is worth nothing: here each is shown what it must object to.
@Suite struct `An auditor objects` {
    private let scenario = WorldScenario.standard
    private let account = AccountID(1)
    private let market = MarketID(0)
    private var exchange: Exchange
    private var events: [ExchangeEvent] = []
    private var now: Instant
    private var auditor: Auditor

    init() {
        now = scenario.start
        exchange = AsterWorld.makeServer(scenario, plan: .calm, seed: 1, startingAt: now).exchange
        auditor = Auditor(AsterWorld.rules(scenario, .calm))
        var flow = AsterWorld.makeFlow(scenario, plan: .calm, seed: 1, startingAt: now)
        for _ in 0..<200 {
            guard let due = flow.nextDue, let event = flow.next() else { break }
            now = due
            exchange.apply(event, at: now, into: &events)
        }
    }

    private mutating func place(_ name: String, lots: Int64) throws {
        let bid = try #require(exchange.touch(market)).bid.price
        let order = NewOrder(
            market: market, side: .buy, type: .limit, quantity: Quantity(lots: lots),
            price: Price(ticks: bid.ticks - 50), clientOrderID: name)
        _ = try exchange.place(order, by: account, at: now, into: &events)
    }

    @Test mutating func `to exposure over the limit`() throws {
        try place("apus-1-1", lots: scenario.positionLimit.lots)
        auditor.inspect(exchange, at: now)
        #expect(auditor.violations == [])
        try place("apus-1-2", lots: 500)
        auditor.inspect(exchange, at: now)
        #expect(auditor.violations.count == 1)
    }

    @Test mutating func `to exposure over the limit by an order on its way, until it arrives`() throws {
        try place("apus-1-1", lots: scenario.positionLimit.lots)
        let coming = InFlightOrders.Entry(
            name: "apus-1-2", market: market, side: .buy, quantity: Quantity(lots: 1), kind: .new)
        auditor.inFlight.left(coming, 1, in: .init(1))
        auditor.inspect(exchange, at: now)
        #expect(auditor.violations.count == 1)
        auditor.inFlight.arrived(1, .init(1))
        auditor.inspect(exchange, at: now)
        #expect(auditor.violations.count == 1)
    }

    @Test mutating func `to an order that is not what was approved`() {
        func entry(_ name: String, _ lots: Int64, _ kind: InFlightOrders.Entry.Kind) -> InFlightOrders.Entry {
            .init(name: name, market: market, side: .buy, quantity: Quantity(lots: lots), kind: kind)
        }
        let approved = [entry("apus-0-2", 10, .amendment), entry("apus-0-3", 5, .new)]
        auditor.left(entry("apus-0-2.4", 10, .replacement(of: "apus-0-2.3")), approved: approved, at: now)
        auditor.left(entry("apus-0-3", 5, .new), approved: approved, at: now)
        #expect(auditor.violations == [])
        auditor.fillBooked(
            Fill(
                market: market, trade: TradeID(1), clientOrderID: ClientOrderID(epoch: 0, sequence: 2),
                venueOrderID: VenueOrderID(1), side: .buy, price: Price(ticks: 1), quantity: Quantity(lots: 4),
                isMaker: true, commission: .zero, venueTime: now))
        auditor.left(entry("apus-0-2.5", 7, .replacement(of: "apus-0-2.4")), approved: approved, at: now)
        #expect(auditor.violations.count == 1)
        auditor.left(entry("apus-0-3", 6, .new), approved: approved, at: now)
        auditor.left(entry("apus-0-4", 1, .new), approved: approved, at: now)
        #expect(auditor.violations.count == 3)
    }

    @Test mutating func `to what rests longer after a crash than the switch allows`() throws {
        try place("apus-1-1", lots: 500)
        auditor.lifeEnds(at: now)
        auditor.lifeBegins(3, exchange, at: now + .seconds(20))
        #expect(auditor.violations == [])
        auditor.lifeEnds(at: now)
        auditor.lifeBegins(5, exchange, at: now + .seconds(26))
        #expect(auditor.violations.count == 1)
    }

    @Test mutating func `to orders of an earlier life`() throws {
        try place("apus-1-1", lots: 500)
        auditor.life = 3
        auditor.readyAt = now
        auditor.watches[0].lastMarketData = now + .seconds(11)
        auditor.inspect(exchange, at: now + .seconds(9))
        #expect(auditor.violations == [])
        auditor.inspect(exchange, at: now + .seconds(11))
        #expect(auditor.violations.count == 1)
    }

    @Test mutating func `to quotes on old data, and on a lost book`() throws {
        try place("apus-1-1", lots: 500)
        auditor.life = 1
        auditor.readyAt = now
        auditor.watches[0].lastMarketData = now
        auditor.inspect(exchange, at: now + .seconds(17))
        #expect(auditor.violations == [])
        auditor.inspect(exchange, at: now + .seconds(18))
        #expect(auditor.violations.count == 1)
        auditor.watches[0].lastMarketData = now + .seconds(18)
        auditor.watches[0].unusableSince = now
        auditor.inspect(exchange, at: now + .seconds(18))
        #expect(auditor.violations.count == 2)
    }

    @Test mutating func `to an intent that was submitted twice`() throws {
        try place("apus-1-1", lots: 500)
        exchange.cancelAll(of: account, in: market, at: now, into: &events)
        try place("apus-1-1", lots: 500)
        exchange.cancelAll(of: account, in: market, at: now, into: &events)
        auditor.finish(exchange, engine: nil, stopped: true, lives: 2, isFundingKnown: true, at: now)
        #expect(auditor.violations == ["\(now.milliseconds): apus-1-1 was submitted twice"])
    }

    @Test mutating func `to what is left resting, and to a process that does not stop`() throws {
        try place("apus-1-1", lots: 500)
        auditor.finish(exchange, engine: nil, stopped: false, lives: 2, isFundingKnown: true, at: now)
        #expect(auditor.violations.count == 2)
    }

    @Test mutating func `to trades that are not the venue's, or booked twice`() {
        let fill = Fill(
            market: market, trade: TradeID(1), clientOrderID: nil, venueOrderID: VenueOrderID(1), side: .buy,
            price: Price(ticks: 1), quantity: Quantity(lots: 1), isMaker: true, commission: .zero, venueTime: now)
        auditor.fillBooked(fill)
        auditor.fillBooked(fill)
        auditor.finish(exchange, engine: nil, stopped: true, lives: 2, isFundingKnown: true, at: now)
        #expect(auditor.violations.count == 3)
    }

    @Test mutating func `to a venue that has to throttle, or that refuses a signature`() {
        auditor.expectedThrottles = 1
        func reply(_ status: Int, _ body: String, weight: Int64?) {
            auditor.reply(
                status: status, body: Array(body.utf8), usedWeight: weight, limit: 100,
                fatal: AsterWorld.fatalReplies, at: now)
        }
        reply(429, "", weight: 10)
        #expect(auditor.violations == [])
        reply(418, "", weight: nil)
        #expect(auditor.violations.count == 1)
        auditor.expectedThrottles = 2
        reply(200, "", weight: 101)
        #expect(auditor.violations.count == 2)
        reply(400, #"{"code":-1022,"msg":"Signature for this request is not valid."}"#, weight: 1)
        #expect(auditor.violations.count == 3)
    }

    @Test mutating func `to a market that is not quoted again`() {
        auditor.demandQuotes(nil, isFinal: false, at: now)
        #expect(auditor.violations.count == 1)
        auditor.watches[0].hasQuoted = true
        auditor.demandQuotes(nil, isFinal: true, at: now)
        #expect(auditor.violations.count == 1)
    }

    @Test func `only to prices that the venue has not had lately`() {
        var history = TouchHistory()
        history.record(bid: Price(ticks: 10), ask: Price(ticks: 11), at: now)
        history.record(bid: Price(ticks: 12), ask: Price(ticks: 13), at: now + .seconds(5))
        #expect(history.had(bid: Price(ticks: 10), since: now + .seconds(4)))
        #expect(!history.had(bid: Price(ticks: 10), since: now + .seconds(5)))
        #expect(history.had(ask: Price(ticks: 13), since: now + .seconds(9)))
        #expect(!history.had(ask: Price(ticks: 14), since: now))
    }
}
