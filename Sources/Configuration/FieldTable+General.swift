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
        Field(.venue, .choice(["ace"]), default: "ace", "The target: where the ladder is quoted.").only(.binanceACEMirror),
        Field(.venue, .choice(["bitopro"]), default: "bitopro", "The target: where the ladder is quoted.")
            .only(.binanceBitoProMirror),
        Field(.venue, .choice(["max"]), default: "max", "The target: where the ladder is quoted.")
            .only(.binanceMAXMirror),
        Field(.symbol, .pair(.slash), default: "BTC/TWD", target).original("ACE_SYMBOL").only(.binanceACEMirror),
        Field(.symbol, .pair(.underscore), default: "BTC_TWD", target).only(.binanceBitoProMirror),
        Field(.symbol, .pair(.joined), default: "btctwd", target).only(.binanceMAXMirror),
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

    private static let target = "The market to quote, as the venue spells it."
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
        Field(.makerFee, .ratio, optional: "0.001", "The target's fee for adding liquidity; negative for a rebate.")
            .unit("share of the value").atLeast("-0.01").atMost("0.01", "no venue asks more").only(Template.mirrors),
        Field(.takerFee, .ratio, optional: "0.002", "The target's fee for taking liquidity.")
            .unit("share of the value").atLeast("-0.01").atMost("0.01", "no venue asks more").only(Template.mirrors),
    ]

    static let logging: [Field] = [
        Field(
            .logLevel, .choice(["DEBUG", "INFO", "WARNING", "ERROR"]), default: "INFO", "Least level that is written."
        )
        .original("MM_LOG_LEVEL"),
        Field(.logFile, .path, optional: "market_maker.log", "Write the log to this file too.").original("LOG_FILE"),
        Field(.logDirectory, .path, optional: "logs", logDirectory).only(Template.single),
        Field(.logDirectory, .path, default: "logs", logDirectory).only(Template.mirrors),
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

    private static let logDirectory =
        "Write the log below this folder too, a file for each market and day (UTC): logs/BTC-TWD/2026-01-31/mmaker.log."

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
            Field(
                .rest, .url(schemes: ["https", "http"], path: "/polarisex"), required: "http://127.0.0.1:8090",
                "Address of a local ACE (apus venue ace). The real one is retired and is refused."
            )
            .only(.binanceACEMirror),
            Field(
                .rest, .url(schemes: ["https", "http"], path: "/v3"), optional: "https://api.bitopro.com", rest
            )
            .only(.binanceBitoProMirror),
            Field(.rest, .url(schemes: ["https", "http"]), optional: "https://max-api.maicoin.com", rest)
                .only(.binanceMAXMirror),
            Field(.stream, .url(schemes: ["wss", "ws"], path: "/ws"), optional: "wss://stream.bitopro.com", stream)
                .only(.binanceBitoProMirror),
            Field(.stream, .url(schemes: ["wss", "ws"], path: "/ws"), optional: "wss://max-stream.maicoin.com", stream)
                .only(.binanceMAXMirror),
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
