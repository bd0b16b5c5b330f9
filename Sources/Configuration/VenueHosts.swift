/// Where the venues are.
enum VenueHosts {
    enum Network { case main, test }

    /// Addresses of a venue's REST API and of its streams.
    static func standard(_ venue: BotConfiguration.Venue, _ network: Network) -> (rest: String, stream: String) {
        switch (venue, network) {
        case (.aster, .main): ("https://fapi.asterdex.com", "wss://fstream.asterdex.com")
        case (.aster, .test): ("https://fapi.asterdex-testnet.com", "wss://fstream.asterdex-testnet.com")
        case (.extended, .main): ("https://api.starknet.extended.exchange", "wss://api.starknet.extended.exchange")
        case (.extended, .test):
            ("https://api.starknet.sepolia.extended.exchange", "wss://api.starknet.sepolia.extended.exchange")
        }
    }

    /// Which network of a venue a host belongs to; nil for hosts that are no venue's.
    static func network(of host: String) -> Network? {
        let tests = [".asterdex-testnet.com", ".sepolia.extended.exchange", ".testnet.extended.exchange"]
        if tests.contains(where: host.hasSuffix) { return .test }
        return [".asterdex.com", ".extended.exchange"].contains(where: host.hasSuffix) ? .main : nil
    }
}
