import Fundamentals
import MarketModel
import Quoting
import Testing

/// One world of a mirror, drawn from a seed: ticks, books, ladder.
private struct RandomMirror {
    var random: RandomSource
    var target: Instrument
    var reference: Instrument
    var conversion: Instrument
    var parameters: MirrorParameters

    init(seed: UInt64) {
        random = RandomSource(seed: seed)
        let ticks = ["0.01", "0.1", "1", "0.05"]
        func pick(_ texts: [String], _ random: inout RandomSource) -> String {
            texts[Int(random.integer(in: 0...Int64(texts.count - 1)))]
        }
        target = MirrorWorld.spot(
            0, "BTC", "TWD", tick: pick(ticks, &random), lot: pick(["0.00001", "0.0001"], &random), minNotional: 250,
            makerFee: pick(["0", "0.0008", "-0.0001"], &random), takerFee: "0.0015")
        reference = MirrorWorld.spot(
            2, "BTC", "USDT", tick: pick(["0.01", "0.1", "0.5"], &random), lot: pick(["0.0001", "0.001"], &random),
            minNotional: 5)
        conversion = MirrorWorld.spot(
            1, "USDT", "TWD", tick: pick(["0.001", "0.01"], &random), lot: "0.01", minNotional: 0)
        var distance: Int64 = 0
        var levels: [MirrorLevel] = []
        for _ in 0..<random.integer(in: 1...6) {
            distance += random.integer(in: 0...200_000)
            let size = ExactDecimal(mantissa: Int128(random.integer(in: 1...9_999)), scale: 4)
            levels.append(MirrorLevel(distance: Rate(parts: distance), size: size))
        }
        parameters = MirrorParameters(
            levels: levels, distanceJitter: Rate(parts: random.integer(in: 0...50_000_000)),
            sizeJitter: Rate(parts: random.integer(in: 0...100_000_000)), seed: seed,
            usesDepth: random.chance(1, in: 2), referenceThreshold: .zero, conversionThreshold: .zero,
            refreshInterval: .zero, hedgeFee: Rate(parts: random.integer(in: 0...100_000)),
            minEdge: Rate(parts: random.integer(in: 0...100_000)),
            timeInForce: random.chance(1, in: 2) ? .postOnly : .goodTillCancel)
    }

    mutating func book(_ instrument: Instrument, around cents: Int64) -> ForeignBook {
        let tick = instrument.tickSize
        let scale = max(2, tick.scale)
        let price = ExactDecimal(mantissa: Int128(cents), scale: 2).units(atScale: scale)!
        let bid = Int64(price / tick.units(atScale: scale)!)
        var bids: [BookLevel] = []
        var asks: [BookLevel] = []
        var below = bid
        var above = bid + random.integer(in: 1...30)
        for _ in 0..<random.integer(in: 1...12) {
            bids.append(BookLevel(Price(ticks: below), Quantity(lots: random.integer(in: 1...9_000))))
            asks.append(BookLevel(Price(ticks: above), Quantity(lots: random.integer(in: 1...9_000))))
            below -= random.integer(in: 1...40)
            above += random.integer(in: 1...40)
        }
        return ForeignBook(
            instrument: instrument, touch: Touch(bid: bids[0], ask: asks[0]), bids: bids, asks: asks)
    }

    mutating func view() -> MarketView {
        let dollars = random.integer(in: 4_000_000...9_000_000)
        let rate = random.integer(in: 3_000...3_300)
        let middle = Int64(
            ExactDecimal(mantissa: Int128(dollars) * Int128(rate), scale: 4).units(atScale: 4)!
                / target.tickSize.units(atScale: 4)!)
        let shift = middle / 1_000 * random.integer(in: -5...5)
        let width = max(1, middle / 1_000 * random.integer(in: 0...5))
        var view = makeView(target, middle + shift - width, middle + shift + width)
        view.reference = book(reference, around: dollars)
        view.conversion = book(conversion, around: rate)
        if random.chance(1, in: 2) {
            view.heldBase = Cash(units: Int128(random.integer(in: 0...3_000_000_000_000)))
            view.heldQuote = Cash(whole: random.integer(in: 0...6_000_000))
        }
        if random.chance(1, in: 3) { view.caps.position = Cash(whole: random.integer(in: 0...4_000_000)) }
        if random.chance(1, in: 3) { view.caps.order = Cash(whole: random.integer(in: 100...400_000)) }
        return view
    }
}

/// The reference's price for a level, by taking lot after lot.
private func naiveReference(_ side: Side, _ level: Int, _ parameters: MirrorParameters, _ book: ForeignBook) -> Price? {
    let levels = side == .buy ? book.bids : book.asks
    guard parameters.usesDepth else { return levels[0].price }
    var needed: Int64 = 0
    for size in parameters.levels.prefix(level + 1).map(\.size) {
        let lot = book.instrument.lotSize
        let scale = max(size.scale, lot.scale)
        var rest = size.units(atScale: scale)!
        while rest > 0 {
            rest -= lot.units(atScale: scale)!
            needed += 1
        }
    }
    var at = 0
    var left = levels[0].quantity.lots
    for _ in 0..<needed {
        while left == 0 {
            at += 1
            guard at < levels.count else { return nil }
            left = levels[at].quantity.lots
        }
        left -= 1
    }
    return levels[at].price
}

@Suite struct `Every quote of a mirror` {
    @Test(arguments: Array(UInt64(1)...40))
    func `is within its band of reference × conversion, beyond the one before, and paid for`(seed: UInt64) throws {
        var world = RandomMirror(seed: seed)
        var model = Mirror(world.parameters)
        for _ in 0..<20 {
            let view = world.view()
            let decision = decision(&model, view)
            for side in Side.allCases {
                try check(side, decision.quotes.filter { $0.side == side }, view, world)
            }
        }
    }

    private func check(_ side: Side, _ quotes: [Quote], _ view: MarketView, _ world: RandomMirror) throws {
        let target = world.target
        let book = try #require(view.reference)
        let rate = try #require(view.conversion)
        var last: Price?
        var worth = Cash.zero
        var lots = Quantity.zero
        for quote in quotes {
            let reference = try #require(naiveReference(side, quote.level, world.parameters, book))
            let converted = side == .buy ? rate.touch.bid.price : rate.touch.ask.price
            // Reference × conversion and the price, both in 10⁻⁸ of the quote asset, and the band in parts of 10⁻⁸ of that.
            let a = book.instrument.decimal(reference)
            let b = rate.instrument.decimal(converted)
            let fair = ExactDecimal(mantissa: a.mantissa * b.mantissa, scale: a.scale + b.scale).units(atScale: 8)!
            let price = target.decimal(quote.price).units(atScale: 8)!
            let tick = target.tickSize.units(atScale: 8)!
            let one: Int128 = 100_000_000
            let away = (side == .buy ? fair - price : price - fair) * one
            let level = world.parameters.levels[quote.level]
            let least = max(level.distance, world.parameters.leastDistance(side, fee: target.makerFee))
            #expect(away >= fair * Int128(least.parts))
            let isTaking =
                side == .buy ? quote.price >= view.touch.ask.price : quote.price <= view.touch.bid.price
            if isTaking {
                #expect(world.parameters.timeInForce == .goodTillCancel)
                #expect(
                    away >= fair * Int128(world.parameters.leastDistance(side, fee: target.takerFee).parts))
            }
            let widest = Int128(level.distance.parts) * (one + Int128(world.parameters.distanceJitter.parts)) / one
            let floor = world.parameters.leastDistance(side, fee: target.takerFee)
            let furthest = max(widest, Int128(max(least, floor).parts))
            #expect(away <= fair * furthest + Int128(quote.level + 1) * tick * one)
            if let last { #expect(side == .buy ? quote.price < last : quote.price > last) }
            last = quote.price
            #expect(quote.quantity >= target.quantityRange.lowerBound)
            #expect(quote.quantity <= target.wholeLots(level.size))
            let value = target.notional(quote.price, quote.quantity)
            #expect(value >= target.minNotional)
            if let most = view.caps.order { #expect(value <= most) }
            worth += value
            lots += quote.quantity
        }
        if side == .buy, let held = view.heldQuote { #expect(worth + target.takerFee.of(worth) <= held) }
        if side == .sell, let held = view.heldBase {
            let sold = try #require(target.decimal(lots).units(atScale: 12))
            #expect(sold + sold * Int128(target.takerFee.parts) / 100_000_000 <= held.units)
        }
        if let most = view.caps.position { #expect(target.notional(view.mid, lots) <= most) }
    }
}

extension Instrument {
    fileprivate func wholeLots(_ amount: ExactDecimal) -> Quantity {
        let scale = max(amount.scale, lotSize.scale)
        return Quantity(lots: Int64(amount.units(atScale: scale)! / lotSize.units(atScale: scale)!))
    }
}
