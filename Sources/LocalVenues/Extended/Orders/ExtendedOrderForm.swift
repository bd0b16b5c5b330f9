internal import MarketModel
internal import StarkCryptography
internal import VenueExtended
internal import Wire

/// The body of `POST /user/order` as it was sent: readable, and with words the venue knows; not yet checked otherwise.
struct ExtendedOrderForm: Hashable, Sendable {
    struct Trigger: Hashable, Sendable {
        var price: ExactDecimal
        var source: ExtendedOrderDraft.PriceSource
        var direction: ExtendedOrderDraft.Trigger.Direction
        var execution: ExtendedOrderDraft.ExecutionPrice
    }

    /// What was signed, and by whom; nil where it is not a number of that kind.
    struct Settlement: Hashable, Sendable {
        var signature: StarkSignature?
        var starkKey: Felt?
        var vault: UInt32?
    }

    var externalID: String
    var market: String
    var kind: ExtendedOrderDraft.Kind
    var side: Side
    var quantity: ExactDecimal
    var price: ExactDecimal?
    var isReduceOnly: Bool
    var isPostOnly: Bool
    var timeInForce: ExtendedOrderDraft.TimeInForce
    var expiryMilliseconds: Int64
    var fee: ExactDecimal
    var builderFee: ExactDecimal?
    var nonce: UInt32
    var selfTradeLevel: ExtendedOrderDraft.SelfTradeProtection
    /// External id of the order that is to be replaced.
    var cancelID: String?
    var trigger: Trigger?
    /// Take profit or stop loss were sent along.
    var hasLegs: Bool
    var settlement: Settlement?

    /// - Throws: 400 for what is missing or of the wrong kind, 1133 for words and numbers that are none.
    init(_ body: [UInt8]) throws(ExtendedError) {
        let document = try JSONValue.object(body)
        let fields = ExtendedFields(document)
        externalID = try fields.text("id")
        guard (1...128).contains(externalID.utf8.count), externalID.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { throw .invalidOrder("'id' must be 1 to 128 visible ASCII characters") }
        market = try fields.text("market")
        if document["type"]?.text == "TWAP" { throw .notAllowed("TWAP orders do not exist here") }
        kind = try fields.word("type")
        side = try fields.word("side", ExtendedSide.self).side
        quantity = try fields.decimal("qty")
        price = try fields.optionalDecimal("price")
        isReduceOnly = try fields.flag("reduceOnly")
        isPostOnly = try fields.flag("postOnly")
        timeInForce = try fields.optionalWord("timeInForce") ?? .goodTillTime
        expiryMilliseconds = try fields.natural("expiryEpochMillis", below: 1 << 52)
        fee = try fields.decimal("fee")
        builderFee = try fields.optionalDecimal("builderFee")
        nonce = UInt32(try fields.natural("nonce", below: 1 << 32))
        selfTradeLevel = try fields.optionalWord("selfTradeProtectionLevel") ?? .account
        cancelID = try fields.optionalText("cancelId")
        trigger = try Self.trigger(document["trigger"])
        hasLegs = fields.isThere("takeProfit") || fields.isThere("stopLoss")
        settlement = try Self.settlement(document["settlement"])
    }

    private static func trigger(_ value: JSONValue?) throws(ExtendedError) -> Trigger? {
        guard let value, value != .null else { return nil }
        guard value.members != nil else { throw .badRequest("'trigger' must be an object") }
        let fields = ExtendedFields(value)
        // One table of the venue's documents calls the direction `triggerPriceDirection`.
        let name = fields.isThere("direction") ? "direction" : "triggerPriceDirection"
        return Trigger(
            price: try fields.decimal("triggerPrice"), source: try fields.word("triggerPriceType"),
            direction: try fields.word(name), execution: try fields.word("executionPriceType"))
    }

    private static func settlement(_ value: JSONValue?) throws(ExtendedError) -> Settlement? {
        guard let value, value != .null else { return nil }
        guard value.members != nil else { throw .badRequest("'settlement' must be an object") }
        var result = Settlement()
        result.signature = StarkSignature(value["signature"])
        result.starkKey = value["starkKey"]?.text.flatMap { Felt(hex: $0) }
        result.vault = value["collateralPosition"]?.integer.flatMap { UInt32(exactly: $0) }
        return result
    }
}

private enum ExtendedSide: String, CaseIterable {
    case buy = "BUY"
    case sell = "SELL"

    var side: Side {
        switch self {
        case .buy: .buy
        case .sell: .sell
        }
    }
}

/// The members of one object of a request's body.
struct ExtendedFields {
    private let value: JSONValue

    init(_ value: JSONValue) { self.value = value }

    subscript(name: String) -> JSONValue? { value[name] }

    func isThere(_ name: String) -> Bool { value[name].map { $0 != .null } ?? false }

    func text(_ name: String) throws(ExtendedError) -> String {
        guard let text = try optionalText(name) else { throw .badRequest("'\(name)' is missing") }
        return text
    }

    func optionalText(_ name: String) throws(ExtendedError) -> String? {
        guard isThere(name) else { return nil }
        guard let text = value[name]?.text else { throw .badRequest("'\(name)' must be a text") }
        return text
    }

    /// False where it is absent.
    func flag(_ name: String) throws(ExtendedError) -> Bool {
        guard isThere(name) else { return false }
        guard let flag = value[name]?.boolean else { throw .badRequest("'\(name)' must be true or false") }
        return flag
    }

    /// Plain notation, as text or number; never an exponent.
    func decimal(_ name: String) throws(ExtendedError) -> ExactDecimal {
        guard let decimal = try optionalDecimal(name) else { throw .badRequest("'\(name)' is missing") }
        return decimal
    }

    func optionalDecimal(_ name: String) throws(ExtendedError) -> ExactDecimal? {
        guard isThere(name) else { return nil }
        guard let text = value[name]?.numeral else { throw .badRequest("'\(name)' must be a decimal in text") }
        guard let decimal = ExactDecimal(text) else {
            throw .invalidOrder("'\(name)' must be a plain decimal, found '\(text.prefix(40))'")
        }
        return decimal
    }

    func natural(_ name: String, below limit: Int64) throws(ExtendedError) -> Int64 {
        guard isThere(name) else { throw .badRequest("'\(name)' is missing") }
        guard let number = value[name]?.integer, (0..<limit).contains(number) else {
            throw .invalidOrder("'\(name)' must be a whole number from 0 to \(limit - 1)")
        }
        return number
    }

    func word<Word: RawRepresentable & CaseIterable>(
        _ name: String, _ type: Word.Type = Word.self
    ) throws(ExtendedError) -> Word where Word.RawValue == String {
        guard let word = try optionalWord(name, type) else { throw .badRequest("'\(name)' is missing") }
        return word
    }

    func optionalWord<Word: RawRepresentable & CaseIterable>(
        _ name: String, _ type: Word.Type = Word.self
    ) throws(ExtendedError) -> Word? where Word.RawValue == String {
        guard let text = try optionalText(name) else { return nil }
        guard let word = Word(rawValue: text) else {
            let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw .invalidOrder("'\(name)' must be one of \(known), found '\(text.prefix(40))'")
        }
        return word
    }
}
