internal import Fundamentals
internal import MarketModel
internal import Wire

extension AsterServer {
    /// Carries out a request that has passed the gate, and writes its reply.
    mutating func respond(_ request: AsterRequest, _ json: inout JSONWriter) throws(AsterError) {
        let parameters = request.parameters
        guard let account = request.account else { return try respondOpen(request, &json) }
        switch request.endpoint {
        case .placeOrder: try placeOrder(request, account, isTest: false, &json)
        case .testOrder: try placeOrder(request, account, isTest: true, &json)
        case .amendOrder: try amendOrder(parameters, account, &json)
        case .queryOrder: try queryOrder(parameters, account, onlyOpen: false, &json)
        case .openOrder: try queryOrder(parameters, account, onlyOpen: true, &json)
        case .cancelOrder: try cancelOrder(parameters, account, &json)
        case .guardedCancel: try cancelOrder(parameters, account, guardedBy: request.nonce, &json)
        case .placeBatch: try placeBatch(request, account, &json)
        case .amendBatch: try amendBatch(parameters, account, &json)
        case .cancelBatch: try cancelBatch(parameters, account, &json)
        case .guardedCancelBatch: try cancelBatch(parameters, account, guardedBy: request.nonce, &json)
        case .cancelAll: try cancelAll(parameters, account, &json)
        case .countdown: try armCountdown(parameters, account, &json)
        case .openOrders: try openOrders(parameters, account, &json)
        case .allOrders: try allOrders(parameters, account, &json)
        case .balance: writeBalances(account, &json)
        case .account, .accountWithJoinMargin: writeAccount(account, &json)
        case .positionRisk: try writePositionRisk(parameters, account, &json)
        case .userTrades: try writeUserTrades(parameters, account, &json)
        case .income: try writeIncome(parameters, account, &json)
        case .forceOrders: try writeForceOrders(parameters, account, &json)
        case .leverage: try setLeverage(parameters, account, &json)
        case .marginType: try setMarginType(parameters, account, &json)
        case .positionMargin: try changePositionMargin(parameters, account)
        case .positionMarginHistory: try writePositionMarginHistory(parameters, &json)
        case .positionMode: Self.writePositionMode(&json)
        case .setPositionMode: try setPositionMode(parameters, account)
        case .multiAssets: writeMultiAssets(account, &json)
        case .setMultiAssets: try setMultiAssets(parameters, account, &json)
        case .leverageBracket: try writeLeverageBrackets(parameters, &json)
        case .adlQuantile: try writeQuantiles(parameters, account, &json)
        case .commissionRate: try writeCommissionRate(parameters, account, &json)
        case .selfTradeMode: writeSelfTradeMode(account, &json)
        case .setSelfTradeMode: try setSelfTradeMode(parameters, account, &json)
        case .noop: Self.writeSuccess(&json)
        case .protection: try writeProtections(parameters, account, &json)
        case .setProtection: try setProtection(parameters, account, &json)
        case .removeProtection: try removeProtection(parameters, account, &json)
        case .resetProtection: try resetProtection(parameters, &json)
        case .transfer: try transfer(parameters, account, &json)
        case .createListenKey: createListenKey(account, &json)
        case .keepListenKey: try keepListenKey(account, &json)
        case .closeListenKey: closeListenKey(account, &json)
        case .ping, .time, .exchangeInfo, .depth, .trades, .historicalTrades, .aggregateTrades, .klines,
            .indexPriceKlines, .markPriceKlines, .premiumIndex, .fundingRate, .fundingInfo, .dayTicker, .priceTicker,
            .bookTicker, .openInterest, .indexReferences, .remainingNotional:
            try respondOpen(request, &json)
        }
    }

    private func respondOpen(_ request: AsterRequest, _ json: inout JSONWriter) throws(AsterError) {
        let parameters = request.parameters
        switch request.endpoint {
        case .ping:
            json.beginObject()
            json.endObject()
        case .time:
            json.beginObject()
            json.member("serverTime", venueTime.milliseconds)
            json.endObject()
        case .exchangeInfo: writeExchangeInfo(&json)
        case .depth: try writeDepth(parameters, &json)
        case .trades: try writeTrades(parameters, fromID: nil, &json)
        case .historicalTrades: try writeTrades(parameters, fromID: try parameters.integer("fromId"), &json)
        case .aggregateTrades: try writeAggregateTrades(parameters, &json)
        case .klines: try writeCandles(parameters, .last, &json)
        case .indexPriceKlines: try writeCandles(parameters, .index, &json)
        case .markPriceKlines: try writeCandles(parameters, .mark, &json)
        case .premiumIndex: try writePremiumIndex(parameters, &json)
        case .fundingRate: try writeFundingRates(parameters, &json)
        case .fundingInfo: try writeFundingInfo(parameters, &json)
        case .dayTicker: try writeDayTickers(parameters, &json)
        case .priceTicker: try writePriceTickers(parameters, &json)
        case .bookTicker: try writeBookTickers(parameters, &json)
        case .openInterest: try writeOpenInterest(parameters, &json)
        case .indexReferences: try writeIndexReferences(parameters, &json)
        case .remainingNotional: try writeRemainingNotional(parameters, &json)
        case .placeOrder, .testOrder, .amendOrder, .queryOrder, .openOrder, .cancelOrder, .placeBatch, .amendBatch,
            .cancelBatch, .cancelAll, .countdown, .openOrders, .allOrders, .balance, .account, .accountWithJoinMargin,
            .positionRisk, .userTrades, .income, .forceOrders, .leverage, .marginType, .positionMargin,
            .positionMarginHistory, .positionMode, .setPositionMode, .multiAssets, .setMultiAssets, .leverageBracket,
            .adlQuantile, .commissionRate, .selfTradeMode, .setSelfTradeMode, .noop, .createListenKey, .keepListenKey,
            .closeListenKey, .guardedCancel, .guardedCancelBatch, .protection, .setProtection, .removeProtection,
            .resetProtection, .transfer:
            preconditionFailure("signed endpoints come with an account")
        }
    }

    static func writeSuccess(_ json: inout JSONWriter) {
        json.beginObject()
        json.member("code", 200)
        json.member("msg", "success")
        json.endObject()
    }

    // MARK: Markets by name

    func marketIndex(_ parameters: AsterParameters, named name: String = "symbol") throws(AsterError) -> Int {
        try marketIndex(symbol: try parameters.required(name))
    }

    /// Nil where the parameter is absent: all markets.
    func optionalMarketIndex(_ parameters: AsterParameters) throws(AsterError) -> Int? {
        guard let symbol = parameters.text("symbol") else { return nil }
        return try marketIndex(symbol: symbol)
    }

    private func marketIndex(symbol: String) throws(AsterError) -> Int {
        guard let index = markets.firstIndex(where: { $0.instrument.symbol == symbol }) else { throw .badSymbol }
        return index
    }
}
