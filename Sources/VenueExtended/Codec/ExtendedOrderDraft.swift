public import MarketModel

/// Everything an order says but its signature, in the venue's words.
public struct ExtendedOrderDraft: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case limit = "LIMIT"
        /// An immediate-or-cancel order with a worst price; there are no others on this venue.
        case market = "MARKET"
        /// Waits for its trigger.
        case conditional = "CONDITIONAL"
        /// Take profit and stop loss of a position that exists: nothing but its legs is signed.
        case exit = "TPSL"
    }

    public enum TimeInForce: String, Hashable, Sendable, CaseIterable {
        case goodTillTime = "GTT"
        case immediateOrCancel = "IOC"
        /// Still accepted; deprecated by the venue.
        case fillOrKill = "FOK"
        /// Post-only only.
        case topOfBook = "TOB"
    }

    /// Which of our own orders an order may not trade with: none, those of its sub-account, those of the wallet.
    public enum SelfTradeProtection: String, Hashable, Sendable, CaseIterable {
        case disabled = "DISABLED"
        case account = "ACCOUNT"
        case client = "CLIENT"
    }

    public enum PriceSource: String, Hashable, Sendable, CaseIterable {
        case last = "LAST"
        case mark = "MARK"
        case index = "INDEX"
    }

    public enum ExecutionPrice: String, Hashable, Sendable, CaseIterable {
        case limit = "LIMIT"
        case market = "MARKET"
    }

    /// What a conditional order waits for.
    public struct Trigger: Hashable, Sendable {
        public enum Direction: String, Hashable, Sendable, CaseIterable {
            case up = "UP"
            case down = "DOWN"
        }

        public var price: ExactDecimal
        public var source: PriceSource
        public var direction: Direction
        public var execution: ExecutionPrice

        public init(price: ExactDecimal, source: PriceSource, direction: Direction, execution: ExecutionPrice) {
            self.price = price
            self.source = source
            self.direction = direction
            self.execution = execution
        }
    }

    /// A take profit or a stop loss, signed on its own.
    public struct Leg: Hashable, Sendable {
        public var triggerPrice: ExactDecimal
        public var source: PriceSource
        public var price: ExactDecimal
        public var execution: ExecutionPrice
        /// What is signed: the order's quantity, or a deliberately oversized one for a whole position
        /// (see ``ExtendedPricing/wholePosition(price:maxPositionValue:decimals:)``).
        public var quantity: ExactDecimal

        public init(
            triggerPrice: ExactDecimal, source: PriceSource, price: ExactDecimal, execution: ExecutionPrice,
            quantity: ExactDecimal
        ) {
            self.triggerPrice = triggerPrice
            self.source = source
            self.price = price
            self.execution = execution
            self.quantity = quantity
        }
    }

    public enum LegScope: String, Hashable, Sendable, CaseIterable {
        case order = "ORDER"
        case position = "POSITION"
    }

    /// Legs of an order, or of a position.
    public struct Legs: Hashable, Sendable {
        public var scope: LegScope
        public var takeProfit: Leg?
        public var stopLoss: Leg?

        public init(scope: LegScope, takeProfit: Leg? = nil, stopLoss: Leg? = nil) {
            self.scope = scope
            self.takeProfit = takeProfit
            self.stopLoss = stopLoss
        }
    }

    /// The external id. Nil takes the order hash in decimal, as the official client does.
    public var id: String?
    public var market: String
    public var settlement: ExtendedSettlement
    public var kind = Kind.limit
    public var side: Side
    public var quantity: ExactDecimal
    /// The worst price; zero for ``Kind/exit``.
    public var price: ExactDecimal
    /// Where the walk of a request for quotes begins; only market orders of markets without a public book have one.
    public var quoteStartPrice: ExactDecimal?
    public var reduceOnly = false
    public var postOnly = false
    public var timeInForce = TimeInForce.goodTillTime
    /// Milliseconds since 1970. Whole seconds are wise: the signature covers nothing finer.
    public var expiryMilliseconds: Int64
    /// The highest fee rate.
    public var fee: ExactDecimal
    public var nonce: UInt32
    public var selfTradeProtection = SelfTradeProtection.account
    /// External id of the order that this one replaces.
    public var cancelID: String?
    public var trigger: Trigger?
    public var legs: Legs?
    public var builderFee: ExactDecimal?
    public var builderID: Int64?
    /// Sends the signed integers along, so that the server can say what it disagrees with.
    public var showsAmounts = false

    public init(
        id: String?, market: String, settlement: ExtendedSettlement, side: Side, quantity: ExactDecimal,
        price: ExactDecimal, expiryMilliseconds: Int64, fee: ExactDecimal, nonce: UInt32
    ) {
        self.id = id
        self.market = market
        self.settlement = settlement
        self.side = side
        self.quantity = quantity
        self.price = price
        self.expiryMilliseconds = expiryMilliseconds
        self.fee = fee
        self.nonce = nonce
    }
}

extension Side {
    /// As the venue writes it.
    var wire: String { self == .buy ? "BUY" : "SELL" }
}
