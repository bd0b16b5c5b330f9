internal import Cryptography
public import Wire

/// How a local exchange of Apus shows that it is one: it names itself in a header of every answer, and answers a challenge.
///
/// No production venue does either, and a proxy in front of one could not: whatever must never reach a real market asks first.
public enum VenueProof {
    /// Answers `?challenge=…` of 16 to 64 hexadecimal digits.
    public static let path = "/apus/identity"

    /// What a local exchange answers to `challenge`.
    public static func answer(to challenge: String) -> String {
        Hex.encode(Hash.sha256(Array("apus local exchange \(challenge)".utf8)))
    }

    /// The whole answer to a request for `path`; nil for other requests.
    public static func response(to request: HTTPRequest, venue: String) -> HTTPResponse? {
        let prefix = path + "?challenge="
        guard request.method == .get, request.target == path || request.target.hasPrefix(path + "?") else { return nil }
        let challenge = String(request.target.dropFirst(prefix.utf8.count))
        let headers = HTTPHeaders([("Content-Type", "application/json"), (VenueIdentity.header, venue)])
        guard request.target.hasPrefix(prefix), (16...64).contains(challenge.utf8.count),
            Hex.decode(challenge) != nil
        else {
            let body = #"{"error":"expected ?challenge= with 16 to 64 hexadecimal digits"}"#
            return HTTPResponse(status: 400, headers: headers, body: Array(body.utf8))
        }
        var json = JSONWriter()
        json.beginObject()
        json.member("apus", "local exchange")
        json.member("venue", venue)
        json.member("answer", answer(to: challenge))
        json.endObject()
        return HTTPResponse(status: 200, headers: headers, body: json.bytes)
    }

    /// The name of the venue that proved itself by this response; nil for any other.
    public static func venue(provenBy response: HTTPResponse, challenge: String) -> String? {
        guard response.status == 200, let name = response.headers[VenueIdentity.header], !name.isEmpty,
            let document = try? JSONValue.parse(response.body), document["apus"]?.text == "local exchange",
            document["venue"]?.text == name, document["answer"]?.text == answer(to: challenge)
        else { return nil }
        return name
    }
}
