import Exchange
import Fundamentals
import MarketModel
import Testing

/// The exchange and its naive twin under the same random commands.
struct Twins {
    var desk = Desk([definition(maxOpenOrders: 1_000, collar: 5_000, takeBound: 5_000)])
    var naive = NaiveMatcher()
    var chance: RandomSource
    var accounts: [AccountID] = []
    var digest = Digest()
    var checked = 0

    init(seed: UInt64) {
        chance = RandomSource(seed: seed)
        for _ in 0..<3 { accounts.append(desk.account(1_000_000_000)) }
    }

    /// One command to both.
    /// - Returns: what went wrong, or nil.
    mutating func step() -> String? {
        naive.trades.removeAll()
        desk.events.removeAll()
        let before = desk.picture
        let command = issue()
        for event in desk.events { digest.absorb(describe(event)) }
        guard realTrades == naive.trades else {
            return "\(command) on \(before): trades \(realTrades), expected \(naive.trades)"
        }
        guard desk.picture == naive.picture else {
            return "\(command) on \(before): book \(desk.picture), expected \(naive.picture)"
        }
        checked += naive.trades.count
        return nil
    }

    private mutating func issue() -> String {
        switch chance.integer(in: 0...19) {
        case 0...8: place()
        case 9...11: cancel()
        case 12...13: amend()
        case 14...15: trade()
        case 16: rest()
        case 17: withdraw()
        default: book()
        }
    }

    private mutating func price() -> Int64 { 10_000 + chance.integer(in: -12...12) }
    private mutating func side() -> Side { chance.chance(1, in: 2) ? .buy : .sell }

    private mutating func place() -> String {
        let account = accounts[Int(chance.integer(in: 0...2))]
        let tif = TimeInForce.allCases[Int(chance.integer(in: 0...4))]
        let mode = SelfTradeMode.allCases[Int(chance.integer(in: 0...2))]
        let (side, lots, price) = (side(), chance.integer(in: 2...40), price())
        if chance.chance(1, in: 8) {
            guard let order = try? desk.market(account, side, lots) else { return "refused market" }
            let limit: Int64 = side == .buy ? 15_100 : 4_900
            naive.place(
                order: order, account: account.index, side: side, price: limit, quantity: lots,
                tif: .immediateOrCancel, mode: .expireTaker)
            return "market \(side) \(lots)"
        }
        guard let order = try? desk.limit(account, side, lots, at: price, tif, mode: mode) else { return "refused" }
        naive.place(
            order: order, account: account.index, side: side, price: price, quantity: lots, tif: tif, mode: mode)
        return "a\(account.index) \(side) \(lots)@\(price) \(tif) \(mode)"
    }

    private mutating func anyOpen() -> ExchangeOrder? {
        let account = accounts[Int(chance.integer(in: 0...2))]
        let open = desk.exchange.openOrders(of: account, in: desk.market)
        return open.isEmpty ? nil : open[Int(chance.integer(in: 0...Int64(open.count - 1)))]
    }

    private mutating func cancel() -> String {
        guard let order = anyOpen() else { return "nothing to cancel" }
        _ = try? desk.exchange.cancel(order.id, of: order.account, at: desk.now, into: &desk.events)
        naive.cancel(order.id)
        return "cancel \(order.id)"
    }

    private mutating func amend() -> String {
        guard let order = anyOpen() else { return "nothing to amend" }
        let target = chance.chance(1, in: 2) ? order.request.price!.ticks : price()
        let total = order.filled.lots + chance.integer(in: 2...40)
        let result = try? desk.exchange.amend(
            order.id, of: order.account, price: Price(ticks: target), quantity: Quantity(lots: total), at: desk.now,
            into: &desk.events)
        guard result != nil else { return "refused amend" }
        naive.amend(
            order.id, account: order.account.index, side: order.request.side, price: target, total: total,
            filled: order.filled.lots, tif: order.request.timeInForce, mode: order.request.selfTradeMode!)
        return "amend \(order) to \(total)@\(target)"
    }

    private mutating func trade() -> String {
        let (side, lots, limit) = (side(), chance.integer(in: 1...60), price())
        desk.apply(.trade(desk.market, aggressor: side, quantity: Quantity(lots: lots), limit: Price(ticks: limit)))
        naive.flowTrade(side, lots, limit: limit)
        return "flow \(side) \(lots)@\(limit)"
    }

    private mutating func rest() -> String {
        let (side, lots, at) = (side(), chance.integer(in: 1...60), price())
        desk.apply(.rest(desk.market, side, level((at, lots))))
        naive.flowRest(side, at, lots)
        return "flow rests \(side) \(lots)@\(at)"
    }

    private mutating func withdraw() -> String {
        let (side, lots, at) = (side(), chance.integer(in: 1...60), price())
        desk.apply(.withdraw(desk.market, side, level((at, lots))))
        naive.flowWithdraw(side, at, lots)
        return "flow withdraws \(side) \(lots)@\(at)"
    }

    private mutating func book() -> String {
        let mid = price()
        // Now and then far away, so that the far levels are dropped.
        let shift: Int64 = chance.chance(1, in: 20) ? 400 : 0
        func ladder(_ sign: Int64) -> [(Int64, Int64)] {
            var result: [(Int64, Int64)] = []
            var at = mid + shift
            for _ in 0..<chance.integer(in: 0...6) {
                at += sign * chance.integer(in: 1...4)
                result.append((at, chance.integer(in: 1...50)))
            }
            return result
        }
        let (bids, asks) = (ladder(-1), ladder(1))
        desk.book(bids, asks)
        naive.flowBook(bids, asks)
        return "book \(bids) \(asks)"
    }

    /// Trades as the events tell them: orders of both sides, then the print that closes the match.
    private var realTrades: [NaiveMatcher.Trade] {
        var result: [NaiveMatcher.Trade] = []
        var maker: Int64 = 0
        var taker: Int64 = 0
        for event in desk.events {
            switch event {
            case .order(.trade, _, let execution?):
                if execution.isMaker { maker = execution.order } else { taker = execution.order }
            case .print(_, let trade):
                result.append(
                    NaiveMatcher.Trade(
                        maker: maker, taker: taker, price: trade.price.ticks, quantity: trade.quantity.lots,
                        aggressor: trade.aggressor))
                (maker, taker) = (0, 0)
            case .order, .account, .level, .mark, .leverageChanged: break
            }
        }
        return result
    }
}

@Suite struct `The book agrees with a naive twin` {
    @Test(arguments: 1...6) func `after every one of thousands of random commands`(seed: Int) {
        var twins = Twins(seed: UInt64(seed))
        for step in 0..<5_000 {
            if let complaint = twins.step() {
                Issue.record("seed \(seed), step \(step): \(complaint)")
                return
            }
        }
        #expect(twins.checked > 1_000)
    }

    @Test func `and two runs of one seed tell the same events`() {
        func digest(_ seed: UInt64) -> Digest {
            var twins = Twins(seed: seed)
            for _ in 0..<600 { _ = twins.step() }
            return twins.digest
        }
        #expect(digest(7) == digest(7))
        #expect(digest(7) != digest(8))
    }
}
