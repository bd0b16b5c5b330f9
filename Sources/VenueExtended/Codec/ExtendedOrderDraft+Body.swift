internal import MarketModel
internal import StarkCryptography
internal import Wire

/// A signature as an order's body carries it, and the integers it covers.
struct ExtendedSignedTerms: Hashable, Sendable {
    var signature: StarkSignature
    var amounts: ExtendedAmounts
}

/// The body of `POST /user/order`: members in the official client's order, decimals plain and as text.
struct ExtendedOrderBody {
    var draft: ExtendedOrderDraft
    var id: String
    var nonce: UInt32
    var publicKey: String
    var vault: UInt32
    var order: ExtendedSignedTerms
    var takeProfit: ExtendedSignedTerms?
    var stopLoss: ExtendedSignedTerms?

    /// Bytes that an order without legs, or a leg, hardly ever exceeds.
    private static let partSize = 768

    var bytes: [UInt8] {
        var json = JSONWriter(capacity: Self.partSize * (1 + (takeProfit == nil ? 0 : 1) + (stopLoss == nil ? 0 : 1)))
        json.beginObject()
        json.member("id", id)
        json.member("market", draft.market)
        json.member("type", draft.kind.rawValue)
        json.member("side", draft.side.wire)
        json.member("qty", draft.quantity.description)
        json.member("price", draft.price.description)
        if let start = draft.quoteStartPrice { json.member("rfqStartPrice", start.description) }
        json.member("reduceOnly", draft.reduceOnly)
        json.member("postOnly", draft.postOnly)
        json.member("timeInForce", draft.timeInForce.rawValue)
        json.member("expiryEpochMillis", draft.expiryMilliseconds)
        json.member("fee", draft.fee.description)
        json.member("nonce", "\(nonce)")
        json.member("selfTradeProtectionLevel", draft.selfTradeProtection.rawValue)
        if let cancelID = draft.cancelID { json.member("cancelId", cancelID) }
        if draft.kind != .exit { settlement(order.signature, &json) }
        if let trigger = draft.trigger { write(trigger, &json) }
        if let legs = draft.legs {
            json.member("tpSlType", legs.scope.rawValue)
            if let leg = legs.takeProfit, let takeProfit { write("takeProfit", leg, takeProfit, &json) }
            if let leg = legs.stopLoss, let stopLoss { write("stopLoss", leg, stopLoss, &json) }
        }
        if draft.showsAmounts { amounts(order.amounts, &json) }
        if let fee = draft.builderFee { json.member("builderFee", fee.description) }
        if let id = draft.builderID { json.member("builderId", id) }
        json.endObject()
        return json.bytes
    }

    private func settlement(_ signature: StarkSignature, _ json: inout JSONWriter) {
        json.key("settlement")
        json.beginObject()
        json.key("signature")
        json.beginObject()
        json.member("r", signature.r.hex)
        json.member("s", signature.s.hex)
        json.endObject()
        json.member("starkKey", publicKey)
        json.member("collateralPosition", "\(vault)")
        json.endObject()
    }

    private func write(_ trigger: ExtendedOrderDraft.Trigger, _ json: inout JSONWriter) {
        json.key("trigger")
        json.beginObject()
        json.member("triggerPrice", trigger.price.description)
        json.member("triggerPriceType", trigger.source.rawValue)
        json.member("direction", trigger.direction.rawValue)
        json.member("executionPriceType", trigger.execution.rawValue)
        json.endObject()
    }

    private func write(
        _ name: String, _ leg: ExtendedOrderDraft.Leg, _ signed: ExtendedSignedTerms, _ json: inout JSONWriter
    ) {
        json.key(name)
        json.beginObject()
        json.member("triggerPrice", leg.triggerPrice.description)
        json.member("triggerPriceType", leg.source.rawValue)
        json.member("price", leg.price.description)
        json.member("priceType", leg.execution.rawValue)
        settlement(signed.signature, &json)
        if draft.showsAmounts { amounts(signed.amounts, &json) }
        json.endObject()
    }

    private func amounts(_ amounts: ExtendedAmounts, _ json: inout JSONWriter) {
        json.key("debuggingAmounts")
        json.beginObject()
        json.member("collateralAmount", "\(amounts.collateral)")
        json.member("feeAmount", "\(amounts.fee)")
        json.member("syntheticAmount", "\(amounts.synthetic)")
        json.endObject()
    }
}
