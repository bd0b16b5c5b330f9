/// All fields, in the order of a written configuration.
public enum FieldTable {
    public static let fields = general + strategy + limits + fees + logging + endpoints + credentials

    /// What stands above a section in templates and reference.
    public static let sections: [(name: String, documentation: String)] = [
        ("strategy", "Which model quotes, with its parameters. Amounts in USD are amounts of USDT."),
        ("limits", "What the bot may do at most. Every order passes this gate; unknown outcomes count at their worst."),
        ("fees_override", "Fee rates that replace what the venue reports. Leave out unless you know better."),
        ("logging", "What is written, and where."),
        ("endpoints", "Other addresses than the venue's own: for a local exchange or a proxy."),
        ("credentials", "Names of environment variables that hold the keys. Secrets never stand in this file."),
    ]

    /// The field of a key.
    public static func field(_ key: FieldKey) -> Field {
        guard let field = fields.first(where: { $0.key == key }) else {
            preconditionFailure("the field table has no row for \(key.path)")
        }
        return field
    }

    private static let general: [Field] = [
        Field(.venue, .choice(["aster"]), default: "aster", "The venue to trade on."),
        Field(.symbol, .symbol, default: "ASTERUSDT", "The market to quote.").original("SYMBOL", "DEFAULT_SYMBOL"),
        Field(.useTestnet, .boolean, default: "false", "Trade on the venue's test network instead of the real one.")
            .original("USE_TESTNET"),
        Field(
            .receiveWindow, .duration, default: "5s",
            "How long after its time stamp the venue may still accept a signed request."
        )
        .atLeast("100ms").atMost("60s", "the venue refuses more"),
        Field(
            .countdown, .duration, default: "60s",
            "Dead man's switch: the venue cancels everything when it has not heard from the bot for this long."
        )
        .atLeast("10s", "a shorter one fires in ordinary disturbances").atMost("10m"),
        Field(
            .stateDirectory, .path, optional: "/var/lib/apus",
            "Where journal, epoch and kill switch live. Default: $XDG_STATE_HOME/apus, or ~/.local/state/apus."),
    ]

    private static let strategy: [Field] =
        [
            Field(
                .template, .choice(Template.allCases.map(\.rawValue)), required: Template.asterSpread.rawValue,
                "The model: \"aster-spread\" quotes both sides, \"aster-cycle\" buys, then sells, one side at a time.")
        ] + spread + cycle

    private static let spread: [Field] = [
        Field(
            .halfSpread, .decimal(decimals: 12), required: "0.0005",
            "Distance of each quote from the mid: half of the spread."
        )
        .unit("quote asset").original("SPREAD_USD").above("0", "both quotes would stand on the mid"),
        Field(.orderSize, .amount, required: "10", "Value of each quote.")
            .unit("USDT").original("ORDER_SIZE_USD").atLeast("5", "the venue's minimum order value"),
        Field(.orderTimeout, .duration, default: "45s", "Age at which both quotes are renewed unless both have filled.")
            .original("ORDER_TIMEOUT_SECONDS").atLeast("500ms", "faster renewal spends the venue's rate limit"),
        Field(
            .counterFillWait, .duration, default: "15s",
            "How long the other quote may stay once one has filled; then both are renewed."
        )
        .original("COUNTER_FILL_WAIT_SECONDS").atLeast("0s"),
        Field(
            .inventoryThreshold, .amount, default: "20",
            "Position value above which a profitable position is closed."
        )
        .unit("USDT").original("INVENTORY_THRESHOLD_USD").above("0"),
        Field(.minProfitToClose, .amount, default: "0.05", "Unrealized profit that must be reached…")
            .unit("USDT").original("MIN_PROFIT_TO_CLOSE").above("0", "closing at a loss is what limits are for"),
        Field(.profitHold, .duration, default: "10s", "…and held this long before the position is flattened.")
            .original("PNL_HOLD_SECONDS").atLeast("0s"),
        Field(.positionCheckInterval, .duration, default: "5s", "How often position and profit are looked at.")
            .original("POSITION_CHECK_INTERVAL").atLeast("100ms").atMost("10m"),
        Field(
            .decisionInterval, .duration, default: "1s",
            "How often the timers are looked at. Fills and book changes are acted on at once, whatever this says."
        )
        .original("SLEEP_SECONDS").atLeast("50ms").atMost("1m"),
    ].map { $0.only(.asterSpread) }

    private static let cycle: [Field] = [
        Field(.buySpread, .ratio, required: "0.0006", "The buy is priced at mid × (1 − this).")
            .unit("share of the mid").original("DEFAULT_BUY_SPREAD", "BUY_SPREAD")
            .above("0", "the order would stand on the mid").below("0.5"),
        Field(.sellSpread, .ratio, required: "0.0006", "The sell is priced at mid × (1 + this).")
            .unit("share of the mid").original("DEFAULT_SELL_SPREAD", "SELL_SPREAD")
            .above("0", "the order would stand on the mid").below("0.5"),
        Field(
            .balanceFraction, .ratio, required: "0.1",
            "Share of the available balance that one buy spends. The buy must also fit limits.max_order_value_usd."
        )
        .unit("share of the balance").original("DEFAULT_BALANCE_FRACTION", "BALANCE_FRACTION")
        .above("0", "nothing would be bought").atMost("1", "more than the balance cannot be spent"),
        Field(
            .orderRefreshInterval, .duration, default: "30s", "How long an order may work before it is looked at again."
        )
        .original("ORDER_REFRESH_INTERVAL").atLeast("500ms", "faster renewal spends the venue's rate limit"),
        Field(
            .reuseThreshold, .ratio, default: "0.0002",
            "A working order is kept while its price is within this of the price it would have now."
        )
        .unit("share of the price").original("should_reuse_order").atLeast("0").below("0.5"),
        Field(
            .retryOnErrorInterval, .duration, default: "5s", "How long to wait after a refused order before the next."
        )
        .original("RETRY_ON_ERROR_INTERVAL").atLeast("100ms").atMost("1h"),
    ].map { $0.only(.asterCycle) }

    private static let fees: [Field] = [
        Field(.makerFee, .ratio, optional: "0.0001", "Fee for adding liquidity; negative for a rebate.")
            .unit("share of the value").atLeast("-0.01").atMost("0.01", "no venue asks more"),
        Field(.takerFee, .ratio, optional: "0.00035", "Fee for taking liquidity.")
            .unit("share of the value").atLeast("-0.01").atMost("0.01", "no venue asks more"),
    ]

    private static let logging: [Field] = [
        Field(
            .logLevel, .choice(["DEBUG", "INFO", "WARNING", "ERROR"]), default: "INFO", "Least level that is written."
        )
        .original("MM_LOG_LEVEL"),
        Field(.logFile, .path, optional: "market_maker.log", "Write the log to this file too.").original("LOG_FILE"),
        Field(.releaseMode, .boolean, default: "false", "Write warnings and errors only, whatever the level says.")
            .original("RELEASE_MODE"),
        Field(
            .priceReportInterval, .duration, default: "30s", "How often bid, ask and mid are logged; 0s for never."
        )
        .original("PRICE_REPORT_INTERVAL").atLeast("0s"),
        Field(
            .balanceReportInterval, .duration, default: "60s",
            "How often balance and position are logged; 0s for never."
        )
        .original("BALANCE_REPORT_INTERVAL").atLeast("0s"),
    ]

    private static let endpoints: [Field] = [
        Field(
            .rest, .url(schemes: ["https", "http"]), optional: "https://fapi.asterdex.com", "Address of the REST API."),
        Field(
            .stream, .url(schemes: ["wss", "ws"]), optional: "wss://fstream.asterdex.com", "Address of the streams."),
        Field(
            .privateCAFile, .path, optional: "local-ca.pem",
            "Certificates (PEM) trusted besides the system's, for a local exchange. Verification is never turned off."),
        Field(
            .chainID, .integer, optional: "1666",
            "Chain id of wallet signatures. Default: 1666, on the test network 714."
        ).atLeast("1"),
    ]

    private static let credentials: [Field] = [
        Field(
            .scheme, .choice(["hmac", "wallet"]), default: "hmac",
            "\"hmac\": API key and secret. \"wallet\": V3 API wallet with user, signer and private key."),
        Field(.apiKeyVariable, .environmentName, default: "ASTERDEX_API_KEY", "Variable with the API key.")
            .original("API_KEY"),
        Field(.apiSecretVariable, .environmentName, default: "ASTERDEX_API_SECRET", "Variable with the API secret.")
            .original("API_SECRET"),
        Field(
            .userVariable, .environmentName, default: "ASTERDEX_USER", "Variable with the main wallet's address (V3)."
        )
        .hidden(),
        Field(
            .signerVariable, .environmentName, default: "ASTERDEX_SIGNER",
            "Variable with the API wallet's address (V3)."
        )
        .hidden(),
        Field(
            .privateKeyVariable, .environmentName, default: "ASTERDEX_PRIVATE_KEY",
            "Variable with the API wallet's private key (V3)."
        ).hidden(),
    ]
}
