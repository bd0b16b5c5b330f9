internal import Cryptography
public import Fundamentals
internal import MarketModel
internal import VenueExtended
internal import StarkCryptography
public import Wire

extension ExtendedServer: LocalVenue, ExchangeBacked {
    public var clockSkew: TimeSpan { chaos.clockSkew }

    public func writeReadiness(http: String, ws: String, into json: inout JSONWriter) {
        json.member("venue", "extended")
        json.member("rest", http + "/api/v1")
        json.member("ws", ws + "/stream.extended.exchange/v1")
        json.member("ws_rpc", ws + "/stream.extended.exchange/v2/rpc")
        json.member("chain_id", configuration.network.rawValue)
        json.member("signing_domain", configuration.network.signingDomain)
        json.key("accounts")
        json.beginArray()
        for account in configuration.accounts {
            json.beginObject()
            json.member("name", account.name)
            json.member("api_key", account.apiKey)
            json.member("vault", Int64(account.vault))
            if let key = account.privateKey {
                json.member("private_key", key.expose { String(decoding: $0, as: UTF8.self) })
            }
            json.member("public_key", account.publicKey.hex)
            json.member("balance", account.balance.decimal.normalized.description)
            json.endObject()
        }
        json.endArray()
    }
}
