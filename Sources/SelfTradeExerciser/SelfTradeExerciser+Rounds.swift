internal import Fundamentals
internal import MarketModel
internal import VenueKit

extension SelfTradeExerciser {
    // MARK: Answers

    mutating func answered(
        _ call: VenueCall, _ verdict: CallVerdict, _ read: AdapterOutput, sentAt: Instant, at now: Instant,
        into commands: inout [Command]
    ) {
        switch verdict {
        case .done: understood(call, read, sentAt: sentAt, at: now, into: &commands)
        case .more(let next):
            note(read)
            ask(next, at: now, into: &commands)
        case .split:
            for single in call.singles { ask(single, at: now, into: &commands) }
        case .refused(let rejection): refused(call, "\(rejection.code) \(rejection.message)", at: now, into: &commands)
        case .throttled(let until):
            nextRound = max(nextRound, until)
            refused(call, "the venue asks for a pause", at: now, into: &commands)
        case .unknown(let reason): lost(call, reason, at: now, into: &commands)
        case .fatal(let reason): fail(.venue(reason), into: &commands)
        }
    }

    private mutating func understood(
        _ call: VenueCall, _ read: AdapterOutput, sentAt: Instant, at now: Instant, into commands: inout [Command]
    ) {
        switch call {
        case .rules:
            guard let rules = instrument else {
                return fail(.venue("the venue has no market \(report.symbol)"), into: &commands)
            }
            guard size(settings.smallest, rules) != nil, size(settings.largest, rules) != nil else {
                let lot = rules.lotSize
                return fail(
                    .settings("the sizes must be positive multiples of \(lot) \(rules.baseAsset)"), into: &commands)
            }
            sweep(at: now, into: &commands)
        case .openOrders:
            note(read)
            swept(at: now, into: &commands)
        case .book: cross(read, at: now, into: &commands)
        case .place(let orders):
            for _ in orders { report.placeLatency.record((now - sentAt).nanoseconds) }
            placed(at: now, into: &commands)
        case .cancel: canceled(at: now, into: &commands)
        case .fills, .order: finishRound(at: now, into: &commands)
        case .time, .accountMode, .balances, .cancelAll, .streamKey, .countdown: break
        }
    }

    private mutating func refused(
        _ call: VenueCall, _ reason: String, at now: Instant, into commands: inout [Command]
    ) {
        switch call {
        case .place(let orders):
            report.ordersRefused += orders.count
            placed(at: now, into: &commands)
        // Filled or gone already: the next look at the open orders tells.
        case .cancel: canceled(at: now, into: &commands)
        case .fills, .order, .book: finishRound(at: now, into: &commands)
        case .rules, .openOrders, .time, .accountMode, .balances, .cancelAll, .streamKey, .countdown:
            fail(.venue("\(call.words): \(reason)"), into: &commands)
        }
    }

    mutating func lost(_ call: VenueCall, _ reason: String, at now: Instant, into commands: inout [Command]) {
        switch call {
        case .place(let orders):
            report.unanswered += orders.count
            placed(at: now, into: &commands)
        case .cancel: canceled(at: now, into: &commands)
        case .openOrders:
            guard case .sweeping(let attempts) = phase, attempts < Self.sweepAttempts else {
                return fail(.venue("\(call.words): \(reason)"), into: &commands)
            }
            look(attempts + 1, at: now, into: &commands)
        case .book, .fills, .order: finishRound(at: now, into: &commands)
        case .rules, .time, .accountMode, .balances, .cancelAll, .streamKey, .countdown:
            fail(.venue("\(call.words): \(reason)"), into: &commands)
        }
    }

    // MARK: Sweeps

    mutating func sweep(at now: Instant, into commands: inout [Command]) { look(0, at: now, into: &commands) }

    mutating func look(_ attempts: Int, at now: Instant, into commands: inout [Command]) {
        phase = .sweeping(attempts: attempts)
        resting = []
        ask(.openOrders(Self.market, page: 0), at: now, into: &commands)
    }

    /// Keeps what one page of open orders showed.
    private mutating func note(_ read: AdapterOutput) {
        for event in read.events {
            guard case .account(.openOrders(_, let reports, _)) = event else { continue }
            for report in reports where report.status == .working {
                let target = report.clientOrderID.map { CancelTarget.own($0) } ?? .found(report.venueOrderID)
                if !resting.contains(target) { resting.append(target) }
            }
        }
        for id in read.found where !resting.contains(.found(id)) { resting.append(.found(id)) }
    }

    /// The open orders are known: cancels them, or is done.
    private mutating func swept(at now: Instant, into commands: inout [Command]) {
        guard case .sweeping(let attempts) = phase else { return }
        report.leftOver = resting.count
        guard !resting.isEmpty else { return afterSweep(at: now, into: &commands) }
        guard attempts < Self.sweepAttempts else {
            return fail(.venue("\(resting.count) orders could not be cancelled"), into: &commands)
        }
        phase = .sweeping(attempts: attempts + 1)
        cancel(resting, at: now, into: &commands)
    }

    private mutating func afterSweep(at now: Instant, into commands: inout [Command]) {
        if let ending {
            report.ending = ending
            phase = .ended
            return commands.append(.ended)
        }
        // A round's own clean-up goes on to count; the first sweep goes on to wait.
        if pair.isEmpty {
            phase = .waiting
        } else {
            phase = .counting
            // Whose order prevention ended is told by neither the other's reply nor the fills.
            for order in pair { ask(.order(order.id, Self.market), at: now, into: &commands) }
            ask(.fills(Self.market, since: roundStart - .seconds(1), page: 0), at: now, into: &commands)
        }
    }

    private mutating func cancel(_ targets: [CancelTarget], at now: Instant, into commands: inout [Command]) {
        let size = max(1, adapter.capabilities.cancelBatch)
        for start in stride(from: 0, to: targets.count, by: size) {
            let part = Array(targets[start..<min(start + size, targets.count)])
            ask(.cancel(Self.market, part), at: now, into: &commands)
        }
    }

    private mutating func canceled(at now: Instant, into commands: inout [Command]) {
        guard calls.isEmpty else { return }
        switch phase {
        case .cleaning: look(0, at: now, into: &commands)
        // A venue may confirm a cancel before it carries it out, as MAX does.
        case .sweeping: nextLook = now + Self.sweepPause
        case .proving, .learning, .waiting, .looking, .placing, .counting, .ended: break
        }
    }

    // MARK: A round

    private mutating func cross(_ read: AdapterOutput, at now: Instant, into commands: inout [Command]) {
        guard let instrument, let touch = read.touch(of: Self.market), touch.spreadTicks > 0 else {
            return finishRound(at: now, into: &commands)
        }
        pair = makePair(instrument, touch)
        let value = pair.reduce(Cash.zero) {
            $0 + instrument.notional($1.spec.price ?? Price(ticks: 0), $1.spec.quantity)
        }
        guard report.notional + value <= settings.caps.notional else {
            pair = []
            phase = .waiting
            return end(.notional, at: now, into: &commands)
        }
        report.notional += value
        report.ordersPlaced += pair.count
        for _ in pair { placedAt.append(now) }
        phase = .placing
        if adapter.capabilities.placeBatch >= pair.count {
            ask(.place(pair), at: now, into: &commands)
        } else {
            for order in pair { ask(.place([order]), at: now, into: &commands) }
        }
    }

    private mutating func makePair(_ instrument: Instrument, _ touch: Touch) -> [OrderPlacement] {
        let first: Side = random.chance(1, in: 2) ? .buy : .sell
        let atMid: Bool =
            switch settings.pattern {
            case .mid: true
            case .touch: false
            case .both: report.rounds % 2 == 0
            }
        let price = atMid ? middle(touch) : inside(touch, first)
        return [first, first.opposite].map { side in
            sequence += 1
            let spec = OrderSpec(market: Self.market, side: side, price: price, quantity: drawSize(instrument))
            return OrderPlacement(ClientOrderID(epoch: settings.epoch, sequence: sequence), spec)
        }
    }

    /// A tick strictly inside the spread where there is one; otherwise the bid.
    private func middle(_ touch: Touch) -> Price { Price(ticks: (touch.bid.price.ticks + touch.ask.price.ticks) / 2) }

    /// At the touch of `side`, or up to a tick inside it: the order that comes first improves the book, or joins it.
    private mutating func inside(_ touch: Touch, _ side: Side) -> Price {
        let room = min(1, touch.spreadTicks - 1)
        let step = random.integer(in: 0...room)
        return switch side {
        case .buy: touch.bid.price + step
        case .sell: touch.ask.price - step
        }
    }

    private mutating func drawSize(_ instrument: Instrument) -> Quantity {
        let low = size(settings.smallest, instrument) ?? instrument.quantityRange.lowerBound
        let high = max(low, size(settings.largest, instrument) ?? low)
        return Quantity(lots: random.integer(in: low.lots...high.lots))
    }

    private func size(_ decimal: ExactDecimal, _ instrument: Instrument) -> Quantity? {
        instrument.quantity(decimal).flatMap { $0 > .zero ? $0 : nil }
    }

    private mutating func placed(at now: Instant, into commands: inout [Command]) {
        guard calls.isEmpty, phase == .placing else { return }
        phase = .cleaning
        cancel(pair.map { .own($0.id) }, at: now, into: &commands)
    }

    private mutating func finishRound(at now: Instant, into commands: inout [Command]) {
        guard calls.isEmpty else { return }
        if !pair.isEmpty { report.rounds += 1 }
        for order in pair { adapter.forget(order.id) }
        pair = []
        prevented = []
        phase = .waiting
        let pause = settings.pause
        let drawn = random.integer(in: pause.lowerBound.nanoseconds...pause.upperBound.nanoseconds)
        nextRound = max(nextRound, now + TimeSpan(nanoseconds: drawn))
        if let rounds = settings.rounds, report.rounds >= rounds { end(.rounds, at: now, into: &commands) }
    }

    // MARK: What the venue tells

    mutating func take(_ events: [VenueEvent]) {
        for event in events {
            switch event {
            case .status(.instrument(let rules), _): instrument = rules
            case .account(.filled(let fill)): count(fill)
            case .account(.done(let id, .selfTradePrevented, _)): countPrevented(id)
            case .account(.report(let order)):
                if case .done(.selfTradePrevented) = order.status, let id = order.clientOrderID { countPrevented(id) }
            case .account(.rejected(_, .place, _)): report.ordersRefused += 1
            case .account, .market, .status: break
            }
        }
    }

    private mutating func countPrevented(_ id: ClientOrderID) {
        guard pair.contains(where: { $0.id == id }), !prevented.contains(id) else { return }
        prevented.append(id)
        report.prevented += 1
    }

    /// A self-trade is two fills with one trade id, one on each side: counted as such when the second is told.
    private mutating func count(_ fill: Fill) {
        guard fill.clientOrderID?.epoch == settings.epoch else { return }
        let key = SeenFill(trade: fill.trade, order: fill.venueOrderID, side: fill.side)
        guard !seen.contains(key) else { return }
        let hasOther = seen.contains { $0.trade == fill.trade && $0.side != fill.side }
        seen.append(key)
        if seen.count > 1_000 { seen.removeFirst(500) }
        if hasOther {
            report.otherFills -= 1
            report.selfTrades += 1
            report.selfTraded += fill.quantity
        } else {
            report.otherFills += 1
        }
    }
}

extension VenueCall {
    /// The same for one order at a time.
    fileprivate var singles: [VenueCall] {
        switch self {
        case .place(let orders): orders.map { .place([$0]) }
        case .cancel(let market, let targets): targets.map { .cancel(market, [$0]) }
        case .time, .rules, .accountMode, .book, .balances, .openOrders, .fills, .order, .cancelAll, .streamKey,
            .countdown:
            [self]
        }
    }
}

extension AdapterOutput {
    /// Best bid and ask of the snapshot that was read, if both are there.
    fileprivate func touch(of market: MarketID) -> Touch? {
        var update = snapshots.last { $0.market == market }?.update
        for event in events {
            if case .market(.snapshot(market, let told)) = event { update = told }
        }
        guard let bid = update?.bids.max(by: { $0.price < $1.price }),
            let ask = update?.asks.min(by: { $0.price < $1.price })
        else { return nil }
        return Touch(bid: bid, ask: ask)
    }
}
