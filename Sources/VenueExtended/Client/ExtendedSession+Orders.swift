internal import Fundamentals
internal import MarketModel
internal import VenueKit

extension ExtendedSession {
    /// Sends what one drain asked for, in its order. Neighbouring cancels travel together.
    mutating func execute(_ actions: [OrderAction], at now: Instant, into output: inout SessionOutput) {
        var cancels: [(slot: Int, id: ExtendedOrderID)] = []
        var sweeps: [Int] = []
        for action in actions {
            // What was gathered leaves before anything that must not overtake it.
            if case .cancel = action {} else { flush(&cancels, at: now, into: &output) }
            if case .cancelAll = action {} else { flush(&sweeps, at: now, into: &output) }
            guard let slot = slot(of: action.market), markets[slot].market != nil else {
                refuseUnknownMarket(action, into: &output)
                continue
            }
            switch action {
            case .place(let id, let spec): place(id, spec, slot, at: now, into: &output)
            case .amend(let id, _, _, let price, let quantity):
                amend(id, slot, price: price, total: quantity, at: now, into: &output)
            case .cancel(let id, _):
                // A revision without an outcome is cancelled with the one it was to replace.
                let possible = orders[id]?.possible ?? []
                for id in possible.isEmpty ? [ExtendedOrderID(id)] : possible { cancels.append((slot, id)) }
                if cancels.count >= capabilities.cancelBatch { flush(&cancels, at: now, into: &output) }
            case .cancelAll: if !sweeps.contains(slot) { sweeps.append(slot) }
            }
        }
        flush(&cancels, at: now, into: &output)
        flush(&sweeps, at: now, into: &output)
    }

    private mutating func flush(
        _ cancels: inout [(slot: Int, id: ExtendedOrderID)], at now: Instant, into output: inout SessionOutput
    ) {
        guard let first = cancels.first else { return }
        let call = cancels.count == 1 ? ExtendedCall.cancel(first.slot, first.id) : .massCancel(cancels.map(\.id))
        cancels.removeAll()
        submit(call, at: now, into: &output)
    }

    private mutating func flush(_ sweeps: inout [Int], at now: Instant, into output: inout SessionOutput) {
        guard !sweeps.isEmpty else { return }
        let call = ExtendedCall.cancelMarkets(sweeps)
        sweeps.removeAll()
        submit(call, at: now, into: &output)
    }

    private func refuseUnknownMarket(_ action: OrderAction, into output: inout SessionOutput) {
        guard let id = action.clientOrderID else { return }
        let rejection = VenueRejection(kind: .other, code: 0, message: "\(action.market) is not loaded, not sent")
        output.events.append(.account(.rejected(id, kind(of: action), rejection)))
    }

    private func kind(of action: OrderAction) -> RequestKind {
        switch action {
        case .place: .place
        case .amend: .amend
        case .cancel, .cancelAll: .cancel
        }
    }

    private mutating func place(
        _ id: ClientOrderID, _ spec: OrderSpec, _ slot: Int, at now: Instant, into output: inout SessionOutput
    ) {
        if let obstacle = phase.obstacle {
            output.events.append(.account(.rejected(id, .place, obstacle)))
            return
        }
        orders.place(id, spec, slot: slot, at: now)
        submit(.place(slot, ExtendedOrderID(id), spec), at: now, into: &output)
    }

    /// The venue has no amendment: it replaces an order by a new one, in one request that names the old.
    private mutating func amend(
        _ id: ClientOrderID, _ slot: Int, price: Price, total: Quantity, at now: Instant,
        into output: inout SessionOutput
    ) {
        func refuse(_ rejection: VenueRejection) { output.events.append(.account(.rejected(id, .amend, rejection))) }
        if let obstacle = phase.obstacle { return refuse(obstacle) }
        let least = markets[slot].instrument?.quantityRange.lowerBound ?? .zero
        switch orders.amend(id, price: price, total: total, least: least, at: now) {
        case .impossible(let reason):
            refuse(VenueRejection(kind: .stateMismatch, code: 0, message: "\(id) is \(reason), not sent"))
        case .tooLittle:
            // Fills have left less than the venue takes as an order: the rest is taken off, and quoted anew.
            for order in orders[id]?.possible ?? [] { submit(.cancel(slot, order), at: now, into: &output) }
        case .send(let next, let old, let spec):
            submit(.amend(slot, next, replacing: old, spec), at: now, into: &output)
        }
    }

    // MARK: Queries

    /// Asks for everything that an order may have at the venue, one after the other.
    mutating func query(_ id: ClientOrderID, _ slot: Int, at now: Instant, into output: inout SessionOutput) {
        guard phase != .idle, phase != .closed, markets[slot].market != nil else { return }
        guard !board.contains(.query(id)) else { return }
        // One that is over by all that is known is asked for all the same: somebody doubts it.
        let order = orders[id]
        var wanted = order?.possible ?? []
        if wanted.isEmpty { wanted = order?.revisions.last.map { [order?.external($0) ?? ExtendedOrderID(id)] } ?? [] }
        if wanted.isEmpty { wanted = [ExtendedOrderID(id)] }
        let steps = wanted.map { ExtendedStep.call(.order(slot, $0)) } + [.act(.concludeQuery(slot, id))]
        begin(.query(id), steps, at: now, into: &output)
    }

    mutating func concludeQuery(
        _ id: ClientOrderID, _ slot: Int, missing: [(order: ExtendedOrderID, askedAt: Instant)], at now: Instant,
        into output: inout SessionOutput
    ) {
        let vanished = orders.conclude(
            id, missing: missing, market: markets[slot].id, horizon: capabilities.arrivalHorizon, at: now,
            into: &findings)
        for order in vanished {
            let text = "\(order) rested, and the venue has not known it for long: taken for gone"
            output.notes.append(SessionNote(.warning, text))
        }
        report(into: &output)
    }
}
