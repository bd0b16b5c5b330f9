internal import Fundamentals

/// Buy or sell.
@frozen
public enum Side: String, Hashable, Sendable, CaseIterable {
    case buy, sell

    @inlinable public var opposite: Side {
        switch self {
        case .buy: .sell
        case .sell: .buy
        }
    }
    /// +1 for a buy, −1 for a sell.
    @inlinable public var sign: Int64 {
        switch self {
        case .buy: 1
        case .sell: -1
        }
    }
    @inlinable public func signed(_ quantity: Quantity) -> Quantity { Quantity(lots: quantity.lots * sign) }
}

/// A market of one venue, as a dense index: the hot path never hashes a symbol.
@frozen
public struct MarketID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let index: Int

    @inlinable public init(_ index: Int) { self.index = index }
    @inlinable public static func < (a: MarketID, b: MarketID) -> Bool { a.index < b.index }
    public var description: String { "market \(index)" }
}

/// Our name for one order, unique for life: the instance's epoch (one for each start, kept on disk by the shell) and
/// a counter in the engine's state. An amended order keeps its id.
@frozen
public struct ClientOrderID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let epoch: UInt32
    public let sequence: UInt32

    @inlinable public init(epoch: UInt32, sequence: UInt32) {
        self.epoch = epoch
        self.sequence = sequence
    }
    @inlinable public static func < (a: Self, b: Self) -> Bool {
        (a.epoch, a.sequence) < (b.epoch, b.sequence)
    }

    /// What every client order id of ours starts with; how a restart recognises what it may touch.
    public static let prefix = "apus-"

    /// The text on the wire: `apus-<epoch>-<sequence>`, decimal, at most 26 characters of `[a-z0-9-]`.
    public var text: String { "\(Self.prefix)\(epoch)-\(sequence)" }

    /// Appends `text`.
    public func append(to bytes: inout [UInt8]) {
        bytes.append(contentsOf: Self.prefix.utf8)
        bytes.append(decimal: Int64(epoch))
        bytes.append(UInt8(ascii: "-"))
        bytes.append(decimal: Int64(sequence))
    }

    /// Reads `text` back; nil for an id that is not ours.
    public init?(text: some StringProtocol) {
        guard text.hasPrefix(Self.prefix) else { return nil }
        let parts = text.dropFirst(Self.prefix.count).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let epoch = UInt32(parts[0]), let sequence = UInt32(parts[1]) else { return nil }
        self.init(epoch: epoch, sequence: sequence)
        guard self.text == text else { return nil }
    }

    public var description: String { text }
}

/// The venue's name for an order (unique within one symbol).
@frozen
public struct VenueOrderID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let number: Int64

    @inlinable public init(_ number: Int64) { self.number = number }
    @inlinable public static func < (a: Self, b: Self) -> Bool { a.number < b.number }
    public var description: String { "\(number)" }
}

/// The venue's name for one fill (unique within one symbol); how a fill is known to be booked already.
@frozen
public struct TradeID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let number: Int64

    @inlinable public init(_ number: Int64) { self.number = number }
    @inlinable public static func < (a: Self, b: Self) -> Bool { a.number < b.number }
    public var description: String { "\(number)" }
}

/// How long an order stays, and whether it may take liquidity.
public enum TimeInForce: String, Hashable, Sendable, CaseIterable {
    /// Rests until filled or cancelled.
    case goodTillCancel
    /// Fills what it can at once; the rest expires.
    case immediateOrCancel
    /// All at once or nothing.
    case fillOrKill
    /// Never takes: expires instead of crossing (`GTX` on Binance-family venues).
    case postOnly
    /// Rests, invisible in the public book.
    case hidden
}

/// What an order asks for.
public struct OrderSpec: Hashable, Sendable {
    public var market: MarketID
    public var side: Side
    /// Nil for a market order.
    public var price: Price?
    public var quantity: Quantity
    public var timeInForce: TimeInForce
    public var reduceOnly: Bool

    public init(
        market: MarketID, side: Side, price: Price?, quantity: Quantity, timeInForce: TimeInForce = .goodTillCancel,
        reduceOnly: Bool = false
    ) {
        self.market = market
        self.side = side
        self.price = price
        self.quantity = quantity
        self.timeInForce = timeInForce
        self.reduceOnly = reduceOnly
    }
}

/// How a venue changes a working order.
public enum AmendStyle: String, Hashable, Sendable, CaseIterable {
    /// Not at all: cancel, confirm, place.
    case unsupported
    /// Under the same id; what has filled stays counted in the total.
    case inPlace
    /// The venue replaces it by a new order. Until it says so either of the two, or both one after the other, may fill:
    /// the worst case is what the old one has left *and* the whole new one. The new one is as large as the total asked for
    /// less what had filled by then; once confirmed the total is that and all that the old one filled.
    case replacement
}

/// What the engine wants a venue to do.
public enum OrderAction: Hashable, Sendable {
    case place(ClientOrderID, OrderSpec)
    /// Changes price and total quantity of a working order; `market` and `side` are repeated for the wire.
    case amend(ClientOrderID, market: MarketID, side: Side, price: Price, quantity: Quantity)
    case cancel(ClientOrderID, market: MarketID)
    /// Everything of ours in one market, known or not: start-up, halt and shutdown.
    case cancelAll(MarketID)

    /// The order it speaks of; nil for `cancelAll`.
    public var clientOrderID: ClientOrderID? {
        switch self {
        case .place(let id, _), .amend(let id, _, _, _, _), .cancel(let id, _): id
        case .cancelAll: nil
        }
    }

    public var market: MarketID {
        switch self {
        case .place(_, let spec): spec.market
        case .amend(_, let market, _, _, _), .cancel(_, let market), .cancelAll(let market): market
        }
    }
}
