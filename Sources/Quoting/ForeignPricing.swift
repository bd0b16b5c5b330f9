internal import Fundamentals
internal import MarketModel

/// From prices of another market, and of the one that converts them, to ticks of this one. Exact:
///
///     ticks here = reference ticks × conversion ticks × reference tick × conversion tick ÷ tick here
struct ForeignPricing {
    private let numerator: Int128
    private let denominator: Int128
    private let reference: Touch
    /// Nil where the reference is quoted in the same asset.
    private let conversion: Touch?

    /// Nil where a conversion is needed and the view has none of the two assets.
    init?(_ view: MarketView, _ book: ForeignBook) {
        reference = book.touch
        let tick = book.instrument.tickSize
        var product = tick.mantissa
        var scale = tick.scale
        if book.instrument.quoteAsset == view.instrument.quoteAsset {
            conversion = nil
        } else {
            guard let converting = view.conversion, converting.instrument.baseAsset == book.instrument.quoteAsset,
                converting.instrument.quoteAsset == view.instrument.quoteAsset
            else { return nil }
            conversion = converting.touch
            // Both are below 10¹².
            product *= converting.instrument.tickSize.mantissa
            scale += converting.instrument.tickSize.scale
        }
        let own = view.instrument.tickSize
        guard let up = powerOfTen(max(0, own.scale - scale)), let down = powerOfTen(max(0, scale - own.scale)) else {
            return nil
        }
        let (numerator, isTooLarge) = product.multipliedReportingOverflow(by: up)
        let (denominator, isTooSmall) = own.mantissa.multipliedReportingOverflow(by: down)
        guard !isTooLarge, !isTooSmall, denominator < Int128.max / Int128(Rate.one.parts) else { return nil }
        self.numerator = numerator
        self.denominator = denominator
    }

    /// What a bid and what an offer is converted with.
    func conversion(_ side: Side) -> Price? { side == .buy ? conversion?.bid.price : conversion?.ask.price }

    /// Whether the converted bid does not stand below the converted ask.
    var isCrossed: Bool {
        let bid = Int128(reference.bid.price.ticks) * Int128(conversion(.buy)?.ticks ?? 1)
        let ask = Int128(reference.ask.price.ticks) * Int128(conversion(.sell)?.ticks ?? 1)
        return bid >= ask
    }

    /// `price` of the reference × conversion × (1 ∓ distance), rounded away from the middle: down for a bid, up for an
    /// offer. Nil for a price that no book can have.
    func price(_ side: Side, around price: Price, distance: Rate) -> Price? {
        let factor = Int128(Rate.one.parts) - Int128(side.sign) * Int128(distance.parts)
        let foreign = Int128(price.ticks) * Int128(conversion(side)?.ticks ?? 1)
        let (scaled, overflow) = foreign.multipliedReportingOverflow(by: numerator)
        let (dividend, isTooLarge) = scaled.multipliedReportingOverflow(by: factor)
        guard !overflow, !isTooLarge, factor > 0 else { return nil }
        let divisor = denominator * Int128(Rate.one.parts)
        let ticks: Int128
        switch side {
        case .buy: ticks = floorDivide(dividend, by: divisor)
        case .sell: ticks = ceilDivide(dividend, by: divisor)
        }
        guard ticks > 0, ticks < 1 << 40 else { return nil }
        return Price(ticks: Int64(ticks))
    }
}
