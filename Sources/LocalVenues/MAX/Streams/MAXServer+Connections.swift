internal import Cryptography
internal import Exchange
public import Fundamentals
internal import MarketModel
internal import VenueMAX
public import Wire

extension MAXServer {
    public func refusal(ofStream request: HTTPRequest) -> HTTPResponse? {
        request.path == MAXVenue.streamPath[...] ? nil : HTTPResponse(status: 404)
    }

    public mutating func streamOpened(
        _ peer: PeerID, _ request: HTTPRequest, at time: Instant, into effects: inout [ServerEffect]
    ) {
        advance(to: time, into: &effects)
        streamClosed(peer)
        connections.append(MAXConnection(peer, at: now))
    }

    public mutating func streamClosed(_ peer: PeerID) { connections.removeAll { $0.peer == peer } }

    /// The venue does not ping, so nobody answers one.
    public mutating func streamPong(_ peer: PeerID, at time: Instant, into effects: inout [ServerEffect]) {
        advance(to: time, into: &effects)
    }

    public mutating func streamPing(_ peer: PeerID, at time: Instant, into effects: inout [ServerEffect]) {
        advance(to: time, into: &effects)
        guard let index = connections.firstIndex(where: { $0.peer == peer }) else { return }
        connections[index].lastPing = now
    }

    mutating func closeSilent(into effects: inout [ServerEffect]) {
        let timeout = configuration.leeway.pingTimeout
        for connection in connections where connection.lastPing + timeout <= now {
            effects.append(.close(connection.peer, code: 1_000, reason: "no ping"))
        }
        connections.removeAll { $0.lastPing + timeout <= now }
    }

    // MARK: Messages

    public mutating func streamText(
        _ peer: PeerID, _ bytes: [UInt8], at time: Instant, into effects: inout [ServerEffect]
    ) {
        advance(to: time, into: &effects)
        guard let index = connections.firstIndex(where: { $0.peer == peer }) else { return }
        connections[index].second.add(1, at: now)
        connections[index].minute.add(1, at: now)
        guard connections[index].second.count <= configuration.limits.messagesPerSecond,
            connections[index].minute.count <= configuration.limits.messagesPerMinute
        else {
            effects.append(.close(peer, code: 1_008, reason: "too many messages"))
            connections.remove(at: index)
            return
        }
        let message: JSONValue
        do throws(WireError) { message = try JSONValue.parse(bytes, maxDepth: 6) } catch {
            return fail(index, "E-1005: invalid json", id: nil, into: &effects)
        }
        let id = message["id"]?.text
        switch message["action"]?.text {
        case "sub": subscribe(index, message, id, into: &effects)
        case "unsub": unsubscribe(index, message, id, into: &effects)
        case "auth": logIn(index, message, id, into: &effects)
        default: fail(index, "E-1004: invalid action", id: id, into: &effects)
        }
    }

    private func fail(_ index: Int, _ text: String, id: String?, into effects: inout [ServerEffect]) {
        var json = JSONWriter()
        json.beginObject()
        json.member("e", "error")
        json.key("E")
        json.beginArray()
        json.string(text)
        json.endArray()
        finish(&json, id)
        effects.append(.sendText(connections[index].peer, json.bytes))
    }

    /// Closes an answer with the client's id and the time.
    private func finish(_ json: inout JSONWriter, _ id: String?) {
        if let id { json.member("i", id) }
        json.member("T", venueTime.milliseconds)
        json.endObject()
    }

    // MARK: Subscriptions

    /// Either name of the list is taken: the documents have both.
    private func wanted(_ message: JSONValue) -> [MAXConnection.Subscription] {
        let rows = (message["subscriptions"] ?? message["subscription"])?.elements ?? []
        return rows.compactMap { row in
            guard let channel = row["channel"]?.text.flatMap(MAXConnection.Channel.init),
                let market = configuration.markets.map(\.instrument.market).first(where: {
                    symbol($0) == row["market"]?.text
                })
            else { return nil }
            let depth = row["depth"]?.integer ?? 50
            return .init(channel: channel, market: market, depth: [1, 5, 10, 20].contains(depth) ? Int(depth) : 50)
        }
    }

    private mutating func subscribe(
        _ index: Int, _ message: JSONValue, _ id: String?, into effects: inout [ServerEffect]
    ) {
        let wanted = wanted(message)
        confirm(index, "subscribed", wanted, id, into: &effects)
        for subscription in wanted {
            connections[index].subscriptions.removeAll {
                $0.channel == subscription.channel && $0.market == subscription.market
            }
            connections[index].subscriptions.append(subscription)
            let place = connections[index].subscriptions.count - 1
            if subscription.channel == .book { sendBookSnapshot(index, place, into: &effects) }
        }
    }

    private mutating func unsubscribe(
        _ index: Int, _ message: JSONValue, _ id: String?, into effects: inout [ServerEffect]
    ) {
        let wanted = wanted(message)
        for subscription in wanted {
            connections[index].subscriptions.removeAll {
                $0.channel == subscription.channel && $0.market == subscription.market
            }
        }
        confirm(index, "unsubscribed", wanted, id, into: &effects)
    }

    private func confirm(
        _ index: Int, _ event: String, _ subscriptions: [MAXConnection.Subscription], _ id: String?,
        into effects: inout [ServerEffect]
    ) {
        var json = JSONWriter()
        json.beginObject()
        json.member("e", event)
        json.key("s")
        json.beginArray()
        for subscription in subscriptions {
            json.beginObject()
            json.member("channel", subscription.channel.rawValue)
            json.member("market", symbol(subscription.market))
            if subscription.channel == .book { json.member("depth", Int64(subscription.depth)) }
            json.endObject()
        }
        json.endArray()
        finish(&json, id)
        effects.append(.sendText(connections[index].peer, json.bytes))
    }

    // MARK: Log-in

    private mutating func logIn(
        _ index: Int, _ message: JSONValue, _ id: String?, into effects: inout [ServerEffect]
    ) {
        guard let key = message["apiKey"]?.text, let nonce = message["nonce"]?.integer,
            let signature = message["signature"]?.text,
            let account = accounts.firstIndex(where: { $0.definition.apiKey == key })
        else { return fail(index, "E-1007: authentication failed", id: id, into: &effects) }
        let expected = Hex.encode(accounts[account].hmac.authenticate(Array(String(nonce).utf8)))
        guard constantTimeEqual(Array(expected.utf8), Array(signature.utf8)) else {
            return fail(index, "E-1007: authentication failed", id: id, into: &effects)
        }
        do throws(MAXError) { try admit(nonce, of: account) } catch {
            let text =
                error.code == MAXErrorCode.nonceUsed
                ? "E-1012: nonce has already been used"
                : "E-1006: invalid nonce (difference of 30 seconds or more)"
            return fail(index, text, id: id, into: &effects)
        }
        let filters = (message["filters"]?.elements ?? []).compactMap(\.text).compactMap(MAXConnection.Filter.init)
        connections[index].account = account
        connections[index].filters = filters.isEmpty ? [.order, .trade, .account] : filters
        var json = JSONWriter()
        json.beginObject()
        json.member("e", "authenticated")
        finish(&json, id)
        effects.append(.sendText(connections[index].peer, json.bytes))
        sendAccountSnapshots(index, into: &effects)
    }
}
