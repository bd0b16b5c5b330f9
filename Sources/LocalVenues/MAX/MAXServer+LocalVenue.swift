internal import Cryptography
public import Fundamentals
internal import VenueMAX
public import Wire

extension MAXServer: LocalVenue, ExchangeBacked {
    public var clockSkew: TimeSpan { chaos.clockSkew }

    public func writeReadiness(http: String, ws: String, into json: inout JSONWriter) {
        json.member("venue", "max")
        json.member("rest", http)
        json.member("ws", ws + MAXVenue.streamPath)
        json.key("accounts")
        json.beginArray()
        for account in configuration.accounts {
            json.beginObject()
            json.member("name", account.name)
            json.member("access_key", account.apiKey)
            json.member("secret_key", account.apiSecret.expose { String(decoding: $0, as: UTF8.self) })
            json.endObject()
        }
        json.endArray()
    }
}
