internal import Fundamentals
internal import MarketModel
internal import VenueKit
internal import Wire

/// What `/open/…` calls wrap their answers in; errors come in it as well, with HTTP status 200.
struct ACEEnvelope: Hashable, Sendable {
    static let success: Int64 = 200

    var attachment: JSONValue
    var status: Int64
    var message: String

    init(_ body: JSONValue, _ place: String) throws(VenueDecodeError) {
        status = try VenueFields(body, place).integer("status")
        message = body["message"]?.text ?? ""
        attachment = body["attachment"] ?? .null
    }

    /// The refusal that an application code stands for; nil where it stays open what was done.
    func rejection(of kind: RequestKind) -> VenueRejection? {
        ACEErrorPolicy.kind(of: status, kind).map {
            VenueRejection(kind: $0, code: status, message: message.isEmpty ? "status \(status)" : message)
        }
    }
}

/// What each answer means for the request that it answers.
enum ACEErrorPolicy {
    /// An order that is not open any more cannot be cancelled.
    static let alreadyOver: Int64 = 2_061
    static let insufficientFunds: Int64 = 2_021
    static let badRequest: Int64 = 9_996
    static let authentication: [Int64] = [10_012, 20_182]
    /// Quantity, price, limits or state; which of them is not documented.
    static let invalidOrder: [Int64] = [2_003, 2_004, 2_005, 2_036, 2_039, 2_053, 2_063, 20_183]

    /// The kind of a certain refusal. There is no table of all codes: one that is not known here proves nothing.
    static func kind(of status: Int64, _ request: RequestKind) -> VenueRejection.Kind? {
        switch status {
        case alreadyOver: .stateMismatch
        case insufficientFunds: .capital
        case badRequest: .other
        case _ where authentication.contains(status): .fatal
        case _ where invalidOrder.contains(status): request == .cancel ? .stateMismatch : .other
        default: nil
        }
    }

    /// The verdict on an HTTP status alone; nil for one that says that the body is the answer.
    static func verdict(on response: HTTPResponse, at now: Instant) -> CallVerdict? {
        switch response.status {
        case 200..<300: nil
        case 403, 418, 429:
            .throttled(until: now + .seconds(response.retryAfter ?? 1))
        case 401: .fatal("ACE refuses the key: HTTP 401")
        case 400, 404, 405, 411, 413, 414, 415, 431:
            .refused(VenueRejection(kind: .other, code: Int64(response.status), message: "HTTP \(response.status)"))
        default: .unknown("HTTP \(response.status)")
        }
    }

    /// The verdict on a reply whose envelope is not a success, for calls that are no batch.
    static func verdict(on envelope: ACEEnvelope, _ request: RequestKind) -> CallVerdict {
        guard let rejection = envelope.rejection(of: request) else {
            return .unknown("status \(envelope.status) \(envelope.message)")
        }
        if rejection.kind == .fatal { return .fatal("ACE refuses the key: \(rejection.code) \(rejection.message)") }
        return .refused(rejection)
    }
}

extension HTTPResponse {
    /// Seconds to wait, where the reply says so plausibly.
    var retryAfter: Int64? {
        guard let text = headers["Retry-After"], let seconds = Int64(text), (1...86_400).contains(seconds) else {
            return nil
        }
        return seconds
    }
}
