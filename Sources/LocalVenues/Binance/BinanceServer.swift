public import Exchange
public import Fundamentals
public import MarketModel
internal import Wire

/// A local Binance spot exchange: the venue's REST, stream and WebSocket API in front of a matching engine, as a value.
///
/// Requests, stream openings and times go in; responses and frames come out as `ServerEffect`s, in order. No socket,
/// clock or entropy: chance comes from the configuration's seed, time from the caller, and never runs backwards.
public struct BinanceServer: Sendable {
    public let configuration: BinanceServerConfiguration
    /// The books behind the protocol, for auditors.
    public internal(set) var exchange: Exchange
    /// What fails, and how often; may be changed at any time.
    public var chaos: BinanceChaos
    /// How often each fault has struck, by `BinanceFault.index`.
    var strikeCounts = [Int](repeating: 0, count: BinanceFault.allCases.count)

    var accounts: [BinanceAccount] = []
    var markets: [BinanceMarket] = []
    var addresses: [AddressLimiter] = []
    var connections: [BinanceConnection] = []
    var openings = WindowCounter(.minutes(5))
    var streams: [BinanceStreamState] = []
    var delayed = DelayedEffects()
    var names = BinanceNames()
    /// Of the events not told yet: what a cancel or an amendment calls itself, by order.
    var requestNames: [(order: Int64, name: String, previous: String)] = []
    var lastExecutionID: Int64 = 8_641_984
    var chance: RandomSource
    var keySource: RandomSource
    var now: Instant
    /// What the exchange did and the streams have not told yet.
    var events: [ExchangeEvent] = []

    /// - Throws: `VenueConfigurationError` for definitions that contradict each other.
    public init(configuration: BinanceServerConfiguration, startingAt now: Instant) throws(VenueConfigurationError) {
        try Self.check(configuration)
        var random = RandomSource(seed: configuration.seed)
        chance = random.fork()
        keySource = random.fork()
        self.configuration = configuration
        chaos = configuration.chaos
        self.now = now
        exchange = Exchange(markets: configuration.markets, startingAt: now)
        for (index, definition) in configuration.markets.enumerated() {
            markets.append(BinanceMarket(definition, updateID: 27_000_000_000 + Int64(index) * 1_000_003))
        }
        for definition in configuration.accounts {
            let id = exchange.openAccount(balances: definition.balances, at: now)
            // Owners of accounts without a group are their indices.
            if let group = definition.tradeGroup { exchange.setOwner(1_000_000 + group, of: id) }
            accounts.append(BinanceAccount(definition, id: id, markets: markets.count))
        }
    }

    private static func check(_ configuration: BinanceServerConfiguration) throws(VenueConfigurationError) {
        guard configuration.leeway.pingInterval > .zero else {
            throw VenueConfigurationError("the ping interval must be positive")
        }
        for (index, market) in configuration.markets.enumerated() {
            let symbol = market.instrument.symbol
            guard market.instrument.market.index == index else {
                throw VenueConfigurationError("market \(symbol) must have the id \(index)")
            }
            guard market.instrument.kind == .spot else {
                throw VenueConfigurationError("market \(symbol) must be a spot market")
            }
            guard market.instrument.lotSize.units(atScale: 8) != nil,
                market.instrument.tickSize.units(atScale: 8) != nil
            else { throw VenueConfigurationError("market \(symbol) must count in at most eight decimals") }
        }
        var keys: [(key: String, account: String)] = []
        for (index, account) in configuration.accounts.enumerated() {
            guard !configuration.accounts[..<index].contains(where: { $0.name == account.name }) else {
                throw VenueConfigurationError("two accounts are named '\(account.name)'")
            }
            for key in [account.apiKey] + (account.ed25519.map { [$0.apiKey] } ?? []) {
                if let other = keys.first(where: { $0.key == key }) {
                    throw VenueConfigurationError("accounts '\(other.account)' and '\(account.name)' share an api_key")
                }
                keys.append((key, account.name))
            }
        }
    }

    /// The venue's own clock, which chaos may put ahead.
    var venueTime: Instant { now + chaos.clockSkew }

    /// How often chaos has struck in this way since the start.
    public func strikes(of fault: BinanceFault) -> Int { strikeCounts[fault.index] }

    mutating func strikes(_ fault: BinanceFault, _ label: String) -> Bool {
        guard chaos.strikes(fault, label, &chance) else { return false }
        strikeCounts[fault.index] += 1
        return true
    }

    // MARK: Time and flow

    /// When `advance` next has something to do.
    public var nextDue: Instant {
        var due = min(exchange.nextDue, delayed.nextDue)
        for stream in streams { due = min(due, stream.dueAt) }
        for connection in connections { due = min(due, connection.nextDue(configuration.leeway)) }
        return due
    }

    /// Lets time pass: fires what is due, in the order in which it is due. A connection that was told to close or
    /// abort by an effect is over only when `streamClosed` says so.
    public mutating func advance(to time: Instant, into effects: inout [ServerEffect]) {
        while true {
            let due = nextDue
            guard due <= time else { break }
            now = max(now, due)
            work(into: &effects)
        }
        now = max(now, time)
    }

    private mutating func work(into effects: inout [ServerEffect]) {
        delayed.release(until: now, into: &effects)
        exchange.advance(to: now, into: &events)
        publishEvents(into: &effects)
        flushStreams(into: &effects)
        keepConnections(into: &effects)
    }

    /// Carries out one step of background flow.
    public mutating func apply(_ flow: FlowEvent, at time: Instant, into effects: inout [ServerEffect]) {
        advance(to: time, into: &effects)
        exchange.apply(flow, at: now, into: &events)
        publishEvents(into: &effects)
    }

    /// Adds to (or takes from) a balance from outside, as a deposit on the venue's page would.
    public mutating func deposit(
        _ amount: Cash, asset: String, to name: String, at time: Instant, into effects: inout [ServerEffect]
    ) throws(VenueConfigurationError) {
        guard let index = accounts.firstIndex(where: { $0.definition.name == name }) else {
            throw VenueConfigurationError("there is no account '\(name)'")
        }
        advance(to: time, into: &effects)
        let id = accounts[index].id
        let before = exchange.holding(of: id, asset: asset).total
        exchange.deposit(amount, asset: asset, to: id, at: now, into: &events)
        publishEvents(into: &effects)
        guard exchange.holding(of: id, asset: asset).total != before else { return }
        publishDeposit(index, asset, amount, into: &effects)
    }

    mutating func delay(_ effect: ServerEffect, by span: TimeSpan) {
        delayed.insert(effect, due: now + max(span, .zero))
    }
}
