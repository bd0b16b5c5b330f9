internal import Fundamentals
internal import MarketModel
internal import VenueKit
internal import Wire

extension ExtendedSession {
    enum Answer: Sendable {
        case reply(HTTPResponse)
        case failure(TransportFailure)
    }

    /// Every reply and every failure passes here: clock, outcome, then what the call wanted to know, then the routine
    /// that waited for it.
    mutating func answer(
        _ entry: RequestTable<ExtendedCall>.Entry, _ answer: Answer, at now: Instant,
        into output: inout SessionOutput
    ) {
        let result: ExtendedResult
        switch answer {
        case .failure(let failure): result = failed(entry.purpose, failure, at: now, into: &output)
        case .reply(let response):
            readClock(response, sentAt: entry.sentAt, at: now, into: &output)
            reportRoundTrip(entry, at: now, into: &output)
            let outcome = entry.purpose.outcome(of: response)
            heed(outcome, response, at: now, into: &output)
            result = conclude(entry, outcome, at: now, into: &output)
        }
        report(into: &output)
        settle(entry.id, result, at: now, into: &output)
    }

    private mutating func readClock(
        _ response: HTTPResponse, sentAt: Instant, at now: Instant, into output: inout SessionOutput
    ) {
        guard let date = response.headers["date"].flatMap({ HTTPDate.read($0) }) else { return }
        if clock.record(date: date, sentAt: sentAt, receivedAt: now) { noteStep(into: &output) }
    }

    mutating func noteStep(into output: inout SessionOutput) {
        remarkOnce("a clock stepped: offset to the venue measured anew", .warning, into: &output)
    }

    private mutating func reportRoundTrip(
        _ entry: RequestTable<ExtendedCall>.Entry, at now: Instant, into output: inout SessionOutput
    ) {
        // Public replies are large and cached; the account's say how the venue feels.
        guard !entry.purpose.isPublic else { return }
        diary.record(roundTrip: now - entry.sentAt)
        output.events.append(.status(.roundTrip(now - entry.sentAt)))
    }

    /// What an outcome means beyond the call it answers: pauses, end.
    private mutating func heed(
        _ outcome: ExtendedOutcome, _ response: HTTPResponse, at now: Instant, into output: inout SessionOutput
    ) {
        switch outcome {
        case .accepted, .duplicate, .notFound, .unresolved: break
        case .rejected(let rejection):
            if ExtendedErrorPolicy.isClockFault(rejection) {
                let text = "the venue refused an expiry (clock offset \(clock.offset.milliseconds) ms): "
                remarkOnce(text + rejection.message, .warning, into: &output)
            }
        case .fatal(let rejection):
            die("the venue refuses this account or key: \(rejection.code) \(rejection.message)", into: &output)
        case .throttled(let rejection):
            let told = response.headers["Retry-After"].flatMap { Int64($0) }.map {
                TimeSpan.seconds(max(1, min($0, 3_600)))
            }
            // Without a number, a full window for the rate limit; maintenance is asked after more often.
            let pause = told ?? (response.status == 429 ? nil : .seconds(10))
            budget.exhausted(retryAfter: pause, at: venueTime(now))
            output.notes.append(
                SessionNote(.warning, "throttled by HTTP \(response.status), \(rejection.code) \(rejection.message)"))
            announceThrottle(until: budget.closedUntil - clock.offset, into: &output)
        }
    }

    // MARK: No reply

    private mutating func failed(
        _ call: ExtendedCall, _ failure: TransportFailure, at now: Instant, into output: inout SessionOutput
    ) -> ExtendedResult {
        let reason: String
        switch failure {
        case .notSent(let text):
            reason = "not sent: \(text)"
            refuse(call, VenueRejection(kind: .other, code: 0, message: reason), at: now, into: &output)
        case .unknown(let text):
            reason = text
            leaveUnresolved(call, reason, at: now, into: &output)
        }
        recover(call, reason, at: now, into: &output)
        return .retry(reason)
    }

    /// What to do about a call that did not work, where no routine repeats it. Nothing here can create exposure.
    private mutating func recover(
        _ call: ExtendedCall, _ reason: String, at now: Instant, into output: inout SessionOutput
    ) {
        switch call {
        case .countdown: armingFailed(reason, at: now, into: &output)
        // Cancelling everything again harms nobody, and nobody else repeats it.
        case .cancelMarkets where !board.isAwaited(call): postpone(call, until: now + .seconds(1), into: &output)
        default: break
        }
    }

    // MARK: A reply

    private mutating func conclude(
        _ entry: RequestTable<ExtendedCall>.Entry, _ outcome: ExtendedOutcome, at now: Instant,
        into output: inout SessionOutput
    ) -> ExtendedResult {
        let call = entry.purpose
        switch outcome {
        case .accepted(let data, let pagination):
            do throws(VenueDecodeError) {
                return try accept(entry, data, pagination, at: now, into: &output)
            } catch {
                let reason = "\(error.place): \(error.reason)"
                output.notes.append(SessionNote(.error, "unreadable reply: \(reason)"))
                leaveUnresolved(call, "unreadable reply", at: now, into: &output)
                recover(call, reason, at: now, into: &output)
                return .retry(reason)
            }
        case .notFound: return absent(entry, at: now, into: &output)
        case .duplicate(let rejection):
            // The venue has an order of this id: what became of it has to be asked for.
            leaveUnresolved(call, "\(rejection.code) \(rejection.message)", at: now, into: &output)
            return .retry("duplicate")
        case .unresolved(let reason):
            leaveUnresolved(call, reason, at: now, into: &output)
            recover(call, reason, at: now, into: &output)
            return .retry(reason)
        case .throttled(let rejection):
            switch call {
            // Certain not to have been executed, and wanted all the more: it waits its turn.
            case .cancel, .massCancel: postpone(call, until: now, into: &output)
            default:
                refuse(call, rejection, at: now, into: &output)
                recover(call, "throttled", at: now, into: &output)
            }
            return .retry("throttled")
        case .rejected(let rejection): return refused(entry, rejection, at: now, into: &output)
        case .fatal(let rejection):
            refuse(call, rejection, at: now, into: &output)
            recover(call, rejection.message, at: now, into: &output)
            return .fatal("\(rejection.code) \(rejection.message)")
        }
    }

    /// What was asked about does not exist.
    private mutating func absent(
        _ entry: RequestTable<ExtendedCall>.Entry, at now: Instant, into output: inout SessionOutput
    ) -> ExtendedResult {
        switch entry.purpose {
        case .balance:
            accept(ExtendedBalance.zero, entry, into: &output)
            return .done
        case .order(let slot, let id): return lookBack(slot, id, entry)
        case .history(_, let id): return missed(id, entry)
        case .identify(let venue):
            index.record(nil, as: venue)
            return .done
        default: return .retry("not found")
        }
    }

    /// A definitive refusal, call by call.
    private mutating func refused(
        _ entry: RequestTable<ExtendedCall>.Entry, _ rejection: VenueRejection, at now: Instant,
        into output: inout SessionOutput
    ) -> ExtendedResult {
        let reason = "\(rejection.code) \(rejection.message)"
        switch entry.purpose {
        // Gone already, or not all gone: the look at the open orders that follows decides.
        case .sweep: return .done
        // One name that the venue does not know, and it refuses the whole list.
        case .markets where rejection.code == 1_001 && markets.contains { $0.market == nil }:
            return .fatal("the venue knows not all of \(symbols.joined(separator: ", ")): \(reason)")
        case .setLeverage(let slot, let leverage):
            return .fatal("leverage \(leverage) of \(symbols[slot]) was refused: \(reason)")
        default:
            if rejection.kind == .rules, entry.purpose.createsExposure { poll(.markets, at: now, into: &output) }
            refuse(entry.purpose, rejection, at: now, into: &output)
            recover(entry.purpose, reason, at: now, into: &output)
            return .retry(reason)
        }
    }
}

extension ExtendedCall {
    fileprivate var kind: ExtendedRequestKind {
        switch self {
        case .place: .place
        case .amend: .replace
        case .cancel: .cancel
        case .sweep, .massCancel, .cancelMarkets: .cancelAll
        case .countdown: .deadMansSwitch
        case .setLeverage: .leverage
        case .balance: .balance
        case .order, .history, .identify: .orderQuery
        case .starknet, .markets, .accountInfo, .fees, .openOrders, .positions, .lastTrade, .trades, .fundingPayments:
            .read
        }
    }

    func outcome(of response: HTTPResponse) -> ExtendedOutcome {
        let outcome = ExtendedErrorPolicy.outcome(of: response, to: kind)
        // "Account not found" for a cancel is how some gateways say that the order is gone: no reason to stop.
        if case .fatal(var rejection) = outcome, rejection.code == 1_004, kind == .cancel || kind == .cancelAll {
            rejection.kind = .stateMismatch
            return .rejected(rejection)
        }
        return outcome
    }
}
