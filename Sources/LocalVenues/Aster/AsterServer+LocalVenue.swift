internal import Cryptography
public import Fundamentals
public import Wire

extension AsterServer: LocalVenue, ExchangeBacked {
    public var clockSkew: TimeSpan { chaos.clockSkew }

    public func refusal(ofStream request: HTTPRequest) -> HTTPResponse? {
        admitsStream(target: request.target) ? nil : HTTPResponse(status: 404)
    }

    public mutating func streamOpened(
        _ peer: PeerID, _ request: HTTPRequest, at time: Instant, into effects: inout [ServerEffect]
    ) {
        streamOpened(peer, target: request.target, at: time, into: &effects)
    }

    public func writeReadiness(http: String, ws: String, into json: inout JSONWriter) {
        json.member("venue", "aster")
        json.member("rest", http)
        json.member("ws", ws)
        json.key("accounts")
        json.beginArray()
        for account in configuration.accounts {
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
    }

    private static func reveal(_ secret: Secret) -> String {
        secret.expose { String(decoding: $0, as: UTF8.self) }
    }
}
