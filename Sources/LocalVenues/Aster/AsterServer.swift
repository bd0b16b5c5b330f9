public import Exchange
public import Fundamentals
public import MarketModel
internal import Wire

/// A local Aster: the venue's REST and stream protocol in front of a matching engine, as a value.
///
/// Requests, stream openings and times go in; responses and frames come out as `ServerEffect`s, in order. No socket,
/// clock or entropy: chance comes from the configuration's seed, time from the caller, and never runs backwards.
public struct AsterServer: Sendable {
    public let configuration: AsterServerConfiguration
    /// The books behind the protocol, for auditors.
    public internal(set) var exchange: Exchange
    /// What fails, and how often; may be changed at any time.
    public var chaos: AsterChaos
    /// How often each fault has struck, by `AsterFault.index`.
    var strikeCounts = [Int](repeating: 0, count: AsterFault.allCases.count)

    var accounts: [AsterAccount] = []
    var markets: [AsterMarket] = []
    var addresses: [AddressLimiter] = []
    var connections: [StreamConnection] = []
    var streams: [StreamState] = []
    var delayed = DelayedEffects()
    /// Update ids of all books come from one counter with gaps, as live.
    var bookSequence: Int64 = 157_240_846_459
    var chance: RandomSource
    var gaps: RandomSource
    var keySource: RandomSource
    var now: Instant
    /// What the exchange did and the streams have not told yet.
    var events: [ExchangeEvent] = []

    /// - Throws: `AsterConfigurationError` for definitions that contradict each other.
    public init(configuration: AsterServerConfiguration, startingAt now: Instant) throws(AsterConfigurationError) {
        try Self.check(configuration)
        var random = RandomSource(seed: configuration.seed)
        chance = random.fork()
        gaps = random.fork()
        keySource = random.fork()
        self.configuration = configuration
        chaos = configuration.chaos
        self.now = now
        exchange = Exchange(markets: configuration.markets, startingAt: now)
        for definition in configuration.markets {
            let mark = exchange.mark(definition.instrument.market)
            markets.append(AsterMarket(definition, updateID: bookSequence, mark: mark, at: now))
        }
        for definition in configuration.accounts {
            let id = exchange.openAccount(balances: definition.balances, at: now)
            accounts.append(AsterAccount(definition, id: id, markets: markets.count, keys: &keySource))
        }
    }

    private static func check(_ configuration: AsterServerConfiguration) throws(AsterConfigurationError) {
        guard configuration.leeway.pingInterval > .zero else {
            throw AsterConfigurationError("the ping interval must be positive")
        }
        for (index, market) in configuration.markets.enumerated() {
            guard market.instrument.market.index == index else {
                throw AsterConfigurationError("market \(market.instrument.symbol) must have the id \(index)")
            }
        }
        for (index, account) in configuration.accounts.enumerated() {
            for other in configuration.accounts[..<index] {
                guard account.name != other.name else {
                    throw AsterConfigurationError("two accounts are named '\(account.name)'")
                }
                guard account.apiKey != other.apiKey else {
                    throw AsterConfigurationError("accounts '\(other.name)' and '\(account.name)' share an api_key")
                }
                guard account.signer != other.signer else {
                    throw AsterConfigurationError("accounts '\(other.name)' and '\(account.name)' share a signer")
                }
            }
        }
    }

    func mark(_ market: AsterMarket) -> MarkState {
        let mark = exchange.mark(market.id)
        return MarkState(price: mark.price, index: mark.index, rate: mark.fundingRate, nextFunding: mark.nextFunding)
    }

    /// The venue's own clock, which chaos may put ahead.
    var venueTime: Instant { now + chaos.clockSkew }

    /// How often chaos has struck in this way since the start.
    public func strikes(of fault: AsterFault) -> Int { strikeCounts[fault.index] }

    // MARK: Time and flow

    /// When `advance` next has something to do.
    public var nextDue: Instant {
        var due = exchange.nextDue
        for stream in streams { due = min(due, stream.dueAt) }
        for connection in connections {
            due = min(due, connection.nextPing, connection.closesAt)
            due = min(due, connection.lastPong + configuration.leeway.pongTimeout)
        }
        for account in accounts { due = min(due, account.listenKey?.expiresAt ?? .distantFuture) }
        due = min(due, delayed.nextDue)
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
        expireListenKeys(into: &effects)
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
    ) throws(AsterConfigurationError) {
        guard let account = accounts.first(where: { $0.definition.name == name }) else {
            throw AsterConfigurationError("there is no account '\(name)'")
        }
        advance(to: time, into: &effects)
        exchange.deposit(amount, asset: asset, to: account.id, at: now, into: &events)
        publishEvents(into: &effects)
    }

    mutating func delay(_ effect: ServerEffect, by span: TimeSpan) {
        delayed.insert(effect, due: now + max(span, .zero))
    }
}
