internal import Fundamentals
internal import MarketModel

extension AdapterSession {
    /// Polls are spread, so that they do not leave together.
    mutating func startTimers(at now: Instant) {
        let cadence = adapter.cadence
        let slots = tradedSlots
        for (position, slot) in slots.enumerated() {
            markets[slot].listedAt = markets[slot].listedAt ?? now
            let period = pollPeriod(slot)
            markets[slot].pollAt = now + period / 2 + period * Int64(position) / Int64(slots.count)
        }
        balancesAt = now + cadence.balances / 2 + .milliseconds(70)
        clockAt = now + cadence.clock
        rulesAt = now + cadence.rules
    }

    mutating func runTimers(at now: Instant, into output: inout SessionOutput) {
        rearm(at: now, into: &output)
        keepStreamKey(at: now, into: &output)
        guard phase == .ready else { return }
        for slot in tradedSlots {
            pollOrders(slot, at: now, into: &output)
            watchSight(slot, at: now, into: &output)
        }
        let cadence = adapter.cadence
        if isTrading, now >= balancesAt {
            balancesAt = now + cadence.balances
            poll(.balances, at: now, into: &output)
        }
        if now >= clockAt {
            clockAt = now + cadence.clock
            poll(.time, at: now, into: &output)
        }
        if now >= rulesAt {
            rulesAt = now + cadence.rules
            poll(.rules, at: now, into: &output)
        }
    }

    // MARK: Orders and fills

    /// Often while something of ours may rest, unless a private stream tells.
    private func pollPeriod(_ slot: Int) -> TimeSpan {
        let cadence = adapter.cadence
        let isOpen = live.contains { $0.market == markets[slot].id }
        let period = isOpen && cadence.orders > .zero ? cadence.orders : cadence.idleOrders
        return max(period, .milliseconds(50))
    }

    private mutating func pollOrders(_ slot: Int, at now: Instant, into output: inout SessionOutput) {
        guard now >= markets[slot].pollAt else { return }
        markets[slot].pollAt = now + pollPeriod(slot)
        let kind = AdapterRoutineKind.poll(markets[slot].id)
        guard !board.contains(kind), !board.contains(.reconcile) else { return }
        begin(kind, listSteps(slot) + fillSteps(slot), at: now, into: &output)
    }

    private mutating func watchSight(_ slot: Int, at now: Instant, into output: inout SessionOutput) {
        guard !hasPrivateStream, sight.isReconciled, let listedAt = markets[slot].listedAt,
            !listSteps(slot).isEmpty
        else { return }
        let limit = max(configuration.blindLimit, pollPeriod(slot) * 2)
        guard now - listedAt >= limit else { return }
        goBlind("no list of open orders for \((now - listedAt).milliseconds) ms", at: now, into: &output)
    }

    // MARK: Stream key

    mutating func askForStreamKey(at now: Instant, into output: inout SessionOutput) {
        guard adapter.offers(.streamKey(.open)), !isAskingForStreamKey, now >= askForStreamKeyAt else { return }
        isAskingForStreamKey = true
        submit(.streamKey(.open), at: now, into: &output)
    }

    private mutating func keepStreamKey(at now: Instant, into output: inout SessionOutput) {
        guard hasStreamKey, now >= keepStreamKeyAt, phase != .shuttingDown else { return }
        keepStreamKeyAt = now + adapter.cadence.streamKey
        poll(.streamKey(.keep), at: now, into: &output)
    }

    mutating func streamKeyAnswered(_ call: StreamKeyCall, at now: Instant) {
        switch call {
        case .open:
            isAskingForStreamKey = false
            hasStreamKey = true
        case .keep: break
        case .close: return hasStreamKey = false
        }
        streamKeyConfirmedAt = now
        keepStreamKeyAt = now + adapter.cadence.streamKey
    }

    mutating func streamKeyFailed(_ reason: String, at now: Instant, into output: inout SessionOutput) {
        isAskingForStreamKey = false
        askForStreamKeyAt = now + .seconds(2)
        waitsFor = "no stream key: \(reason)"
        note(.warning, waitsFor, into: &output)
    }

    /// The key is worth nothing any more, and the socket stays open, but mute.
    mutating func loseStreamKey(_ reason: String, at now: Instant, into output: inout SessionOutput) {
        hasStreamKey = false
        streamKeyConfirmedAt = nil
        for index in streams.indices where streams[index].isPrivate {
            giveUp(index, "the venue does not know the stream key: \(reason)", at: now, into: &output)
        }
    }

    // MARK: Dead man's switch

    /// Markets with a switch of their own; the first traded one where it is the account's.
    var switchSlots: [Int] {
        let slots = tradedSlots.filter { adapter.offers(.countdown(markets[$0].id, countdown)) }
        return switch adapter.capabilities.deadMansSwitch {
        case .none: []
        case .perMarket: slots
        case .perAccount: Array(slots.prefix(1))
        }
    }

    var countdown: TimeSpan {
        switch adapter.capabilities.deadMansSwitch {
        case .none: configuration.countdown
        case .perMarket(let minimum, let maximum), .perAccount(let minimum, let maximum):
            min(max(configuration.countdown, minimum), maximum)
        }
    }

    private func tellSwitch(_ slot: Int, deadline: Instant?, into output: inout SessionOutput) {
        if case .perAccount = adapter.capabilities.deadMansSwitch {
            for slot in tradedSlots {
                tell(.deadMansSwitch(markets[slot].id, deadline: deadline), into: &output)
            }
        } else {
            tell(.deadMansSwitch(markets[slot].id, deadline: deadline), into: &output)
        }
    }

    private mutating func rearm(at now: Instant, into output: inout SessionOutput) {
        for slot in switchSlots {
            if markets[slot].deadMan.ranOut(at: now) {
                tellSwitch(slot, deadline: nil, into: &output)
                let symbol = markets[slot].market.symbol
                note(.error, "the dead man's switch of \(symbol) ran out: the venue cancels everything", into: &output)
            }
            guard phase == .ready || phase == .starting, markets[slot].deadMan.isDue(at: now) else { continue }
            markets[slot].deadMan.arming(countdown, at: now)
            poll(.countdown(markets[slot].id, countdown), at: now, into: &output)
        }
    }

    mutating func armed(_ market: MarketID, _ span: TimeSpan?, sentAt: Instant, into output: inout SessionOutput) {
        guard let slot = slot(of: market) else { return }
        guard let span else { return tellSwitch(slot, deadline: nil, into: &output) }
        markets[slot].deadMan.armed(span, sentAt: sentAt, isKept: phase != .shuttingDown)
        tellSwitch(slot, deadline: sentAt + span, into: &output)
    }

    mutating func armingFailed(
        _ market: MarketID, _ reason: String, at now: Instant, into output: inout SessionOutput
    ) {
        guard phase == .starting || phase == .ready, let slot = slot(of: market) else { return }
        if markets[slot].deadMan.failed(at: now) {
            let symbol = markets[slot].market.symbol
            note(.warning, "the dead man's switch of \(symbol) was not armed: \(reason)", into: &output)
        }
        // While the last arming still runs, its deadline stands.
        if markets[slot].deadMan.armedUntil == nil { tellSwitch(slot, deadline: nil, into: &output) }
    }
}
