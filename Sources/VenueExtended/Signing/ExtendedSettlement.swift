public import StarkCryptography

/// A market's `l2Config`: how its orders are written for the chain. Always read from the venue, never guessed.
public struct ExtendedSettlement: Hashable, Sendable {
    public var collateralID: Felt
    /// Units of the contract's integers for one whole collateral coin.
    public var collateralResolution: Int64
    public var syntheticID: Felt
    /// Units of the contract's integers for one whole base coin.
    public var syntheticResolution: Int64

    /// - Precondition: both resolutions are positive.
    public init(collateralID: Felt, collateralResolution: Int64, syntheticID: Felt, syntheticResolution: Int64) {
        precondition(
            collateralResolution > 0 && syntheticResolution > 0, "A resolution counts units for one coin, at least one."
        )
        self.collateralID = collateralID
        self.collateralResolution = collateralResolution
        self.syntheticID = syntheticID
        self.syntheticResolution = syntheticResolution
    }
}
