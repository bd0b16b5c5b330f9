internal import Fundamentals
internal import MarketModel

/// An order and where it rests.
struct OrderRecord {
    var order: ExchangeOrder
    /// Node in its market's book; −1 while it does not rest.
    var node: Int32 = RestingNode.none
    /// Placed by the exchange to liquidate: its fills are told as such.
    var isLiquidation = false
    /// What it holds back of the asset that it pays with, in a spot market.
    var locked = Cash.zero
    /// The fee rate for which it holds back something.
    var lockedRate = Rate.zero

    init(order: ExchangeOrder) { self.order = order }

    /// Waits in the trigger book.
    var isWaiting: Bool { order.request.type.isConditional && !order.isTriggered }
    /// Matches at a limit price, now or after being triggered.
    var isLimit: Bool { order.request.type.hasLimit }
}

extension OrderType {
    var isConditional: Bool {
        switch self {
        case .limit, .market: false
        case .stop, .stopMarket, .takeProfit, .takeProfitMarket, .trailingStopMarket: true
        }
    }
    /// Closing a whole position is for triggered market orders without trailing.
    var mayClosePosition: Bool {
        switch self {
        case .stopMarket, .takeProfitMarket: true
        case .limit, .market, .stop, .takeProfit, .trailingStopMarket: false
        }
    }
    var hasLimit: Bool {
        switch self {
        case .limit, .stop, .takeProfit: true
        case .market, .stopMarket, .takeProfitMarket, .trailingStopMarket: false
        }
    }
}

/// The orders that are remembered, in order of acceptance.
///
/// `records` is reached directly: behind a `_read` accessor, Swift 6.3.1 builds events out of freed memory at `-Onone`.
/// Order ids grow with irregular gaps, as a venue's do, and are found by bisection: no table is needed.
struct OrderStore {
    var records: [OrderRecord] = []
    private var byClient = IdentifierTable()

    static let firstID: Int64 = 18_000_000_000
    private static let stride: Int64 = 7
    /// Orders ever accepted.
    private var issued: Int64 = 0
    /// How many records there were after the last look for some to forget.
    var kept = 0

    var nextID: Int64 {
        let scrambled = UInt64(bitPattern: issued) &* 0x9E37_79B9_7F4A_7C15
        return Self.firstID + issued * Self.stride + Int64((scrambled >> 40) % UInt64(Self.stride))
    }

    mutating func append(_ order: ExchangeOrder) -> Int {
        let slot = records.count
        records.append(OrderRecord(order: order))
        issued += 1
        name(slot)
        return slot
    }

    private mutating func name(_ slot: Int) {
        let order = records[slot].order
        guard !order.request.clientOrderID.isEmpty else { return }
        byClient.update(Self.hash(order.request.clientOrderID, order.account), to: slot) { other in
            records[other].order.account == order.account
                && records[other].order.request.clientOrderID == order.request.clientOrderID
        }
    }

    /// Forgets records.
    /// - Returns: where each of the old slots is now, -1 for what was forgotten.
    mutating func forget(_ isForgotten: (OrderRecord) -> Bool) -> [Int] {
        var places: [Int] = []
        places.reserveCapacity(records.count)
        var count = 0
        for slot in records.indices {
            guard !isForgotten(records[slot]) else {
                places.append(-1)
                continue
            }
            places.append(count)
            if count < slot { records[count] = records[slot] }
            count += 1
        }
        records.removeLast(records.count - count)
        byClient = IdentifierTable()
        for slot in records.indices { name(slot) }
        return places
    }

    func slot(ofID id: Int64) -> Int? {
        let slot = records.partitioningIndex { $0.order.id >= id }
        guard slot < records.count, records[slot].order.id == id else { return nil }
        return slot
    }

    /// The newest order of that name; nil for the empty one. Where names are unique among open orders, an open one is
    /// always the newest.
    func slot(ofClient text: String, account: AccountID) -> Int? {
        guard !text.isEmpty else { return nil }
        return byClient.find(Self.hash(text, account)) { slot in
            records[slot].order.account == account && records[slot].order.request.clientOrderID == text
        }
    }

    private static func hash(_ text: String, _ account: AccountID) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ (UInt64(bitPattern: Int64(account.index)) &* 0x9E37_79B9_7F4A_7C15)
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return hash ^ (hash >> 29)
    }
}

/// Open addressing with linear probing from a hash to a slot of somebody else's array; entries are replaced, never removed.
struct IdentifierTable {
    private struct Entry {
        var hash: UInt64
        var slot: Int
    }
    private var entries = [Entry](repeating: Entry(hash: 0, slot: -1), count: 64)
    private var count = 0

    func find(_ hash: UInt64, where matches: (Int) -> Bool) -> Int? {
        let slot = entries[position(of: hash, where: matches)].slot
        return slot < 0 ? nil : slot
    }

    mutating func update(_ hash: UInt64, to slot: Int, where matches: (Int) -> Bool) {
        if (count + 1) * 2 > entries.count { grow() }
        let position = position(of: hash, where: matches)
        if entries[position].slot < 0 { count += 1 }
        entries[position] = Entry(hash: hash, slot: slot)
    }

    private func position(of hash: UInt64, where matches: (Int) -> Bool) -> Int {
        let mask = entries.count - 1
        var position = Int(truncatingIfNeeded: hash) & mask
        while entries[position].slot >= 0 {
            if entries[position].hash == hash, matches(entries[position].slot) { break }
            position = (position + 1) & mask
        }
        return position
    }

    private mutating func grow() {
        let old = entries
        entries = [Entry](repeating: Entry(hash: 0, slot: -1), count: old.count * 2)
        let mask = entries.count - 1
        for entry in old where entry.slot >= 0 {
            var position = Int(truncatingIfNeeded: entry.hash) & mask
            while entries[position].slot >= 0 { position = (position + 1) & mask }
            entries[position] = entry
        }
    }
}
