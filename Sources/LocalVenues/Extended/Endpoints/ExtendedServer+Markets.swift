internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import StarkCryptography
internal import VenueExtended
internal import Wire

extension ExtendedServer {
    func writeMarkets(_ query: ExtendedQuery, _ json: inout JSONWriter) throws(ExtendedError) {
        let chosen = try chosenMarkets(query)
        json.key("data")
        json.beginArray()
        for market in chosen { write(markets[market.index], &json) }
        json.endArray()
    }

    private func write(_ market: ExtendedMarketState, _ json: inout JSONWriter) {
        let definition = market.definition
        let instrument = definition.instrument
        json.beginObject()
        json.member("name", definition.name)
        json.member("type", "PERPETUAL")
        json.member("uiName", definition.name)
        json.member("category", definition.category)
        json.member("subCategory", "")
        json.member("assetName", instrument.baseAsset)
        json.member("assetPrecision", Int64(definition.assetPrecision))
        json.member("collateralAssetName", instrument.settlementAsset)
        json.member("collateralAssetPrecision", 6)
        json.member("description", definition.description)
        json.member("active", definition.status == .active)
        json.member("isRfq", false)
        json.member("isOffHours", false)
        json.member("status", definition.status.rawValue)
        json.member("tradingHours", "CONTINUOUS")
        json.member("visibleOnUi", true)
        json.member("createdAt", market.createdAt.milliseconds)
        json.key("marketStats")
        writeStats(market, &json)
        writeTradingConfig(definition, &json)
        writeSettlement(definition.settlement, &json)
        json.endObject()
    }

    private func writeTradingConfig(_ market: ExtendedMarketDefinition, _ json: inout JSONWriter) {
        let instrument = market.instrument
        json.key("tradingConfig")
        json.beginObject()
        json.member("minOrderSize", instrument.text(instrument.quantityRange.lowerBound))
        json.member("minOrderSizeChange", instrument.lotSize.description)
        json.member("minPriceChange", instrument.tickSize.description)
        json.member("maxMarketOrderValue", ExtendedText.plain(market.maxMarketOrderValue))
        json.member("maxLimitOrderValue", ExtendedText.plain(market.maxLimitOrderValue))
        json.member("maxPositionValue", ExtendedText.plain(market.maxPositionValue))
        json.member(
            "maxLeverage", ExactDecimal(mantissa: Int128(market.market.maxLeverage * 100), scale: 2).description)
        json.member("maxNumOrders", String(instrument.maxOpenOrders))
        json.member("limitPriceCap", ExtendedText.rate(market.priceCap))
        json.member("limitPriceFloor", ExtendedText.rate(market.priceFloor))
        json.key("riskFactorConfig")
        json.beginArray()
        for bracket in market.brackets {
            json.beginObject()
            json.member("upperBound", ExtendedText.plain(bracket.upperBound))
            json.member("riskFactor", ExtendedText.rate(bracket.riskFactor))
            json.member("isAvailableForUsers", true)
            json.endObject()
        }
        json.endArray()
        json.member("hourlyFundingRateCap", "0.25")
        json.member("openInterestLimit", "0")
        json.member("uPnlWithdrawable", false)
        json.member("postWithdrawalMarginFactor", "0.1")
        json.endObject()
    }

    private func writeSettlement(_ settlement: ExtendedSettlement, _ json: inout JSONWriter) {
        json.key("l2Config")
        json.beginObject()
        json.member("type", "STARKX")
        json.member("collateralId", settlement.collateralID.hex)
        json.member("collateralResolution", settlement.collateralResolution)
        json.member("syntheticId", settlement.syntheticID.hex)
        json.member("syntheticResolution", settlement.syntheticResolution)
        json.endObject()
    }

    // MARK: Statistics

    func writeStats(_ name: String, _ json: inout JSONWriter) throws(ExtendedError) {
        let market = try market(named: name)
        json.key("data")
        writeStats(market, &json)
    }

    /// Prices are zero before there is any.
    func writeStats(_ market: ExtendedMarketState, _ json: inout JSONWriter) {
        let instrument = market.instrument
        let day = market.prices.day(at: now)
        let touch = exchange.touch(market.id)
        let mark = exchange.mark(market.id)
        let interest = openInterest(market.id)
        func text(_ price: Price?) -> String { price.map { instrument.text($0) } ?? "0" }
        json.beginObject()
        json.member("dailyVolume", ExtendedText.money(day?.value ?? .zero))
        json.member("dailyVolumeBase", instrument.text(day?.volume ?? .zero))
        writeChange(day, instrument, &json)
        json.member("dailyLow", day?.low.description ?? "0")
        json.member("dailyHigh", day?.high.description ?? "0")
        json.member("lastPrice", text(exchange.lastPrice(market.id)))
        json.member("askPrice", text(touch?.ask.price))
        json.member("bidPrice", text(touch?.bid.price))
        json.member("markPrice", ExtendedText.mark(mark.price))
        json.member("indexPrice", ExtendedText.mark(mark.index))
        json.member("fundingRate", ExtendedText.rate(mark.fundingRate))
        json.member("nextFundingRate", mark.nextFunding.milliseconds)
        json.member(
            "openInterest", ExtendedText.money(LedgerMath.value(of: interest, at: mark.price, instrument)))
        json.member("openInterestBase", instrument.text(interest))
        json.key("deleverageLevels")
        json.beginObject()
        for side in ["shortPositions", "longPositions"] {
            json.key(side)
            json.beginArray()
            for level in 1...4 {
                json.beginObject()
                json.member("level", Int64(level))
                json.member("rankingLowerBound", "0.0000")
                json.endObject()
            }
            json.endArray()
        }
        json.endObject()
        json.endObject()
    }

    /// The percentage is a fraction, as live.
    private func writeChange(_ day: Candle?, _ instrument: Instrument, _ json: inout JSONWriter) {
        let scale = instrument.tickSize.scale
        let open = day?.open.units(atScale: scale) ?? 0
        let change = (day?.close.units(atScale: scale) ?? 0) - open
        json.member("dailyPriceChange", ExactDecimal(mantissa: change, scale: scale).description)
        let fraction = open == 0 ? 0 : Cash.divideRounding(change * 10_000, by: open)
        json.member("dailyPriceChangePercentage", ExactDecimal(mantissa: fraction, scale: 4).description)
    }

    // MARK: Assets and settings

    func writeAssets(_ query: ExtendedQuery, _ json: inout JSONWriter) throws(ExtendedError) {
        let type = query.text("type")
        if let type, type != "SPOT", type != "PERPETUAL" { throw .badRequest("'type' must be SPOT or PERPETUAL") }
        json.key("data")
        json.beginArray()
        if type != "SPOT" {
            if let first = markets.first {
                writeAsset(
                    1, first.instrument.settlementAsset, precision: 6, first.definition.settlement.collateralID,
                    first.definition.settlement.collateralResolution, isCollateral: true, &json)
            }
            for (index, market) in markets.enumerated() {
                writeAsset(
                    Int64(index + 2), market.instrument.baseAsset, precision: market.definition.assetPrecision,
                    market.definition.settlement.syntheticID, market.definition.settlement.syntheticResolution,
                    isCollateral: false, &json)
            }
        }
        json.endArray()
    }

    private func writeAsset(
        _ id: Int64, _ name: String, precision: Int, _ chainID: Felt, _ resolution: Int64, isCollateral: Bool,
        _ json: inout JSONWriter
    ) {
        json.beginObject()
        json.member("id", id)
        json.member("name", name)
        json.member("symbol", name)
        json.member("precision", Int64(precision))
        json.member("isActive", true)
        json.member("isCollateral", isCollateral)
        json.member("starkexId", chainID.hex)
        json.member("starkexResolution", resolution)
        json.member("l1Id", isCollateral ? "0x1" : "")
        json.member("l1Resolution", resolution)
        json.member("version", 1)
        json.member("type", "PERPETUAL")
        json.member("canBeUsedAsCollateral", isCollateral)
        json.endObject()
    }

    func writeAssetPrice(_ name: String, _ json: inout JSONWriter) throws(ExtendedError) {
        if markets.first?.instrument.settlementAsset == name {
            json.member("data", "1")
            return
        }
        guard let market = markets.first(where: { $0.instrument.baseAsset == name }) else {
            throw ExtendedError(1_000, "Asset not found", status: 404)
        }
        json.member("data", ExtendedText.mark(exchange.mark(market.id).index))
    }

    func writeSettings(_ json: inout JSONWriter) {
        json.key("data")
        json.beginObject()
        // No contract stands behind a local venue.
        json.member("starkExContractAddress", "0x0")
        json.member("signingDomain", configuration.network.signingDomain)
        json.member("chainId", configuration.network.rawValue)
        json.member("mode", mode.rawValue)
        json.endObject()
    }

    /// The domain that orders are signed for.
    func writeStarknet(_ json: inout JSONWriter) {
        json.key("data")
        json.beginObject()
        json.member("name", "Perpetuals")
        json.member("version", "v0")
        json.member("chainId", configuration.network.rawValue)
        json.member("revision", "1")
        json.endObject()
    }
}
