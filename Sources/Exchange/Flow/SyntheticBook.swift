internal import MarketModel

/// The liquidity that the synthetic flow believes to rest: a touch, and levels behind it on a fixed grid of prices.
///
/// The grid makes far levels stay where they are while the touch moves between them, as resting interest at round
/// prices does.
struct SyntheticBook: Hashable, Sendable {
    /// Slots a side, the touch included.
    static let depth = 20

    /// Distance between grid prices in ticks.
    let stride: Int64
    /// Best first, never without quantity.
    private(set) var bids: [BookLevel] = []
    private(set) var asks: [BookLevel] = []

    init(stride: Int64) { self.stride = stride }

    func levels(_ side: Side) -> [BookLevel] { side == .buy ? bids : asks }

    /// The price of a slot behind a touch; slot 0 is the touch itself.
    func price(ofSlot slot: Int, _ side: Side, touch: Int64) -> Int64 {
        guard slot > 0 else { return touch }
        let steps = Int64(slot - 1)
        switch side {
        case .buy: return (touch - 1) / stride * stride - steps * stride
        case .sell: return (touch / stride + 1) * stride + steps * stride
        }
    }

    func quantity(_ side: Side, at price: Int64) -> Int64 {
        levels(side).first { $0.price.ticks == price }?.quantity.lots ?? 0
    }

    /// Sets one level; zero removes it.
    mutating func set(_ side: Side, _ price: Int64, lots: Int64) {
        var levels = levels(side)
        let place = levels.firstIndex { ($0.price.ticks - price) * side.sign <= 0 } ?? levels.count
        let exists = place < levels.count && levels[place].price.ticks == price
        switch (exists, lots > 0) {
        case (true, true): levels[place].quantity = Quantity(lots: lots)
        case (true, false): levels.remove(at: place)
        case (false, true): levels.insert(BookLevel(Price(ticks: price), Quantity(lots: lots)), at: place)
        case (false, false): break
        }
        replace(side, levels)
    }

    /// Takes up to `lots` off the best levels, but never all there is.
    /// - Returns: what was taken, and the last price reached.
    mutating func sweep(_ side: Side, lots: Int64) -> (taken: Int64, limit: Price)? {
        var levels = levels(side)
        guard var limit = levels.first?.price else { return nil }
        var rest = lots
        while rest > 0, let best = levels.first {
            limit = best.price
            let available = levels.count == 1 ? best.quantity.lots - 1 : best.quantity.lots
            let taken = min(rest, available)
            rest -= taken
            if taken == best.quantity.lots { levels.removeFirst() } else { levels[0].quantity -= Quantity(lots: taken) }
            if taken < best.quantity.lots { break }
        }
        replace(side, levels)
        return (lots - rest, limit)
    }

    /// Drops what is at or beyond a price on the wrong side of it.
    mutating func dropCrossed(bid: Int64, ask: Int64) {
        asks.removeAll { $0.price.ticks <= bid }
        bids.removeAll { $0.price.ticks >= ask }
    }

    /// Drops what belongs to no slot behind the touch.
    mutating func dropStrays(_ side: Side, touch: Int64) {
        let worst = price(ofSlot: Self.depth - 1, side, touch: touch)
        let stride = stride
        replace(
            side,
            levels(side).filter { level in
                let ticks = level.price.ticks
                return ticks == touch
                    || ((touch - ticks) * side.sign > 0 && (ticks - worst) * side.sign >= 0
                        && ticks % stride == 0)
            })
    }

    private mutating func replace(_ side: Side, _ levels: [BookLevel]) {
        switch side {
        case .buy: bids = levels
        case .sell: asks = levels
        }
    }
}
