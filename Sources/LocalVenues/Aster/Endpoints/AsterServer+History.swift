internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import Wire

extension AsterServer {
    func writeUserTrades(
        _ parameters: AsterParameters, _ account: Int, _ json: inout JSONWriter
    ) throws(AsterError) {
        let market = markets[try marketIndex(parameters)]
        let limit = try parameters.limit(standard: 500, maximum: 1_000)
        let firstID = try parameters.integer("fromId")
        let order = try parameters.integer("orderId")
        if firstID != nil, parameters.text("startTime") != nil || parameters.text("endTime") != nil {
            throw AsterError(-1_128, "Combination of optional parameters invalid.")
        }
        let (start, end) = try historyWindow(parameters)
        let found = exchange.executions(of: accounts[account].id, in: market.id).filter {
            (order == nil || $0.order == order) && $0.trade.number >= firstID ?? 0
                && (firstID != nil || order != nil || (start...end).contains($0.time.milliseconds))
        }
        let rows = firstID != nil || parameters.text("startTime") != nil ? found.prefix(limit) : found.suffix(limit)
        json.beginArray()
        for execution in rows { write(execution, market.instrument, &json) }
        json.endArray()
    }

    private func write(_ execution: Execution, _ instrument: Instrument, _ json: inout JSONWriter) {
        json.beginObject()
        json.member("symbol", instrument.symbol)
        json.member("id", execution.trade.number)
        json.member("orderId", execution.order)
        json.member("side", execution.side.asterText)
        json.member("price", instrument.text(execution.price))
        json.member("qty", instrument.text(execution.quantity))
        let value = instrument.notional(execution.price, execution.quantity)
        json.member("quoteQty", AsterText.ledger(value))
        json.member("commission", AsterText.ledger(execution.commission))
        json.member("commissionAsset", instrument.settlementAsset)
        json.member("time", execution.time.milliseconds)
        json.member("realizedPnl", AsterText.ledger(execution.realized))
        json.member("marginAsset", instrument.settlementAsset)
        json.member("positionSide", "BOTH")
        json.member("buyer", execution.side == .buy)
        json.member("maker", execution.isMaker)
        json.endObject()
    }

    func writeIncome(_ parameters: AsterParameters, _ account: Int, _ json: inout JSONWriter) throws(AsterError) {
        let market = try optionalMarketIndex(parameters).map { markets[$0].id }
        let limit = try parameters.limit(standard: 100, maximum: 1_000)
        let kind = parameters.text("incomeType")
        let (start, end) = try historyWindow(parameters)
        let found = exchange.income(of: accounts[account].id).filter {
            (market == nil || $0.market == market) && (kind == nil || $0.kind.asterText == kind)
                && (start...end).contains($0.time.milliseconds)
        }
        json.beginArray()
        for row in parameters.text("startTime") != nil ? found.prefix(limit) : found.suffix(limit) {
            json.beginObject()
            json.member("symbol", row.market.map { markets[$0.index].instrument.symbol } ?? "")
            json.member("incomeType", row.kind.asterText)
            json.member("income", AsterText.ledger(row.amount))
            json.member("asset", row.asset)
            json.member("info", row.kind.asterText)
            json.member("time", row.time.milliseconds)
            json.member("tranId", String(row.id))
            json.member("tradeId", row.trade.map { String($0.number) } ?? "")
            json.endObject()
        }
        json.endArray()
    }

    /// Orders of the venue's own against this account: its liquidations.
    func writeForceOrders(
        _ parameters: AsterParameters, _ account: Int, _ json: inout JSONWriter
    ) throws(AsterError) {
        let only = try optionalMarketIndex(parameters)
        let limit = try parameters.limit(standard: 50, maximum: 100)
        let (start, end) = try historyWindow(parameters)
        var found: [ExchangeOrder] = []
        for (index, market) in markets.enumerated() where only == nil || only == index {
            found += exchange.orders(of: accounts[account].id, in: market.id).filter {
                $0.request.clientOrderID.hasPrefix("autoclose-")
                    && (start...end).contains($0.createdAt.milliseconds)
            }
        }
        json.beginArray()
        if parameters.text("autoCloseType") != "ADL" {
            for order in found.suffix(limit) {
                json.order(
                    order, markets[order.request.market.index].instrument, isQuery: true, as: configuration.dialect)
            }
        }
        json.endArray()
    }
}

extension Income.Kind {
    var asterText: String {
        switch self {
        case .realizedPnl: "REALIZED_PNL"
        case .commission: "COMMISSION"
        case .fundingFee: "FUNDING_FEE"
        case .transfer: "TRANSFER"
        case .insuranceClear: "INSURANCE_CLEAR"
        }
    }
}
