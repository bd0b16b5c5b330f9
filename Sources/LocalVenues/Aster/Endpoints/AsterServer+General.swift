internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import Wire

extension AsterServer {
    func writeExchangeInfo(_ json: inout JSONWriter) {
        json.beginObject()
        json.member("timezone", "UTC")
        json.member("serverTime", venueTime.milliseconds)
        json.member("futuresType", "U_MARGINED")
        json.key("rateLimits")
        json.beginArray()
        let limits = configuration.limits
        writeLimit("REQUEST_WEIGHT", "MINUTE", 1, limits.weightPerMinute, &json)
        writeLimit("ORDERS", "MINUTE", 1, limits.ordersPerMinute, &json)
        writeLimit("ORDERS", "SECOND", 10, limits.ordersPerTenSeconds, &json)
        json.endArray()
        json.key("exchangeFilters")
        json.beginArray()
        json.endArray()
        writeAssets(&json)
        json.key("symbols")
        json.beginArray()
        for market in markets { writeSymbol(market, &json) }
        json.endArray()
        json.endObject()
    }

    private func writeLimit(
        _ type: String, _ interval: String, _ count: Int64, _ limit: Int64, _ json: inout JSONWriter
    ) {
        json.beginObject()
        json.member("rateLimitType", type)
        json.member("interval", interval)
        json.member("intervalNum", count)
        json.member("limit", limit)
        json.endObject()
    }

    private func writeAssets(_ json: inout JSONWriter) {
        var assets: [String] = []
        for market in markets where !assets.contains(market.instrument.settlementAsset) {
            assets.append(market.instrument.settlementAsset)
        }
        for account in accounts {
            for balance in account.definition.balances where !assets.contains(balance.asset) {
                assets.append(balance.asset)
            }
        }
        json.key("assets")
        json.beginArray()
        for asset in assets {
            json.beginObject()
            json.member("asset", asset)
            json.member("marginAvailable", true)
            json.member("autoAssetExchange", asset == exchange.settlementAsset ? "-10000" : "0")
            json.endObject()
        }
        json.endArray()
    }

    private func writeSymbol(_ market: AsterMarket, _ json: inout JSONWriter) {
        let instrument = market.instrument
        json.beginObject()
        json.member("symbol", instrument.symbol)
        json.member("pair", instrument.symbol)
        json.member("contractType", "PERPETUAL")
        json.member("deliveryDate", 4_133_404_800_000)
        json.member("onboardDate", 1_569_398_400_000)
        json.member("status", "TRADING")
        json.member("maintMarginPercent", "2.5000")
        json.member("requiredMarginPercent", "5.0000")
        json.member("baseAsset", instrument.baseAsset)
        json.member("quoteAsset", instrument.quoteAsset)
        json.member("marginAsset", instrument.settlementAsset)
        json.member("pricePrecision", Int64(AsterText.pricePrecision(instrument)))
        json.member("quantityPrecision", Int64(instrument.lotSize.scale))
        json.member("baseAssetPrecision", 8)
        json.member("quotePrecision", 8)
        json.member("underlyingType", "COIN")
        json.key("underlyingSubType")
        json.beginArray()
        json.endArray()
        json.member("symbolType", 0)
        json.member("tradingMode", 0)
        json.member("name", instrument.baseAsset)
        json.member("channel", "{}")
        json.member("sequenceNo", 100)
        json.member("twapMinNotional", "1000")
        json.member("settlePlan", 0)
        json.member("triggerProtect", decimals(market.definition.triggerProtect, 4))
        json.member("liquidationFee", decimals(market.definition.liquidationFee, 6))
        json.member("marketTakeBound", decimals(instrument.marketTakeBound, 2))
        json.member("createTime", 1_569_398_400_000)
        json.key("filters")
        json.beginArray()
        writeFilters(market, &json)
        json.endArray()
        writeTexts("orderTypes", OrderType.allCases.map(\.asterText), &json)
        writeTexts("timeInForce", Self.timesInForce, &json)
        json.endObject()
    }

    private func writeFilters(_ market: AsterMarket, _ json: inout JSONWriter) {
        let instrument = market.instrument
        writeFilter(
            "PRICE_FILTER",
            [
                ("minPrice", AsterText.printed(instrument.decimal(instrument.priceRange.lowerBound), instrument)),
                ("maxPrice", instrument.decimal(instrument.priceRange.upperBound).normalized.description),
                ("tickSize", AsterText.printed(instrument.tickSize, instrument)),
            ], &json)
        for (name, range) in [
            ("LOT_SIZE", instrument.quantityRange), ("MARKET_LOT_SIZE", instrument.marketQuantityRange),
        ] {
            writeFilter(
                name,
                [
                    ("minQty", instrument.decimal(range.lowerBound).normalized.description),
                    ("maxQty", instrument.decimal(range.upperBound).normalized.description),
                    ("stepSize", instrument.lotSize.description),
                ], &json)
        }
        json.beginObject()
        json.member("filterType", "MAX_NUM_ORDERS")
        json.member("limit", Int64(instrument.maxOpenOrders))
        json.endObject()
        json.beginObject()
        json.member("filterType", "MAX_NUM_ALGO_ORDERS")
        json.member("limit", Int64(market.definition.maxConditionalOrders))
        json.endObject()
        writeFilter("MIN_NOTIONAL", [("notional", AsterText.plain(instrument.minNotional))], &json)
        writeFilter(
            "PERCENT_PRICE",
            [
                ("multiplierUp", decimals(instrument.collarUp, 4)),
                ("multiplierDown", decimals(instrument.collarDown, 4)), ("multiplierDecimal", "4"),
                // Of unknown meaning, and without effect here.
                ("ltMultiplierUp", "1.0300"), ("ltMultiplierDown", "0.9700"),
            ], &json)
    }

    private func writeFilter(_ type: String, _ members: [(String, String)], _ json: inout JSONWriter) {
        json.beginObject()
        json.member("filterType", type)
        for (name, value) in members { json.member(name, value) }
        json.endObject()
    }

    /// RPI is told by the venue, explained nowhere, and refused here as an unknown time in force.
    private static var timesInForce: [String] { ["GTC", "IOC", "FOK", "GTX", "RPI", "HIDDEN"] }

    private func writeTexts(_ name: String, _ texts: [String], _ json: inout JSONWriter) {
        json.key(name)
        json.beginArray()
        for text in texts { json.string(text) }
        json.endArray()
    }

    private func decimals(_ rate: Rate, _ least: Int) -> String { AsterText.trimmed(rate.description, least: least) }
}

extension AsterText {
    /// Only the decimals that count: `5`, `0.5`.
    static func plain(_ cash: Cash) -> String { cash.decimal.normalized.description }
}
