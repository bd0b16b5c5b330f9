internal import Exchange
public import Fundamentals
internal import MarketModel
public import Wire

extension BitoProServer: LocalVenue, ExchangeBacked {
    static let name = "bitopro"

    public var clockSkew: TimeSpan { chaos.clockSkew }

    /// BitoPro's streams only tell.
    public mutating func streamText(
        _ peer: PeerID, _ bytes: [UInt8], at time: Instant, into effects: inout [ServerEffect]
    ) {}

    public func writeReadiness(http: String, ws: String, into json: inout JSONWriter) {
        json.member("venue", Self.name)
        json.member("rest", http)
        json.member("ws", ws)
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
