internal import Fundamentals
internal import VenueKit

/// BitoPro limits its batches route by route. Evenly spread they never meet a limit, however often a ladder moves.
struct BitoProPacing: Hashable, Sendable {
    /// 90 batches of orders a minute, two batches of cancels a second, one cancel of everything, five lists of open orders.
    private enum Route: Int, CaseIterable {
        case placeBatch, cancelBatch, cancelAll, openOrders

        init?(_ call: VenueCall) {
            switch call {
            case .place(let orders) where orders.count > 1: self = .placeBatch
            case .cancel(_, let targets) where targets.count > 1: self = .cancelBatch
            case .cancelAll: self = .cancelAll
            case .openOrders: self = .openOrders
            case .time, .rules, .accountMode, .book, .balances, .fills, .order, .place, .cancel, .streamKey, .countdown:
                return nil
            }
        }

        var gap: TimeSpan {
            switch self {
            case .placeBatch: .milliseconds(670)
            case .cancelBatch: .milliseconds(510)
            case .cancelAll: .milliseconds(1_010)
            case .openOrders: .milliseconds(210)
            }
        }
    }

    private var lastSent = [Instant](repeating: .distantPast, count: Route.allCases.count)

    func opens(_ call: VenueCall) -> Instant {
        guard let route = Route(call), lastSent[route.rawValue] > .distantPast else { return .distantPast }
        return lastSent[route.rawValue] + route.gap
    }

    mutating func sent(_ call: VenueCall, at time: Instant) {
        if let route = Route(call) { lastSent[route.rawValue] = time }
    }
}
