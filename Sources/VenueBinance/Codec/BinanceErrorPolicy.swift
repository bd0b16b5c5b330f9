internal import MarketModel
public import VenueAster
public import Wire

/// The action table of Binance spot: (HTTP status, code, message) → outcome.
///
/// Two kinds of mistake are possible and only one is cheap: an order taken for unknown costs a query, an order wrongly taken
/// for refused costs a position. Whatever the venue's documents leave open is therefore unresolved.
/// Source: Binance's `errors.md`. Its futures have a table of their own, which is Aster's.
public enum BinanceErrorPolicy {
    /// - Parameter body: nil where the body is no JSON (an HTML page of a proxy).
    public static func outcome(status: Int, body: JSONValue?) -> AsterOutcome {
        let fault = body.flatMap { AsterFault($0) }
        let said = fault.map { "\($0.code) \($0.message)" } ?? (body == nil ? "unreadable body" : "no code")
        switch status {
        case 403: return .throttled(rejection(.rateLimited, fault, status, "refused by the venue's firewall"))
        case 418: return .throttled(rejection(.rateLimited, fault, status, "address banned"))
        case 429: return .throttled(rejection(.rateLimited, fault, status, "rate limit"))
        case 408, 500...: return .unresolved("HTTP \(status), \(said)")
        default: break
        }
        if let fault { return outcome(of: fault, status: status) }
        switch status {
        case 200..<300: return body == nil ? .unresolved("HTTP \(status), \(said)") : .accepted
        case 401: return .fatal(rejection(.fatal, nil, status, "not authorized"))
        // Refused before any order handling: the request line, path, method or size was wrong.
        case 400, 404, 405, 413, 414, 431: return .rejected(rejection(.other, nil, status, "bad request"))
        default: return .unresolved("HTTP \(status), \(said)")
        }
    }

    private static func outcome(of fault: AsterFault, status: Int) -> AsterOutcome {
        func refused(_ kind: VenueRejection.Kind) -> AsterOutcome { .rejected(rejection(kind, fault, status, "")) }
        switch fault.code {
        case -1000, -1001, -1006, -1007, -1008: return .unresolved("HTTP \(status), \(fault.code) \(fault.message)")
        case -1003, -1015, -1034: return .throttled(rejection(.rateLimited, fault, status, ""))
        case -1016: return refused(.rateLimited)
        // Outside the time window: not executed, and right again once the clocks have been compared.
        case -1021: return refused(.requote)
        case -1013: return refused(filterKind(fault.message))
        case -1111: return refused(.rules)
        case -2010: return newOrder(fault, status)
        case -2011: return cancel(fault, status)
        case -2013, -2026, -2039: return refused(.stateMismatch)
        case -1002, -1022, -2014, -2015: return .fatal(rejection(.fatal, fault, status, ""))
        default: return refused(.other)
        }
    }

    // MARK: By the message

    /// `Filter failure: PERCENT_PRICE_BY_SIDE`: some depend on the market, some on what is held, the rest on the rules.
    private static func filterKind(_ message: String) -> VenueRejection.Kind {
        if message.contains("PERCENT_PRICE") { return .requote }
        if message.contains("MAX_NUM") || message.contains("MAX_POSITION") || message.contains("MAX_ASSET") {
            return .capital
        }
        return .rules
    }

    /// One code for all that the matching engine refuses.
    private static func newOrder(_ fault: AsterFault, _ status: Int) -> AsterOutcome {
        let text = fault.message.lowercased()
        func refused(_ kind: VenueRejection.Kind) -> AsterOutcome { .rejected(rejection(kind, fault, status, "")) }
        // The same request arrived twice, so that an order of that name is open: it is asked for.
        if text.contains("duplicate order") { return .unresolved("HTTP \(status), \(fault.code) \(fault.message)") }
        if text.contains("immediately match") || text.contains("would trigger immediately") { return refused(.requote) }
        if text.contains("insufficient balance") { return refused(.capital) }
        if isOfAccount(text) { return .fatal(rejection(.fatal, fault, status, "")) }
        return refused(.other)
    }

    private static func cancel(_ fault: AsterFault, _ status: Int) -> AsterOutcome {
        if isOfAccount(fault.message.lowercased()) { return .fatal(rejection(.fatal, fault, status, "")) }
        return .rejected(rejection(.stateMismatch, fault, status, ""))
    }

    /// Refusals of the account or its key, whatever the order.
    private static func isOfAccount(_ text: String) -> Bool {
        text.contains("this action is disabled on this account") || text.contains("may not place or cancel orders")
            || text.contains("rest api trading is not enabled")
    }

    private static func rejection(
        _ kind: VenueRejection.Kind, _ fault: AsterFault?, _ status: Int, _ otherwise: String
    ) -> VenueRejection {
        VenueRejection(
            kind: kind, code: fault?.code ?? Int64(status), message: fault?.message ?? "HTTP \(status): \(otherwise)")
    }
}
