/// What a peer sent that may not be sent. `offset` counts bytes from the start of the message or document.
public struct WireError: Error, Hashable, Sendable {
    public var offset: Int
    /// A sentence: what was wrong and what was expected.
    public var reason: String

    public init(offset: Int, reason: String) {
        self.offset = offset
        self.reason = reason
    }
}

// The declarations below are the agreed surface; bodies follow.

/// Server side of HTTP/1.1: bytes in, requests out.
public struct HTTPRequestDecoder: Sendable {
    public init(maxHeaderBytes: Int = 16_384, maxBodyBytes: Int = 1 << 20) {}
    public mutating func append(_ bytes: [UInt8]) {}
    /// The next complete request, or nil until more bytes arrive.
    public mutating func next() throws(WireError) -> HTTPRequest? { nil }
    /// What follows the last request: the first frames after an upgrade.
    public mutating func takeRemaining() -> [UInt8] { [] }
}

/// Client side of HTTP/1.1: bytes in, responses out.
public struct HTTPResponseDecoder: Sendable {
    public init(maxHeaderBytes: Int = 16_384, maxBodyBytes: Int = 16 << 20) {}
    public mutating func append(_ bytes: [UInt8]) {}
    /// The next complete response, or nil until more bytes arrive. `method` is that of the request it answers.
    public mutating func next(answering method: HTTPMethod) throws(WireError) -> HTTPResponse? { nil }
    /// The peer closed: completes a response whose body ends with the connection.
    public mutating func finish() throws(WireError) -> HTTPResponse? { nil }
    public mutating func takeRemaining() -> [UInt8] { [] }
}

extension HTTPRequest {
    /// Appends the bytes; adds `Content-Length` where the method or body needs one. `Host` must be among the headers.
    public func encode(into bytes: inout [UInt8]) {}
}

extension HTTPResponse {
    /// Appends the bytes; adds `Content-Length` unless the status forbids a body.
    public func encode(into bytes: inout [UInt8], omittingBody: Bool = false) {}
}

public enum WebSocketRole: Hashable, Sendable { case client, server }

/// A complete message or control frame.
public enum WebSocketMessage: Hashable, Sendable {
    case text([UInt8])
    case binary([UInt8])
    case ping([UInt8])
    case pong([UInt8])
    case close(code: UInt16?, reason: String)

    /// Appends one frame; clients must mask, servers must not.
    public func encode(maskedWith mask: UInt32?, into bytes: inout [UInt8]) {}
}

/// RFC 6455 framing: bytes in, whole messages out; text is checked to be UTF-8.
public struct WebSocketDecoder: Sendable {
    public init(role: WebSocketRole, maxMessageBytes: Int = 4 << 20) {}
    public mutating func append(_ bytes: [UInt8]) {}
    public mutating func next() throws(WireError) -> WebSocketMessage? { nil }
}

public enum WebSocketHandshake {
    /// The header value for sixteen random bytes.
    public static func key(_ random: [UInt8]) -> String { "" }
    public static func request(target: String, host: String, key: String, headers: HTTPHeaders = HTTPHeaders())
        -> HTTPRequest
    { HTTPRequest(method: .get, target: target) }
    /// Whether a request asks for an upgrade to WebSocket.
    public static func isUpgrade(_ request: HTTPRequest) -> Bool { false }
    /// The 101 response; throws for a request that breaks RFC 6455.
    public static func accept(_ request: HTTPRequest) throws(WireError) -> HTTPResponse { HTTPResponse(status: 101) }
    /// Checks status, upgrade headers and `Sec-WebSocket-Accept`.
    public static func verify(_ response: HTTPResponse, key: String) throws(WireError) {}
}

/// A JSON document as a tree: for replies and requests off the hot path. Numbers keep their text.
public indirect enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([JSONMember])

    /// Strict RFC 8259 parse: one value, nothing after it, depth at most `maxDepth`, no duplicate keys.
    public static func parse(_ bytes: [UInt8], maxDepth: Int = 64) throws(WireError) -> JSONValue { .null }

    /// The member of that name, or nil for other kinds.
    public subscript(name: String) -> JSONValue? { nil }
    public var text: String? { nil }
    public var boolean: Bool? { nil }
    public var elements: [JSONValue]? { nil }
    /// An integer written as a number or as a string.
    public var integer: Int64? { nil }
    /// The digits of a number or the text of a string: decimals come both ways.
    public var numeral: String? { nil }
}

public struct JSONMember: Hashable, Sendable {
    public var name: String
    public var value: JSONValue

    public init(_ name: String, _ value: JSONValue) {
        self.name = name
        self.value = value
    }
}

/// Writes compact JSON straight into bytes; commas are its business.
public struct JSONWriter: Sendable {
    public private(set) var bytes: [UInt8] = []
    public init() {}
    public mutating func removeAll() {}
    public mutating func beginObject() {}
    public mutating func endObject() {}
    public mutating func beginArray() {}
    public mutating func endArray() {}
    public mutating func key(_ name: String) {}
    public mutating func string(_ text: String) {}
    public mutating func integer(_ number: Int64) {}
    /// Digits as given, for decimals that are JSON numbers.
    public mutating func numeral(_ digits: String) {}
    public mutating func bool(_ value: Bool) {}
    public mutating func null() {}
    public mutating func value(_ value: JSONValue) {}
}

extension JSONWriter {
    public mutating func member(_ name: String, _ text: String) {
        key(name)
        string(text)
    }
    public mutating func member(_ name: String, _ number: Int64) {
        key(name)
        integer(number)
    }
    public mutating func member(_ name: String, _ value: Bool) {
        key(name)
        bool(value)
    }
}

/// application/x-www-form-urlencoded, as query strings and form bodies carry it.
public struct FormFields: Hashable, Sendable {
    public struct Field: Hashable, Sendable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }
    public var fields: [Field]

    public init(_ fields: [Field] = []) { self.fields = fields }
    /// Decodes `+` and percent escapes; throws on malformed escapes or invalid UTF-8.
    public static func parse(_ text: some StringProtocol) throws(WireError) -> FormFields { FormFields() }
    public subscript(name: String) -> String? { fields.first { $0.name == name }?.value }
    public mutating func append(_ name: String, _ value: String) { fields.append(Field(name, value)) }
    /// Encodes as Python's `urlencode` does (quote_plus): unreserved `A–Z a–z 0–9 _ . - ~`, space as `+`.
    public var encoded: String { "" }
}
