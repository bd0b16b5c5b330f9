public import Exchange
public import Fundamentals
public import MarketModel
internal import StarkCryptography

/// A local Extended: the venue's REST and stream protocol in front of a matching engine, as a value.
///
/// Requests, stream openings and times go in; responses and frames come out as `ServerEffect`s, in order. No socket,
/// clock or entropy: chance comes from the configuration's seed, time from the caller, and never runs backwards.
///
/// What a request asks of the engine waits in a queue for `matchingDelay`: an order that was accepted may still be
/// rejected, and a cancel may come too late. The account stream then tells.
public struct ExtendedServer: Sendable {
    public let configuration: ExtendedServerConfiguration
    /// The books behind the protocol, for auditors.
    public internal(set) var exchange: Exchange
    /// What fails, and how often; may be changed at any time.
    public var chaos: ExtendedChaos
    /// Restrictions of the whole venue; may be changed at any time.
    public var mode = ExtendedVenueMode.normal
    /// How often each fault has struck, by `ExtendedFault.index`.
    var strikeCounts = [Int](repeating: 0, count: ExtendedFault.allCases.count)

    /// Their exchange ids are one higher than their indices: the first of the exchange is the flow.
    var accounts: [ExtendedAccount] = []
    var markets: [ExtendedMarketState] = []
    var orders = ExtendedOrderStore()
    var queue = ExtendedEngineQueue()
    var expiries = ExpiryQueue()
    var addresses: [ExtendedAddress] = []
    var connections: [ExtendedConnection] = []
    /// One for each market.
    var feeds: [ExtendedBookFeed]
    var candlesToldAt: Instant
    var delayed = DelayedEffects()
    var orderIDs = Snowflakes(worker: 1)
    var otherIDs = Snowflakes(worker: 2)
    var lastFundingPayment: Int64 = 8_000
    /// Trades of liquidations, newest last.
    var liquidations = RecentList<TradeID>(capacity: 1_000)
    var chance: RandomSource
    var now: Instant
    /// What the exchange did and the server has not looked at yet.
    var events: [ExchangeEvent] = []
    /// What the streams have not told yet.
    var notices: [ExtendedNotice] = []
    var log = RecentList<ExtendedLogEntry>(capacity: 10_000)
    /// Ids of the reply that is being written are texts.
    var writesIDsAsText = false

    /// - Throws: `VenueConfigurationError` for definitions that contradict each other.
    public init(
        configuration: ExtendedServerConfiguration, startingAt now: Instant
    ) throws(VenueConfigurationError) {
        try configuration.check()
        var random = RandomSource(seed: configuration.seed)
        chance = random.fork()
        self.configuration = configuration
        chaos = configuration.chaos
        self.now = now
        candlesToldAt = now
        feeds = Array(repeating: ExtendedBookFeed(), count: configuration.markets.count)
        exchange = Exchange(markets: configuration.markets.map(\.market), startingAt: now)
        exchange.tradeNumbering = .snowflake(zero: Snowflakes.zero)
        for definition in configuration.markets {
            let mark = exchange.mark(definition.instrument.market)
            markets.append(
                ExtendedMarketState(definition, nextFunding: mark.nextFunding, rate: mark.fundingRate, at: now))
        }
        let asset = exchange.settlementAsset
        for definition in configuration.accounts {
            let id = exchange.openAccount(balances: [(asset, definition.balance)], at: now)
            let owner = configuration.accounts.firstIndex { $0.client == definition.client } ?? 0
            exchange.setOwner(1 + owner, of: id)
            var account = ExtendedAccount(
                definition, id: id, network: configuration.network, markets: markets.count, at: now)
            if definition.balance > .zero {
                account.transfers.append(
                    ExtendedAssetOperation(
                        id: otherIDs.next(at: now), kind: .deposit, amount: definition.balance, time: now))
            }
            accounts.append(account)
        }
    }

    /// The venue's own clock, which chaos may put ahead.
    var venueTime: Instant { now + chaos.clockSkew }

    /// How often chaos has struck in this way since the start.
    public func strikes(of fault: ExtendedFault) -> Int { strikeCounts[fault.index] }

    mutating func strikes(_ fault: ExtendedFault, _ label: String) -> Bool {
        guard chaos.strikes(fault, label, &chance) else { return false }
        strikeCounts[fault.index] += 1
        return true
    }

    // MARK: Time and flow

    /// When `advance` next has something to do.
    public var nextDue: Instant {
        var due = min(exchange.nextDue, queue.nextDue, delayed.nextDue, streamsDue)
        due = min(due, expiries.nextDue - chaos.clockSkew)
        for account in accounts { due = min(due, account.deadMansSwitch.deadline ?? .distantFuture) }
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
        runEngine()
        fireSwitches()
        expireOrders()
        exchange.advance(to: now, into: &events)
        settle(into: &effects)
        workStreams(into: &effects)
    }

    /// Looks at what the exchange did, and lets the streams tell it.
    mutating func settle(into effects: inout [ServerEffect]) {
        absorbEvents()
        recordFunding()
        publishNotices(into: &effects)
    }

    /// Carries out one step of background flow.
    public mutating func apply(_ flow: FlowEvent, at time: Instant, into effects: inout [ServerEffect]) {
        advance(to: time, into: &effects)
        exchange.apply(flow, at: now, into: &events)
        settle(into: &effects)
    }
}

extension ExtendedServer {
    /// Adds to (or takes from) a balance from outside, as a deposit on the venue's page would.
    public mutating func deposit(
        _ amount: Cash, to name: String, at time: Instant, into effects: inout [ServerEffect]
    ) throws(VenueConfigurationError) {
        guard let index = accounts.firstIndex(where: { $0.definition.name == name }) else {
            throw VenueConfigurationError("there is no account '\(name)'")
        }
        advance(to: time, into: &effects)
        let before = exchange.wallet(of: accounts[index].id)
        exchange.deposit(amount, asset: exchange.settlementAsset, to: accounts[index].id, at: now, into: &events)
        // What would overdraw the balance was not booked.
        let booked = exchange.wallet(of: accounts[index].id) - before
        if booked != .zero {
            let operation = ExtendedAssetOperation(
                id: otherIDs.next(at: venueTime), kind: booked > .zero ? .deposit : .withdrawal, amount: booked,
                time: venueTime)
            accounts[index].transfers.append(operation)
            notices.append(.transfer(account: index, operation))
        }
        settle(into: &effects)
    }
}

/// What the whole venue restricts, as after maintenance.
public enum ExtendedVenueMode: String, Hashable, Sendable, CaseIterable {
    case normal
    /// 1010 for every order.
    case maintenance
    /// 1011 for orders that are not post-only.
    case postOnly = "post-only"
    /// 1012 for orders that are not reduce-only.
    case reduceOnly = "reduce-only"
}

/// A line of the venue's log.
struct ExtendedLogEntry: Hashable, Sendable {
    var time: Instant
    /// Name of the account; empty for the venue.
    var account: String
    var text: String
}
