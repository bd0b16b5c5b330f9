internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import VenueExtended

/// One sub-account as the protocol sees it.
struct ExtendedAccount: Sendable {
    let definition: ExtendedAccountDefinition
    let id: AccountID
    /// As the venue tells it: `accountId`.
    let number: Int64
    let hasher: OrderHasher
    /// Ids of open orders, those that wait for the engine included, ascending.
    var open: [Int64] = []
    var trades = RecentList<ExtendedTrade>(capacity: 20_000)
    var funding = RecentList<ExtendedFundingPayment>(capacity: 20_000)
    var transfers = RecentList<ExtendedAssetOperation>(capacity: 1_000)
    /// One for each market.
    var positions: [ExtendedPosition?]
    var closedPositions = RecentList<ExtendedPosition>(capacity: 1_000)
    var exposures: [ExposureRecord]
    var exposure = AccountExposureRecord()
    var deadMansSwitch = DeadMansSwitch()
    var balanceUpdatedAt: Instant
    /// It has less than its margin needs: only orders that reduce are taken.
    var isShort = false

    init(
        _ definition: ExtendedAccountDefinition, id: AccountID, network: StarknetNetwork, markets: Int, at now: Instant
    ) {
        self.definition = definition
        self.id = id
        number = 104_000 + Int64(id.index)
        hasher = OrderHasher(network: network, publicKey: definition.publicKey, position: definition.vault)
        positions = Array(repeating: nil, count: markets)
        exposures = Array(repeating: ExposureRecord(), count: markets)
        balanceUpdatedAt = now
    }

    mutating func forgetOpen(_ order: Int64) {
        if let index = open.firstIndex(of: order) { open.remove(at: index) }
    }
}

/// What an account has in all markets together, at the marks of the moment at which orders or a position changed, and
/// the largest of each so far.
struct AccountExposureRecord: Hashable, Sendable {
    /// Σ position, signed.
    var maxNetLong = Cash.zero
    var maxNetShort = Cash.zero
    /// Σ position, without signs.
    var maxGross = Cash.zero
    /// Σ position, were all buys to fill and no sell; and the other way round.
    var maxWorstLong = Cash.zero
    var maxWorstShort = Cash.zero

    mutating func note(net: Cash, gross: Cash, worstLong: Cash, worstShort: Cash) {
        maxNetLong = max(maxNetLong, net)
        maxNetShort = max(maxNetShort, -net)
        maxGross = max(maxGross, gross)
        maxWorstLong = max(maxWorstLong, worstLong)
        maxWorstShort = max(maxWorstShort, worstShort)
    }
}

/// A payment between longs and shorts, as it was booked.
struct ExtendedFundingPayment: Hashable, Sendable {
    var id: Int64
    var market: MarketID
    var position: Int64
    /// Signed.
    var size: Quantity
    var mark: ExactDecimal
    var rate: Rate
    /// What the balance changed by.
    var amount: Cash
    var time: Instant
}

/// Money that came or went.
struct ExtendedAssetOperation: Hashable, Sendable {
    enum Kind: String, CaseIterable, Hashable, Sendable {
        case claim = "CLAIM"
        case deposit = "DEPOSIT"
        case transfer = "TRANSFER"
        case withdrawal = "WITHDRAWAL"
    }

    var id: Int64
    var kind: Kind
    /// Negative when it went.
    var amount: Cash
    var counterparty: Int64?
    var time: Instant
}

/// The account-wide countdown that cancels everything, and what became of it.
struct DeadMansSwitch: Sendable {
    enum Change: String, Hashable, Sendable { case armed, rearmed = "re-armed", disarmed, fired }

    struct Entry: Hashable, Sendable {
        var time: Instant
        var change: Change
        /// Of the countdown that was set, or that ran out.
        var seconds: Int64
        /// How many orders were canceled.
        var orders = 0
    }

    private(set) var deadline: Instant?
    private(set) var seconds: Int64 = 0
    private(set) var history = RecentList<Entry>(capacity: 1_000)
    private(set) var firings: Int64 = 0

    /// Sets the countdown anew; zero seconds disarm.
    mutating func set(_ seconds: Int64, at now: Instant) -> Change {
        let change: Change = seconds == 0 ? .disarmed : deadline == nil ? .armed : .rearmed
        history.append(Entry(time: now, change: change, seconds: seconds))
        deadline = seconds == 0 ? nil : now + .seconds(seconds)
        self.seconds = seconds
        return change
    }

    mutating func fire(orders: Int, at now: Instant) {
        history.append(Entry(time: now, change: .fired, seconds: seconds, orders: orders))
        firings += 1
        deadline = nil
    }
}
