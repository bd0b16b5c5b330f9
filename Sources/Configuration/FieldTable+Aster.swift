extension FieldTable {
    static let strategy =
        [
            Field(
                .template, .choice(Template.allCases.map(\.rawValue)), required: Template.asterSpread.rawValue,
                "The bot: \"aster-spread\" quotes both sides, \"aster-cycle\" buys, then sells, one side at a time; "
                    + "\"extended-avellaneda\" leans against inventory and \"extended-percent\" follows the mark price, "
                    + "both on both sides of any number of markets; the mirrors quote Binance's book, converted, as a ladder.")
        ] + spread + cycle + extended + ladder

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
}
