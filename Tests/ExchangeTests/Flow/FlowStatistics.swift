import Exchange
import Fundamentals
import MarketModel

/// What a flow does to an exchange, measured as the recordings were.
struct FlowStatistics: CustomStringConvertible {
    var seconds: Double = 0
    var trades = 0
    var levelChanges = 0
    var removals = 0
    /// Market orders: time, sign and size.
    var orders: [(time: Instant, sign: Int64, lots: Int64)] = []
    /// Nanoseconds during which the spread had so many ticks.
    var spreads: [Int64: Int64] = [:]
    /// At whole seconds, in half ticks.
    var mids: [Int64] = []
    var digest = Digest()
    var ignoredBooks = 0

    init(_ flow: some OrderFlow, market: MarketDefinition, from start: Instant, lasting span: TimeSpan) {
        var flow = flow
        var exchange = Exchange(markets: [market], startingAt: start)
        let id = market.instrument.market
        var events: [ExchangeEvent] = []
        var last = start
        var nextSample = start + .seconds(1)
        while let now = flow.nextDue, now < start + span {
            if let touch = exchange.touch(id), now > last {
                spreads[touch.ask.price - touch.bid.price, default: 0] += (now - last).nanoseconds
                while nextSample <= now {
                    mids.append(touch.ask.price.ticks + touch.bid.price.ticks)
                    nextSample = nextSample + .seconds(1)
                }
            }
            last = now
            guard let event = flow.next() else { break }
            note(event, at: now)
            events.removeAll(keepingCapacity: true)
            exchange.apply(event, at: now, into: &events)
            for event in events { note(event) }
        }
        seconds = Double(span.nanoseconds) / 1e9
    }

    private mutating func note(_ event: FlowEvent, at now: Instant) {
        digest.absorb(now.nanoseconds)
        guard case .trade(_, let side, let quantity, _) = event else { return }
        digest.absorb(quantity.lots * side.sign)
        if let order = orders.last, order.time == now, order.sign == side.sign {
            orders[orders.count - 1].lots += quantity.lots
        } else {
            orders.append((now, side.sign, quantity.lots))
        }
    }

    private mutating func note(_ event: ExchangeEvent) {
        switch event {
        case .print(_, let trade):
            trades += 1
            digest.absorb(trade.price.ticks)
        case .level(_, let side, let level):
            levelChanges += 1
            if level.quantity == .zero { removals += 1 }
            digest.absorb(level.price.ticks * side.sign)
            digest.absorb(level.quantity.lots)
        case .order, .account, .mark, .leverageChanged: break
        }
    }

    var tradesPerSecond: Double { Double(trades) / seconds }
    var ordersPerSecond: Double { Double(orders.count) / seconds }
    var changesPerSecond: Double { Double(levelChanges) / seconds }
    var removalShare: Double { Double(removals) / Double(max(1, levelChanges)) }

    func orderSize(_ quantile: Double) -> Double {
        let sizes = orders.map(\.lots).sorted()
        return Double(sizes[min(sizes.count - 1, Int(quantile * Double(sizes.count)))])
    }

    func gapMilliseconds(_ quantile: Double) -> Double {
        let gaps = zip(orders.dropFirst(), orders).map { ($0.time - $1.time).nanoseconds }.sorted()
        return Double(gaps[min(gaps.count - 1, Int(quantile * Double(gaps.count)))]) / 1e6
    }

    func signAutocorrelation(_ lag: Int) -> Double {
        let products = zip(orders, orders.dropFirst(lag)).map { Double($0.sign * $1.sign) }
        return products.reduce(0, +) / Double(max(1, products.count))
    }

    /// Variance over mean of the number of market orders in a second.
    var fano: Double {
        guard let first = orders.first?.time else { return 0 }
        var counts = [Double](repeating: 0, count: Int(seconds) + 1)
        for order in orders { counts[Int((order.time - first).nanoseconds / 1_000_000_000)] += 1 }
        let mean = counts.reduce(0, +) / Double(counts.count)
        return counts.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(counts.count) / mean
    }

    var oneTickShare: Double {
        Double(spreads[1] ?? 0) / Double(max(1, spreads.values.reduce(0, +)))
    }

    private var returns: [Double] { zip(mids.dropFirst(), mids).map { Double($0 - $1) / Double($1) * 1e4 } }

    /// Of one second's return, in basis points.
    var returnDeviation: Double {
        let squares = returns.map { $0 * $0 }
        return (squares.reduce(0, +) / Double(max(1, squares.count))).squareRoot()
    }

    var returnKurtosis: Double {
        let fourth = returns.map { $0 * $0 * $0 * $0 }.reduce(0, +) / Double(max(1, returns.count))
        return fourth / (returnDeviation * returnDeviation * returnDeviation * returnDeviation)
    }

    var description: String {
        """
        trades/s \(tradesPerSecond), orders/s \(ordersPerSecond), changes/s \(changesPerSecond), \
        removals \(removalShare), size p50 \(orderSize(0.5)) p90 \(orderSize(0.9)) p99 \(orderSize(0.99)), \
        sign \([1, 2, 5, 10, 50].map { signAutocorrelation($0) }), gap ms p50 \(gapMilliseconds(0.5)) \
        p99 \(gapMilliseconds(0.99)), Fano \(fano), one tick \(oneTickShare), \
        return \(returnDeviation) bps, kurtosis \(returnKurtosis)
        """
    }
}
