internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import Wire

extension AsterServer {
    // MARK: Place

    mutating func placeOrder(
        _ asked: AsterRequest, _ account: Int, isTest: Bool, _ json: inout JSONWriter
    ) throws(AsterError) {
        let parameters = asked.parameters
        try accounts[account].orders.admit(isTest ? 0 : 1, configuration.limits, at: now)
        let market = try marketIndex(parameters)
        if isTest {
            _ = try form(parameters, market).order(tag: 0) { "" }
            json.beginObject()
            for name in ["orderId", "symbol", "status", "clientOrderId", "price", "origQty", "type", "side"] {
                json.key(name)
                json.null()
            }
            json.endObject()
            return
        }
        let order = try place(parameters, market, account, nonce: asked.nonce)
        json.order(order, markets[market].instrument, isQuery: false, as: configuration.dialect)
    }

    private func form(_ parameters: AsterParameters, _ market: Int) -> AsterOrderForm {
        AsterOrderForm(
            parameters: parameters, instrument: markets[market].instrument, touch: exchange.touch(markets[market].id),
            dialect: configuration.dialect)
    }

    /// The order as the reply shows it: as accepted for `ACK`, as it ended for `RESULT`.
    private mutating func place(
        _ parameters: AsterParameters, _ market: Int, _ account: Int, nonce: Int64
    ) throws(AsterError) -> ExchangeOrder {
        let form = form(parameters, market)
        let replyType = try form.replyType()
        var keys = keySource
        let request = try form.order(tag: nonce) { ListenKey.text(22, &keys) }
        keySource = keys
        if configuration.dialect == .binanceFutures, wouldTake(request) {
            throw AsterError(
                -5_022, "Due to the order could not be executed as maker, the Post Only order will be rejected.")
        }
        let id = accounts[account].id
        do throws(ExchangeRejection) {
            let accepted = try exchange.place(request, by: id, at: now, into: &events)
            switch replyType {
            case .ack: return accepted
            case .result: return exchange.order(accepted.id, of: id) ?? accepted
            }
        } catch {
            throw refusal(error)
        }
    }

    private func wouldTake(_ order: NewOrder) -> Bool {
        guard order.timeInForce == .postOnly, let price = order.price, let touch = exchange.touch(order.market) else {
            return false
        }
        return order.side == .buy ? price >= touch.ask.price : price <= touch.bid.price
    }

    func refusal(_ rejection: ExchangeRejection) -> AsterError {
        AsterError(rejection, duplicateCode: configuration.leeway.duplicateClientOrderIDCode)
    }

    // MARK: Find

    /// The order a request names; `orderId` wins over `origClientOrderId`.
    private func find(_ parameters: AsterParameters, _ market: Int, _ account: Int) throws(AsterError) -> ExchangeOrder?
    {
        let id = accounts[account].id
        let found: ExchangeOrder?
        if let number = try parameters.integer("orderId") {
            found = exchange.order(number, of: id)
        } else if let name = parameters.text("origClientOrderId") {
            found = exchange.order(clientOrderID: name, of: id)
        } else {
            throw AsterError(-1_102, "Either 'orderId' or 'origClientOrderId' must be sent.")
        }
        return found?.request.market == markets[market].id ? found : nil
    }

    func queryOrder(
        _ parameters: AsterParameters, _ account: Int, onlyOpen: Bool, _ json: inout JSONWriter
    ) throws(AsterError) {
        let market = try marketIndex(parameters)
        guard let order = try find(parameters, market, account), !onlyOpen || order.status.isOpen,
            !Self.isForgotten(order, at: now)
        else { throw .noSuchOrder }
        json.order(order, markets[market].instrument, isQuery: true, as: configuration.dialect)
    }

    /// Orders that ended without a fill disappear after seven days.
    static func isForgotten(_ order: ExchangeOrder, at now: Instant) -> Bool {
        !order.status.isOpen && order.filled == .zero && order.updatedAt + .hours(168) < now
    }

    // MARK: Amend

    mutating func amendOrder(
        _ parameters: AsterParameters, _ account: Int, _ json: inout JSONWriter
    ) throws(AsterError) {
        try accounts[account].orders.admit(1, configuration.limits, at: now)
        let (order, market) = try amend(parameters, account)
        json.order(order, markets[market].instrument, isQuery: false, as: configuration.dialect)
    }

    func open(_ parameters: AsterParameters, _ account: Int) throws(AsterError) -> (ExchangeOrder?, Int) {
        let market = try marketIndex(parameters)
        return (try find(parameters, market, account), market)
    }

    private mutating func amend(
        _ parameters: AsterParameters, _ account: Int
    ) throws(AsterError) -> (ExchangeOrder, Int) {
        let (found, market) = try open(parameters, account)
        let instrument = markets[market].instrument
        let quantity = try AsterOrderForm.quantity(parameters, instrument)
        let price = try AsterOrderForm.price(parameters, "price", instrument)
        guard let found, found.status.isOpen else { throw .noSuchOrder }
        do throws(ExchangeRejection) {
            let order = try exchange.amend(
                found.id, of: accounts[account].id, price: price, quantity: quantity, at: now, into: &events)
            return (order, market)
        } catch {
            throw refusal(error)
        }
    }

    // MARK: Cancel

    mutating func cancelOrder(
        _ parameters: AsterParameters, _ account: Int, guardedBy nonce: Int64? = nil, _ json: inout JSONWriter
    ) throws(AsterError) {
        let (found, market) = try open(parameters, account)
        let order = try cancel(found, account, guardedBy: nonce)
        json.order(order, markets[market].instrument, isQuery: false, as: configuration.dialect)
    }

    /// - Parameter nonce: of a guarded cancel, which only cancels what was placed with it.
    private mutating func cancel(
        _ found: ExchangeOrder?, _ account: Int, guardedBy nonce: Int64?
    ) throws(AsterError) -> ExchangeOrder {
        guard let found, found.status.isOpen else { throw .unknownOrderSent }
        guard nonce == nil || found.request.tag == nonce else { throw .unknownOrderSent }
        do throws(ExchangeRejection) {
            return try exchange.cancel(found.id, of: accounts[account].id, at: now, into: &events)
        } catch {
            throw error == .unknownOrder ? .unknownOrderSent : refusal(error)
        }
    }

    mutating func cancelAll(_ parameters: AsterParameters, _ account: Int, _ json: inout JSONWriter) throws(AsterError)
    {
        let market = try marketIndex(parameters)
        exchange.cancelAll(of: accounts[account].id, in: markets[market].id, at: now, into: &events)
        json.beginObject()
        // A string here, and only here, as live.
        json.member("code", "200")
        json.member("msg", "The operation of cancel all open order is done.")
        json.endObject()
    }

    mutating func armCountdown(
        _ parameters: AsterParameters, _ account: Int, _ json: inout JSONWriter
    ) throws(AsterError) {
        let market = try marketIndex(parameters)
        guard let time = try parameters.integer("countdownTime") else { throw .missing("countdownTime") }
        guard time <= 86_400_000 else { throw .invalid("countdownTime") }
        exchange.armCountdown(.milliseconds(time), of: accounts[account].id, in: markets[market].id, at: now)
        json.beginObject()
        json.member("symbol", markets[market].instrument.symbol)
        json.member("countdownTime", String(time))
        json.endObject()
    }

    // MARK: Batches

    mutating func placeBatch(
        _ asked: AsterRequest, _ account: Int, _ json: inout JSONWriter
    ) throws(AsterError) {
        let rows = try batch(asked.parameters)
        try accounts[account].orders.admit(Int64(rows.count), configuration.limits, at: now)
        json.beginArray()
        for row in rows {
            do throws(AsterError) {
                let market = try marketIndex(row)
                let order = try place(row, market, account, nonce: asked.nonce)
                json.order(order, markets[market].instrument, isQuery: false, as: configuration.dialect)
            } catch {
                error.write(into: &json)
            }
        }
        json.endArray()
    }

    mutating func amendBatch(
        _ parameters: AsterParameters, _ account: Int, _ json: inout JSONWriter
    ) throws(AsterError) {
        let rows = try batch(parameters)
        try accounts[account].orders.admit(Int64(rows.count), configuration.limits, at: now)
        json.beginArray()
        for row in rows {
            do throws(AsterError) {
                let (order, market) = try amend(row, account)
                json.order(order, markets[market].instrument, isQuery: false, as: configuration.dialect)
            } catch {
                error.write(into: &json)
            }
        }
        json.endArray()
    }

    /// `batchOrders`: real JSON with one to five objects.
    private func batch(_ parameters: AsterParameters) throws(AsterError) -> [AsterParameters] {
        let elements = try list(parameters, "batchOrders")
        guard (1...5).contains(elements.count) else {
            throw AsterError(-4_082, "Invalid number of batch place orders.")
        }
        var rows: [AsterParameters] = []
        for element in elements {
            guard case .object(let members) = element else { throw .missing("batchOrders") }
            rows.append(try AsterParameters(object: members))
        }
        return rows
    }

    private func list(_ parameters: AsterParameters, _ name: String) throws(AsterError) -> [JSONValue] {
        let text = try parameters.required(name)
        do throws(WireError) {
            guard let elements = try JSONValue.parse(Array(text.utf8), maxDepth: 4).elements else {
                throw WireError(offset: 0, reason: "not a list")
            }
            return elements
        } catch {
            throw .missing(name)
        }
    }

    mutating func cancelBatch(
        _ parameters: AsterParameters, _ account: Int, guardedBy nonce: Int64? = nil, _ json: inout JSONWriter
    ) throws(AsterError) {
        let market = try marketIndex(parameters)
        let name = parameters.text("orderIdList") != nil ? "orderIdList" : "origClientOrderIdList"
        let elements = try list(parameters, name)
        guard !elements.isEmpty else { throw .missing(name) }
        guard elements.count <= 10 else { throw AsterError(-4_032, "Exceed maximum cancel order size.") }
        json.beginArray()
        for element in elements {
            do throws(AsterError) {
                guard let value = element.numeral else { throw .invalid(name) }
                let row = AsterParameters([
                    .init(name == "orderIdList" ? "orderId" : "origClientOrderId", value)
                ])
                let order = try cancel(try find(row, market, account), account, guardedBy: nonce)
                json.order(order, markets[market].instrument, isQuery: false, as: configuration.dialect)
            } catch {
                error.write(into: &json)
            }
        }
        json.endArray()
    }

    // MARK: Lists

    func openOrders(_ parameters: AsterParameters, _ account: Int, _ json: inout JSONWriter) throws(AsterError) {
        let market = try optionalMarketIndex(parameters)
        let orders = exchange.openOrders(of: accounts[account].id, in: market.map { markets[$0].id })
        json.beginArray()
        for order in orders {
            json.order(order, markets[order.request.market.index].instrument, isQuery: true, as: configuration.dialect)
        }
        json.endArray()
    }

    func allOrders(_ parameters: AsterParameters, _ account: Int, _ json: inout JSONWriter) throws(AsterError) {
        let market = markets[try marketIndex(parameters)]
        let limit = try parameters.limit(standard: 500, maximum: 1_000)
        let firstID = try parameters.integer("orderId")
        let (start, end) = try historyWindow(parameters)
        let (first, last) = firstID != nil ? (.distantPast, .distantFuture) : Self.bounds(start, end)
        let found = exchange.orders(of: accounts[account].id, in: market.id, createdBetween: first, and: last).filter {
            $0.id >= firstID ?? 0 && !Self.isForgotten($0, at: now)
        }
        json.beginArray()
        for order in firstID != nil || parameters.text("startTime") != nil ? found.prefix(limit) : found.suffix(limit) {
            json.order(order, market.instrument, isQuery: true, as: configuration.dialect)
        }
        json.endArray()
    }

    /// All moments of those milliseconds.
    static func bounds(_ start: Int64, _ end: Int64) -> (Instant, Instant) {
        let latest = Instant.distantFuture.milliseconds - 1
        return (
            Instant(milliseconds: min(start, latest)),
            Instant(milliseconds: min(end, latest)) + TimeSpan(nanoseconds: 999_999)
        )
    }

    /// Bounds of a history query: at most seven days, the last seven by default.
    func historyWindow(_ parameters: AsterParameters) throws(AsterError) -> (start: Int64, end: Int64) {
        let week: Int64 = 7 * 86_400_000
        let (start, end) = try parameters.window()
        if let start, start > venueTime.milliseconds + 1_000 {
            throw AsterError(-4_181, "startTime is in the future.")
        }
        if let start, let end, end - start > week {
            throw AsterError(-4_165, "Maximum time interval is 7 days.")
        }
        let last = min(end ?? .max, (start ?? .max - week) + week, Int64.max / 4)
        return (start ?? max(0, min(last, venueTime.milliseconds) - week), last)
    }
}
