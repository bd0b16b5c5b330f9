internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import Wire

extension BinanceServer {
    func writeExchangeInfo(_ parameters: BinanceParameters, _ json: inout JSONWriter) throws(BinanceError) {
        let chosen = try optionalMarkets(parameters)?.indices ?? Array(markets.indices)
        json.beginObject()
        json.member("timezone", "UTC")
        json.member("serverTime", venueTime.milliseconds)
        json.key("rateLimits")
        json.beginArray()
        let limits = configuration.limits
        writeLimit("REQUEST_WEIGHT", ("MINUTE", 1), limits.weightPerMinute, nil, &json)
        writeLimit("ORDERS", ("SECOND", 10), limits.ordersPerTenSeconds, nil, &json)
        writeLimit("ORDERS", ("DAY", 1), limits.ordersPerDay, nil, &json)
        writeLimit("RAW_REQUESTS", ("MINUTE", 5), limits.requestsPerFiveMinutes, nil, &json)
        json.endArray()
        json.key("exchangeFilters")
        json.beginArray()
        json.endArray()
        json.key("symbols")
        json.beginArray()
        for index in chosen { writeSymbol(markets[index], &json) }
        json.endArray()
        json.endObject()
    }

    private func writeSymbol(_ market: BinanceMarket, _ json: inout JSONWriter) {
        let instrument = market.instrument
        json.beginObject()
        json.member("symbol", instrument.symbol)
        json.member("status", "TRADING")
        json.member("baseAsset", instrument.baseAsset)
        json.member("baseAssetPrecision", 8)
        json.member("quoteAsset", instrument.quoteAsset)
        for name in ["quotePrecision", "quoteAssetPrecision", "baseCommissionPrecision", "quoteCommissionPrecision"] {
            json.member(name, 8)
        }
        Self.writeTexts("orderTypes", BinanceText.types, &json)
        json.member("icebergAllowed", false)
        json.member("ocoAllowed", false)
        json.member("otoAllowed", false)
        json.member("quoteOrderQtyMarketAllowed", true)
        json.member("allowTrailingStop", false)
        json.member("cancelReplaceAllowed", true)
        json.member("amendAllowed", true)
        json.member("pegInstructionsAllowed", false)
        json.member("isSpotTradingAllowed", true)
        json.member("isMarginTradingAllowed", false)
        json.key("filters")
        json.beginArray()
        writeFilters(market, &json)
        json.endArray()
        json.key("permissions")
        json.beginArray()
        json.endArray()
        json.key("permissionSets")
        json.beginArray()
        json.beginArray()
        json.string("SPOT")
        json.endArray()
        json.endArray()
        json.member("defaultSelfTradePreventionMode", BinanceText.standardSelfTradeMode)
        Self.writeTexts("allowedSelfTradePreventionModes", BinanceText.selfTradeModes, &json)
        json.endObject()
    }

    private static func writeTexts(_ name: String, _ texts: [String], _ json: inout JSONWriter) {
        json.key(name)
        json.beginArray()
        for text in texts { json.string(text) }
        json.endArray()
    }

    // MARK: Filters

    /// The filters that concern the account in one symbol: here, the symbol's own.
    func writeFilters(_ parameters: BinanceParameters, _ json: inout JSONWriter) throws(BinanceError) {
        let market = markets[try marketIndex(parameters)]
        json.beginObject()
        for name in ["exchangeFilters", "symbolFilters", "assetFilters"] {
            json.key(name)
            json.beginArray()
            if name == "symbolFilters" { writeFilters(market, &json) }
            json.endArray()
        }
        json.endObject()
    }

    private func writeFilters(_ market: BinanceMarket, _ json: inout JSONWriter) {
        let instrument = market.instrument
        writeFilter("PRICE_FILTER", &json) { json in
            json.member("minPrice", BinanceText.price(instrument.priceRange.lowerBound, instrument))
            json.member("maxPrice", BinanceText.price(instrument.priceRange.upperBound, instrument))
            json.member("tickSize", AsterText.eightDecimals(instrument.tickSize))
        }
        for (name, range) in [
            ("LOT_SIZE", instrument.quantityRange), ("MARKET_LOT_SIZE", instrument.marketQuantityRange),
        ] {
            writeFilter(name, &json) { json in
                json.member("minQty", BinanceText.quantity(range.lowerBound, instrument))
                json.member("maxQty", BinanceText.quantity(range.upperBound, instrument))
                json.member("stepSize", AsterText.eightDecimals(instrument.lotSize))
            }
        }
        writeFilter("PERCENT_PRICE_BY_SIDE", &json) { json in
            for side in ["bid", "ask"] {
                json.member("\(side)MultiplierUp", AsterText.trimmed(instrument.collarUp.description, least: 1))
                json.member("\(side)MultiplierDown", AsterText.trimmed(instrument.collarDown.description, least: 1))
            }
            json.member("avgPriceMins", 5)
        }
        writeFilter("NOTIONAL", &json) { json in
            json.member("minNotional", BinanceText.amount(instrument.minNotional))
            json.member("applyMinToMarket", true)
            json.member("maxNotional", "9000000.00000000")
            json.member("applyMaxToMarket", false)
            json.member("avgPriceMins", 5)
        }
        writeFilter("MAX_NUM_ORDERS", &json) { $0.member("maxNumOrders", Int64(instrument.maxOpenOrders)) }
        writeFilter("MAX_NUM_ALGO_ORDERS", &json) {
            $0.member("maxNumAlgoOrders", Int64(market.definition.maxConditionalOrders))
        }
    }

    private func writeFilter(_ type: String, _ json: inout JSONWriter, _ members: (inout JSONWriter) -> Void) {
        json.beginObject()
        json.member("filterType", type)
        members(&json)
        json.endObject()
    }
}
