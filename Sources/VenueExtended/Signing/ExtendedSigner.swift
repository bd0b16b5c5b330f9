internal import Cryptography
public import StarkCryptography
public import Wire

/// An order that was checked and whose integers are known: all that is left is hashing and signing, which cannot fail.
public struct ExtendedUnsignedOrder: Hashable, Sendable {
    public let draft: ExtendedOrderDraft
    struct Part: Hashable, Sendable {
        var terms: OrderTerms
        var amounts: ExtendedAmounts
    }
    let order: Part
    let takeProfit: Part?
    let stopLoss: Part?

    init(_ draft: ExtendedOrderDraft, vault: UInt32) throws(ExtendedOrderError) {
        try draft.check()
        self.draft = draft
        let (terms, amounts) = try draft.terms(position: vault)
        order = Part(terms: terms, amounts: amounts)
        func part(_ leg: ExtendedOrderDraft.Leg?) throws(ExtendedOrderError) -> Part? {
            guard let leg else { return nil }
            let (terms, amounts) = try draft.terms(leg, position: vault)
            return Part(terms: terms, amounts: amounts)
        }
        takeProfit = try part(draft.legs?.takeProfit)
        stopLoss = try part(draft.legs?.stopLoss)
    }
}

/// Turns drafts into signed bodies and calls into requests.
///
/// A signature takes tens of microseconds, most of what an order costs. So an order is made in two steps: `unsigned`
/// where decisions are made, `request(for:)` wherever there is a thread for it.
public struct ExtendedSigner: Sendable, CustomStringConvertible, CustomReflectable {
    public let publicKey: Felt
    public let vault: UInt32
    private let key: StarkPrivateKey
    /// As every body shows it.
    private let publicKeyText: String
    private let hasher: OrderHasher
    private let keyHeaders: HTTPHeaders
    private let bodyHeaders: HTTPHeaders

    public init(_ credentials: ExtendedCredentials, chain: StarknetNetwork) {
        publicKey = credentials.publicKey
        vault = credentials.vault
        key = credentials.key
        publicKeyText = credentials.publicKey.hex
        hasher = OrderHasher(network: chain, publicKey: credentials.publicKey, position: credentials.vault)
        var headers = Self.openHeaders
        headers.append("X-Api-Key", credentials.apiKey.expose { String(decoding: $0, as: UTF8.self) })
        keyHeaders = headers
        headers.append("Content-Type", "application/json")
        bodyHeaders = headers
    }

    // MARK: Orders

    /// Checks a draft and works out what is to be signed.
    public func unsigned(_ draft: ExtendedOrderDraft) throws(ExtendedOrderError) -> ExtendedUnsignedOrder {
        try ExtendedUnsignedOrder(draft, vault: vault)
    }

    /// The signed body. The same every time.
    public func body(for order: ExtendedUnsignedOrder) -> [UInt8] {
        var nonce = order.draft.nonce
        while true {
            if let body = body(for: order, nonce: nonce) { return body }
            // One hash in 2⁵⁵ cannot be signed: another nonce gives another hash.
            nonce = nonce == .max ? 1 : nonce + 1
        }
    }

    private func body(for order: ExtendedUnsignedOrder, nonce: UInt32) -> [UInt8]? {
        func sign(_ part: ExtendedUnsignedOrder.Part) -> (Felt, ExtendedSignedTerms)? {
            var terms = part.terms
            terms.salt = UInt64(nonce)
            let hash = hasher.hash(terms)
            guard let signature = key.sign(hash) else { return nil }
            return (hash, ExtendedSignedTerms(signature: signature, amounts: part.amounts))
        }
        guard let (hash, signed) = sign(order.order) else { return nil }
        let takeProfit = order.takeProfit.map(sign)
        let stopLoss = order.stopLoss.map(sign)
        if takeProfit.map({ $0 == nil }) ?? false || stopLoss.map({ $0 == nil }) ?? false { return nil }
        return ExtendedOrderBody(
            draft: order.draft, id: order.draft.id ?? hash.decimal, nonce: nonce, publicKey: publicKeyText,
            vault: vault, order: signed, takeProfit: takeProfit??.1, stopLoss: stopLoss??.1
        ).bytes
    }

    /// The request that places (or, with a `cancelID`, replaces) an order, signed and ready to send but for `Host`.
    public func request(for order: ExtendedUnsignedOrder) -> HTTPRequest {
        HTTPRequest(method: .post, target: ExtendedPath.order, headers: bodyHeaders, body: body(for: order))
    }

    // MARK: Everything else

    /// A call that the API key alone authorizes.
    public func request(_ method: HTTPMethod, _ target: String, body: [UInt8] = []) -> HTTPRequest {
        HTTPRequest(method: method, target: target, headers: body.isEmpty ? keyHeaders : bodyHeaders, body: body)
    }

    /// A call without credentials.
    public static func open(_ method: HTTPMethod, _ target: String) -> HTTPRequest {
        HTTPRequest(method: method, target: target, headers: openHeaders)
    }

    /// For the handshake of the account stream.
    public var streamHeaders: HTTPHeaders { keyHeaders }

    /// For every handshake and request: the venue refuses calls without a User-Agent.
    public static let openHeaders = HTTPHeaders([("User-Agent", "apus"), ("Accept", "application/json")])

    public var description: String { "Extended signer of vault \(vault)" }
    /// Empty: the headers hold the API key.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension Felt {
    /// Decimal digits.
    var decimal: String {
        var bytes = bigEndianBytes
        var digits: [UInt8] = []
        var first = 0
        while first < bytes.count {
            var rest = 0
            for index in first..<bytes.count {
                let value = rest << 8 | Int(bytes[index])
                bytes[index] = UInt8(value / 10)
                rest = value % 10
            }
            digits.append(0x30 + UInt8(rest))
            while first < bytes.count, bytes[first] == 0 { first += 1 }
        }
        return digits.isEmpty ? "0" : String(decoding: digits.reversed(), as: UTF8.self)
    }
}
