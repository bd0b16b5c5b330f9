internal import Fundamentals
internal import MarketModel
internal import Wire

private enum TradeKind: String, CaseIterable {
    case trade = "TRADE"
    case liquidation = "LIQUIDATION"
    case deleverage = "DELEVERAGE"
}

private enum OperationStatus: String, CaseIterable {
    case created = "CREATED"
    case inProgress = "IN_PROGRESS"
    case readyForClaim = "READY_FOR_CLAIM"
    case completed = "COMPLETED"
    case rejected = "REJECTED"
}

private enum TradeSide: String, CaseIterable {
    case buy = "BUY"
    case sell = "SELL"
}

extension ExtendedServer {
    // MARK: Trades

    /// Newest first.
    func writeAccountTrades(_ account: Int, _ query: ExtendedQuery, _ json: inout JSONWriter) throws(ExtendedError) {
        let chosen = try chosenMarkets(query)
        let kind = try query.choice("type", TradeKind.self)
        let side = try query.choice("side", TradeSide.self)
        let rows = accounts[account].trades.elements.reversed().filter { trade in
            chosen.contains(trade.market) && (kind == nil || kind?.rawValue == trade.typeText)
                && (side == nil || side?.rawValue == trade.side.extendedText)
        }
        try writePage(rows, id: \.id, query, &json) { trade, json in writeTrade(trade, isStream: false, &json) }
    }

    /// A trade of an account, as REST and the account stream tell it.
    func writeTrade(_ trade: ExtendedTrade, isStream: Bool, _ json: inout JSONWriter) {
        let instrument = markets[trade.market.index].instrument
        json.beginObject()
        writeID("id", trade.id, &json)
        writeID("accountId", accounts[trade.account].number, &json)
        json.member("market", instrument.symbol)
        writeID("orderId", trade.order, &json)
        json.member("externalId", trade.externalID)
        if isStream { json.member("externalOrderId", trade.externalID) }
        json.member("side", trade.side.extendedText)
        json.member("price", instrument.text(trade.price))
        json.member("qty", instrument.text(trade.quantity))
        json.member("value", ExtendedText.money(instrument.notional(trade.price, trade.quantity)))
        json.member("fee", ExtendedText.money(trade.fee))
        json.member("isTaker", trade.isTaker)
        json.member("tradeType", trade.typeText)
        json.member("createdTime", trade.time.milliseconds)
        json.endObject()
    }

    // MARK: Funding

    /// Payments since `fromTime`, newest first. A fee that the account paid is negative.
    func writeFundingPayments(
        _ account: Int, _ query: ExtendedQuery, _ json: inout JSONWriter
    ) throws(ExtendedError) {
        let chosen = try chosenMarkets(query)
        let side = try query.choice("side", ExtendedPositionSide.self)
        guard let start = try query.integer("fromTime") else { throw .badRequest("parameter 'fromTime' is missing") }
        let rows = accounts[account].funding.elements.reversed().filter { row in
            chosen.contains(row.market) && row.time.milliseconds >= start
                && (side == nil || side == (row.size > .zero ? .long : .short))
        }
        let number = accounts[account].number
        try writePage(rows, id: \.id, query, &json) { row, json in
            let instrument = markets[row.market.index].instrument
            json.beginObject()
            writeID("id", row.id, &json)
            writeID("accountId", number, &json)
            json.member("market", instrument.symbol)
            writeID("positionId", row.position, &json)
            json.member("side", row.size > .zero ? "LONG" : "SHORT")
            json.member("size", instrument.text(row.size.magnitude))
            json.member(
                "value", ExtendedText.money(LedgerMath.value(of: row.size.magnitude, at: row.mark, instrument)))
            json.member("markPrice", ExtendedText.mark(row.mark))
            json.member("fundingFee", ExtendedText.money(row.amount))
            json.member("fundingRate", ExtendedText.rate(row.rate))
            json.member("paidTime", row.time.milliseconds)
            json.endObject()
        }
    }

    // MARK: Deposits, withdrawals, transfers

    func writeAssetOperations(
        _ account: Int, _ query: ExtendedQuery, _ json: inout JSONWriter
    ) throws(ExtendedError) {
        let kinds = query.list("type")
        let status = try query.choice("status", OperationStatus.self)
        let id = try query.integer("id")
        let start = try query.integer("startTime") ?? 0
        let end = try query.integer("endTime") ?? .max
        let rows = accounts[account].transfers.elements.reversed().filter { row in
            (kinds.isEmpty || kinds.contains(row.kind.rawValue)) && (status == nil || status == .completed)
                && (id == nil || id == row.id) && row.time.milliseconds >= start && row.time.milliseconds <= end
        }
        try writePage(rows, id: \.id, query, standard: 50, maximum: 50, &json) { row, json in
            writeOperation(row, account, &json)
        }
    }

    /// A deposit, withdrawal or transfer, as REST and the account stream tell it.
    func writeOperation(_ row: ExtendedAssetOperation, _ account: Int, _ json: inout JSONWriter) {
        json.beginObject()
        // A text, in this list only: so the official client reads it.
        json.member("id", String(row.id))
        json.member("type", row.kind.rawValue)
        json.member("status", "COMPLETED")
        json.member("amount", ExtendedText.money(row.amount))
        json.member("fee", "0")
        json.member("asset", Int64(1))
        json.member("time", row.time.milliseconds)
        writeID("accountId", accounts[account].number, &json)
        if let counterparty = row.counterparty { writeID("counterpartyAccountId", counterparty, &json) }
        json.endObject()
    }
}
