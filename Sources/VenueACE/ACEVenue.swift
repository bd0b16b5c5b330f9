public import VenueKit

/// What is constant about ACE (ace.io, Taiwan).
public enum ACEVenue {
    public static let name = "ACE"
    public static let host = "ace.io"
    /// Before every path.
    public static let pathPrefix = "/polarisex"
    /// The reply header with the venue's clock, in milliseconds.
    public static let clockHeader = "X-RESPONSE-TIME"

    /// Why nothing is sent to `host`: ACE exists here as client and local venue only.
    public static let retirement = VenueRetirement(
        venue: name, hosts: [host],
        reason: """
            ACE no longer operates lawfully. Its founder was arrested on 2024-01-04 in a fraud inquiry; since 2024-11-30 a \
            venue must be registered with Taiwan's FSC, and ACE is not on the register of 2025-09-22; ccxt removed it on \
            2025-04-29 because it had not worked for long. Use BitoPro or MAX for TWD, or a local ACE (`apus venue ace`).
            """)

    /// Largest page of the lists.
    static let pageSize = 500
    /// Orders in one request of the private batch routes.
    static let batchSize = 20
    /// How old a stamped request may be when it arrives. Not documented; what a local venue enforces.
    public static let timeWindowSeconds: Int64 = 60
}

/// The ids of the assets that the documents list and Apus has a use for; all others are read from the market list.
public enum ACECurrency {
    public static let twd: Int64 = 1
    public static let btc: Int64 = 2
    public static let eth: Int64 = 4
    public static let usdt: Int64 = 14
}

/// The documented calls, and the two private ones for batches, by their path behind `ACEVenue.pathPrefix`.
public enum ACEEndpoint: String, Hashable, Sendable, CaseIterable {
    case marketPair = "/oapi/v2/list/marketPair"
    case tradePrice = "/oapi/v2/list/tradePrice"
    case orderBook = "/open/v2/public/getOrderBook"
    case account = "/open/v2/coin/customerAccount"
    case candles = "/open/v2/kline/getKline"
    case place = "/open/v2/order/order"
    case cancel = "/open/v2/order/cancel"
    case orderList = "/open/v2/order/getOrderList"
    case orderStatus = "/open/v2/order/showOrderStatus"
    case orderHistory = "/open/v2/order/showOrderHistory"
    case tradeList = "/open/v2/order/getTradeList"
    /// Not the venue's: several orders in one request, each with an outcome of its own.
    case placeBatch = "/open/v2/order/batchOrder"
    /// Not the venue's: several cancels in one request.
    case cancelBatch = "/open/v2/order/batchCancel"

    /// Whether it is asked for by GET, without a signature.
    public var isPublic: Bool {
        switch self {
        case .marketPair, .tradePrice, .orderBook: true
        case .account, .candles, .place, .cancel, .orderList, .orderStatus, .orderHistory, .tradeList, .placeBatch,
            .cancelBatch:
            false
        }
    }

    /// Whether it is one of the two that only Apus's own venues have.
    public var isPrivateAgreement: Bool { self == .placeBatch || self == .cancelBatch }
}
