internal import Fundamentals
internal import MarketModel
internal import VenueKit
internal import Wire

/// What each status and error text means for the request that it answers.
///
/// The documents list statuses and a few texts. A single order that is answered by 400 or 422 was not placed; of a batch
/// that proves nothing, because nobody says whether a batch is done whole or not at all.
enum BitoProErrorPolicy {
    static func verdict(on response: HTTPResponse, to call: VenueCall, at now: Instant) -> CallVerdict? {
        let text = message(of: response)
        switch response.status {
        case 200..<300: return nil
        case 401: return .fatal("BitoPro refuses the key: \(text)")
        case 403:
            // A page is from whatever stands before the venue, an error from the venue itself.
            return isJSON(response)
                ? .fatal("BitoPro refuses the key: \(text)") : .throttled(until: now + .seconds(10))
        case 418, 429: return .throttled(until: now + .seconds(retryAfter(response) ?? 1))
        case 409:
            let reason = "\(text): this machine's clock differs from the venue's"
            return .refused(VenueRejection(kind: .requote, code: 409, message: reason))
        case 404 where call.isBatch: return .split(forGood: true)
        case 400, 404, 405, 411, 413, 414, 415, 422, 431: return refusal(response.status, text, call)
        default: return .unknown("HTTP \(response.status) \(text)")
        }
    }

    private static func refusal(_ status: Int, _ text: String, _ call: VenueCall) -> CallVerdict {
        let lower = text.lowercased()
        if lower.contains("signature") || lower.contains("api key") {
            return .fatal("BitoPro refuses the key: \(text)")
        }
        let kind: VenueRejection.Kind
        switch call {
        case .place(let orders):
            // Perhaps some of them were placed.
            if orders.count > 1 { return .unknown("HTTP \(status) \(text)") }
            kind = lower.contains("balance") ? .capital : .other
        case .cancel(_, let targets):
            if targets.count > 1 { return .split(forGood: false) }
            kind = .stateMismatch
        case .time, .rules, .accountMode, .book, .balances, .openOrders, .fills, .order, .cancelAll, .streamKey,
            .countdown:
            kind = .other
        }
        return .refused(VenueRejection(kind: kind, code: Int64(status), message: text))
    }

    /// The venue's own words, or the status.
    private static func message(of response: HTTPResponse) -> String {
        let text = (try? JSONValue.parse(response.body))?["error"]?.text
        return text.map { String($0.prefix(200)) } ?? "HTTP \(response.status)"
    }

    private static func isJSON(_ response: HTTPResponse) -> Bool { (try? JSONValue.parse(response.body)) != nil }

    private static func retryAfter(_ response: HTTPResponse) -> Int64? {
        guard let text = response.headers["Retry-After"], let seconds = Int64(text), (1...86_400).contains(seconds)
        else { return nil }
        return seconds
    }
}

extension VenueCall {
    /// Whether it is about several orders at once.
    var isBatch: Bool {
        switch self {
        case .place(let orders): orders.count > 1
        case .cancel(_, let targets): targets.count > 1
        case .time, .rules, .accountMode, .book, .balances, .openOrders, .fills, .order, .cancelAll, .streamKey,
            .countdown:
            false
        }
    }
}
