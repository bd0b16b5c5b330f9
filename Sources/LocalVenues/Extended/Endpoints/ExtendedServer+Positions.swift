internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import Wire

/// A position's side, as queries name it.
enum ExtendedPositionSide: String, CaseIterable {
    case long = "LONG"
    case short = "SHORT"

    init(_ side: Side) { self = side == .buy ? .long : .short }
}

extension ExtendedServer {
    func writePositions(_ account: Int, _ query: ExtendedQuery, _ json: inout JSONWriter) throws(ExtendedError) {
        let chosen = try chosenMarkets(query)
        let side = try query.choice("side", ExtendedPositionSide.self)
        json.key("data")
        json.beginArray()
        for market in chosen {
            guard let position = accounts[account].positions[market.index],
                side.map({ $0 == ExtendedPositionSide(position.side) }) ?? true
            else { continue }
            writePosition(position, account, &json)
        }
        json.endArray()
    }

    /// A position, as REST and the account stream tell it: open ones at the mark, closed ones as they ended.
    func writePosition(_ position: ExtendedPosition, _ account: Int, _ json: inout JSONWriter) {
        let market = markets[position.market.index]
        let mark = exchange.mark(market.id).price
        let held = exchange.position(of: accounts[account].id, in: market.id)
        let isOpen = position.size != .zero
        let value = LedgerMath.value(of: position.size, at: mark, market.instrument)
        let leverage = leverage(account, position.market.index)
        json.beginObject()
        writeID("id", position.id, &json)
        writeID("accountId", accounts[account].number, &json)
        json.member("market", market.definition.name)
        json.member("status", isOpen ? "OPENED" : "CLOSED")
        json.member("side", ExtendedPositionSide(position.side).rawValue)
        json.member("leverage", String(leverage))
        json.member("size", market.instrument.text(position.size))
        json.member("value", ExtendedText.money(value))
        json.member("openPrice", openPrice(position, held, market.instrument))
        json.member("markPrice", ExtendedText.mark(mark))
        if isOpen { json.member("liquidationPrice", liquidationPrice(position, account)) }
        json.member("margin", ExtendedText.money(Cash(units: value.units / Int128(leverage))))
        let profit = isOpen ? LedgerMath.value(of: held.quantity, at: mark, market.instrument) - held.value : .zero
        json.member("unrealisedPnl", ExtendedText.money(profit))
        json.member("realisedPnl", ExtendedText.money(position.realized))
        json.member("adl", 1)
        json.member("maxPositionSize", market.instrument.text(position.maxSize))
        json.member("createdTime", position.createdAt.milliseconds)
        json.member("updatedTime", position.updatedAt.milliseconds)
        json.member("createdAt", position.createdAt.milliseconds)
        json.member("updatedAt", position.updatedAt.milliseconds)
        json.endObject()
    }

    /// The average of what is held; of a closed position, of all that was opened.
    private func openPrice(
        _ position: ExtendedPosition, _ held: ExchangePosition, _ instrument: Instrument
    ) -> String {
        guard position.size != .zero, held.quantity != .zero else {
            return ExtendedText.average(position.openedValue, over: position.opened, instrument)
        }
        return ExtendedText.average(held.value.magnitude, over: held.quantity.magnitude, instrument)
    }

    /// Where the mark would have to go for equity to fall to the maintenance margin, other markets standing still.
    private func liquidationPrice(_ position: ExtendedPosition, _ account: Int) -> String {
        let market = markets[position.market.index]
        let id = accounts[account].id
        let mark = exchange.mark(market.id).price
        let equity = exchange.wallet(of: id) + exchange.unrealized(of: id)
        let cushion = equity - exchange.margin(of: id).maintenance
        let size = Int128(position.size.lots) * market.instrument.lotSize.mantissa
        guard size > 0 else { return "0" }
        // Per unit held, in units of 10⁻¹².
        let perUnit = Cash.divideRounding(cushion.units * LedgerMath.power(market.instrument.lotSize.scale), by: size)
        guard let units = ExtendedText.units(of: mark) else { return "0" }
        let price = position.side == .buy ? units - perUnit : units + perUnit
        return Cash(units: max(0, price)).text(decimals: market.instrument.tickSize.scale)
    }

    // MARK: History

    /// Open positions and those that were closed, newest first.
    func writePositionHistory(
        _ account: Int, _ query: ExtendedQuery, _ json: inout JSONWriter
    ) throws(ExtendedError) {
        let chosen = try chosenMarkets(query)
        let side = try query.choice("side", ExtendedPositionSide.self)
        let all = accounts[account].closedPositions.elements + accounts[account].positions.compactMap { $0 }
        let rows = all.filter { chosen.contains($0.market) && (side == nil || side == ExtendedPositionSide($0.side)) }
        try writePage(rows.sorted { $0.id > $1.id }, id: \.id, query, &json) { row, json in
            writeHistory(row, account, &json)
        }
    }

    private func writeHistory(_ position: ExtendedPosition, _ account: Int, _ json: inout JSONWriter) {
        let market = markets[position.market.index]
        let held = exchange.position(of: accounts[account].id, in: market.id)
        let isClosed = position.size == .zero
        json.beginObject()
        writeID("id", position.id, &json)
        writeID("accountId", accounts[account].number, &json)
        json.member("market", market.definition.name)
        json.member("side", ExtendedPositionSide(position.side).rawValue)
        if isClosed { json.member("exitType", position.wasLiquidated ? "LIQUIDATION" : "TRADE") }
        json.member("leverage", String(leverage(account, position.market.index)))
        json.member("size", market.instrument.text(isClosed ? position.maxSize : position.size))
        json.member("maxPositionSize", market.instrument.text(position.maxSize))
        json.member("openPrice", openPrice(position, held, market.instrument))
        if position.closed != .zero {
            json.member(
                "exitPrice", ExtendedText.average(position.closedValue, over: position.closed, market.instrument))
        }
        json.member("realisedPnl", ExtendedText.money(position.realized))
        json.key("realisedPnlBreakdown")
        json.beginObject()
        json.member("tradePnl", ExtendedText.money(position.tradeProfit))
        json.member("fundingFees", ExtendedText.money(position.funding))
        json.member("openFees", ExtendedText.money(-position.openFees))
        json.member("closeFees", ExtendedText.money(-position.closeFees))
        json.endObject()
        json.member("createdTime", position.createdAt.milliseconds)
        if isClosed { json.member("closedTime", position.updatedAt.milliseconds) }
        json.endObject()
    }
}
