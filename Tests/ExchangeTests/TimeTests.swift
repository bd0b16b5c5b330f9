import Exchange
import Fundamentals
import MarketModel
import Testing

@Suite struct `Time brings marks, countdowns and funding` {
    @Test func `marks are told at whole seconds, the missed ones not at all`() {
        var desk = Desk()
        desk.book([(9_999, 10)], [(10_001, 10)])
        #expect(desk.exchange.nextDue == desk.now + .seconds(1))
        desk.advance(.milliseconds(999))
        #expect(desk.story.isEmpty)
        desk.advance(.milliseconds(1))
        #expect(desk.story == ["mark 1"])
        desk.advance(.seconds(5))
        #expect(desk.story == ["mark 1"])
        #expect(desk.exchange.nextDue == desk.now + .seconds(1))
    }

    @Test func `a countdown cancels its account's orders in its market, once, unless disarmed`() throws {
        var desk = Desk()
        let (armed, other) = (desk.account(), desk.account())
        let mine = try desk.limit(armed, .buy, 10, at: 9_000)
        let theirs = try desk.limit(other, .buy, 10, at: 9_000)
        desk.exchange.armCountdown(.milliseconds(500), of: armed, in: desk.market, at: desk.now)
        desk.exchange.armCountdown(.milliseconds(700), of: armed, in: desk.market, at: desk.now)
        desk.exchange.armCountdown(.milliseconds(100), of: other, in: desk.market, at: desk.now)
        desk.exchange.armCountdown(.zero, of: other, in: desk.market, at: desk.now)
        #expect(desk.exchange.countdown(of: armed, in: desk.market) == desk.now + .milliseconds(700))
        #expect(desk.exchange.countdown(of: other, in: desk.market) == nil)
        #expect(desk.exchange.nextDue == desk.now + .milliseconds(700))
        desk.advance(.milliseconds(699))
        #expect(desk.story.isEmpty)
        desk.advance(.milliseconds(200))
        #expect(desk.story == ["canceled a1 0/10", "level buy 9000:10"])
        // Fired when it was due, not when somebody looked.
        #expect(desk.exchange.order(mine, of: armed)?.updatedAt == desk.now - .milliseconds(199))
        #expect(desk.status(theirs, other) == .new)
        #expect(desk.exchange.countdown(of: armed, in: desk.market) == nil)
    }

    @Test func `absurd spans arm nothing that could overflow`() {
        var desk = Desk()
        let account = desk.account()
        for span in [Int64.max, .min, -1, 0] {
            desk.exchange.armCountdown(TimeSpan(nanoseconds: span), of: account, in: desk.market, at: desk.now)
            #expect(desk.exchange.countdown(of: account, in: desk.market) == nil)
        }
    }

    @Test func `longs pay shorts at aligned times, rounded to the ledger`() throws {
        var desk = Desk()
        let (long, short) = (desk.account(1_000), desk.account(1_000))
        try desk.limit(short, .sell, 12_345, at: 10_000)
        try desk.limit(long, .buy, 12_345, at: 10_000)
        let (price, index) = (ExactDecimal("1.00012345")!, ExactDecimal("1")!)
        desk.apply(.mark(desk.market, price: price, index: index, fundingRate: Rate(parts: 12_345)))
        let due = desk.exchange.mark(desk.market).nextFunding
        #expect(due.nanoseconds % TimeSpan.hours(8).nanoseconds == 0)
        let before = (desk.exchange.wallet(of: long), desk.exchange.wallet(of: short))
        desk.advance(due - desk.now)
        // 123.45 × 1.00012345 × 0.00012345 = 0.015241784…
        #expect(desk.exchange.wallet(of: long) - before.0 == Cash("-0.01524178"))
        #expect(desk.exchange.wallet(of: short) - before.1 == Cash("0.01524178"))
        let row = try #require(desk.exchange.income(of: long).last)
        #expect((row.kind, row.amount, row.time) == (.fundingFee, Cash("-0.01524178"), due))
        #expect(desk.story.contains("account fundingFee a1"))
        #expect(desk.exchange.mark(desk.market).nextFunding == due + .hours(8))
        // Two intervals at once are two payments.
        desk.advance(.hours(16))
        #expect(desk.exchange.income(of: long).count { $0.kind == .fundingFee } == 3)
    }

    @Test func `time that runs backwards stands still`() throws {
        var desk = Desk()
        let account = desk.account()
        let start = desk.now
        desk.now = Instant(nanoseconds: .min / 2)
        let id = try desk.limit(account, .buy, 10, at: 9_000)
        #expect(desk.exchange.order(id, of: account)?.createdAt == start)
    }
}

@Suite struct `Accounts that cannot pay are liquidated` {
    @Test func `orders first, then the position, then the insurance fund`() throws {
        var desk = Desk()
        let account = desk.account(10)
        desk.book([(9_999, 100_000)], [(10_001, 100_000)])
        try desk.limit(account, .buy, 19_000, at: 10_001)
        let resting = try desk.limit(account, .sell, 100, at: 10_400)
        // At 0.95 the position of 190 has lost 9.5: what is left does not exceed 1 % of 180.
        desk.book([(9_499, 100_000)], [(9_501, 100_000)])
        desk.advance(.seconds(1))
        #expect(
            desk.story == [
                "mark 0.95", "canceled a1 0/100", "level sell 10400:0", "new a1 0/19000", "account order a1",
                "liquidation a1 19000/19000 19000@9499t", "print sell 19000@9499", "level buy 9499:81000",
                "account order a1",
            ])
        #expect(desk.status(resting, account) == .canceled)
        #expect(desk.lots(account) == 0)
        #expect(desk.exchange.wallet(of: account) == .zero)
        let close = try #require(desk.exchange.orders(of: account, in: desk.market).last)
        #expect(close.request.clientOrderID == "autoclose-\(close.id)")
        let cleared = desk.exchange.income(of: account).filter { $0.kind == .insuranceClear }.map(\.amount)
        let fee = try #require(Cash("4.512025"))
        #expect(cleared.count == 2)
        #expect(cleared.first == -fee)
        #expect(desk.exchange.house.insurance == fee - cleared[1])
        // Solvent again after a deposit.
        desk.exchange.deposit(Cash(whole: 5), asset: "USDT", to: account, at: desk.now, into: &desk.events)
        try desk.limit(account, .buy, 10, at: 9_000)
    }

    @Test func `without counterparties they stay closed to orders until the next mark`() throws {
        var desk = Desk()
        let account = desk.account(10)
        desk.book([(9_999, 100_000)], [(10_001, 100_000)])
        try desk.limit(account, .buy, 19_000, at: 10_001)
        desk.book([], [])
        let index = ExactDecimal("0.95")!
        desk.apply(.mark(desk.market, price: index, index: index, fundingRate: .zero))
        #expect(desk.lots(account) == 19_000)
        #expect(
            rejection { () throws(ExchangeRejection) in try desk.limit(account, .sell, 10, at: 9_500) }
                == .accountInLiquidation)
        desk.book([(9_490, 100_000)], [])
        desk.advance(.seconds(1))
        #expect(desk.lots(account) == 0)
        #expect(desk.exchange.wallet(of: account) == .zero)
    }

    @Test func `one above maintenance is left alone`() throws {
        var desk = Desk()
        let account = desk.account(10)
        desk.book([(9_999, 100_000)], [(10_001, 100_000)])
        try desk.limit(account, .buy, 19_000, at: 10_001)
        desk.book([(9_600, 100_000)], [(9_602, 100_000)])
        desk.advance(.seconds(1))
        #expect(desk.lots(account) == 19_000)
    }
}
