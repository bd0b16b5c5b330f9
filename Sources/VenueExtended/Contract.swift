public import StarkCryptography

// Contract only: what stands behind these declarations comes with its own commits.

/// What an order's signature covers, as the exchange's contract reads it (SNIP-12 struct `Order`).
public struct OrderTerms: Hashable, Sendable {
    /// Account position ("vault").
    public var position: UInt32
    public var baseAsset: Felt
    /// Positive when bought, in units of the market's synthetic resolution.
    public var baseAmount: Int64
    public var quoteAsset: Felt
    public var quoteAmount: Int64
    public var feeAsset: Felt
    public var feeAmount: UInt64
    /// Seconds since 1970: the order's expiry rounded up, plus 14 days.
    public var expiration: UInt64
    /// The order's nonce.
    public var salt: UInt64

    public init(
        position: UInt32, baseAsset: Felt, baseAmount: Int64, quoteAsset: Felt, quoteAmount: Int64, feeAsset: Felt,
        feeAmount: UInt64, expiration: UInt64, salt: UInt64
    ) {
        self.position = position
        self.baseAsset = baseAsset
        self.baseAmount = baseAmount
        self.quoteAsset = quoteAsset
        self.quoteAmount = quoteAmount
        self.feeAsset = feeAsset
        self.feeAmount = feeAmount
        self.expiration = expiration
        self.salt = salt
    }
}

/// Which chain signatures are for.
public enum StarknetNetwork: String, Hashable, Sendable, CaseIterable {
    case mainnet = "SN_MAIN"
    case testnet = "SN_SEPOLIA"
}

/// Hashes orders of one key on one network; what never changes was absorbed once.
public struct OrderHasher: Sendable {
    public init(network: StarknetNetwork, publicKey: Felt, position: UInt32) {}

    /// The message hash that is signed (SNIP-12 revision 1).
    /// - Precondition: `terms.position` is the hasher's.
    public func hash(_ terms: OrderTerms) -> Felt { Felt(0) }
}
