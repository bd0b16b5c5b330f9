public import Wire

/// The envelope of a refusal: `{"success":false,"error":{"code":…,"message":…}}`.
public struct MAXErrorBody: Hashable, Sendable {
    public var code: Int64
    public var message: String

    public init(code: Int64, message: String) {
        self.code = code
        self.message = message
    }

    /// Nil for a document that is no refusal.
    public init?(_ document: JSONValue) {
        guard let error = document["error"], error["code"] != nil || error["message"] != nil else { return nil }
        code = error["code"]?.integer ?? 0
        message = error["message"]?.text ?? ""
    }
}

/// Names for the codes that have been seen or are documented.
public enum MAXErrorCode {
    public static let invalidParameter: Int64 = 1_001
    public static let unauthorized: Int64 = 2_001
    public static let createFailed: Int64 = 2_002
    public static let cancelFailed: Int64 = 2_003
    public static let orderNotFound: Int64 = 2_004
    public static let wrongSignature: Int64 = 2_005
    public static let nonceUsed: Int64 = 2_006
    public static let nonceOutOfTime: Int64 = 2_007
    public static let unknownKey: Int64 = 2_008
    public static let wrongPayload: Int64 = 2_014
    public static let amountTooSmall: Int64 = 2_016
    public static let insufficientFunds: Int64 = 2_018
    public static let insufficientDepth: Int64 = 2_019
    public static let tooManyOrders: Int64 = 2_034
    public static let duplicate: Int64 = 2_036
    public static let notReady: Int64 = 2_066
    public static let notFound: Int64 = 4_000
    public static let serverError: Int64 = 5_999
}
