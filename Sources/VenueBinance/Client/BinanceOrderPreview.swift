public import Fundamentals
internal import VenueAster
public import VenueKit
public import Wire

/// Shows the request an order would become, without sending it: for people who want to see before they trust.
public struct BinanceOrderPreview: Hashable, Sendable {
    /// Request line and headers with signature and key hidden.
    public var redacted: String
    /// The request as it would leave, signed. Carries a signature: not for logs.
    public var request: HTTPRequest

    /// - Parameters:
    ///   - order: A JSON object of the order's parameters as the venue names them, values as strings, numbers or booleans.
    ///     They are sent in the order written.
    ///   - isFutures: For USDⓈ-M instead of spot.
    ///   - prevention: The self-trade prevention that is added where the order names none: none of ours leaves without.
    ///   - venueTime: What the request is stamped with.
    public init(
        orderJSON order: [UInt8], credentials: BinanceCredentials, isFutures: Bool = false,
        prevention: String = BinanceSelfTradePrevention.expireMaker.rawValue, at venueTime: Instant,
        receiveWindow: TimeSpan = .seconds(5)
    ) throws(VenueDecodeError) {
        var fields = try AsterOrderPreview.fields(order)
        if fields["selfTradePreventionMode"] == nil { fields.append("selfTradePreventionMode", prevention) }
        var query: [UInt8] = []
        fields.encode(into: &query)
        var signer = BinanceSigner(credentials, receiveWindow: min(60_000, max(1, receiveWindow.milliseconds)))
        request = signer.sign(
            .post, isFutures ? "/fapi/v1/order" : "/api/v3/order", query: query, at: venueTime.milliseconds)
        redacted = AsterRedaction.render(request)
    }
}
