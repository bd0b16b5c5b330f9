import Fundamentals
import Testing
import VenueKit

@Suite struct `The rate budget` {
    private let minute = Instant(milliseconds: 1_768_551_600_000)
    private func budget(_ weight: Int = 100, orders: Int = 10) -> RateBudget {
        RateBudget([
            RateRule(.weight, per: .minutes(1), limit: weight), RateRule(.orders, per: .seconds(10), limit: orders),
        ])
    }

    @Test func `lets queries use nine tenths of the weight, and cancels all of it`() {
        var budget = budget()
        var used = 0
        while budget.admit(weight: 1, orders: 0, priority: .query, at: minute) == .allowed { used += 1 }
        #expect(used == 90)
        #expect(budget.admit(weight: 1, orders: 1, priority: .order, at: minute) != .allowed)
        while budget.admit(weight: 1, orders: 0, priority: .cancel, at: minute) == .allowed { used += 1 }
        #expect(used == 100)
    }

    @Test func `makes orders give way before the reads that tell what became of the ones before`() {
        var budget = budget(orders: 1_000)
        var used = 0
        while budget.admit(weight: 1, orders: 1, priority: .order, at: minute) == .allowed { used += 1 }
        #expect(used == 80)
        #expect(budget.admit(weight: 1, orders: 0, priority: .query, at: minute) == .allowed)
    }

    @Test func `says when the next window begins, and starts it empty`() {
        var budget = budget(orders: 1)
        let now = minute + .seconds(3)
        #expect(budget.admit(weight: 1, orders: 1, priority: .order, at: now) == .allowed)
        #expect(budget.admit(weight: 1, orders: 1, priority: .order, at: now) == .wait(until: minute + .seconds(10)))
        #expect(budget.admit(weight: 1, orders: 1, priority: .order, at: minute + .seconds(10)) == .allowed)
    }

    @Test func `counts nothing for what it holds back`() {
        var budget = budget(orders: 0 + 1)
        _ = budget.admit(weight: 5, orders: 1, priority: .order, at: minute)
        for _ in 0..<50 { _ = budget.admit(weight: 5, orders: 1, priority: .order, at: minute) }
        #expect(budget.used(.weight, per: .minutes(1)) == 5)
    }

    @Test func `believes the venue's counter when it is higher, and ignores one from the window before`() {
        var budget = budget()
        _ = budget.admit(weight: 1, orders: 0, priority: .query, at: minute)
        budget.observe(.weight, per: .minutes(1), used: 80, sentAt: minute, at: minute + .seconds(1))
        #expect(budget.used(.weight, per: .minutes(1)) == 80)
        budget.observe(.weight, per: .minutes(1), used: 10, sentAt: minute, at: minute + .seconds(2))
        #expect(budget.used(.weight, per: .minutes(1)) == 80)
        budget.observe(.weight, per: .minutes(1), used: 99, sentAt: minute + .seconds(59), at: minute + .seconds(61))
        #expect(budget.used(.weight, per: .minutes(1)) == 0)
    }

    @Test func `stops everything after 429, for as long as told or to the next window`() {
        var told = budget()
        told.exhausted(retryAfter: .seconds(7), at: minute)
        for priority in [RequestPriority.cancel, .order, .query] {
            #expect(
                told.admit(weight: 1, orders: 0, priority: priority, at: minute) == .wait(until: minute + .seconds(7)))
        }
        #expect(told.admit(weight: 1, orders: 0, priority: .cancel, at: minute + .seconds(7)) == .allowed)
        var untold = budget()
        untold.exhausted(retryAfter: nil, at: minute + .seconds(20))
        #expect(untold.closedUntil == minute + .seconds(60))
    }

    @Test func `stops only orders when the account's order count is used up`() {
        var budget = budget()
        budget.ordersExhausted(retryAfter: nil, at: minute + .seconds(2))
        #expect(
            budget.admit(weight: 1, orders: 1, priority: .order, at: minute + .seconds(2))
                == .wait(until: minute + .seconds(10)))
        #expect(budget.admit(weight: 1, orders: 0, priority: .cancel, at: minute + .seconds(2)) == .allowed)
    }

    @Test func `doubles a ban that says no end, and forgets bans after an ordinary reply`() {
        var budget = budget()
        budget.banned(retryAfter: nil, at: minute)
        #expect(budget.closedUntil == minute + .minutes(2))
        budget.banned(retryAfter: nil, at: minute + .minutes(2))
        #expect(budget.closedUntil == minute + .minutes(6))
        #expect(budget.bans == 2)
        budget.answered()
        #expect(budget.bans == 0)
    }

    @Test func `keeps what is used when the limits change`() {
        var budget = budget()
        _ = budget.admit(weight: 50, orders: 0, priority: .query, at: minute)
        budget.adopt([RateRule(.weight, per: .minutes(1), limit: 60)])
        #expect(budget.admit(weight: 5, orders: 0, priority: .query, at: minute) != .allowed)
    }

    @Test(arguments: 1...10) func `never lets more through a window than its limit`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var budget = budget(60, orders: 9)
        var now = minute
        var weight: [Int64: Int] = [:]
        var orders: [Int64: Int] = [:]
        for _ in 0..<3_000 {
            now = now + .milliseconds(random.integer(in: 0...400))
            let kind = [RequestPriority.cancel, .order, .query][Int(random.integer(in: 0...2))]
            let cost = Int(random.integer(in: 1...5))
            let count = kind == .order ? Int(random.integer(in: 1...3)) : 0
            guard budget.admit(weight: cost, orders: count, priority: kind, at: now) == .allowed else { continue }
            weight[now.milliseconds / 60_000, default: 0] += cost
            orders[now.milliseconds / 10_000, default: 0] += count
        }
        #expect(weight.values.allSatisfy { $0 <= 60 })
        #expect(orders.values.allSatisfy { $0 <= 9 })
    }
}
