internal import MarketModel
internal import Quoting
internal import Runtime
internal import TradingEngine

/// The components of the OpenAPI document.
enum Schemas {
    /// - Precondition: `name` is one of `all`.
    static func named(_ name: String) -> Schema {
        guard let found = all.first(where: { $0.name == name }) else {
            preconditionFailure("there is no schema by the name of \(name)")
        }
        return found.schema
    }

    static let all: [(name: String, schema: Schema)] = [
        ("Error", error), ("Started", started), ("Stopped", stopped), ("Stopping", stopping), ("Status", status),
        ("Configuration", configuration), ("ConfigurationChange", change), ("Updated", updated), ("Logs", logs),
        ("BroadcasterStats", broadcasterStats), ("Markets", markets), ("Market", market), ("Orders", orders),
        ("Fills", fills), ("Fill", fill), ("Profit", profit), ("ProfitParts", .object(parts)), ("Markout", markout),
        ("Limits", limits), ("Alerts", alerts), ("Paused", only("paused")), ("Flattening", only("flattening")), ("Halted", halted),
        ("Resumed", only("resumed")), ("Kill", kill), ("Confirmation", confirmation), ("Health", health),
        ("Event", event),
    ]

    private static func only(_ status: String) -> Schema { .object([.init("status", .choice([status]))]) }

    private static let error = Schema.object([
        .init("error", .text(), "A word for programs."), .init("message", .text(), "A sentence for people."),
        .init("field", .text(), optional: true, "The member, parameter or header at fault."),
        .init("offset", .integer(), optional: true, "Where a body stopped being JSON, in bytes."),
    ])
    private static let started = Schema.object([
        .init("status", .choice(["started"])), .init("config", .component("Configuration")),
    ])
    private static let updated = Schema.object([
        .init("status", .choice(["updated"])), .init("config", .component("Configuration")),
    ])
    private static let stopped = Schema.object([
        .init("status", .choice(["stopped"])),
        .init("orders_open", .integer(), "Orders that may still rest, by the venue's last list."),
    ])
    private static let stopping = Schema.object([
        .init("status", .choice(["stopping"])), .init("orders_open", .integer()),
    ])
    private static let status = Schema.object([
        .init("running", .boolean), .init("config", .component("Configuration")),
        .init("active_orders", .integer(), "Live orders of ours, over all markets."),
        .init("last_quote_price", .nullable(.number), "Of the first market: the price between our quotes."),
        .init(
            "current_quotes", .object([.init("bid", .nullable(.number)), .init("ask", .nullable(.number))]),
            "Of the first market."),
        .init("order_ids", .array(.text())),
    ])
    /// The members of the percent-spread bot are the original's; other bots have their own beside `market`.
    private static let configuration = Schema.object(
        [
            .init("market", .text()), .init("spread_percentage", .number, optional: true),
            .init("order_size", .text(), optional: true), .init("refresh_interval", .number, optional: true),
            .init("price_move_threshold", .number, optional: true),
        ], others: .anything)
    private static let change = Schema.object(
        [
            .init(
                "confirm", .boolean, optional: true,
                "Must be true when a field of the limits is among those to change.")
        ], others: .either([.text(), .number, .boolean, .object([], others: .anything)]), atLeast: 1)
    private static let logs = Schema.object([.init("logs", .array(.text()), "Oldest first.")])
    private static let broadcasterStats = Schema.object([
        .init("connected", .boolean), .init("connection_age_seconds", .nullable(.number)),
        .init("last_update_age_seconds", .nullable(.number), "Of whatever came last, book or mark, in any market."),
        .init(
            "markets",
            .array(
                .object([
                    .init("market", .text()), .init("book_age_seconds", .nullable(.number)),
                    .init("mark_age_seconds", .nullable(.number)),
                    .init("fresh", .boolean, "Whether it may be quoted from."),
                ]))),
        .init("mark_prices", .object([], others: .nullable(.number)), "By market."),
    ])

    // MARK: Beyond the original

    private static let quotes = Schema.object([.init("bid", .nullable(.decimal)), .init("ask", .nullable(.decimal))])
    private static let market = Schema.object([
        .init("market", .text()), .init("bid", .nullable(.decimal)), .init("ask", .nullable(.decimal)),
        .init("data_age_seconds", .nullable(.number)),
        .init("withheld", .nullable(.text()), "Why it is not quoted; null when it is."),
        .init("absence", .nullable(.text()), "Why the model quotes less than it would."),
        .init("mark", .nullable(.decimal), "The venue's newest mark price."),
        .init(
            "price_source", .nullable(.choice(QuotePriceSource.allCases.map(\.rawValue))),
            "What the quotes are around; positionMark is a fallback that may be old."),
        .init("quotes", quotes, "Our own best ones."), .init("open_orders", .integer()),
        .init("position", .nullable(.decimal)), .init("venue_position", .nullable(.decimal)),
        .init("average_entry", .nullable(.decimal)), .init("position_value", .nullable(.decimal)),
        .init("exposure", .nullable(.decimal), "Value if everything in the open fills on the worse side."),
        .init("exposure_limit", .nullable(.decimal)),
        .init("max_exposure", .nullable(.decimal), "The most it ever was."),
        .init("dead_mans_switch_armed", .nullable(.boolean)),
        .init("hedge", .object(hedge), optional: true, "How far its fills are offset elsewhere."),
    ])
    private static let hedge: [Schema.Property] = [
        .init("market", .text(), "Where."), .init("unhedged", .decimal, "In the base asset; positive when long."),
        .init("since", .nullable(.timestamp), "Since when there is something that could be hedged."),
        .init("orders", .integer()), .init("fills", .integer()),
        .init("failed", .integer(), "Orders that came to nothing."),
        .init("slippage", .decimal, "Profit of hedging in what that market settles in; negative is a loss."),
    ]
    private static let selfTrades: [Schema.Property] = [
        .init("certain", .integer()), .init("suspected", .integer()),
        .init("prevented", .integer(), "Taken off by the venue before they traded."),
    ]
    private static let venue: [Schema.Property] = [
        .init("venue", .text()), .init("kind", .choice(VenueConfiguration.Kind.allCases.map(\.rawValue))),
        .init("ready", .boolean), .init("private_stream_up", .boolean), .init("breaker_open", .boolean),
    ]
    private static let holding: [Schema.Property] = [
        .init("venue", .text()), .init("asset", .text()), .init("held", .nullable(.decimal), "By our own books."),
        .init("held_at_venue", .nullable(.decimal)), .init("value", .nullable(.decimal), "In what is counted in."),
    ]
    private static let markets = Schema.object([
        .init("state", .choice(BotState.allCases.map(\.rawValue))), .init("phase", .nullable(.text())),
        .init("paused", .boolean), .init("halted", .nullable(.text()), "Why, if it is."), .init("venue", .text()),
        .init("template", .text()), .init("uptime_seconds", .nullable(.number)),
        .init("wallet", .nullable(.decimal)), .init("venue_wallet", .nullable(.decimal)),
        .init("unresolved_orders", .integer(), "Sent, fate unknown."),
        .init("resting_at_venue", .nullable(.integer()), "By the venue's last full list."),
        .init("private_stream_up", .boolean), .init("breaker_open", .boolean),
        .init("venues", .array(.object(venue)), optional: true, "Of a bot on several."),
        .init("holdings", .array(.object(holding)), optional: true, "On spot venues, orders' shares included."),
        .init("self_trades", .object(selfTrades), optional: true, "Where there were any, or the like of them."),
        .init(
            "counted_in", .text(), optional: true, "The asset of exposures and limits, where markets settle in several."
        ),
        .init("markets", .array(.component("Market"))),
    ])
    private static let side = Schema.choice(Side.allCases.map(\.rawValue))
    private static let orders = Schema.object([
        .init(
            "orders",
            .array(
                .object([
                    .init("id", .text()), .init("market", .text()), .init("side", side),
                    .init("price", .nullable(.decimal), "Null for a market order."), .init("remaining", .decimal),
                    .init("filled", .decimal),
                    .init(
                        "state",
                        .choice(["pendingNew", "working", "pendingAmend", "pendingCancel", "unresolved"])),
                    .init("placed_at", .timestamp),
                ])))
    ])
    private static let fill = Schema.object([
        .init("id", .text()), .init("market", .text()), .init("side", side), .init("price", .nullable(.decimal)),
        .init("quantity", .nullable(.decimal)), .init("liquidity", .choice(["maker", "taker"])),
        .init("fee", .decimal, "Positive for a cost."), .init("order_id", .nullable(.text())),
        .init("venue_order_id", .text()), .init("position_after", .nullable(.decimal)),
        .init("mid", .nullable(.decimal), "At the time of booking."), .init("realized", .decimal),
        .init("at", .timestamp),
    ])
    private static let fills = Schema.object([
        .init("fills", .array(.component("Fill")), "Oldest first."),
        .init("last_id", .nullable(.text()), "What `after` is to be next time."),
        .init("complete", .boolean, "False when the fill named by `after` is no longer kept."),
    ])
    private static let markout = Schema.object([
        .init("horizon_seconds", .number), .init("buys", .integer()), .init("buy_gain", .decimal),
        .init("sells", .integer()), .init("sell_gain", .decimal),
    ])
    private static let parts: [Schema.Property] = [
        .init("spread", .decimal), .init("inventory", .decimal),
        .init("hedging", .decimal, optional: true, "Slippage of hedges, where there are any."),
        .init("fees", .decimal, "Negative for a cost."), .init("funding", .decimal),
        .init("net", .decimal, "The sum of these."), .init("equity_change", .decimal),
        .init("identity_residual", .decimal, "What the parts do not explain: zero."), .init("fills", .integer()),
        .init("maker_fills", .integer()), .init("volume", .decimal), .init("order_to_trade", .nullable(.number)),
        .init(
            "uptime",
            .object([
                .init("bid_permille", .nullable(.integer())), .init("ask_permille", .nullable(.integer())),
                .init("two_sided_permille", .nullable(.integer())),
            ]), "Of the quoting time."),
        .init("markouts", .array(.component("Markout"))),
    ]
    private static let inventorySeries = Schema.array(
        .object([
            .init("age_seconds", .number, "Before this reply, while the bot runs."), .init("position", .decimal),
            .init("mid", .decimal),
        ]))
    private static let profit = Schema.object([
        .init(
            "total",
            .object(
                parts + [
                    .init("counted_in", .text(), optional: true, "Its asset, where markets settle in several."),
                    .init("ledger_difference", .nullable(.decimal), "The venue's wallet minus ours."),
                ])),
        .init(
            "markets",
            .array(
                .object(
                    [.init("market", .text())] + parts + [
                        .init("realized", .decimal), .init("unrealized", .decimal), .init("position", .decimal),
                        .init("inventory_series", inventorySeries, optional: true, "With `series=true`."),
                    ]))),
    ])
    private static let limits = Schema.object([
        .init(
            "limits",
            .array(
                .object([
                    .init("name", .text()), .init("market", .nullable(.text()), "Null for the account."),
                    .init("unit", .choice(["USD", "count", "ratio"])), .init("value", .decimal),
                    .init("used", .nullable(.decimal)), .init("room", .nullable(.decimal)),
                    .init("state", .choice(LimitLine.State.allCases.map(\.rawValue))),
                ])))
    ])
    private static let alerts = Schema.object([
        .init(
            "channels",
            .array(
                .object([
                    .init("name", .text()), .init("service", .text()),
                    .init("state", .choice(AlertReport.State.allCases.map(\.rawValue))),
                    .init("reason", .nullable(.text()), "Why it takes nothing; null while it works."),
                    .init("waiting", .integer(), "Not sent yet."), .init("delivered", .integer()),
                    .init("retried", .integer()), .init("failed", .integer(), "Refused, or not taken in time."),
                    .init("dropped", .integer(), "Never tried: too many waited."),
                    .init("last_failure", .nullable(.text())),
                ])), "Empty where no alerts are configured.")
    ])
    private static let halted = Schema.object([.init("status", .choice(["halted"])), .init("reason", .text())])
    private static let kill = Schema.object([
        .init("confirm", .mustBeTrue), .init("reason", .text(maxLength: 200), optional: true),
    ])
    private static let confirmation = Schema.object([.init("confirm", .mustBeTrue)])
    private static let health = Schema.object([
        .init("status", .choice(["healthy", "unhealthy"])), .init("state", .text()), .init("reasons", .array(.text())),
    ])
    /// The `data` of one event.
    private static let event = Schema.object([.init("text", .text())], others: .anything)
}
