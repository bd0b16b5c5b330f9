public import MarketModel

/// What is constant about BitoPro (bitopro.com, Taiwan).
public enum BitoProVenue {
    public static let name = "BitoPro"
    /// Where requests go, and what is before every path of theirs.
    public static let host = "api.bitopro.com"
    public static let pathPrefix = "/v3"
    /// Where streams are, and what is before every path of theirs.
    public static let streamHost = "stream.bitopro.com"
    public static let streamPrefix = "/ws"

    public static let keyHeader = "X-BITOPRO-APIKEY"
    public static let payloadHeader = "X-BITOPRO-PAYLOAD"
    public static let signatureHeader = "X-BITOPRO-SIGNATURE"

    /// Orders in one request.
    public static let batchSize = 10
    /// Largest page of fills.
    static let pageSize = 1_000
    /// Rates of the lowest tier; which one an account has is not told.
    public static let makerFee = Rate.basisPoints(10)
    public static let takerFee = Rate.basisPoints(20)
    /// Requests a minute for each address and account.
    static let requestsPerMinute = 600
}
