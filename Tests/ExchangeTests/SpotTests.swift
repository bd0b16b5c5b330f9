import Exchange
import Fundamentals
import MarketModel
import Testing

@Suite struct `An order in a spot market holds back what it may cost` {
    @Test func `a buy its value and the fee of that in the quote asset`() throws {
        var desk = Desk([spot()])
        let account = desk.account([("USDT", "1000")])
        let id = try desk.limit(account, .buy, 1_000, at: 6_000_000)
        // 0.01 BTC at 60,000, and 0.1 % of it.
        #expect(desk.locked(account, "USDT") == coins("600.6"))
        #expect(desk.total(account, "USDT") == coins("1000"))
        #expect(desk.exchange.position(of: account, in: desk.market).quantity == .zero)
        try desk.cancel(id, account)
        #expect(desk.locked(account, "USDT") == .zero)
    }

    @Test func `a buy its value alone where the fee is taken from what is received`() throws {
        var desk = Desk([spot(fee: .received)])
        let account = desk.account([("USDT", "1000")])
        try desk.limit(account, .buy, 1_000, at: 6_000_000)
        #expect(desk.locked(account, "USDT") == coins("600"))
    }

    @Test func `a sell the base asset`() throws {
        var desk = Desk([spot()])
        let account = desk.account([("BTC", "0.5")])
        try desk.limit(account, .sell, 20_000, at: 6_000_000)
        #expect(desk.locked(account, "BTC") == coins("0.2"))
        #expect(desk.locked(account, "USDT") == .zero)
    }

    @Test func `and is refused to the last unit`() throws {
        var desk = Desk([spot()])
        let account = desk.account([("USDT", "600.599999999999"), ("BTC", "0.00001")])
        #expect(
            rejection { () throws(ExchangeRejection) in try desk.limit(account, .buy, 1_000, at: 6_000_000) }
                == .insufficientFunds)
        #expect(
            rejection { () throws(ExchangeRejection) in try desk.limit(account, .sell, 2, at: 6_000_000) }
                == .insufficientFunds)
        try desk.limit(account, .sell, 1, at: 6_000_000)
        desk.deposit("0.000000000001", "USDT", account)
        try desk.limit(account, .buy, 1_000, at: 5_999_900)
    }

    @Test func `what is held back cannot be withdrawn`() throws {
        var desk = Desk([spot(fee: .received)])
        let account = desk.account([("USDT", "1000")])
        try desk.limit(account, .buy, 1_000, at: 6_000_000)
        desk.deposit("-400.01", "USDT", account)
        #expect(desk.total(account, "USDT") == coins("1000"))
        desk.deposit("-400", "USDT", account)
        #expect(desk.total(account, "USDT") == coins("600"))
    }

    @Test func `an amendment changes it, within what there is`() throws {
        var desk = Desk([spot(fee: .received)])
        let account = desk.account([("USDT", "1000")])
        let id = try desk.limit(account, .buy, 1_000, at: 6_000_000)
        try desk.amend(id, account, 500, at: 6_000_000)
        #expect(desk.locked(account, "USDT") == coins("300"))
        try desk.amend(id, account, 2_000, at: 5_000_000)
        #expect(desk.locked(account, "USDT") == coins("1000"))
        #expect(
            rejection { () throws(ExchangeRejection) in try desk.amend(id, account, 2_000, at: 5_000_001) }
                == .insufficientFunds)
        #expect(desk.locked(account, "USDT") == coins("1000"))
    }
}

@Suite struct `A match in a spot market` {
    @Test func `moves both assets exactly, and the fee goes to the house`() throws {
        var desk = Desk([spot()])
        let buyer = desk.account([("USDT", "1000")])
        let seller = desk.account([("BTC", "1")])
        try desk.limit(seller, .sell, 1_000, at: 6_000_000)
        try desk.limit(buyer, .buy, 700, at: 6_100_000)
        // 0.007 BTC at 60,000 is 420; the taker pays 0.1 %, the maker 0.02 %.
        #expect(desk.total(buyer, "BTC") == coins("0.007"))
        #expect(desk.total(buyer, "USDT") == coins("579.58"))
        #expect(desk.locked(buyer, "USDT") == .zero)
        #expect(desk.total(seller, "BTC") == coins("0.993"))
        #expect(desk.locked(seller, "BTC") == coins("0.003"))
        #expect(desk.total(seller, "USDT") == coins("419.916"))
        #expect(desk.exchange.houseFees(asset: "USDT") == coins("0.504"))
        let execution = try #require(desk.exchange.executions(of: buyer, in: desk.market).first)
        #expect(execution.commissionAsset == "USDT")
        #expect(execution.commission == coins("0.42"))
        #expect(!execution.isSelfTrade)
    }

    @Test func `takes the fee of a buy in the base asset where the market says so`() throws {
        var desk = Desk([spot(fee: .received)])
        let buyer = desk.account([("USDT", "1000")])
        let seller = desk.account([("BTC", "1")])
        try desk.limit(seller, .sell, 1_000, at: 6_000_000)
        try desk.limit(buyer, .buy, 700, at: 6_000_000)
        #expect(desk.total(buyer, "BTC") == coins("0.006993"))
        #expect(desk.total(buyer, "USDT") == coins("580"))
        #expect(desk.total(seller, "USDT") == coins("419.916"))
        #expect(desk.exchange.houseFees(asset: "BTC") == coins("0.000007"))
        #expect(desk.exchange.executions(of: buyer, in: desk.market).first?.commissionAsset == "BTC")
    }

    @Test func `with the flow needs no funds of the flow's`() throws {
        var desk = Desk([spot()])
        let account = desk.account([("USDT", "100000")])
        desk.book([(5_999_900, 500)], [(6_000_000, 500)])
        try desk.market(account, .buy, 500)
        #expect(desk.total(account, "BTC") == coins("0.005"))
        #expect(desk.total(.flow, "BTC") == coins("-0.005"))
        #expect(desk.total(.flow, "USDT") == coins("300"))
    }

    @Test func `says when both sides were one owner's`() throws {
        var desk = Desk([spot()])
        let accounts = (0..<2).map { _ in desk.account([("USDT", "1000"), ("BTC", "1")]) }
        desk.exchange.setOwner(7, of: accounts[0])
        desk.exchange.setOwner(7, of: accounts[1])
        try desk.limit(accounts[0], .sell, 10, at: 6_000_000)
        try desk.limit(accounts[1], .buy, 10, at: 6_000_000)
        #expect(desk.exchange.executions(of: accounts[0], in: desk.market).map(\.isSelfTrade) == [true])
        #expect(desk.exchange.executions(of: accounts[1], in: desk.market).map(\.isSelfTrade) == [true])
    }

    @Test func `tells neither marks nor funding, and nothing is ever liquidated`() throws {
        var desk = Desk([spot()])
        let account = desk.account([("USDT", "1000")])
        desk.book([(5_999_900, 500)], [(6_000_000, 500)])
        try desk.market(account, .buy, 500)
        desk.book([(1_000, 500)], [(1_001, 500)])
        desk.advance(.hours(48))
        #expect(desk.events.isEmpty)
        #expect(desk.total(account, "BTC") == coins("0.005"))
    }

    @Test func `reduces nothing`() throws {
        var desk = Desk([spot()])
        let account = desk.account([("BTC", "1")])
        #expect(
            rejection { () throws(ExchangeRejection) in
                try desk.limit(account, .sell, 10, at: 6_000_000, reduceOnly: true)
            } == .reduceOnlyRejected)
    }
}

@Suite struct `A market order in a spot market` {
    @Test func `needs funds for what it sweeps`() throws {
        var desk = Desk([spot()])
        desk.book([(5_900_000, 10)], [(6_000_000, 1_000), (6_100_000, 1_000)])
        let account = desk.account([("USDT", "1211.21")])
        #expect(
            rejection { () throws(ExchangeRejection) in try desk.market(account, .buy, 2_000) } == nil)
        #expect(desk.total(account, "USDT") == coins("0"))
        #expect(desk.total(account, "BTC") == coins("0.02"))
        let poor = desk.account([("USDT", "1211.209999999999")])
        desk.book([(5_900_000, 10)], [(6_000_000, 1_000), (6_100_000, 1_000)])
        #expect(
            rejection { () throws(ExchangeRejection) in try desk.market(poor, .buy, 2_000) } == .insufficientFunds)
        // Beyond the book nothing is swept.
        let other = desk.account([("USDT", "1211.21")])
        try desk.market(other, .buy, 3_000)
        #expect(desk.total(other, "BTC") == coins("0.02"))
    }

    @Test func `by amount trades as many whole lots as the amount pays for`() throws {
        var desk = Desk([spot()])
        let account = desk.account([("USDT", "10000"), ("BTC", "1")])
        desk.book([(5_900_000, 1_000)], [(6_000_000, 1_000), (6_100_000, 1_000)])
        func lots(_ amount: String, _ side: Side = .buy) -> Int64 {
            desk.exchange.lots(worth: coins(amount), side, in: desk.market, by: account).lots
        }
        #expect(lots("600") == 1_000)
        #expect(lots("599.99") == 999)
        #expect(lots("661") == 1_100)
        #expect(lots("660.99") == 1_099)
        #expect(lots("5000") == 2_000)
        #expect(lots("59", .sell) == 100)
        #expect(lots("0") == 0)
        // Its own orders are passed over.
        try desk.limit(account, .sell, 500, at: 5_950_000)
        #expect(lots("600") == 1_000)
    }
}

@Suite struct `Prevention that decrements` {
    @Test func `takes the smaller remainder off both and ends what has nothing left`() throws {
        var desk = Desk([spot(fee: .received)])
        let account = desk.account([("USDT", "100000"), ("BTC", "1")])
        let maker = try desk.limit(account, .sell, 300, at: 6_000_000)
        let taker = try desk.limit(account, .buy, 1_000, at: 6_000_000, mode: .decrement)
        #expect(
            desk.story == [
                "new a1 0/1000", "expired a1 0/300", "level sell 6000000:0", "prevented a1 0/1000",
                "level buy 6000000:700",
            ])
        let (made, took) = (desk.exchange.order(maker, of: account), desk.exchange.order(taker, of: account))
        #expect(made?.ending == .selfTrade)
        #expect(made?.prevented.lots == 300)
        #expect(took?.status == .new)
        #expect(took?.prevented.lots == 300)
        #expect(took?.remaining.lots == 700)
        #expect(took?.prevention == made?.prevention)
        #expect(took?.prevention?.maker == maker)
        #expect(took?.prevention?.taker == taker)
        #expect(desk.locked(account, "USDT") == coins("420"))
        #expect(desk.locked(account, "BTC") == .zero)
        #expect(desk.exchange.executions(of: account, in: desk.market).isEmpty)
        #expect(desk.exchange.trades(desk.market).isEmpty)
    }

    @Test func `leaves a larger maker in its place`() throws {
        var desk = Desk([spot(fee: .received)])
        let account = desk.account([("USDT", "100000"), ("BTC", "1")])
        let maker = try desk.limit(account, .sell, 1_000, at: 6_000_000)
        let taker = try desk.limit(account, .buy, 300, at: 6_000_000, mode: .decrement)
        #expect(desk.status(taker, account) == .expired)
        #expect(desk.status(maker, account) == .new)
        #expect(desk.locked(account, "BTC") == coins("0.007"))
        #expect(desk.picture == "|6000000:700")
    }
}
