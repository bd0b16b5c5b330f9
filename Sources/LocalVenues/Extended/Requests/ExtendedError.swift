internal import Wire

/// A refusal as the venue words it: `{"status":"ERROR","error":{"code":1001,"message":"Market not found"}}`.
struct ExtendedError: Error, Hashable, Sendable {
    var code: Int64
    var message: String
    var debugInfo: String?
    /// Nil takes the status that belongs to the code.
    var status: Int?

    init(_ code: Int64, _ message: String, debugInfo: String? = nil, status: Int? = nil) {
        self.code = code
        self.message = message
        self.debugInfo = debugInfo
        self.status = status
    }

    func write(into json: inout JSONWriter) {
        json.beginObject()
        json.member("status", "ERROR")
        json.key("error")
        json.beginObject()
        json.member("code", code)
        json.member("message", message)
        if let debugInfo { json.member("debugInfo", debugInfo) }
        json.endObject()
        json.endObject()
    }

    /// Codes below 1000 are HTTP statuses; of the venue's own, those for what does not exist answer 404.
    func status(otherwise refusal: Int) -> Int {
        if let status { return status }
        switch code {
        case 400...599: return Int(code)
        case 1_001, 1_004, 1_142: return 404
        default: return refusal
        }
    }

    // MARK: Requests

    static func badRequest(_ reason: String) -> ExtendedError {
        ExtendedError(400, "Bad request", debugInfo: reason)
    }
    static let unauthorized = ExtendedError(401, "Unauthorized")
    static let notFound = ExtendedError(404, "Not found")
    static let rateLimited = ExtendedError(429, "Rate limit exceeded")
    static let applicationError = ExtendedError(1_006, "Application error", status: 500)

    // MARK: Business refusals

    static let unknownMarket = ExtendedError(1_001, "Market not found")
    static func invalidOrder(_ reason: String) -> ExtendedError {
        ExtendedError(1_133, "Invalid order parameters", debugInfo: reason)
    }
    static func notAllowed(_ reason: String) -> ExtendedError {
        ExtendedError(1_132, "Order type is not allowed", debugInfo: reason)
    }
}
