internal import Fundamentals
internal import MarketModel

/// The orders that are remembered, ascending by id: all open ones, and those that ended not too long ago.
struct ExtendedOrderStore: Sendable {
    private(set) var orders: [ExtendedOrder] = []
    private var byExternalID: [Name: Int64] = [:]
    /// How many there were after the last look for some to forget.
    private var kept = 0
    /// Ended orders that are kept; the oldest go first.
    var capacity = 100_000
    /// Orders that ended without a fill are forgotten when they ended this long ago.
    var unfilledLife = TimeSpan.hours(168)

    private struct Name: Hashable, Sendable {
        let account: Int
        let text: String
    }

    mutating func append(_ order: ExtendedOrder) {
        precondition(orders.last.map { $0.id < order.id } ?? true, "orders arrive in the order of their ids")
        forgetOld(at: order.createdAt)
        orders.append(order)
        byExternalID[Name(account: order.account, text: order.externalID)] = order.id
    }

    subscript(id: Int64) -> ExtendedOrder? {
        get { index(of: id).map { orders[$0] } }
    }

    /// Changes an order in place; unknown ids change nothing.
    mutating func update(_ id: Int64, _ change: (inout ExtendedOrder) -> Void) {
        guard let index = index(of: id) else { return }
        change(&orders[index])
    }

    /// The order of that name, which is unique for as long as it is remembered.
    func order(named externalID: String, of account: Int) -> ExtendedOrder? {
        byExternalID[Name(account: account, text: externalID)].flatMap { self[$0] }
    }

    private func index(of id: Int64) -> Int? {
        var low = 0
        var high = orders.count
        while low < high {
            let middle = (low + high) / 2
            if orders[middle].id < id { low = middle + 1 } else { high = middle }
        }
        return low < orders.count && orders[low].id == id ? low : nil
    }

    private mutating func forgetOld(at now: Instant) {
        guard orders.count >= kept + 20_000 else { return }
        var surplus = orders.count { !$0.status.isOpen } - capacity
        let life = unfilledLife
        orders.removeAll { order in
            guard !order.status.isOpen else { return false }
            if order.filled == .zero, order.updatedAt + life < now { return true }
            guard surplus > 0 else { return false }
            surplus -= 1
            return true
        }
        kept = orders.count
        byExternalID = [:]
        for order in orders { byExternalID[Name(account: order.account, text: order.externalID)] = order.id }
    }
}
