internal import Cryptography
public import Exchange
public import Fundamentals
public import MarketModel
internal import VenueMAX

/// A local MAX: the venue's REST and stream protocol in front of a matching engine, as a value.
///
/// Requests, stream openings and times go in; responses and frames come out as `ServerEffect`s, in order. No socket,
/// clock or entropy: chance comes from the configuration's seed, time from the caller, and never runs backwards.
/// Accounts may trade with themselves: the venue does not prevent it.
public struct MAXServer: Sendable {
    public let configuration: MAXServerConfiguration
    /// The books behind the protocol, for auditors.
    public internal(set) var exchange: Exchange
    /// What fails, and how often; may be changed at any time.
    public var chaos: MAXChaos
    /// How often each fault has struck, by `MAXFault.index`.
    var strikeCounts = [Int](repeating: 0, count: MAXFault.allCases.count)

    var accounts: [MAXAccount] = []
    var feeds: [MAXBookFeed] = []
    var addresses: [MAXAddress] = []
    var connections: [MAXConnection] = []
    var cancels: [MAXPendingCancel] = []
    var delayed = DelayedEffects()
    /// How many orders came without a name of their own.
    var namelessOrders = 0
    var chance: RandomSource
    var now: Instant
    /// What the exchange did and the streams have not told yet.
    var events: [ExchangeEvent] = []

    /// - Throws: `VenueConfigurationError` for definitions that contradict each other.
    public init(configuration: MAXServerConfiguration, startingAt now: Instant) throws(VenueConfigurationError) {
        try configuration.check()
        var random = RandomSource(seed: configuration.seed)
        chance = random.fork()
        self.configuration = configuration
        chaos = configuration.chaos
        self.now = now
        exchange = Exchange(markets: configuration.markets, startingAt: now)
        // A name is taken for a day, whatever became of its order: see `place`.
        exchange.namesAreUnique = false
        feeds = configuration.markets.map { MAXBookFeed($0.instrument.market, version: now.milliseconds) }
        for definition in configuration.accounts {
            let id = exchange.openAccount(balances: definition.balances, at: now)
            accounts.append(MAXAccount(definition, id: id))
        }
    }

    /// How often chaos has struck in this way since the start.
    public func strikes(of fault: MAXFault) -> Int { strikeCounts[fault.index] }

    /// The venue's own clock, which chaos may put ahead.
    var venueTime: Instant { now + chaos.clockSkew }

    /// A moment as the venue tells it, in milliseconds by its own clock.
    func told(_ time: Instant) -> Int64 { (time + chaos.clockSkew).milliseconds }

    func instrument(_ market: MarketID) -> Instrument { configuration.markets[market.index].instrument }

    /// As the venue spells it.
    func symbol(_ market: MarketID) -> String { instrument(market).symbol.lowercased() }

    /// An account by the name in its definition, for auditors.
    public func account(named name: String) -> AccountID? {
        accounts.first { $0.definition.name == name }?.id
    }

    mutating func strikes(_ fault: MAXFault, _ label: String) -> Bool {
        guard chaos.strikes(fault, label, &chance) else { return false }
        strikeCounts[fault.index] += 1
        return true
    }

    // MARK: Time and flow

    /// When `advance` next has something to do.
    public var nextDue: Instant {
        var due = min(exchange.nextDue, delayed.nextDue)
        for feed in feeds { due = min(due, feed.dueAt) }
        for cancel in cancels { due = min(due, cancel.due) }
        for connection in connections { due = min(due, connection.lastPing + configuration.leeway.pingTimeout) }
        return due
    }

    /// Lets time pass: fires what is due, in the order in which it is due.
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
        carryOutCancels()
        publishEvents(into: &effects)
        publishBooks(into: &effects)
        closeSilent(into: &effects)
    }

    private mutating func carryOutCancels() {
        let due = cancels.filter { $0.due <= now }
        cancels.removeAll { $0.due <= now }
        for cancel in due {
            do throws(ExchangeRejection) {
                _ = try exchange.cancel(cancel.order, of: cancel.account, at: now, into: &events)
            } catch {
                // It ended meanwhile, as the streams have told.
            }
        }
    }

    /// Carries out one step of background flow.
    public mutating func apply(_ flow: FlowEvent, at time: Instant, into effects: inout [ServerEffect]) {
        advance(to: time, into: &effects)
        exchange.apply(flow, at: now, into: &events)
        publishEvents(into: &effects)
    }

    /// Adds to (or takes from) a balance from outside, as a deposit would.
    public mutating func deposit(
        _ amount: Cash, asset: String, to name: String, at time: Instant, into effects: inout [ServerEffect]
    ) throws(VenueConfigurationError) {
        guard let account = account(named: name) else { throw VenueConfigurationError("there is no account '\(name)'") }
        advance(to: time, into: &effects)
        exchange.deposit(amount, asset: asset, to: account, at: now, into: &events)
        publishEvents(into: &effects)
    }

    mutating func delay(_ effect: ServerEffect, by span: TimeSpan) {
        delayed.insert(effect, due: now + max(span, .zero))
    }
}

/// One account as the protocol sees it.
struct MAXAccount: Sendable {
    let definition: SpotAccountDefinition
    let id: AccountID
    let hmac: HMACSHA256
    var nonces = MAXNonceWindow()
    var requests = WindowCounter(.minutes(1))

    init(_ definition: SpotAccountDefinition, id: AccountID) {
        self.definition = definition
        self.id = id
        hmac = HMACSHA256(key: definition.apiSecret)
    }
}

/// What an address has asked of the public endpoints.
struct MAXAddress: Sendable {
    let address: String
    var requests = WindowCounter(.minutes(1))
}

/// A cancel that was taken in.
struct MAXPendingCancel: Sendable {
    var due: Instant
    var order: Int64
    var account: AccountID
}
