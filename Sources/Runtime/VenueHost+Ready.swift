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
        venue.writeReadiness(
            http: "\(isSecure ? "https" : "http")://\(authority)", ws: "\(isSecure ? "wss" : "ws")://\(authority)",
            into: &json)
        json.endObject()
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
