extension FieldTable {
    static let limits: [Field] = {
        let groups: [[Field]] = [
            each(.maxOrderValue, .amount, aster: "15", extended: "60", "Largest value of one order.") {
                $0 ? $1.atLeast("5", "the venue's minimum order value") : $1.above("0")
            },
            each(
                .maxPositionValue, .amount, aster: "50", extended: "200",
                "Largest position of a market by value, either way, with everything that may still fill. At the limit only the "
                    + "reducing side is quoted."
            ) { $0 ? $1.above("0") : $1.original("max_net_position_usd").above("0") },
            [
                Field(
                    .maxPositionLots, .integer, optional: "5000",
                    "The same in lots of the market: a bound that no price move can shift."
                )
                .unit("lots").atLeast("1").atMost("1000000000000").only(Template.aster)
            ],
            each(
                .maxExposure, .amount, aster: "60", extended: "400",
                "Largest sum of positions over all markets of the account, longs and shorts added."
            ) { $1.above("0") },
            [
                Field(
                    .maxNetExposure, .amount, default: "300",
                    "Largest difference between longs and shorts over all markets of the account."
                )
                .unit("USD").above("0").only(Template.extended)
            ],
            each(
                .maxOpenOrders, .integer, aster: "4", extended: "20",
                "Most orders of a market that may rest or be on their way."
            ) {
                let field = $1.unit("orders").atLeast("1").atMost("200", "the venue allows no more")
                return $0 ? field : field.original("max_open_orders")
            },
            each(
                .minBalance, .amount, aster: "20", extended: "50",
                "Wallet balance below which only reducing orders pass."
            ) { $0 ? $1.atLeast("0") : $1.original("min_balance_usd").atLeast("0") },
            each(
                .maxDailyLoss, .amount, aster: "5", extended: "20",
                "Loss since midnight UTC that halts trading until a person resumes it."
            ) { $1.above("0", "the first fee would halt it") },
            each(
                .maxDrawdown, .amount, aster: "5", extended: "20",
                "Fall from the session's highest equity that halts trading until a person resumes it."
            ) { $1.above("0", "the first fee would halt it") },
            each(.priceCollar, .ratio, aster: "0.02", extended: "0.02", "Furthest a price may be from the mid.") {
                let field = $1.unit("share of the mid").above("0", "no order would pass")
                return $0 ? field.atMost("0.5") : field.atMost("0.05", "the venue takes no price further from the mark")
            },
            each(.staleAfter, .duration, aster: "3s", extended: "15s", "Age of the book after which nothing is quoted.")
            {
                $1.atLeast("200ms", "the venue sends every 100 ms").atMost($0 ? "1m" : "5m")
            },
            [
                Field(
                    .maxRepeatedFills, .integer, default: "5",
                    "Fills on the same side within repeated_fill_window before the market pauses for as long."
                )
                .unit("fills").atLeast("1").atMost("10000").only(Template.single),
                Field(.repeatedFillWindow, .duration, default: "30s", "The window of max_repeated_fills.").atLeast(
                    "100ms"
                )
                .atMost("1h"),
            ],
            each(
                .maxMessages, .integer, aster: "60", extended: "120",
                "Orders and amendments in message_window; cancels always pass."
            ) { $1.unit("messages").atLeast("1").atMost("10000") },
            [
                Field(.messageWindow, .duration, default: "10s", "The window of max_messages.").atLeast("100ms")
                    .atMost("1h"),
                Field(
                    .maxRoundTrip, .duration, default: "3s",
                    "A slower reply trips the breaker: everything is cancelled and quoting pauses."
                )
                .atLeast("10ms").atMost("1m"),
                Field(.breakerPause, .duration, default: "30s", "How long quoting pauses after the breaker tripped.")
                    .atLeast("1s").atMost("1h"),
            ],
        ]
        return groups.flatMap { $0 }
    }()

    /// A row for each venue: the same words, another size. `change` is told whether it is Aster's.
    private static func each(
        _ key: FieldKey, _ kind: FieldKind, aster: String, extended: String, _ documentation: String,
        _ change: (_ isAster: Bool, Field) -> Field
    ) -> [Field] {
        let isAmount = kind == .amount
        return [
            change(true, Field(key, kind, default: aster, documentation).unit(isAmount ? "USDT" : ""))
                .only(Template.aster),
            change(false, Field(key, kind, default: extended, documentation).unit(isAmount ? "USD" : ""))
                .only(Template.extended),
        ]
    }
}
