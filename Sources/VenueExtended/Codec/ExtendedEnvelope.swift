public import Wire

/// An error as the envelope or a frame carries it.
public struct ExtendedErrorBody: Hashable, Sendable {
    /// The number, or that of the HTTP status that a code in words stands for; 0 where neither is known.
    public var code: Int64
    public var message: String
    /// For people; holds the numbers that a refusal is about.
    public var detail: String?

    public init(code: Int64, message: String, detail: String? = nil) {
        self.code = code
        self.message = message
        self.detail = detail
    }

    /// Reads an `error` member; codes come as numbers, as digits in quotes, and in words.
    init(_ error: JSONValue?) {
        let word = error?["code"]?.text
        code = error?["code"]?.integer ?? word.flatMap(Self.status) ?? 0
        message = error?["message"]?.text ?? error?.text ?? word ?? ""
        detail = error?["debugInfo"]?.text
    }

    private static func status(_ word: String) -> Int64? {
        switch word {
        case "BAD_REQUEST": 400
        case "UNAUTHORIZED": 401
        case "FORBIDDEN": 403
        case "NOT_FOUND": 404
        case "UNPROCESSABLE_ENTITY": 422
        case "RATE_LIMITED", "TOO_MANY_REQUESTS": 429
        case "INTERNAL_SERVER_ERROR": 500
        default: nil
        }
    }
}

/// Where a list goes on: `cursor` is the id of the last row received.
public struct ExtendedPagination: Hashable, Sendable {
    public var cursor: Int64
    public var count: Int64

    public init(cursor: Int64, count: Int64) {
        self.cursor = cursor
        self.count = count
    }
}

/// What a REST body is, before anyone asks what it says.
public enum ExtendedEnvelope: Hashable, Sendable {
    /// `status` is OK. `data` is null where the reply has none.
    case success(JSONValue, ExtendedPagination?)
    case fault(ExtendedErrorBody)
    /// No body at all: the answer of some endpoints.
    case empty
    /// Not the venue's JSON: cut short, or a page of something in between.
    case unreadable(String)

    public init(_ body: [UInt8]) {
        guard !body.allSatisfy({ $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }) else {
            self = .empty
            return
        }
        let document: JSONValue
        do throws(WireError) { document = try JSONValue.parse(body) } catch {
            self = .unreadable(error.description)
            return
        }
        switch document["status"]?.text?.uppercased() {
        case "OK": self = .success(document["data"] ?? .null, Self.pagination(document["pagination"]))
        case "ERROR": self = .fault(ExtendedErrorBody(document["error"]))
        default: self = .unreadable("expected a status of OK or ERROR")
        }
    }

    private static func pagination(_ value: JSONValue?) -> ExtendedPagination? {
        guard let cursor = value?["cursor"]?.integer, let count = value?["count"]?.integer else { return nil }
        return ExtendedPagination(cursor: cursor, count: count)
    }
}
