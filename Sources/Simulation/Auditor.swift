internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import TradingEngine

/// Says what must never be so. It believes the venue's books; what the process thinks is only held against them.
struct Auditor: Sendable {
    struct Rules: Sendable {
        var account: AccountID
        var market: MarketID
        /// Largest worst case a side may reach, in lots.
        var limit: Quantity
        /// Age of the book from which nothing may be quoted.
        var staleAfter: TimeSpan
        /// Length of the dead man's switch.
        var countdown: TimeSpan
    }
    /// How long pulling quotes may take while requests and replies are being lost: a cancel that got no answer is
    /// repeated only after its deadline of 5 s, and that one may be lost too.
    static let pullTolerance = TimeSpan.seconds(14)
    /// How long after a crash requests of the dead process may still arrive, and arm the switch once more.
    static let arrivalSlack = TimeSpan.seconds(10)
    /// How long orders of an earlier life may rest once the next one is ready.
    static let orphanTolerance = TimeSpan.seconds(10)
    /// Orders of an earlier life that arrive when the next one is ready already are found by the poll of open orders,
    /// every 10 s; its reply and the cancel may be lost once.
    static let lateOrphanTolerance = TimeSpan.seconds(30)

    let rules: Rules
    var inFlight = InFlightOrders()
    private(set) var violations: [String] = []
    private(set) var worstExposure = Quantity.zero
    var touches = TouchHistory()
    var booked: [(epoch: Int, fill: Fill)] = []

    var life: Life = 0
    var crashedAt: Instant?
    var readyAt: Instant?
    var lastMarketData = Instant.distantPast
    var unusableSince: Instant?
    /// Set when the process was seen quoting since the faults ended.
    var hasQuoted = false
    var hasHealed = false
    var expectedThrottles = 0
    var throttles = 0

    init(_ rules: Rules) { self.rules = rules }

    mutating func violation(_ text: String, at now: Instant) {
        // One broken rule tends to be broken at every step: the first few say it all.
        if violations.count < 8 { violations.append("\(now.milliseconds): \(text)") }
    }

    // MARK: After each step of the venue

    mutating func inspect(_ exchange: Exchange, at now: Instant) {
        let open = exchange.openOrders(of: rules.account, in: rules.market)
        inspectExposure(exchange, open, at: now)
        inspectOrphans(open, at: now)
        inspectPulled(open, at: now)
        noteTouch(exchange, at: now)
    }

    /// Within a step, too, where several things happen at one instant and each is published.
    mutating func noteTouch(_ exchange: Exchange, at now: Instant) {
        guard let touch = exchange.touch(rules.market) else { return }
        touches.record(bid: touch.bid.price, ask: touch.ask.price, at: now)
    }

    /// Position plus everything that may still fill, on each side: what rests, and what is on its way.
    private mutating func inspectExposure(_ exchange: Exchange, _ open: [ExchangeOrder], at now: Instant) {
        var long = exchange.position(of: rules.account, in: rules.market).quantity
        var short = long
        for order in open where !order.request.reduceOnly {
            switch order.request.side {
            case .buy: long += order.remaining
            case .sell: short -= order.remaining
            }
        }
        let coming = inFlight.exposure(exchange, rules.account)
        long += coming.buying
        short -= coming.selling
        let worst = max(long.magnitude, short.magnitude)
        worstExposure = max(worstExposure, worst)
        if worst > rules.limit { violation("exposure \(worst) is over the limit \(rules.limit)", at: now) }
    }

    /// Orders of an earlier life, once the present one is ready.
    private mutating func inspectOrphans(_ open: [ExchangeOrder], at now: Instant) {
        guard let readyAt else { return }
        for order in open {
            guard let id = ClientOrderID(text: order.request.clientOrderID), Int(id.epoch) < life else { continue }
            let isLate = order.createdAt > readyAt
            let deadline =
                isLate ? order.createdAt + Self.lateOrphanTolerance : readyAt + Self.orphanTolerance
            if now > deadline { violation("\(id) of an earlier life still rests", at: now) }
        }
    }

    /// Nothing may rest on the strength of data that is too old.
    private mutating func inspectPulled(_ open: [ExchangeOrder], at now: Instant) {
        guard readyAt != nil, open.contains(where: { !$0.request.reduceOnly }) else { return }
        if now - lastMarketData > rules.staleAfter + Self.pullTolerance {
            violation("a quote rests \((now - lastMarketData).milliseconds) ms after the last market data", at: now)
        }
        if let unusableSince, now - unusableSince > Self.pullTolerance {
            violation("a quote rests \((now - unusableSince).milliseconds) ms after the book was lost", at: now)
        }
    }

    // MARK: Lives

    mutating func lifeBegins(_ life: Life, _ exchange: Exchange, at now: Instant) {
        self.life = life
        if let crashedAt, now - crashedAt > rules.countdown + Self.arrivalSlack {
            let resting = exchange.openOrders(of: rules.account, in: rules.market).count
            if resting > 0 {
                let downtime = (now - crashedAt).milliseconds
                violation("\(resting) orders rest \(downtime) ms after the crash: the switch did not fire", at: now)
            }
        }
        crashedAt = nil
        lastMarketData = now
    }

    mutating func lifeEnds(at now: Instant) {
        crashedAt = now
        readyAt = nil
        unusableSince = nil
    }

    // MARK: Limits

    /// Every reply of the venue: its own limits must never have to be enforced.
    mutating func reply(status: Int, body: [UInt8], usedWeight: Int64?, limit: Int64, at now: Instant) {
        if status == 429 || status == 418 { throttles += 1 }
        if throttles > expectedThrottles { violation("the venue throttles: its limits were not kept", at: now) }
        if let usedWeight, usedWeight > limit { violation("request weight \(usedWeight) is over \(limit)", at: now) }
        guard body.count < 300, body.first == UInt8(ascii: "{") else { return }
        let text = String(decoding: body, as: UTF8.self)
        if text.contains("-1022") || text.contains("Signature check") || text.contains("No agent") {
            violation("the venue refused a signature: \(text)", at: now)
        }
    }
}
