internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import VenueBitoPro
internal import Wire

extension BitoProServer {
    // MARK: Placing

    private mutating func place(
        _ form: BitoProOrderForm, _ instrument: Instrument, _ account: Int
    ) throws(BitoProError) -> ExchangeOrder {
        try checkTime(form.timestamp)
        lastName += 1
        var order = NewOrder(
            market: instrument.market, side: form.action, type: form.isMarket ? .market : .limit,
            timeInForce: form.isPostOnly ? .postOnly : .goodTillCancel, quantity: nil, clientOrderID: "#\(lastName)",
            selfTradeScope: .nobody, tag: form.clientID ?? 0)
        if form.isMarket, form.action == .buy {
            guard let amount = Cash(form.amount) else { throw BitoProError(422, "Invalid amount") }
            order.quantity = exchange.lots(worth: amount, .buy, in: instrument.market, by: accounts[account].id)
        } else {
            order.quantity = instrument.quantity(form.amount)
            guard order.quantity != nil else { throw BitoProError(422, "Invalid amount \(form.amount)") }
        }
        if let price = form.price {
            order.price = instrument.price(price)
            guard order.price != nil else { throw BitoProError(422, "Invalid price \(price)") }
        }
        do throws(ExchangeRejection) {
            return try exchange.place(order, by: accounts[account].id, at: now, into: &events)
        } catch {
            throw BitoProError(error, order, base: instrument.baseAsset, quote: instrument.quoteAsset)
        }
    }

    mutating func place(
        _ instrument: Instrument, _ body: JSONValue, _ account: Int, _ json: inout JSONWriter
    ) throws(BitoProError) {
        let form = try BitoProOrderForm(body)
        let order = try place(form, instrument, account)
        write(order, form, &json)
    }

    private func write(_ order: ExchangeOrder, _ form: BitoProOrderForm, _ json: inout JSONWriter) {
        json.beginObject()
        json.member("orderId", order.id)
        write(form, &json)
        json.endObject()
    }

    private func write(_ form: BitoProOrderForm, _ json: inout JSONWriter) {
        json.member("action", BitoProText.action(form.action))
        json.member("amount", BitoProText.plain(form.amount))
        if let price = form.price { json.member("price", BitoProText.plain(price)) }
        json.member("timestamp", form.timestamp)
        json.member("timeInForce", form.isPostOnly ? "POST_ONLY" : "GTC")
        if let id = form.clientID { json.member("clientId", id) }
    }

    /// Forms are judged together, before anything is placed; what the exchange refuses fails on its own.
    mutating func placeBatch(_ body: JSONValue, _ account: Int, _ json: inout JSONWriter) throws(BitoProError) {
        guard let elements = body.elements, (1...BitoProVenue.batchSize).contains(elements.count) else {
            throw .parameter
        }
        var forms: [(Instrument, BitoProOrderForm)] = []
        for element in elements {
            forms.append((try market(element["pair"]?.text ?? ""), try BitoProOrderForm(element)))
        }
        let fails = strikes(.batchPartlyFailed, "POST /v3/orders/batch")
        let leavesOut = strikes(.batchCutShort, "POST /v3/orders/batch")
        json.beginObject()
        json.key("data")
        json.beginArray()
        for (index, (instrument, form)) in forms.enumerated() {
            do throws(BitoProError) {
                if fails, index % 2 == 1 { throw BitoProError(422, "Invalid amount: refused") }
                let order = try place(form, instrument, account)
                if leavesOut, index % 2 == 1 { continue }
                write(order, form, &json)
            } catch {
                try fail(form, error, &json)
            }
        }
        json.endArray()
        json.endObject()
    }

    private func fail(
        _ form: BitoProOrderForm, _ error: BitoProError, _ json: inout JSONWriter
    ) throws(BitoProError) {
        switch configuration.leeway.batchFailure {
        case .leftOut: break
        case .element:
            json.beginObject()
            json.member("error", error.text)
            write(form, &json)
            json.endObject()
        case .wholeReply: throw error
        }
    }

    // MARK: Cancelling

    mutating func cancel(
        _ instrument: Instrument, _ id: String, _ account: Int, _ json: inout JSONWriter
    ) throws(BitoProError) {
        let order = try order(id, instrument, account)
        guard cancel(order, account) else { throw BitoProError(400, "Order status invalid") }
        json.beginObject()
        json.member("action", BitoProText.action(order.request.side))
        json.member("amount", BitoProText.plain(instrument.decimal(order.quantity)))
        json.member("orderId", String(order.id))
        json.member("price", BitoProText.plain(order.request.price.map { instrument.decimal($0) } ?? .zero))
        json.member("timestamp", venueTime.milliseconds)
        json.endObject()
    }

    private mutating func cancel(_ order: ExchangeOrder, _ account: Int) -> Bool {
        (try? exchange.cancel(order.id, of: accounts[account].id, at: now, into: &events)) != nil
    }

    func order(_ id: String, _ instrument: Instrument, _ account: Int) throws(BitoProError) -> ExchangeOrder {
        guard let number = Int64(id), let order = exchange.order(number, of: accounts[account].id),
            order.request.market == instrument.market
        else { throw BitoProError(404, "Order not found") }
        return order
    }

    /// What cannot be cancelled is left out of the answer.
    mutating func cancelBatch(_ body: JSONValue, _ account: Int, _ json: inout JSONWriter) throws(BitoProError) {
        guard let members = body.members, !members.isEmpty else { throw .parameter }
        var wanted: [(Instrument, String, [String])] = []
        for member in members {
            guard let elements = member.value.elements else { throw .parameter }
            wanted.append((try market(member.name), member.name, elements.compactMap(\.numeral)))
        }
        let fails = strikes(.batchPartlyFailed, "PUT /v3/orders")
        let leavesOut = strikes(.batchCutShort, "PUT /v3/orders")
        json.beginObject()
        json.key("data")
        json.beginObject()
        for (instrument, name, ids) in wanted {
            json.key(name)
            json.beginArray()
            for (index, id) in ids.enumerated() {
                if fails, index % 2 == 1 { continue }
                guard let order = try? order(id, instrument, account), cancel(order, account) else { continue }
                if leavesOut, index % 2 == 1 { continue }
                json.string(id)
            }
            json.endArray()
        }
        json.endObject()
        json.endObject()
    }

    mutating func cancelAll(_ pair: String?, _ account: Int, _ json: inout JSONWriter) throws(BitoProError) {
        var instruments = configuration.markets.map(\.instrument)
        if let pair { instruments = [try market(pair)] }
        json.beginObject()
        json.key("data")
        json.beginObject()
        for instrument in instruments {
            let orders = exchange.openOrders(of: accounts[account].id, in: instrument.market)
            guard !orders.isEmpty else { continue }
            json.key(instrument.symbol)
            json.beginArray()
            for order in orders where cancel(order, account) { json.string(String(order.id)) }
            json.endArray()
        }
        json.endObject()
        json.endObject()
    }
}
