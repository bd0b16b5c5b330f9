internal import Configuration
internal import Cryptography
internal import Fundamentals
internal import Observability
internal import Runtime
internal import TradingEngine
internal import Wire

/// What is to become of a request.
enum ControlAnswer {
    case response(HTTPResponse)
    /// A stream of events, from after the one with that id; without one, from now on.
    case events(after: UInt64?)
    /// The bot is stopping: answer when it has.
    case whenStopped
}

/// The control API as a function of a request and a bot: no socket, no clock.
struct ControlRouter {
    let bot: any ControllableBot
    let access: ControlAccess

    func answer(_ request: HTTPRequest, from peer: String, at now: Instant) -> ControlAnswer {
        do throws(ControlError) {
            return try dispatch(request, from: peer, at: now)
        } catch {
            return .response(error.response)
        }
    }

    // MARK: Before the operation

    private func dispatch(
        _ request: HTTPRequest, from peer: String, at now: Instant
    ) throws(ControlError) -> ControlAnswer {
        let target = try Self.split(request)
        try access.checkSite(request, host: target.host)
        let operations = Operation.at(target.path)
        guard !operations.isEmpty else { throw ControlError(404, "not_found", "there is nothing by that path") }
        if !operations.contains(where: \.isOpen) { try access.checkToken(request) }
        let method = request.method == .head ? .get : request.method
        guard let operation = operations.first(where: { $0.method == method }) else {
            let allowed = Self.allowed(operations)
            if method == .options {
                return .response(HTTPResponse(status: 204, headers: HTTPHeaders([("Allow", allowed)])))
            }
            throw ControlError(405, "method_not_allowed", "expected \(allowed)").with("Allow", allowed)
        }
        let query = try readQuery(target.query, of: operation)
        let body = try readBody(request, of: operation)
        if operation.isCommand { bot.log.info("control: \(operation.path) from \(peer)", at: now) }
        return try perform(operation, query, body, request, at: now)
    }

    private static func allowed(_ operations: [Operation]) -> String {
        let methods = operations.flatMap { $0.method == .get ? ["GET", "HEAD"] : [$0.method.rawValue] }
        return (methods + ["OPTIONS"]).joined(separator: ", ")
    }

    /// Host, path and query; a target may be a whole URL, whose authority then counts (RFC 9112 §3.2.2).
    private static func split(
        _ request: HTTPRequest
    ) throws(ControlError) -> (host: String?, path: Substring, query: Substring?) {
        guard !request.target.hasPrefix("/"), request.target != "*" else {
            return (request.headers["Host"], request.path, request.query)
        }
        guard let mark = request.target.firstRange(of: "://") else {
            throw ControlError(400, "bad_request", "a request target must start with a slash")
        }
        let rest = request.target[mark.upperBound...]
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        let tail = rest[end...]
        let path = tail.prefix { $0 != "?" }
        return (
            String(rest[..<end]), path.isEmpty ? "/" : path,
            tail.firstIndex(of: "?").map { tail[tail.index(after: $0)...] }
        )
    }

    private func readQuery(_ text: Substring?, of operation: Operation) throws(ControlError) -> FormFields {
        let query: FormFields
        do throws(WireError) { query = try FormFields.parse(text ?? "") } catch {
            throw ControlError(400, "bad_request", "the query cannot be read: \(error)")
        }
        for (index, field) in query.fields.enumerated() {
            guard let parameter = operation.parameters.first(where: { $0.name == field.name }) else {
                let known = operation.parameters.map(\.name).joined(separator: ", ")
                throw .invalid(
                    known.isEmpty ? "no query parameters are expected" : "unknown query parameter; expected \(known)",
                    field: String(field.name.prefix(64)))
            }
            guard !query.fields[..<index].contains(where: { $0.name == field.name }) else {
                throw .invalid("was given more than once", field: field.name)
            }
            try check(field.value, parameter)
        }
        return query
    }

    private func check(_ value: String, _ parameter: QueryParameter) throws(ControlError) {
        switch parameter.kind {
        case .integer(let range):
            guard value.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int64(value),
                range.contains(number)
            else {
                throw .invalid(
                    "expected a whole number from \(range.lowerBound) to \(range.upperBound)", field: parameter.name)
            }
        case .market:
            guard bot.configuration.markets.contains(where: { $0.symbol == value }) else {
                let known = bot.configuration.markets.map(\.symbol).joined(separator: ", ")
                throw ControlError(404, "not_found", "no such market; there is \(known)", field: parameter.name)
            }
        case .flag:
            guard value == "true" || value == "false" else {
                throw .invalid("expected true or false", field: parameter.name)
            }
        case .eventID:
            guard Self.eventID(value) != nil else {
                throw .invalid("expected the id of an event, a whole number", field: parameter.name)
            }
        case .fillID:
            guard Self.isFillID(value) else {
                throw .invalid("expected the id of a fill, such as BTC-USD:17", field: parameter.name)
            }
        }
    }

    static func eventID(_ text: String) -> UInt64? {
        (1...19).contains(text.utf8.count) && text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) ? UInt64(text) : nil
    }

    static func isFillID(_ text: String) -> Bool {
        guard let colon = text.lastIndex(of: ":") else { return false }
        let digits = text[text.index(after: colon)...].utf8
        let symbol = text[..<colon].utf8
        return (1...64).contains(symbol.count) && (1...20).contains(digits.count)
            && digits.allSatisfy { (0x30...0x39).contains($0) }
            && symbol.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF) || "_.-".utf8.contains(byte)
            }
    }

    /// The body as JSON, nil without one. A command without a body is fine, whatever type it claims to have.
    private func readBody(_ request: HTTPRequest, of operation: Operation) throws(ControlError) -> JSONValue? {
        guard operation.isCommand else { return nil }
        guard !request.body.isEmpty else {
            guard operation.body == nil else {
                throw ControlError(400, "bad_request", "expected a JSON body", offset: 0)
            }
            return nil
        }
        guard Self.isJSON(request.headers["Content-Type"]) else {
            throw ControlError(415, "unsupported_media_type", "expected Content-Type: application/json").with(
                "Accept", "application/json")
        }
        let value: JSONValue
        do throws(WireError) { value = try JSONValue.parse(request.body, maxDepth: 16) } catch {
            throw ControlError(400, "bad_request", "the body is not JSON: \(error.reason)", offset: error.offset)
        }
        do throws(SchemaViolation) { try (operation.body ?? .object([])).check(value) } catch {
            throw .invalid(error.reason, field: error.path.isEmpty ? nil : error.path)
        }
        return value
    }

    private static func isJSON(_ type: String?) -> Bool {
        guard let type else { return false }
        let media = type.prefix { $0 != ";" }.lowercased().split(separator: " ").joined()
        return media == "application/json"
    }

    // MARK: The operation

    private func perform(
        _ operation: Operation, _ query: FormFields, _ body: JSONValue?, _ request: HTTPRequest, at now: Instant
    ) throws(ControlError) -> ControlAnswer {
        var view: BotView { BotView(bot, at: now) }
        func reply(_ write: (inout JSONWriter) -> Void) -> ControlAnswer {
            .response(.json(JSONWriter.document(write)))
        }
        let limit = query["limit"].flatMap { Int($0) }
        switch operation {
        case .start:
            try command { () throws(BotCommandError) in try bot.start() }
            return reply { view.writeStarted(into: &$0) }
        case .stop:
            try command { () throws(BotCommandError) in try bot.stop() }
            return .whenStopped
        case .status: return reply { view.writeStatus(into: &$0) }
        case .configure:
            try change(body ?? .null)
            return reply { view.writeUpdated(into: &$0) }
        case .logs: return reply { view.writeLogs(limit: limit ?? 50, into: &$0) }
        case .broadcasterStats: return reply { view.writeBroadcasterStats(into: &$0) }
        case .markets: return reply { view.writeMarkets(into: &$0) }
        case .orders: return reply { view.writeOrders(market: query["market"], into: &$0) }
        case .fills: return reply { view.writeFills(limit: limit ?? 100, after: query["after"], into: &$0) }
        case .profit: return reply { view.writeProfit(withSeries: query["series"] == "true", into: &$0) }
        case .limits: return reply { view.writeLimits(into: &$0) }
        case .alerts: return reply { view.writeAlerts(into: &$0) }
        case .cancelAll:
            try command { () throws(BotCommandError) in try bot.perform(.pause) }
            return reply { $0.member("status", "paused") }
        case .flatten:
            try command { () throws(BotCommandError) in try bot.perform(.flatten) }
            return reply { $0.member("status", "flattening") }
        case .kill:
            let reason = body?["reason"]?.text ?? "killed through the control API"
            try command { () throws(BotCommandError) in try bot.perform(.halt(reason)) }
            return reply { json in
                json.member("status", "halted")
                json.member("reason", reason)
            }
        case .resume:
            try command { () throws(BotCommandError) in try bot.perform(.resume) }
            return reply { $0.member("status", "resumed") }
        case .events: return try events(query, request)
        case .metrics:
            return .response(.typed("text/plain; version=0.0.4; charset=utf-8", Array(view.metrics.utf8)))
        case .health:
            let view = view
            let status = view.complaints.isEmpty ? 200 : 503
            return .response(.json(status: status, JSONWriter.document { view.writeHealth(into: &$0) }))
        case .openAPI: return .response(.json(OpenAPIDocument(bot.configuration).bytes))
        case .index: return .response(.typed("text/plain; charset=utf-8", Array(Self.pointer.utf8)))
        }
    }

    private static let pointer = """
        apus: the control API of a market maker.
        /openapi.json describes it, /healthz says how the bot is.

        """

    private func command(_ body: () throws(BotCommandError) -> Void) throws(ControlError) {
        do throws(BotCommandError) { try body() } catch {
            switch error {
            case .conflict(let reason): throw .conflict(reason)
            case .invalid(let reason): throw .invalid(reason)
            }
        }
    }

    /// The state is looked at first: while the bot runs, the answer is the same whatever the body says.
    private func change(_ body: JSONValue) throws(ControlError) {
        guard bot.state == .stopped else {
            throw .conflict("the configuration changes only while the bot is stopped; it is \(bot.state.rawValue)")
        }
        let change = try ConfigurationChange(body, of: bot.configuration.template)
        do throws(BotCommandError) { try bot.change(change.overrides) } catch {
            switch error {
            case .conflict(let reason): throw .conflict(reason)
            case .invalid(let reason):
                // Each value is right by itself: it is at odds with what else is configured.
                throw ControlError(409, "contradiction", reason, field: change.field(namedIn: reason))
            }
        }
    }

    private func events(_ query: FormFields, _ request: HTTPRequest) throws(ControlError) -> ControlAnswer {
        var after = query["after"].flatMap(Self.eventID)
        if let text = request.headers["Last-Event-ID"], !text.isEmpty {
            guard let id = Self.eventID(text) else {
                throw .invalid("expected the id of an event, a whole number", field: "Last-Event-ID")
            }
            after = id
        }
        guard request.method != .head else { return .response(.typed("text/event-stream", [])) }
        return .events(after: after)
    }
}
