public import MarketModel
public import Wire

/// What a request was for, as far as it changes what an answer means.
public enum ExtendedRequestKind: String, Hashable, Sendable, CaseIterable {
    /// A new order.
    case place
    /// A new order in the place of another.
    case replace
    case cancel, cancelAll
    case deadMansSwitch, leverage
    case balance
    /// One order by an id.
    case orderQuery
    /// Everything else that only reads.
    case read
}

/// What a reply says about the request it answers.
public enum ExtendedOutcome: Hashable, Sendable {
    /// Done, or, for an order, taken in: only the account stream says whether the book has it. `data` is null where the
    /// reply has none.
    case accepted(JSONValue, ExtendedPagination? = nil)
    /// Certain that it was not executed.
    case rejected(VenueRejection)
    /// The venue has an order of this external id already: an earlier attempt arrived.
    case duplicate(VenueRejection)
    /// What was asked about does not exist: no such order, or a balance of zero.
    case notFound
    /// It may have been executed. The text says why nobody knows.
    case unresolved(String)
    /// Certain that it was not executed; nothing more may be sent for a while.
    case throttled(VenueRejection)
    /// Certain that it was not executed, and nothing will be until a person acts.
    case fatal(VenueRejection)
}

/// The client action table: (HTTP status, code, body) × what was asked → outcome.
///
/// As on every venue, an order wrongly taken for unknown costs a query, one wrongly taken for refused costs a position:
/// what the venue's documents leave open is unresolved.
public enum ExtendedErrorPolicy {
    enum Verdict: Hashable {
        case rejected(VenueRejection.Kind)
        case duplicate, notFound, unresolved, throttled
        /// With what a person should look at.
        case fatal(String)
    }

    public static func outcome(of response: HTTPResponse, to kind: ExtendedRequestKind) -> ExtendedOutcome {
        outcome(status: response.status, ExtendedEnvelope(response.body), to: kind)
    }

    public static func outcome(
        status: Int, _ envelope: ExtendedEnvelope, to kind: ExtendedRequestKind
    ) -> ExtendedOutcome {
        // What the status alone decides, whatever the body says.
        switch status {
        case 408, 500...: return .unresolved("HTTP \(status), \(said(envelope))")
        case 429: return .throttled(rejection(.rateLimited, envelope, status, "too many requests"))
        default: break
        }
        switch envelope {
        case .fault(let fault): return outcome(of: fault, status: status, to: kind)
        case .success(let data, let pagination):
            if (200..<300).contains(status) { return .accepted(data, pagination) }
        case .empty:
            if (200..<300).contains(status), kind.mayBeEmpty { return .accepted(.null) }
        case .unreadable: break
        }
        return bare(status, envelope, to: kind)
    }

    /// A body that says nothing, or says OK under a status that does not.
    private static func bare(
        _ status: Int, _ envelope: ExtendedEnvelope, to kind: ExtendedRequestKind
    ) -> ExtendedOutcome {
        switch status {
        case 401: return .fatal(rejection(.fatal, envelope, status, refusedKey))
        case 403: return .fatal(rejection(.fatal, envelope, status, forbidden))
        case 404 where kind == .balance || kind == .orderQuery: return .notFound
        // Refused before any order handling: the request line, path, method or size was wrong.
        case 400, 404, 405, 413, 414, 422, 431:
            return .rejected(rejection(.other, envelope, status, "bad request"))
        default: return .unresolved("HTTP \(status), \(said(envelope))")
        }
    }

    private static func outcome(
        of fault: ExtendedErrorBody, status: Int, to kind: ExtendedRequestKind
    ) -> ExtendedOutcome {
        func rejected(_ kind: VenueRejection.Kind) -> VenueRejection {
            rejection(kind, .fault(fault), status, "")
        }
        // A fault without a number means what the status means.
        let code = fault.code == 0 ? Int64(status) : fault.code
        switch verdict(on: code, to: kind) {
        case .rejected(let reason): return .rejected(rejected(reason))
        case .duplicate: return .duplicate(rejected(.stateMismatch))
        case .notFound: return .notFound
        case .unresolved: return .unresolved("HTTP \(status), \(said(.fault(fault)))")
        case .throttled: return .throttled(rejected(.rateLimited))
        case .fatal(let advice):
            var rejection = rejected(.fatal)
            rejection.message += (rejection.message.isEmpty ? "" : ": ") + advice
            return .fatal(rejection)
        }
    }

    static func verdict(on code: Int64, to kind: ExtendedRequestKind) -> Verdict {
        switch code {
        case 401: .fatal(refusedKey)
        case 403: .fatal(forbidden)
        case 404: kind == .balance || kind == .orderQuery ? .notFound : .rejected(.stateMismatch)
        case 429: .throttled
        // "Application error": an order may have got through before it.
        case 408, 500...599, 1006: .unresolved
        case 200..<300: .unresolved
        case 1004, 1008, 1009, 1500: .fatal(Self.account)
        // Over in minutes, without anything of ours to blame: pausing is all there is to do.
        case 1010: .throttled
        case 1000...1003, 1014: .rejected(.rules)
        case 1100: .fatal("check that the Stark public key is the one of the API key's sub-account")
        case 1101:
            .fatal(
                "check that the private key is the one of the API key's sub-account, and that the network is the right one"
            )
        case 1102: .fatal("check that the vault is the one of the API key's sub-account")
        case 1120...1125, 1128: .rejected(.rules)
        // Outside the price band, or expiring too late by the venue's clock.
        case 1141, 1135: .rejected(.requote)
        // More orders rest than we know of.
        case 1126, 1136...1138, 1142: .rejected(.stateMismatch)
        case 1134: kind == .place || kind == .replace ? .duplicate : .rejected(.stateMismatch)
        case 1127, 1140, 1145, 1147, 1148, 1052, 10_501: .rejected(.capital)
        default: .rejected(.other)
        }
    }

    private static let refusedKey = "the venue refuses the API key: check that it is this network's and still valid"
    private static let forbidden = "the venue forbids the call: check the API key's rights and the User-Agent"
    private static let account = "the venue refuses the account: check that API key and sub-account belong together"

    private static func said(_ envelope: ExtendedEnvelope) -> String {
        switch envelope {
        case .success: "a body that says OK"
        case .fault(let fault): "\(fault.code) \(fault.message.prefix(200))"
        case .empty: "no body"
        case .unreadable(let reason): "unreadable body: \(reason)"
        }
    }

    private static func rejection(
        _ kind: VenueRejection.Kind, _ envelope: ExtendedEnvelope, _ status: Int, _ otherwise: String
    ) -> VenueRejection {
        guard case .fault(let fault) = envelope else {
            return VenueRejection(kind: kind, code: Int64(status), message: "HTTP \(status): \(otherwise)")
        }
        let code = fault.code == 0 ? Int64(status) : fault.code
        let detail = fault.detail.map { " (\($0.prefix(300)))" } ?? ""
        return VenueRejection(kind: kind, code: code, message: fault.message.prefix(200) + detail)
    }

    /// Whether the refusal means that our idea of the venue's time may be wrong.
    public static func isClockFault(_ rejection: VenueRejection) -> Bool { rejection.code == 1135 }
}

extension ExtendedRequestKind {
    /// Whether a success may come without a body.
    var mayBeEmpty: Bool {
        switch self {
        case .deadMansSwitch, .leverage, .cancel, .cancelAll: true
        case .place, .replace, .balance, .orderQuery, .read: false
        }
    }
}
