internal import Cryptography
internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import VenueBinance

/// One account as the protocol sees it: keys, limits, and what an auditor wants to know of it.
struct BinanceAccount: Sendable {
    let definition: BinanceAccountDefinition
    let id: AccountID
    /// Of the account's API keys.
    let keys: [(apiKey: String, check: BinanceSignatureCheck.Key)]
    var orders = BinanceOrderLimiter()
    var updatedAt = Instant.distantPast
    /// One for each market.
    var activities: [BinanceActivity]
    /// Everything ever charged, by asset in order of appearance.
    var fees: [(asset: String, amount: Cash)] = []
    /// Matches with own orders that were prevented, oldest first.
    var preventions = RecentList<BinancePrevention>(capacity: 10_000)
    var amendments = RecentList<BinanceAmendment>(capacity: 10_000)

    init(_ definition: BinanceAccountDefinition, id: AccountID, markets: Int) {
        self.definition = definition
        self.id = id
        var keys: [(apiKey: String, check: BinanceSignatureCheck.Key)] = [
            (definition.apiKey, .hmac(HMACSHA256(key: definition.apiSecret)))
        ]
        if let key = definition.ed25519 { keys.append((key.apiKey, .ed25519(key.publicKey))) }
        self.keys = keys
        activities = Array(repeating: BinanceActivity(), count: markets)
    }

    /// −1 for an account that is in no group.
    var tradeGroup: Int64 { definition.tradeGroup.map(Int64.init) ?? -1 }

    mutating func charge(_ amount: Cash, _ asset: String) {
        if let row = fees.firstIndex(where: { $0.asset == asset }) {
            fees[row].amount += amount
        } else {
            fees.append((asset, amount))
        }
    }

    mutating func note(_ prevention: BinancePrevention) {
        guard preventions.last?.record.number != prevention.record.number else { return }
        preventions.append(prevention)
    }
}

/// What an account did in one market.
struct BinanceActivity: Hashable, Sendable {
    var bought = Quantity.zero
    var sold = Quantity.zero
    var boughtValue = Cash.zero
    var soldValue = Cash.zero
    /// Lots that the account traded with itself, or with an account of its group.
    var selfTraded = Quantity.zero
    var executions: Int64 = 0
    var exposure = ExposureRecord()
}

/// A prevented match and where it was.
struct BinancePrevention: Hashable, Sendable {
    var record: SelfTradePrevention
    var market: MarketID
}

/// An order whose quantity was lowered.
struct BinanceAmendment: Hashable, Sendable {
    var order: Int64
    var market: MarketID
    var executionID: Int64
    var oldName: String
    var newName: String
    var oldQuantity: Quantity
    var newQuantity: Quantity
    var time: Instant
}

/// New orders of one account that have not been filled.
struct BinanceOrderLimiter: Sendable {
    private(set) var tenSeconds = WindowCounter(.seconds(10))
    private(set) var day = WindowCounter(.hours(24))

    mutating func admit(_ limits: BinanceLimits, at now: Instant) throws(BinanceError) {
        tenSeconds.roll(to: now)
        day.roll(to: now)
        if tenSeconds.count >= limits.ordersPerTenSeconds {
            throw Self.exceeded(limits.ordersPerTenSeconds, "10 SECOND", tenSeconds.secondsLeft(at: now))
        }
        if day.count >= limits.ordersPerDay {
            throw Self.exceeded(limits.ordersPerDay, "1 DAY", day.secondsLeft(at: now))
        }
        tenSeconds.add(1, at: now)
        day.add(1, at: now)
    }

    /// An order's first fill lowers the count: by one as taker, by five as maker.
    mutating func fill(isMaker: Bool, at now: Instant) {
        tenSeconds.add(isMaker ? -5 : -1, at: now)
        day.add(isMaker ? -5 : -1, at: now)
    }

    func counted(at now: Instant) -> (tenSeconds: Int64, day: Int64) {
        var copy = self
        copy.tenSeconds.roll(to: now)
        copy.day.roll(to: now)
        return (copy.tenSeconds.count, copy.day.count)
    }

    private static func exceeded(_ limit: Int64, _ period: String, _ seconds: Int64) -> BinanceError {
        BinanceError(
            -1_015, "Too many new orders; current limit is \(limit) orders per \(period).", status: 429,
            retryAfter: seconds)
    }
}
