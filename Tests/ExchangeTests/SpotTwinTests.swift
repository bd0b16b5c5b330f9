import Exchange
import Fundamentals
import MarketModel
import Testing

/// Funds and self-trade prevention of a spot market as one would write them down: a list of orders, searched anew for each
/// match, and balances that are summed up anew each time.
struct NaiveSpot {
    struct Order {
        var id: Int64
        var account: Int
        var side: Side
        var price: Int64
        var quantity: Int64
        var executed: Int64 = 0
        var prevented: Int64 = 0
        var isOpen = true
        var arrival: Int
        var left: Int64 { quantity - executed - prevented }
    }
    /// One tick × one lot, and one lot, in 10⁻¹².
    static let unit: Int128 = 100_000
    static let lot: Int128 = 10_000_000

    let fee: SpotFeeAsset
    let maker: Int128
    let taker: Int128
    var owners: [Int]
    /// By account: the quote and the base asset, and what was charged.
    var quote: [Int128]
    var base: [Int128]
    var fees: (quote: Int128, base: Int128) = (0, 0)
    var orders: [Order] = []
    var arrivals = 0

    func rounded(_ amount: Int128, _ rate: Int128) -> Int128 {
        let exact = amount * rate
        let divisor: Int128 = 1_000_000_000_000
        let half = exact < 0 ? -divisor / 2 : divisor / 2
        return (exact + half) / divisor * 10_000
    }

    func cost(_ order: Order) -> Int128 { cost(order.side, order.left, order.price) }
    func cost(_ side: Side, _ lots: Int64, _ price: Int64) -> Int128 {
        guard side == .buy else { return Int128(lots) * Self.lot }
        let value = Int128(lots) * Int128(price) * Self.unit
        return fee == .quote ? value + rounded(value, max(0, maker, taker)) : value
    }

    func locked(_ account: Int, _ side: Side) -> Int128 {
        orders.filter { $0.isOpen && $0.account == account && $0.side == side }.reduce(0) { $0 + cost($1) }
    }

    func free(_ account: Int, _ side: Side) -> Int128 {
        (side == .buy ? quote[account] : base[account]) - locked(account, side)
    }

    /// - Returns: false if it is refused.
    mutating func place(
        id: Int64, account: Int, side: Side, price: Int64, lots: Int64, mode: SelfTradeMode, scope: SelfTradeScope,
        rests: Bool
    ) {
        arrivals += 1
        orders.append(Order(id: id, account: account, side: side, price: price, quantity: lots, arrival: arrivals))
        let taker = orders.count - 1
        while orders[taker].isOpen, orders[taker].left > 0, let maker = best(against: orders[taker]) {
            if isOwn(orders[taker].account, orders[maker].account, scope) {
                prevent(taker, maker, mode)
            } else {
                trade(taker, maker)
            }
        }
        if orders[taker].left == 0 || !rests { orders[taker].isOpen = false }
    }

    private func best(against order: Order) -> Int? {
        orders.indices.filter {
            orders[$0].isOpen && orders[$0].side != order.side && orders[$0].id != order.id
                && (order.side == .buy ? orders[$0].price <= order.price : orders[$0].price >= order.price)
        }.min { a, b in
            let (x, y) = (orders[a], orders[b])
            if x.price != y.price { return order.side == .buy ? x.price < y.price : x.price > y.price }
            return x.arrival < y.arrival
        }
    }

    private func isOwn(_ a: Int, _ b: Int, _ scope: SelfTradeScope) -> Bool {
        switch scope {
        case .nobody: false
        case .account: a == b
        case .owner: owners[a] == owners[b]
        }
    }

    private mutating func prevent(_ taker: Int, _ maker: Int, _ mode: SelfTradeMode) {
        let (ours, theirs) = (orders[taker].left, orders[maker].left)
        switch mode {
        case .expireTaker: orders[taker].prevented += ours
        case .expireMaker: orders[maker].prevented += theirs
        case .expireBoth:
            orders[taker].prevented += ours
            orders[maker].prevented += theirs
        case .decrement:
            orders[taker].prevented += min(ours, theirs)
            orders[maker].prevented += min(ours, theirs)
        }
        for index in [taker, maker] where orders[index].left == 0 { orders[index].isOpen = false }
    }

    private mutating func trade(_ taker: Int, _ maker: Int) {
        let lots = min(orders[taker].left, orders[maker].left)
        let value = Int128(lots) * Int128(orders[maker].price) * Self.unit
        for (index, rate) in [(taker, self.taker), (maker, self.maker)] {
            orders[index].executed += lots
            let account = orders[index].account
            let amount = Int128(lots) * Self.lot
            switch orders[index].side {
            case .buy:
                quote[account] -= value
                base[account] += amount
            case .sell:
                quote[account] += value
                base[account] -= amount
            }
            if orders[index].left == 0 { orders[index].isOpen = false }
            if orders[index].side == .buy, fee == .received {
                let part = rounded(amount, rate)
                base[account] -= part
                fees.base += part
            } else {
                let part = min(rounded(value, rate), max(0, free(account, .buy)))
                quote[account] -= part
                fees.quote += part
            }
        }
    }
}

/// Random orders of four accounts, two of one owner, in the exchange and in the naive twin.
struct SpotTwins {
    var desk: Desk
    var naive: NaiveSpot
    var chance: RandomSource
    var seen: [String: Int] = [:]

    init(seed: UInt64, fee: SpotFeeAsset, maker: Int64) {
        chance = RandomSource(seed: seed)
        desk = Desk([spot(fee: fee, maker: maker, taker: 123_457)])
        naive = NaiveSpot(
            fee: fee, maker: Int128(maker), taker: 123_457, owners: [0, 1, 1, 3, 4],
            quote: [0, 0, 0, 0, 0], base: [0, 0, 0, 0, 0])
        for index in 1...4 {
            let (money, held) = (chance.integer(in: 20...90), chance.integer(in: 100...4_000))
            let account = desk.account([("USDT", "\(money)"), ("BTC", "0.\(100_000 + held)")])
            naive.quote[index] = coins("\(money)").units
            naive.base[index] = coins("0.\(100_000 + held)").units
            desk.exchange.setOwner(naive.owners[index], of: account)
        }
    }

    /// - Returns: what went wrong, or nil.
    mutating func step() -> String? {
        desk.events.removeAll()
        let said = chance.chance(1, in: 4) ? cancel() : chance.chance(1, in: 6) ? amend() : place()
        seen[said, default: 0] += 1
        return compare().map { "\(said): \($0)" }
    }

    private mutating func place() -> String {
        let account = Int(chance.integer(in: 1...4))
        let side: Side = chance.chance(1, in: 2) ? .buy : .sell
        let (price, lots) = (9_990 + chance.integer(in: 0...20), chance.integer(in: 1...9_000))
        let mode = SelfTradeMode.allCases[Int(chance.integer(in: 0...3))]
        let scope = SelfTradeScope.allCases[Int(chance.integer(in: 0...2))]
        let rests = chance.chance(3, in: 4)
        let isAffordable = naive.cost(side, lots, price) <= naive.free(account, side)
        let name = desk.name()
        let market = desk.market
        let order = NewOrder(
            market: market, side: side, type: .limit, timeInForce: rests ? .goodTillCancel : .immediateOrCancel,
            quantity: Quantity(lots: lots), price: Price(ticks: price), clientOrderID: name, selfTradeMode: mode,
            selfTradeScope: scope)
        do throws(ExchangeRejection) {
            let id = try desk.send(order, AccountID(account))
            guard isAffordable else { return "accepted beyond its funds" }
            naive.place(
                id: id, account: account, side: side, price: price, lots: lots, mode: mode, scope: scope, rests: rests)
            return "placed \(mode) \(scope)"
        } catch {
            return isAffordable || error != .insufficientFunds ? "wrongly refused: \(error)" : "refused"
        }
    }

    private mutating func anyOpen() -> Int? {
        let open = naive.orders.indices.filter { naive.orders[$0].isOpen }
        return open.isEmpty ? nil : open[Int(chance.integer(in: 0...Int64(open.count - 1)))]
    }

    private mutating func cancel() -> String {
        guard let index = anyOpen() else { return "nothing to cancel" }
        let order = naive.orders[index]
        do throws(ExchangeRejection) {
            try desk.cancel(order.id, AccountID(order.account))
        } catch { return "wrongly not canceled" }
        naive.orders[index].isOpen = false
        return "canceled"
    }

    /// Lowers a quantity, which keeps the order's place.
    private mutating func amend() -> String {
        guard let index = anyOpen() else { return "nothing to amend" }
        let order = naive.orders[index]
        let total = order.executed + order.prevented + chance.integer(in: 1...order.left)
        do throws(ExchangeRejection) {
            try desk.amend(order.id, AccountID(order.account), total, at: order.price)
        } catch { return "wrongly not amended" }
        naive.orders[index].quantity = total
        return "amended"
    }

    private func compare() -> String? {
        for account in 1...4 {
            for (asset, total, side) in [("USDT", naive.quote[account], Side.buy), ("BTC", naive.base[account], .sell)]
            {
                let holding = desk.exchange.holding(of: AccountID(account), asset: asset)
                guard holding.total.units == total, holding.locked.units == naive.locked(account, side) else {
                    return "\(asset) of \(account) is \(holding), expected \(total), \(naive.locked(account, side))"
                }
                guard holding.locked <= holding.total, holding.total >= .zero else { return "\(asset) overdrawn" }
            }
        }
        let (quote, base) = (desk.exchange.houseFees(asset: "USDT"), desk.exchange.houseFees(asset: "BTC"))
        guard quote.units == naive.fees.quote, base.units == naive.fees.base else { return "fees \(quote) \(base)" }
        for order in naive.orders.suffix(40) {
            let real = desk.exchange.order(order.id, of: AccountID(order.account))
            guard let real, real.filled.lots == order.executed, real.prevented.lots == order.prevented,
                real.status.isOpen == order.isOpen
            else { return "order \(order) is \(String(describing: real))" }
        }
        return nil
    }
}

@Suite struct `Funds and prevention in a spot market agree with a naive twin` {
    @Test(arguments: 1...8) func `after every one of thousands of random orders`(seed: Int) {
        var twins = SpotTwins(
            seed: UInt64(seed), fee: seed % 2 == 0 ? .quote : .received, maker: seed % 3 == 0 ? -10_003 : 33_331)
        for step in 0..<1_500 {
            if let complaint = twins.step() {
                Issue.record("seed \(seed), step \(step): \(complaint)")
                return
            }
        }
        for said in ["refused", "canceled", "amended", "placed decrement owner", "placed expireBoth account"] {
            #expect(twins.seen[said, default: 0] > 0, "\(said) never happened")
        }
        #expect(!twins.seen.keys.contains { $0.contains("wrongly") || $0.contains("beyond") })
    }
}
