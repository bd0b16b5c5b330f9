internal import Fundamentals
internal import MarketModel
internal import VenueKit
internal import Wire

extension AsterSession {
    enum Answer: Sendable {
        case reply(HTTPResponse)
        case failure(TransportFailure)
    }

    /// Every reply and every failure passes here: rate counters, outcome, then what the call wanted to know, then the
    /// routine that waited for it.
    mutating func answer(
        _ entry: RequestTable<AsterCall>.Entry, _ answer: Answer, at now: Instant, into output: inout SessionOutput
    ) {
        let result: AsterResult
        switch answer {
        case .failure(let failure): result = failed(entry.purpose, failure, at: now, into: &output)
        case .reply(let response):
            AsterRateHeaders.read(
                response, sentAt: venueTime(entry.sentAt), at: venueTime(now), into: &budget)
            reportRoundTrip(entry, at: now, into: &output)
            let body = try? JSONValue.parse(response.body)
            let outcome = AsterErrorPolicy.outcome(status: response.status, body: body)
            heed(outcome, response, of: entry.purpose, at: now, into: &output)
            result = conclude(entry, outcome, body ?? .null, at: now, into: &output)
        }
        settle(entry.id, result, at: now, into: &output)
    }

    private mutating func reportRoundTrip(
        _ entry: RequestTable<AsterCall>.Entry, at now: Instant, into output: inout SessionOutput
    ) {
        // Public replies are large and cached; the account's say how the venue feels.
        guard entry.purpose.shape(marketCount: symbols.count).security == .signed else { return }
        diary.record(roundTrip: now - entry.sentAt)
        output.events.append(.status(.roundTrip(now - entry.sentAt)))
    }

    /// What an outcome means beyond the call it answers: pauses, clock, end.
    private mutating func heed(
        _ outcome: AsterOutcome, _ response: HTTPResponse, of call: AsterCall, at now: Instant,
        into output: inout SessionOutput
    ) {
        let venueNow = venueTime(now)
        switch outcome {
        case .accepted: budget.answered()
        case .unresolved: break
        case .rejected(let rejection):
            budget.answered()
            if AsterErrorPolicy.isClockFault(rejection) { distrustClock(at: now, into: &output) }
        case .fatal(let rejection):
            // An unknown listen key or a closed endpoint does not concern the account.
            die("the venue refuses this account or key: \(rejection.code) \(rejection.message)", into: &output)
        case .throttled(let rejection):
            let pause = AsterRateHeaders.retryAfter(response)
            if response.status == 403 || response.status == 418 {
                budget.banned(retryAfter: pause, at: venueNow)
                if budget.bans >= 3 {
                    die("the venue has banned this address \(budget.bans) times in a row", into: &output)
                }
            } else if rejection.code == -1015 {
                budget.ordersExhausted(retryAfter: pause, at: venueNow)
            } else {
                budget.exhausted(retryAfter: pause, at: venueNow)
            }
            let until = max(budget.closedUntil, budget.ordersClosedUntil) - clock.offset
            output.notes.append(
                SessionNote(.warning, "throttled by HTTP \(response.status), \(rejection.code) \(rejection.message)"))
            announceThrottle(until: until, into: &output)
        }
    }

    /// The venue refused a request for its time. Nothing new leaves until the offset has been measured again.
    mutating func distrustClock(at now: Instant, into output: inout SessionOutput) {
        guard !isClockSuspect else { return }
        isClockSuspect = true
        clock.distrust()
        output.notes.append(
            SessionNote(.warning, "the venue refused a request for its time: clock offset measured anew"))
        submit(.time, at: now, into: &output)
    }

    // MARK: No reply

    private mutating func failed(
        _ call: AsterCall, _ failure: TransportFailure, at now: Instant, into output: inout SessionOutput
    ) -> AsterResult {
        let reason: String
        switch failure {
        case .notSent(let text):
            reason = "not sent: \(text)"
            refuse(call, VenueRejection(kind: .other, code: 0, message: reason), into: &output)
        case .unknown(let text):
            reason = text
            leaveUnresolved(call, reason, at: now, into: &output)
        }
        recover(call, reason, at: now, into: &output)
        return .retry(reason)
    }

    /// What to do about a call that did not work, where no routine repeats it. Nothing here can create exposure.
    mutating func recover(_ call: AsterCall, _ reason: String, at now: Instant, into output: inout SessionOutput) {
        switch call {
        case .time: isClockSuspect ? postpone(.time, until: now + .seconds(1), into: &output) : ()
        case .countdown(let slot, _): armingFailed(slot, reason, at: now, into: &output)
        case .createListenKey: listenKeyFailed(reason, at: now, into: &output)
        case .renewListenKey: renewListenKeyAt = now + .minutes(1)
        case .depth(let slot): depthFailed(slot, at: now)
        // Cancelling everything again harms nobody, and nobody else repeats it.
        case .cancelAll where !board.isAwaited(call): postpone(call, until: now + .seconds(1), into: &output)
        default: break
        }
    }

    // MARK: A reply

    private mutating func conclude(
        _ entry: RequestTable<AsterCall>.Entry, _ outcome: AsterOutcome, _ body: JSONValue, at now: Instant,
        into output: inout SessionOutput
    ) -> AsterResult {
        let call = entry.purpose
        switch outcome {
        case .accepted:
            do throws(AsterDecodeError) {
                return try accept(entry, body, at: now, into: &output)
            } catch {
                let reason = "\(error.place): \(error.reason)"
                output.notes.append(SessionNote(.error, "unreadable reply: \(reason)"))
                leaveUnresolved(call, "unreadable reply", at: now, into: &output)
                recover(call, reason, at: now, into: &output)
                return .retry(reason)
            }
        case .unresolved(let reason):
            leaveUnresolved(call, reason, at: now, into: &output)
            if case .positions = call {
                // The venue answers this one with -1000 at times; it is no news, and no reason to alarm anyone.
                remarkOnce("positionRisk: \(reason), taken as no news", into: &output)
            }
            recover(call, reason, at: now, into: &output)
            return .retry(reason)
        case .throttled(let rejection):
            switch call {
            // Certain not to have been executed, and wanted all the more: it waits its turn.
            case .cancel, .cancelBatch: postpone(call, until: now, into: &output)
            default:
                refuse(call, rejection, into: &output)
                recover(call, "throttled", at: now, into: &output)
            }
            return .retry("throttled")
        case .rejected(let rejection): return refused(entry, rejection, at: now, into: &output)
        case .fatal(let rejection):
            refuse(call, rejection, into: &output)
            recover(call, rejection.message, at: now, into: &output)
            return .fatal("\(rejection.code) \(rejection.message)")
        }
    }

    /// A definitive refusal, call by call.
    private mutating func refused(
        _ entry: RequestTable<AsterCall>.Entry, _ rejection: VenueRejection, at now: Instant,
        into output: inout SessionOutput
    ) -> AsterResult {
        let reason = "\(rejection.code) \(rejection.message)"
        switch entry.purpose {
        case .query(let slot, let id):
            if rejection.code == -2013 {
                output.events.append(.account(.notFound(id, askedAt: entry.sentAt)))
            } else {
                output.notes.append(SessionNote(.warning, "query of \(id) in \(symbols[slot]) refused: \(reason)"))
            }
            return .done
        case .identify(let slot, let venue):
            if rejection.code == -2013 { index.record(nil, as: venue, in: slot) }
            return rejection.code == -2013 ? .done : .retry(reason)
        // Gone already, or not all gone: the look at the open orders that follows decides.
        case .sweep: return .done
        case .renewListenKey:
            if rejection.code == -1125 {
                replaceListenKey("the venue does not know the listen key", at: now, into: &output)
            } else {
                recover(entry.purpose, reason, at: now, into: &output)
            }
            return .done
        case .deleteListenKey: return .done
        default:
            if rejection.kind == .rules { reloadInstruments(at: now, into: &output) }
            refuse(entry.purpose, rejection, into: &output)
            recover(entry.purpose, reason, at: now, into: &output)
            return .retry(reason)
        }
    }
}
