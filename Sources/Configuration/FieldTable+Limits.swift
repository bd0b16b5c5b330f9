extension FieldTable {
    static let limits: [Field] = [
        Field(
            .maxOrderValue, .amount, default: "15", "Largest value of one order."
        )
        .unit("USDT").atLeast("5", "the venue's minimum order value"),
        Field(
            .maxPositionValue, .amount, default: "50",
            "Largest position by value, either way, with everything that may still fill."
        )
        .unit("USDT").above("0"),
        Field(
            .maxPositionLots, .integer, optional: "5000",
            "The same in lots of the market: a bound that no price move can shift."
        )
        .unit("lots").atLeast("1").atMost("1000000000000"),
        Field(.maxExposure, .amount, default: "60", "Largest sum of positions over all markets of the account.")
            .unit("USDT").above("0"),
        Field(.maxOpenOrders, .integer, default: "4", "Most orders that may rest or be on their way.")
            .unit("orders").atLeast("1").atMost("200", "the venue allows no more"),
        Field(.minBalance, .amount, default: "20", "Wallet balance below which only reducing orders pass.")
            .unit("USDT").atLeast("0"),
        Field(
            .maxDailyLoss, .amount, default: "5",
            "Loss since midnight UTC that halts trading until a person resumes it."
        )
        .unit("USDT").above("0", "the first fee would halt it"),
        Field(
            .maxDrawdown, .amount, default: "5",
            "Fall from the session's highest equity that halts trading until a person resumes it."
        )
        .unit("USDT").above("0", "the first fee would halt it"),
        Field(.priceCollar, .ratio, default: "0.02", "Furthest a price may be from the mid.")
            .unit("share of the mid").above("0", "no order would pass").atMost("0.5"),
        Field(.staleAfter, .duration, default: "3s", "Age of the book after which nothing is quoted.")
            .atLeast("200ms", "the venue sends every 100 ms").atMost("1m"),
        Field(
            .maxRepeatedFills, .integer, default: "5",
            "Fills on the same side within repeated_fill_window before the market pauses for as long."
        )
        .unit("fills").atLeast("1").atMost("10000"),
        Field(.repeatedFillWindow, .duration, default: "30s", "The window of max_repeated_fills.").atLeast("100ms")
            .atMost("1h"),
        Field(.maxMessages, .integer, default: "60", "Orders and amendments in message_window; cancels always pass.")
            .unit("messages").atLeast("1").atMost("10000"),
        Field(.messageWindow, .duration, default: "10s", "The window of max_messages.").atLeast("100ms").atMost("1h"),
        Field(
            .maxRoundTrip, .duration, default: "3s",
            "A slower reply trips the breaker: everything is cancelled and quoting pauses."
        )
        .atLeast("10ms").atMost("1m"),
        Field(.breakerPause, .duration, default: "30s", "How long quoting pauses after the breaker tripped.")
            .atLeast("1s").atMost("1h"),
    ]
}
