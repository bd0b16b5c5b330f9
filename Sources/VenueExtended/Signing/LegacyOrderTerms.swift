public import StarkCryptography

/// What a signature covered on the exchange's former StarkEx instance (`LIMIT_ORDER_WITH_FEES`): Pedersen, no domain.
public struct LegacyOrderTerms: Hashable, Sendable {
    public enum Side: Hashable, Sendable { case buy, sell }

    public var side: Side
    public var syntheticAsset: Felt
    public var collateralAsset: Felt
    public var feeAsset: Felt
    public var syntheticAmount: UInt64
    public var collateralAmount: UInt64
    public var maximumFee: UInt64
    public var nonce: UInt32
    public var position: UInt64
    /// Hours since 1970: the order's expiry plus 14 days, rounded up.
    public var expirationHours: UInt32

    public init(
        side: Side, syntheticAsset: Felt, collateralAsset: Felt, feeAsset: Felt, syntheticAmount: UInt64,
        collateralAmount: UInt64, maximumFee: UInt64, nonce: UInt32, position: UInt64, expirationHours: UInt32
    ) {
        self.side = side
        self.syntheticAsset = syntheticAsset
        self.collateralAsset = collateralAsset
        self.feeAsset = feeAsset
        self.syntheticAmount = syntheticAmount
        self.collateralAmount = collateralAmount
        self.maximumFee = maximumFee
        self.nonce = nonce
        self.position = position
        self.expirationHours = expirationHours
    }

    /// The message hash that is signed.
    public var messageHash: Felt {
        let (sold, bought, amountSold, amountBought) =
            switch side {
            case .buy: (collateralAsset, syntheticAsset, collateralAmount, syntheticAmount)
            case .sell: (syntheticAsset, collateralAsset, syntheticAmount, collateralAmount)
            }
        let assets = Pedersen.hash(Pedersen.hash(sold, bought), feeAsset)
        // Fields lie side by side, most significant first.
        let amounts = Felt(packing: [(amountSold, 64), (amountBought, 64), (maximumFee, 64), (UInt64(nonce), 32)])
        let limitOrderWithFees: UInt64 = 3
        let rest = Felt(packing: [
            (limitOrderWithFees, 10), (position, 64), (position, 64), (position, 64), (UInt64(expirationHours), 32),
            (0, 17),
        ])
        return Pedersen.hash(Pedersen.hash(assets, amounts), rest)
    }
}

extension Felt {
    /// - Precondition: the widths, in bits, add up to at most 251, and every value fits its own.
    fileprivate init(packing fields: [(value: UInt64, width: Int)]) {
        var bytes = [UInt8](repeating: 0, count: 32)
        var position = 0
        for field in fields.reversed() {
            for bit in 0..<field.width where field.value >> UInt64(bit) & 1 == 1 {
                let index = position + bit
                bytes[31 - index / 8] |= 1 << UInt8(index % 8)
            }
            position += field.width
        }
        guard position <= 251, let felt = Felt(bigEndian: bytes) else {
            preconditionFailure("Fields of a fixed layout fit an element.")
        }
        self = felt
    }
}
