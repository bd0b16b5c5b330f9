internal import Fundamentals
internal import MarketModel
internal import Wire

/// The parameters of orders, written as bytes: an order's way to the wire makes no strings.
enum AsterOrderFields {
    /// How parameters are written.
    enum Notation {
        /// `side=BUY&type=LIMIT`
        case query
        /// `"side":"BUY","type":"LIMIT"`: every value is a plain token, so nothing needs escaping.
        case members
    }

    static func place(
        _ placement: AsterCall.Placement, _ instrument: Instrument, as notation: Notation = .query,
        into bytes: inout [UInt8]
    ) {
        let spec = placement.spec
        symbol(instrument.symbol, notation, &bytes)
        append("side", text(spec.side), notation, &bytes)
        append("type", spec.price == nil ? "MARKET" : "LIMIT", notation, &bytes)
        // A parameter that does not belong to the type is refused (-1106), so a market order carries neither.
        if let price = spec.price {
            append("timeInForce", text(spec.timeInForce), notation, &bytes)
            quantity(spec.quantity, instrument, notation, &bytes)
            self.price(price, instrument, notation, &bytes)
        } else {
            quantity(spec.quantity, instrument, notation, &bytes)
        }
        if spec.reduceOnly { append("reduceOnly", "true", notation, &bytes) }
        id("newClientOrderId", placement.id, notation, &bytes)
    }

    /// The list as compact JSON.
    static func batch(_ placements: [AsterCall.Placement], _ instrument: Instrument) -> String {
        var bytes = [UInt8(ascii: "[")]
        for placement in placements {
            if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(UInt8(ascii: "{"))
            place(placement, instrument, as: .members, into: &bytes)
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: "]"))
        return String(decoding: bytes, as: UTF8.self)
    }

    static func amend(
        _ id: ClientOrderID, _ price: Price, _ quantity: Quantity, _ instrument: Instrument, into bytes: inout [UInt8]
    ) {
        reference(id, instrument.symbol, into: &bytes)
        self.quantity(quantity, instrument, .query, &bytes)
        self.price(price, instrument, .query, &bytes)
    }

    /// Which order a cancel or a query is about.
    static func reference(_ id: ClientOrderID, _ symbol: String, into bytes: inout [UInt8]) {
        self.symbol(symbol, .query, &bytes)
        self.id("origClientOrderId", id, .query, &bytes)
    }

    // MARK: Values

    private static func symbol(_ text: String, _ notation: Notation, _ bytes: inout [UInt8]) {
        begin("symbol", notation, &bytes)
        switch notation {
        case .query: FormFields.encode(text, into: &bytes)
        case .members: bytes.append(contentsOf: text.utf8)
        }
        end(notation, &bytes)
    }

    private static func quantity(
        _ quantity: Quantity, _ instrument: Instrument, _ notation: Notation, _ bytes: inout [UInt8]
    ) {
        begin("quantity", notation, &bytes)
        instrument.append(quantity, to: &bytes)
        end(notation, &bytes)
    }

    private static func price(
        _ price: Price, _ instrument: Instrument, _ notation: Notation, _ bytes: inout [UInt8]
    ) {
        begin("price", notation, &bytes)
        instrument.append(price, to: &bytes)
        end(notation, &bytes)
    }

    private static func id(
        _ name: StaticString, _ id: ClientOrderID, _ notation: Notation, _ bytes: inout [UInt8]
    ) {
        begin(name, notation, &bytes)
        id.append(to: &bytes)
        end(notation, &bytes)
    }

    private static func append(
        _ name: StaticString, _ value: StaticString, _ notation: Notation, _ bytes: inout [UInt8]
    ) {
        begin(name, notation, &bytes)
        append(value, &bytes)
        end(notation, &bytes)
    }

    private static func text(_ side: Side) -> StaticString {
        switch side {
        case .buy: "BUY"
        case .sell: "SELL"
        }
    }

    private static func text(_ timeInForce: TimeInForce) -> StaticString {
        switch timeInForce {
        case .goodTillCancel: "GTC"
        case .immediateOrCancel: "IOC"
        case .fillOrKill: "FOK"
        case .postOnly: "GTX"
        case .hidden: "HIDDEN"
        }
    }

    // MARK: Around a value

    private static func begin(_ name: StaticString, _ notation: Notation, _ bytes: inout [UInt8]) {
        switch notation {
        case .query:
            if !bytes.isEmpty { bytes.append(UInt8(ascii: "&")) }
            append(name, &bytes)
            bytes.append(UInt8(ascii: "="))
        case .members:
            if bytes.last == UInt8(ascii: "\"") { bytes.append(UInt8(ascii: ",")) }
            bytes.append(UInt8(ascii: "\""))
            append(name, &bytes)
            append("\":\"", &bytes)
        }
    }

    private static func end(_ notation: Notation, _ bytes: inout [UInt8]) {
        switch notation {
        case .query: break
        case .members: bytes.append(UInt8(ascii: "\""))
        }
    }

    private static func append(_ text: StaticString, _ bytes: inout [UInt8]) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }
}
