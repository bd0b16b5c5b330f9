import Exchange
import Fundamentals
import MarketModel

/// Price-time priority as one would write it on a blackboard: one array, searched anew for every match. Knows nothing of
/// money. The oracle for the real book.
struct NaiveMatcher {
    struct Resting {
        var order: Int64
        var account: Int
        var side: Side
        var price: Int64
        var quantity: Int64
        var isHidden: Bool
        var arrival: Int
    }
    struct Trade: Hashable {
        var maker: Int64
        var taker: Int64
        var price: Int64
        var quantity: Int64
        var aggressor: Side
    }

    var resting: [Resting] = []
    var trades: [Trade] = []
    private var arrivals = 0

    /// Best first.
    private func queue(_ side: Side) -> [Int] {
        resting.indices.filter { resting[$0].side == side }.sorted { a, b in
            let (x, y) = (resting[a], resting[b])
            if x.price != y.price { return side == .buy ? x.price > y.price : x.price < y.price }
            if x.isHidden != y.isHidden { return y.isHidden }
            return x.arrival < y.arrival
        }
    }

    private func reaches(_ side: Side, _ limit: Int64, _ price: Int64) -> Bool {
        side == .buy ? price <= limit : price >= limit
    }

    mutating func place(
        order: Int64, account: Int, side: Side, price: Int64, quantity: Int64, tif: TimeInForce, mode: SelfTradeMode
    ) {
        let opposite = queue(side.opposite).filter { reaches(side, price, resting[$0].price) }
        if tif == .postOnly, !opposite.isEmpty { return }
        if tif == .fillOrKill {
            var reachable: Int64 = 0
            for index in opposite {
                if resting[index].account == account {
                    if mode == .expireMaker { continue } else { break }
                }
                reachable += resting[index].quantity
            }
            if reachable < quantity { return }
        }
        var left = quantity
        while left > 0, let best = queue(side.opposite).first, reaches(side, price, resting[best].price) {
            if resting[best].account == account {
                if mode != .expireTaker { resting.remove(at: best) }
                if mode != .expireMaker { return }
                continue
            }
            left -= trade(best, order, side, left)
        }
        guard left > 0, tif != .immediateOrCancel, tif != .fillOrKill else { return }
        rest(order, account, side, price, left, isHidden: tif == .hidden)
    }

    private mutating func trade(_ index: Int, _ taker: Int64, _ side: Side, _ wanted: Int64) -> Int64 {
        let maker = resting[index]
        let quantity = min(wanted, maker.quantity)
        trades.append(
            Trade(maker: maker.order, taker: taker, price: maker.price, quantity: quantity, aggressor: side))
        if quantity == maker.quantity { resting.remove(at: index) } else { resting[index].quantity -= quantity }
        return quantity
    }

    private mutating func rest(
        _ order: Int64, _ account: Int, _ side: Side, _ price: Int64, _ quantity: Int64, isHidden: Bool
    ) {
        if account == 0, let last = queue(side).last(where: { resting[$0].price == price && !resting[$0].isHidden }),
            resting[last].account == 0
        {
            resting[last].quantity += quantity
            return
        }
        arrivals += 1
        resting.append(
            Resting(
                order: order, account: account, side: side, price: price, quantity: quantity, isHidden: isHidden,
                arrival: arrivals))
    }

    mutating func cancel(_ order: Int64) { resting.removeAll { $0.order == order } }

    mutating func amend(
        _ order: Int64, account: Int, side: Side, price: Int64, total: Int64, filled: Int64, tif: TimeInForce,
        mode: SelfTradeMode
    ) {
        guard let index = resting.firstIndex(where: { $0.order == order }) else { return }
        if resting[index].price == price, total - filled <= resting[index].quantity {
            resting[index].quantity = total - filled
            return
        }
        resting.remove(at: index)
        place(order: order, account: account, side: side, price: price, quantity: total - filled, tif: tif, mode: mode)
    }

    // MARK: Flow

    mutating func flowTrade(_ side: Side, _ quantity: Int64, limit: Int64) {
        var left = quantity
        while left > 0, let best = queue(side.opposite).first, reaches(side, limit, resting[best].price) {
            left -= trade(best, 0, side, left)
        }
    }

    mutating func flowRest(_ side: Side, _ price: Int64, _ quantity: Int64) {
        var left = quantity
        while left > 0, let best = queue(side.opposite).first, reaches(side, price, resting[best].price) {
            if resting[best].account == 0 { resting.remove(at: best) } else { left -= trade(best, 0, side, left) }
        }
        if left > 0 { rest(0, 0, side, price, left, isHidden: false) }
    }

    mutating func flowWithdraw(_ side: Side, _ price: Int64, _ quantity: Int64) {
        var left = quantity
        while left > 0,
            let last = queue(side).last(where: { resting[$0].price == price && resting[$0].account == 0 })
        {
            let part = min(left, resting[last].quantity)
            left -= part
            if part == resting[last].quantity { resting.remove(at: last) } else { resting[last].quantity -= part }
        }
    }

    private func flow(_ side: Side, _ price: Int64) -> Int64 {
        resting.filter { $0.account == 0 && $0.side == side && $0.price == price }.reduce(0) { $0 + $1.quantity }
    }

    mutating func flowBook(_ bids: [(Int64, Int64)], _ asks: [(Int64, Int64)]) {
        for (levels, side) in [(bids, Side.buy), (asks, Side.sell)] {
            for price in prices(side).reversed() {
                let isBeyond = levels.last.map { side == .buy ? price < $0.0 : price > $0.0 } ?? false
                if isBeyond, abs(levels.last!.0 - price) <= 200 { continue }
                let wanted = levels.first { $0.0 == price }?.1 ?? 0
                flowWithdraw(side, price, max(0, flow(side, price) - wanted))
            }
        }
        for (levels, side) in [(bids, Side.buy), (asks, Side.sell)] {
            for (price, quantity) in levels {
                let missing = quantity - flow(side, price)
                if missing > 0 { flowRest(side, price, missing) }
            }
        }
    }

    private func prices(_ side: Side) -> [Int64] {
        var result: [Int64] = []
        for index in queue(side) where result.last != resting[index].price { result.append(resting[index].price) }
        return result
    }

    /// Displayed levels as `Desk.picture` writes them.
    var picture: String {
        func text(_ side: Side) -> String {
            prices(side).compactMap { price in
                let sum = resting.filter { $0.side == side && $0.price == price && !$0.isHidden }
                    .reduce(0) { $0 + $1.quantity }
                return sum > 0 ? "\(price):\(sum)" : nil
            }.joined(separator: " ")
        }
        return text(.buy) + "|" + text(.sell)
    }
}
