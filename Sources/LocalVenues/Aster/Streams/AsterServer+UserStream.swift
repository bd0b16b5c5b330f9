internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import Wire

extension AsterServer {
    /// The user stream of an account, if it is open and somebody listens.
    func userStream(_ account: AccountID) -> (index: Int, stream: AsterStream)? {
        guard let index = accounts.firstIndex(where: { $0.id == account }), let key = accounts[index].listenKey
        else { return nil }
        let stream = AsterStream.user(index, key: key.text)
        return streams.contains { $0.stream == stream } ? (index, stream) : nil
    }

    // MARK: Balances and positions

    mutating func publishAccount(
        _ change: AccountChange, _ account: AccountID, _ changed: [MarketID], _ amount: Cash,
        into effects: inout [ServerEffect]
    ) {
        guard let (index, stream) = userStream(account) else { return }
        var json = JSONWriter()
        json.beginObject()
        json.member("e", "ACCOUNT_UPDATE")
        json.member("T", now.milliseconds)
        json.member("E", venueTime.milliseconds)
        json.key("a")
        json.beginObject()
        json.member("m", change == .deposit && amount < .zero ? "WITHDRAW" : change.asterText)
        writeBalances(account, amount, &json)
        json.key("P")
        json.beginArray()
        // Cross funding changes no position, and tells none.
        if change == .order || change == .marginTypeChange {
            for market in markets {
                let view = view(index, market)
                guard changed.contains(market.id) || view.position.quantity != .zero else { continue }
                write(view, &json)
            }
        }
        json.endArray()
        json.endObject()
        json.endObject()
        publish(stream, json.bytes, into: &effects)
    }

    private func writeBalances(_ account: AccountID, _ change: Cash, _ json: inout JSONWriter) {
        let settlement = markets.first?.instrument.settlementAsset
        json.key("B")
        json.beginArray()
        for (asset, amount) in exchange.balances(of: account) {
            json.beginObject()
            json.member("a", asset)
            json.member("wb", AsterText.ledger(amount))
            json.member("cw", AsterText.ledger(amount))
            json.member("bc", asset == settlement && change != .zero ? AsterText.ledger(change) : "0")
            json.endObject()
        }
        json.endArray()
    }

    private func write(_ view: PositionView, _ json: inout JSONWriter) {
        let instrument = view.market.instrument
        let entry = AsterText.average(view.position.value, over: view.position.quantity, instrument, decimals: 8)
        json.beginObject()
        json.member("s", instrument.symbol)
        json.member("pa", AsterText.filled(view.position.quantity, instrument))
        json.member("ep", entry)
        json.member("cr", AsterText.ledger(view.position.realized))
        json.member("up", AsterText.ledger(view.unrealized))
        json.member("mt", view.position.isIsolated ? "isolated" : "cross")
        json.member("iw", "0")
        json.member("ps", "BOTH")
        json.member("ma", instrument.settlementAsset)
        json.endObject()
    }

    // MARK: Orders

    mutating func publishOrder(
        _ change: OrderChange, _ order: ExchangeOrder, _ execution: Execution?, into effects: inout [ServerEffect]
    ) {
        let market = markets[order.request.market.index]
        if change == .liquidation, let execution {
            tellLiquidation(ForcedOrder(order: order, execution: execution))
        }
        guard let (_, stream) = userStream(order.account) else { return }
        var json = JSONWriter()
        json.beginObject()
        json.member("e", "ORDER_TRADE_UPDATE")
        json.member("T", now.milliseconds)
        json.member("E", venueTime.milliseconds)
        json.key("o")
        json.beginObject()
        writeOrder(change, order, execution, market.instrument, &json)
        json.endObject()
        json.endObject()
        publish(stream, json.bytes, into: &effects)
    }

    private func writeOrder(
        _ change: OrderChange, _ order: ExchangeOrder, _ execution: Execution?, _ instrument: Instrument,
        _ json: inout JSONWriter
    ) {
        let request = order.request
        let type = order.isTriggered ? request.type.triggered : request.type
        json.member("s", instrument.symbol)
        json.member("c", request.clientOrderID)
        json.member("S", request.side.asterText)
        json.member("o", type.asterText)
        json.member("f", request.timeInForce.asterText)
        json.member("q", AsterText.filled(order.quantity, instrument))
        json.member("p", AsterText.price(request.price, instrument))
        json.member(
            "ap",
            order.filled == .zero
                ? "0"
                : AsterText.trimmed(
                    AsterText.average(order.filledValue, over: order.filled, instrument, decimals: 8),
                    least: instrument.tickSize.scale))
        json.member("sp", AsterText.price(request.stopPrice, instrument))
        json.member("x", change.asterText)
        json.member("X", configuration.dialect.text(order.status, order.ending))
        json.member("i", order.id)
        json.member("l", AsterText.filled(execution?.quantity ?? .zero, instrument))
        json.member("z", AsterText.filled(order.filled, instrument))
        json.member("L", AsterText.price(execution?.price, instrument))
        if let execution {
            json.member("N", instrument.settlementAsset)
            json.member("n", AsterText.ledger(execution.commission))
        }
        json.member("T", (execution?.time ?? order.updatedAt).milliseconds)
        json.member("t", execution?.trade.number ?? 0)
        let resting = restingValue(order.account, instrument)
        json.member("b", AsterText.value(resting.bids, instrument))
        json.member("a", AsterText.value(resting.asks, instrument))
        json.member("m", execution?.isMaker ?? false)
        json.member("R", request.reduceOnly)
        json.member("wt", request.trigger.asterText)
        json.member("ot", request.type.asterText)
        json.member("ps", "BOTH")
        json.member("cp", request.closePosition)
        if request.type == .trailingStopMarket {
            if let activation = request.activationPrice { json.member("AP", instrument.text(activation)) }
            json.member("cr", AsterText.percent(request.callbackRate ?? .zero))
        }
        json.member("rp", execution.map { AsterText.ledger($0.realized) } ?? "0")
        json.member("pP", request.priceProtect)
        json.member("si", 0)
        json.member("ss", 0)
        if configuration.dialect == .binanceFutures {
            json.member("V", configuration.dialect.preventionText(request))
            json.member("pm", "NONE")
            json.member("gtd", 0)
        }
    }

    /// What the account's resting limit orders are worth, by side.
    private func restingValue(_ account: AccountID, _ instrument: Instrument) -> (bids: Cash, asks: Cash) {
        var bids = Cash.zero
        var asks = Cash.zero
        for order in exchange.openOrders(of: account, in: instrument.market) {
            guard let price = order.request.price else { continue }
            let value = instrument.notional(price, order.remaining)
            switch order.request.side {
            case .buy: bids += value
            case .sell: asks += value
            }
        }
        return (bids, asks)
    }

    // MARK: Configuration

    mutating func publishLeverage(
        _ account: AccountID, _ market: MarketID, _ leverage: Int64, into effects: inout [ServerEffect]
    ) {
        guard let (_, stream) = userStream(account) else { return }
        var json = configurationFrame()
        json.key("ac")
        json.beginObject()
        json.member("s", markets[market.index].instrument.symbol)
        json.member("l", leverage)
        json.endObject()
        json.endObject()
        publish(stream, json.bytes, into: &effects)
    }

    private func configurationFrame() -> JSONWriter {
        var json = JSONWriter()
        json.beginObject()
        json.member("e", "ACCOUNT_CONFIG_UPDATE")
        json.member("E", venueTime.milliseconds)
        json.member("T", now.milliseconds)
        return json
    }

    /// Tells changes of multi-assets mode; the position mode never changes.
    mutating func announceModes(into effects: inout [ServerEffect]) {
        for index in accounts.indices where accounts[index].configurationChanged {
            accounts[index].configurationChanged = false
            guard let (_, stream) = userStream(accounts[index].id) else { continue }
            var json = configurationFrame()
            json.key("ai")
            json.beginObject()
            json.member("j", accounts[index].isMultiAssets)
            json.member("f", false)
            json.member("d", false)
            json.endObject()
            json.endObject()
            publish(stream, json.bytes, into: &effects)
        }
    }
}

extension AccountChange {
    var asterText: String {
        switch self {
        case .order: "ORDER"
        case .fundingFee: "FUNDING_FEE"
        case .deposit: "DEPOSIT"
        case .marginTypeChange: "MARGIN_TYPE_CHANGE"
        }
    }
}

extension OrderChange {
    var asterText: String {
        switch self {
        case .new: "NEW"
        case .trade: "TRADE"
        case .canceled: "CANCELED"
        case .expired: "EXPIRED"
        case .amended: "AMENDMENT"
        case .prevented: "TRADE_PREVENTION"
        case .liquidation: "CALCULATED"
        }
    }
}
