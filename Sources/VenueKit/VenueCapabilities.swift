public import Fundamentals
public import MarketModel

/// What a venue can do, so that callers ask instead of knowing its name.
public struct VenueCapabilities: Hashable, Sendable {
    public enum PostOnly: Hashable, Sendable {
        /// Refuses a crossing order in the reply.
        case rejects
        /// Accepts it and expires it unfilled.
        case expires
    }
    public enum DeadMansSwitch: Hashable, Sendable {
        case none
        case perMarket(minimum: TimeSpan, maximum: TimeSpan)
        case perAccount(minimum: TimeSpan, maximum: TimeSpan)
    }

    /// How price and quantity of a working order can be changed.
    public var amend: AmendStyle
    /// Orders in one place request; 1 where there is no batch.
    public var placeBatch: Int
    /// Orders in one cancel request; 1 where there is no batch.
    public var cancelBatch: Int
    public var cancelAll: Bool
    public var postOnly: PostOnly
    public var deadMansSwitch: DeadMansSwitch
    public var hiddenOrders: Bool
    public var reduceOnly: Bool
    /// Whether a client order id stays refused after its order is over. Where it does not, resending can fill twice.
    public var clientOrderIDsAreUniqueForLife: Bool
    /// How long after sending the venue can still execute a request.
    public var arrivalHorizon: TimeSpan

    public init(
        amend: AmendStyle, placeBatch: Int, cancelBatch: Int, cancelAll: Bool, postOnly: PostOnly,
        deadMansSwitch: DeadMansSwitch, hiddenOrders: Bool, reduceOnly: Bool, clientOrderIDsAreUniqueForLife: Bool,
        arrivalHorizon: TimeSpan
    ) {
        self.amend = amend
        self.placeBatch = placeBatch
        self.cancelBatch = cancelBatch
        self.cancelAll = cancelAll
        self.postOnly = postOnly
        self.deadMansSwitch = deadMansSwitch
        self.hiddenOrders = hiddenOrders
        self.reduceOnly = reduceOnly
        self.clientOrderIDsAreUniqueForLife = clientOrderIDsAreUniqueForLife
        self.arrivalHorizon = arrivalHorizon
    }
}
