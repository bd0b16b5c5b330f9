internal import Wire

/// Everything the venue answers over REST, under `/api/v1`.
enum ExtendedEndpoint: Hashable, Sendable {
    case markets, assets, assetPrice(String), settings, starknet, builders
    case stats(String), book(String), trades(String), candles(String, CandleSource), funding(String)
    case openInterest(String)
    case client, accounts, account, balance, spotBalances, positions, positionHistory
    case orders, orderHistory, orderByID(String), orderByExternalID(String)
    case accountTrades, fundingPayments, rebates, leverage, setLeverage, fees, assetOperations
    case place, cancel(String), cancelByExternalID, massCancel, deadMansSwitch
    case withdraw, transfer
    /// The venue has it, this local one does not.
    case unsupported(String)

    /// The endpoint of a path, or nil where the venue has none.
    static func find(_ method: HTTPMethod, path: Substring) -> ExtendedEndpoint? {
        guard path.hasPrefix("/api/v1/") else { return nil }
        let parts = path.dropFirst(8).split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard !parts.contains("") else { return nil }
        switch parts.first {
        case "info": return method == .get ? open(Array(parts.dropFirst())) : nil
        case "user": return owned(method, Array(parts.dropFirst()))
        case "vault", "builder": return .unsupported(parts.joined(separator: "/"))
        default: return nil
        }
    }

    private static func open(_ parts: [String]) -> ExtendedEndpoint? {
        switch (parts.first, parts.count) {
        case ("markets", 1): return .markets
        case ("assets", 1): return .assets
        case ("settings", 1): return .settings
        case ("starknet", 1): return .starknet
        case ("builder", 2): return parts[1] == "dashboard" ? .builders : nil
        case ("assets", 3): return parts[2] == "price" ? .assetPrice(parts[1]) : nil
        case ("markets", 3):
            switch parts[2] {
            case "stats": return .stats(parts[1])
            case "orderbook": return .book(parts[1])
            case "trades": return .trades(parts[1])
            default: return nil
            }
        case ("candles", 3):
            switch parts[2] {
            case "trades": return .candles(parts[1], .last)
            case "mark-prices": return .candles(parts[1], .mark)
            case "index-prices": return .candles(parts[1], .index)
            default: return nil
            }
        case (let market?, 2):
            switch parts[1] {
            case "funding": return .funding(market)
            case "open-interests": return .openInterest(market)
            default: return nil
            }
        default: return nil
        }
    }

    private static func owned(_ method: HTTPMethod, _ parts: [String]) -> ExtendedEndpoint? {
        switch (method, parts.joined(separator: "/")) {
        case (.get, "client/info"): return .client
        case (.get, "accounts"): return .accounts
        case (.get, "account/info"): return .account
        case (.get, "balance"): return .balance
        case (.get, "spot/balances"): return .spotBalances
        case (.get, "positions"): return .positions
        case (.get, "positions/history"): return .positionHistory
        case (.get, "orders"): return .orders
        case (.get, "orders/history"): return .orderHistory
        case (.get, "trades"): return .accountTrades
        case (.get, "funding/history"): return .fundingPayments
        case (.get, "rebates/stats"): return .rebates
        case (.get, "leverage"): return .leverage
        case (.patch, "leverage"): return .setLeverage
        case (.get, "fees"): return .fees
        case (.get, "assetOperations"): return .assetOperations
        case (.post, "order"), (.post, "order/rfq"): return .place
        case (.delete, "order"): return .cancelByExternalID
        case (.post, "order/massCancel"): return .massCancel
        case (.post, "deadmanswitch"): return .deadMansSwitch
        case (.post, "withdrawal"): return .withdraw
        case (.post, "transfer"), (.post, "transfer/onchain"): return .transfer
        default: return owned(method, family: parts)
        }
    }

    /// Paths that carry an id, and what this local venue leaves out.
    private static func owned(_ method: HTTPMethod, family parts: [String]) -> ExtendedEndpoint? {
        switch (method, parts.first, parts.count) {
        case (.get, "orders", 2): return .orderByID(parts[1])
        case (.get, "orders", 3) where parts[1] == "external": return .orderByExternalID(parts[2])
        case (.delete, "order", 2): return .cancel(parts[1])
        case (_, "bridge", _), (_, "rewards", _), (_, "affiliate", _), (_, "referrals", _), (_, "claim", _),
            (_, "account", _):
            return .unsupported("user/" + parts.joined(separator: "/"))
        default: return nil
        }
    }

    /// Whether an API key is asked for.
    var isPrivate: Bool {
        switch self {
        case .markets, .assets, .assetPrice, .settings, .starknet, .builders, .stats, .book, .trades, .candles,
            .funding, .openInterest:
            false
        case .client, .accounts, .account, .balance, .spotBalances, .positions, .positionHistory, .orders,
            .orderHistory, .orderByID, .orderByExternalID, .accountTrades, .fundingPayments, .rebates, .leverage,
            .setLeverage, .fees, .assetOperations, .place, .cancel, .cancelByExternalID, .massCancel,
            .deadMansSwitch, .withdraw, .transfer, .unsupported:
            true
        }
    }
}
