internal import Cryptography

/// RFC 6455 §4: the upgrade from HTTP/1.1. No subprotocol and no extension is ever agreed to.
public enum WebSocketHandshake {
    /// The version both sides must speak. A server answers others with status 426 and this in
    /// `Sec-WebSocket-Version`.
    public static let version = "13"

    /// The header value for sixteen random bytes.
    public static func key(_ random: [UInt8]) -> String { Base64.encode(random) }

    /// The request that asks for the upgrade; `headers` are added to the required ones.
    public static func request(target: String, host: String, key: String, headers: HTTPHeaders = HTTPHeaders())
        -> HTTPRequest
    {
        var all = HTTPHeaders([
            ("Host", host), ("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Key", key),
            ("Sec-WebSocket-Version", version),
        ])
        all.fields += headers.fields
        return HTTPRequest(method: .get, target: target, headers: all)
    }

    /// Whether a request asks for an upgrade to WebSocket.
    public static func isUpgrade(_ request: HTTPRequest) -> Bool {
        request.method == .get && isUpgrade(request.headers)
    }

    /// The 101 response; throws for a request that breaks RFC 6455.
    public static func accept(_ request: HTTPRequest) throws(WireError) -> HTTPResponse {
        guard isUpgrade(request), !request.isHTTP10 else {
            throw refuse("a WebSocket starts with a GET of HTTP/1.1 that asks to upgrade to websocket")
        }
        guard request.body.isEmpty else { throw refuse("a WebSocket upgrade has no body") }
        guard only("Sec-WebSocket-Version", in: request.headers) == version else {
            throw refuse("the WebSocket version must be 13")
        }
        guard let key = only("Sec-WebSocket-Key", in: request.headers), Base64.decode(key)?.count == 16 else {
            throw refuse("Sec-WebSocket-Key must be sixteen bytes in base64")
        }
        return HTTPResponse(
            status: 101,
            headers: HTTPHeaders([
                ("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", acceptance(of: key)),
            ]))
    }

    /// Checks status, upgrade headers and `Sec-WebSocket-Accept`.
    public static func verify(_ response: HTTPResponse, key: String) throws(WireError) {
        guard response.status == 101 else { throw refuse("expected status 101, got \(response.status)") }
        guard isUpgrade(response.headers) else { throw refuse("the response does not upgrade to websocket") }
        guard only("Sec-WebSocket-Accept", in: response.headers) == acceptance(of: key) else {
            throw refuse("Sec-WebSocket-Accept does not answer our key")
        }
        guard response.headers["Sec-WebSocket-Extensions"] == nil, response.headers["Sec-WebSocket-Protocol"] == nil
        else { throw refuse("the server chose an extension or subprotocol nobody offered") }
    }

    private static func acceptance(of key: String) -> String {
        Base64.encode(Hash.sha1(Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)))
    }

    private static func isUpgrade(_ headers: HTTPHeaders) -> Bool {
        headers.list("Upgrade", contains: "websocket") && headers.list("Connection", contains: "upgrade")
    }

    /// The value of a field that must be there exactly once.
    private static func only(_ name: String, in headers: HTTPHeaders) -> String? {
        let count = headers.fields.count { ASCII.equalIgnoringCase($0.name, name) }
        return count == 1 ? headers[name] : nil
    }

    private static func refuse(_ reason: String) -> WireError { WireError(offset: 0, reason: reason) }
}
