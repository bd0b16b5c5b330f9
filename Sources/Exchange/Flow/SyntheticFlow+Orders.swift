internal import Fundamentals
internal import MarketModel

extension SyntheticFlow {
    /// A market order: one trade for each resting order it meets, then the move of the fair price it causes.
    mutating func placeMarketOrder() {
        if orderRandom.chance(SyntheticShape.flipPermille, in: 1_000) { metaorder = metaorder.opposite }
        let follows = orderRandom.chance(SyntheticShape.followPercent, in: 100)
        let side = follows ? metaorder : orderRandom.chance(1, in: 2) ? .buy : .sell
        let share = orderRandom.integer(in: 0...99_999)
        let size = SyntheticShape.orderSize.value(at: share)
        let lots = max(1, Int64(clamping: Int128(parameters.medianOrder.lots) * Int128(size) / 1_000))
        trade(side, lots: lots, fills: SyntheticShape.fillsPerOrder.value(at: share))
        move(side, size: size)
    }

    private mutating func trade(_ side: Side, lots: Int64, fills: Int64) {
        guard let (taken, limit) = book.sweep(side.opposite, lots: lots), taken > 0 else { return }
        var rest = taken
        for left in stride(from: fills, to: 0, by: -1) where rest > 0 {
            let part = left == 1 ? rest : min(rest, max(1, orderRandom.integer(in: 0...(2 * rest / left))))
            pending.append(
                .trade(instrument.market, aggressor: side, quantity: Quantity(lots: part), limit: limit))
            rest -= part
        }
    }

    /// Moves the fair price by the part of the order's sign that its metaorder did not foretell, with the square root
    /// of its size.
    private mutating func move(_ side: Side, size: Int64) {
        // Before the order: E[sign | metaorder] = 0.46 × the metaorder's sign.
        let surprise = 100 * side.sign - SyntheticShape.followPercent * metaorder.sign
        let rootSize = FixedPoint.squareRoot(size * 1_000)
        // Standard deviation of one order's surprise, in thousandths: √(1 − 0.46²).
        let surpriseDeviation: Int128 = 888
        let rootRate = FixedPoint.squareRoot(parameters.marketOrders * 1_000)
        let numerator =
            Int128(startPrice.ticks << Self.fairBits) * Int128(parameters.volatility) * Int128(surprise * 10)
            * Int128(rootSize) * 1_000
        let denominator =
            Int128(10_000_000_000) * surpriseDeviation * Int128(SyntheticShape.rootMeanSize) * Int128(rootRate)
        let step = Int64(clamping: numerator / denominator * Int128(regime.impactPercent) / 100)
        fair = bounded(fair + min(max(step, -fair / 8), fair / 8))
        retarget()
    }

    /// Keeps the fair price between a quarter and four times of the first price, and inside the venue's limits.
    private func bounded(_ fair: Int64) -> Int64 {
        let low = max(startPrice.ticks / 4, instrument.priceRange.lowerBound.ticks) + book.stride
        let high = min(startPrice.ticks * 4, instrument.priceRange.upperBound.ticks) - book.stride
        guard low < high else { return startPrice.ticks << Self.fairBits }
        return min(max(fair, low << Self.fairBits), high << Self.fairBits)
    }

    /// Follows the fair price once it is a quarter of a tick outside the touch, and pulls what is in its way.
    private mutating func retarget() {
        let quarter: Int64 = 1 << (Self.fairBits - 2)
        let bid = touch << Self.fairBits
        guard fair < bid - quarter || fair > bid + 5 * quarter else { return }
        touch = fair >> Self.fairBits
        let before = (book.bids.count, book.asks.count)
        book.dropCrossed(bid: touch, ask: touch + 1)
        guard !book.bids.isEmpty, !book.asks.isEmpty else { return refill() }
        if before != (book.bids.count, book.asks.count) { stateBook() }
    }

    /// Puts the touch where it belongs, completes the book behind it, and states it.
    mutating func refill() {
        for side in [Side.buy, .sell] {
            let best = side == .buy ? touch : touch + 1
            book.dropStrays(side, touch: best)
            for slot in 0..<SyntheticBook.depth {
                let price = book.price(ofSlot: slot, side, touch: best)
                guard price > 0, book.quantity(side, at: price) == 0 else { continue }
                // Holes stay holes; only the touch and what has newly come into reach is filled.
                guard slot == 0 || isBeyond(price, side) && levelRandom.chance(SyntheticShape.occupiedPercent, in: 100)
                else { continue }
                book.set(side, price, lots: drawLevel(slot: slot))
            }
        }
        stateBook()
    }

    /// Whether a price lies behind the worst level or between the touch and the second level.
    private func isBeyond(_ price: Int64, _ side: Side) -> Bool {
        let levels = book.levels(side)
        guard levels.count > 1, let worst = levels.last?.price.ticks else { return true }
        return (worst - price) * side.sign > 0 || (price - levels[1].price.ticks) * side.sign > 0
    }

    mutating func stateBook() {
        pending.append(.book(instrument.market, bids: book.bids, asks: book.asks))
    }

    /// Changes one level of the book at random: fills a hole, removes a level, or changes its quantity.
    mutating func changeLevel() {
        let side: Side = levelRandom.chance(1, in: 2) ? .buy : .sell
        guard let best = book.levels(side).first?.price.ticks else { return }
        // Changes are more frequent near the touch.
        let slot = Int(
            min(
                levelRandom.integer(in: 0...Int64(SyntheticBook.depth - 1)),
                levelRandom.integer(in: 0...Int64(SyntheticBook.depth - 1))))
        let price = book.price(ofSlot: slot, side, touch: best)
        guard price > 0 else { return }
        let old = book.quantity(side, at: price)
        let isRemoved = slot > 0 && old > 0 && levelRandom.chance(SyntheticShape.removalPercent, in: 100)
        let new = isRemoved ? 0 : drawLevel(slot: slot)
        guard new != old else { return }
        book.set(side, price, lots: new)
        let change = BookLevel(Price(ticks: price), Quantity(lots: abs(new - old)))
        pending.append(new > old ? .rest(instrument.market, side, change) : .withdraw(instrument.market, side, change))
    }

    /// Levels behind the touch hold twice as much.
    private mutating func drawLevel(slot: Int) -> Int64 {
        let medians = SyntheticShape.levelSize.value(at: levelRandom.integer(in: 0...99_999))
        return max(1, parameters.medianOrder.lots * medians * (slot == 0 ? 1 : 2))
    }
}
