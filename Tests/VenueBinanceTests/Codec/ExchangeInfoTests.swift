import Fundamentals
import MarketModel
import Testing
import VenueKit

@testable import VenueBinance

@Suite struct `The rules of a spot symbol` {
    private func read(_ symbol: String, named name: String = "BTCUSDT") throws(VenueDecodeError) -> BinanceSymbol {
        try BinanceExchangeInfo.symbol(
            Fixtures.json(Fixtures.exchangeInfo(symbol)), named: name, market: Fixtures.btc)
    }

    @Test func `every filter becomes a rule of the instrument`() throws {
        let symbol = try read(Fixtures.symbol())
        let instrument = symbol.instrument
        #expect(instrument.kind == .spot && instrument.market == Fixtures.btc && instrument.symbol == "BTCUSDT")
        #expect((instrument.baseAsset, instrument.quoteAsset, instrument.settlementAsset) == ("BTC", "USDT", "USDT"))
        #expect("\(instrument.tickSize)" == "0.01" && "\(instrument.lotSize)" == "0.00001")
        #expect(instrument.priceRange == Price(ticks: 1)...Price(ticks: 100_000_000))
        #expect(instrument.quantityRange == Quantity(lots: 1)...Quantity(lots: 900_000_000))
        #expect(instrument.marketQuantityRange == Quantity(lots: 1)...Quantity(lots: 12_050_000))
        #expect(instrument.minNotional == Cash(whole: 5))
        #expect(instrument.collarUp == Rate("5") && instrument.collarDown == Rate("0.3"))
        #expect(instrument.maxOpenOrders == 150)
        #expect(instrument.makerFee == .basisPoints(10) && instrument.takerFee == .basisPoints(10))
        #expect(symbol.status == "TRADING" && symbol.isSpot && symbol.allowedPreventions.count == 5)
    }

    @Test func `the older filters are read as well`() throws {
        let text = Fixtures.symbol(
            notional:
                #"{"filterType":"MIN_NOTIONAL","minNotional":"10.0","applyToMarket":true,"avgPriceMins":5},{"filterType":"NOTIONAL","minNotional":"4.0"}"#
        ).replacing("PERCENT_PRICE_BY_SIDE", with: "PERCENT_PRICE")
            .replacing("bidMultiplierUp", with: "multiplierUp").replacing("bidMultiplierDown", with: "multiplierDown")
        let instrument = try read(text).instrument
        #expect(instrument.minNotional == Cash(whole: 10))
        #expect(instrument.collarUp == Rate("5") && instrument.collarDown == Rate("0.2"))
        let bare = try read(
            text.replacing("PERCENT_PRICE", with: "OTHER").replacing("NOTIONAL", with: "X").replacing(
                "MARKET_LOT_SIZE", with: "Y"
            ).replacing("MAX_NUM_ORDERS", with: "Z")
        ).instrument
        #expect(bare.minNotional == .zero && bare.collarDown == .zero && bare.collarUp > Rate("5")!)
        #expect(bare.marketQuantityRange == bare.quantityRange && bare.maxOpenOrders == 200)
    }

    @Test func `zeros switch a filter off`() throws {
        let instrument = try read(
            Fixtures.symbol().replacing(#""maxPrice":"1000000.00000000""#, with: #""maxPrice":"0.00000000""#)
                .replacing(#""minPrice":"0.01000000""#, with: #""minPrice":"0.00000000""#)
        ).instrument
        #expect(instrument.priceRange.lowerBound == Price(ticks: 1))
        #expect(instrument.priceRange.upperBound.ticks == Int64(VenueFields.largest))
    }

    @Test func `what cannot be traded exactly is refused with the reason`() {
        let cases = [
            (Fixtures.symbol("ETHUSDT"), "not listed"), (Fixtures.symbol(tick: "0.00000000"), "tickSize"),
            (Fixtures.symbol(step: "0.0"), "stepSize"),
            (Fixtures.symbol(tick: "0.00000001", step: "0.00001000"), "too fine"),
            (
                Fixtures.symbol().replacing("LOT_SIZE\",\"minQty\":\"0.00001", with: "NO\",\"minQty\":\"0.00001"),
                "LOT_SIZE"
            ),
            (Fixtures.symbol().replacing(#""maxQty":"9000.00000000""#, with: #""maxQty":"0""#), "maxQty"),
            (
                Fixtures.symbol().replacing(#""bidMultiplierUp":"5""#, with: #""bidMultiplierUp":"-5""#),
                "bidMultiplierUp"
            ),
        ]
        for (text, reason) in cases {
            do throws(VenueDecodeError) {
                _ = try read(text)
                Issue.record("\(reason) was accepted")
            } catch {
                #expect("\(error.place) \(error.reason)".contains(reason), "\(error)")
            }
        }
    }

    @Test func `the venue's limits are adopted, the documented ones where it gives none`() {
        let rules = BinanceExchangeInfo.rateRules(Fixtures.json(Fixtures.exchangeInfo()))
        #expect(
            rules == [
                RateRule(.weight, per: .minutes(1), limit: 6_000), RateRule(.orders, per: .seconds(10), limit: 100),
                RateRule(.orders, per: .hours(24), limit: 200_000),
            ])
        for text in ["{}", #"{"rateLimits":[]}"#, #"{"rateLimits":[{"limit":-1},{"limit":0,"intervalNum":9999999}]}"#] {
            #expect(BinanceExchangeInfo.rateRules(Fixtures.json(text)) == BinanceExchangeInfo.documentedRates)
        }
    }
}
