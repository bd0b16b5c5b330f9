public import Exchange
public import Fundamentals
public import MarketModel

/// A local BitoPro: the venue's REST and stream protocol in front of a matching engine, as a value.
///
/// Requests, stream openings and times go in; responses and frames come out as `ServerEffect`s, in order. No socket,
/// clock or entropy: chance comes from the configuration's seed, time from the caller, and never runs backwards.
public struct BitoProServer: Sendable {
    public let configuration: BitoProServerConfiguration
    /// The books behind the protocol, for auditors.
    public internal(set) var exchange: Exchange
    /// What fails, and how often; may be changed at any time.
    public var chaos: BitoProChaos
    /// How often each fault has struck, by `BitoProFault.index`.
    var strikeCounts = [Int](repeating: 0, count: BitoProFault.allCases.count)

    /// Their exchange ids are one higher than their indices: the first of the exchange is the flow.
    var accounts: [BitoProAccount] = []
    /// One for each market.
    var candles: [CandleSeries]
    var connections: [BitoProConnection] = []
    var delayed = DelayedEffects()
    /// The exchange wants a name for each order; the venue keeps a number, and does not want it to be unique.
    var lastName: Int64 = 0
    var chance: RandomSource
    var now: Instant
    /// What the exchange did and the streams have not told yet.
    var events: [ExchangeEvent] = []

    /// - Throws: `VenueConfigurationError` for definitions that contradict each other.
    public init(configuration: BitoProServerConfiguration, startingAt now: Instant) throws(VenueConfigurationError) {
        try configuration.check()
        var random = RandomSource(seed: configuration.seed)
        chance = random.fork()
        self.configuration = configuration
        chaos = configuration.chaos
        self.now = now
        exchange = Exchange(markets: configuration.markets, startingAt: now)
        candles = configuration.markets.map { _ in CandleSeries() }
        for definition in configuration.accounts {
            let id = exchange.openAccount(balances: definition.balances, at: now)
            accounts.append(
                BitoProAccount(
                    definition: definition, id: id, record: SpotRecord(markets: configuration.markets.count)))
        }
    }

    /// The venue's own clock, which chaos may put ahead.
    var venueTime: Instant { now + chaos.clockSkew }

    /// How often chaos has struck in this way since the start.
    public func strikes(of fault: BitoProFault) -> Int { strikeCounts[fault.index] }

    mutating func strikes(_ fault: BitoProFault, _ label: String) -> Bool {
        guard chaos.strikes(fault, label, &chance) else { return false }
        strikeCounts[fault.index] += 1
        return true
    }

    // MARK: Time and flow

    public var nextDue: Instant {
        var due = min(exchange.nextDue, delayed.nextDue)
        for connection in connections {
            due = min(due, connection.nextPing, connection.nextBook)
            if let pinged = connection.pingedAt { due = min(due, pinged + configuration.leeway.pongTimeout) }
        }
        return due
    }

    public mutating func advance(to time: Instant, into effects: inout [ServerEffect]) {
        while true {
            let due = nextDue
            guard due <= time else { break }
            now = max(now, due)
            delayed.release(until: now, into: &effects)
            exchange.advance(to: now, into: &events)
            publishEvents(into: &effects)
            keepConnections(into: &effects)
        }
        now = max(now, time)
    }

    public mutating func apply(_ flow: FlowEvent, at time: Instant, into effects: inout [ServerEffect]) {
        advance(to: time, into: &effects)
        exchange.apply(flow, at: now, into: &events)
        publishEvents(into: &effects)
    }

    /// Adds to (or takes from) a balance from outside, as a deposit on the venue's page would.
    public mutating func deposit(
        _ amount: Cash, asset: String, to name: String, at time: Instant, into effects: inout [ServerEffect]
    ) throws(VenueConfigurationError) {
        guard let account = accounts.first(where: { $0.definition.name == name }) else {
            throw VenueConfigurationError("there is no account '\(name)'")
        }
        advance(to: time, into: &effects)
        exchange.deposit(amount, asset: asset, to: account.id, at: now, into: &events)
        publishEvents(into: &effects)
    }

    func instrument(_ market: MarketID) -> Instrument { configuration.markets[market.index].instrument }

    /// A market by its symbol, in either case.
    func market(_ symbol: some StringProtocol) throws(BitoProError) -> Instrument {
        let name = symbol.uppercased()
        guard let market = configuration.markets.first(where: { $0.instrument.symbol == name }) else {
            throw BitoProError(400, "Invalid pair \(name.prefix(40))")
        }
        return market.instrument
    }
}

/// One account as the protocol sees it.
struct BitoProAccount: Sendable {
    let definition: SpotAccountDefinition
    let id: AccountID
    var record: SpotRecord
    var limiter = BitoProLimiter()
}
