extension FieldTable {
    /// Limits of a mirror. They count over both venues, in the reference's quote asset.
    static let mirrorLimits: [Field] =
        [
            Field(.maxOrderValue, .amount, default: "500", "Largest value of one order.").unit("USDT").above("0"),
            Field(
                .maxPositionValue, .amount, default: "2000",
                "Largest position on the target by value, either way, with everything that may still fill. At the limit only "
                    + "the reducing side is quoted."
            )
            .unit("USDT").above("0"),
            Field(
                .maxExposure, .amount, default: "5000",
                "Largest sum of positions on both venues: a hedged position counts twice, so leave room above twice "
                    + "limits.max_position_usd."
            )
            .unit("USDT").above("0"),
            Field(
                .maxNetExposure, .amount, default: "2000",
                "Largest difference of target and hedge: what is not hedged, with everything that may still fill."
            )
            .unit("USDT").above("0"),
            Field(
                .maxOpenOrders, .integer, default: "40", "Most orders that may rest or be on their way."
            )
            .unit("orders").atLeast("2", "a bid and an ask are two orders").atMost("200", "the venues allow no more"),
            Field(.minBalance, .amount, default: "0", "Value of the holdings below which only reducing orders pass.")
                .unit("USDT").atLeast("0"),
            Field(
                .maxDailyLoss, .amount, default: "50",
                "Loss since midnight UTC, over both venues, that halts trading until a person resumes it."
            )
            .unit("USDT").above("0", "the first fee would halt it"),
            Field(
                .maxDrawdown, .amount, default: "50",
                "Fall from the session's highest equity that halts trading until a person resumes it."
            )
            .unit("USDT").above("0", "the first fee would halt it"),
            Field(
                .priceCollar, .ratio, default: "0.05",
                "Furthest a price may be from the mid of its own market: a conversion gone wrong is caught by it."
            )
            .unit("share of the mid").above("0", "no order would pass").atMost("0.5"),
            Field(.staleAfter, .duration, default: "10s", "Age of the target's book after which nothing is quoted.")
                .atLeast("500ms", "the venue sends once a second").atMost("5m"),
            Field(
                .maxRepeatedFills, .integer, default: "20",
                "Fills on the same side within repeated_fill_window before the market pauses for as long."
            )
            .unit("fills").atLeast("1").atMost("10000"),
            Field(
                .maxMessages, .integer, default: "200",
                "Orders in message_window, hedges included; cancels always pass."
            )
            .unit("messages").atLeast("1").atMost("10000"),
        ].map { $0.only(Template.mirrors) }
}
