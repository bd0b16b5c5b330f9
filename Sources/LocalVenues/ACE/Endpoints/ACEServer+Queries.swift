internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import VenueACE
internal import Wire

extension ACEServer {
    // MARK: The account

    func writeAccount(_ account: Int, _ json: inout JSONWriter) {
        json.beginArray()
        for (asset, amount) in exchange.balances(of: accounts[account].id) {
            guard let currency = ACEMarkets.currency(asset) else { continue }
            let locked = exchange.holding(of: accounts[account].id, asset: asset).locked
            json.beginObject()
            json.member("uid", accounts[account].uid)
            json.member("currencyId", currency)
            json.member("currencyName", asset)
            json.member("amount", Self.exact(amount))
            json.member("cashAmount", Self.exact(amount - locked))
            json.endObject()
        }
        json.endArray()
    }

    /// Eight decimals, more where there are more: books can be compared to the last one.
    private static func exact(_ cash: Cash) -> String {
        let decimal = cash.decimal.normalized
        return decimal.scale > ACEText.scale ? decimal.description : ACEText.fixed(decimal, ACEText.scale)
    }

    // MARK: Lists

    /// The part of a list that `start` and `size` ask for.
    private func page<Element>(_ rows: [Element], _ parameters: ACEParameters) throws(ACEError) -> ArraySlice<Element> {
        let start = try parameters.integer("start", 1...1_000_000, standard: 1)
        let size = try parameters.integer("size", 1...500, standard: 10)
        let first = configuration.leeway.startCountsRows ? start - 1 : (start - 1) * size
        return rows.dropFirst(Int(first)).prefix(Int(size))
    }

    /// Newest first.
    func writeOrderList(_ parameters: ACEParameters, _ account: Int, _ json: inout JSONWriter) throws(ACEError) {
        var orders: [ExchangeOrder] = []
        for instrument in try markets(parameters) {
            orders += exchange.openOrders(of: accounts[account].id, in: instrument.market)
        }
        orders.sort { $0.id > $1.id }
        json.beginArray()
        for order in try page(orders, parameters) { write(row: order, accounts[account].uid, &json) }
        json.endArray()
    }

    private func write(row order: ExchangeOrder, _ uid: Int64, _ json: inout JSONWriter) {
        let instrument = instrument(order)
        let scale = ACEText.listScale
        json.beginObject()
        json.member("uid", uid)
        json.member("orderNo", ACENumbers.text(of: order))
        json.member("orderTime", ACEText.time(order.createdAt))
        json.member("orderTimeStamp", order.createdAt.milliseconds)
        writeIDs(instrument, &json)
        json.member("buyOrSell", String(ACEText.side(order.request.side)))
        json.member("num", ACEText.fixed(instrument.decimal(order.quantity), scale))
        json.member("price", ACEText.fixed(price(order), scale))
        json.member("remainNum", ACEText.fixed(instrument.decimal(order.remaining), scale))
        json.member("tradeNum", ACEText.fixed(instrument.decimal(order.filled), scale))
        json.member("tradePrice", ACEText.fixed(ACEText.average(order, instrument), scale))
        json.member("tradeAmount", ACEText.fixed(order.filledValue.decimal, 20))
        json.member("tradeRate", ACEText.fixed(Self.share(order), 20))
        json.member("status", ACEText.status(order))
        json.member("type", order.request.type == .limit ? 1 : 2)
        writeCustomID(order, &json)
        json.endObject()
    }

    func instrument(_ order: ExchangeOrder) -> Instrument {
        configuration.markets[order.request.market.index].instrument
    }

    private func price(_ order: ExchangeOrder) -> ExactDecimal {
        order.request.price.map { instrument(order).decimal($0) } ?? .zero
    }

    /// Which part of it has traded.
    private static func share(_ order: ExchangeOrder) -> ExactDecimal {
        guard order.quantity > .zero else { return .zero }
        let parts = Cash.divideRounding(Int128(order.filled.lots) * 100_000_000, by: Int128(order.quantity.lots))
        return ExactDecimal(mantissa: parts, scale: 8)
    }

    private func writeIDs(_ instrument: Instrument, _ json: inout JSONWriter) {
        json.member("quoteCurrencyId", currency(instrument.quoteAsset))
        json.member("quoteCurrencyName", instrument.quoteAsset)
        json.member("baseCurrencyId", currency(instrument.baseAsset))
        json.member("baseCurrencyName", instrument.baseAsset)
    }

    func writeCustomID(_ order: ExchangeOrder, _ json: inout JSONWriter) {
        json.key("customOrderId")
        if order.request.tag == Self.isNamed { json.string(order.request.clientOrderID) } else { json.null() }
    }

    // MARK: One order

    func writeOrderStatus(_ parameters: ACEParameters, _ account: Int, _ json: inout JSONWriter) throws(ACEError) {
        write(status: try order(try parameters.required("orderNo"), account), &json)
    }

    /// `num` of a cancelled order is zero, as in the venue's own example.
    private func write(status order: ExchangeOrder, _ json: inout JSONWriter) {
        let instrument = instrument(order)
        let isCanceled = !order.status.isOpen && order.status != .filled
        json.beginObject()
        json.member("buyOrSell", ACEText.side(order.request.side))
        json.member("averagePrice", ACEText.fixed(ACEText.average(order, instrument), ACEText.scale))
        let total = isCanceled ? ExactDecimal.zero : instrument.decimal(order.quantity)
        json.member("num", ACEText.fixed(total, ACEText.scale))
        json.member("orderTime", ACEText.time(order.createdAt, milliseconds: true))
        json.member("price", ACEText.fixed(price(order), ACEText.scale))
        json.member("status", ACEText.status(order))
        json.member("tradeNum", ACEText.fixed(instrument.decimal(order.filled), ACEText.scale))
        json.member("remainNum", ACEText.fixed(instrument.decimal(order.remaining), ACEText.scale))
        writeIDs(instrument, &json)
        json.member("orderNo", ACENumbers.text(of: order))
        writeCustomID(order, &json)
        json.endObject()
    }

    func writeOrderHistory(_ parameters: ACEParameters, _ account: Int, _ json: inout JSONWriter) throws(ACEError) {
        let order = try order(try parameters.required("orderNo"), account)
        let instrument = instrument(order)
        json.beginObject()
        json.key("order")
        write(status: order, &json)
        json.key("trades")
        json.beginArray()
        for execution in exchange.executions(of: accounts[account].id, in: instrument.market)
        where execution.order == order.id {
            json.beginObject()
            json.member("price", ACEText.fixed(instrument.decimal(execution.price), ACEText.scale))
            json.member("num", ACEText.fixed(instrument.decimal(execution.quantity), ACEText.scale))
            json.member("time", ACEText.time(execution.time, milliseconds: true))
            json.member("tradeNo", ACENumbers.text(of: execution))
            let value = instrument.notional(execution.price, execution.quantity)
            json.member("amount", ACEText.fixed(value.decimal, ACEText.scale))
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }

    // MARK: Fills

    /// Newest first.
    func tradeRows(_ parameters: ACEParameters, _ account: Int) throws(ACEError) -> [Execution] {
        let side = try parameters.side("buyOrSell")
        let start = try parameters.time("startTime") ?? .distantPast
        let after = parameters.text("startTradeNo")
        var rows: [Execution] = []
        for instrument in try markets(parameters) {
            rows += exchange.executions(of: accounts[account].id, in: instrument.market)
        }
        rows.removeAll { execution in
            execution.time < start || side.map { $0 != execution.side } ?? false
                || after.map { ACENumbers.text(of: execution) < $0 } ?? false
        }
        return rows.sorted { ($0.trade, $0.order) > ($1.trade, $1.order) }
    }

    mutating func writeTradeList(
        _ parameters: ACEParameters, _ account: Int, _ json: inout JSONWriter
    ) throws(ACEError) {
        let rows = try tradeRows(parameters, account)
        var page = Array(try page(rows, parameters))
        if let first = page.first, strikes(.fillsRepeated, "POST \(ACEEndpoint.tradeList.rawValue)") {
            page.insert(first, at: 0)
            let start = rows.firstIndex { $0.trade == first.trade && $0.order == first.order } ?? 0
            if start > 0 { page.insert(rows[start - 1], at: 0) }
        }
        json.beginArray()
        for execution in page { write(execution, account, &json) }
        json.endArray()
    }

    private func write(_ execution: Execution, _ account: Int, _ json: inout JSONWriter) {
        guard let order = exchange.order(execution.order, of: accounts[account].id) else { return }
        let instrument = instrument(order)
        json.beginObject()
        json.member("buyOrSell", ACEText.side(execution.side))
        json.member("orderNo", ACENumbers.text(of: order))
        json.member("num", ACEText.plain(instrument.decimal(order.quantity)))
        json.member("price", ACEText.plain(price(order)))
        let amount = order.request.price.map { instrument.notional($0, order.quantity) } ?? order.filledValue
        json.member("orderAmount", ACEText.plain(amount.decimal))
        json.member("tradeNum", ACEText.plain(instrument.decimal(execution.quantity)))
        json.member("tradePrice", ACEText.plain(instrument.decimal(execution.price)))
        json.member("tradeAmount", ACEText.plain(instrument.notional(execution.price, execution.quantity).decimal))
        json.member("fee", ACEText.plain(execution.commission.decimal))
        json.member("feeSave", "0")
        json.member("status", ACEText.status(order))
        json.member("isSelf", execution.isSelfTrade)
        json.member("tradeNo", ACENumbers.text(of: execution))
        json.member("tradeTime", ACEText.time(execution.time))
        json.member("tradeTimestamp", execution.time.milliseconds)
        writeIDs(instrument, &json)
        writeCustomID(order, &json)
        json.member("isMaker", execution.isMaker)
        json.endObject()
    }
}
