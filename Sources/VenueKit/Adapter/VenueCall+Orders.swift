internal import MarketModel

extension VenueCall {
    /// Whether it can bring an order into being: such a request leaves at most once.
    var createsExposure: Bool {
        if case .place = self { true } else { false }
    }

    /// What the request asks of orders; nil for everything that is not an order request.
    var orderKind: RequestKind? {
        switch self {
        case .place: .place
        case .cancel: .cancel
        case .time, .rules, .accountMode, .book, .balances, .openOrders, .fills, .order, .cancelAll, .streamKey,
            .countdown:
            nil
        }
    }

    /// The orders of ours that it asks something of.
    var orders: [ClientOrderID] {
        switch self {
        case .place(let placements): placements.map(\.id)
        case .cancel(_, let targets): targets.compactMap(\.own)
        case .time, .rules, .accountMode, .book, .balances, .openOrders, .fills, .order, .cancelAll, .streamKey,
            .countdown:
            []
        }
    }

    /// How many orders it carries.
    var count: Int {
        switch self {
        case .place(let placements): placements.count
        case .cancel(_, let targets): targets.count
        case .time, .rules, .accountMode, .book, .balances, .openOrders, .fills, .order, .cancelAll, .streamKey,
            .countdown:
            0
        }
    }

    /// One call for each of its orders.
    var singles: [VenueCall] {
        switch self {
        case .place(let placements): placements.map { .place([$0]) }
        case .cancel(let market, let targets): targets.map { .cancel(market, [$0]) }
        case .time, .rules, .accountMode, .book, .balances, .openOrders, .fills, .order, .cancelAll, .streamKey,
            .countdown:
            [self]
        }
    }

    /// The same without some of its orders; nil where nothing is left.
    func without(_ ids: [ClientOrderID]) -> VenueCall? {
        switch self {
        case .place(let placements):
            let rest = placements.filter { !ids.contains($0.id) }
            return rest.isEmpty ? nil : .place(rest)
        case .cancel(let market, let targets):
            let rest = targets.filter { target in target.own.map { !ids.contains($0) } ?? true }
            return rest.isEmpty ? nil : .cancel(market, rest)
        case .time, .rules, .accountMode, .book, .balances, .openOrders, .fills, .order, .cancelAll, .streamKey,
            .countdown:
            return self
        }
    }

    /// Pages of one list must not mix with those of another walk through the same list.
    func isSameList(as other: VenueCall) -> Bool {
        switch (self, other) {
        case (.openOrders(let a, _), .openOrders(let b, _)), (.fills(let a, _, _), .fills(let b, _, _)): a == b
        default: false
        }
    }

    /// Counted from 0; nil for calls without pages.
    var page: Int? {
        switch self {
        case .openOrders(_, let page), .fills(_, _, let page): page
        case .time, .rules, .accountMode, .book, .balances, .order, .place, .cancel, .cancelAll, .streamKey, .countdown:
            nil
        }
    }

    /// Public replies are large and cached; the account's say how the venue feels.
    var isOfAccount: Bool {
        switch self {
        case .time, .rules, .book: false
        case .accountMode, .balances, .openOrders, .fills, .order, .place, .cancel, .cancelAll, .streamKey, .countdown:
            true
        }
    }
}
