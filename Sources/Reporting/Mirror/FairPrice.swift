internal import MarketModel

/// Reference × conversion as both venues' books have it, side by side: integers at a fixed scale.
struct FairPrice: Hashable, Sendable {
    /// Decimals of the product.
    static let scale = 12

    var referenceBid: Int128?
    var referenceAsk: Int128?
    var conversionBid: Int128?
    var conversionAsk: Int128?

    private static let one: Int128 = 1_000_000_000_000

    static func units(_ price: ExactDecimal?) -> Int128? {
        price.flatMap { $0.units(atScale: scale) }.flatMap { $0 > 0 && $0 < 1 << 90 ? $0 : nil }
    }

    /// What a bid, or an ask, is measured from; nil while either book has no such side.
    func value(_ side: Side) -> Int128? {
        let pair: (Int128?, Int128?)
        switch side {
        case .buy: pair = (referenceBid, conversionBid)
        case .sell: pair = (referenceAsk, conversionAsk)
        }
        guard let reference = pair.0, let conversion = pair.1 else { return nil }
        let (product, overflow) = reference.multipliedReportingOverflow(by: conversion)
        return overflow ? nil : product / Self.one
    }

    /// How far a price is from what its side is measured from, away from the market, in parts of 10⁻⁸.
    func distance(_ price: ExactDecimal, _ side: Side) -> Int64? {
        guard let fair = value(side), fair > 0, let price = Self.units(price) else { return nil }
        let away = side == .buy ? fair - price : price - fair
        let (product, overflow) = away.multipliedReportingOverflow(by: 100_000_000)
        return overflow ? nil : Int64(clamping: product / fair)
    }
}
