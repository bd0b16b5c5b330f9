extension FieldTable {
    static let general: [Field] = [
        Field(.venue, .choice(["aster"]), default: "aster", "The venue to trade on.").only(Template.aster),
        Field(.venue, .choice(["extended"]), default: "extended", "The venue to trade on.").only(Template.extended),
        Field(.symbol, .symbol, default: "ASTERUSDT", "The market to quote.").original("SYMBOL", "DEFAULT_SYMBOL")
            .only(Template.aster),
        Field(.useTestnet, .boolean, default: "false", "Trade on the venue's test network instead of the real one.")
            .original("USE_TESTNET").only(Template.aster),
        Field(
            .useTestnet, .boolean, default: "true",
            "ATTENTION: true trades on the TEST NETWORK with play money, as the original does. Set false, with keys of "
                + "the main network, to trade real money."
        ).only(Template.extended),
        Field(
            .receiveWindow, .duration, default: "5s",
            "How long after its time stamp the venue may still accept a signed request."
        )
        .atLeast("100ms").atMost("60s", "the venue refuses more").only(Template.aster),
        Field(.countdown, .duration, default: "60s", countdown)
            .atLeast("10s", "a shorter one fires in ordinary disturbances").atMost("10m").only(Template.aster),
        Field(
            .countdown, .duration, default: "60s",
            countdown
                + " Armed before the first quote, again in every third of its time, and disarmed on a clean exit. "
                + "The venue counts whole seconds; 60s to 300s are recommended."
        )
        .original("dead_mans_switch_sec")
        .atLeast("10s", "a shorter one fires in ordinary disturbances").atMost("1h").only(Template.extended),
        Field(
            .startsQuoting, .boolean, default: "true",
            "Whether a run quotes at once. false: it waits until the control API starts it."
        ).original("enabled"),
        Field(
            .stateDirectory, .path, optional: "/var/lib/apus",
            """
            Where the epoch, the day's result, a halt, the lock and the control API's token live. Default: \
            $XDG_STATE_HOME/apus, or ~/.local/state/apus.
            """),
    ]

    private static let countdown =
        "Dead man's switch: the venue cancels everything when it has not heard from the bot for this long."

    static let control: [Field] = [
        Field(
            .controlListen, .listenAddress, optional: "127.0.0.1:8000",
            "Where the control API listens; port 0 for any free one."),
        Field(
            .controlAllowRemote, .boolean, default: "false",
            "Allow an address that other machines can reach. Whoever has the token can then stop, start and flatten."),
    ]

    static let fees: [Field] = [
        Field(.makerFee, .ratio, optional: "0.0001", "Fee for adding liquidity; negative for a rebate.")
            .unit("share of the value").atLeast("-0.01").atMost("0.01", "no venue asks more").only(Template.aster),
        Field(.takerFee, .ratio, optional: "0.00035", "Fee for taking liquidity.")
            .unit("share of the value").atLeast("-0.01").atMost("0.01", "no venue asks more").only(Template.aster),
        Field(.makerFee, .ratio, optional: "0", "Fee for adding liquidity; negative for a rebate.")
            .unit("share of the value").original("makerFeeRate")
            .atLeast("-0.01").atMost("0.01", "no venue asks more").only(Template.extended),
        Field(.takerFee, .ratio, optional: "0.00025", "Fee for taking liquidity.")
            .unit("share of the value").original("takerFeeRate")
            .atLeast("-0.01").atMost("0.01", "no venue asks more").only(Template.extended),
    ]

    static let logging: [Field] = [
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

    static let endpoints: [Field] =
        [
            Field(.rest, .url(schemes: ["https", "http"]), optional: "https://fapi.asterdex.com", rest)
                .only(Template.aster),
            Field(
                .rest, .url(schemes: ["https", "http"], path: "/api/v1"),
                optional: "https://api.starknet.sepolia.extended.exchange",
                rest
            )
            .only(Template.extended),
            Field(.stream, .url(schemes: ["wss", "ws"]), optional: "wss://fstream.asterdex.com", stream)
                .only(Template.aster),
            Field(
                .stream, .url(schemes: ["wss", "ws"], path: "/stream.extended.exchange/v1"),
                optional: "wss://api.starknet.sepolia.extended.exchange", stream
            )
            .only(Template.extended),
            Field(
                .privateCAFile, .path, optional: "local-ca.pem",
                "Certificates (PEM) trusted besides the system's, for a local exchange. Verification is never turned off."
            ),
            Field(
                .chainID, .integer, optional: "1666",
                "Chain id of wallet signatures. Default: 1666, on the test network 714."
            ).atLeast("1").only(Template.aster),
        ]

    private static let rest = "Address of the REST API."
    private static let stream = "Address of the streams."

    static let credentials: [Field] = [
        Field(
            .scheme, .choice(["hmac", "wallet"]), default: "hmac",
            "\"hmac\": API key and secret. \"wallet\": V3 API wallet with user, signer and private key."
        ).only(Template.aster),
        Field(.apiKeyVariable, .environmentName, default: "ASTERDEX_API_KEY", "Variable with the API key.")
            .original("API_KEY").only(Template.aster),
        Field(.apiKeyVariable, .environmentName, default: "EXTENDED_API_KEY", "Variable with the API key.")
            .only(Template.extended),
        Field(.apiSecretVariable, .environmentName, default: "ASTERDEX_API_SECRET", "Variable with the API secret.")
            .original("API_SECRET").only(Template.aster),
        Field(
            .userVariable, .environmentName, default: "ASTERDEX_USER", "Variable with the main wallet's address (V3)."
        )
        .hidden().only(Template.aster),
        Field(
            .signerVariable, .environmentName, default: "ASTERDEX_SIGNER",
            "Variable with the API wallet's address (V3)."
        )
        .hidden().only(Template.aster),
        Field(
            .privateKeyVariable, .environmentName, default: "ASTERDEX_PRIVATE_KEY",
            "Variable with the API wallet's private key (V3)."
        ).hidden().only(Template.aster),
        Field(
            .vaultVariable, .environmentName, default: "EXTENDED_VAULT",
            "Variable with the account's vault (position id), a whole number. Vault, keys and API key belong to one account."
        ).only(Template.extended),
        Field(
            .privateKeyVariable, .environmentName, default: "EXTENDED_PRIVATE_KEY",
            "Variable with the account's Stark private key."
        ).only(Template.extended),
        Field(
            .publicKeyVariable, .environmentName, default: "EXTENDED_PUBLIC_KEY",
            "Variable with the account's Stark public key. If it is set, it must be the private key's."
        ).only(Template.extended),
    ]
}
