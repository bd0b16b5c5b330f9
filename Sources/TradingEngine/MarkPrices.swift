internal import Fundamentals
internal import MarketModel

/// What the venue last said of one market's mark price and funding rate, and when.
struct MarkPrices: Sendable {
    /// A public mark that was not renewed for this long, or for as long as the book may be silent where that is longer,
    /// is not live any more: venues tell it several times a second.
    private static let liveFor = TimeSpan.seconds(5)
    /// The mark in the venue's word on a position serves as a fallback for this long.
    private static let positionServesFor = TimeSpan.minutes(1)

    /// The newest public mark, however old: the venue's collars are relative to it.
    private(set) var newest: ExactDecimal?
    private var heardAt = Instant.distantPast
    private var ofPosition: ExactDecimal?
    private var ofPositionAsOf = Instant.distantPast
    /// Of the current interval; zero until told.
    private(set) var fundingRate = Rate.zero

    /// A price or a rate that no market has is passed over.
    mutating func note(_ price: ExactDecimal, fundingRate: Rate, at now: Instant) {
        if fundingRate > -Rate.one, fundingRate < Rate.one { self.fundingRate = fundingRate }
        guard price.isPlausiblePrice else { return }
        newest = price
        heardAt = now
    }

    mutating func notePosition(_ price: ExactDecimal, asOf: Instant, at now: Instant) {
        guard price.isPlausiblePrice, asOf >= ofPositionAsOf else { return }
        ofPosition = price
        ofPositionAsOf = min(asOf, now)
    }

    /// The public mark if it is fresh. A book that may be silent for longer lets the mark be so too.
    func live(at now: Instant, staleAfter: TimeSpan) -> ExactDecimal? {
        now - heardAt <= max(staleAfter, Self.liveFor) ? newest : nil
    }

    /// Since the newest public mark; nil before the first.
    func age(at now: Instant) -> TimeSpan? { newest == nil ? nil : now - heardAt }

    func fallback(at now: Instant) -> ExactDecimal? {
        now - ofPositionAsOf <= Self.positionServesFor ? ofPosition : nil
    }
}

extension ExactDecimal {
    /// Positive, and small enough for products with rates.
    fileprivate var isPlausiblePrice: Bool { mantissa > 0 && mantissa < 1 << 90 }
}
