internal import Fundamentals
internal import MarketModel

extension Mirror {
    /// Draws both sides anew. As many numbers are drawn whatever becomes of the levels, so that what follows does not depend
    /// on what was left out.
    mutating func draw(_ view: MarketView, _ book: ForeignBook, _ pricing: ForeignPricing) {
        rungs.removeAll(keepingCapacity: true)
        sizeAbsence = nil
        for side in Side.allCases {
            var budget = LadderBudget(side, view)
            var last: Price?
            for (index, level) in parameters.levels.enumerated() {
                let distance = drawnDistance(level)
                let size = drawnSize(level, view.instrument)
                guard let around = reference(side, index, book) else {
                    sizeAbsence = .thinReference(side)
                    continue
                }
                guard let drawn = price(side, around, distance, view, pricing) else {
                    sizeAbsence = .noPrice
                    continue
                }
                let price = last.map { Self.outside($0, drawn, side) } ?? drawn
                last = price
                let full = view.instrument.wholeLots(of: level.size)
                switch budget.take(size, of: full, at: price) {
                case .success(let quantity):
                    rungs.append(
                        Quote(
                            side: side, price: price, quantity: quantity, timeInForce: parameters.timeInForce,
                            level: index))
                case .failure(let absent): sizeAbsence = absent.reason
                }
            }
        }
    }

    /// At least one tick further out than the level before.
    private static func outside(_ last: Price, _ price: Price, _ side: Side) -> Price {
        switch side {
        case .buy: min(price, last - 1)
        case .sell: max(price, last + 1)
        }
    }

    private mutating func drawnDistance(_ level: MirrorLevel) -> Rate {
        let widening = Int128(random.integer(in: 0...max(0, parameters.distanceJitter.parts)))
        let one = Int128(Rate.one.parts)
        return Rate(parts: Int64(clamping: Int128(level.distance.parts) * (one + widening) / one))
    }

    private mutating func drawnSize(_ level: MirrorLevel, _ instrument: Instrument) -> Quantity {
        let one = Rate.one.parts
        let cut = random.integer(in: 0...min(one, max(0, parameters.sizeJitter.parts)))
        let full = Int128(instrument.wholeLots(of: level.size).lots)
        return Quantity(lots: Int64(clamping: full * Int128(one - cut) / Int128(one)))
    }

    /// The price of a level that rests; of one that would take, the price at which the taker's fee is earned as well.
    private func price(
        _ side: Side, _ around: Price, _ distance: Rate, _ view: MarketView, _ pricing: ForeignPricing
    ) -> Price? {
        let instrument = view.instrument
        let resting = max(distance, parameters.leastDistance(side, fee: instrument.makerFee))
        guard let price = pricing.price(side, around: around, distance: resting) else { return nil }
        guard parameters.timeInForce != .postOnly, view.isTaking(side, price) else { return price }
        let taking = max(resting, parameters.leastDistance(side, fee: instrument.takerFee))
        return pricing.price(side, around: around, distance: taking)
    }
}

/// What one side of a ladder may still use up, best level first.
struct LadderBudget {
    private let side: Side
    private let instrument: Instrument
    /// Largest value of one order.
    private let largest: Cash?
    /// What the position may still grow by on this side. Kept ⅞ of what the limits leave, so that a small move of the mid
    /// does not break them.
    private var room: Quantity
    /// What buys can be paid with, and what of the base asset can be sold; nil on margin.
    private var cash: Cash?
    private var base: Quantity?

    init(_ side: Side, _ view: MarketView) {
        self.side = side
        instrument = view.instrument
        largest = view.caps.order
        let room = view.room(side)
        self.room = Quantity(lots: room.lots - room.lots / 8)
        let fee = Rate(parts: max(0, max(instrument.makerFee.parts, instrument.takerFee.parts)))
        switch side {
        case .buy: cash = view.heldQuote.map { Self.free($0, fee) }
        case .sell: base = view.heldBase.map { Self.lots(in: Self.free($0, fee), instrument) }
        }
    }

    /// What of a holding is left when the fee of using it up is kept back.
    private static func free(_ held: Cash, _ fee: Rate) -> Cash {
        let one = Int128(Rate.one.parts)
        let (product, overflow) = held.units.multipliedReportingOverflow(by: one)
        guard !overflow else { return Cash(units: held.units / (one + Int128(fee.parts)) * one) }
        return Cash(units: max(0, floorDivide(product, by: one + Int128(fee.parts))))
    }

    private static func lots(in held: Cash, _ instrument: Instrument) -> Quantity {
        instrument.wholeLots(of: ExactDecimal(mantissa: held.units, scale: Cash.scale))
    }

    /// Takes the drawn size, or what of it can be had, and at least the venue's minimum where the full size of the level
    /// allows it.
    mutating func take(
        _ drawn: Quantity, of full: Quantity, at price: Price
    ) -> Result<Quantity, ModelPlacement.Absent> {
        let least = instrument.leastQuantity(at: price)
        var quantity = max(drawn, min(least, full))
        var reason: QuoteAbsence?
        func limit(_ most: Quantity, _ absence: QuoteAbsence?) {
            guard quantity > most else { return }
            quantity = most
            reason = absence
        }
        limit(instrument.quantityRange.upperBound, nil)
        if let largest { limit(instrument.lots(worth: largest, at: price), nil) }
        limit(room, .inventory(side))
        if let cash { limit(instrument.lots(worth: cash, at: price), .notHeld(side)) }
        if let base { limit(base, .notHeld(side)) }
        if let absence = instrument.absence(price, quantity, reduceOnly: false) {
            return .failure(ModelPlacement.Absent(reason: reason ?? absence))
        }
        room = max(.zero, room - quantity)
        cash = cash.map { $0 - instrument.notional(price, quantity) }
        base = base.map { $0 - quantity }
        return .success(quantity)
    }
}

extension Instrument {
    /// The fewest lots that the venue takes at this price.
    func leastQuantity(at price: Price) -> Quantity {
        let one = Int128(price.ticks) * cashPerTickLot.units
        guard one > 0, minNotional.units > 0 else { return quantityRange.lowerBound }
        let lots = ceilDivide(minNotional.units, by: one)
        return max(quantityRange.lowerBound, Quantity(lots: Int64(clamping: lots)))
    }
}
