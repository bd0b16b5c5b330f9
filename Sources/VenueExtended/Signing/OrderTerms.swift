public import StarkCryptography

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
