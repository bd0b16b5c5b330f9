public import Fundamentals
public import MarketModel
public import VenueKit
public import Wire

/// What `/info/markets/{market}/stats` says: the only place with the running estimate of the funding rate.
public struct ExtendedStats: Hashable, Sendable {
    public var markPrice: ExactDecimal
    public var indexPrice: ExactDecimal?
    /// Of the coming hour, as estimated at the moment; the streams carry only rates that were applied.
    public var fundingRate: Rate
    public var nextFunding: Instant?

    public init(_ data: JSONValue) throws(VenueDecodeError) {
        let fields = VenueFields(data, "stats")
        markPrice = try fields.decimal("markPrice")
        guard markPrice.mantissa > 0 else { throw fields.missing("markPrice", "a price above zero") }
        indexPrice = data["indexPrice"]?.numeral.flatMap { ExactDecimal($0) }
        guard let rate = Rate(rounding: try fields.decimal("fundingRate")) else {
            throw fields.missing("fundingRate", "a rate")
        }
        fundingRate = rate
        // Named like a rate, but a time in milliseconds.
        nextFunding = data["nextFundingRate"]?.integer.flatMap { Instant(venueMilliseconds: $0) }
    }
}
