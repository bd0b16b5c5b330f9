internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import VenueACE
internal import Wire

extension ACEServer {
    /// Orders in one request.
    static let batchLimit = 20
    /// The tag of orders whose name is the customer's.
    static let isNamed: Int64 = 1

    // MARK: Placing

    func place(_ parameters: ACEParameters, by account: Int) throws(ACEError) -> NewOrder {
        let instrument = try market(parameters)
        guard let side = try parameters.side("buyOrSell") else { throw .bad("buyOrSell", "given") }
        let custom = parameters.text("customOrderId") ?? ""
        guard custom.utf8.count <= 32 else { throw .bad("customOrderId", "at most 32 characters") }
        var order = NewOrder(
            market: instrument.market, side: side, type: .market, quantity: nil, clientOrderID: custom,
            selfTradeScope: .nobody)
        switch try parameters.integer("type") {
        case 1:
            order.type = .limit
            guard let price = instrument.price(try parameters.decimal("price")) else {
                throw ACEError(.priceNotOnTick)
            }
            order.price = price
            order.quantity = try quantity(parameters, instrument)
        case 2: order.quantity = try quantity(parameters, instrument)
        case 3:
            guard side == .buy else { throw .bad("type", "1 or 2 for a sell") }
            guard let amount = Cash(try parameters.decimal("amount")) else { throw .bad("amount", "an amount") }
            order.quantity = exchange.lots(worth: amount, side, in: instrument.market, by: accounts[account].id)
        default: throw .bad("type", "1, 2 or 3")
        }
        return order
    }

    private func quantity(_ parameters: ACEParameters, _ instrument: Instrument) throws(ACEError) -> Quantity {
        guard let quantity = instrument.quantity(try parameters.decimal("num")) else {
            throw ACEError(.quantityNotOnLot)
        }
        return quantity
    }

    mutating func place(_ parameters: ACEParameters, _ account: Int, _ json: inout JSONWriter) throws(ACEError) {
        var request = try place(parameters, by: account)
        // The exchange wants a name for each order; the venue does not.
        if request.clientOrderID.isEmpty {
            unnamed += 1
            request.clientOrderID = "#\(unnamed)"
        } else {
            request.tag = Self.isNamed
        }
        let placed: ExchangeOrder
        do throws(ExchangeRejection) {
            placed = try exchange.place(request, by: accounts[account].id, at: now, into: &events)
        } catch {
            throw ACEError(error)
        }
        json.beginObject()
        json.member("orderNo", ACENumbers.text(of: placed))
        writeCustomID(placed, &json)
        json.endObject()
    }

    // MARK: Cancelling

    mutating func cancel(_ parameters: ACEParameters, _ account: Int, _ json: inout JSONWriter) throws(ACEError) {
        try cancel(try parameters.required("orderNo"), account)
        json.integer(200)
    }

    private mutating func cancel(_ number: String, _ account: Int) throws(ACEError) {
        let order = try order(number, account)
        do throws(ExchangeRejection) {
            _ = try exchange.cancel(order.id, of: accounts[account].id, at: now, into: &events)
        } catch {
            throw .alreadyOver
        }
    }

    /// An order that the account never had is told as one that is over: nothing else is documented.
    func order(_ number: String, _ account: Int) throws(ACEError) -> ExchangeOrder {
        guard let id = ACENumbers.number(in: number), let order = exchange.order(id, of: accounts[account].id),
            ACENumbers.text(of: order) == number
        else { throw .alreadyOver }
        return order
    }

    // MARK: Batches

    /// Each element is an order's parameters as an object of texts, and has an outcome of its own.
    mutating func placeBatch(
        _ parameters: ACEParameters, _ account: Int, _ json: inout JSONWriter
    ) throws(ACEError) {
        var orders: [ACEParameters] = []
        for element in try Self.elements(parameters, "orders") {
            guard let members = element.members else { throw .bad("orders", "an array of objects") }
            orders.append(ACEParameters(members.map { FormFields.Field($0.name, $0.value.numeral ?? "") }))
        }
        let leavesOut = strikes(.batchCutShort, "POST \(ACEEndpoint.placeBatch.rawValue)")
        let fails = strikes(.batchPartlyFailed, "POST \(ACEEndpoint.placeBatch.rawValue)")
        json.beginArray()
        for (index, order) in orders.enumerated() {
            var outcome = JSONWriter()
            do throws(ACEError) {
                if fails, index % 2 == 1 { throw ACEError(2_053, "refused") }
                try place(order, account, &outcome)
                if leavesOut, index % 2 == 1 { continue }
                Self.write(attachment: outcome.bytes, &json)
            } catch {
                Self.write(error, ["customOrderId": order.text("customOrderId") ?? ""], &json)
            }
        }
        json.endArray()
    }

    mutating func cancelBatch(
        _ parameters: ACEParameters, _ account: Int, _ json: inout JSONWriter
    ) throws(ACEError) {
        var numbers: [String] = []
        for element in try Self.elements(parameters, "orderNos") {
            guard let number = element.text else { throw .bad("orderNos", "an array of texts") }
            numbers.append(number)
        }
        let leavesOut = strikes(.batchCutShort, "POST \(ACEEndpoint.cancelBatch.rawValue)")
        let fails = strikes(.batchPartlyFailed, "POST \(ACEEndpoint.cancelBatch.rawValue)")
        json.beginArray()
        for (index, number) in numbers.enumerated() {
            var outcome = JSONWriter()
            do throws(ACEError) {
                if fails, index % 2 == 1 { throw ACEError(2_053, "refused") }
                try cancel(number, account)
                if leavesOut, index % 2 == 1 { continue }
                outcome.beginObject()
                outcome.member("orderNo", number)
                outcome.endObject()
                Self.write(attachment: outcome.bytes, &json)
            } catch {
                Self.write(error, ["orderNo": number], &json)
            }
        }
        json.endArray()
    }

    private static func elements(_ parameters: ACEParameters, _ name: String) throws(ACEError) -> [JSONValue] {
        guard let value = try? JSONValue.parse(Array(try parameters.required(name).utf8), maxDepth: 4),
            let elements = value.elements, (1...batchLimit).contains(elements.count)
        else { throw .bad(name, "a JSON array of 1 to \(batchLimit) elements") }
        return elements
    }

    private static func write(attachment: [UInt8], _ json: inout JSONWriter) {
        guard let value = try? JSONValue.parse(attachment) else { return }
        json.beginObject()
        json.member("status", 200)
        json.key("message")
        json.null()
        json.key("attachment")
        json.value(value)
        json.endObject()
    }

    /// A failed element names what it is about.
    private static func write(_ error: ACEError, _ about: KeyValuePairs<String, String>, _ json: inout JSONWriter) {
        json.beginObject()
        json.member("status", error.status)
        json.member("message", error.message)
        json.key("attachment")
        json.beginObject()
        for (name, value) in about { json.member(name, value) }
        json.endObject()
        json.endObject()
    }
}
