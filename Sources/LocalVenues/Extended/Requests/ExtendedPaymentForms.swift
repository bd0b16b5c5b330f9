internal import MarketModel
internal import StarkCryptography
internal import VenueExtended
internal import Wire

/// The body of `POST /user/withdrawal`.
struct ExtendedWithdrawalForm: Hashable, Sendable {
    var account: Int64
    var amount: Cash
    var asset: String
    var payment: PaymentTerms
    /// Nil where it is none.
    var signature: StarkSignature?

    init(_ body: [UInt8]) throws(ExtendedError) {
        let document = try JSONValue.object(body)
        let fields = ExtendedFields(document)
        let inner = try fields.object("settlement")
        let settlement = ExtendedFields(inner)
        let expiration = ExtendedFields(try settlement.object("expiration"))
        account = try fields.natural("accountId", below: .max)
        amount = try fields.cash("amount")
        asset = try fields.text("asset")
        payment = PaymentTerms(
            recipient: .address(try settlement.felt("recipient")), position: try settlement.vault("positionId"),
            collateral: try settlement.felt("collateralId"), amount: try settlement.amount("amount"),
            expiration: UInt64(try expiration.natural("seconds", below: 1 << 52)),
            salt: UInt64(try settlement.natural("salt", below: 1 << 32)))
        signature = StarkSignature(inner["signature"])
    }
}

/// The body of `POST /user/transfer/onchain`.
struct ExtendedTransferForm: Hashable, Sendable {
    var fromVault: UInt32
    var toVault: UInt32
    var amount: Cash
    var senderKey: Felt
    var receiverKey: Felt
    var payment: PaymentTerms
    /// Nil where it is none.
    var signature: StarkSignature?

    init(_ body: [UInt8]) throws(ExtendedError) {
        let document = try JSONValue.object(body)
        let fields = ExtendedFields(document)
        let inner = try fields.object("settlement")
        let settlement = ExtendedFields(inner)
        fromVault = try fields.vault("fromVault")
        toVault = try fields.vault("toVault")
        amount = try fields.cash("amount")
        senderKey = try settlement.felt("senderPublicKey")
        receiverKey = try settlement.felt("receiverPublicKey")
        payment = PaymentTerms(
            recipient: .position(try settlement.vault("receiverPositionId")),
            position: try settlement.vault("senderPositionId"), collateral: try settlement.felt("assetId"),
            amount: try settlement.amount("amount"),
            expiration: UInt64(try settlement.natural("expirationTimestamp", below: 1 << 52)),
            salt: UInt64(try settlement.natural("nonce", below: 1 << 32)))
        signature = StarkSignature(inner["signature"])
    }
}

extension JSONValue {
    /// A request's body, which must be an object.
    static func object(_ body: [UInt8]) throws(ExtendedError) -> JSONValue {
        let document: JSONValue
        do throws(WireError) {
            document = try parse(body, maxDepth: 8)
        } catch {
            throw .badRequest("the body is not JSON (byte \(error.offset)): \(error.reason)")
        }
        guard document.members != nil else { throw .badRequest("the body must be an object") }
        return document
    }
}

extension StarkSignature {
    /// As bodies carry it, `{"r":"0x…","s":"0x…"}`; nil for anything else.
    init?(_ value: JSONValue?) {
        guard let r = value?["r"]?.text.flatMap({ Felt(hex: $0) }),
            let s = value?["s"]?.text.flatMap({ Felt(hex: $0) })
        else { return nil }
        self.init(r: r, s: s)
    }
}

extension ExtendedFields {
    fileprivate func object(_ name: String) throws(ExtendedError) -> JSONValue {
        guard let object = self[name], object.members != nil else { throw .badRequest("'\(name)' must be an object") }
        return object
    }

    fileprivate func felt(_ name: String) throws(ExtendedError) -> Felt {
        guard let felt = Felt(hex: try text(name)) else {
            throw .badRequest("'\(name)' must be 0x and hex digits below the field's prime")
        }
        return felt
    }

    fileprivate func vault(_ name: String) throws(ExtendedError) -> UInt32 {
        UInt32(try natural(name, below: 1 << 32))
    }

    fileprivate func amount(_ name: String) throws(ExtendedError) -> UInt64 {
        UInt64(try natural(name, below: .max))
    }

    fileprivate func cash(_ name: String) throws(ExtendedError) -> Cash {
        guard let cash = Cash(try decimal(name)), cash.magnitude <= Cash(whole: 1_000_000_000_000) else {
            throw .badRequest("'\(name)' must have at most twelve decimals, and be at most 10^12")
        }
        return cash
    }
}
