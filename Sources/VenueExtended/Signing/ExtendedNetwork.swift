public import Fundamentals

/// Which Extended a session talks to.
public enum ExtendedNetwork: Hashable, Sendable {
    case mainnet, testnet
    /// A venue of our own that speaks the same protocol; clients sign for the chain they were set up for.
    case local(StarknetNetwork)

    /// The chain that signatures are for.
    public var chain: StarknetNetwork {
        switch self {
        case .mainnet: .mainnet
        case .testnet: .testnet
        case .local(let chain): chain
        }
    }

    /// REST by HTTPS and streams by secure WebSocket; a local venue's port is the configuration's.
    public var host: String {
        switch self {
        case .mainnet: "api.starknet.extended.exchange"
        case .testnet: "api.starknet.sepolia.extended.exchange"
        case .local: "127.0.0.1"
        }
    }

    /// The longest that an order may live (error 1135).
    public var longestOrderLife: TimeSpan {
        switch chain {
        case .mainnet: .hours(90 * 24)
        case .testnet: .hours(28 * 24)
        }
    }
}

/// Paths, without the host.
public enum ExtendedPath {
    /// Before every REST path.
    public static let rest = "/api/v1"
    /// Before every path of the documented streams. The host name inside is literal.
    public static let stream = "/stream.extended.exchange/v1"

    public static let order = rest + "/user/order"
    public static let massCancel = rest + "/user/order/massCancel"
    public static let orders = rest + "/user/orders"
    public static let trades = rest + "/user/trades"
    public static let positions = rest + "/user/positions"
    public static let balance = rest + "/user/balance"
    public static let account = rest + "/user/account/info"
    public static let fees = rest + "/user/fees"
    public static let leverage = rest + "/user/leverage"
    public static let fundingPayments = rest + "/user/funding/history"
    public static let deadMansSwitch = rest + "/user/deadmanswitch"
    public static let markets = rest + "/info/markets"
    public static let starknet = rest + "/info/starknet"
    public static let accountStream = stream + "/account"

    public static func order(externalID: ExtendedOrderID) -> String { "\(orders)/external/\(externalID.text)" }
    public static func stats(_ market: String) -> String { "\(markets)/\(market)/stats" }
    public static func bookStream(_ market: String) -> String { "\(stream)/orderbooks/\(market)" }
    public static func tradeStream(_ market: String) -> String { "\(stream)/publicTrades/\(market)" }
    public static func fundingStream(_ market: String) -> String { "\(stream)/funding/\(market)" }
    public static func markStream(_ market: String) -> String { "\(stream)/prices/mark/\(market)" }
}
