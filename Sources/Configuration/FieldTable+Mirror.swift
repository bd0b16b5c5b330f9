extension FieldTable {
    /// The ladder of a mirror.
    static let ladder: [Field] =
        [
            Field(.levelCount, .integer, default: "3", "Levels on each side, evenly spaced.")
                .unit("levels").original("levels", "level_count").atLeast("1").atMost("50", "the venues rest no more"),
            Field(
                .firstDistance, .ratio, default: "0.003",
                "Distance of the best level: bid = reference bid × conversion bid × (1 − distance), ask likewise with the "
                    + "asks and 1 + distance. 0.001 is 0.1 %."
            )
            .unit("share of the price").original("spread", "distance").above("0", "the ladder would stand on the price")
            .below("0.5"),
            Field(.distanceStep, .ratio, default: "0.001", "How much further out each next level is.")
                .unit("share of the price").original("step").above("0", "the levels would stand on each other")
                .below("0.5"),
            Field(.levelSize, .decimal(decimals: 12), default: "0.001", "Size of the best level.")
                .unit("base asset").original("amount").above("0", "nothing would be quoted"),
            Field(.sizeStep, .decimal(decimals: 12), default: "0", "How much larger each next level is.")
                .unit("base asset").original("amount_step").atLeast("0"),
            Field(
                .distanceRandomization, .ratio, default: "0.2",
                "Each distance is drawn anew with each requote, from distance to distance × (1 + this): real quotes that are "
                    + "harder to foresee."
            )
            .unit("share of the distance").original("random_distance").atLeast("0").atMost("1"),
            Field(
                .sizeRandomization, .ratio, default: "0.2",
                "Each size is drawn anew with each requote, from size × (1 − this) to size."
            )
            .unit("share of the size").original("random_amount").atLeast("0").below("1", "sizes would vanish"),
            Field(
                .seed, .integer, optional: "1",
                "Seed of both draws, for rehearsals that repeat. Left out, each start takes one that nobody can know."
            )
            .atLeast("0"),
            Field(
                .useDepth, .boolean, default: "true",
                "Each level's price is where the reference has that much and all levels before it; false: its touch."
            ),
            Field(
                .ladderMinEdge, .ratio, default: "0.0005",
                "What must be left of each fill's value: no level is closer than maker fee + hedge.fee + this."
            )
            .unit("share of the value").atLeast("0").below("0.5"),
            Field(
                .referenceThreshold, .ratio, default: "0.0002",
                "Move of the reference since the last requote that brings the next one."
            )
            .unit("share of the price").original("threshold").atLeast("0").below("0.5"),
            Field(
                .conversionThreshold, .ratio, default: "0.0005",
                "Move of the conversion since the last requote that brings the next one."
            )
            .unit("share of the rate").original("rate_threshold").atLeast("0").below("0.5"),
            Field(
                .ladderRefreshInterval, .duration, default: "30s",
                "Age at which the ladder is renewed whatever prices did; 0s for never."
            )
            .original("sleep_time").atLeast("0s").atMost("1h"),
            Field(
                .decisionInterval, .duration, default: "250ms",
                "How often the timers are looked at. Fills and book changes are acted on at once."
            )
            .atLeast("50ms").atMost("1m"),
            Field(
                .coalescing, .duration, default: "200ms",
                "After a change of the ladder, everything that asks for another within this time becomes one batch. Cancels "
                    + "that limits demand never wait."
            )
            .atLeast("0s").atMost("10s", "quotes would be stale for that long"),
            Field(
                .ladderReplaceThreshold, .decimal(decimals: 4), default: "0",
                "A working quote stays while its price is within this of the wanted one. 1 bps is 0.01 %."
            )
            .unit("bps").atLeast("0").below("1000"),
            Field(
                .neutralHolding, .decimal(decimals: 12), optional: "0.5",
                "How much of the base asset counts as no position. Left out, what the account holds when the bot starts."
            )
            .unit("base asset").atLeast("0"),
        ].map { $0.only(Template.mirrors) }
        + [
            Field(
                .ladderPostOnly, .boolean, default: "true",
                "Orders never take: one that would is refused by the venue and quoted anew."
            )
            .only(.binanceBitoProMirror, .binanceMAXMirror),
            Field(.levelDistance, .ratio, required: "0.003", "Of the level, as first_distance of the best.")
                .unit("share of the price").second("0.005").original("spreads")
                .above("0", "the level would stand on the price").below("0.5").only(Template.mirrors),
            Field(.levelOwnSize, .decimal(decimals: 12), required: "0.001", "Of the level, as level_size of the best.")
                .unit("base asset").second("0.002").original("amounts").above("0", "nothing would be quoted")
                .only(Template.mirrors),
        ]

    static let mirror: [Field] = referenceBook + conversion + hedge + execution

    private static let referenceBook: [Field] = [
        Field(.referenceVenue, .choice(["binance"]), default: "binance", "The venue."),
        Field(
            .referenceMarketType, .choice(BotConfiguration.MarketType.allCases.map(\.rawValue)), default: "spot",
            "\"spot\", or \"usdm\": USD-M futures, whose book and hedges are of the perpetual contract."),
        Field(.referenceSymbol, .symbol, default: "BTCUSDT", "The market, as the venue spells it.")
            .original("BINANCE_SYMBOL"),
        Field(
            .referenceDepth, .choice(BotConfiguration.ReferenceDepth.allCases.map(\.rawValue)), default: "partial",
            "\"partial\": the best 20 levels, every 100 ms. \"differences\": the whole book, joined to a snapshot."),
        Field(
            .referenceStaleAfter, .duration, default: "2s", "Age of the book after which the ladder is pulled."
        )
        .atLeast("200ms", "the venue sends every 100 ms").atMost("1m"),
        Field(
            .referenceTestnet, .boolean, default: "false",
            "Read the venue's test network, whose prices are its own: for trials of the hedge with play money."),
        Field(
            .referenceREST, .url(schemes: ["https", "http"]), optional: "https://api.binance.com",
            "Another address of the REST API: a local exchange or a proxy."),
        Field(
            .referenceStream, .url(schemes: ["wss", "ws"]), optional: "wss://stream.binance.com:9443",
            "Another address of the streams."),
        Field(
            .referenceAPI, .url(schemes: ["wss", "ws"], path: "/ws-api/v3"), optional: "wss://ws-api.binance.com",
            "Another address of the WebSocket API, which tells the spot account's events. Default, beside rest and stream: "
                + "the streams' address."),
    ].map { $0.only(Template.mirrors) }

    private static let conversion: [Field] = [
        Field(.conversionSymbol, .pair(.slash), default: "USDT/TWD", rate).only(.binanceACEMirror),
        Field(.conversionSymbol, .pair(.underscore), default: "USDT_TWD", rate).only(.binanceBitoProMirror),
        Field(.conversionSymbol, .pair(.joined), default: "usdttwd", rate).only(.binanceMAXMirror),
        Field(
            .conversionStaleAfter, .duration, default: "10s", "Age of the book after which the ladder is pulled."
        )
        .atLeast("500ms", "the venue sends once a second").atMost("5m").only(Template.mirrors),
    ]

    private static let rate = "The market, as the venue spells it: its bid is for the bids, its ask for the asks."

    private static let hedge: [Field] = [
        Field(.hedgeEnabled, .boolean, default: "false", "Whether fills are offset on the reference's market."),
        Field(
            .hedgeMinSize, .decimal(decimals: 12), default: "0.0005",
            "What is not hedged yet waits until it is at least this much; the venue's minimum holds besides."
        )
        .unit("base asset").above("0", "the venue takes no order of nothing"),
        Field(.hedgeMaxOrderValue, .amount, default: "500", "Largest value of one hedge order.")
            .unit("USDT").above("0", "nothing would be hedged"),
        Field(
            .hedgeMaxSlippage, .ratio, default: "0.002",
            "How far through the touch a hedge may be priced; what does not fill there is tried again."
        )
        .unit("share of the price").above("0", "a hedge would hardly fill").atMost("0.05", "it would buy at any price"),
        Field(
            .hedgePatience, .duration, default: "10s",
            "Age of what could be hedged and is not, after which the quotes are pulled."
        )
        .atLeast("500ms", "an answer takes that long").atMost("10m"),
        Field(.hedgeFee, .ratio, default: "0.001", "The reference's taker fee, which the distance must earn.")
            .unit("share of the value").atLeast("-0.01").atMost("0.01", "no venue asks more"),
        Field(
            .hedgeSelfTradePrevention, .choice(BotConfiguration.SelfTradePrevention.allCases.map(\.rawValue)),
            default: BotConfiguration.SelfTradePrevention.expireMaker.rawValue,
            "What the venue ends when a hedge would meet another order of the account: that one, the hedge, or both. Set on "
                + "every hedge."),
    ].map { $0.only(Template.mirrors) }

    private static let execution: [Field] = [
        Field(
            .supportsBatch, .boolean, default: "false",
            "Whether orders are placed and cancelled in batches. The published API has none; a local ACE can."
        )
        .only(.binanceACEMirror),
        Field(
            .supportsBatch, .boolean, default: "true",
            "Whether orders are placed and cancelled in batches. A batch that fails is repeated order by order."
        )
        .only(.binanceBitoProMirror),
        Field(
            .parallelCalls, .integer, default: "5", "Requests under way at once where there is no batch."
        )
        .unit("requests").atLeast("1").atMost("20", "the venues limit requests").only(Template.mirrors),
        Field(
            .bookInterval, .duration, default: "500ms", "How often the books are asked for: the venue has no stream."
        )
        .atLeast("100ms", "the venue takes about ten requests a second").atMost("10s").only(.binanceACEMirror),
        Field(
            .ordersInterval, .duration, default: "1s",
            "How often open orders and fills are asked for while something rests: the venue has no stream."
        )
        .atLeast("200ms", "the venue takes about ten requests a second").atMost("30s").only(.binanceACEMirror),
    ]

    static let mirrorCredentials: [Field] =
        targetKeys(.binanceACEMirror, "ACE") + targetKeys(.binanceBitoProMirror, "BITOPRO")
        + targetKeys(.binanceMAXMirror, "MAX")
        + [
            Field(
                .emailVariable, .environmentName, default: "BITOPRO_EMAIL",
                "Variable with the account's e-mail address, which signed requests name."
            )
            .only(.binanceBitoProMirror),
            Field(
                .referenceKeyVariable, .environmentName, default: "BINANCE_API_KEY",
                "Variable with Binance's API key; needed to hedge only."
            )
            .only(Template.mirrors),
            Field(
                .referenceSecretVariable, .environmentName, default: "BINANCE_API_SECRET",
                "Variable with its API secret…"
            )
            .only(Template.mirrors),
            Field(
                .referenceKeyFileVariable, .environmentName, default: "BINANCE_ED25519_KEY_FILE",
                "…or variable with the path of an Ed25519 private key (PEM), for keys of that type."
            )
            .only(Template.mirrors),
        ]

    private static func targetKeys(_ template: Template, _ prefix: String) -> [Field] {
        [
            Field(.apiKeyVariable, .environmentName, default: "\(prefix)_API_KEY", "Variable with the target's API key.")
                .only(template),
            Field(
                .apiSecretVariable, .environmentName, default: "\(prefix)_API_SECRET",
                "Variable with the target's API secret."
            )
            .only(template),
        ]
    }
}
