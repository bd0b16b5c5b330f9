internal import Exchange

/// Client ids that orders got when they were amended: the newest twenty thousand or so.
struct BinanceNames: Sendable {
    private struct Entry: Sendable {
        var order: Int64
        var key: String
    }

    private var entries: [Entry] = []
    /// Looked up only.
    private var names: [Int64: String] = [:]
    private var orders: [String: Int64] = [:]
    private static let capacity = 20_000

    mutating func rename(_ order: ExchangeOrder, to name: String) {
        if entries.count >= 2 * Self.capacity {
            for entry in entries.prefix(Self.capacity) {
                if orders[entry.key] == entry.order { orders[entry.key] = nil }
                names[entry.order] = nil
            }
            entries.removeFirst(Self.capacity)
        }
        let key = Self.key(name, order.account)
        entries.append(Entry(order: order.id, key: key))
        names[order.id] = name
        orders[key] = order.id
    }

    /// What the order is called now.
    func name(of order: ExchangeOrder) -> String { names[order.id] ?? order.request.clientOrderID }

    /// The order that was given that name by an amendment.
    func order(named name: String, of account: AccountID) -> Int64? { orders[Self.key(name, account)] }

    private static func key(_ name: String, _ account: AccountID) -> String { "\(account.index) \(name)" }
}
