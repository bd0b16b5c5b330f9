internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import TradingEngine

/// Says what must never be so. It believes the venue's books; what the process thinks is only held against them.
struct Auditor: Sendable {
    struct Rules: Sendable {
        var account: AccountID
        /// Largest worst case a side may reach in each market, in lots.
        var limits: [Quantity]
        /// Largest worst case of the signed sum of all markets, at their mids; nil for no such rule.
        var netLimit: Cash?
        /// How many orders of one life may be open in a market.
        var maxOpenOrders: Int
        var instruments: [Instrument]
        /// Age of the book from which nothing may be quoted.
        var staleAfter: TimeSpan
        /// Length of the dead man's switch.
        var countdown: TimeSpan
        var pullTolerance = Auditor.pullTolerance
        /// How long quotes may rest on a position that is not the venue's; nil where faults hide fills from the process.
        var positionLag: TimeSpan?

        var markets: [MarketID] { limits.indices.map { MarketID($0) } }
    }

    /// What is watched market by market.
    struct Watch: Sendable {
        var touches = TouchHistory()
        var lastMarketData = Instant.distantPast
        var unusableSince: Instant?
        /// Set when the process was seen quoting since the faults ended.
        var hasQuoted = false
        /// Since when quotes rest without a dead man's switch.
        var uncoveredSince: Instant?
        /// Since when it is quoted on a position that is not the venue's.
        var misplacedSince: Instant?
    }
    /// How long pulling quotes may take while requests and replies are being lost: a cancel that got no answer is
    /// repeated only after its deadline of 5 s, and that one may be lost too.
    static let pullTolerance = TimeSpan.seconds(14)
    /// The same where a venue's 429 silences the process for as long as it takes the dead man's switch, which a late
    /// request has just armed, to clear everything.
    static let switchTolerance = TimeSpan.seconds(24)
    /// How long after a crash requests of the dead process may still arrive, and arm the switch once more.
    static let arrivalSlack = TimeSpan.seconds(10)
    /// How long orders of an earlier life may rest once the next one is ready.
    static let orphanTolerance = TimeSpan.seconds(10)
    /// Orders of an earlier life that arrive when the next one is ready already are found by the poll of open orders,
    /// every 10 s; its reply and the cancel may be lost once.
    static let lateOrphanTolerance = TimeSpan.seconds(30)
    /// By how much the net may seem to be over its limit because mids have moved since it was judged: one in so many.
    static let netSlack: Int128 = 100

    let rules: Rules
    var inFlight = InFlightOrders()
    private(set) var violations: [String] = []
    private(set) var worstExposure = Quantity.zero
    var watches: [Watch]
    /// The process has told that the venue's wallet moved without a reason it knows.
    var hasWalletAlarm = false
    var booked: [(epoch: Int, fill: Fill)] = []

    var life: Life = 0
    var crashedAt: Instant?
    var readyAt: Instant?
    /// When the process was last looked at.
    var observedAt = Instant.distantPast
    var hasHealed = false
    var expectedThrottles = 0
    var throttles = 0

    init(_ rules: Rules) {
        self.rules = rules
        watches = Array(repeating: Watch(), count: rules.limits.count)
    }

    mutating func violation(_ text: String, at now: Instant) {
        // One broken rule tends to be broken at every step: the first few say it all.
        if violations.count < 8 { violations.append("\(now.milliseconds): \(text)") }
    }

    // MARK: After each step of the venue

    mutating func inspect(_ books: some AuditedBooks, at now: Instant) {
        var net = NetWorst()
        for market in rules.markets {
            let open = books.openOrders(of: rules.account, in: market)
            inspectExposure(books, open, market, &net, at: now)
            inspectCount(open, market, at: now)
            inspectOrphans(open, at: now)
            inspectPulled(open, market, at: now)
            inspectCover(books.deadMansSwitch, open, market, at: now)
            noteTouch(books.exchange, market, at: now)
        }
        inspectNet(net, at: now)
    }

    /// Within a step, too, where several things happen at one instant and each is published.
    mutating func noteTouches(_ exchange: Exchange, at now: Instant) {
        for market in rules.markets { noteTouch(exchange, market, at: now) }
    }

    private mutating func noteTouch(_ exchange: Exchange, _ market: MarketID, at now: Instant) {
        guard let touch = exchange.touch(market) else { return }
        watches[market.index].touches.record(bid: touch.bid.price, ask: touch.ask.price, at: now)
    }

    /// Position plus everything that may still fill, on each side: what rests, and what is on its way.
    private mutating func inspectExposure(
        _ books: some AuditedBooks, _ open: [AuditedOrder], _ market: MarketID, _ net: inout NetWorst, at now: Instant
    ) {
        var long = books.exchange.position(of: rules.account, in: market).quantity
        var short = long
        for order in open where !order.reduceOnly {
            switch order.side {
            case .buy: long += order.remaining
            case .sell: short -= order.remaining
            }
        }
        let coming = inFlight.exposure(books, rules.account, in: market)
        long += coming.buying
        short -= coming.selling
        let worst = max(long.magnitude, short.magnitude)
        let limit = rules.limits[market.index]
        worstExposure = max(worstExposure, worst)
        if worst > limit { violation("exposure \(worst) in \(market) is over the limit \(limit)", at: now) }
        guard rules.netLimit != nil, let mid = books.exchange.touch(market)?.mid else { return }
        net.long += rules.instruments[market.index].notional(mid, long)
        net.short += rules.instruments[market.index].notional(mid, short)
    }

    /// Were everything bought that may be, and were everything sold.
    private struct NetWorst {
        var long = Cash.zero
        var short = Cash.zero
    }

    private mutating func inspectNet(_ net: NetWorst, at now: Instant) {
        guard let limit = rules.netLimit else { return }
        let allowed = limit + Cash(units: limit.units / Self.netSlack)
        if net.long > allowed { violation("the account's net may come to \(net.long), over \(limit)", at: now) }
        if -net.short > allowed { violation("the account's net may come to \(net.short), under -\(limit)", at: now) }
    }

    /// Of this life only: those of an earlier one are orphans.
    private mutating func inspectCount(_ open: [AuditedOrder], _ market: MarketID, at now: Instant) {
        let count = open.count { $0.epoch == life }
        if count > rules.maxOpenOrders { violation("\(count) orders are open in \(market)", at: now) }
    }

    /// Orders of an earlier life, once the present one is ready.
    private mutating func inspectOrphans(_ open: [AuditedOrder], at now: Instant) {
        guard let readyAt else { return }
        for order in open {
            guard let epoch = order.epoch, epoch < life else { continue }
            let isLate = order.createdAt > readyAt
            let deadline =
                isLate ? order.createdAt + Self.lateOrphanTolerance : readyAt + Self.orphanTolerance
            if now > deadline { violation("\(order.name) of an earlier life still rests", at: now) }
        }
    }

    /// Nothing may rest on the strength of data that is too old.
    private mutating func inspectPulled(_ open: [AuditedOrder], _ market: MarketID, at now: Instant) {
        // What was placed since the process was last looked at may rest on a book that has come back since.
        guard readyAt != nil, open.contains(where: { !$0.reduceOnly && $0.createdAt < observedAt }) else { return }
        let watch = watches[market.index]
        if now - watch.lastMarketData > rules.staleAfter + rules.pullTolerance {
            let age = (now - watch.lastMarketData).milliseconds
            violation("a quote rests \(age) ms after the last market data", at: now)
        }
        if let since = watch.unusableSince, now - since > rules.pullTolerance {
            violation("a quote rests \((now - since).milliseconds) ms after the book was lost", at: now)
        }
    }

    /// No quote without a switch that would clear it; one that has fired must be armed again, or the quotes pulled.
    private mutating func inspectCover(
        _ state: AuditedSwitch?, _ open: [AuditedOrder], _ market: MarketID, at now: Instant
    ) {
        guard let state else { return }
        let isUncovered = !state.isArmed && open.contains { !$0.reduceOnly && $0.epoch == life }
        guard isUncovered else {
            watches[market.index].uncoveredSince = nil
            return
        }
        if state.firings == 0 { violation("a quote rests and the dead man's switch was never armed", at: now) }
        let since = watches[market.index].uncoveredSince ?? now
        watches[market.index].uncoveredSince = since
        if now - since > rules.pullTolerance {
            violation("a quote rests \((now - since).milliseconds) ms without a dead man's switch", at: now)
        }
    }

    // MARK: Lives

    mutating func lifeBegins(_ life: Life, _ books: some AuditedBooks, at now: Instant) {
        self.life = life
        if let crashedAt, now - crashedAt > rules.countdown + Self.arrivalSlack {
            let resting = rules.markets.reduce(0) { $0 + books.openOrders(of: rules.account, in: $1).count }
            if resting > 0 {
                let downtime = (now - crashedAt).milliseconds
                violation("\(resting) orders rest \(downtime) ms after the crash: the switch did not fire", at: now)
            }
        }
        crashedAt = nil
        noteMarketData(rules.markets, at: now)
    }

    mutating func lifeEnds(at now: Instant) {
        crashedAt = now
        readyAt = nil
        for index in watches.indices { watches[index].unusableSince = nil }
    }

    mutating func noteMarketData(_ markets: [MarketID], at now: Instant) {
        for market in markets { watches[market.index].lastMarketData = now }
    }

    // MARK: Limits

    /// Every reply of the venue: its own limits must never have to be enforced.
    /// - Parameter fatal: texts that no reply may have, each with what it means.
    mutating func reply(
        status: Int, body: [UInt8], usedWeight: Int64?, limit: Int64, fatal: [(text: String, meaning: String)],
        at now: Instant
    ) {
        if status == 429 || status == 418 { throttles += 1 }
        if throttles > expectedThrottles { violation("the venue throttles: its limits were not kept", at: now) }
        if let usedWeight, usedWeight > limit { violation("request weight \(usedWeight) is over \(limit)", at: now) }
        guard body.count < 300, body.first == UInt8(ascii: "{") else { return }
        let text = String(decoding: body, as: UTF8.self)
        for (bad, meaning) in fatal where text.contains(bad) { violation("the venue \(meaning): \(text)", at: now) }
    }
}
