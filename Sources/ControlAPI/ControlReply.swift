internal import Wire

/// Why a request was not carried out, as every error of the API is written:
/// `{"error":"conflict","message":"it is running already"}`.
struct ControlError: Error, Hashable, Sendable {
    var status: Int
    var code: String
    var message: String
    /// The member, parameter or header at fault.
    var field: String?
    /// Where a body stopped being JSON, in bytes.
    var offset: Int?
    var headers: [HTTPHeaders.Field] = []

    init(_ status: Int, _ code: String, _ message: String, field: String? = nil, offset: Int? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.field = field
        self.offset = offset
    }

    func with(_ name: String, _ value: String) -> ControlError {
        var copy = self
        copy.headers.append(HTTPHeaders.Field(name: name, value: value))
        return copy
    }

    static func conflict(_ message: String) -> ControlError { ControlError(409, "conflict", message) }
    static func invalid(_ message: String, field: String? = nil) -> ControlError {
        ControlError(422, "invalid", message, field: field)
    }

    var response: HTTPResponse {
        var response = HTTPResponse.json(
            status: status,
            JSONWriter.document { json in
                json.member("error", code)
                json.member("message", message)
                if let field { json.member("field", field) }
                if let offset { json.member("offset", offset) }
            })
        response.headers.fields += headers
        return response
    }
}

extension HTTPResponse {
    static func json(status: Int = 200, _ bytes: [UInt8]) -> HTTPResponse {
        typed("application/json", status: status, bytes)
    }

    /// What every reply carries: it is neither kept, nor guessed at, nor shown inside another page.
    static func typed(_ type: String, status: Int = 200, _ bytes: [UInt8]) -> HTTPResponse {
        HTTPResponse(
            status: status,
            headers: HTTPHeaders([
                ("Content-Type", type), ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"),
                ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
            ]), body: bytes)
    }
}
