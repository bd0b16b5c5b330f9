internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import Wire

extension BinanceServer {
    // MARK: Cancel and replace

    /// One half of a cancel-replace.
    private enum Half {
        case done(JSONValue)
        case failed(BinanceError)
        case notAttempted

        var result: String {
            switch self {
            case .done: "SUCCESS"
            case .failed: "FAILURE"
            case .notAttempted: "NOT_ATTEMPTED"
            }
        }
        var isDone: Bool {
            if case .done = self { true } else { false }
        }
        var response: JSONValue {
            switch self {
            case .done(let value): return value
            case .failed(let error):
                return .object([
                    JSONMember("code", .number("\(error.code)")), JSONMember("msg", .string(error.message)),
                ])
            case .notAttempted: return .null
            }
        }
    }

    /// Filters and the order count are looked at before anything is canceled. Success is a reply; where only one half
    /// succeeded it is a refusal with status 409, and where none did one with 400, which tell what each half said.
    mutating func cancelReplace(
        _ parameters: BinanceParameters, _ account: Int, _ json: inout JSONWriter
    ) throws(BinanceError) {
        let stopsOnFailure: Bool
        switch try parameters.required("cancelReplaceMode") {
        case "STOP_ON_FAILURE": stopsOnFailure = true
        case "ALLOW_FAILURE": stopsOnFailure = false
        default: throw .invalid("cancelReplaceMode")
        }
        let cancelName = try BinanceOrderForm.name(parameters, "cancelNewClientOrderId")
        let (draft, replyType) = try draft(parameters)
        try checkFilters(try sized(draft, account), account)
        let old = try find(parameters, account, id: "cancelOrderId", name: "cancelOrigClientOrderId")
        let overLimit = try countReplacement(parameters, account)

        let canceled = half { (venue, json) throws(BinanceError) in
            let (order, name) = try venue.cancel(old, parameters, account, name: cancelName)
            venue.writeCanceled(order, name: name, &json)
        }
        var placed = Half.notAttempted
        if let overLimit {
            placed = .failed(overLimit)
        } else if canceled.isDone || !stopsOnFailure {
            placed = half { (venue, json) throws(BinanceError) in
                let order = try venue.place(draft, account)
                venue.writePlaced(order, replyType, &json)
            }
        }
        let data = JSONValue.object([
            JSONMember("cancelResult", .string(canceled.result)),
            JSONMember("newOrderResult", .string(placed.result)),
            JSONMember("cancelResponse", canceled.response), JSONMember("newOrderResponse", placed.response),
        ])
        guard canceled.isDone, placed.isDone else {
            let isPartial = canceled.isDone || placed.isDone
            var error = BinanceError(
                isPartial ? -2_021 : -2_022,
                isPartial ? "Order cancel-replace partially failed." : "Order cancel-replace failed.",
                status: isPartial ? 409 : 400)
            error.data = data
            throw error
        }
        json.value(data)
    }

    /// Counts the new order. Over the limit nothing is done, unless only the new order is to be left out: then why it is.
    private mutating func countReplacement(
        _ parameters: BinanceParameters, _ account: Int
    ) throws(BinanceError) -> BinanceError? {
        let cancelsOnly: Bool
        switch parameters.text("orderRateLimitExceededMode") {
        case nil, "DO_NOTHING": cancelsOnly = false
        case "CANCEL_ONLY": cancelsOnly = true
        case .some: throw .invalid("orderRateLimitExceededMode")
        }
        do throws(BinanceError) {
            try accounts[account].orders.admit(configuration.limits, at: now)
            return nil
        } catch {
            guard cancelsOnly else { throw error }
            return error
        }
    }

    private mutating func half(
        _ body: (inout BinanceServer, inout JSONWriter) throws(BinanceError) -> Void
    ) -> Half {
        var json = JSONWriter()
        do throws(BinanceError) {
            try body(&self, &json)
            let written = json.bytes
            guard let value = try? JSONValue.parse(written) else { preconditionFailure("a writer writes JSON") }
            return .done(value)
        } catch {
            return .failed(error)
        }
    }

    // MARK: Amend

    /// Lowers the quantity of an order, which keeps its place and gets a new name.
    mutating func amendOrder(
        _ parameters: BinanceParameters, _ account: Int, _ json: inout JSONWriter
    ) throws(BinanceError) {
        let found = try find(parameters, account)
        let instrument = markets[try marketIndex(parameters)].instrument
        let quantity = try BinanceOrderForm.quantity(parameters, "newQty", instrument)
        let newName = try BinanceOrderForm.name(parameters, "newClientOrderId")
        guard let found, found.status.isOpen else { throw .noSuchOrder }
        guard quantity <= found.quantity else {
            throw BinanceError(-2_038, "Order amend (quantity increase) is not supported.")
        }
        guard quantity < found.quantity else {
            throw BinanceError(-2_038, "The requested action would change no state; rejecting.")
        }
        guard quantity > found.filled + found.prevented, let price = found.request.price else {
            throw BinanceError(-1_013, "Invalid quantity.")
        }
        let oldName = names.name(of: found)
        let amended: ExchangeOrder
        do throws(ExchangeRejection) {
            amended = try exchange.amend(
                found.id, of: accounts[account].id, price: price, quantity: quantity, at: now, into: &events)
        } catch {
            throw BinanceError(spot: error)
        }
        let name = newName ?? ListenKey.text(22, &keySource)
        if name != oldName { names.rename(amended, to: name) }
        requestNames.append((amended.id, name, oldName))
        lastExecutionID += 1
        let amendment = BinanceAmendment(
            order: amended.id, market: instrument.market, executionID: lastExecutionID, oldName: oldName, newName: name,
            oldQuantity: found.quantity, newQuantity: quantity, time: now)
        accounts[account].amendments.append(amendment)
        write(amendment, amended, &json)
    }

    private func write(_ amendment: BinanceAmendment, _ order: ExchangeOrder, _ json: inout JSONWriter) {
        let instrument = markets[order.request.market.index].instrument
        json.beginObject()
        json.member("transactTime", now.milliseconds)
        json.member("executionId", amendment.executionID)
        json.key("amendedOrder")
        json.beginObject()
        writeNames(order, &json)
        json.member("origClientOrderId", amendment.oldName)
        json.member("clientOrderId", amendment.newName)
        json.member("price", BinanceText.price(order.request.price, instrument))
        json.member("qty", BinanceText.quantity(order.quantity, instrument))
        json.member("executedQty", BinanceText.quantity(order.filled, instrument))
        json.member("preventedQty", BinanceText.quantity(order.prevented, instrument))
        json.member("quoteOrderQty", BinanceText.quoteQuantity(order.request))
        json.member("cumulativeQuoteQty", BinanceText.amount(order.filledValue))
        json.member("status", BinanceText.status(order))
        json.member("timeInForce", BinanceText.timeInForce(order.request))
        json.member("type", BinanceText.type(order.request))
        json.member("side", order.request.side.asterText)
        json.member("workingTime", workingTime(order))
        json.member("selfTradePreventionMode", BinanceText.selfTradeMode(order.request))
        json.endObject()
        json.endObject()
    }

    func writeAmendments(
        _ parameters: BinanceParameters, _ account: Int, _ json: inout JSONWriter
    ) throws(BinanceError) {
        let market = markets[try marketIndex(parameters)]
        guard let order = try parameters.integer("orderId") else { throw .missing("orderId") }
        let first = try parameters.integer("fromExecutionId") ?? 0
        let limit = try parameters.limit(standard: 500, maximum: 1_000)
        let found = accounts[account].amendments.elements.filter {
            $0.order == order && $0.market == market.id && $0.executionID >= first
        }
        json.beginArray()
        for amendment in found.prefix(limit) {
            json.beginObject()
            json.member("symbol", market.instrument.symbol)
            json.member("orderId", order)
            json.member("executionId", amendment.executionID)
            json.member("origClientOrderId", amendment.oldName)
            json.member("newClientOrderId", amendment.newName)
            json.member("origQty", BinanceText.quantity(amendment.oldQuantity, market.instrument))
            json.member("newQty", BinanceText.quantity(amendment.newQuantity, market.instrument))
            json.member("time", amendment.time.milliseconds)
            json.endObject()
        }
        json.endArray()
    }
}
