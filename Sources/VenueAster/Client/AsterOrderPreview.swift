public import Fundamentals
public import MarketModel
public import VenueKit
public import Wire

/// Shows the request an order would become, without sending it: for people who want to see before they trust.
public struct AsterOrderPreview: Hashable, Sendable {
    /// Request line and headers with signature, nonce and keys hidden.
    public var redacted: String
    /// The request as it would leave, signed. Carries a signature: not for logs.
    public var request: HTTPRequest

    /// - Parameters:
    ///   - order: A JSON object of the order's parameters as the venue names them, values as strings, numbers or
    ///     booleans: `{"symbol":"ASTERUSDT","side":"BUY","type":"LIMIT","timeInForce":"GTX","quantity":"20","price":"0.5"}`.
    ///     They are sent in the order written.
    ///   - venueTime: What the request is stamped with.
    public init(
        orderJSON order: [UInt8], credentials: AsterCredentials, at venueTime: Instant,
        receiveWindow: TimeSpan = .seconds(3)
    ) throws(AsterDecodeError) {
        let fields = try Self.fields(order)
        var signer = try Self.signer(credentials, receiveWindow)
        request = signer.sign(.post, "/fapi/v1/order", fields: fields, security: .signed, at: venueTime.microseconds)
        redacted = AsterRedaction.render(request)
    }

    /// As above, from our own vocabulary.
    public init(
        _ id: ClientOrderID, _ spec: OrderSpec, _ instrument: Instrument, credentials: AsterCredentials,
        at venueTime: Instant, receiveWindow: TimeSpan = .seconds(3)
    ) throws(AsterDecodeError) {
        var query: [UInt8] = []
        AsterOrderFields.place(AsterCall.Placement(id: id, spec: spec), instrument, into: &query)
        var signer = try Self.signer(credentials, receiveWindow)
        request = signer.sign(.post, "/fapi/v1/order", query: query, security: .signed, at: venueTime.microseconds)
        redacted = AsterRedaction.render(request)
    }

    private static func signer(
        _ credentials: AsterCredentials, _ window: TimeSpan
    ) throws(AsterDecodeError) -> AsterSigner {
        do throws(AsterCredentialsError) {
            return try AsterSigner(credentials, recvWindow: min(60_000, max(1, window.milliseconds)))
        } catch {
            throw AsterDecodeError("credentials", error.description)
        }
    }

    /// The parameters of an order that is written as a JSON object, in its order.
    public static func fields(_ order: [UInt8]) throws(AsterDecodeError) -> FormFields {
        let value: JSONValue
        do throws(WireError) { value = try JSONValue.parse(order) } catch {
            throw AsterDecodeError("order, byte \(error.offset)", error.reason)
        }
        guard let members = value.members, !members.isEmpty else {
            throw AsterDecodeError("order", "expected a JSON object of order parameters")
        }
        var fields = FormFields()
        for member in members {
            switch member.value {
            case .string(let text), .number(let text): fields.append(member.name, text)
            case .bool(let flag): fields.append(member.name, flag ? "true" : "false")
            case .null, .array, .object:
                throw AsterDecodeError("order.\(member.name)", "expected text, a number, true or false")
            }
        }
        for name in ["symbol", "side", "type"] where fields[name] == nil {
            throw AsterDecodeError("order.\(name)", "expected a value, found nothing")
        }
        return fields
    }
}
