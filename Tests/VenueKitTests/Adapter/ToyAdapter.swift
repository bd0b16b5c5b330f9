import Fundamentals
import MarketModel
import VenueKit
import Wire

/// Speaks `ToyVenue`.
struct ToyAdapter: VenueAdapter {
    enum Stream: Hashable, Sendable { case account, market }

    var name = "Toy"
    var venue = VenueID.target
    var markets = [AdapterMarket(MarketID(0), symbol: "TOY", isTraded: true)]
    var capabilities = VenueCapabilities(
        amend: .unsupported, placeBatch: 4, cancelBatch: 4, cancelAll: false, postOnly: .rejects,
        deadMansSwitch: .none, hiddenOrders: false, reduceOnly: false, clientOrderIDsAreUniqueForLife: false,
        arrivalHorizon: .seconds(15))
    var rateRules: [RateRule] = []
    var cadence = AdapterCadence()
    var source = BookSource.poll(every: .milliseconds(500))
    var streams: [Stream] = []
    var hasStreamKey = false
    var hasSnapshots = true
    /// Cancels by our name; otherwise only by the venue's number, once that is known.
    var cancelsByClient = true
    var lifetime = TimeSpan.hours(23)
    var streamEchoesOrders = false
    var tick = "1"

    private(set) var numbers: [String: Int64] = [:]
    private(set) var forgotten: [ClientOrderID] = []
    private var key: Int?

    var streamCount: Int { streams.count }
    func bookSource(of market: MarketID) -> BookSource { source }
    func cost(of call: VenueCall) -> CallCost {
        switch call {
        case .place(let orders): CallCost(.order, orders: orders.count)
        case .cancel, .cancelAll, .countdown: CallCost(.cancel)
        default: CallCost(.query)
        }
    }
    func offers(_ call: VenueCall) -> Bool {
        switch call {
        case .time, .rules: true
        case .book: source != .stream && hasSnapshots
        case .cancelAll: capabilities.cancelAll
        case .streamKey: hasStreamKey
        case .countdown: capabilities.deadMansSwitch != .none
        default: markets.contains(where: \.isTraded)
        }
    }
    func instrument(_ market: MarketID) -> Instrument {
        Instrument(
            market: market, symbol: "TOY\(market.index)", baseAsset: "TOY", quoteAsset: "TWD", settlementAsset: "TWD",
            tickSize: ExactDecimal(tick)!, lotSize: ExactDecimal("0.01")!,
            priceRange: Price(ticks: 1)...Price(ticks: 1_000_000),
            quantityRange: Quantity(lots: 1)...Quantity(lots: 1_000_000),
            marketQuantityRange: Quantity(lots: 1)...Quantity(lots: 1_000_000), minNotional: .zero,
            collarUp: .one, collarDown: .one, marketTakeBound: .one, maxOpenOrders: 200, makerFee: .zero,
            takerFee: .zero)!
    }

    // MARK: Requests

    mutating func request(_ call: VenueCall, at time: Instant) -> HTTPRequest? {
        switch call {
        case .time: return get("/time")
        case .rules: return get("/rules")
        case .accountMode: return get("/mode")
        case .book(let market): return get("/book/\(market.index)")
        case .balances: return get("/balances")
        case .openOrders(let market, let page): return get("/open/\(market.index)/\(page)")
        case .fills(let market, let since, let page):
            return get("/fills/\(market.index)/\(since.milliseconds)/\(page)")
        case .order(let id, _): return get("/order/\(id)")
        case .place(let placements):
            return post(
                "/place/\(placements[0].spec.market.index)",
                placements.map { order in
                    "\(order.id) \(order.spec.side) \(order.spec.price?.ticks ?? 0) \(order.spec.quantity.lots) "
                        + "\(order.spec.market.index)"
                })
        case .cancel(let market, let targets):
            var lines: [String] = []
            for target in targets {
                switch target {
                case .found(let number): lines.append("#\(number)")
                case .own(let id) where cancelsByClient: lines.append(id.text)
                case .own(let id):
                    guard let number = numbers[id.text] else { return nil }
                    lines.append("#\(number)")
                }
            }
            return post("/cancel/\(market.index)", lines)
        case .cancelAll(let market): return post("/cancelall/\(market.index)", [])
        case .streamKey(let what): return post("/key/\(what.rawValue)", [])
        case .countdown(let market, let span): return post("/arm/\(market.index)/\(span?.milliseconds ?? 0)", [])
        }
    }

    private func get(_ target: String) -> HTTPRequest { HTTPRequest(method: .get, target: target) }
    private func post(_ target: String, _ lines: [String]) -> HTTPRequest {
        HTTPRequest(method: .post, target: target, body: Array(lines.joined(separator: "\n").utf8))
    }

    // MARK: Replies

    mutating func read(
        _ response: HTTPResponse, to call: VenueCall, sentAt: Instant, at now: Instant, into output: inout AdapterOutput
    ) -> CallVerdict {
        let body = String(decoding: response.body, as: UTF8.self)
        switch response.status {
        case 200: break
        case 404: return .split(forGood: true)
        case 400 where body == "time":
            output.calls.append(.time)
            return .refused(VenueRejection(kind: .other, code: 8, message: "time"))
        case 400: return .refused(VenueRejection(kind: .capital, code: 7, message: "refused"))
        case 401: return .fatal("key refused")
        case 429: return .throttled(until: now + .milliseconds(Int64(body) ?? 0))
        default: return .unknown("status \(response.status)")
        }
        var lines = body.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        let isMore = lines.last == ["more"]
        if isMore { lines.removeLast() }
        switch call {
        case .time: output.venueTime = Int64(body).map { Instant(milliseconds: $0) }
        case .rules: output.events += markets.map { .status(.instrument(instrument($0.id)), of: VenueID(9)) }
        case .book(let market): readBook(lines, market, into: &output)
        case .balances:
            let cash = Cash("1000")!
            output.events.append(
                .account(.holding(venue, asset: "TWD", total: cash, available: cash, asOf: sentAt)))
        case .openOrders(let market, let page):
            readOrders(lines, market, sentAt, into: &output)
            if isMore { return .more(.openOrders(market, page: page + 1)) }
        case .fills(let market, let since, let page):
            for line in lines { readFill(line, market, into: &output) }
            if isMore { return .more(.fills(market, since: since, page: page + 1)) }
        case .order(let id, let market):
            output.events.append(
                .account(
                    lines[0] == ["none"] ? .notFound(id, askedAt: sentAt) : .report(report(lines[0], market))))
        case .place: for line in lines { readPlaced(line, into: &output) }
        case .cancel: for line in lines { readCanceled(line, into: &output) }
        case .streamKey(let what): key = what == .close ? nil : 1
        case .accountMode, .cancelAll, .countdown: break
        }
        return .done
    }

    private func readBook(_ lines: [[String]], _ market: MarketID, into output: inout AdapterOutput) {
        let words = lines[0].compactMap { Int64($0) }
        let update = BookUpdate(
            lastID: words[0], bids: [BookLevel(Price(ticks: words[1]), Quantity(lots: 5))],
            asks: [BookLevel(Price(ticks: words[2]), Quantity(lots: 5))])
        if source == .differences {
            output.snapshots.append(BookDifference(market, update))
        } else {
            output.events.append(.market(.snapshot(market, update)))
        }
    }

    private mutating func readOrders(
        _ lines: [[String]], _ market: MarketID, _ asOf: Instant, into output: inout AdapterOutput
    ) {
        var reports: [OrderReport] = []
        for line in lines {
            let report = report(line, market)
            if report.clientOrderID?.epoch == Stage.epoch {
                reports.append(report)
            } else {
                output.found.append(report.venueOrderID)
            }
        }
        output.events.append(.account(.openOrders(market, reports, asOf: asOf)))
    }

    private mutating func report(_ words: [String], _ market: MarketID) -> OrderReport {
        let id = ClientOrderID(text: words[1])
        let number = VenueOrderID(Int64(words[0]) ?? 0)
        if let id { numbers[id.text] = number.number }
        let filled = Quantity(lots: Int64(words[2]) ?? 0)
        return OrderReport(
            market: market, clientOrderID: id, venueOrderID: number, side: .buy, price: Price(ticks: 100),
            quantity: Quantity(lots: 5), filled: filled,
            status: words.last == "over" ? .done(filled.lots < 5 ? .canceled : .filled) : .working)
    }

    private mutating func readPlaced(_ words: [String], into output: inout AdapterOutput) {
        guard let id = ClientOrderID(text: words[1]) else { return }
        if words[0] == "ok", let number = Int64(words[2]) {
            numbers[id.text] = number
            output.events.append(.account(.accepted(id, VenueOrderID(number))))
        } else {
            let rejection = VenueRejection(kind: .capital, code: 7, message: "refused")
            output.events.append(.account(.rejected(id, .place, rejection)))
        }
    }

    private func readCanceled(_ words: [String], into output: inout AdapterOutput) {
        let name = words[1].hasPrefix("#") ? numbers.first { "#\($0.value)" == words[1] }?.key : words[1]
        guard let id = name.flatMap({ ClientOrderID(text: $0) }) else { return }
        if words[0] == "gone" {
            output.events.append(.account(.done(id, .canceled, filled: nil)))
        } else {
            let rejection = VenueRejection(kind: .stateMismatch, code: 9, message: "not there")
            output.events.append(.account(.rejected(id, .cancel, rejection)))
        }
    }

    private func readFill(_ words: [String], _ market: MarketID, into output: inout AdapterOutput) {
        output.events.append(
            .account(
                .filled(
                    Fill(
                        market: market, trade: TradeID(Int64(words[0]) ?? 0),
                        clientOrderID: ClientOrderID(text: words[2]),
                        venueOrderID: VenueOrderID(Int64(words[1]) ?? 0), side: .buy, price: Price(ticks: 100),
                        quantity: Quantity(lots: Int64(words[3]) ?? 0), isMaker: true, commission: .zero,
                        venueTime: .distantPast))))
    }

    // MARK: Streams

    mutating func plan(forStream index: Int, at time: Instant) -> StreamPlan? {
        if hasStreamKey, streams[index] == .account, key == nil { return nil }
        return StreamPlan(
            host: streams[index] == .account ? .api : .stream, target: "/ws/\(index)",
            isPrivate: streams[index] == .account, keepAlive: .ping(every: .seconds(20)),
            silenceLimit: .seconds(30), lifetime: lifetime)
    }

    mutating func streamOpened(_ index: Int, at time: Instant, into output: inout AdapterOutput) {
        output.frames.append(Array("subscribe".utf8))
    }

    /// `subscribed`, `book last bid ask`, `diff first last previous`, `snap last`, `new id number`, `done id reason`,
    /// `fill trade order id lots`.
    mutating func read(
        frame bytes: [UInt8], ofStream index: Int, at now: Instant, into output: inout AdapterOutput
    ) throws(VenueDecodeError) {
        let words = String(decoding: bytes, as: UTF8.self).split(separator: " ").map(String.init)
        let numbers = words.dropFirst().compactMap { Int64($0) }
        let market = markets[0].id
        switch words.first {
        case "subscribed": output.isSubscribed = true
        case "book":
            output.events.append(
                .market(
                    .snapshot(
                        market,
                        BookUpdate(lastID: numbers[0], bids: [BookLevel(Price(ticks: numbers[1]), Quantity(lots: 5))])))
            )
        case "diff":
            output.differences.append(
                BookDifference(
                    market, BookUpdate(firstID: numbers[0], lastID: numbers[1], previousID: numbers[2])))
        case "snap": output.snapshots.append(BookDifference(market, BookUpdate(lastID: numbers[0])))
        case "new":
            guard let id = ClientOrderID(text: words[1]) else { return }
            self.numbers[id.text] = numbers[0]
            output.events.append(.account(.accepted(id, VenueOrderID(numbers[0]))))
        case "done":
            guard let id = ClientOrderID(text: words[1]) else { return }
            output.events.append(.account(.done(id, words[2] == "filled" ? .filled : .canceled, filled: nil)))
        case "fill": readFill(Array(words.dropFirst()), market, into: &output)
        case "pong": break
        default: throw VenueDecodeError("frame", "expected something else")
        }
    }

    mutating func forget(_ order: ClientOrderID) { forgotten.append(order) }
}
