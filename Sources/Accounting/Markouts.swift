public import Fundamentals
public import MarketModel

/// What the mid did after our fills: Σ (mid then − fill price) × signed quantity, 1 s, 5 s, 30 s and 5 min later.
public struct Markouts: Sendable {
    /// What was measured at one horizon, for one side.
    public struct Sum: Hashable, Sendable {
        public var fills = 0
        public var quantity = Quantity.zero
        public var gain = Cash.zero
    }

    private struct Waiting: Sendable {
        var due: Instant
        var side: Side
        var price: Price
        var quantity: Quantity
    }

    public static let horizons: [TimeSpan] = [.seconds(1), .seconds(5), .seconds(30), .minutes(5)]
    /// Fills waiting at each horizon; beyond it the oldest go unmeasured.
    static let capacity = 4_096

    public private(set) var buys = [Sum](repeating: Sum(), count: 4)
    public private(set) var sells = [Sum](repeating: Sum(), count: 4)
    private var waiting = [[Waiting]](repeating: [], count: 4)
    private var heads = [Int](repeating: 0, count: 4)
    private var nextDue = Instant.distantFuture

    mutating func start(_ fill: Fill, at now: Instant) {
        for horizon in Self.horizons.indices {
            if waiting[horizon].count - heads[horizon] >= Self.capacity { heads[horizon] += 1 }
            let due = now + Self.horizons[horizon]
            waiting[horizon].append(Waiting(due: due, side: fill.side, price: fill.price, quantity: fill.quantity))
            nextDue = min(nextDue, due)
        }
    }

    mutating func settle(_ mid: HalfTicks, at now: Instant, _ instrument: Instrument) {
        guard now >= nextDue else { return }
        nextDue = .distantFuture
        for horizon in Self.horizons.indices {
            while heads[horizon] < waiting[horizon].count {
                let entry = waiting[horizon][heads[horizon]]
                guard now >= entry.due else {
                    nextDue = min(nextDue, entry.due)
                    break
                }
                add(entry, horizon, mid, instrument)
                heads[horizon] += 1
            }
            compact(horizon)
        }
    }

    private mutating func add(_ entry: Waiting, _ horizon: Int, _ mid: HalfTicks, _ instrument: Instrument) {
        let signed = entry.side.signed(entry.quantity)
        let gain = instrument.notional(mid, signed) - instrument.notional(entry.price, signed)
        switch entry.side {
        case .buy: buys[horizon].add(entry.quantity, gain)
        case .sell: sells[horizon].add(entry.quantity, gain)
        }
    }

    private mutating func compact(_ horizon: Int) {
        if heads[horizon] == waiting[horizon].count {
            waiting[horizon].removeAll(keepingCapacity: true)
            heads[horizon] = 0
        } else if heads[horizon] > Self.capacity {
            waiting[horizon].removeFirst(heads[horizon])
            heads[horizon] = 0
        }
    }
}

extension Markouts.Sum {
    mutating func add(_ quantity: Quantity, _ gain: Cash) {
        fills += 1
        self.quantity += quantity
        self.gain += gain
    }
}
