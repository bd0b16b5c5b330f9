public import Fundamentals
public import MarketModel
internal import VenueKit
public import Wire

/// What a request was for, as far as it changes what an answer means.
public enum MAXRequestKind: String, Hashable, Sendable, CaseIterable {
    case place, cancel
    /// One order by an id.
    case orderQuery
    /// Everything else.
    case read
}

/// What a reply says about the request it answers.
public enum MAXOutcome: Hashable, Sendable {
    case accepted(JSONValue)
    /// Certain that it was not executed.
    case refused(VenueRejection)
    case notFound
    /// It may have been executed.
    case unknown(String)
    /// Certain that it was not executed; nothing more may be sent until then, by the venue's clock (nil: not told).
    case throttled(until: Instant?)
    case fatal(String)
}

/// The client action table: (HTTP status, code) × what was asked → outcome.
///
/// An order wrongly taken for unknown costs a query, one wrongly taken for refused costs a position: what the venue's
/// documents leave open is unknown.
public enum MAXErrorPolicy {
    enum Verdict: Hashable {
        case refused(VenueRejection.Kind)
        case notFound, unknown, throttled
        /// With what a person should look at.
        case fatal(String)
    }

    public static func outcome(of response: HTTPResponse, to kind: MAXRequestKind) -> MAXOutcome {
        let status = response.status
        switch status {
        case 408, 500...: return .unknown("HTTP \(status), \(said(response.body))")
        case 429: return .throttled(until: retryAfter(response))
        default: break
        }
        let document: JSONValue
        do throws(WireError) { document = try JSONValue.parse(response.body) } catch {
            return bare(response, kind)
        }
        if let body = MAXErrorBody(document) { return outcome(of: body, status, kind, response) }
        return (200..<300).contains(status) ? .accepted(document) : bare(response, kind)
    }

    /// A body that is not the venue's JSON, or says nothing of an error under a status that is one.
    private static func bare(_ response: HTTPResponse, _ kind: MAXRequestKind) -> MAXOutcome {
        let status = response.status
        switch status {
        case 401: return .fatal("HTTP 401: \(refusedKey)")
        // Whatever stands before the venue keeps us out for a while.
        case 403: return .throttled(until: nil)
        case 404 where kind == .orderQuery: return .unknown("HTTP 404, \(said(response.body))")
        case 400, 404, 405, 413, 414, 415, 422, 431:
            return .refused(VenueRejection(kind: .other, code: Int64(status), message: "HTTP \(status): bad request"))
        default: return .unknown("HTTP \(status), \(said(response.body))")
        }
    }

    private static func outcome(
        of body: MAXErrorBody, _ status: Int, _ kind: MAXRequestKind, _ response: HTTPResponse
    ) -> MAXOutcome {
        let message = String(body.message.prefix(200))
        // An order of that name is there: an earlier attempt may have arrived after all.
        if kind == .place, message.contains("client_oid"), message.contains("taken") {
            return .unknown("HTTP \(status), \(body.code) \(message)")
        }
        switch verdict(on: body.code, to: kind) {
        case .refused(let reason):
            return .refused(VenueRejection(kind: reason, code: body.code, message: message))
        case .notFound: return .notFound
        case .unknown: return .unknown("HTTP \(status), \(body.code) \(message)")
        case .throttled: return .throttled(until: retryAfter(response))
        case .fatal(let advice): return .fatal("\(body.code) \(message): \(advice)")
        }
    }

    static func verdict(on code: Int64, to kind: MAXRequestKind) -> Verdict {
        switch code {
        case 2_004, 4_000, 404: kind == .orderQuery ? .notFound : .refused(.stateMismatch)
        case 2_001, 2_008, 2_009, 2_010: .fatal(refusedKey)
        case 2_005, 2_014, 2_015: .fatal("check that the secret key is the one of the access key")
        case 2_011, 2_017, 2_029: .fatal("the access key may not do this: give it the rights to read and to trade")
        case 2_060, 2_061, 2_062, 2_064, 4_002: .fatal("the venue refuses the account: look at it on the venue's page")
        case 4_009, 5_004: .fatal("the venue refuses the address: add it to the access key's list")
        // Something in between may have sent it twice, and the first one counted.
        case 2_006, 2_036: kind == .place ? .unknown : .refused(.other)
        // Our idea of the venue's time is wrong.
        case 2_007: .refused(.other)
        case 1_001, 2_002, 2_016, 2_020, 2_021: .refused(.rules)
        case 2_003, 2_022, 2_034, 5_015: .refused(.stateMismatch)
        case 2_018, 2_025, 2_100: .refused(.capital)
        case 2_019, 2_024, 5_011: .refused(.requote)
        case 2_023: .refused(.rateLimited)
        case 2_066: .throttled
        case 5_999: .unknown
        default: kind == .place || kind == .cancel ? known(code) : .refused(.other)
        }
    }

    /// Codes of the client's and the request's own faults are certain; others may be the engine's.
    private static func known(_ code: Int64) -> Verdict {
        (1_000..<5_000).contains(code) || (400..<500).contains(code) ? .refused(.other) : .unknown
    }

    /// Whether the refusal means that our idea of the venue's time may be wrong.
    public static func isClockFault(_ rejection: VenueRejection) -> Bool {
        rejection.code == MAXErrorCode.nonceOutOfTime
    }

    /// `Retry-After` is a moment here, in seconds since 1970. A small number would be the span that HTTP means, and
    /// cannot be placed without a clock.
    private static func retryAfter(_ response: HTTPResponse) -> Instant? {
        guard let seconds = response.headers["Retry-After"].flatMap({ Int64($0) }), seconds > 1_000_000_000 else {
            return nil
        }
        let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
        return overflow ? nil : Instant(venueMilliseconds: milliseconds)
    }

    private static let refusedKey = "the venue refuses the access key: check that it exists and is not expired"

    private static func said(_ body: [UInt8]) -> String {
        guard !body.isEmpty else { return "no body" }
        do throws(WireError) {
            let document = try JSONValue.parse(body)
            guard let error = MAXErrorBody(document) else { return "a body without an error" }
            return "\(error.code) \(error.message.prefix(200))"
        } catch {
            return "unreadable body: \(error.reason)"
        }
    }
}
