internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import Wire

/// Liquidations and what comes before them.
extension AsterServer {
    /// Keeps a liquidation for the streams that tell it: at once, or when the last one is long enough ago.
    mutating func tellLiquidation(_ forced: ForcedOrder) {
        let market = forced.order.request.market
        for index in streams.indices {
            guard streams[index].stream == .liquidations(market) || streams[index].stream == .allLiquidations else {
                continue
            }
            streams[index].forced.removeAll { $0.order.request.market == market }
            streams[index].forced.append(forced)
            streams[index].dueAt = min(
                streams[index].dueAt, max(now, streams[index].lastForced + configuration.leeway.liquidationInterval))
        }
    }

    mutating func flushLiquidations(_ index: Int, into effects: inout [ServerEffect]) {
        let forced = streams[index].forced
        streams[index].forced = []
        if !forced.isEmpty { streams[index].lastForced = now }
        for order in forced { publish(streams[index].stream, liquidationFrame(order), into: &effects) }
    }

    private func liquidationFrame(_ forced: ForcedOrder) -> [UInt8] {
        let order = forced.order
        let instrument = markets[order.request.market.index].instrument
        var json = JSONWriter()
        json.beginObject()
        json.member("e", "forceOrder")
        json.member("E", venueTime.milliseconds)
        json.key("o")
        json.beginObject()
        json.member("s", instrument.symbol)
        json.member("S", order.request.side.asterText)
        json.member("o", "LIMIT")
        json.member("f", "IOC")
        json.member("q", instrument.text(order.quantity))
        json.member("p", AsterText.price(order.request.price ?? forced.execution.price, instrument))
        json.member(
            "ap",
            AsterText.average(order.filledValue, over: order.filled, instrument, decimals: instrument.tickSize.scale))
        json.member("X", order.status.asterText)
        json.member("l", instrument.text(forced.execution.quantity))
        json.member("z", instrument.text(order.filled))
        json.member("T", forced.execution.time.milliseconds)
        json.endObject()
        json.endObject()
        return json.bytes
    }

    // MARK: Margin calls

    /// Warns accounts whose maintenance margin comes near their equity; once, until they have recovered.
    mutating func callMargins(into effects: inout [ServerEffect]) {
        for index in accounts.indices {
            let id = accounts[index].id
            let maintenance = exchange.margin(of: id).maintenance
            let equity = exchange.wallet(of: id) + exchange.unrealized(of: id)
            let isNear = maintenance > .zero && maintenance >= configuration.leeway.marginCall.of(equity)
            if isNear, !accounts[index].isWarned { publishMarginCall(index, into: &effects) }
            accounts[index].isWarned = isNear
        }
    }

    private mutating func publishMarginCall(_ account: Int, into effects: inout [ServerEffect]) {
        guard let (_, stream) = userStream(accounts[account].id) else { return }
        var json = JSONWriter()
        json.beginObject()
        json.member("e", "MARGIN_CALL")
        json.member("E", venueTime.milliseconds)
        json.member("cw", AsterText.ledger(exchange.wallet(of: accounts[account].id)))
        json.key("p")
        json.beginArray()
        for market in markets {
            let view = view(account, market)
            guard view.position.quantity != .zero else { continue }
            json.beginObject()
            json.member("s", market.instrument.symbol)
            json.member("ps", "BOTH")
            json.member("pa", market.instrument.text(view.position.quantity))
            json.member("mt", view.position.isIsolated ? "ISOLATED" : "CROSSED")
            json.member("iw", "0")
            json.member("mp", AsterText.eightDecimals(view.mark))
            json.member("up", AsterText.ledger(view.unrealized))
            json.member("mm", AsterText.ledger(view.maintenanceMargin))
            json.endObject()
        }
        json.endArray()
        json.endObject()
        publish(stream, json.bytes, into: &effects)
    }

    // MARK: Prints

    /// `tradepro`: nobody's address is shown, and the transaction is the trade's number.
    mutating func publishSignedTrade(
        _ trade: PublicTrade, _ market: AsterMarket, into effects: inout [ServerEffect]
    ) {
        guard streams.contains(where: { $0.stream == .signedTrades(market.id) }) else { return }
        var json = JSONWriter()
        json.beginObject()
        json.member("e", "tradepro")
        json.member("E", venueTime.milliseconds)
        json.member("T", trade.venueTime.milliseconds)
        json.member("s", market.instrument.symbol)
        json.member("t", trade.id.number)
        json.member("p", market.instrument.text(trade.price))
        json.member("q", market.instrument.text(trade.quantity))
        let digits = String(trade.id.number, radix: 16)
        json.member("h", "0x" + String(repeating: "0", count: max(0, 64 - digits.count)) + digits)
        json.key("m")
        json.beginArray()
        json.string("hidden")
        json.string("hidden")
        json.endArray()
        json.endObject()
        publish(.signedTrades(market.id), json.bytes, into: &effects)
    }
}
