public import StarkCryptography

/// A deposit into or a withdrawal from a vault, as its signature covers it (SNIP-12 struct `LimitOrder`).
public struct VaultOrderTerms: Hashable, Sendable {
    public var receivingPosition: UInt32
    /// The trade; its position is the source of it.
    public var order: OrderTerms

    public init(receivingPosition: UInt32, order: OrderTerms) {
        self.receivingPosition = receivingPosition
        self.order = order
    }

    /// The message hash that is signed.
    public func messageHash(network: StarknetNetwork, publicKey: Felt) -> Felt {
        MessageSponge(network: network, publicKey: publicKey).hash(struct: structHash)
    }

    var structHash: Felt {
        Poseidon.hash([
            SigningType.limitOrder.selector, Felt(UInt64(order.position)), Felt(UInt64(receivingPosition)),
            order.baseAsset, Felt(signed: order.baseAmount), order.quoteAsset, Felt(signed: order.quoteAmount),
            order.feeAsset, Felt(order.feeAmount), Felt(order.expiration), Felt(order.salt),
        ])
    }
}

/// A payment out of a position, as its signature covers it: within the exchange (SNIP-12 struct `TransferArgs`), or to
/// an address on the chain (`WithdrawArgs`).
public struct PaymentTerms: Hashable, Sendable {
    public enum Recipient: Hashable, Sendable {
        case position(UInt32)
        case address(Felt)
    }

    public var recipient: Recipient
    public var position: UInt32
    public var collateral: Felt
    /// In units of the collateral's resolution.
    public var amount: UInt64
    /// Seconds since 1970.
    public var expiration: UInt64
    public var salt: UInt64

    public init(
        recipient: Recipient, position: UInt32, collateral: Felt, amount: UInt64, expiration: UInt64, salt: UInt64
    ) {
        self.recipient = recipient
        self.position = position
        self.collateral = collateral
        self.amount = amount
        self.expiration = expiration
        self.salt = salt
    }

    /// The message hash that is signed.
    public func messageHash(network: StarknetNetwork, publicKey: Felt) -> Felt {
        MessageSponge(network: network, publicKey: publicKey).hash(struct: structHash)
    }

    var structHash: Felt {
        let head: [Felt]
        switch recipient {
        case .position(let position): head = [SigningType.transfer.selector, Felt(UInt64(position))]
        case .address(let address): head = [SigningType.withdrawal.selector, address]
        }
        return Poseidon.hash(
            head + [Felt(UInt64(position)), collateral, Felt(amount), Felt(expiration), Felt(salt)])
    }
}
