internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import Wire

extension BinanceServer {
    private func isHeard(_ account: Int) -> Bool {
        connections.contains { $0.session?.feeds.contains { $0.account == account } == true }
    }

    // MARK: Orders

    mutating func publishOrder(
        _ account: Int, _ change: OrderChange, _ order: ExchangeOrder, _ execution: Execution?,
        into effects: inout [ServerEffect]
    ) {
        lastExecutionID += 1
        guard isHeard(account) else { return }
        let name = requestNames.first { $0.order == order.id && change != .trade }
        var json = JSONWriter()
        json.beginObject()
        json.member("e", "executionReport")
        json.member("E", venueTime.milliseconds)
        writeRequest(order, name: name?.name, previous: change == .new ? nil : name?.previous, &json)
        writeChange(change, order, &json)
        writeFill(order, execution, &json)
        writePrevention(account, order, &json)
        json.endObject()
        publish(toAccount: account, "executionReport", json.bytes, into: &effects)
    }

    /// - Parameters:
    ///   - name: of the request that changed the order, where it has one; the order's own then is `previous`.
    private func writeRequest(
        _ order: ExchangeOrder, name: String?, previous: String?, _ json: inout JSONWriter
    ) {
        let request = order.request
        let instrument = markets[request.market.index].instrument
        json.member("s", instrument.symbol)
        json.member("c", previous == nil ? names.name(of: order) : name ?? "")
        json.member("S", request.side.asterText)
        json.member("o", BinanceText.type(request))
        json.member("f", BinanceText.timeInForce(request))
        json.member("q", BinanceText.quantity(order.quantity, instrument))
        json.member("p", BinanceText.price(request.price, instrument))
        json.member("P", BinanceText.price(request.stopPrice, instrument))
        json.member("F", "0.00000000")
        json.member("g", -1)
        json.member("C", previous ?? "")
    }

    private func writeChange(_ change: OrderChange, _ order: ExchangeOrder, _ json: inout JSONWriter) {
        let isWorking = order.status.isOpen && (!order.request.type.waitsForTrigger || order.isTriggered)
        json.member("x", Self.executionType(change, order))
        json.member("X", BinanceText.status(order))
        json.member("r", "NONE")
        json.member("i", order.id)
        json.member("I", lastExecutionID)
        json.member("w", isWorking && order.request.type.hasPrice)
        json.member("M", false)
        json.member("O", order.createdAt.milliseconds)
        if workingTime(order) >= 0 { json.member("W", workingTime(order)) }
        json.member("V", BinanceText.selfTradeMode(order.request))
        if let reason = BinanceText.expiryReason(order) { json.member("eR", reason) }
    }

    private static func executionType(_ change: OrderChange, _ order: ExchangeOrder) -> String {
        switch change {
        case .new: "NEW"
        case .trade, .liquidation: "TRADE"
        case .canceled: "CANCELED"
        case .expired: order.ending == .selfTrade ? "TRADE_PREVENTION" : "EXPIRED"
        case .amended: "REPLACED"
        case .prevented: "TRADE_PREVENTION"
        }
    }

    private func writeFill(_ order: ExchangeOrder, _ execution: Execution?, _ json: inout JSONWriter) {
        let instrument = markets[order.request.market.index].instrument
        let value = execution.map { instrument.notional($0.price, $0.quantity) } ?? .zero
        json.member("l", BinanceText.quantity(execution?.quantity ?? .zero, instrument))
        json.member("z", BinanceText.quantity(order.filled, instrument))
        json.member("L", BinanceText.price(execution?.price, instrument))
        json.member("n", execution.map { BinanceText.amount($0.commission) } ?? "0")
        json.key("N")
        if let execution { json.string(execution.commissionAsset) } else { json.null() }
        json.member("T", (execution?.time ?? order.updatedAt).milliseconds)
        json.member("t", execution?.trade.number ?? -1)
        json.member("m", execution?.isMaker ?? false)
        json.member("Z", BinanceText.amount(order.filledValue))
        json.member("Y", BinanceText.amount(value))
        json.member("Q", BinanceText.quoteQuantity(order.request))
    }

    /// What self-trade prevention has taken off the order.
    private func writePrevention(_ account: Int, _ order: ExchangeOrder, _ json: inout JSONWriter) {
        guard let prevention = order.prevention else { return }
        let instrument = markets[order.request.market.index].instrument
        let isTaker = prevention.taker == order.id
        let lost = isTaker ? prevention.takerQuantity : prevention.makerQuantity
        json.member("v", prevention.number)
        json.member("A", BinanceText.quantity(order.prevented, instrument))
        json.member("B", BinanceText.quantity(lost, instrument))
        json.member("u", accounts[account].tradeGroup)
        json.member("U", isTaker ? prevention.maker : prevention.taker)
        json.member("Cs", instrument.symbol)
        json.member("pl", BinanceText.quantity(lost, instrument))
        json.member("pL", BinanceText.price(prevention.price, instrument))
        json.member("pY", BinanceText.amount(instrument.notional(prevention.price, lost)))
    }

    // MARK: Balances

    mutating func publishPosition(_ account: Int, _ assets: [String], into effects: inout [ServerEffect]) {
        guard isHeard(account) else { return }
        var json = JSONWriter()
        json.beginObject()
        json.member("e", "outboundAccountPosition")
        json.member("E", venueTime.milliseconds)
        json.member("u", now.milliseconds)
        json.key("B")
        json.beginArray()
        for asset in assets {
            let holding = exchange.holding(of: accounts[account].id, asset: asset)
            json.beginObject()
            json.member("a", asset)
            json.member("f", BinanceText.amount(holding.total - holding.locked))
            json.member("l", BinanceText.amount(holding.locked))
            json.endObject()
        }
        json.endArray()
        json.endObject()
        publish(toAccount: account, "outboundAccountPosition", json.bytes, into: &effects)
    }

    mutating func publishDeposit(
        _ account: Int, _ asset: String, _ amount: Cash, into effects: inout [ServerEffect]
    ) {
        accounts[account].updatedAt = now
        publishPosition(account, [asset], into: &effects)
        guard isHeard(account) else { return }
        var json = JSONWriter()
        json.beginObject()
        json.member("e", "balanceUpdate")
        json.member("E", venueTime.milliseconds)
        json.member("a", asset)
        json.member("d", BinanceText.amount(amount))
        json.member("T", now.milliseconds)
        json.endObject()
        publish(toAccount: account, "balanceUpdate", json.bytes, into: &effects)
    }
}
