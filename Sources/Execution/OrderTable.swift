public import Fundamentals
public import MarketModel

/// Our orders and where they stand; the only place that knows what may still fill.
///
/// Intent is recorded here before a request leaves. An order never has more than one request in flight. Live orders
/// are sorted by id; ended ones are remembered, so that late fills and late signs of life find them.
public struct OrderTable: Sendable {
    /// Ended orders remembered; the oldest are forgotten first, except those with missing fills.
    static let endedCapacity = 4_096

    /// Longest that a request may go without any outcome before it counts as unresolved.
    public static let replyTimeout = TimeSpan.seconds(10)

    let epoch: UInt32
    let arrivalHorizon: TimeSpan
    let amends: AmendStyle
    var sequence: UInt32 = 0
    public internal(set) var live: [Order] = []
    var ended: [Order] = []
    /// Fills of ended orders that the venue has and we do not; kept as a count so that nothing need be searched.
    public internal(set) var endedWithMissing: [ClientOrderID] = []

    public init(epoch: UInt32, arrivalHorizon: TimeSpan, amends: AmendStyle = .inPlace) {
        self.epoch = epoch
        self.arrivalHorizon = arrivalHorizon
        self.amends = amends
    }

    // MARK: Lookup

    /// The order of this id, live or ended.
    public func order(_ id: ClientOrderID) -> Order? {
        if let index = Self.index(of: id, in: live) { return live[index] }
        return Self.index(of: id, in: ended).map { ended[$0] }
    }

    static func position(of id: ClientOrderID, in orders: [Order]) -> Int {
        var lower = 0
        var upper = orders.count
        while lower < upper {
            let middle = (lower + upper) / 2
            if orders[middle].id < id { lower = middle + 1 } else { upper = middle }
        }
        return lower
    }

    static func index(of id: ClientOrderID, in orders: [Order]) -> Int? {
        let index = position(of: id, in: orders)
        return index < orders.count && orders[index].id == id ? index : nil
    }

    /// Nothing is live, and no fill of an ended order is missing.
    public var isSettled: Bool { live.isEmpty && endedWithMissing.isEmpty }

    /// As `isSettled`, for one market.
    public func isSettled(in market: MarketID) -> Bool {
        !hasLive(in: market) && !endedWithMissing.contains { order($0)?.spec.market == market }
    }

    public func hasLive(in market: MarketID) -> Bool { live.contains { $0.spec.market == market } }

    public var unresolvedCount: Int {
        live.count {
            if case .unresolved = $0.state { true } else { false }
        }
    }

    // MARK: Requests

    /// The id that the next placed order will have.
    public var nextID: ClientOrderID { ClientOrderID(epoch: epoch, sequence: sequence + 1) }

    /// Records the intent to place an order, and uses up its id.
    /// - Precondition: `id` is `nextID`.
    public mutating func recordPlace(_ id: ClientOrderID, _ spec: OrderSpec, for purpose: OrderPurpose, at now: Instant)
    {
        precondition(id == nextID, "an order is recorded under the next id and no other")
        sequence += 1
        live.append(
            Order(id: id, spec: spec, purpose: purpose, state: .pendingNew, placedAt: now, requestedAt: now))
    }

    /// Records the intent to amend.
    /// - Precondition: the order is `working`.
    public mutating func recordAmend(_ id: ClientOrderID, price: Price, quantity: Quantity, at now: Instant) {
        var target = AmendTarget(price: price, quantity: quantity)
        if amends == .replacement { target.replacement = max(.zero, quantity - (order(id)?.filled ?? .zero)) }
        guard let index = Self.index(of: id, in: live), live[index].state == .working else {
            preconditionFailure("only a working order can be amended")
        }
        live[index].state = .pendingAmend
        live[index].target = target
        live[index].requestedAt = now
    }

    /// Records the intent to cancel. What an amendment without an outcome asked for goes on counting.
    /// - Precondition: the order is cancelable.
    public mutating func recordCancel(_ id: ClientOrderID, at now: Instant) {
        guard let index = Self.index(of: id, in: live), live[index].isCancelable else {
            preconditionFailure("only a working order, or one that may have been replaced, can be cancelled")
        }
        live[index].state = .pendingCancel
        live[index].requestedAt = now
    }

    // MARK: Ending and reviving

    mutating func end(at index: Int, _ end: OrderEnd, at now: Instant) {
        var order = live.remove(at: index)
        order.state = .done(end, at: now)
        order.target = nil
        if order.missing > .zero { noteMissing(order.id) }
        ended.insert(order, at: Self.position(of: order.id, in: ended))
        forgetOldest()
    }

    mutating func revive(at index: Int, _ state: OrderState) {
        var order = ended.remove(at: index)
        order.state = state
        endedWithMissing.removeAll { $0 == order.id }
        live.insert(order, at: Self.position(of: order.id, in: live))
    }

    mutating func noteMissing(_ id: ClientOrderID) {
        if !endedWithMissing.contains(id) { endedWithMissing.append(id) }
    }

    private mutating func forgetOldest() {
        guard ended.count > Self.endedCapacity else { return }
        if let index = ended.firstIndex(where: { $0.missing == .zero }) { ended.remove(at: index) }
    }
}
