internal import Fundamentals
internal import MarketModel
internal import Wire

/// Typed access to the query of a request.
struct BitoProParameters: Sendable {
    private let fields: FormFields

    init(_ query: Substring?) throws(BitoProError) {
        do throws(WireError) {
            fields = try FormFields.parse(query ?? "")
        } catch {
            throw .parameter
        }
    }

    func text(_ name: String) -> String? {
        guard let value = fields[name], !value.isEmpty else { return nil }
        return value
    }

    func integer(_ name: String) throws(BitoProError) -> Int64? {
        guard let text = text(name) else { return nil }
        guard let number = Int64(text) else { throw .parameter }
        return number
    }

    func integer(_ name: String, _ range: ClosedRange<Int64>, standard: Int64) throws(BitoProError) -> Int64 {
        let number = try integer(name) ?? standard
        guard range.contains(number) else { throw .parameter }
        return number
    }

    func time(_ name: String) throws(BitoProError) -> Instant? {
        guard let milliseconds = try integer(name) else { return nil }
        guard (0...9_999_999_999_999).contains(milliseconds) else { throw .parameter }
        return Instant(milliseconds: milliseconds)
    }
}

/// A new order as its JSON says it.
struct BitoProOrderForm: Sendable {
    var action: Side
    var isMarket: Bool
    var isPostOnly: Bool
    var price: ExactDecimal?
    /// In the quote asset for a market buy.
    var amount: ExactDecimal
    var clientID: Int64?
    /// Milliseconds, as sent.
    var timestamp: Int64

    init(_ body: JSONValue) throws(BitoProError) {
        switch body["action"]?.text?.uppercased() {
        case "BUY": action = .buy
        case "SELL": action = .sell
        default: throw .parameter
        }
        switch body["type"]?.text?.uppercased() {
        case "LIMIT": isMarket = false
        case "MARKET": isMarket = true
        // Stop orders wait at the venue for a price; nothing here does.
        default: throw BitoProError(422, "Unsupported order type")
        }
        switch body["timeInForce"]?.text {
        case nil, "GTC": isPostOnly = false
        case "POST_ONLY": isPostOnly = !isMarket
        default: throw .parameter
        }
        guard let amount = body["amount"]?.numeral.flatMap({ ExactDecimal($0) }),
            let timestamp = body["timestamp"]?.integer
        else { throw .parameter }
        self.amount = amount
        self.timestamp = timestamp
        price = isMarket ? nil : body["price"]?.numeral.flatMap { ExactDecimal($0) }
        guard isMarket || price != nil else { throw .parameter }
        if let number = body["clientId"] {
            guard let id = number.integer, (1...2_147_483_647).contains(id) else { throw .parameter }
            clientID = id
        }
    }
}
