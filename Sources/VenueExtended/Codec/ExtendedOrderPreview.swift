public import VenueKit
internal import Fundamentals
internal import MarketModel
internal import Wire

/// Shows the body that an order would become, without sending it: for people who want to see before they trust.
public struct ExtendedOrderPreview: Hashable, Sendable {
    /// As the official client would send it, signed integers included. Carries signatures, which are good for this one
    /// order only; never the private key.
    public var body: [UInt8]
    /// Where it would go.
    public var path: String { ExtendedPath.order }

    /// - Parameter order: A JSON object with the members of the body (`market`, `side`, `type`, `qty`, `price`,
    ///   `postOnly`, `reduceOnly`, `timeInForce`, `expiryEpochMillis`, `fee`, `nonce`, `id`, …) and the market's own
    ///   `l2Config`; legs of a whole position also need its `tradingConfig`. No network is asked for anything.
    public init(
        orderJSON order: [UInt8], credentials: ExtendedCredentials, chain: StarknetNetwork
    ) throws(VenueDecodeError) {
        let value: JSONValue
        do throws(WireError) { value = try JSONValue.parse(order) } catch {
            throw VenueDecodeError("order, byte \(error.offset)", error.reason)
        }
        guard let members = value.members else { throw VenueDecodeError("order", "expected a JSON object") }
        for member in members where !Self.names.contains(member.name) {
            let nearest = Spelling.nearest(to: member.name, in: Self.names).map { ": did you mean \($0)?" } ?? ""
            throw VenueDecodeError("order.\(member.name.prefix(40))", "not a member of an order\(nearest)")
        }
        let fields = VenueFields(value, "order")
        let settlement = try ExtendedMarket.settlement(fields.object("l2Config"))
        let rules = try value.has("tradingConfig") ? fields.object("tradingConfig") : nil
        let largest = try rules?.decimal("maxPositionValue")
        let decimals = try rules.map { rules throws(VenueDecodeError) in
            ExtendedPricing.decimals(of: try rules.decimal("minOrderSizeChange"))
        }
        var draft = try ExtendedOrderDraft(fields, settlement: settlement) { price in
            guard let largest, let decimals else { return nil }
            return ExtendedPricing.wholePosition(price: price, maxPositionValue: largest, decimals: decimals)
        }
        draft.showsAmounts = true
        let signer = ExtendedSigner(credentials, chain: chain)
        do throws(ExtendedOrderError) { body = signer.body(for: try signer.unsigned(draft)) } catch {
            throw VenueDecodeError("order", error.description)
        }
    }

    private static let names = [
        "id", "market", "type", "side", "qty", "price", "rfqStartPrice", "reduceOnly", "postOnly", "timeInForce",
        "expiryEpochMillis", "fee", "nonce", "selfTradeProtectionLevel", "cancelId", "trigger", "tpSlType",
        "takeProfit", "stopLoss", "builderFee", "builderId", "l2Config", "tradingConfig",
    ]
}
