internal import Fundamentals
internal import MarketModel
internal import Wire

extension AdapterSession {
    typealias Entry = RequestTable<AdapterRequest>.Entry

    enum Answer: Sendable {
        case reply(HTTPResponse)
        case failure(TransportFailure)
    }

    /// Every reply and every failure passes here: what the adapter read in it, then what becomes of the call, then the
    /// routine that waited for it.
    mutating func answer(_ entry: Entry, _ answer: Answer, at now: Instant, into output: inout SessionOutput) {
        var entry = entry
        let result: AdapterResult
        switch answer {
        case .failure(let failure): result = failed(entry, failure, at: now, into: &output)
        case .reply(let response):
            reportRoundTrip(entry, at: now, into: &output)
            if entry.purpose.call.page == 0 { forgetList(of: entry) }
            let verdict = read(response, &entry, at: now, into: &output)
            heed(verdict, at: now, into: &output)
            result = conclude(entry, verdict, at: now, into: &output)
        }
        settle(entry.id, result, at: now, into: &output)
    }

    private mutating func reportRoundTrip(_ entry: Entry, at now: Instant, into output: inout SessionOutput) {
        guard entry.purpose.call.isOfAccount else { return }
        diary.record(roundTrip: now - entry.sentAt)
        tell(.roundTrip(now - entry.sentAt), into: &output)
    }

    /// Has the adapter read a reply, and hands on what it found. The scratch is taken out meanwhile, and kept.
    private mutating func read(
        _ response: HTTPResponse, _ entry: inout Entry, at now: Instant, into output: inout SessionOutput
    ) -> CallVerdict {
        var found = AdapterOutput()
        swap(&found, &scratch)
        found.removeAll()
        let verdict = adapter.read(
            response, to: entry.purpose.call, sentAt: entry.sentAt, at: now, into: &found)
        absorb(found, from: &entry, at: now, into: &output)
        swap(&found, &scratch)
        return verdict
    }

    /// What a verdict means beyond the call it answers: pauses, end.
    private mutating func heed(_ verdict: CallVerdict, at now: Instant, into output: inout SessionOutput) {
        switch verdict {
        case .done, .more, .split, .refused: budget.answered()
        case .unknown: break
        case .throttled(let until):
            // No venue bans for longer; and a misread time must not stop a session for ever.
            let until = min(until, now + .hours(72))
            guard until > now else { return }
            budget.exhausted(retryAfter: until - now, at: venueTime(now))
            note(.warning, "throttled for \((until - now).milliseconds) ms", into: &output)
            announceThrottle(until: budget.closedUntil - clock.offset, into: &output)
        case .fatal(let reason): die(reason, into: &output)
        }
    }

    // MARK: No reply

    private mutating func failed(
        _ entry: Entry, _ failure: TransportFailure, at now: Instant, into output: inout SessionOutput
    ) -> AdapterResult {
        let reason: String
        switch failure {
        case .notSent(let text):
            reason = "not sent: \(text)"
            refuse(entry.purpose, VenueRejection(kind: .other, code: 0, message: reason), at: now, into: &output)
        case .unknown(let text):
            reason = text
            leaveUnresolved(entry.purpose, reason, at: now, into: &output)
        }
        recover(entry.purpose.call, reason, at: now, into: &output)
        return .retry(reason)
    }

    /// What to do about a call that did not work, where no routine repeats it. Nothing here can create exposure.
    private mutating func recover(
        _ call: VenueCall, _ reason: String, at now: Instant, into output: inout SessionOutput
    ) {
        switch call {
        case .time where isClockSuspect: postpone(.time, until: now + .seconds(1), into: &output)
        case .book(let market): bookFailed(market, at: now)
        case .countdown(let market, let span):
            if span != nil { armingFailed(market, reason, at: now, into: &output) }
        case .streamKey(.open): streamKeyFailed(reason, at: now, into: &output)
        case .streamKey(.keep): keepStreamKeyAt = now + .minutes(1)
        // Cancelling everything again harms nobody, and nobody else repeats it.
        case .cancelAll where !board.isAwaited(call): postpone(call, until: now + .seconds(1), into: &output)
        case .time, .rules, .accountMode, .balances, .openOrders, .fills, .order, .place, .cancel, .cancelAll,
            .streamKey(.close):
            break
        }
    }

    // MARK: A reply

    private mutating func conclude(
        _ entry: Entry, _ verdict: CallVerdict, at now: Instant, into output: inout SessionOutput
    ) -> AdapterResult {
        let call = entry.purpose.call
        switch verdict {
        case .done: return complete(entry, at: now, into: &output)
        case .more(let next):
            if board.position(waitingFor: entry.id) != nil { return .then([.call(next)]) }
            submit(next, at: now, into: &output)
            return complete(entry, at: now, into: &output)
        case .split(let isForGood):
            guard call.count > 1 else {
                let rejection = VenueRejection(kind: .other, code: 0, message: "the venue has no such route")
                return refused(entry, rejection, at: now, into: &output)
            }
            split(entry.purpose, isForGood: isForGood, at: now, into: &output)
            return .done
        case .refused(let rejection): return refused(entry, rejection, at: now, into: &output)
        case .throttled(let until):
            throttled(entry.purpose, until: until, at: now, into: &output)
            recover(call, "throttled", at: now, into: &output)
            return .retry("throttled")
        case .unknown(let reason):
            leaveUnresolved(entry.purpose, reason, at: now, into: &output)
            recover(call, reason, at: now, into: &output)
            return .retry(reason)
        case .fatal(let reason):
            let rejection = VenueRejection(kind: .fatal, code: 0, message: reason)
            refuse(entry.purpose, rejection, at: now, into: &output)
            recover(call, reason, at: now, into: &output)
            return .fatal(reason)
        }
    }

    /// The reply was understood, and what it said was handed on.
    private mutating func complete(
        _ entry: Entry, at now: Instant, into output: inout SessionOutput
    ) -> AdapterResult {
        switch entry.purpose.call {
        case .time: isClockSuspect = false
        case .openOrders(let market, _): completeList(market, into: &output)
        case .fills(let market, _, _): completeFills(market, at: now, into: &output)
        case .place, .cancel:
            leaveUnresolved(entry.purpose, "the reply does not speak of it", at: now, into: &output)
        case .cancelAll(let market):
            // The reply names no order: have a look soon.
            if let slot = slot(of: market) {
                markets[slot].pollAt = min(markets[slot].pollAt, now + .milliseconds(500))
            }
        case .streamKey(let call): streamKeyAnswered(call, at: now)
        case .countdown(let market, let span): armed(market, span, sentAt: entry.sentAt, into: &output)
        case .book(let market): bookAnswered(market, at: now)
        case .rules: budget.adopt(adapter.rateRules)
        case .accountMode, .balances, .order: break
        }
        return .done
    }

    /// A definitive refusal, call by call.
    private mutating func refused(
        _ entry: Entry, _ rejection: VenueRejection, at now: Instant, into output: inout SessionOutput
    ) -> AdapterResult {
        let call = entry.purpose.call
        let reason = "\(rejection.code) \(rejection.message)"
        switch call {
        case .place, .cancel: refusedOrders(entry.purpose, rejection, at: now, into: &output)
        case .order(let id, _): note(.warning, "the query of \(id) was refused: \(reason)", into: &output)
        // Gone already, or not all gone: the look at the open orders that follows decides.
        case .cancelAll where board.position(waitingFor: entry.id) != nil: return .done
        case .streamKey(.keep): loseStreamKey(reason, at: now, into: &output)
        case .streamKey(.close): return .done
        case .time, .rules, .accountMode, .book, .balances, .openOrders, .fills, .cancelAll, .streamKey(.open),
            .countdown:
            if rejection.kind == .fatal { return stop("\(call) was refused: \(reason)", into: &output) }
            recover(call, reason, at: now, into: &output)
        }
        return .retry(reason)
    }

    private mutating func stop(_ reason: String, into output: inout SessionOutput) -> AdapterResult {
        die(reason, into: &output)
        return .fatal(reason)
    }
}
