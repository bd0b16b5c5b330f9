internal import Wire

/// Everything the control API can be asked: one case for each method and path.
enum Operation: String, Hashable, Sendable, CaseIterable {
    case start, stop, status, configure, logs
    case broadcasterStats
    case markets, orders, fills, profit, limits, alerts
    case cancelAll, flatten, kill, resume
    case events
    case metrics, health, openAPI, index

    var method: HTTPMethod {
        switch self {
        case .start, .stop, .configure, .cancelAll, .flatten, .kill, .resume: .post
        case .status, .logs, .broadcasterStats, .markets, .orders, .fills, .profit, .limits, .alerts, .events, .metrics,
            .health, .openAPI, .index:
            .get
        }
    }

    var path: String {
        switch self {
        case .start: "/api/bot/start"
        case .stop: "/api/bot/stop"
        case .status: "/api/bot/status"
        case .configure: "/api/bot/config"
        case .logs: "/api/bot/logs"
        case .broadcasterStats: "/api/broadcaster/stats"
        case .markets: "/api/markets"
        case .orders: "/api/orders"
        case .fills: "/api/fills"
        case .profit: "/api/pnl"
        case .limits: "/api/limits"
        case .alerts: "/api/alerts"
        case .cancelAll: "/api/cancel-all"
        case .flatten: "/api/flatten"
        case .kill: "/api/kill"
        case .resume: "/api/resume"
        case .events: "/api/events"
        case .metrics: "/metrics"
        case .health: "/healthz"
        case .openAPI: "/openapi.json"
        case .index: "/"
        }
    }

    /// Answered without a token: they tell nothing about positions or money, and probes have no token.
    var isOpen: Bool {
        switch self {
        case .health, .openAPI, .index: true
        case .start, .stop, .status, .configure, .logs, .broadcasterStats, .markets, .orders, .fills, .profit, .limits,
            .alerts, .cancelAll, .flatten, .kill, .resume, .events, .metrics:
            false
        }
    }

    /// Whether it changes what the bot does; such requests are written to the log with who asked.
    var isCommand: Bool { method == .post }

    /// The operations of a path, in any spelling that is served: `/orders` stands for `/api/orders`.
    static func at(_ path: Substring) -> [Operation] {
        let exact = allCases.filter { $0.path == path }
        if !exact.isEmpty || path == "/" { return exact }
        return allCases.filter { $0.path == "/api" + path && $0.isAlsoServedShort }
    }

    private var isAlsoServedShort: Bool {
        switch self {
        case .markets, .orders, .fills, .profit, .limits, .alerts, .cancelAll, .flatten, .kill, .resume, .events: true
        case .start, .stop, .status, .configure, .logs, .broadcasterStats, .metrics, .health, .openAPI, .index: false
        }
    }
}

/// A query parameter.
struct QueryParameter: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case integer(ClosedRange<Int64>)
        /// One of the bot's markets, by symbol.
        case market
        /// `true` or `false`.
        case flag
        case fillID
        case eventID
    }

    var name: String
    var kind: Kind
    var text: String
    var defaultText: String?
}

extension Operation {
    var parameters: [QueryParameter] {
        switch self {
        case .logs:
            [.init(name: "limit", kind: .integer(1...1_000), text: "At most this many lines.", defaultText: "50")]
        case .orders: [.init(name: "market", kind: .market, text: "Only this market.")]
        case .profit:
            [
                .init(
                    name: "series", kind: .flag, text: "Each market's inventory over the session besides.",
                    defaultText: "false")
            ]
        case .fills:
            [
                .init(name: "limit", kind: .integer(1...2_000), text: "At most this many fills.", defaultText: "100"),
                .init(
                    name: "after", kind: .fillID,
                    text: "Only fills after the one with this id; without it, the newest."),
            ]
        case .events:
            [
                .init(
                    name: "after", kind: .eventID,
                    text:
                        "As the header Last-Event-ID, which wins: resume after the event with this id; 0 for all kept.")
            ]
        case .start, .stop, .status, .configure, .broadcasterStats, .markets, .limits, .alerts, .cancelAll, .flatten, .kill,
            .resume, .metrics, .health, .openAPI, .index:
            []
        }
    }

    /// What its body must be; nil for requests without one.
    var body: Schema? {
        switch self {
        case .configure: .component("ConfigurationChange")
        case .kill: .component("Kill")
        case .resume: .component("Confirmation")
        case .start, .stop, .status, .logs, .broadcasterStats, .markets, .orders, .fills, .profit, .limits, .alerts,
            .cancelAll, .flatten, .events, .metrics, .health, .openAPI, .index:
            nil
        }
    }
}
