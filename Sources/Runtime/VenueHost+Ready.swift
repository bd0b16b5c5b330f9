internal import Cryptography
internal import Fundamentals
internal import LocalVenues
internal import SystemIO
internal import Wire

extension VenueHost {
    /// One line of JSON that tells a bot, in any language, all it needs to trade here. It shows the private keys of
    /// the local accounts: they are worth nothing anywhere else.
    public var readyLine: String {
        let authority = address.description
        var json = JSONWriter()
        json.beginObject()
        json.member("ready", true)
        json.member("venue", "aster")
        json.member("rest", "\(isSecure ? "https" : "http")://\(authority)")
        json.member("ws", "\(isSecure ? "wss" : "ws")://\(authority)")
        json.key("accounts")
        json.beginArray()
        for account in venue.configuration.accounts {
            json.beginObject()
            json.member("name", account.name)
            json.member("api_key", account.apiKey)
            json.member("api_secret", Self.reveal(account.apiSecret))
            json.member("user", account.user.description)
            json.member("signer", account.signer.description)
            if let key = account.privateKey { json.member("private_key", Self.reveal(key)) }
            json.endObject()
        }
        json.endArray()
        json.endObject()
        return String(decoding: json.bytes, as: UTF8.self)
    }

    private static func reveal(_ secret: Secret) -> String {
        secret.expose { String(decoding: $0, as: UTF8.self) }
    }
}
