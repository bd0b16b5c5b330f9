public import Fundamentals
public import MarketModel

/// What an order is for.
public enum OrderPurpose: Hashable, Sendable {
    /// One of a model's quotes: there is at most one live order for each side and level.
    case quote(level: Int)
    /// Closes a position at the market.
    case flatten
    /// Offsets what another market filled.
    case hedge
}

/// How an order came to its end.
public enum OrderEnd: Hashable, Sendable {
    /// The venue said so.
    case venue(DoneReason)
    /// The venue refused to take it.
    case rejected
    /// The venue does not know it, and the request can no longer arrive. Revived by any sign of life.
    case neverArrived
}

/// Where an order stands. Only evidence from the venue ends one.
///
///     pendingNew ──accepted──▶ working ──amend──▶ pendingAmend ──amended──▶ working
///         │                      │  ▲                  │
///      no reply               cancel │ report       no reply
///         ▼                      ▼  │                  ▼
///     unresolved ◀──no reply── pendingCancel       unresolved
///
/// Every state but `done` moves to `done` on the venue's word, and to the next state on a fill that completes it.
public enum OrderState: Hashable, Sendable {
    case pendingNew
    case working
    case pendingAmend
    case pendingCancel
    /// The outcome of a request, or the whole order, is unknown: asked for until the venue tells.
    case unresolved(Unresolved)
    case done(OrderEnd, at: Instant)

    public var isDone: Bool {
        switch self {
        case .done: true
        case .pendingNew, .working, .pendingAmend, .pendingCancel, .unresolved: false
        }
    }
}

/// What is unknown about an order, and when to ask again.
public struct Unresolved: Hashable, Sendable {
    public var kind: RequestKind
    public var since: Instant
    public var nextQuery: Instant
    public var pause: TimeSpan
    /// False when the venue refused the request, so that only the order's state is unknown.
    public var mayStillArrive: Bool

    static let firstPause = TimeSpan.seconds(1)
    static let longestPause = TimeSpan.seconds(10)

    /// Until an order is asked for after a refusal: at once after the first, later after each that follows, so that a
    /// venue that refuses every cancel is not asked as fast as it answers.
    static func pause(afterRefusals count: Int) -> TimeSpan {
        count == 0 ? .zero : min(firstPause * (1 << Int64(min(count - 1, 10))), longestPause)
    }
}

/// One of our orders at the venue.
public struct Order: Hashable, Sendable {
    public let id: ClientOrderID
    /// As the venue has it: price and total quantity change with a confirmed amendment.
    public internal(set) var spec: OrderSpec
    public let purpose: OrderPurpose
    public internal(set) var state: OrderState
    /// Σ of the booked fills.
    public internal(set) var filled = Quantity.zero
    /// The most the venue has said is filled; above `filled`, fills are missing.
    public internal(set) var venueFilled = Quantity.zero
    public internal(set) var venueOrderID: VenueOrderID?
    /// Price and total quantity asked for by an amendment whose outcome is open.
    public internal(set) var target: AmendTarget?
    /// Amendments and cancels that the venue refused, one after another.
    public internal(set) var refusals = 0
    public let placedAt: Instant
    /// When the newest request left.
    public internal(set) var requestedAt: Instant

    public var isLive: Bool { !state.isDone }
    /// Whether a cancel may be sent: it works, or works in one of two shapes of which a cancel takes off both.
    public var isCancelable: Bool {
        switch state {
        case .working: true
        case .unresolved(let unresolved): unresolved.kind == .amend && target?.replacement != nil
        case .pendingNew, .pendingAmend, .pendingCancel, .done: false
        }
    }
    /// Fills that the venue has and we do not.
    public var missing: Quantity { max(.zero, venueFilled - filled) }
    /// What still works at the venue, as far as is known.
    public var remaining: Quantity { max(.zero, spec.quantity - filled) }

    /// The most that may yet be booked for this order: what may still fill and what has filled and is missing. While an
    /// amendment is open that is the larger of old and new size, or both where the new order replaces the old one.
    public var atRisk: Quantity {
        guard isLive else { return missing }
        guard let target else { return remaining }
        if let replacement = target.replacement { return max(.zero, spec.quantity + replacement - filled) }
        return max(.zero, max(spec.quantity, target.quantity) - filled)
    }

    /// Σ price × lots, in ticks times lots, that fills of this order may yet cost: of what is at risk, at the dearer shape
    /// while an amendment is open, and of both where one replaces the other. Zero for a market order.
    public var costAtRisk: Int128 {
        guard let price = spec.price else { return 0 }
        guard isLive, let target else { return Int128(price.ticks) * Int128(atRisk.lots) }
        let old = Int128(price.ticks) * Int128(remaining.lots)
        let most = target.replacement ?? max(.zero, target.quantity - filled)
        let new = Int128(target.price.ticks) * Int128(most.lots)
        return target.replacement == nil ? max(old, new) : old + new
    }

    /// Orders that may rest at the venue under this one's name: two while one may be replacing the other.
    public var restingAtMost: Int { target?.replacement == nil ? 1 : 2 }

    /// The price at which it would meet our own orders on the other side, at the worst; nil for a market order.
    public var mostAggressivePrice: Price? {
        guard let price = spec.price else { return nil }
        guard let target else { return price }
        switch spec.side {
        case .buy: return max(price, target.price)
        case .sell: return min(price, target.price)
        }
    }
}

/// What an amendment asked for.
public struct AmendTarget: Hashable, Sendable {
    public var price: Price
    /// Total, with what has filled.
    public var quantity: Quantity
    /// Size of the new order that takes the old one's place; nil where the venue changes the order itself.
    public var replacement: Quantity?

    /// Whether the order as the venue now tells it is the amended one. What the old order filled on the way out adds to the
    /// total of a replacement.
    func isMet(by price: Price, _ quantity: Quantity) -> Bool {
        guard price == self.price else { return false }
        return replacement == nil ? quantity == self.quantity : quantity >= self.quantity
    }
}
