public import Exchange
public import Fundamentals
public import MarketModel

/// A local ACE: the venue's REST protocol in front of a matching engine, as a value.
///
/// Requests and times go in, responses come out as `ServerEffect`s, in order. No socket, clock or entropy: chance comes
/// from the configuration's seed, time from the caller, and never runs backwards. There are no streams.
public struct ACEServer: Sendable {
    public let configuration: ACEServerConfiguration
    /// The books behind the protocol, for auditors.
    public internal(set) var exchange: Exchange
    /// What fails, and how often; may be changed at any time.
    public var chaos: ACEChaos
    /// How often each fault has struck, by `ACEFault.index`.
    var strikeCounts = [Int](repeating: 0, count: ACEFault.allCases.count)

    /// Their exchange ids are one higher than their indices: the first of the exchange is the flow.
    var accounts: [ACEAccount] = []
    /// One for each market.
    var candles: [CandleSeries]
    var delayed = DelayedEffects()
    /// Orders that came without a name.
    var unnamed: Int64 = 0
    var chance: RandomSource
    var now: Instant
    /// What the exchange did and nobody has looked at yet.
    var events: [ExchangeEvent] = []

    /// - Throws: `VenueConfigurationError` for definitions that contradict each other.
    public init(configuration: ACEServerConfiguration, startingAt now: Instant) throws(VenueConfigurationError) {
        try configuration.check()
        var random = RandomSource(seed: configuration.seed)
        chance = random.fork()
        self.configuration = configuration
        chaos = configuration.chaos
        self.now = now
        exchange = Exchange(markets: configuration.markets, startingAt: now)
        candles = configuration.markets.map { _ in CandleSeries() }
        for (index, definition) in configuration.accounts.enumerated() {
            let id = exchange.openAccount(balances: definition.balances, at: now)
            accounts.append(
                ACEAccount(
                    definition: definition, id: id, uid: 660 + Int64(index),
                    record: SpotRecord(markets: configuration.markets.count)))
        }
    }

    /// The venue's own clock, which chaos may put ahead.
    var venueTime: Instant { now + chaos.clockSkew }

    /// How often chaos has struck in this way since the start.
    public func strikes(of fault: ACEFault) -> Int { strikeCounts[fault.index] }

    mutating func strikes(_ fault: ACEFault, _ label: String) -> Bool {
        guard chaos.strikes(fault, label, &chance) else { return false }
        strikeCounts[fault.index] += 1
        return true
    }

    // MARK: Time and flow

    public var nextDue: Instant { min(exchange.nextDue, delayed.nextDue) }

    public mutating func advance(to time: Instant, into effects: inout [ServerEffect]) {
        while true {
            let due = nextDue
            guard due <= time else { break }
            now = max(now, due)
            delayed.release(until: now, into: &effects)
            exchange.advance(to: now, into: &events)
            absorbEvents()
        }
        now = max(now, time)
    }

    public mutating func apply(_ flow: FlowEvent, at time: Instant, into effects: inout [ServerEffect]) {
        advance(to: time, into: &effects)
        exchange.apply(flow, at: now, into: &events)
        absorbEvents()
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
        absorbEvents()
    }

    /// Takes into candles and records what the exchange did.
    mutating func absorbEvents() {
        let happened = events
        events.removeAll(keepingCapacity: true)
        for event in happened {
            switch event {
            case .order(_, let order, let execution):
                guard order.account != .flow else { continue }
                accounts[order.account.index - 1].record.absorb(order, execution, exchange)
            case .print(let market, let trade): record(trade, market)
            case .account, .level, .mark, .leverageChanged: break
            }
        }
    }

    private mutating func record(_ trade: PublicTrade, _ market: MarketID) {
        let instrument = configuration.markets[market.index].instrument
        candles[market.index].record(
            instrument.decimal(trade.price), quantity: trade.quantity,
            value: instrument.notional(trade.price, trade.quantity), isTakerBuy: trade.aggressor == .buy,
            id: trade.id.number, at: trade.venueTime)
    }
}

/// One account as the protocol sees it.
struct ACEAccount: Sendable {
    let definition: SpotAccountDefinition
    let id: AccountID
    /// The venue's number of the customer.
    let uid: Int64
    var record: SpotRecord
}
