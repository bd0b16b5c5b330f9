public import Fundamentals
internal import MarketModel
public import VenueKit
public import Wire

extension ACEAdapter {
    public mutating func request(_ call: VenueCall, at time: Instant) -> HTTPRequest? {
        switch call {
        case .time: return book(base: ACECurrency.usdt, quote: ACECurrency.twd, depth: 1)
        case .rules: return get(.marketPair, FormFields())
        case .book(let market):
            guard let pair = pairs[market] else { return nil }
            return book(base: pair.base, quote: pair.quote, depth: configuration.bookDepth)
        case .balances: return post(.account, [], at: time)
        case .openOrders(let market, let page): return openOrders(market, page: page, at: time)
        case .fills(let market, let since, let page): return fills(market, since: since, page: page, at: time)
        case .order(let id, let market): return lookup(id, market, at: time)
        case .place(let orders): return place(orders, at: time)
        case .cancel(_, let targets): return cancel(targets, at: time)
        case .accountMode, .cancelAll, .streamKey, .countdown: return nil
        }
    }

    // MARK: Reading

    private func book(base: Int64, quote: Int64, depth: Int) -> HTTPRequest {
        var query = FormFields()
        query.append("quoteCurrencyId", String(quote))
        query.append("baseCurrencyId", String(base))
        query.append("depth", String(depth))
        return get(.orderBook, query)
    }

    /// The first page starts over what was read of the list.
    private mutating func openOrders(_ market: MarketID, page: Int, at time: Instant) -> HTTPRequest? {
        guard let pair = pairs[market] else { return nil }
        let start = page == 0 ? 1 : openPages[market]?.start(page: page) ?? page + 1
        return post(.orderList, list(pair, start: start), at: time)
    }

    private mutating func fills(_ market: MarketID, since: Instant, page: Int, at time: Instant) -> HTTPRequest? {
        guard let pair = pairs[market] else { return nil }
        if page == 0 { cancels.requested(market) }
        let start = page == 0 ? 1 : fillPages[market]?.start(page: page) ?? page + 1
        return post(.tradeList, trades(pair, since: since, start: start), at: time)
    }

    private func list(_ pair: ACEMarketPair, start: Int) -> [FormFields.Field] {
        [
            FormFields.Field("baseCurrencyId", String(pair.base)),
            FormFields.Field("quoteCurrencyId", String(pair.quote)),
            FormFields.Field("start", String(start)), FormFields.Field("size", String(ACEVenue.pageSize)),
        ]
    }

    private func trades(_ pair: ACEMarketPair, since: Instant, start: Int) -> [FormFields.Field] {
        list(pair, start: start) + [FormFields.Field("startTime", String(max(0, since.milliseconds)))]
    }

    private mutating func lookup(_ id: ClientOrderID, _ market: MarketID, at time: Instant) -> HTTPRequest? {
        if let number = names.orderNo(of: id) {
            lookups[id] = .byNumber
            return post(.orderStatus, [FormFields.Field("orderNo", number)], at: time)
        }
        guard let pair = pairs[market] else { return nil }
        switch lookups[id] {
        case .amongFills:
            let since = (placed[id]?.at ?? time - .hours(24)) - .minutes(1)
            return post(.tradeList, trades(pair, since: since, start: 1), at: time)
        case .byNumber, .amongOpen, nil:
            lookups[id] = .amongOpen
            return post(.orderList, list(pair, start: 1), at: time)
        }
    }

    // MARK: Orders

    private mutating func place(_ orders: [OrderPlacement], at time: Instant) -> HTTPRequest? {
        let drafts = orders.map { fields(of: $0) }
        guard !drafts.isEmpty, drafts.allSatisfy({ $0 != nil }) else { return nil }
        for order in orders { placed[order.id] = Placement(market: order.spec.market, at: time) }
        guard orders.count > 1 else { return post(.place, drafts[0] ?? [], at: time) }
        var json = JSONWriter()
        json.beginArray()
        for draft in drafts {
            json.beginObject()
            for field in draft ?? [] { json.member(field.name, field.value) }
            json.endObject()
        }
        json.endArray()
        let text = String(decoding: json.bytes, as: UTF8.self)
        return post(.placeBatch, [FormFields.Field("orders", text)], at: time)
    }

    /// ACE knows limit orders that rest until cancelled, and market orders. Nil for anything else: an order that was
    /// meant never to take must not be sent as one that can.
    private func fields(of order: OrderPlacement) -> [FormFields.Field]? {
        let spec = order.spec
        guard let pair = pairs[spec.market] else { return nil }
        var fields = [
            FormFields.Field("baseCurrencyId", String(pair.base)),
            FormFields.Field("quoteCurrencyId", String(pair.quote)),
            FormFields.Field("buyOrSell", spec.side == .buy ? "1" : "2"),
        ]
        if let price = spec.price {
            guard spec.timeInForce == .goodTillCancel else { return nil }
            fields.append(FormFields.Field("type", "1"))
            fields.append(FormFields.Field("price", pair.instrument.text(price)))
        } else {
            fields.append(FormFields.Field("type", "2"))
        }
        fields.append(FormFields.Field("num", pair.instrument.text(spec.quantity)))
        fields.append(FormFields.Field("customOrderId", order.id.text))
        return fields
    }

    private mutating func cancel(_ targets: [CancelTarget], at time: Instant) -> HTTPRequest? {
        let numbers = targets.compactMap { orderNo(of: $0) }
        guard let first = numbers.first, numbers.count == targets.count else { return nil }
        guard targets.count > 1 else { return post(.cancel, [FormFields.Field("orderNo", first)], at: time) }
        var json = JSONWriter()
        json.beginArray()
        for number in numbers { json.string(number) }
        json.endArray()
        let text = String(decoding: json.bytes, as: UTF8.self)
        return post(.cancelBatch, [FormFields.Field("orderNos", text)], at: time)
    }

    func orderNo(of target: CancelTarget) -> String? {
        switch target {
        case .own(let id): names.orderNo(of: id)
        case .found(let id): names.orderNo(of: id)
        }
    }

    // MARK: Bytes

    private func get(_ endpoint: ACEEndpoint, _ query: FormFields) -> HTTPRequest {
        let path = configuration.pathPrefix + endpoint.rawValue
        return HTTPRequest(method: .get, target: query.fields.isEmpty ? path : "\(path)?\(query.encoded)")
    }

    private mutating func post(
        _ endpoint: ACEEndpoint, _ fields: [FormFields.Field], at time: Instant
    ) -> HTTPRequest? {
        guard let credentials else { return nil }
        lastStamp = time
        return HTTPRequest(
            method: .post, target: configuration.pathPrefix + endpoint.rawValue,
            headers: HTTPHeaders([("Content-Type", "application/x-www-form-urlencoded")]),
            body: ACESigner.body(fields, credentials, milliseconds: time.milliseconds))
    }
}
