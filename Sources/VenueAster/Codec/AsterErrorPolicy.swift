public import MarketModel
public import Wire

/// What a reply says about the request it answers.
public enum AsterOutcome: Hashable, Sendable {
    case accepted
    /// Certain that it was not executed.
    case rejected(VenueRejection)
    /// It may have been executed. The text says why nobody knows.
    case unresolved(String)
    /// Certain that it was not executed; nothing more may be sent for a while.
    case throttled(VenueRejection)
    /// Certain that it was not executed, and nothing will be until a person acts.
    case fatal(VenueRejection)
}

/// A `{code,msg}` body.
public struct AsterFault: Hashable, Sendable {
    public var code: Int64
    public var message: String

    public init(code: Int64, message: String) {
        self.code = code
        self.message = message
    }

    /// Reads a body; nil for anything that is not a refusal. `code` 0 and 200, as numbers or strings, are success.
    public init?(_ body: JSONValue) {
        guard let code = body["code"]?.integer, code != 0, code != 200 else { return nil }
        self.init(code: code, message: body["msg"]?.text ?? "")
    }
}

/// The client action table: (HTTP status, code, message) → outcome.
///
/// Two kinds of mistake are possible and only one is cheap: an order taken for unknown costs a query, an order wrongly
/// taken for refused costs a position. Whatever the venue's documents leave open is therefore unresolved.
public enum AsterErrorPolicy {
    /// What kind of answer a `code` is, the HTTP status aside.
    enum Verdict: Hashable {
        case success
        case rejected(VenueRejection.Kind)
        case unresolved
        case throttled
        case fatal
    }

    /// - Parameter body: nil where the body is no JSON (an HTML page of a proxy).
    public static func outcome(status: Int, body: JSONValue?) -> AsterOutcome {
        outcome(status: status, fault: body.flatMap(AsterFault.init), isReadable: body != nil)
    }

    /// The outcome of one element of a batch reply, which has no status of its own.
    public static func outcome(element: JSONValue) -> AsterOutcome { outcome(status: 200, body: element) }

    static func outcome(status: Int, fault: AsterFault?, isReadable: Bool) -> AsterOutcome {
        let said = fault.map { "\($0.code) \($0.message)" } ?? (isReadable ? "no code" : "unreadable body")
        switch status {
        case 403, 418: return .throttled(rejection(.rateLimited, fault, status, "address blocked"))
        case 429: return .throttled(rejection(.rateLimited, fault, status, "rate limit"))
        case 408, 500...: return .unresolved("HTTP \(status), \(said)")
        default: break
        }
        if let fault { return outcome(of: fault, status: status) }
        switch status {
        case 200..<300: return isReadable ? .accepted : .unresolved("HTTP \(status), \(said)")
        case 401: return .fatal(rejection(.fatal, nil, status, "not authorized"))
        // Refused before any order handling: the request line, path, method or size was wrong.
        case 400, 404, 405, 413, 414, 431: return .rejected(rejection(.other, nil, status, "bad request"))
        default: return .unresolved("HTTP \(status), \(said)")
        }
    }

    private static func outcome(of fault: AsterFault, status: Int) -> AsterOutcome {
        switch verdict(on: fault) {
        case .success: .accepted
        case .rejected(let kind): .rejected(rejection(kind, fault, status, ""))
        case .unresolved: .unresolved("HTTP \(status), \(fault.code) \(fault.message)")
        case .throttled: .throttled(rejection(.rateLimited, fault, status, ""))
        case .fatal: .fatal(rejection(.fatal, fault, status, ""))
        }
    }

    static func verdict(on fault: AsterFault) -> Verdict {
        switch fault.code {
        case -1000: unknownError(fault.message)
        case -1001, -1006, -1007, -1008: .unresolved
        case -1003, -1015: .throttled
        case -1016: .rejected(.rateLimited)
        // Outside the time window: not executed, and right again once the clock offset is.
        case -1021, -4225: .rejected(.requote)
        case -2010, -2020, -2021, -5022, -4131, -4016, -4024, -5060: .rejected(.requote)
        case -1111, -4014, -4023, -4013, -4002, -4004, -4005: .rejected(.rules)
        // -5076 is -4164 under another number.
        case -2018, -2019, -2027, -2028, -4050, -4164, -5076: .rejected(.capital)
        case -2011, -2013, -2022, -2024, -4118: .rejected(.stateMismatch)
        // -4061: someone switched the account to hedge mode, so every order would be refused.
        case -1002, -1022, -2014, -2015, -2023, -4061, -4087, -4088, -5050: .fatal
        case -4046, -4059: .success
        default: .rejected(.other)
        }
    }

    /// -1000 is the catch-all: a few texts are refusals for certain, everything else may have been executed.
    private static func unknownError(_ message: String) -> Verdict {
        let text = message.lowercased()
        if text.contains("signature") || text.contains("agent") { return .fatal }
        if text.contains("symbol") { return .rejected(.other) }
        return .unresolved
    }

    private static func rejection(
        _ kind: VenueRejection.Kind, _ fault: AsterFault?, _ status: Int, _ otherwise: String
    ) -> VenueRejection {
        VenueRejection(
            kind: kind, code: fault?.code ?? Int64(status), message: fault?.message ?? "HTTP \(status): \(otherwise)")
    }

    /// Whether the refusal means that our idea of the venue's time is wrong.
    public static func isClockFault(_ rejection: VenueRejection) -> Bool {
        rejection.code == -1021 || rejection.code == -4225
    }
}
