internal import Cryptography
public import Fundamentals
internal import MarketModel
public import Wire

extension BinanceServer: LocalVenue, ExchangeBacked {
    /// As `VenueIdentity` and readiness call this venue.
    public static let venueName = "binance"

    public var clockSkew: TimeSpan { chaos.clockSkew }

    /// WebSockets open on `/ws`, `/ws/<stream>`, `/stream`, `/stream?streams=a/b` and `/ws-api/v3`.
    public func refusal(ofStream request: HTTPRequest) -> HTTPResponse? {
        BinanceOpening(target: request.target) != nil
            ? nil : HTTPResponse(status: 404, headers: HTTPHeaders([(VenueIdentity.header, Self.venueName)]))
    }

    public func writeReadiness(http: String, ws: String, into json: inout JSONWriter) {
        json.member("venue", Self.venueName)
        json.member("rest", http)
        json.member("ws", ws)
        json.member("ws_api", ws + "/ws-api/v3")
        json.key("accounts")
        json.beginArray()
        for account in configuration.accounts {
            json.beginObject()
            json.member("name", account.name)
            json.member("api_key", account.apiKey)
            json.member("api_secret", Self.reveal(account.apiSecret))
            if let key = account.ed25519 {
                json.member("ed25519_api_key", key.apiKey)
                json.member("ed25519_public_key", key.publicKey.subjectPublicKeyInfo)
                if let secret = key.privateKey { json.member("ed25519_private_key", Self.reveal(secret)) }
            }
            json.endObject()
        }
        json.endArray()
        json.key("symbols")
        json.beginArray()
        for market in markets { json.string(market.instrument.symbol) }
        json.endArray()
    }

    private static func reveal(_ secret: Secret) -> String {
        secret.expose { String(decoding: $0, as: UTF8.self) }
    }
}
