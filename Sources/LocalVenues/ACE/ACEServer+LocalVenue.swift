internal import Exchange
public import Fundamentals
internal import MarketModel
public import Wire

extension ACEServer: LocalVenue, ExchangeBacked {
    static let name = "ace"

    public var clockSkew: TimeSpan { chaos.clockSkew }

    /// ACE has no streams.
    public func refusal(ofStream request: HTTPRequest) -> HTTPResponse? { Self.notFound(String(request.path)) }

    public mutating func streamOpened(
        _ peer: PeerID, _ request: HTTPRequest, at time: Instant, into effects: inout [ServerEffect]
    ) {
        effects.append(.abort(peer))
    }

    public mutating func streamText(
        _ peer: PeerID, _ bytes: [UInt8], at time: Instant, into effects: inout [ServerEffect]
    ) {}

    public mutating func streamPong(_ peer: PeerID, at time: Instant, into effects: inout [ServerEffect]) {}

    public mutating func streamClosed(_ peer: PeerID) {}

    public func writeReadiness(http: String, ws: String, into json: inout JSONWriter) {
        json.member("venue", Self.name)
        json.member("rest", http)
        json.member("ws", ws)
        json.member("batch", configuration.leeway.hasBatchRoutes)
        json.key("accounts")
        json.beginArray()
        for account in configuration.accounts { account.write(into: &json) }
        json.endArray()
        json.key("symbols")
        json.beginArray()
        for market in exchange.markets { json.string(market.instrument.symbol) }
        json.endArray()
    }
}
