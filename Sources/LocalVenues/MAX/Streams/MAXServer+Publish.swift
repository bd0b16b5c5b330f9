internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import Wire

extension MAXServer {
    /// Tells the streams what the exchange did.
    mutating func publishEvents(into effects: inout [ServerEffect]) {
        guard !events.isEmpty else { return }
        let batch = events
        events.removeAll(keepingCapacity: true)
        var changed: [AccountID] = []
        for event in batch {
            switch event {
            case .order(_, let order, let execution):
                if let execution { publish(execution, into: &effects) }
                publish(order, into: &effects)
                if !changed.contains(order.account) { changed.append(order.account) }
            case .account(_, let account, _, _): if !changed.contains(account) { changed.append(account) }
            case .print(let market, let trade): publish(trade, market, into: &effects)
            case .level(let market, _, _): feeds[market.index].change(at: now, every: configuration.leeway.bookInterval)
            case .mark, .leverageChanged: break
            }
        }
        for account in changed { publishBalances(account, into: &effects) }
        publishBooks(into: &effects)
    }

    // MARK: Delivery

    /// Sends a frame to a connection, unless chaos has other ideas. `label` is what a fault can be bound to.
    private mutating func deliver(
        _ frame: [UInt8], to index: Int, isUser: Bool, label: String, into effects: inout [ServerEffect]
    ) {
        let peer = connections[index].peer
        if strikes(isUser ? .userSilence : .marketSilence, label) {
            connections[index].silentUntil = now + chaos.silence
        }
        guard connections[index].silentUntil <= now else { return }
        if strikes(.disconnect, label) {
            connections[index].silentUntil = .distantFuture
            effects.append(.abort(peer))
            return
        }
        guard isUser else {
            effects.append(.sendText(peer, frame))
            return
        }
        if strikes(.userEventDropped, label) { return }
        if strikes(.userEventDelayed, label) {
            delay(.sendText(peer, frame), by: chaos.eventDelay)
        } else {
            effects.append(.sendText(peer, frame))
        }
        if strikes(.userEventDuplicated, label) { effects.append(.sendText(peer, frame)) }
    }

    private mutating func deliver(
        _ frame: [UInt8], of account: AccountID, _ filter: MAXConnection.Filter, label: String,
        into effects: inout [ServerEffect]
    ) {
        for index in connections.indices {
            guard let owner = connections[index].account, accounts[owner].id == account,
                connections[index].hears(filter)
            else { continue }
            deliver(frame, to: index, isUser: true, label: label, into: &effects)
        }
    }

    /// An event of the account: `write` writes the elements of the list `name`.
    private func accountFrame(_ event: String, _ name: String, _ write: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("c", "user")
        json.member("e", event)
        json.key(name)
        json.beginArray()
        write(&json)
        json.endArray()
        json.member("T", venueTime.milliseconds)
        json.endObject()
        return json.bytes
    }

    private func hears(_ account: AccountID) -> Bool {
        connections.contains { connection in connection.account.map { accounts[$0].id == account } ?? false }
    }

    // MARK: Orders, fills, balances

    mutating func sendAccountSnapshots(_ index: Int, into effects: inout [ServerEffect]) {
        guard let owner = connections[index].account else { return }
        let id = accounts[owner].id
        if connections[index].hears(.order) {
            let orders = exchange.openOrders(of: id, in: nil)
            let frame = accountFrame("order_snapshot", "o") { json in for order in orders { streamOrder(order, &json) }
            }
            deliver(frame, to: index, isUser: true, label: "order_snapshot", into: &effects)
        }
        if connections[index].filters.contains(.trade) {
            let trades = configuration.markets.flatMap { exchange.executions(of: id, in: $0.instrument.market) }
                .sorted { $0.trade < $1.trade }.suffix(100)
            let frame = accountFrame("trade_snapshot", "t") { json in for trade in trades { streamTrade(trade, &json) }
            }
            deliver(frame, to: index, isUser: true, label: "trade_snapshot", into: &effects)
        }
        if connections[index].hears(.account) {
            let frame = accountFrame("account_snapshot", "B") { json in streamBalances(id, &json) }
            deliver(frame, to: index, isUser: true, label: "account_snapshot", into: &effects)
        }
    }

    private mutating func publish(_ order: ExchangeOrder, into effects: inout [ServerEffect]) {
        guard hears(order.account) else { return }
        let frame = accountFrame("order_update", "o") { streamOrder(order, &$0) }
        deliver(frame, of: order.account, .order, label: "order_update", into: &effects)
    }

    private mutating func publish(_ execution: Execution, into effects: inout [ServerEffect]) {
        guard hears(execution.account) else { return }
        let frame = accountFrame("trade_update", "t") { streamTrade(execution, &$0) }
        deliver(frame, of: execution.account, .trade, label: "trade_update", into: &effects)
    }

    private mutating func publishBalances(_ account: AccountID, into effects: inout [ServerEffect]) {
        guard hears(account) else { return }
        let frame = accountFrame("account_update", "B") { streamBalances(account, &$0) }
        deliver(frame, of: account, .account, label: "account_update", into: &effects)
    }

    private func streamOrder(_ order: ExchangeOrder, _ json: inout JSONWriter) {
        let request = order.request
        let instrument = instrument(request.market)
        json.beginObject()
        json.member("i", order.id)
        json.member("sd", request.side.maxBookText)
        json.member("ot", request.maxType)
        json.key("p")
        if let price = request.price { json.string(MAXText.amount(instrument.decimal(price))) } else { json.null() }
        json.key("sp")
        json.null()
        json.member("ap", averagePrice(order))
        json.member("S", order.status.maxText)
        json.member("M", symbol(request.market))
        json.member("T", told(order.createdAt))
        json.member("TU", told(order.updatedAt))
        json.member("v", MAXText.amount(instrument.decimal(order.quantity)))
        json.member("rv", MAXText.amount(instrument.decimal(order.remaining)))
        json.member("ev", MAXText.amount(instrument.decimal(order.filled)))
        json.member("tc", tradeCount(order))
        json.key("ci")
        if let name = request.maxName { json.string(name) } else { json.null() }
        json.key("gi")
        if request.tag == 0 { json.null() } else { json.integer(request.tag) }
        json.endObject()
    }

    private func streamTrade(_ execution: Execution, _ json: inout JSONWriter) {
        let instrument = instrument(execution.market)
        json.beginObject()
        json.member("i", execution.trade.number)
        json.member("M", symbol(execution.market))
        json.member("sd", execution.side.maxBookText)
        json.member("p", MAXText.amount(instrument.decimal(execution.price)))
        json.member("v", MAXText.amount(instrument.decimal(execution.quantity)))
        json.member("f", MAXText.amount(execution.commission))
        json.member("fc", execution.commissionAsset.lowercased())
        json.member("fd", false)
        json.member("fn", MAXText.amount(instrument.notional(execution.price, execution.quantity)))
        json.member("T", told(execution.time))
        json.member("TU", told(execution.time))
        json.member("m", execution.isMaker)
        json.member("oi", execution.order)
        json.endObject()
    }

    private func streamBalances(_ account: AccountID, _ json: inout JSONWriter) {
        for asset in assets(of: account) {
            let holding = exchange.holding(of: account, asset: asset)
            json.beginObject()
            json.member("cu", asset.lowercased())
            json.member("av", MAXText.amount(holding.total - holding.locked))
            json.member("l", MAXText.amount(holding.locked))
            json.key("stk")
            json.null()
            json.member("TU", venueTime.milliseconds)
            json.endObject()
        }
    }

    // MARK: Public data

    private mutating func publish(_ trade: PublicTrade, _ market: MarketID, into effects: inout [ServerEffect]) {
        let listeners = connections.indices.filter { index in
            connections[index].subscriptions.contains { $0.channel == .trade && $0.market == market }
        }
        guard !listeners.isEmpty else { return }
        let instrument = instrument(market)
        var json = JSONWriter()
        json.beginObject()
        json.member("c", "trade")
        json.member("e", "update")
        json.member("M", symbol(market))
        json.key("t")
        json.beginArray()
        json.beginObject()
        json.member("p", MAXText.amount(instrument.decimal(trade.price)))
        json.member("v", MAXText.amount(instrument.decimal(trade.quantity)))
        json.member("T", told(trade.venueTime))
        json.member("tr", trade.aggressor == .buy ? "up" : "down")
        json.endObject()
        json.endArray()
        json.member("T", venueTime.milliseconds)
        json.endObject()
        for index in listeners {
            deliver(json.bytes, to: index, isUser: false, label: "trade \(symbol(market))", into: &effects)
        }
    }

    mutating func publishBooks(into effects: inout [ServerEffect]) {
        for index in feeds.indices where feeds[index].dueAt <= now {
            feeds[index].told(at: now)
            if strikes(.bookRestart, "book \(symbol(feeds[index].market))") { feeds[index].restart(at: now) }
            for connection in connections.indices {
                for place in connections[connection].subscriptions.indices
                where connections[connection].subscriptions[place].channel == .book
                    && connections[connection].subscriptions[place].market == feeds[index].market
                {
                    sendBookUpdate(connection, place, into: &effects)
                }
            }
        }
    }

    mutating func sendBookSnapshot(_ index: Int, _ place: Int, into effects: inout [ServerEffect]) {
        let subscription = connections[index].subscriptions[place]
        let feed = feeds[subscription.market.index]
        let book = exchange.book(subscription.market, depth: subscription.depth)
        remember(book, index, place)
        let frame = bookFrame(
            "snapshot", subscription.market, book, first: feed.updateID, last: feed.updateID, version: feed.version)
        deliver(frame, to: index, isUser: false, label: "book \(symbol(subscription.market))", into: &effects)
    }

    private mutating func sendBookUpdate(_ index: Int, _ place: Int, into effects: inout [ServerEffect]) {
        let told = connections[index].subscriptions[place]
        let feed = feeds[told.market.index]
        let book = exchange.book(told.market, depth: told.depth)
        let bids = Self.changes(from: told.bids, to: book.bids)
        let asks = Self.changes(from: told.asks, to: book.asks)
        guard !bids.isEmpty || !asks.isEmpty else { return }
        remember(book, index, place)
        let first = told.version == feed.version ? told.through + 1 : 1
        let frame = bookFrame(
            "update", told.market, (bids, asks), first: first, last: feed.updateID, version: feed.version)
        let label = "book \(symbol(told.market))"
        if strikes(.bookGap, label) { return }
        deliver(frame, to: index, isUser: false, label: label, into: &effects)
    }

    private mutating func remember(_ book: (bids: [BookLevel], asks: [BookLevel]), _ index: Int, _ place: Int) {
        let feed = feeds[connections[index].subscriptions[place].market.index]
        connections[index].subscriptions[place].bids = book.bids
        connections[index].subscriptions[place].asks = book.asks
        connections[index].subscriptions[place].through = feed.updateID
        connections[index].subscriptions[place].version = feed.version
    }

    /// Levels that are new or different, and those that are gone, at zero. Both lists are in the same order.
    private static func changes(from old: [BookLevel], to new: [BookLevel]) -> [BookLevel] {
        var changes = new.filter { !old.contains($0) }
        changes += old.filter { level in !new.contains { $0.price == level.price } }.map { BookLevel($0.price, .zero) }
        return changes
    }

    private func bookFrame(
        _ event: String, _ market: MarketID, _ book: (bids: [BookLevel], asks: [BookLevel]), first: Int64, last: Int64,
        version: Int64
    ) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("c", "book")
        json.member("e", event)
        json.member("M", symbol(market))
        write("a", book.asks, market, &json)
        write("b", book.bids, market, &json)
        json.member("T", venueTime.milliseconds)
        json.member("fi", first)
        json.member("li", last)
        json.member("v", version)
        json.endObject()
        return json.bytes
    }
}
