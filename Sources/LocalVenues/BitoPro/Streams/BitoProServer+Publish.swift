internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import Wire

extension BitoProServer {
    /// Takes into candles and records what the exchange did, and lets the streams tell it.
    mutating func publishEvents(into effects: inout [ServerEffect]) {
        let happened = events
        events.removeAll(keepingCapacity: true)
        for event in happened {
            switch event {
            case .order(_, let order, let execution):
                guard order.account != .flow else { continue }
                let account = order.account.index - 1
                accounts[account].record.absorb(order, execution, exchange)
                tell(order, execution, account, into: &effects)
            case .print(let market, let trade): record(trade, market, into: &effects)
            case .level(let market, _, _): noteBook(market)
            case .account(_, let id, _, _):
                if id != .flow { tellBalances(id.index - 1, into: &effects) }
            case .mark, .leverageChanged: break
            }
        }
        for index in connections.indices.reversed() where connections[index].nextBook <= now {
            _ = tellBooks(index, into: &effects)
        }
    }

    private mutating func record(_ trade: PublicTrade, _ market: MarketID, into effects: inout [ServerEffect]) {
        let instrument = instrument(market)
        candles[market.index].record(
            instrument.decimal(trade.price), quantity: trade.quantity,
            value: instrument.notional(trade.price, trade.quantity), isTakerBuy: trade.aggressor == .buy,
            id: trade.id.number, at: trade.venueTime)
        send(
            to: { if case .trades(let markets) = $0.topic { markets.contains(market) } else { false } }, into: &effects
        ) {
            Self.trades(instrument, $0)
        }
    }

    // MARK: Books

    private mutating func noteBook(_ market: MarketID) {
        for index in connections.indices {
            guard case .books(let books) = connections[index].topic, books.contains(where: { $0.market == market }),
                !connections[index].changedBooks.contains(market)
            else { continue }
            connections[index].changedBooks.append(market)
            connections[index].nextBook = max(now, connections[index].booksToldAt + configuration.leeway.bookInterval)
        }
    }

    /// Tells the books that have changed.
    /// - Returns: false where the connection was cut instead.
    mutating func tellBooks(_ index: Int, into effects: inout [ServerEffect]) -> Bool {
        guard case .books(let books) = connections[index].topic else { return true }
        let changed = books.filter { connections[index].changedBooks.contains($0.market) }
        connections[index].changedBooks.removeAll()
        connections[index].nextBook = .distantFuture
        connections[index].booksToldAt = now
        let peer = connections[index].peer
        for book in changed {
            guard send(frame: bookFrame(book), to: index, into: &effects) else { break }
        }
        return connections.contains { $0.peer == peer }
    }

    private func bookFrame(_ book: BitoProTopic.Book) -> [UInt8] {
        let instrument = instrument(book.market)
        var json = JSONWriter()
        json.beginObject()
        json.member("event", "ORDER_BOOK")
        json.member("pair", instrument.symbol)
        writeLevels(instrument, book.depth, &json)
        writeTime(&json)
        json.endObject()
        return json.bytes
    }

    private func writeTime(_ json: inout JSONWriter) {
        json.member("timestamp", venueTime.milliseconds)
        json.member("datetime", ClockText.iso(venueTime))
    }

    private static func trades(_ instrument: Instrument, _ server: BitoProServer) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("event", "TRADE")
        json.member("pair", instrument.symbol)
        server.writeTime(&json)
        json.key("data")
        server.writeTape(instrument, &json)
        json.endObject()
        return json.bytes
    }

    // MARK: The account

    /// What a connection is told first: all there is.
    mutating func greet(_ index: Int, into effects: inout [ServerEffect]) {
        switch connections[index].topic {
        case .books(let books):
            connections[index].changedBooks = books.map(\.market)
            _ = tellBooks(index, into: &effects)
        case .trades(let markets):
            for market in markets {
                guard send(frame: Self.trades(instrument(market), self), to: index, into: &effects) else { return }
            }
        case .orders, .histories:
            guard let account = connections[index].account else { return }
            let isOpen = connections[index].topic == .orders
            let orders = configuration.markets.flatMap { market in
                exchange.orders(of: accounts[account].id, in: market.instrument.market)
                    .filter { $0.status.isOpen == isOpen }.suffix(100)
            }
            _ = send(frame: ordersFrame(orders, isOpen: isOpen), to: index, into: &effects)
        case .balances:
            guard let account = connections[index].account else { return }
            _ = send(frame: balancesFrame(account), to: index, into: &effects)
        case .userTrades: break
        }
    }

    private mutating func tell(
        _ order: ExchangeOrder, _ execution: Execution?, _ account: Int, into effects: inout [ServerEffect]
    ) {
        let topic = order.status.isOpen ? BitoProTopic.orders : .histories
        sendAccount(account, topic, into: &effects) { $0.ordersFrame([order], isOpen: order.status.isOpen) }
        if let execution {
            sendAccount(account, .userTrades, into: &effects) { $0.userTradeFrame(order, execution) }
        } else {
            // What it holds back has changed.
            tellBalances(account, into: &effects)
        }
    }

    private func ordersFrame(_ orders: [ExchangeOrder], isOpen: Bool) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("event", isOpen ? "ACTIVE_ORDERS" : "RECENT_HISTORY_ORDERS")
        writeTime(&json)
        json.key("data")
        json.beginObject()
        for definition in configuration.markets {
            let rows = orders.filter { $0.request.market == definition.instrument.market }
            guard !rows.isEmpty else { continue }
            json.key(BitoProText.pair(definition.instrument))
            json.beginArray()
            for row in rows { write(row, &json) }
            json.endArray()
        }
        json.endObject()
        json.endObject()
        return json.bytes
    }

    /// Calls the trade by another name than the list of fills does, and its time in seconds.
    private func userTradeFrame(_ order: ExchangeOrder, _ execution: Execution) -> [UInt8] {
        let instrument = instrument(execution.market)
        let digits = String(execution.trade.number)
        let match = String(repeating: "0", count: max(0, 12 - digits.count)) + digits.suffix(12)
        var json = JSONWriter()
        json.beginObject()
        json.member("event", "USER_TRADE")
        writeTime(&json)
        json.key("data")
        json.beginObject()
        json.member("base", instrument.baseAsset.lowercased())
        json.member("quote", instrument.quoteAsset.lowercased())
        json.member("side", execution.side == .buy ? "bid" : "ask")
        json.member("price", BitoProText.plain(instrument.decimal(execution.price)))
        json.member("volume", BitoProText.plain(instrument.decimal(execution.quantity)))
        json.member("fee", BitoProText.plain(execution.commission))
        json.member("feeCurrency", execution.commissionAsset.lowercased())
        json.member("transactionTimestamp", execution.time.milliseconds / 1_000)
        json.member("eventTimestamp", execution.time.milliseconds / 1_000)
        json.member("orderID", order.id)
        json.member("orderType", order.request.type == .market ? "MARKET" : "LIMIT")
        json.member("matchID", "00000000-0000-4000-8000-\(match)")
        json.member("isMarket", order.request.type == .market)
        json.member("isMaker", execution.isMaker)
        json.endObject()
        json.endObject()
        return json.bytes
    }

    private mutating func tellBalances(_ account: Int, into effects: inout [ServerEffect]) {
        sendAccount(account, .balances, into: &effects) { $0.balancesFrame(account) }
    }

    private func balancesFrame(_ account: Int) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("event", "ACCOUNT_BALANCE")
        writeTime(&json)
        json.key("data")
        json.beginObject()
        for (asset, _) in exchange.balances(of: accounts[account].id) {
            json.key(asset)
            writeBalance(asset, account, asset, &json)
        }
        json.endObject()
        json.endObject()
        return json.bytes
    }

    // MARK: Sending

    private mutating func sendAccount(
        _ account: Int, _ topic: BitoProTopic, into effects: inout [ServerEffect],
        _ frame: (BitoProServer) -> [UInt8]
    ) {
        send(to: { $0.account == account && $0.topic == topic }, into: &effects, frame)
    }

    /// The frame is made only where somebody listens.
    private mutating func send(
        to isListener: (BitoProConnection) -> Bool, into effects: inout [ServerEffect],
        _ frame: (BitoProServer) -> [UInt8]
    ) {
        guard connections.contains(where: isListener) else { return }
        let bytes = frame(self)
        for index in connections.indices.reversed() where isListener(connections[index]) {
            _ = send(frame: bytes, to: index, into: &effects)
        }
    }

    /// - Returns: false where the connection was cut instead.
    private mutating func send(frame: [UInt8], to index: Int, into effects: inout [ServerEffect]) -> Bool {
        let connection = connections[index]
        let label = connection.topic.isPrivate ? "private" : "public"
        if strikes(.disconnect, label) {
            effects.append(.abort(connection.peer))
            connections.remove(at: index)
            return false
        }
        if strikes(.streamSilence, label) { connections[index].silentUntil = now + chaos.silence }
        guard now >= connections[index].silentUntil else { return true }
        let effect = ServerEffect.sendText(connection.peer, frame)
        guard connection.topic.isPrivate else {
            effects.append(effect)
            return true
        }
        if strikes(.accountEventDropped, label) { return true }
        if strikes(.accountEventDelayed, label) {
            delayed.insert(effect, due: now + max(chaos.eventDelay, .zero))
            return true
        }
        effects.append(effect)
        if strikes(.accountEventDuplicated, label) { effects.append(effect) }
        return true
    }
}
