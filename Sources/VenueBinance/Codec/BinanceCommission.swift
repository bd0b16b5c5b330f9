internal import MarketModel
internal import VenueKit
internal import Wire

/// What a fill cost. Positive is a cost.
struct BinanceCommission: Hashable {
    /// In the quote asset.
    var cash = Cash.zero
    /// The part taken in the base asset, which `cash` holds the value of.
    var base = Cash.zero
    /// The asset, where it is a third one and `cash` an estimate.
    var estimatedFrom: String?

    init() {}

    /// Taken in the base asset it is valued at the fill's price; in anything else, as BNB, it is estimated by the
    /// instrument's fee rate. No asset means no fee.
    init(
        _ fields: VenueFields, amount: String, asset: String, price: Price, quantity: Quantity, isMaker: Bool,
        _ instrument: Instrument
    ) throws(VenueDecodeError) {
        guard let name = fields.value[asset]?.text, fields.value[amount]?.numeral != nil else { return }
        let charged = try fields.decimal(amount)
        if charged.mantissa == 0 { return }
        guard let amount = Cash(rounding: charged), amount.magnitude <= Self.largest else {
            throw fields.missing(amount, "an amount")
        }
        if name == instrument.quoteAsset {
            cash = amount
        } else if name == instrument.baseAsset {
            let at = instrument.decimal(price)
            let product = charged.mantissa.multipliedReportingOverflow(by: at.mantissa)
            guard !product.overflow, charged.scale + at.scale <= 30,
                let value = Cash(
                    rounding: ExactDecimal(mantissa: product.partialValue, scale: charged.scale + at.scale))
            else { throw VenueDecodeError(fields.place, "a fee of \(charged) \(name) cannot be valued") }
            base = amount
            cash = value
        } else {
            let rate = isMaker ? instrument.makerFee : instrument.takerFee
            cash = rate.of(instrument.notional(price, quantity))
            estimatedFrom = name
        }
    }

    /// A thousand million coins: no fee comes near, and sums of smaller ones cannot overflow.
    private static let largest = Cash(whole: 1_000_000_000)
}
