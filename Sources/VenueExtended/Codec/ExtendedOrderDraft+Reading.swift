public import MarketModel
public import VenueKit
internal import Wire

extension ExtendedOrderDraft {
    /// Reads an order in the venue's words: the members of the body of `POST /user/order`, of which those that only a
    /// signature adds (`settlement`, `debuggingAmounts`) are passed over.
    ///
    /// What may be left out takes the official client's default: type LIMIT, GTT (IOC for MARKET), fee 0.0005, self-trade
    /// protection ACCOUNT.
    /// - Parameter wholePosition: The quantity that a leg with `tpSlType` POSITION signs, by its price; nil where it
    ///   cannot be known.
    public init(
        _ fields: VenueFields, settlement: ExtendedSettlement,
        wholePosition: (_ price: ExactDecimal) -> ExactDecimal? = { _ in nil }
    ) throws(VenueDecodeError) {
        let row = fields.value
        let nonce = try fields.integer("nonce")
        guard let nonce = UInt32(exactly: nonce) else { throw fields.missing("nonce", "a number below 2^32") }
        self.init(
            id: try row.has("id") ? fields.text("id") : nil, market: try fields.text("market"),
            settlement: settlement, side: try fields.side("side"), quantity: try fields.decimal("qty"),
            price: try fields.decimal("price"), expiryMilliseconds: try fields.integer("expiryEpochMillis"),
            fee: try row.has("fee") ? fields.decimal("fee") : ExactDecimal(mantissa: 5, scale: 4), nonce: nonce)
        kind = try fields.word("type", or: .limit)
        quoteStartPrice = try fields.optional("rfqStartPrice")
        reduceOnly = try row.has("reduceOnly") ? fields.boolean("reduceOnly") : kind == .exit
        postOnly = try row.has("postOnly") ? fields.boolean("postOnly") : false
        timeInForce = try fields.word("timeInForce", or: kind == .market ? .immediateOrCancel : .goodTillTime)
        selfTradeProtection = try fields.word("selfTradeProtectionLevel", or: .account)
        cancelID = try row.has("cancelId") ? fields.text("cancelId") : nil
        trigger = try row.has("trigger") ? Trigger(fields.object("trigger")) : nil
        builderFee = try fields.optional("builderFee")
        builderID = try row.has("builderId") ? fields.integer("builderId") : nil
        legs = try Self.legs(fields, quantity: quantity, wholePosition)
    }

    private static func legs(
        _ fields: VenueFields, quantity: ExactDecimal, _ wholePosition: (ExactDecimal) -> ExactDecimal?
    ) throws(VenueDecodeError) -> Legs? {
        let row = fields.value
        guard row.has("tpSlType") || row.has("takeProfit") || row.has("stopLoss") else { return nil }
        let scope: LegScope = try fields.word("tpSlType", or: .order)
        func leg(_ name: String) throws(VenueDecodeError) -> Leg? {
            guard row.has(name) else { return nil }
            let leg = try fields.object(name)
            let price = try leg.decimal("price")
            guard let quantity = scope == .order ? quantity : wholePosition(price) else {
                throw VenueDecodeError(leg.place, "a leg of a whole position needs the market's tradingConfig")
            }
            return Leg(
                triggerPrice: try leg.decimal("triggerPrice"), source: try leg.word("triggerPriceType", or: .last),
                price: price, execution: try leg.word("priceType", or: .limit), quantity: quantity)
        }
        return Legs(scope: scope, takeProfit: try leg("takeProfit"), stopLoss: try leg("stopLoss"))
    }
}

extension ExtendedOrderDraft.Trigger {
    init(_ fields: VenueFields) throws(VenueDecodeError) {
        // Orders are sent with `direction`; replies and the documents' table also say `triggerPriceDirection`.
        let name = fields.value.has("direction") ? "direction" : "triggerPriceDirection"
        guard let direction = try Direction(rawValue: fields.text(name)) else {
            throw fields.missing(name, "UP or DOWN")
        }
        self.init(
            price: try fields.decimal("triggerPrice"), source: try fields.word("triggerPriceType", or: .last),
            direction: direction, execution: try fields.word("executionPriceType", or: .limit))
    }
}

extension VenueFields {
    /// One of a closed set of words; `standard` where the member is missing.
    fileprivate func word<Word: RawRepresentable & CaseIterable>(
        _ name: String, or standard: Word
    ) throws(VenueDecodeError) -> Word where Word.RawValue == String {
        guard value.has(name) else { return standard }
        guard let word = Word(rawValue: try text(name)) else {
            throw missing(name, "one of " + Word.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return word
    }

    fileprivate func optional(_ name: String) throws(VenueDecodeError) -> ExactDecimal? {
        try value.has(name) ? decimal(name) : nil
    }
}
