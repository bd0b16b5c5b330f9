internal import Configuration
internal import Fundamentals
internal import MarketModel
internal import SystemIO
internal import VenueKit
internal import Wire

/// What a venue said to a doctor.
struct VenueFacts {
    var instruments: [Instrument] = []
    var touches: [(market: MarketID, touch: Touch)] = []
    /// By asset; free where the venue says so.
    var holdings: [(asset: String, total: Cash, available: Cash?)] = []

    func touch(of market: MarketID) -> Touch? { touches.first { $0.market == market }?.touch }
    func instrument(of market: MarketID) -> Instrument? { instruments.first { $0.market == market } }
    /// What no order holds back; the total where that is not told.
    func free(_ asset: String) -> Cash? {
        holdings.first { $0.asset == asset }.map { $0.available ?? $0.total }
    }
}

/// Asks one venue, through its adapter, whatever a run depends on, with requests that change nothing.
///
/// What belongs to both venues of a mirror is judged by ``MirrorDoctor``, from what is gathered here.
final class AdapterDoctor<Adapter: VenueAdapter> {
    private(set) var facts = VenueFacts()
    private var adapter: Adapter
    private let probe: DoctorProbe
    private let maxRoundTrip: TimeSpan
    private let tell: (DoctorFinding) -> Void
    private var clock = ClockOffset()
    private var roundTrips: [TimeSpan] = []

    init(_ adapter: Adapter, _ probe: DoctorProbe, maxRoundTrip: TimeSpan, tell: @escaping (DoctorFinding) -> Void) {
        self.adapter = adapter
        self.probe = probe
        self.maxRoundTrip = maxRoundTrip
        self.tell = tell
    }

    private var name: String { adapter.name }

    private func add(_ finding: DoctorFinding) {
        var finding = finding
        finding.check = "\(name) \(finding.check)"
        tell(finding)
    }

    /// False where the venue cannot be reached, and nothing else is worth asking.
    func examine() throws -> Bool {
        guard try checkClock(), try checkRules() else { return false }
        try checkAccount()
        try checkBooks()
        try checkStreams()
        return true
    }

    // MARK: Asking

    /// What a reply says; nil after a finding.
    private func ask(_ check: String, _ call: VenueCall) throws -> AdapterOutput? {
        var output = AdapterOutput()
        var next: VenueCall? = call
        for _ in 0..<8 {
            guard let call = next, adapter.offers(call),
                let request = adapter.request(call, at: clock.venueTime(at: wallClock()))
            else { break }
            switch try probe.send(request) {
            case .failure(let failure):
                add(DoctorAnswers.unreachable(check, failure))
                return nil
            case .success(let answer):
                roundTrips.append(answer.receivedAt - answer.sentAt)
                let verdict = adapter.read(
                    answer.response, to: call, sentAt: answer.sentAt, at: answer.receivedAt, into: &output)
                if let time = output.venueTime {
                    clock.record(venueTime: time, sentAt: answer.sentAt, receivedAt: answer.receivedAt)
                    output.venueTime = nil
                }
                guard let finding = Self.trouble(check, verdict) else {
                    next = if case .more(let rest) = verdict { rest } else { nil }
                    continue
                }
                add(finding)
                return nil
            }
        }
        return output
    }

    private static func trouble(_ check: String, _ verdict: CallVerdict) -> DoctorFinding? {
        switch verdict {
        case .done, .more: nil
        case .split: .fail(check, "the venue has no such request", "is endpoints.rest this venue?", .unavailable)
        case .refused(let rejection):
            .fail(
                check, "the venue answered \(rejection.code): \(rejection.message)",
                "check keys, permissions and address restrictions on the venue's page")
        case .throttled:
            .fail(
                check, "the venue limits this address's rate", "wait a minute; stop whatever else sends from here",
                .unavailable)
        case .unknown(let reason):
            .fail(check, "no clear answer: \(reason)", "try again in a minute", .unavailable)
        case .fatal(let reason): .fail(check, reason, "nothing runs before this is put right")
        }
    }

    // MARK: Checks

    private func checkClock() throws -> Bool {
        guard adapter.offers(.time) else { return true }
        for _ in 0..<5 { guard try ask("connection", .time) != nil else { return false } }
        add(.ok("connection", "answers"))
        add(DoctorClock.judge(clock))
        add(DoctorClock.judge(roundTrips: roundTrips, limit: maxRoundTrip))
        return true
    }

    private func checkRules() throws -> Bool {
        guard let output = try ask("rules", .rules) else { return false }
        for event in output.events {
            if case .status(.instrument(let instrument), _) = event { facts.instruments.append(instrument) }
        }
        for market in adapter.markets {
            guard let instrument = facts.instrument(of: market.id) else {
                add(.fail("rules", "\(market.symbol) is not traded here", "check the symbol on the venue's page"))
                continue
            }
            add(
                .ok(
                    "rules",
                    "\(market.symbol): tick \(instrument.tickSize), lot \(instrument.lotSize), at least "
                        + "\(instrument.text(instrument.quantityRange.lowerBound)) \(instrument.baseAsset); maker fee "
                        + "\(instrument.makerFee)"))
        }
        return facts.instruments.count == adapter.markets.count
    }

    private func checkAccount() throws {
        guard adapter.offers(.balances) else {
            return add(.ok("account", "not looked at: its books are read without keys"))
        }
        if adapter.offers(.accountMode) {
            guard let output = try ask("account", .accountMode) else { return }
            if let reason = Self.fatal(output) {
                return add(.fail("account", reason, "nothing runs before this is put right"))
            }
        }
        guard let output = try ask("credentials", .balances) else { return }
        for event in output.events {
            if case .account(.holding(_, let asset, let total, let available, _)) = event {
                facts.holdings.append((asset, total, available))
            }
        }
        add(.ok("credentials", "accepted"))
        for market in adapter.markets where market.isTraded { try checkOpenOrders(market) }
    }

    private func checkOpenOrders(_ market: AdapterMarket) throws {
        guard let output = try ask("open orders", .openOrders(market.id, page: 0)) else { return }
        var count = output.found.count
        for event in output.events {
            if case .account(.openOrders(_, let reports, _)) = event { count += reports.count }
        }
        guard count > 0 else { return add(.ok("open orders", "none in \(market.symbol)")) }
        add(
            .warn(
                "open orders", "\(count) in \(market.symbol)",
                "a run cancels every one of them, whoever placed it, before it quotes"))
    }

    private static func fatal(_ output: AdapterOutput) -> String? {
        for event in output.events {
            if case .status(.fatal(let reason), _) = event { return reason }
        }
        return nil
    }

    private func checkBooks() throws {
        for market in adapter.markets {
            guard let output = try ask("book", .book(market.id)) else { continue }
            if let touch = Self.touch(output, market.id) { facts.touches.append((market.id, touch)) }
            guard let touch = facts.touch(of: market.id), let instrument = facts.instrument(of: market.id) else {
                add(.fail("book", "\(market.symbol) has no bid or no ask", "wait until it has both", .unavailable))
                continue
            }
            let (bid, ask) = (instrument.text(touch.bid.price), instrument.text(touch.ask.price))
            guard touch.spreadTicks > 0 else {
                add(.fail("book", "\(market.symbol) is crossed: \(bid) over \(ask)", "try again", .unavailable))
                continue
            }
            add(.ok("book", "\(market.symbol) \(bid) / \(ask)"))
        }
    }

    /// From a whole book, or from the snapshot that differences are joined to.
    private static func touch(_ output: AdapterOutput, _ market: MarketID) -> Touch? {
        var books = output.snapshots.filter { $0.market == market }.map(\.update)
        for event in output.events {
            switch event {
            case .market(.snapshot(market, let update)): books.append(update)
            case .market(.touch(market, let touch, _, _)): return touch
            case .market, .account, .status: continue
            }
        }
        guard let book = books.last, let bid = book.bids.max(by: { $0.price < $1.price }),
            let ask = book.asks.min(by: { $0.price < $1.price })
        else { return nil }
        return Touch(bid: bid, ask: ask)
    }

    private func checkStreams() throws {
        for index in 0..<adapter.streamCount {
            let now = clock.venueTime(at: wallClock())
            guard let plan = adapter.plan(forStream: index, at: now), !plan.isPrivate else { continue }
            var output = AdapterOutput()
            adapter.streamOpened(index, at: now, into: &output)
            switch try probe.firstMessage(
                plan.target, headers: plan.headers, sending: output.frames, within: .seconds(5))
            {
            case .success(let (span, _)): add(.ok("stream", "first message after \(span.milliseconds) ms"))
            case .failure(let note):
                add(.fail("stream", note.description, "check the streams' address and the firewall", .unavailable))
            }
        }
    }
}
