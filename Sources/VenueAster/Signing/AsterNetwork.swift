/// Which Aster a session talks to.
public enum AsterNetwork: String, Hashable, Sendable, CaseIterable {
    case mainnet, testnet
    /// A venue of our own that speaks the same protocol; signs as mainnet does, so that clients need no change.
    case local

    /// In the domain of wallet signatures.
    public var chainID: UInt64 {
        switch self {
        case .mainnet, .local: 1_666
        case .testnet: 714
        }
    }

    /// Futures REST, by HTTPS; a local venue's port is the configuration's.
    public var restHost: String {
        switch self {
        case .mainnet: "fapi.asterdex.com"
        case .testnet: "fapi.asterdex-testnet.com"
        case .local: "127.0.0.1"
        }
    }

    /// Market and user streams, by secure WebSocket.
    public var streamHost: String {
        switch self {
        case .mainnet: "fstream.asterdex.com"
        case .testnet: "fstream.asterdex-testnet.com"
        case .local: "127.0.0.1"
        }
    }
}
