public import Fundamentals
public import MarketModel

/// A quoting model: a value that sees views, trades and fills, and says what should work.
///
/// The same inputs give the same decisions. Time is only what the views say.
public protocol QuotingStrategy: Sendable {
    /// How many levels of each side of the book a view must hold; the more, the more each look costs.
    var depth: Int { get }
    /// One of our orders filled; called once for each fill, in the order of booking.
    mutating func observe(_ fill: Fill, at now: Instant)
    /// Somebody traded; `mid` is the book's at that moment, nil without a usable book.
    mutating func observe(_ trade: PublicTrade, mid: HalfTicks?, at now: Instant)
    /// A quote could not be placed at its price: decide afresh next time.
    mutating func renew()
    /// Fills `decision`, which is empty, with what should work now.
    mutating func decide(_ view: MarketView, into decision: inout QuotingDecision)
}

extension QuotingStrategy {
    public var depth: Int { 1 }
    public mutating func observe(_ trade: PublicTrade, mid: HalfTicks?, at now: Instant) {}
}

/// The model of a market, chosen by its configuration. A model is moved out of the enum while it changes, so that one that
/// keeps arrays changes them in place.
public enum QuotingModel: QuotingStrategy {
    case fixedSpread(FixedSpread)
    case cycle(Cycle)
    case inventorySkew(InventorySkew)
    case percentSpread(PercentSpread)
    case avellanedaStoikov(AvellanedaStoikov)
    case glft(GLFT)
    case mirror(Mirror)
    case watch(Watch)

    public init(_ configuration: StrategyConfiguration) {
        switch configuration {
        case .fixedSpread(let parameters): self = .fixedSpread(FixedSpread(parameters))
        case .cycle(let parameters): self = .cycle(Cycle(parameters))
        case .inventorySkew(let parameters): self = .inventorySkew(InventorySkew(parameters))
        case .percentSpread(let parameters): self = .percentSpread(PercentSpread(parameters))
        case .avellanedaStoikov(let parameters): self = .avellanedaStoikov(AvellanedaStoikov(parameters))
        case .glft(let parameters): self = .glft(GLFT(parameters))
        case .mirror(let parameters): self = .mirror(Mirror(parameters))
        case .watch: self = .watch(Watch())
        }
    }

    /// What stands in for a model that is out to be changed; it is never asked anything.
    private static let vacant = QuotingModel.fixedSpread(
        FixedSpread(
            FixedSpreadParameters(
                halfSpread: .zero, orderSize: .zero, orderTimeout: .zero, counterFillWait: .zero,
                inventoryThreshold: .zero, minProfitToClose: .zero, profitHold: .zero, positionCheckInterval: .zero)))

    private mutating func take() -> QuotingModel {
        let model = self
        self = Self.vacant
        return model
    }

    public var depth: Int {
        switch self {
        case .fixedSpread(let model): model.depth
        case .cycle(let model): model.depth
        case .inventorySkew(let model): model.depth
        case .percentSpread(let model): model.depth
        case .avellanedaStoikov(let model): model.depth
        case .glft(let model): model.depth
        case .mirror(let model): model.depth
        case .watch(let model): model.depth
        }
    }

    /// How many levels of each side of the reference's book a view must hold.
    public var referenceDepth: Int {
        switch self {
        case .mirror(let model): model.referenceDepth
        case .fixedSpread, .cycle, .inventorySkew, .percentSpread, .avellanedaStoikov, .glft, .watch: 1
        }
    }

    public mutating func observe(_ fill: Fill, at now: Instant) {
        let taken = take()
        switch consume taken {
        case .fixedSpread(var model):
            model.observe(fill, at: now)
            self = .fixedSpread(model)
        case .cycle(var model):
            model.observe(fill, at: now)
            self = .cycle(model)
        case .inventorySkew(var model):
            model.observe(fill, at: now)
            self = .inventorySkew(model)
        case .percentSpread(var model):
            model.observe(fill, at: now)
            self = .percentSpread(model)
        case .avellanedaStoikov(var model):
            model.observe(fill, at: now)
            self = .avellanedaStoikov(model)
        case .glft(var model):
            model.observe(fill, at: now)
            self = .glft(model)
        case .mirror(var model):
            model.observe(fill, at: now)
            self = .mirror(model)
        case .watch(var model):
            model.observe(fill, at: now)
            self = .watch(model)
        }
    }

    public mutating func observe(_ trade: PublicTrade, mid: HalfTicks?, at now: Instant) {
        let taken = take()
        switch consume taken {
        case .fixedSpread(var model):
            model.observe(trade, mid: mid, at: now)
            self = .fixedSpread(model)
        case .cycle(var model):
            model.observe(trade, mid: mid, at: now)
            self = .cycle(model)
        case .inventorySkew(var model):
            model.observe(trade, mid: mid, at: now)
            self = .inventorySkew(model)
        case .percentSpread(var model):
            model.observe(trade, mid: mid, at: now)
            self = .percentSpread(model)
        case .avellanedaStoikov(var model):
            model.observe(trade, mid: mid, at: now)
            self = .avellanedaStoikov(model)
        case .glft(var model):
            model.observe(trade, mid: mid, at: now)
            self = .glft(model)
        case .mirror(var model):
            model.observe(trade, mid: mid, at: now)
            self = .mirror(model)
        case .watch(var model):
            model.observe(trade, mid: mid, at: now)
            self = .watch(model)
        }
    }

    public mutating func renew() {
        let taken = take()
        switch consume taken {
        case .fixedSpread(var model):
            model.renew()
            self = .fixedSpread(model)
        case .cycle(var model):
            model.renew()
            self = .cycle(model)
        case .inventorySkew(var model):
            model.renew()
            self = .inventorySkew(model)
        case .percentSpread(var model):
            model.renew()
            self = .percentSpread(model)
        case .avellanedaStoikov(var model):
            model.renew()
            self = .avellanedaStoikov(model)
        case .glft(var model):
            model.renew()
            self = .glft(model)
        case .mirror(var model):
            model.renew()
            self = .mirror(model)
        case .watch(var model):
            model.renew()
            self = .watch(model)
        }
    }

    public mutating func decide(_ view: MarketView, into decision: inout QuotingDecision) {
        let taken = take()
        switch consume taken {
        case .fixedSpread(var model):
            model.decide(view, into: &decision)
            self = .fixedSpread(model)
        case .cycle(var model):
            model.decide(view, into: &decision)
            self = .cycle(model)
        case .inventorySkew(var model):
            model.decide(view, into: &decision)
            self = .inventorySkew(model)
        case .percentSpread(var model):
            model.decide(view, into: &decision)
            self = .percentSpread(model)
        case .avellanedaStoikov(var model):
            model.decide(view, into: &decision)
            self = .avellanedaStoikov(model)
        case .glft(var model):
            model.decide(view, into: &decision)
            self = .glft(model)
        case .mirror(var model):
            model.decide(view, into: &decision)
            self = .mirror(model)
        case .watch(var model):
            model.decide(view, into: &decision)
            self = .watch(model)
        }
    }
}
