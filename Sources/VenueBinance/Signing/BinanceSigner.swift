internal import Cryptography
internal import Fundamentals
public import Wire

/// What an endpoint demands of a request.
public enum BinanceSecurity: Hashable, Sendable, CaseIterable {
    /// Market data.
    case open
    /// The key header only.
    case key
    /// Trading and account data.
    case signed
}

/// Turns an endpoint's parameters into a request that Binance accepts, over REST or over a WebSocket.
///
/// A REST signature is over the parameters exactly as they are sent: percent-encoded, in their order. A WebSocket request
/// is signed over its parameters as they are, sorted by name. Source: Binance's `rest-api.md` and `web-socket-api.md`,
/// "request security".
public struct BinanceSigner: Sendable, CustomStringConvertible, CustomReflectable {
    private enum Scheme: Sendable {
        case hmac(HMACSHA256)
        case ed25519(Ed25519PrivateKey)
    }

    private let scheme: Scheme
    private let apiKey: Secret
    /// `recvWindow=…&timestamp=`
    private let beforeStamp: [UInt8]
    private let receiveWindow: Int64
    private let keyHeaders: HTTPHeaders
    /// Path, question mark and query, as they grow.
    private var target: [UInt8] = []

    /// - Parameter receiveWindow: the venue's tolerance in milliseconds.
    /// - Precondition: it is in 1…60,000.
    public init(_ credentials: BinanceCredentials, receiveWindow: Int64 = 5_000) {
        precondition((1...60_000).contains(receiveWindow), "Binance takes a recvWindow of at most 60,000 ms.")
        apiKey = credentials.apiKey
        self.receiveWindow = receiveWindow
        beforeStamp = Array("recvWindow=\(receiveWindow)&timestamp=".utf8)
        switch credentials.key {
        case .hmac(let secret): scheme = .hmac(HMACSHA256(key: secret))
        case .ed25519(let key): scheme = .ed25519(key)
        }
        var headers = Self.openHeaders
        headers.append("X-MBX-APIKEY", apiKey.expose { String(decoding: $0, as: UTF8.self) })
        keyHeaders = headers
    }

    /// Whether a connection can be logged on once, instead of each request being signed: Binance does so for Ed25519 only.
    public var canLogOn: Bool {
        switch scheme {
        case .hmac: false
        case .ed25519: true
        }
    }

    /// Over exactly these bytes: lower-case hexadecimal, or base64 for Ed25519.
    public func signature(of payload: [UInt8]) -> String {
        switch scheme {
        case .hmac(let hmac): Hex.encode(hmac.authenticate(payload))
        case .ed25519(let key): Base64.encode(key.sign(payload))
        }
    }

    // MARK: REST

    /// A request ready to send but for `Host`. All parameters travel in the query; window, timestamp and signature come last.
    /// - Parameters:
    ///   - parameters: percent-encoded already (`symbol=BTCUSDT&side=BUY`).
    ///   - milliseconds: the venue's time.
    public mutating func sign(
        _ method: HTTPMethod, _ path: String, query parameters: some Sequence<UInt8>,
        security: BinanceSecurity = .signed,
        at milliseconds: Int64
    ) -> HTTPRequest {
        target.removeAll(keepingCapacity: true)
        target.append(contentsOf: path.utf8)
        target.append(UInt8(ascii: "?"))
        let start = target.count
        target.append(contentsOf: parameters)
        if security == .signed {
            if target.count > start { target.append(UInt8(ascii: "&")) }
            target.append(contentsOf: beforeStamp)
            target.append(decimal: milliseconds)
            appendSignature(from: start)
        }
        if target.count == start { target.removeLast() }
        return HTTPRequest(
            method: method, target: String(decoding: target, as: UTF8.self),
            headers: security == .open ? Self.openHeaders : keyHeaders)
    }

    /// A request for market data, without credentials.
    public static func open(_ path: String, query parameters: String = "") -> HTTPRequest {
        HTTPRequest(
            method: .get, target: parameters.isEmpty ? path : "\(path)?\(parameters)", headers: openHeaders)
    }

    private mutating func appendSignature(from start: Int) {
        let payload = Array(target[start...])
        target.append(contentsOf: "&signature=".utf8)
        FormFields.encode(signature(of: payload), into: &target)
    }

    // MARK: WebSocket

    /// A request frame, `{"id":…,"method":…,"params":{…}}`, its parameters with key, timestamp and signature.
    ///
    /// Every value travels as text but the timestamp and the window, which are numbers there.
    public func webSocketRequest(
        id: String, method: String, parameters: [(name: String, value: String)] = [], at milliseconds: Int64
    ) -> [UInt8] {
        let key = apiKey.expose { String(decoding: $0, as: UTF8.self) }
        var members = parameters.map { JSONMember($0.name, .string($0.value)) }
        members.append(JSONMember("apiKey", .string(key)))
        members.append(JSONMember("recvWindow", .number("\(receiveWindow)")))
        members.append(JSONMember("timestamp", .number("\(milliseconds)")))
        members.append(JSONMember("signature", .string(signature(of: Self.webSocketPayload(members)))))
        var json = JSONWriter()
        json.value(
            .object([
                JSONMember("id", .string(id)), JSONMember("method", .string(method)),
                JSONMember("params", .object(members)),
            ]))
        return json.bytes
    }

    /// What the signature of a WebSocket request is over: all members but `signature`, sorted by name, `name=value` joined by
    /// `&`, nothing encoded. Members that are neither text, number nor boolean have no place in a payload and are left out.
    public static func webSocketPayload(_ members: [JSONMember]) -> [UInt8] {
        var payload: [UInt8] = []
        let sorted = members.filter { $0.name != "signature" }
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        for member in sorted {
            guard let value = member.value.numeral ?? member.value.boolean.map({ "\($0)" }) else { continue }
            if !payload.isEmpty { payload.append(UInt8(ascii: "&")) }
            payload.append(contentsOf: "\(member.name)=\(value)".utf8)
        }
        return payload
    }

    public var description: String { canLogOn ? "Binance signer (Ed25519)" : "Binance signer (HMAC)" }
    /// Empty: the headers hold the key, and the buffers the last signature.
    public var customMirror: Mirror { Mirror(self, children: []) }

    private static let openHeaders = HTTPHeaders([("User-Agent", "apus")])
}
