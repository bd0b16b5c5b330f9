import Fundamentals
import MarketModel
import StarkCryptography
import Testing
import VenueKit
import Wire

@testable import VenueExtended

/// Rows in the shapes of the live venue, with values of our own.
private enum Row {
    static func order(
        _ status: String, reason: String? = nil, external: String = "apus-7-42", filled: String = "0",
        price: String = #""84543""#, market: String = "BTC-USD", id: String = "2103821900219158530"
    ) -> String {
        let reason = reason.map { #","statusReason":"\#($0)""# } ?? ""
        return #"""
            {"id":\#(id),"accountId":104001,"externalId":"\#(external)","market":"\#(market)","type":"LIMIT","side":"SELL",
             "status":"\#(status)"\#(reason),"price":\#(price),"qty":"0.00403","filledQty":"\#(filled)","payedFee":"0",
             "reduceOnly":false,"postOnly":true,"timeInForce":"GTT","createdTime":1795248000005,"updatedTime":1795248000006,
             "expireTime":1797667201000}
            """#
    }

    static func trade(price: String = "84543", type: String = "TRADE", fee: String = "-0.0017") -> String {
        #"""
        {"id":2103821900219158999,"accountId":104001,"market":"BTC-USD","orderId":"2103821900219158530",
         "externalOrderId":"apus-7-42.1","side":"SELL","price":"\#(price)","qty":"0.00200","value":"169.086","fee":"\#(fee)",
         "isTaker":false,"tradeType":"\#(type)","createdTime":1795248000300}
        """#
    }

    static func position(_ side: String, _ status: String = "OPENED", size: String = "0.02000") -> String {
        #"""
        {"id":2103000000000000100,"accountId":104001,"market":"BTC-USD","status":"\#(status)","side":"\#(side)","leverage":"10",
         "size":"\#(size)","value":"1681.808","openPrice":"85023.125","markPrice":"84090.4125","liquidationPrice":"0.0",
         "adl":1,"createdAt":1795248000200,"updatedAt":1795248000200}
        """#
    }
}

@Suite struct `An order of Extended` {
    private func order(_ row: String) throws -> ExtendedOrderUpdate {
        try #require(try ExtendedReplies.order(json(row), [try Sample.instrument()]))
    }

    @Test func `keeps what our own words have no room for`() throws {
        let order = try order(Row.order("PARTIALLY_FILLED", external: "apus-7-42.3", filled: "0.00200"))
        #expect(order.orderID == ExtendedOrderID(ClientOrderID(epoch: 7, sequence: 42), revision: 3))
        #expect(order.isOurs && order.isPostOnly && !order.isReduceOnly)
        #expect(order.venueOrderID == VenueOrderID(2_103_821_900_219_158_530))
        #expect(order.side == .sell && order.price == Price(ticks: 84_543))
        #expect(order.quantity == Quantity(lots: 403) && order.filled == Quantity(lots: 200) && order.canceled == nil)
        #expect(order.updatedAt?.milliseconds == 1_795_248_000_006)
        #expect(order.report?.clientOrderID == ClientOrderID(epoch: 7, sequence: 42))
        #expect(order.report?.status == .working)
    }

    static let outcomes: [(String, String?, ExtendedOrderUpdate.Outcome)] = [
        ("NEW", nil, .working), ("PARTIALLY_FILLED", "NONE", .working), ("UNTRIGGERED", nil, .working),
        ("TRIGGERED", nil, .working), ("FILLED", nil, .done(.filled)), ("FILLED", "NONE", .done(.filled)),
        ("CANCELLED", nil, .done(.canceled)), ("CANCELLED", "NO_LIQUIDITY", .done(.canceled)),
        ("CANCELLED", "REDUCE_ONLY_FAILED", .done(.canceled)), ("CANCELLED", "WORDS_OF_TOMORROW", .done(.canceled)),
        ("CANCELLED", "POST_ONLY_FAILED", .done(.postOnlyMiss)), ("REJECTED", "POST_ONLY_FAILED", .done(.postOnlyMiss)),
        ("CANCELLED", "SELF_TRADE_PROTECTION", .done(.selfTradePrevented)),
        ("REJECTED", "SELF_TRADE_PROTECTION", .done(.selfTradePrevented)), ("CANCELLED", "ORDER_REPLACED", .replaced),
        ("REJECTED", nil, .done(.rejected)), ("REJECTED", "PREV_ORDER_NOT_FOUND", .done(.rejected)),
        ("EXPIRED", nil, .done(.expired)), ("SLEEPING", nil, .unknown), ("", nil, .unknown),
    ]

    @Test(arguments: outcomes)
    func `is over for the reason that the venue gives`(
        status: String, reason: String?, outcome: ExtendedOrderUpdate.Outcome
    ) throws {
        let order = try order(Row.order(status, reason: reason))
        #expect(order.outcome == outcome)
        switch outcome {
        case .working: #expect(order.report?.status == .working)
        case .done(let reason): #expect(order.report?.status == .done(reason))
        case .replaced, .unknown: #expect(order.report == nil)
        }
    }

    @Test func `says when the order it was to replace is gone`() throws {
        for word in ["PREV_ORDER_NOT_FOUND", "PREV_ORDER_TRIGGERED", "PREV_ORDER_CONFLICT"] {
            #expect(try order(Row.order("REJECTED", reason: word)).reason == .previousOrderMissing)
        }
    }

    @Test func `comes with ids as text, without a price, and with an odd one if it is not ours`() throws {
        #expect(try order(Row.order("NEW", id: #""9""#)).venueOrderID == VenueOrderID(9))
        for price in ["null", #""0""#, "0"] { #expect(try order(Row.order("NEW", price: price)).price == nil) }
        let foreign = try order(Row.order("NEW", external: "someone", price: #""84543.5""#))
        #expect(foreign.price == nil && !foreign.isOurs && foreign.orderID == nil)
        #expect(throws: VenueDecodeError.self) { try order(Row.order("NEW", price: #""84543.5""#)) }
        // Ours by the prefix, but not one we can name: cancelled at start-up, never mistaken for another.
        let odd = try order(Row.order("NEW", external: "apus-7-42.0"))
        #expect(odd.isOurs && odd.orderID == nil)
    }

    @Test func `of another market is left out`() throws {
        let other = Row.order("NEW", market: "ETH-USD")
        #expect(try ExtendedReplies.order(json(other), [Sample.instrument()]) == nil)
        let rows = try json("[\(other),\(Row.order("NEW"))]")
        #expect(try ExtendedReplies.orders(rows, [Sample.instrument()]).count == 1)
    }

    @Test(arguments: ["id", "market", "side", "status", "qty"]) func `that lacks what money depends on is an error`(
        name: String
    ) throws {
        let row = try json(Row.order("NEW")).without(name)
        let error = #expect(throws: VenueDecodeError.self) {
            try ExtendedReplies.order(row, [try Sample.instrument()])
        }
        #expect(error?.place == "order.\(name)")
    }
}

@Suite struct `The account stream of Extended` {
    private func decode(
        _ text: String
    ) throws -> (frame: ExtendedAccountFrame, updates: [ExtendedAccountUpdate]) {
        var updates: [ExtendedAccountUpdate] = []
        let frame = ExtendedAccountDecoder(instruments: [try Sample.instrument()]).decode(
            Array(text.utf8), into: &updates)
        return (frame, updates)
    }

    private func names(_ updates: [ExtendedAccountUpdate]) -> [String] {
        updates.map { update in
            switch update {
            case .order: "order"
            case .fill: "fill"
            case .position: "position"
            case .balance: "balance"
            case .remark: "remark"
            case .unreadable: "unreadable"
            }
        }
    }

    @Test func `every member counts, whatever the type says`() throws {
        let (frame, updates) = try decode(
            #"""
            {"type":"ORDER","data":{"isSnapshot":true,"orders":[\#(Row.order("FILLED"))],"trades":[\#(Row.trade())],
             "positions":[\#(Row.position("LONG"))],"balance":{"collateralName":"USD","balance":"13500.000000",
             "equity":"13489.9","availableForTrade":"12100","updatedTime":1795248000000},"spotBalances":null},
             "ts":1795248000006,"seq":4}
            """#)
        #expect(frame == .init(sequence: 4, isSnapshot: true, sentAt: Instant(milliseconds: 1_795_248_000_006)))
        #expect(names(updates) == ["fill", "order", "position", "balance"])
    }

    @Test func `a fill is booked with its revision, and a rebate is a negative cost`() throws {
        let (_, updates) = try decode(#"{"type":"TRADE","data":{"trades":[\#(Row.trade())]},"seq":6}"#)
        guard case .fill(let fill) = updates.first else {
            Issue.record("expected a fill")
            return
        }
        #expect(fill.orderID == ExtendedOrderID(ClientOrderID(epoch: 7, sequence: 42), revision: 1))
        #expect(
            fill.fill
                == Fill(
                    market: MarketID(0), trade: TradeID(2_103_821_900_219_158_999),
                    clientOrderID: ClientOrderID(epoch: 7, sequence: 42),
                    venueOrderID: VenueOrderID(2_103_821_900_219_158_530), side: .sell, price: Price(ticks: 84_543),
                    quantity: Quantity(lots: 200), isMaker: true, commission: try #require(Cash("-0.0017")),
                    venueTime: Instant(milliseconds: 1_795_248_000_300)))
        #expect(fill.flaw == nil)
    }

    @Test func `what the venue does by itself is booked even between ticks, and says so`() throws {
        let (_, updates) = try decode(
            #"{"type":"TRADE","data":{"trades":[\#(Row.trade(price: "84543.6", type: "LIQUIDATION"))]},"seq":6}"#)
        guard case .fill(let fill) = updates.first else {
            Issue.record("expected a fill")
            return
        }
        #expect(fill.fill.price == Price(ticks: 84_544))
        #expect(fill.flaw == "LIQUIDATION at 84543.6 booked at 84544")
        #expect(try names(decode(#"{"data":{"trades":[\#(Row.trade(price: "84543.6"))]}}"#).updates) == ["unreadable"])
    }

    @Test(arguments: [("LONG", "OPENED", 2_000), ("SHORT", "OPENED", -2_000), ("LONG", "CLOSED", 0)])
    func `positions are signed, and closed ones flat`(side: String, status: String, lots: Int64) throws {
        let (_, updates) = try decode(#"{"data":{"positions":[\#(Row.position(side, status))]},"seq":1}"#)
        guard case .position(let position) = updates.first else {
            Issue.record("expected a position")
            return
        }
        #expect(position.quantity == Quantity(lots: lots))
        #expect(position.entryPrice == (lots == 0 ? .zero : try decimal("85023.125")))
        #expect(try position.markPrice == decimal("84090.4125"))
        #expect(position.updatedAt == Instant(milliseconds: 1_795_248_000_200))
    }

    @Test func `one row that cannot be read hides none of the others`() throws {
        let (_, updates) = try decode(
            #"{"data":{"orders":[{"id":1},\#(Row.order("NEW")),7,\#(Row.order("NEW", market: "ETH-USD"))],"trades":{}},"seq":1}"#
        )
        #expect(names(updates) == ["unreadable", "unreadable", "order", "unreadable"])
    }

    @Test(arguments: ["", "nonsense", "{", #"{"seq":}"#]) func `a frame that is no JSON is unreadable, never ignored`(
        text: String
    ) throws {
        #expect(try names(decode(text).updates) == ["unreadable"])
    }

    @Test func `errors become remarks, and what is not used says nothing`() throws {
        let (frame, updates) = try decode(
            #"{"type":"ORDER","error":{"code":1006,"message":"oops"},"data":null,"seq":9}"#)
        #expect(frame.sequence == 9)
        #expect(updates == [.remark("the account stream says 1006 oops")])
        #expect(try decode(#"{"type":"DEPOSIT","data":{"deposit":{"id":1}},"seq":"10"}"#).updates == [])
        #expect(try decode(#"{"type":"DEPOSIT","data":{"deposit":{"id":1}},"seq":"10"}"#).frame.sequence == 10)
    }
}

@Suite struct `Replies of Extended` {
    @Test func `a placement tells both ids`() throws {
        let reply = try ExtendedReplies.placement(json(#"{"id":2103821900219158530,"externalId":"mm-000123"}"#))
        #expect(reply.venueOrderID == VenueOrderID(2_103_821_900_219_158_530) && reply.externalID == "mm-000123")
        #expect(throws: VenueDecodeError.self) { try ExtendedReplies.placement(json(#"{"id":1}"#)) }
        #expect(throws: VenueDecodeError.self) { try ExtendedReplies.placement(.null) }
    }

    @Test func `fills come oldest first`() throws {
        let newer = Row.trade().replacing("2103821900219158999", "2103821900219159000")
        let rows = try json("[\(newer),\(Row.trade())]")
        let fills = try ExtendedReplies.fills(rows, [try Sample.instrument()])
        #expect(fills.map(\.fill.trade.number) == [2_103_821_900_219_158_999, 2_103_821_900_219_159_000])
    }

    @Test func `an account is known by key and vault, as a number or as text`() throws {
        for vault in ["415163", #""415163""#] {
            let account = try ExtendedReplies.account(
                json(#"{"status":"ACTIVE","l2Key":"\#(Sample.publicKey)","l2Vault":\#(vault),"accountId":104001}"#))
            #expect(account.vault == 415_163 && account.id == 104_001 && account.isActive)
            #expect(account.publicKey.hex == Sample.publicKey)
        }
        for (key, vault) in [("0xzz", "1"), ("0x1", "-1"), ("0x1", "4294967296"), ("0x1", "null")] {
            #expect(throws: VenueDecodeError.self) {
                try ExtendedReplies.account(json(#"{"l2Key":"\#(key)","l2Vault":\#(vault),"accountId":1}"#))
            }
        }
    }

    @Test func `fees and leverage of one market`() throws {
        let fees = try ExtendedReplies.fees(
            json(
                #"[{"market":"ETH-USD","makerFeeRate":"1","takerFeeRate":"1"},{"market":"BTC-USD","makerFeeRate":"-0.00002","takerFeeRate":"0.00025","builderFeeRate":"0"}]"#
            ),
            market: "BTC-USD")
        #expect(fees == (Rate(parts: -2_000), Rate(parts: 25_000)))
        #expect(throws: VenueDecodeError.self) { try ExtendedReplies.fees(json("[]"), market: "BTC-USD") }
        let row = #"{"market":"BTC-USD","leverage":"10"}"#
        #expect(try ExtendedReplies.leverage(json("[\(row)]"), market: "BTC-USD") == decimal("10"))
        #expect(try ExtendedReplies.leverage(json(row), market: "BTC-USD") == decimal("10"))
        #expect(throws: VenueDecodeError.self) { try ExtendedReplies.leverage(json(row), market: "ETH-USD") }
    }

    @Test func `the chain is the one that signatures are for`() throws {
        for revision in ["1", #""1""#] {
            let chain = try ExtendedReplies.chain(
                json(#"{"name":"Perpetuals","version":"v0","chainId":"SN_MAIN","revision":\#(revision)}"#))
            #expect(chain.matches(.mainnet) && !chain.matches(.testnet))
        }
        let other = try ExtendedReplies.chain(
            json(#"{"name":"Perpetuals","version":"v1","chainId":"SN_MAIN","revision":1}"#))
        #expect(!other.matches(.mainnet))
    }

    @Test func `funding rates of one market come oldest first`() throws {
        let rates = try ExtendedReplies.fundingRates(
            json(
                #"[{"m":"BTC-USD","T":1795248000000,"f":"-0.000013"},{"m":"ETH-USD","T":1,"f":"1"},{"m":"BTC-USD","T":1795244400000,"f":"0.00002"}]"#
            ), market: "BTC-USD")
        #expect(rates.map(\.rate.parts) == [2_000, -1_300])
        #expect(rates.last?.appliedAt == Instant(milliseconds: 1_795_248_000_000))
    }

    @Test func `positions, balance and funding payments`() throws {
        let instruments = [try Sample.instrument()]
        #expect(try ExtendedReplies.positions(json("[]"), instruments).isEmpty)
        #expect(
            try ExtendedReplies.positions(json("[\(Row.position("SHORT"))]"), instruments).map(\.quantity)
                == [Quantity(lots: -2_000)])
        let balance = try ExtendedReplies.balance(
            json(#"{"collateralName":"USD","balance":"13500.000001","equity":null,"availableForTrade":"12100"}"#))
        #expect(balance.wallet == Cash("13500.000001") && balance.equity == nil)
        #expect(balance.available == Cash(whole: 12_100))
        let payments = try ExtendedReplies.fundingPayments(
            json(
                #"[{"id":2,"market":"BTC-USD","fundingFee":"0.2","paidTime":1795248000000},{"id":1,"market":"BTC-USD","fundingFee":"-0.109317","fundingRate":"0.000013","paidTime":1795244400000}]"#
            ),
            instruments)
        #expect(payments.map(\.id) == [1, 2] && payments.first?.amount == Cash("-0.109317"))
        #expect(payments.first?.rate == Rate(parts: 1_300) && payments.last?.rate == nil)
    }
}

extension String {
    fileprivate func replacing(_ old: String, _ new: String) -> String {
        split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
    }
}
