import Fundamentals
import MarketModel
import StarkCryptography
import Testing
import VenueKit
import Wire

@testable import VenueExtended

@Suite struct `A market of Extended` {
    @Test func `gives an instrument with the venue's rules`() throws {
        let market = try Sample.market(id: MarketID(3))
        let instrument = market.instrument
        #expect(instrument.market == MarketID(3) && market.name == "BTC-USD")
        #expect(instrument.baseAsset == "BTC" && instrument.settlementAsset == "USD" && instrument.quoteAsset == "USD")
        #expect(instrument.tickSize.description == "1" && instrument.lotSize.description == "0.00001")
        #expect(instrument.quantityRange.lowerBound == Quantity(lots: 10))
        #expect(instrument.collarUp == Rate("1.05") && instrument.collarDown == Rate("0.95"))
        #expect(instrument.marketTakeBound == Rate("0.05") && instrument.maxOpenOrders == 200)
        #expect(instrument.makerFee == .zero && instrument.takerFee == .zero)
        #expect(market.status == .active && !market.isQuoteOnRequest)
        #expect(market.maxLimitOrderValue == Cash(whole: 15_000_000))
        #expect(market.maxMarketOrderValue == Cash(whole: 3_000_000))
        #expect(market.maxPositionValue == Cash(whole: 60_000_000))
        #expect(market.maxLeverage.normalized.description == "50")
        #expect(
            market.riskBrackets == [
                .init(upperBound: Cash(whole: 4_000_000), riskFactor: Rate(parts: 2_000_000)),
                .init(upperBound: Cash(whole: 60_000_000), riskFactor: Rate(parts: 50_000_000)),
            ])
        #expect(market.settlement.syntheticID.hex == "0x4254432d3600000000000000000000")
        #expect(market.settlement.collateralID.hex == "0x1")
        #expect(market.settlement.syntheticResolution == 1_000_000)
        #expect(market.stats?.fundingRate == Rate("0.000013"))
        #expect(market.stats?.nextFunding?.milliseconds == 1_795_251_600_000)
    }

    @Test func `rounds the least size up to a whole lot`() throws {
        let market = try Sample.market(Sample.marketRow(lot: "0.0003", least: "0.001"))
        #expect(market.instrument.quantityRange.lowerBound == Quantity(lots: 4))
    }

    @Test(arguments: ExtendedMarket.Status.allCases) func `knows its status`(status: ExtendedMarket.Status) throws {
        #expect(try Sample.market(Sample.marketRow(status: status.rawValue)).status == status)
        #expect(try Sample.market(Sample.marketRow(status: "HALTED_BY_MARTIANS")).status == .unknown)
    }

    @Test func `is found by its name among others`() throws {
        let rows = try json("[\(Sample.marketRow(name: "ETH-USD", tick: "0.1")),\(Sample.marketRow())]")
        let found = try ExtendedMarket.find("BTC-USD", in: rows, market: MarketID(1))
        #expect(found.name == "BTC-USD" && found.instrument.tickSize.description == "1")
        let error = #expect(throws: VenueDecodeError.self) {
            try ExtendedMarket.find("SOL-USD", in: rows, market: MarketID(1))
        }
        #expect(error?.reason == "SOL-USD is not listed")
    }

    @Test(arguments: [
        ("0.0000001", "0.000001", "too fine"), ("0.000000000001", "1", "too fine"), ("0", "0.1", "minPriceChange"),
        ("-1", "0.1", "minPriceChange"), ("1E-7", "1", "minPriceChange"), ("1", "0", "minOrderSizeChange"),
        ("1", "x", "minOrderSizeChange"),
    ])
    func `that cannot be represented is an error that names it`(tick: String, lot: String, words: String) {
        let error = #expect(throws: VenueDecodeError.self) {
            try Sample.market(Sample.marketRow(name: "ODD-USD", tick: tick, lot: lot))
        }
        #expect(error?.place.contains("ODD-USD") == true)
        let text = error.map { "\($0.place) \($0.reason)" } ?? ""
        #expect(text.contains(words))
    }

    @Test(arguments: [
        ("collateralResolution", "0"), ("syntheticResolution", "-1"), ("syntheticResolution", "null"),
        ("collateralId", "\"1\""), ("syntheticId", "\"0xzz\""), ("syntheticId", "7"),
    ])
    func `without a usable l2Config is an error that names the member`(name: String, value: String) throws {
        let row = try json(Sample.marketRow()).replacing("l2Config") { l2 in
            l2.replacing(name) { _ in (try? json(value)) ?? .null }
        }
        let error = #expect(throws: VenueDecodeError.self) { try ExtendedMarket(row, market: MarketID(0)) }
        #expect(error?.place == "markets.BTC-USD.l2Config.\(name)")
    }

    @Test func `needs all of its rules`() throws {
        for name in [
            "minOrderSize", "maxLimitOrderValue", "maxMarketOrderValue", "maxPositionValue", "maxLeverage",
            "limitPriceCap", "limitPriceFloor",
        ] {
            let row = try json(Sample.marketRow()).replacing("tradingConfig") { $0.without(name) }
            let error = #expect(throws: VenueDecodeError.self) { try ExtendedMarket(row, market: MarketID(0)) }
            #expect(error?.place == "markets.BTC-USD.tradingConfig.\(name)")
        }
    }
}
