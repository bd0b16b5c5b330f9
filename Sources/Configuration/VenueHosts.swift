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
        case (.binance, .main): ("https://api.binance.com", "wss://stream.binance.com:9443")
        case (.binance, .test): ("https://testnet.binance.vision", "wss://stream.testnet.binance.vision")
        // ACE has no streams, and a test network has none of the three.
        case (.ace, _): ("https://ace.io", "wss://ace.io")
        case (.bitoPro, _): ("https://api.bitopro.com", "wss://stream.bitopro.com")
        case (.max, _): ("https://max-api.maicoin.com", "wss://max-stream.maicoin.com")
        }
    }

    /// The same of Binance's markets, with its WebSocket API.
    static func binance(
        _ type: BotConfiguration.MarketType, _ network: Network
    ) -> (rest: String, stream: String, api: String) {
        switch (type, network) {
        case (.spot, .main):
            ("https://api.binance.com", "wss://stream.binance.com:9443", "wss://ws-api.binance.com")
        case (.spot, .test):
            (
                "https://testnet.binance.vision", "wss://stream.testnet.binance.vision",
                "wss://ws-api.testnet.binance.vision"
            )
        case (.usdm, .main):
            ("https://fapi.binance.com", "wss://fstream.binance.com", "wss://ws-fapi.binance.com")
        case (.usdm, .test):
            ("https://demo-fapi.binance.com", "wss://fstream.binancefuture.com", "wss://testnet.binancefuture.com")
        }
    }

    /// Which network of a venue a host belongs to; nil for hosts that are no venue's.
    static func network(of host: String) -> Network? {
        let tests = [
            "asterdex-testnet.com", "sepolia.extended.exchange", "testnet.extended.exchange", "testnet.binance.vision",
            "demo-api.binance.com", "demo-stream.binance.com", "demo-ws-api.binance.com", "demo-fapi.binance.com",
            "binancefuture.com",
        ]
        if tests.contains(where: { isWithin(host, $0) }) { return .test }
        let mains = [
            "asterdex.com", "extended.exchange", "binance.com", "binance.vision", "bitopro.com", "maicoin.com", "ace.io",
        ]
        return mains.contains { isWithin(host, $0) } ? .main : nil
    }

    /// Which venue a host belongs to; nil for hosts that are no venue's.
    static func venue(of host: String) -> BotConfiguration.Venue? {
        let domains: [(String, BotConfiguration.Venue)] = [
            ("asterdex.com", .aster), ("asterdex-testnet.com", .aster), ("extended.exchange", .extended),
            ("binance.com", .binance), ("binance.vision", .binance), ("binancefuture.com", .binance), ("ace.io", .ace),
            ("bitopro.com", .bitoPro), ("maicoin.com", .max),
        ]
        return domains.first { isWithin(host, $0.0) }?.1
    }

    /// Why nothing is sent to a venue any more; nil for those that trade.
    static func retirement(of venue: BotConfiguration.Venue) -> String? {
        switch venue {
        case .ace:
            "ACE no longer operates lawfully: since 2024-11-30 a venue must be registered with Taiwan's FSC, and ACE is not "
                + "on the register of 2025-09-22; no request goes to it. Use BitoPro or MAX for TWD, or a local ACE "
                + "(apus venue ace)"
        case .aster, .extended, .binance, .bitoPro, .max: nil
        }
    }

    private static func isWithin(_ host: String, _ domain: String) -> Bool {
        host == domain || host.hasSuffix("." + domain)
    }
}
