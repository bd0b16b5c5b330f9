public import StarkCryptography

/// Hashes orders of one key on one network; what never changes was absorbed once, which leaves seven permutations of ten.
public struct OrderHasher: Sendable {
    public let position: UInt32
    private let message: MessageSponge
    private let order: PoseidonSponge

    public init(network: StarknetNetwork, publicKey: Felt, position: UInt32) {
        self.position = position
        message = MessageSponge(network: network, publicKey: publicKey)
        var sponge = PoseidonSponge()
        sponge.absorb(SigningType.order.selector)
        sponge.absorb(Felt(UInt64(position)))
        order = sponge
    }

    /// The message hash that is signed (SNIP-12 revision 1).
    /// - Precondition: `terms.position` is the hasher's.
    public func hash(_ terms: OrderTerms) -> Felt { message.hash(struct: structHash(terms)) }

    /// The hash of the struct `Order` alone.
    func structHash(_ terms: OrderTerms) -> Felt {
        precondition(terms.position == position, "An order is hashed for the position it is an order of.")
        var sponge = order
        sponge.absorb(terms.baseAsset)
        sponge.absorb(Felt(signed: terms.baseAmount))
        sponge.absorb(terms.quoteAsset)
        sponge.absorb(Felt(signed: terms.quoteAmount))
        sponge.absorb(terms.feeAsset)
        sponge.absorb(Felt(terms.feeAmount))
        sponge.absorb(Felt(terms.expiration))
        sponge.absorb(Felt(terms.salt))
        return sponge.squeeze()
    }
}
