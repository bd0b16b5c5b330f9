/// Every key of a bot's configuration; the raw value is its path in the file.
public enum FieldKey: String, Hashable, Sendable, CaseIterable {
    case venue
    case symbol
    case useTestnet = "use_testnet"
    case receiveWindow = "receive_window"
    case countdown
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

    case maxPositionValue = "limits.max_position_usd"
    case maxPositionLots = "limits.max_position_lots"
    case maxOpenOrders = "limits.max_open_orders"
    case maxOrderValue = "limits.max_order_value_usd"
    case priceCollar = "limits.price_collar"
    case staleAfter = "limits.stale_after"
    case maxRepeatedFills = "limits.max_repeated_fills"
    case repeatedFillWindow = "limits.repeated_fill_window"
    case maxExposure = "limits.max_exposure_usd"
    case minBalance = "limits.min_balance_usd"
    case maxDailyLoss = "limits.max_daily_loss_usd"
    case maxDrawdown = "limits.max_drawdown_usd"
    case maxMessages = "limits.max_messages"
    case messageWindow = "limits.message_window"
    case maxRoundTrip = "limits.max_round_trip"
    case breakerPause = "limits.breaker_pause"

    case makerFee = "fees_override.maker"
    case takerFee = "fees_override.taker"

    case logLevel = "logging.level"
    case logFile = "logging.log_file"
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

    public var path: String { rawValue }
    /// `limits` of `limits.max_position_usd`; empty at the top level.
    public var section: String { rawValue.split(separator: ".").dropLast().joined(separator: ".") }
    /// `max_position_usd` of `limits.max_position_usd`.
    public var name: String { String(rawValue.split(separator: ".").last ?? "") }
    /// The environment variable that sets it: `APUS_LIMITS__MAX_POSITION_USD`.
    public var environmentName: String {
        "APUS_" + rawValue.uppercased().split(separator: ".").joined(separator: "__")
    }
}
