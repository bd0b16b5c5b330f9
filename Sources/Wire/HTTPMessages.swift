/// Header fields in order, with case-insensitive look-up.
public struct HTTPHeaders: Hashable, Sendable {
    public struct Field: Hashable, Sendable {
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }
    public var fields: [Field]

    public init(_ fields: [(String, String)] = []) { self.fields = fields.map { Field(name: $0.0, value: $0.1) } }

    /// The first value of that name.
    public subscript(name: String) -> String? {
        fields.first { ASCII.equalIgnoringCase($0.name, name) }?.value
    }

    /// Whether a comma-separated list field (`Connection`, `Upgrade`) names `token`, in any of its lines and any case.
    public func list(_ name: String, contains token: String) -> Bool {
        fields.contains { field in
            ASCII.equalIgnoringCase(field.name, name)
                && field.value.utf8.split(separator: UInt8(ascii: ",")).contains { item in
                    let bytes = ASCII.trimmed(ArraySlice(item))
                    return bytes.elementsEqual(token.utf8) { ASCII.lowercased($0) == ASCII.lowercased($1) }
                }
        }
    }

    public mutating func append(_ name: String, _ value: String) { fields.append(Field(name: name, value: value)) }
}

public enum HTTPMethod: String, Hashable, Sendable, CaseIterable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case delete = "DELETE"
    case head = "HEAD"
    case options = "OPTIONS"
    case patch = "PATCH"
    case trace = "TRACE"
    case query = "QUERY"
}

public struct HTTPRequest: Hashable, Sendable {
    public var method: HTTPMethod
    /// Path and query, exactly as on the wire.
    public var target: String
    public var headers: HTTPHeaders
    public var body: [UInt8]
    /// Whether it was (or is to be) sent as HTTP/1.0 instead of 1.1.
    public var isHTTP10 = false

    public init(method: HTTPMethod, target: String, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = []) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
    }
}

public struct HTTPResponse: Hashable, Sendable {
    public var status: Int
    public var headers: HTTPHeaders
    public var body: [UInt8]
    /// Whether it was (or is to be) sent as HTTP/1.0 instead of 1.1.
    public var isHTTP10 = false

    public init(status: Int, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

extension HTTPRequest {
    /// Whether the connection may carry another request after this one (RFC 9112 §9.3).
    public var keepsAlive: Bool { HTTPConnection.keepsAlive(headers, isHTTP10: isHTTP10) }
    /// Whether the client waits for `100 Continue` before it sends the body.
    public var expectsContinue: Bool { !isHTTP10 && headers.list("Expect", contains: "100-continue") }
    /// The target up to the question mark.
    public var path: Substring { target.prefix { $0 != "?" } }
    /// The target after the question mark, nil without one.
    public var query: Substring? { target.firstIndex(of: "?").map { target[target.index(after: $0)...] } }
}

extension HTTPResponse {
    /// Whether the connection may carry another exchange after this one. A body that ended with the connection was
    /// completed by `finish()`, after which there is no connection to keep.
    public var keepsAlive: Bool { HTTPConnection.keepsAlive(headers, isHTTP10: isHTTP10) }
}

enum HTTPConnection {
    static func keepsAlive(_ headers: HTTPHeaders, isHTTP10: Bool) -> Bool {
        if headers.list("Connection", contains: "close") { return false }
        return !isHTTP10 || headers.list("Connection", contains: "keep-alive")
    }
}
