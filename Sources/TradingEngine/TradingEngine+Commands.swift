internal import Accounting
internal import Execution
internal import Fundamentals
internal import MarketModel
internal import OrderBooks
internal import Quoting
internal import RiskControl

extension TradingEngine {
    // MARK: The venue

    mutating func apply(_ status: VenueStatus, of venue: Int, into effects: inout [Effect]) {
        let id = venues[venue].id
        switch status {
        case .instrument(let instrument): load(instrument, into: &effects)
        case .ready: becomeReady(venue)
        case .privateStreamDown: venues[venue].isPrivateStreamUp = false
        case .privateStreamUp: venues[venue].isPrivateStreamUp = true
        case .throttled(let until): tripBreaker(of: id, until: until, "the venue asks for a pause", into: &effects)
        case .deadMansSwitch(let market, let deadline):
            guard isKnown(market) else { return }
            markets[market.index].deadMansSwitch = deadline.map { .armed(until: $0) } ?? .disarmed
        case .fatal(let reason): halt(venues[venue].prefix + reason, into: &effects)
        case .roundTrip(let duration):
            guard gate.observeRoundTrip(duration, venue: id, at: now) else { return }
            let prefix = venues[venue].prefix
            let text = "\(prefix)breaker: a reply took \(duration.milliseconds) ms, everything is cancelled"
            effects.append(.incident(Incident(.alarm, text)))
            cancelEverything(at: id, into: &effects)
        case .closed:
            venues[venue].isReady = false
            venues[venue].isPrivateStreamUp = false
            if phase == .quoting { phase = .waiting }
        }
    }

    /// Nothing is quoted anywhere before every venue is ready.
    private mutating func becomeReady(_ venue: Int) {
        venues[venue].isReady = true
        venues[venue].isPrivateStreamUp = true
        if phase == .waiting, isReady { phase = .quoting }
    }

    /// New rules. Tick and lot may only change while nothing is booked or open: they are the unit of our books.
    private mutating func load(_ instrument: Instrument, into effects: inout [Effect]) {
        guard isKnown(instrument.market) else { return }
        let index = instrument.market.index
        let old = markets[index].instrument
        var instrument = instrument
        instrument.kind = markets[index].holdings == nil ? .perpetual : .spot
        markets[index].awaitsRulesUntil = .distantPast
        guard instrument != old else { return }
        if instrument.tickSize == old.tickSize, instrument.lotSize == old.lotSize {
            markets[index].instrument = instrument
            return
        }
        let isUntouched =
            markets[index].ledger.fillCount == 0 && markets[index].counts.placed == 0
            && markets[index].ledger.position == .zero
        guard isUntouched else {
            halt("\(old.symbol): tick or lot size changed; a restart is needed", into: &effects)
            return
        }
        markets[index].instrument = instrument
        markets[index].ledger = Ledger(instrument)
        markets[index].book = OrderBook()
        markets[index].model = QuotingModel(markets[index].strategy)
        forgetRates(of: index)
    }

    // MARK: The operator

    mutating func apply(_ command: OperatorCommand, into effects: inout [Effect]) {
        switch command {
        case .stop:
            // Told again once quiet, it looks again and says so again: whoever asks may have come late.
            guard phase != .stopping else { return }
            beginStopping(into: &effects)
        case .pause: pause(into: &effects)
        case .halt(let reason): halt(reason, into: &effects)
        case .resume: resume(into: &effects)
        case .flatten:
            for index in markets.indices {
                markets[index].isFlattening = true
                markets[index].model.renew()
            }
            if phase == .quiet { phase = .stopping }
        }
    }

    private mutating func pause(into effects: inout [Effect]) {
        isPaused = true
        effects.append(.incident(Incident(.notice, "paused: everything is cancelled")))
        cancelEverything(into: &effects)
    }

    private mutating func resume(into effects: inout [Effect]) {
        haltReason = nil
        isPaused = false
        gate.release(equity: equityChange)
        phase = isReady ? .quoting : .waiting
        effects.append(.incident(Incident(.notice, "resumed")))
    }
}
