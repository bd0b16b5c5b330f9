/// What a reply may be: its status, what it means, and what it holds.
struct DocumentedReply: Hashable, Sendable {
    enum Content: Hashable, Sendable {
        case json(Schema)
        case text(String)
        /// `text/event-stream`, each event's data an `Event`.
        case events
        case nothing
    }

    var status: Int
    var text: String
    var content: Content

    init(_ status: Int, _ text: String, _ content: Content) {
        (self.status, self.text, self.content) = (status, text, content)
    }
}

extension Operation {
    /// One line for lists.
    var summary: String {
        switch self {
        case .start: "Start quoting, or resume after cancel-all"
        case .stop: "Stop: cancel everything, and answer when the venue has confirmed it"
        case .status: "Whether it runs, with what, and what it quotes"
        case .configure: "Change fields of the configuration while stopped"
        case .logs: "The newest lines of the log"
        case .broadcasterStats: "How the market data arrive"
        case .markets: "State of the bot and of every market"
        case .orders: "Our live orders"
        case .fills: "Our fills"
        case .profit: "Where the money came from, per market and in total"
        case .limits: "Every limit, what is used of it, and what room is left"
        case .alerts: "What became of the alerts, channel by channel"
        case .cancelAll: "Cancel everything and quote nothing until started again"
        case .flatten: "Close every position with reduce-only market orders"
        case .kill: "Halt for good: cancel everything, latched until a person resumes"
        case .resume: "Lift a halt or a pause"
        case .events: "What happens, as server-sent events"
        case .metrics: "Metrics for Prometheus"
        case .health: "Whether the bot does what it was told"
        case .openAPI: "This document"
        case .index: "A pointer to the rest"
        }
    }

    /// The replies that are its own; refusals that any request may meet are added by `OpenAPIDocument`.
    var replies: [DocumentedReply] {
        func component(_ name: String) -> [DocumentedReply] {
            [DocumentedReply(200, "Done, or here it is.", .json(.component(name)))]
        }
        let conflict = DocumentedReply(409, "The bot's state does not allow it.", .json(.component("Error")))
        return switch self {
        case .start: component("Started") + [conflict]
        case .stop:
            component("Stopped") + [
                DocumentedReply(202, "The venue has not confirmed yet.", .json(.component("Stopping"))), conflict,
            ]
        case .status: component("Status")
        case .configure:
            component("Updated") + [
                DocumentedReply(
                    409, "The bot is not stopped, or the values are at odds with the rest of its configuration.",
                    .json(.component("Error")))
            ]
        case .logs: component("Logs")
        case .broadcasterStats: component("BroadcasterStats")
        case .markets: component("Markets")
        case .orders:
            component("Orders") + [DocumentedReply(404, "There is no such market.", .json(.component("Error")))]
        case .fills: component("Fills")
        case .profit: component("Profit")
        case .limits: component("Limits")
        case .alerts: component("Alerts")
        case .cancelAll: component("Paused") + [conflict]
        case .flatten: component("Flattening") + [conflict]
        case .kill: component("Halted") + [conflict]
        case .resume: component("Resumed") + [conflict]
        case .events:
            [
                DocumentedReply(200, "Events until either side ends it.", .events),
                DocumentedReply(409, "This connection cannot carry a stream.", .json(.component("Error"))),
                DocumentedReply(503, "Too many streams are open.", .json(.component("Error"))),
            ]
        case .metrics: [DocumentedReply(200, "Text format 0.0.4.", .text("text/plain"))]
        case .health:
            [
                DocumentedReply(200, "Healthy.", .json(.component("Health"))),
                DocumentedReply(503, "Not healthy, for these reasons.", .json(.component("Health"))),
            ]
        case .openAPI: [DocumentedReply(200, "OpenAPI 3.1.", .json(.object([], others: .anything)))]
        case .index: [DocumentedReply(200, "A few words.", .text("text/plain"))]
        }
    }
}
