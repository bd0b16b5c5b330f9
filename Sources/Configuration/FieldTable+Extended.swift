extension FieldTable {
    /// What all markets of an Extended bot share.
    static let extended: [Field] = [
        Field(
            .model, .choice(StrategyModel.allCases.map(\.rawValue)), default: StrategyModel.simplified.rawValue,
            "How prices are made. \"simplified\": the original's rule, with k, alpha, beta and base_spread. "
                + "\"avellaneda-stoikov\": the paper of 2008. \"glft\": the closed form of 2013."
        )
        .only(.extendedAvellaneda),
        Field(
            .decisionInterval, .duration, default: "250ms",
            "Quote loop: how often time alone makes the model decide anew. Fills and book changes are acted on at once."
        )
        .original("quote_loop_ms").atLeast("50ms").atMost("1m").only(Template.extended),
        Field(
            .coalescing, .duration, default: "400ms",
            "After a replace in a market, everything that asks for another within this time becomes one; 0s for at once. "
                + "Cancels that limits demand never wait."
        )
        .original("replace_coalesce_ms").atLeast("0s").atMost("10s", "quotes would be stale for that long")
        .only(Template.extended),
        Field(
            .selfTradeProtection, .choice(["disabled", "account", "client"]), default: "account",
            "What the venue keeps our orders from trading with: nothing, the same account, or any account of the client."
        )
        .original("stp").only(Template.extended),
        Field(
            .orderLifetime, .duration, default: "1h",
            "When an order expires at the venue if nothing replaces it before; it is then quoted anew."
        )
        .atLeast("1m", "quotes would expire while they work").atMost("90d", "the venue refuses more")
        .only(Template.extended),
    ]

    static let markets = marketHead + simplified + papers + percent + marketTail

    private static let marketHead: [Field] = [
        Field(.market, .market, required: "BTC-USD", "The market's name, as the venue spells it.")
            .original("market", "symbol", "name", "market_name").second("ETH-USD").only(Template.extended),
        Field(.enabled, .boolean, default: "true", "Whether the market is quoted.").original("enabled")
            .only(Template.extended),
    ]

    /// `extended-avellaneda`, model `simplified`.
    private static let simplified: [Field] = [
        Field(
            .k, .decimal(decimals: 12), required: "20000",
            "Fair price = mid − k × position: how far one unit of the base asset held moves both quotes against it. "
                + "Position limit ÷ price × k is the shift at the limit."
        )
        .unit("price for each base unit").original("k", "K").second("25").atLeast("0"),
        Field(
            .alpha, .decimal(decimals: 12), default: "0.5",
            "The half-spread grows by alpha × σ, σ being the deviation of the mid's relative moves over a minute. Unless it "
                + "is 0, nothing is quoted before ten seconds of the market were seen."
        )
        .original("alpha").atLeast("0"),
        Field(
            .beta, .decimal(decimals: 12), default: "1", "The half-spread grows by beta × funding rate ÷ 3."
        )
        .original("beta"),
        Field(
            .baseSpread, .ratio, required: "0.001",
            "Half-spread at rest: distance of each quote from the fair price. 0.001 is 0.1 %."
        )
        .unit("share of the mid").original("base_spread")
        .above("0", "both quotes would stand on the fair price").below("0.5"),
        Field(
            .quoteNotionalCap, .amount, required: "50",
            "Largest value of each quote; its size is this ÷ mid before inventory skews it, and never more."
        )
        .unit("USD").original("quote_notional_cap_usd").above("0", "nothing would be quoted"),
        Field(
            .inventorySensitivity, .decimal(decimals: 8), default: "0.5",
            "How strongly inventory shifts size to the side that reduces it: 0 not at all, 1 to nothing at the limit."
        )
        .original("inventory_sensitivity").atLeast("0").atMost("1"),
        Field(
            .minOrderSize, .decimal(decimals: 12), default: "0",
            "Quotes below this size are not sent; the venue's own minimum holds besides."
        )
        .unit("base asset").original("min_order_size").atLeast("0"),
        Field(
            .maxOrderSize, .decimal(decimals: 12), optional: "0.01", "Largest quote, besides quote_notional_cap_usd."
        )
        .unit("base asset").original("max_order_size").second("0.1").above("0"),
        Field(
            .minEdge, .ratio, optional: "0.0002",
            "Least distance of each quote from the mid after the maker fee. Left out, fees are not looked at."
        )
        .unit("share of the mid").atLeast("0").below("0.5"),
    ].map { $0.only(.extendedAvellaneda).models(.simplified) }

    /// `extended-avellaneda`, models `avellaneda-stoikov` and `glft`.
    private static let papers: [Field] =
        [
            Field(
                .gamma, .decimal(decimals: 12), required: "0.01",
                "Risk aversion γ, for each unit of price and each order_size of inventory."
            )
            .above("0", "the model has no answer without risk aversion").models(.avellanedaStoikov, .glft),
            Field(
                .horizon, .duration, default: "5m", "T: the model's horizon, begun anew whenever it is over."
            )
            .atLeast("1s").atMost("1d").models(.avellanedaStoikov),
            Field(
                .intensityA, .decimal(decimals: 12), optional: "1.5",
                "A: fills a second at the mid. Given with intensity_kappa, nothing is calibrated."
            )
            .unit("1/s").above("0").models(.avellanedaStoikov, .glft),
            Field(
                .intensityKappa, .decimal(decimals: 12), optional: "0.1",
                "κ: how fast fills get rarer with the distance δ from the mid: A × e^(−κδ)."
            )
            .unit("1/price").above("0", "fills would not get rarer").models(.avellanedaStoikov, .glft),
            Field(
                .calibrationWindow, .duration, default: "10m",
                "A and κ are fitted to the public trades of this window; nothing is quoted before it is full enough."
            )
            .atLeast("10s", "too few trades to fit anything").atMost("1d").models(.avellanedaStoikov, .glft),
            Field(
                .sigma, .decimal(decimals: 12), optional: "2.5",
                "σ: deviation of the mid over one second. Left out, the book's own is used."
            )
            .unit("price for each √s").above("0").models(.avellanedaStoikov, .glft),
            Field(
                .marketOrderSize, .decimal(decimals: 12), required: "0.0005",
                "Size of each quote, and the unit in which the model counts inventory."
            )
            .unit("base asset").second("0.015").above("0", "nothing would be quoted").models(.avellanedaStoikov, .glft),
            Field(
                .maxInventory, .integer, default: "4",
                "Largest inventory in units of order_size; at it, only the reducing side is quoted."
            )
            .unit("order sizes").atLeast("1").atMost("10000").models(.glft),
        ].map { $0.only(.extendedAvellaneda) }

    /// `extended-percent`.
    private static let percent: [Field] = [
        Field(
            .spread, .ratio, required: "0.001",
            "bid = price × (1 − spread), ask = price × (1 + spread), price being the live mark. 0.001 is 0.1 %."
        )
        .unit("share of the price").original("spread_percentage")
        .above("0", "both quotes would stand on the price").below("0.5"),
        Field(.marketOrderSize, .decimal(decimals: 12), required: "0.0005", "Size of each quote.")
            .unit("base asset").original("order_size").above("0", "nothing would be quoted"),
        Field(
            .refreshInterval, .duration, default: "5s", "Age at which the quotes are renewed, whatever the price did."
        )
        .original("refresh_interval").atLeast("500ms", "faster renewal spends the venue's rate limit").atMost("1h"),
        Field(
            .priceMoveThreshold, .ratio, default: "0.002",
            "The quotes are renewed at once when the price has moved by more than this. Above spread, the price may pass "
                + "a quote before it moves."
        )
        .unit("share of the price").original("price_move_threshold").above("0", "every tick would renew them")
        .below("0.5"),
        Field(
            .orderType, .choice(["POST_ONLY", "GTC", "IOC", "FOK"]), default: "POST_ONLY",
            "POST_ONLY never takes; GTC rests and may take; IOC takes what it can at once; FOK takes all or nothing."
        )
        .original("order_type"),
        Field(
            .volatilityFactor, .decimal(decimals: 8), default: "0",
            "The spread widens by this × σ, the deviation of the mid's relative moves over a minute; 0 for a fixed spread."
        )
        .original("volatility_factor").atLeast("0").atMost("1000"),
        Field(
            .inventorySkew, .decimal(decimals: 8), default: "0",
            "How far the middle of both quotes shifts against the position at its limit; 0 for not at all."
        )
        .unit("spreads").original("inventory_skew").atLeast("0").atMost("10"),
        Field(
            .depthAhead, .amount, default: "0",
            "A quote moves out until this much rests in front of it in the book, never further in than spread; 0 to "
                + "leave the book alone."
        )
        .unit("USD").atLeast("0"),
    ].map { $0.only(.extendedPercent) }

    private static let marketTail: [Field] = [
        Field(
            .postOnly, .boolean, default: "true",
            "Orders never take: one that would is refused by the venue and quoted anew. false: they may take, at the taker "
                + "fee."
        )
        .original("post_only").only(.extendedAvellaneda),
        Field(
            .replaceThreshold, .decimal(decimals: 4), default: "2",
            "A working quote stays while its price is within this of the wanted one. 1 bps is 0.01 %."
        )
        .unit("bps").original("replace_threshold_bps").atLeast("0").below("1000").only(.extendedAvellaneda),
        Field(
            .leverage, .decimal(decimals: 2), optional: "10",
            "Leverage to set at the venue before the first quote. Left out, it stays as it is."
        )
        .atLeast("1").atMost("100", "no market allows more"),
        Field(
            .marketMaxPositionValue, .amount, optional: "100", "This market's own limits.max_position_usd."
        )
        .unit("USD").above("0"),
        Field(
            .marketMaxPositionLots, .integer, optional: "5000",
            "The position limit in lots of the market besides: a bound that no price move can shift."
        )
        .unit("lots").atLeast("1").atMost("1000000000000"),
        Field(.marketMaxOpenOrders, .integer, optional: "10", "This market's own limits.max_open_orders.")
            .unit("orders").atLeast("1").atMost("200", "the venue allows no more"),
        Field(
            .marketMaxOrderValue, .amount, optional: "60", "This market's own limits.max_order_value_usd."
        )
        .unit("USD").above("0"),
    ].map { $0.templates == Template.allCases ? $0.only(Template.extended) : $0 }
}
