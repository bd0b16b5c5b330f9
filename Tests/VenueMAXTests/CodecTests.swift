import Fundamentals
import MarketModel
import Testing
import VenueKit
import Wire

@testable import VenueMAX

@Suite struct `Replies of MAX` {
    @Test(arguments: [
        ("8.0e-05", "0.00008"), ("250.0", "250"), ("1e3", "1000"), ("-2.5E-3", "-0.0025"), ("0.0", "0"), ("12", "12"),
        ("1.50e+2", "150"),
    ]) func `numbers may have exponents`(text: String, plain: String) throws {
        #expect(try #require(MAXNumber.decimal(text)).normalized == ExactDecimal(plain)?.normalized)
    }

    @Test(arguments: ["", "e5", "1e", "1e99", "1e-99", "--1", "1e5.0", "0x1", "nan", "1e-31"])
    func `what is no number is none`(text: String) {
        #expect(MAXNumber.decimal(text) == nil)
    }

    @Test func `a market's row gives steps, sizes and value`() throws {
        let btctwd = try Sample.instrument("btctwd")
        #expect(btctwd.kind == .spot)
        #expect(btctwd.symbol == "BTCTWD")
        #expect((btctwd.baseAsset, btctwd.quoteAsset, btctwd.settlementAsset) == ("BTC", "TWD", "TWD"))
        #expect(btctwd.tickSize.description == "0.1")
        #expect(btctwd.lotSize.description == "0.00000001")
        #expect(btctwd.quantityRange.lowerBound == Quantity(lots: 8_000))
        #expect(btctwd.minNotional == Cash(whole: 250))
        let usdttwd = try Sample.instrument("usdttwd")
        #expect((usdttwd.tickSize.description, usdttwd.lotSize.description) == ("0.001", "0.01"))
        // Lots of a thousand.
        let shibtwd = try Sample.instrument("shibtwd")
        #expect(shibtwd.lotSize.description == "1000")
        #expect(shibtwd.quantityRange.lowerBound == Quantity(lots: 1))
    }

    @Test(arguments: [
        (#"{"id":"a"}"#, "base_unit_precision"),
        (#"{"id":"a","base_unit_precision":99,"quote_unit_precision":1}"#, "base_unit_precision"),
        (
            #"{"id":"a","base_unit_precision":2,"quote_unit_precision":1,"min_base_amount":"x"}"#, "min_base_amount"
        ),
    ]) func `a market that cannot be read says which member is wrong`(row: String, member: String) throws {
        let row = try Sample.json(row)
        #expect {
            _ = try MAXMarket(row, market: MarketID(0))
        } throws: { error in
            (error as? VenueDecodeError)?.place.hasSuffix(member) == true
        }
    }

    @Test func `fee rates are the account's`() throws {
        let fees = try MAXFees(
            Sample.json(
                #"{"email":"a","level":2,"current_vip_level":{"level":0,"maker_fee":0.0008,"taker_fee":0.0016},"next_vip_level":null}"#
            ))
        #expect(fees.maker == Rate(parts: 80_000))
        #expect(fees.taker == Rate(parts: 160_000))
    }

    @Test func `depth is sorted whatever its order`() throws {
        let book = try MAXBook(
            reply: Sample.json(
                #"{"timestamp":1770105651,"last_update_version":1770104729162,"last_update_id":564,"asks":[["79251.97","0.000388"],["79089.78","1.119123"],["79159.58","0.000204"]],"bids":[["78265.75","2.319293"],["78422.52","0.011319"]]}"#
            ),
            Sample.instrument())
        #expect(book.asks.map(\.price.ticks) == [7_908_978, 7_915_958, 7_925_197])
        #expect(book.bids.map(\.price.ticks) == [7_842_252, 7_826_575])
        #expect(book.asks[0].quantity == Quantity(lots: 1_119_123))
        #expect((book.version, book.lastID) == (1_770_104_729_162, 564))
    }

    @Test(arguments: [
        #"{"asks":[["1"]],"bids":[]}"#, #"{"asks":[["-1","1"]],"bids":[]}"#, #"{"asks":[["1.001","1"]],"bids":[]}"#,
        #"{"asks":[["1","-1"]],"bids":[]}"#, #"{"bids":[]}"#, #"{"asks":[["1","99999999999999999999999"]],"bids":[]}"#,
    ]) func `levels off the market's steps are refused`(text: String) throws {
        let instrument = try Sample.instrument()
        #expect(throws: VenueDecodeError.self) { try MAXBook(reply: Sample.json(text), instrument) }
    }

    @Test func `an order is read from a reply and from the stream`() throws {
        let instrument = try Sample.instrument()
        let reply = try MAXOrder(VenueFields(Sample.json(Sample.order()), "order"), instrument)
        #expect(reply.id == VenueOrderID(2_492_665_741))
        #expect(reply.client == ClientOrderID(epoch: 7, sequence: 1))
        #expect((reply.side, reply.state, reply.type) == (.sell, .wait, "limit"))
        #expect((reply.price, reply.quantity, reply.filled) == (Price(ticks: 7_841_591), Quantity(lots: 255), .zero))
        let row = try Sample.json(
            #"{"i":87,"sd":"bid","ot":"limit","p":"21499.0","sp":null,"ap":"21499.0","v":"0.2658","rv":"0.0","ev":"0.2658","S":"done","M":"btcusdt","tc":1,"T":1659419048000,"TU":1659419048406,"gi":123,"ci":"client-oid-1"}"#
        )
        let streamed = try MAXOrder(VenueFields(row, "order_update"), instrument, .stream)
        #expect((streamed.side, streamed.state, streamed.client) == (.buy, .done, nil))
        #expect(streamed.filled == Quantity(lots: 265_800))
    }

    @Test func `the fee of a sell is in the quote asset, of a buy in what was bought`() throws {
        let instrument = try Sample.instrument()
        let sell = try #require(try MAXTrade.legs(Sample.json(Sample.trade()), instrument).first)
        let sold = try #require(sell.fill(nil, instrument))
        #expect(sold.commission == Cash("0.03200075"))
        #expect(sold.baseCommission == .zero)
        #expect((sold.isMaker, sold.isSelfTrade) == (false, false))
        let buy = try #require(
            try MAXTrade.legs(
                Sample.json(
                    #"{"id":12328549,"order_id":2492647274,"wallet_type":"spot","price":"78845.32","volume":"0.001","funds":"78.84532","market":"btcusdt","market_name":"BTC/USDT","side":"bid","fee":"0.0000016","fee_currency":"btc","fee_discounted":false,"liquidity":"taker","created_at":1770089830214}"#
                ),
                instrument
            ).first)
        let bought = try #require(buy.fill(nil, instrument))
        #expect(bought.baseCommission == Cash("0.0000016"))
        #expect(bought.commission == Cash("0.126152512"))
    }

    @Test func `a fee in another asset is valued at the account's rate`() throws {
        let instrument = try Sample.instrument()
        var trade = try #require(try MAXTrade.legs(Sample.json(Sample.trade()), instrument).first)
        (trade.fee, trade.feeAsset) = (ExactDecimal("3.2"), "MAX")
        let fill = try #require(trade.fill(nil, instrument))
        #expect(fill.commission == instrument.takerFee.of(instrument.notional(trade.price, trade.quantity)))
        #expect(fill.baseCommission == .zero)
    }

    @Test func `a trade with oneself is two fills, of both orders`() throws {
        let legs = try MAXTrade.legs(
            Sample.json(
                #"{"id":5,"order_id":87,"wallet_type":"spot","price":"78845.32","volume":"0.001","funds":"78.84532","market":"btcusdt","market_name":"BTC/USDT","side":"self-trade","fee":"0.12","fee_currency":"usdt","fee_discounted":false,"self_trade_bid_fee":"0.0000008","self_trade_bid_fee_currency":"btc","self_trade_bid_fee_discounted":false,"self_trade_bid_order_id":86,"liquidity":"taker","created_at":1770089830214}"#
            ),
            Sample.instrument())
        #expect(legs.map(\.side) == [.sell, .buy])
        #expect(legs.map(\.order) == [VenueOrderID(87), VenueOrderID(86)])
        #expect(legs.map(\.isMaker) == [false, true])
        #expect(legs.allSatisfy { $0.isSelfTrade && $0.id == TradeID(5) })
        #expect(legs.map(\.feeAsset) == ["USDT", "BTC"])
    }
}
