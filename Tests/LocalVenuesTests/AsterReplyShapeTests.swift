import Exchange
import Fundamentals
import MarketModel
import Testing
import Wire

@testable import LocalVenues

/// The members of the venue's documented and captured replies, in the order of the examples where one was captured.
@Suite struct `Aster's replies have the members of the real ones` {
    private static let order = [
        "orderId", "symbol", "status", "clientOrderId", "price", "avgPrice", "origQty", "executedQty", "cumQuote",
        "timeInForce", "type", "reduceOnly", "closePosition", "side", "positionSide", "stopPrice", "workingType",
        "priceProtect", "origType", "updateTime", "time", "pegPriceType", "stpMode",
    ]
    private static let symbol = [
        "symbol", "pair", "contractType", "deliveryDate", "onboardDate", "status", "maintMarginPercent",
        "requiredMarginPercent", "baseAsset", "quoteAsset", "marginAsset", "pricePrecision", "quantityPrecision",
        "baseAssetPrecision", "quotePrecision", "underlyingType", "underlyingSubType", "symbolType", "tradingMode",
        "name", "channel", "sequenceNo", "twapMinNotional", "settlePlan", "triggerProtect", "liquidationFee",
        "marketTakeBound", "createTime", "filters", "orderTypes", "timeInForce",
    ]
    private static let account = [
        "feeTier", "canTrade", "canDeposit", "canWithdraw", "updateTime", "totalInitialMargin", "totalMaintMargin",
        "totalWalletBalance", "totalUnrealizedProfit", "totalMarginBalance", "totalPositionInitialMargin",
        "totalOpenOrderInitialMargin", "totalCrossWalletBalance", "totalCrossUnPnl", "availableBalance",
        "maxWithdrawAmount", "assets", "positions",
    ]

    /// Path, query, the way down to the object (`0` is the first element), and its members.
    private static let table: [(path: String, query: String, way: [String], members: [String])] = [
        ("time", "", [], ["serverTime"]), ("ping", "", [], []),
        (
            "exchangeInfo", "", [],
            ["timezone", "serverTime", "futuresType", "rateLimits", "exchangeFilters", "assets", "symbols"]
        ),
        ("exchangeInfo", "", ["rateLimits", "0"], ["rateLimitType", "interval", "intervalNum", "limit"]),
        ("exchangeInfo", "", ["assets", "0"], ["asset", "marginAvailable", "autoAssetExchange"]),
        ("exchangeInfo", "", ["symbols", "0"], symbol),
        ("depth", "symbol=ASTERUSDT", [], ["lastUpdateId", "E", "T", "bids", "asks"]),
        (
            "trades", "symbol=ASTERUSDT", ["0"], ["id", "price", "qty", "quoteQty", "time", "isBuyerMaker"]
        ),
        (
            "historicalTrades", "symbol=ASTERUSDT", ["0"], ["id", "price", "qty", "quoteQty", "time", "isBuyerMaker"]
        ),
        ("aggTrades", "symbol=ASTERUSDT", ["0"], ["a", "p", "q", "f", "l", "T", "m"]),
        (
            "premiumIndex", "symbol=ASTERUSDT", [],
            [
                "symbol", "markPrice", "indexPrice", "estimatedSettlePrice", "lastFundingRate", "nextFundingTime",
                "interestRate", "time",
            ]
        ),
        ("fundingRate", "symbol=ASTERUSDT", ["0"], ["symbol", "fundingTime", "fundingRate"]),
        (
            "fundingInfo", "", ["0"],
            ["symbol", "interestRate", "time", "fundingIntervalHours", "fundingFeeCap", "fundingFeeFloor"]
        ),
        (
            "ticker/bookTicker", "symbol=ASTERUSDT", [],
            ["symbol", "bidPrice", "bidQty", "askPrice", "askQty", "time", "lastUpdateId"]
        ),
        ("ticker/price", "symbol=ASTERUSDT", [], ["symbol", "price", "time"]),
        (
            "ticker/24hr", "symbol=ASTERUSDT", [],
            [
                "symbol", "priceChange", "priceChangePercent", "weightedAvgPrice", "prevClosePrice", "lastPrice",
                "lastQty", "openPrice", "highPrice", "lowPrice", "volume", "quoteVolume", "openTime", "closeTime",
                "firstId", "lastId", "count",
            ]
        ),
        ("openInterest", "symbol=ASTERUSDT", [], ["symbol", "openInterest", "time"]),
        ("openOrders", "symbol=ASTERUSDT", ["0"], order), ("allOrders", "symbol=ASTERUSDT", ["0"], order),
        (
            "balance", "", ["0"],
            [
                "accountAlias", "asset", "balance", "crossWalletBalance", "crossUnPnl", "availableBalance",
                "maxWithdrawAmount", "marginAvailable", "updateTime",
            ]
        ),
        ("accountWithJoinMargin", "", [], account), ("account", "", [], account),
        (
            "account", "", ["assets", "0"],
            [
                "asset", "walletBalance", "unrealizedProfit", "marginBalance", "maintMargin", "initialMargin",
                "positionInitialMargin", "openOrderInitialMargin", "maxWithdrawAmount", "crossWalletBalance",
                "crossUnPnl", "availableBalance", "marginAvailable", "updateTime",
            ]
        ),
        (
            "account", "", ["positions", "0"],
            [
                "symbol", "initialMargin", "maintMargin", "unrealizedProfit", "positionInitialMargin",
                "openOrderInitialMargin", "leverage", "isolated", "entryPrice", "maxNotional", "positionSide",
                "positionAmt", "notional", "isolatedWallet", "updateTime",
            ]
        ),
        (
            "positionRisk", "", ["0"],
            [
                "symbol", "positionAmt", "entryPrice", "markPrice", "unRealizedProfit", "liquidationPrice", "leverage",
                "maxNotionalValue", "marginType", "isolatedMargin", "isAutoAddMargin", "positionSide", "notional",
                "isolatedWallet", "updateTime",
            ]
        ),
        (
            "userTrades", "symbol=ASTERUSDT", ["0"],
            [
                "symbol", "id", "orderId", "side", "price", "qty", "quoteQty", "commission", "commissionAsset", "time",
                "realizedPnl", "marginAsset", "positionSide", "buyer", "maker",
            ]
        ),
        ("income", "", ["0"], ["symbol", "incomeType", "income", "asset", "info", "time", "tranId", "tradeId"]),
        ("leverageBracket", "symbol=ASTERUSDT", [], ["symbol", "brackets"]),
        (
            "leverageBracket", "", ["0", "brackets", "0"],
            ["bracket", "initialLeverage", "notionalCap", "notionalFloor", "maintMarginRatio", "cum"]
        ),
        ("commissionRate", "symbol=ASTERUSDT", [], ["symbol", "makerCommissionRate", "takerCommissionRate"]),
        ("positionSide/dual", "", [], ["dualSidePosition"]), ("multiAssetsMargin", "", [], ["multiAssetsMargin"]),
        ("stpMode", "", [], ["stpMode"]), ("adlQuantile", "", ["0"], ["symbol", "adlQuantile"]),
        ("indexreferences", "symbol=ASTERUSDT", [], ["symbol", "time", "references"]),
    ]

    /// A world in which everything has happened once.
    private func lived() throws -> AsterWorld {
        var world = AsterWorld()
        _ = try world.json(.post, "/fapi/v1/order", "symbol=ASTERUSDT&side=BUY&type=MARKET&quantity=20")
        _ = try world.json(
            .post, "/fapi/v1/order", "symbol=ASTERUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=20&price=0.94")
        world.advance(world.server.exchange.mark(MarketID(0)).nextFunding - world.now + .seconds(1))
        world.trade(.buy, lots: 500, limit: 9_510)
        return world
    }

    @Test(arguments: table.indices) func `in every object`(row: Int) throws {
        let (path, query, way, members) = Self.table[row]
        var world = try lived()
        let response = try world.reply(world.request(.get, "/fapi/v3/\(path)", query))
        #expect(response.status == 200)
        var value = try JSONValue.parse(response.body)
        for step in way {
            let next = Int(step).map { index in value.elements.flatMap { $0.indices.contains(index) ? $0[index] : nil }
            }
            value = try #require(next ?? value[step], "\(path) has no \(step)")
        }
        #expect(value.members?.map(\.name).sorted() == members.sorted(), "\(path) \(way)")
    }

    @Test func `in new orders, and trailing ones have two more`() throws {
        var world = AsterWorld()
        let plain = try world.json(
            .post, "/fapi/v1/order", "symbol=ASTERUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=20&price=0.94")
        #expect(plain.members?.map(\.name).sorted() == (Self.order + ["cumQty"]).sorted())
        let trailing = try world.json(
            .post, "/fapi/v1/order",
            "symbol=ASTERUSDT&side=BUY&type=TRAILING_STOP_MARKET&quantity=20&callbackRate=0.3&activationPrice=0.90")
        #expect(
            trailing.members?.map(\.name).sorted()
                == (Self.order + ["cumQty", "activatePrice", "priceRate"]).sorted())
        #expect(trailing["activatePrice"]?.text == "0.9000")
        #expect(trailing["priceRate"]?.text == "0.3")
    }

    /// Symbol, tick, least price, step, largest quantities, collar, bound and precisions of 2026-01-12.
    @Test(arguments: [
        ["ASTERUSDT", "0.00010", "0.00010", "0.01", "2000000", "200000", "0.9500", "1.0500", "0.05", "5"],
        ["BTCUSDT", "0.1", "1", "0.001", "1000", "120", "0.9800", "1.0200", "0.02", "1"],
        ["ETHUSDT", "0.10", "39.90", "0.001", "10000", "2000", "0.9800", "1.0200", "0.02", "2"],
        ["BNBUSDT", "0.100", "6.600", "0.01", "100000", "2000", "0.9800", "1.0200", "0.02", "3"],
        ["SOLUSDT", "0.0100", "0.4200", "0.01", "1000000", "5000", "0.9700", "1.0300", "0.03", "4"],
        ["HYPEUSDT", "0.00100", "0.00100", "0.01", "250000", "100000", "0.9800", "1.0200", "0.02", "5"],
    ])
    func `in the filters of each symbol, with its values`(row: [String]) throws {
        var market = try #require(AsterMarkets.definition(row[0], market: MarketID(0)))
        market.fundingInterval = .hours(8)
        var world = AsterWorld(hasBook: false, market: market)
        let info = try world.json(.get, "/fapi/v3/exchangeInfo", as: .open)
        let symbol = try #require(info["symbols"]?.elements?.first)
        let filters = symbol["filters"]?.elements ?? []
        func member(_ filter: String, _ name: String) -> String? {
            filters.first { $0["filterType"]?.text == filter }?[name]?.numeral
        }
        #expect(
            filters.map { $0["filterType"]?.text } == [
                "PRICE_FILTER", "LOT_SIZE", "MARKET_LOT_SIZE", "MAX_NUM_ORDERS", "MAX_NUM_ALGO_ORDERS", "MIN_NOTIONAL",
                "PERCENT_PRICE",
            ])
        let found = [
            symbol["symbol"]?.text, member("PRICE_FILTER", "tickSize"), member("PRICE_FILTER", "minPrice"),
            member("LOT_SIZE", "stepSize"), member("LOT_SIZE", "maxQty"), member("MARKET_LOT_SIZE", "maxQty"),
            member("PERCENT_PRICE", "multiplierDown"), member("PERCENT_PRICE", "multiplierUp"),
            symbol["marketTakeBound"]?.text, symbol["pricePrecision"]?.numeral,
        ]
        #expect(found == row)
        #expect(member("MIN_NOTIONAL", "notional") == "5")
        #expect(member("MAX_NUM_ORDERS", "limit") == "200")
        #expect(member("MAX_NUM_ALGO_ORDERS", "limit") == "10")
        #expect(member("PERCENT_PRICE", "multiplierDecimal") == "4")
    }
}
