import Fundamentals
import MarketModel
import Testing
import VenueBinance
import VenueKit
import Wire

@Suite struct `A session on Binance spot` {
    private let id = ClientOrderID(epoch: 7, sequence: 1)

    private func hedge(_ timeInForce: TimeInForce = .immediateOrCancel) -> OrderAction {
        .place(
            id,
            OrderSpec(
                market: Fixtures.btc, side: .sell, price: Fixtures.price("60900.00"),
                quantity: Fixtures.quantity("0.005"), timeInForce: timeInForce))
    }

    private func outcomes(_ stage: Stage) -> [String] {
        stage.account.compactMap { event in
            switch event {
            case .accepted: "accepted"
            case .rejected(_, let kind, let rejection): "\(kind.rawValue) rejected \(rejection.kind.rawValue)"
            case .unresolved(_, let kind): "\(kind.rawValue) unresolved"
            case .done(_, let reason, _): "done \(reason.rawValue)"
            case .filled: "filled"
            case .report(let report): "report \(report.status)"
            case .notFound: "not found"
            default: nil
            }
        }
    }

    // MARK: Start

    @Test(arguments: [BinanceVectors.hmac, BinanceVectors.ed25519])
    func `starts by clock, rules, account, a clean book of orders, fills and holdings`(
        credentials: BinanceCredentials
    ) {
        var stage = Stage(credentials)
        stage.venue.rest(client: "apus-6-1")
        stage.venue.rest(client: "web_1")
        stage.start()
        stage.run(.seconds(5))
        #expect(stage.isReady)
        let order = [
            "GET /api/v3/time", "GET /api/v3/exchangeInfo", "GET /api/v3/account", "GET /api/v3/account/commission",
            "GET /api/v3/openOrders", "DELETE /api/v3/o", "GET /api/v3/myTrades",
        ].map { route in stage.venue.log.firstIndex { $0.hasPrefix(route) } ?? -1 }
        #expect(order == order.sorted() && !order.contains(-1), "\(stage.venue.log)")
        #expect(stage.venue.orders.allSatisfy { $0.status == "CANCELED" })
        // The fees of the account, of the venue that this is.
        let instrument = stage.statuses.compactMap { if case .instrument(let read) = $0 { read } else { nil } }.last
        #expect(instrument?.takerFee == Rate("0.00075"))
        let holdings = stage.account.compactMap { event -> String? in
            if case .holding(.reference, let asset, let total, _, _) = event { "\(asset) \(total)" } else { nil }
        }
        #expect(Set(holdings) == ["BTC 1.00", "USDT 0.00"])
        #expect(stage.opened.map(\.host) == [.stream, .api])
    }

    @Test func `only reads where it has no keys`() {
        var stage = Stage(nil)
        stage.start()
        stage.run(.seconds(5))
        #expect(stage.isReady && stage.opened.count == 1)
        #expect(stage.venue.log.allSatisfy { !$0.contains("signature") })
        stage.text(#"{"stream":"btcusdt@depth20@100ms","data":\#(stage.venue.book(101))}"#, on: .stream)
        guard case .market(.snapshot(Fixtures.btc, let book))? = stage.events.last else {
            return #expect(Bool(false))
        }
        #expect(book.lastID == 101 && book.venueTime == stage.now)
        stage.ask(.shutDown)
        stage.run(.seconds(1))
        #expect(stage.statuses.last == .closed && stage.venue.orders.isEmpty)
    }

    @Test func `joins differences to a snapshot where it is told to`() {
        var stage = Stage(nil, depth: .differences)
        var next: Int64 = 90
        stage.start()
        stage.run(.seconds(5)) { stage in
            next += 5
            stage.venue.bookID = next + 2
            stage.text(
                #"{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":\#(stage.now.milliseconds),"s":"BTCUSDT","U":\#(next),"u":\#(next + 4),"b":[["61000.00","0.5"]],"a":[]}}"#,
                on: .stream)
        }
        #expect(stage.isReady)
        let books = stage.events.compactMap { event -> [Int64]? in
            switch event {
            case .market(.snapshot(_, let update)): [0, update.lastID]
            case .market(.delta(_, let update)): [update.previousID, update.lastID]
            default: nil
            }
        }
        #expect(books.first?.first == 0 && books.count > 10)
        #expect(zip(books, books.dropFirst()).allSatisfy { $1[0] == $0[1] })
    }

    // MARK: Orders

    @Test func `a hedge is accepted, filled and done, by reply and stream alike`() {
        var stage = Stage.ready()
        stage.perform(hedge())
        stage.run(.seconds(1))
        #expect(stage.calls("POST") == 1)
        #expect(stage.fills.count == 1)
        let fill = stage.fills.values.first
        #expect(fill?.clientOrderID == id && fill?.quantity == Fixtures.quantity("0.005"))
        #expect(fill?.commission == Fixtures.cash("0.01"))
        #expect(Set(outcomes(stage)) == ["accepted", "filled", "done filled"])
    }

    @Test func `an order that finds nothing expires`() {
        var stage = Stage.ready()
        stage.venue.hasLiquidity = false
        stage.perform(hedge())
        stage.run(.seconds(1))
        #expect(Set(outcomes(stage)) == ["accepted", "done expired"] && stage.fills.isEmpty)
    }

    @Test func `a refusal is told as one`() {
        var stage = Stage.ready()
        stage.venue.faults = [
            ("POST /api/v3/order", .refused(-2010, "Account has insufficient balance for requested action."))
        ]
        stage.perform(hedge())
        stage.run(.seconds(1))
        #expect(outcomes(stage) == ["place rejected capital"] && stage.venue.orders.isEmpty)
    }

    @Test func `a lost reply costs nothing where the stream tells`() {
        var stage = Stage.ready()
        stage.venue.faults = [("POST /api/v3/order", .replyLost)]
        stage.perform(hedge())
        stage.run(.seconds(8))
        #expect(stage.calls("POST") == 1 && stage.fills.count == 1)
        #expect(Set(outcomes(stage)) == ["accepted", "filled", "done filled"])
    }

    @Test(arguments: [ScriptedBinance.Fault.replyLost, .busy])
    func `without a stream's word it is unresolved and asked for, never sent again`(
        fault: ScriptedBinance.Fault
    ) {
        var stage = Stage.ready()
        stage.tellsEvents = false
        stage.venue.faults = [("POST /api/v3/order", fault)]
        stage.perform(hedge())
        stage.run(.seconds(7))
        #expect(outcomes(stage) == ["place unresolved"])
        stage.ask(.query(id, Fixtures.btc))
        stage.ask(.fetchFills(Fixtures.btc))
        stage.run(.seconds(3))
        #expect(stage.calls("POST") == 1)
        #expect(outcomes(stage).contains("report done(MarketModel.DoneReason.filled)"))
        #expect(stage.fills.values.map(\.clientOrderID) == [id])
        #expect(stage.account.contains { if case .fillsComplete(Fixtures.btc, _) = $0 { true } else { false } })
    }

    @Test func `one that never arrived is not found`() {
        var stage = Stage.ready()
        stage.venue.faults = [("POST /api/v3/order", .status(503))]
        stage.perform(hedge())
        stage.run(.seconds(1))
        #expect(outcomes(stage) == ["place unresolved"])
        stage.ask(.query(id, Fixtures.btc))
        stage.run(.seconds(1))
        #expect(outcomes(stage) == ["place unresolved", "not found"])
    }

    @Test func `a resting order is cancelled, and a cancel too late is told as refused`() {
        var stage = Stage.ready()
        stage.perform(hedge(.goodTillCancel))
        stage.run(.seconds(1))
        stage.perform(.cancel(id, market: Fixtures.btc))
        stage.run(.seconds(1))
        #expect(outcomes(stage).contains("done canceled") && stage.venue.orders[0].status == "CANCELED")
        stage.forget()
        stage.perform(.cancel(id, market: Fixtures.btc))
        stage.run(.seconds(1))
        #expect(outcomes(stage) == ["cancel rejected stateMismatch"])
    }

    @Test func `a request refused for its time waits for the clocks to be compared`() {
        var stage = Stage.ready()
        stage.venue.faults = [
            ("POST /api/v3/order", .refused(-1021, "Timestamp for this request is outside of the recvWindow."))
        ]
        stage.perform(hedge())
        stage.run(.seconds(1))
        #expect(outcomes(stage) == ["place rejected requote"])
        #expect(stage.calls("GET /api/v3/time") == 1)
    }

    // MARK: Streams

    @Test func `while the account's stream is gone nothing is taken for seen`() {
        var stage = Stage.ready()
        stage.perform(hedge(.goodTillCancel))
        stage.run(.seconds(1))
        stage.forget()
        stage.cut(.api)
        stage.venue.fill(id.text, "0.00200", at: stage.now)
        stage.venue.events.removeAll()
        #expect(stage.statuses == [.privateStreamDown])
        stage.run(.seconds(5))
        #expect(stage.statuses == [.privateStreamDown, .privateStreamUp])
        #expect(stage.fills.values.map(\.quantity) == [Fixtures.quantity("0.002")])
        #expect(stage.fills.values.map(\.clientOrderID) == [id])
        #expect(stage.frames.count == 2)
        for route in ["GET /api/v3/openOrders", "GET /api/v3/myTrades", "GET /api/v3/account"] {
            #expect(stage.calls(route) > 0)
        }
    }

    @Test func `an end that is announced costs no moment of sight`() {
        var stage = Stage.ready()
        stage.text(#"{"event":{"e":"serverShutdown","E":1770123456789}}"#, on: .api)
        stage.text(#"{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1770123456789}}"#, on: .stream)
        let old = stage.opened.map(\.id)
        stage.run(.seconds(5))
        #expect(stage.opened.count == 4 && Set(stage.closed) == Set(old))
        #expect(!stage.statuses.contains(.privateStreamDown))
        #expect(!stage.events.contains(.market(.bookLost(Fixtures.btc))))
        #expect(stage.frames.count == 2)
    }

    @Test func `an end without warning is a loss`() {
        var stage = Stage.ready()
        stage.text(#"{"subscriptionId":0,"event":{"e":"eventStreamTerminated","E":1}}"#, on: .api)
        #expect(stage.statuses == [.privateStreamDown])
        stage.run(.seconds(5))
        #expect(stage.statuses == [.privateStreamDown, .privateStreamUp] && stage.frames.count == 2)
    }

    @Test func `without the market's stream there is no book`() {
        var stage = Stage.ready()
        stage.text(#"{"stream":"btcusdt@depth20@100ms","data":\#(stage.venue.book(101))}"#, on: .stream)
        stage.cut(.stream)
        #expect(stage.events.last == .market(.bookLost(Fixtures.btc)))
        stage.run(.seconds(5))
        guard case .market(.snapshot)? = stage.events.last(where: { if case .market = $0 { true } else { false } })
        else { return #expect(Bool(false)) }
    }

    @Test func `a deposit has the holdings read again`() {
        var stage = Stage.ready()
        stage.text(#"{"subscriptionId":0,"event":{"e":"balanceUpdate","E":1,"a":"BTC","d":"1.0","T":1}}"#, on: .api)
        stage.run(.seconds(1))
        #expect(stage.calls("GET /api/v3/account?") == 1)
    }

    // MARK: End

    @Test func `shuts down with nothing left resting, whatever replies are lost`() {
        var stage = Stage.ready()
        stage.perform(hedge(.goodTillCancel))
        stage.run(.seconds(1))
        stage.venue.faults = [
            ("DELETE /api/v3/openOrders", .status(503)), ("DELETE /api/v3/order", .replyLost),
            ("GET /api/v3/openOrders", .status(429)),
        ]
        stage.ask(.shutDown)
        stage.run(.minutes(3))
        #expect(stage.statuses.last == .closed)
        #expect(stage.venue.orders.allSatisfy { $0.status == "CANCELED" })
        #expect(stage.closed.count == 2)
    }

    @Test func `keys that are refused end it`() {
        var stage = Stage()
        stage.venue.faults = [
            ("GET /api/v3/account", .refused(-2015, "Invalid API-key, IP, or permissions for action."))
        ]
        stage.start()
        stage.run(.seconds(3))
        guard case .fatal(let reason)? = stage.statuses.last else { return #expect(Bool(false)) }
        #expect(reason.contains("-2015"))
    }
}
