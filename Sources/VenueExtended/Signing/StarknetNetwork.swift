public import StarkCryptography

/// Which chain signatures are for.
public enum StarknetNetwork: String, Hashable, Sendable, CaseIterable {
    case mainnet = "SN_MAIN"
    case testnet = "SN_SEPOLIA"

    /// The SNIP-12 hash of the domain that every message of the exchange is bound to.
    public var domainHash: Felt {
        // Source: `GET /info/starknet`; the revision is hashed as a number, the rest as short strings.
        Poseidon.hash([
            SigningType.domain.selector, .ascii("Perpetuals"), .ascii("v0"), .ascii(rawValue), Felt(1),
        ])
    }
}
