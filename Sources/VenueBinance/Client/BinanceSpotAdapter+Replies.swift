public import Fundamentals
internal import MarketModel
internal import VenueAster
public import VenueKit
public import Wire

extension BinanceSpotAdapter {
    public mutating func read(
        _ response: HTTPResponse, to call: VenueCall, sentAt: Instant, at now: Instant, into output: inout AdapterOutput
    ) -> CallVerdict {
        Self.readUsage(response, into: &output)
        // Whole books do not become trees.
        if case .book(let market) = call, response.status == 200 {
            return readBook(response.body, of: market, into: &output)
        }
        let body = try? JSONValue.parse(response.body)
        let outcome = BinanceErrorPolicy.outcome(status: response.status, body: body)
        switch outcome {
        case .accepted, .rejected, .fatal: bans = 0
        case .unresolved, .throttled: break
        }
        switch outcome {
        case .accepted: return accepted(body ?? .null, call, sentAt: sentAt, into: &output)
        case .unresolved(let reason): return .unknown(reason)
        case .fatal(let rejection):
            return .fatal("Binance refuses this account or key: \(rejection.code) \(rejection.message)")
        case .throttled(let rejection): return throttled(rejection, response, at: now)
        case .rejected(let rejection): return refused(rejection, call, sentAt: sentAt, into: &output)
        }
    }

    private mutating func accepted(
        _ body: JSONValue, _ call: VenueCall, sentAt: Instant, into output: inout AdapterOutput
    ) -> CallVerdict {
        do throws(VenueDecodeError) {
            switch call {
            case .time:
                output.venueTime = try BinanceReplies.serverTime(body)
                return .done
            case .rules: return try readRules(body, into: &output)
            case .accountMode: return try readAccountMode(body, into: &output)
            case .balances: return try readBalances(body, sentAt: sentAt, into: &output)
            case .openOrders(let market, _): return try readOpenOrders(body, market, sentAt: sentAt, into: &output)
            case .fills(let market, let since, let page):
                return try readFills(body, market, since: since, page: page, into: &output)
            case .order(_, let market): return try readOrder(body, market, into: &output)
            case .place(let placements): return try readPlaced(body, placements, into: &output)
            case .cancel(let market, let targets): return try readCanceled(body, market, targets, into: &output)
            case .cancelAll(let market): return try readCanceledAll(body, market, into: &output)
            case .book, .streamKey, .countdown: return .done
            }
        } catch {
            return .unknown("unreadable reply: \(error.place): \(error.reason)")
        }
    }

    /// A definitive refusal, call by call.
    private mutating func refused(
        _ rejection: VenueRejection, _ call: VenueCall, sentAt: Instant, into output: inout AdapterOutput
    ) -> CallVerdict {
        if rejection.code == -1021 { output.calls.append(.time) }
        switch call {
        case .order(let id, _) where rejection.code == -2013:
            output.events.append(.account(.notFound(id, askedAt: sentAt)))
            return .done
        // Archived: over for more than ninety days without a fill.
        case .order(let id, _) where rejection.code == -2026:
            output.events.append(.account(.done(id, .canceled, filled: .zero)))
            return .done
        // Nothing rests.
        case .cancelAll where rejection.code == -2011: return .done
        case .rules where rejection.code == -1121:
            return .fatal("Binance does not list all of \(markets.map(\.symbol).joined(separator: ", "))")
        case .place:
            if rejection.kind == .rules { output.calls.append(.rules) }
            return .refused(rejection)
        default: return .refused(rejection)
        }
    }

    // MARK: Limits

    private mutating func throttled(
        _ rejection: VenueRejection, _ response: HTTPResponse, at now: Instant
    ) -> CallVerdict {
        let pause = Self.retryAfter(response)
        switch response.status {
        case 403, 418:
            bans += 1
            if bans >= 3 { return .fatal("Binance has banned this address \(bans) times in a row") }
            return .throttled(until: now + (pause ?? .minutes(2)))
        default:
            // Windows of orders are of ten seconds, those of weight of a minute.
            return .throttled(until: now + (pause ?? (rejection.code == -1015 ? .seconds(10) : .minutes(1))))
        }
    }

    /// Seconds; at most the longest ban that the documents speak of.
    private static func retryAfter(_ response: HTTPResponse) -> TimeSpan? {
        guard let text = response.headers["Retry-After"], let seconds = Int64(text), seconds > 0 else { return nil }
        return .seconds(min(seconds, 3 * 24 * 3_600))
    }

    private static let counters: [(name: String, measure: RateRule.Measure, window: TimeSpan)] = [
        ("X-MBX-USED-WEIGHT-1M", .weight, .minutes(1)), ("X-MBX-ORDER-COUNT-10S", .orders, .seconds(10)),
        ("X-MBX-ORDER-COUNT-1D", .orders, .hours(24)),
    ]

    private static func readUsage(_ response: HTTPResponse, into output: inout AdapterOutput) {
        for counter in counters {
            guard let text = response.headers[counter.name], let used = Int(text), used >= 0 else { continue }
            output.usage.append(RateUsage(counter.measure, per: counter.window, used: used))
        }
    }
}
