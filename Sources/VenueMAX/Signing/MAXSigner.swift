internal import Cryptography
public import Wire

/// Makes private requests and the stream's log-in.
///
/// A request carries its parameters twice: as query or JSON body, and, together with its path, in a header, as the
/// base64 text that is signed.
public struct MAXSigner: Sendable {
    private let accessKey: Secret
    private let hmac: HMACSHA256

    public init(_ credentials: MAXCredentials) {
        accessKey = credentials.accessKey
        hmac = HMACSHA256(key: credentials.secret)
    }

    /// What `X-MAX-PAYLOAD` carries: base64 of the JSON object of nonce, parameters and path, in this order.
    public static func payload(nonce: Int64, parameters: [JSONMember], path: String) -> String {
        var members = [JSONMember("nonce", .number(String(nonce)))]
        members += parameters
        members.append(JSONMember("path", .string(path)))
        var json = JSONWriter()
        json.value(.object(members))
        return Base64.encode(json.bytes)
    }

    /// Lower-case hexadecimal HMAC-SHA256 of a payload, or of whatever else is signed.
    public func signature(of text: String) -> String { Hex.encode(hmac.authenticate(Array(text.utf8))) }

    /// A signed request: parameters of a GET stand in the query, others in the body.
    ///
    /// - Parameter nonce: milliseconds by the venue's clock; never used before.
    public func request(
        _ method: HTTPMethod, _ path: String, _ parameters: [JSONMember] = [], nonce: Int64
    ) -> HTTPRequest {
        let payload = Self.payload(nonce: nonce, parameters: parameters, path: path)
        var request = HTTPRequest(
            method: method, target: path,
            headers: HTTPHeaders([
                ("X-MAX-ACCESSKEY", accessKey.expose { String(decoding: $0, as: UTF8.self) }),
                ("X-MAX-PAYLOAD", payload), ("X-MAX-SIGNATURE", signature(of: payload)),
                ("Content-Type", "application/json"),
            ]))
        let sent = [JSONMember("nonce", .number(String(nonce)))] + parameters
        if method == .get {
            var query = FormFields()
            for member in sent { query.append(member.name, member.value.numeral ?? "") }
            request.target += "?" + query.encoded
        } else {
            var json = JSONWriter()
            json.value(.object(sent))
            request.body = json.bytes
        }
        return request
    }

    /// The frame that logs a stream in, for orders, fills and balances. Fills come without the last hundred that were
    /// there before: `trade_update` instead of `trade`.
    public func login(nonce: Int64, id: String) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("action", "auth")
        json.member("apiKey", accessKey.expose { String(decoding: $0, as: UTF8.self) })
        json.member("nonce", nonce)
        json.member("signature", signature(of: String(nonce)))
        json.member("id", id)
        json.key("filters")
        json.beginArray()
        for filter in ["order", "trade_update", "account"] { json.string(filter) }
        json.endArray()
        json.endObject()
        return json.bytes
    }
}
