internal import StarkCryptography

/// A SNIP-12 message of one signer on one network, up to the struct's hash, which alone differs from message to message.
struct MessageSponge: Sendable {
    private let start: PoseidonSponge

    init(network: StarknetNetwork, publicKey: Felt) {
        var sponge = PoseidonSponge()
        sponge.absorb(.ascii("StarkNet Message"))
        sponge.absorb(network.domainHash)
        sponge.absorb(publicKey)
        start = sponge
    }

    func hash(struct structHash: Felt) -> Felt {
        var sponge = start
        sponge.absorb(structHash)
        return sponge.squeeze()
    }
}
