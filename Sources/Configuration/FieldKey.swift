/// Every key of a bot's configuration; the raw value is its path in the file.
public enum FieldKey: String, Hashable, Sendable, CaseIterable {
    case venue
    case symbol
    case useTestnet = "use_testnet"
    case receiveWindow = "receive_window"
    case countdown
    case startsQuoting = "starts_quoting"
    case stateDirectory = "state_directory"

    case template = "strategy.type"
    case halfSpread = "strategy.half_spread"
    case orderSize = "strategy.order_size_usd"
    case orderTimeout = "strategy.order_timeout"
    case counterFillWait = "strategy.counter_fill_wait"
    case inventoryThreshold = "strategy.inventory_threshold_usd"
    case minProfitToClose = "strategy.min_profit_to_close"
    case profitHold = "strategy.pnl_hold"
    case positionCheckInterval = "strategy.position_check_interval"
    case decisionInterval = "strategy.decision_interval"
    case buySpread = "strategy.buy_spread"
    case sellSpread = "strategy.sell_spread"
    case balanceFraction = "strategy.balance_fraction"
    case orderRefreshInterval = "strategy.order_refresh_interval"
    case reuseThreshold = "strategy.reuse_threshold"
    case retryOnErrorInterval = "strategy.retry_on_error_interval"
    case model = "strategy.model"
    case coalescing = "strategy.replace_coalesce"
    case selfTradeProtection = "strategy.self_trade_protection"
    case orderLifetime = "strategy.order_lifetime"
    case levelCount = "strategy.level_count"
    case firstDistance = "strategy.first_distance"
    case distanceStep = "strategy.distance_step"
    case levelSize = "strategy.level_size"
    case sizeStep = "strategy.size_step"
    case distanceRandomization = "strategy.distance_randomization"
    case sizeRandomization = "strategy.size_randomization"
    case seed = "strategy.seed"
    case useDepth = "strategy.use_depth"
    case ladderMinEdge = "strategy.min_edge"
    case referenceThreshold = "strategy.reference_threshold"
    case conversionThreshold = "strategy.conversion_threshold"
    case ladderRefreshInterval = "strategy.refresh_interval"
    case ladderReplaceThreshold = "strategy.replace_threshold_bps"
    case ladderPostOnly = "strategy.post_only"
    case neutralHolding = "strategy.neutral_holding"
    case levelDistance = "strategy.levels.distance"
    case levelOwnSize = "strategy.levels.size"

    case referenceVenue = "reference.venue"
    case referenceMarketType = "reference.market_type"
    case referenceSymbol = "reference.symbol"
    case referenceDepth = "reference.depth"
    case referenceStaleAfter = "reference.stale_after"
    case referenceTestnet = "reference.use_testnet"
    case referenceREST = "reference.rest"
    case referenceStream = "reference.stream"
    case referenceAPI = "reference.api"
    case referenceKeyVariable = "reference.api_key_env"
    case referenceSecretVariable = "reference.api_secret_env"
    case referenceKeyFileVariable = "reference.ed25519_key_file_env"

    case conversionSymbol = "conversion.symbol"
    case conversionStaleAfter = "conversion.stale_after"

    case hedgeEnabled = "hedge.enabled"
    case hedgeMinSize = "hedge.min_size"
    case hedgeMaxOrderValue = "hedge.max_order_value_usd"
    case hedgeMaxSlippage = "hedge.max_slippage"
    case hedgePatience = "hedge.patience"
    case hedgeFee = "hedge.fee"
    case hedgeSelfTradePrevention = "hedge.self_trade_prevention"

    case supportsBatch = "execution.supports_batch"
    case parallelCalls = "execution.parallel_calls"
    case bookInterval = "execution.book_interval"
    case ordersInterval = "execution.orders_interval"

    case market = "markets.market"
    case enabled = "markets.enabled"
    case k = "markets.k"
    case alpha = "markets.alpha"
    case beta = "markets.beta"
    case baseSpread = "markets.base_spread"
    case quoteNotionalCap = "markets.quote_notional_cap_usd"
    case inventorySensitivity = "markets.inventory_sensitivity"
    case minOrderSize = "markets.min_order_size"
    case maxOrderSize = "markets.max_order_size"
    case minEdge = "markets.min_edge"
    case gamma = "markets.gamma"
    case horizon = "markets.horizon"
    case intensityA = "markets.intensity_a"
    case intensityKappa = "markets.intensity_kappa"
    case calibrationWindow = "markets.calibration_window"
    case sigma = "markets.sigma"
    case marketOrderSize = "markets.order_size"
    case maxInventory = "markets.max_inventory"
    case spread = "markets.spread"
    case refreshInterval = "markets.refresh_interval"
    case priceMoveThreshold = "markets.price_move_threshold"
    case orderType = "markets.order_type"
    case volatilityFactor = "markets.volatility_factor"
    case inventorySkew = "markets.inventory_skew"
    case depthAhead = "markets.depth_ahead_usd"
    case postOnly = "markets.post_only"
    case replaceThreshold = "markets.replace_threshold_bps"
    case leverage = "markets.leverage"
    case marketMaxPositionValue = "markets.max_position_usd"
    case marketMaxPositionLots = "markets.max_position_lots"
    case marketMaxOpenOrders = "markets.max_open_orders"
    case marketMaxOrderValue = "markets.max_order_value_usd"

    case maxPositionValue = "limits.max_position_usd"
    case maxPositionLots = "limits.max_position_lots"
    case maxOpenOrders = "limits.max_open_orders"
    case maxOrderValue = "limits.max_order_value_usd"
    case priceCollar = "limits.price_collar"
    case staleAfter = "limits.stale_after"
    case maxRepeatedFills = "limits.max_repeated_fills"
    case repeatedFillWindow = "limits.repeated_fill_window"
    case maxExposure = "limits.max_exposure_usd"
    case maxNetExposure = "limits.max_net_exposure_usd"
    case minBalance = "limits.min_balance_usd"
    case maxDailyLoss = "limits.max_daily_loss_usd"
    case maxDrawdown = "limits.max_drawdown_usd"
    case maxMessages = "limits.max_messages"
    case messageWindow = "limits.message_window"
    case maxRoundTrip = "limits.max_round_trip"
    case breakerPause = "limits.breaker_pause"

    case controlListen = "control.listen"
    case controlAllowRemote = "control.allow_remote"

    case dedupWindow = "notifications.dedup_window"
    case channelType = "notifications.channels.type"
    case channelName = "notifications.channels.name"
    case channelSeverity = "notifications.channels.minimum_severity"
    case channelTarget = "notifications.channels.to"
    case channelTargetVariable = "notifications.channels.to_env"
    case channelTokenVariable = "notifications.channels.token_env"
    case channelURLVariable = "notifications.channels.url_env"
    case channelSecretVariable = "notifications.channels.secret_env"
    case channelSignature = "notifications.channels.signature"
    case channelThread = "notifications.channels.thread"
    case channelServer = "notifications.channels.server"

    case makerFee = "fees_override.maker"
    case takerFee = "fees_override.taker"

    case logLevel = "logging.level"
    case logFile = "logging.log_file"
    case logDirectory = "logging.directory"
    case releaseMode = "logging.release_mode"
    case priceReportInterval = "logging.price_report_interval"
    case balanceReportInterval = "logging.balance_report_interval"

    case rest = "endpoints.rest"
    case stream = "endpoints.stream"
    case privateCAFile = "endpoints.private_ca_file"
    case chainID = "endpoints.chain_id"

    case scheme = "credentials.scheme"
    case apiKeyVariable = "credentials.api_key_env"
    case apiSecretVariable = "credentials.api_secret_env"
    case userVariable = "credentials.user_env"
    case signerVariable = "credentials.signer_env"
    case privateKeyVariable = "credentials.private_key_env"
    case vaultVariable = "credentials.vault_env"
    case publicKeyVariable = "credentials.public_key_env"
    case emailVariable = "credentials.email_env"

    /// `limits.max_position_usd`; for a key of a market `markets.alpha`.
    public var path: String { rawValue }
    /// `limits` of `limits.max_position_usd`; empty at the top level.
    public var section: String { rawValue.split(separator: ".").dropLast().joined(separator: ".") }
    /// `max_position_usd` of `limits.max_position_usd`.
    public var name: String { String(rawValue.split(separator: ".").last ?? "") }
    /// Whether every entry of `markets` has a value of its own.
    public var isPerMarket: Bool { rawValue.utf8.starts(with: "markets.".utf8) }
    /// Whether every entry of `notifications.channels` has a value of its own.
    public var isPerChannel: Bool { rawValue.utf8.starts(with: "notifications.channels.".utf8) }
    /// Whether every entry of `strategy.levels` has a value of its own.
    public var isPerLevel: Bool { rawValue.utf8.starts(with: "strategy.levels.".utf8) }
    /// Whether it is a key of a list's entries.
    public var isPerEntry: Bool { isPerMarket || isPerChannel || isPerLevel }
    /// The environment variable that sets it: `APUS_LIMITS__MAX_POSITION_USD`. Nil for a key of a market, whose variable
    /// names the market: `APUS_MARKETS__BTC_USD__ALPHA`; and for a key of a channel or level, which has none.
    public var environmentName: String? {
        isPerEntry ? nil : "APUS_" + rawValue.uppercased().split(separator: ".").joined(separator: "__")
    }
}

/// A key and, for those of a market or channel, whose: the place of one value.
public struct FieldPlace: Hashable, Sendable {
    public let key: FieldKey
    /// Index in the list that the key belongs to; nil for the keys that there are once.
    public let entry: Int?

    public init(_ key: FieldKey, entry: Int?) {
        precondition(
            key.isPerEntry == (entry != nil), "\(key.path) needs an entry exactly if it is a key of a list's entries")
        self.key = key
        self.entry = entry
    }

    public init(_ key: FieldKey, market: Int? = nil) { self.init(key, entry: market) }

    /// Index in `markets`; nil for other keys.
    public var market: Int? { key.isPerMarket ? entry : nil }
    /// `limits.max_position_usd`, `markets[1].alpha`.
    public var path: String { entry == nil ? key.path : "\(section).\(key.name)" }
    /// `limits`, `markets[1]`; empty at the top level.
    var section: String { entry.map { "\(key.section)[\($0)]" } ?? key.section }
}
