public import Fundamentals
internal import MarketModel
internal import VenueBitoPro
public import Wire

extension BitoProServer {
    public func refusal(ofStream request: HTTPRequest) -> HTTPResponse? {
        do throws(BitoProError) {
            _ = try topic(of: request)
            return nil
        } catch {
            return error.response
        }
    }

    public mutating func streamOpened(
        _ peer: PeerID, _ request: HTTPRequest, at time: Instant, into effects: inout [ServerEffect]
    ) {
        advance(to: time, into: &effects)
        connections.removeAll { $0.peer == peer }
        do throws(BitoProError) {
            let (topic, account) = try topic(of: request)
            connections.append(
                BitoProConnection(
                    peer, topic, account: account, at: now, pingInterval: configuration.leeway.pingInterval))
            greet(connections.count - 1, into: &effects)
        } catch {
            effects.append(.close(peer, code: 1_008, reason: error.text))
        }
    }

    public mutating func streamPong(_ peer: PeerID, at time: Instant, into effects: inout [ServerEffect]) {
        advance(to: time, into: &effects)
        guard let index = connections.firstIndex(where: { $0.peer == peer }) else { return }
        connections[index].pingedAt = nil
    }

    public mutating func streamClosed(_ peer: PeerID) { connections.removeAll { $0.peer == peer } }

    // MARK: Paths

    private func topic(of request: HTTPRequest) throws(BitoProError) -> (BitoProTopic, account: Int?) {
        var path = request.path
        if path.hasPrefix("\(BitoProVenue.streamPrefix)/v1/") { path = path.dropFirst(BitoProVenue.streamPrefix.count) }
        guard path.hasPrefix("/v1/pub/") else { throw .notFound }
        let parts = path.dropFirst("/v1/pub/".count).split(separator: "/", omittingEmptySubsequences: false)
        switch (parts.first ?? "", parts.count) {
        case ("order-books", 1...2): return (.books(try books(try pairs(parts, request))), nil)
        case ("trades", 1...2):
            var markets: [MarketID] = []
            for pair in try pairs(parts, request) { markets.append(try market(pair).market) }
            return (.trades(markets), nil)
        case ("auth", 2...3):
            let account = try authenticate(request.headers, body: nil)
            switch parts.dropFirst().joined(separator: "/") {
            case "orders": return (.orders, account)
            case "orders/histories": return (.histories, account)
            case "account-balance": return (.balances, account)
            case "user-trades": return (.userTrades, account)
            default: throw .notFound
            }
        default: throw .notFound
        }
    }

    /// One of the path, or many of the query.
    private func pairs(_ parts: [Substring], _ request: HTTPRequest) throws(BitoProError) -> [String] {
        if parts.count == 2 { return [String(parts[1])] }
        guard let list = try BitoProParameters(request.query).text("pairs") else { throw .parameter }
        return list.split(separator: ",").map(String.init)
    }

    /// `BTC_TWD`, or with a number of levels `BTC_TWD:20`.
    private func books(_ pairs: [String]) throws(BitoProError) -> [BitoProTopic.Book] {
        var books: [BitoProTopic.Book] = []
        for pair in pairs.prefix(100) {
            let parts = pair.split(separator: ":", omittingEmptySubsequences: false)
            let depth = parts.count == 2 ? Int64(parts[1]) : 5
            guard parts.count <= 2, let depth, Self.depths.contains(depth) else { throw .parameter }
            books.append(BitoProTopic.Book(market: try market(parts.first ?? "").market, depth: Int(depth)))
        }
        guard !books.isEmpty else { throw .parameter }
        return books
    }

    // MARK: Keeping

    /// Pings, cuts off who does not answer, and tells the books that are due.
    mutating func keepConnections(into effects: inout [ServerEffect]) {
        var index = 0
        while index < connections.count {
            let connection = connections[index]
            if let pinged = connection.pingedAt, now >= pinged + configuration.leeway.pongTimeout {
                effects.append(.close(connection.peer, code: 1_001, reason: "no pong"))
                connections.remove(at: index)
                continue
            }
            if now >= connection.nextPing {
                connections[index].nextPing = now + configuration.leeway.pingInterval
                if now >= connection.silentUntil {
                    connections[index].pingedAt = now
                    effects.append(.ping(connection.peer))
                }
            }
            if now >= connection.nextBook, !tellBooks(index, into: &effects) { continue }
            index += 1
        }
    }
}
