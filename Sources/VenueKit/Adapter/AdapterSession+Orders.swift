internal import Fundamentals
internal import MarketModel

extension AdapterSession {
    /// Puts what one drain asked for into the lane. Neighbours of one kind and market travel together.
    mutating func execute(_ actions: [OrderAction], at now: Instant, into output: inout SessionOutput) {
        var next = 0
        while next < actions.count {
            let run = actions[next...].prefix(runLength(actions[next...]))
            next += run.count
            guard let first = run.first else { return }
            guard let slot = tradedSlot(of: first.market), markets[slot].instrument != nil else {
                refuseUntraded(run, into: &output)
                continue
            }
            switch first {
            case .place: place(run, slot, at: now, into: &output)
            case .cancel: cancel(run, slot, at: now, into: &output)
            case .amend(let id, _, _, _, _):
                let text = "\(adapter.name) changes no orders through this session, not sent"
                let rejection = VenueRejection(kind: .other, code: 0, message: text)
                output.events.append(.account(.rejected(id, .amend, rejection)))
            case .cancelAll: cancelAll(slot, at: now, into: &output)
            }
        }
    }

    /// How many of the leading actions fit into one request.
    private func runLength(_ actions: ArraySlice<OrderAction>) -> Int {
        guard let first = actions.first else { return 0 }
        let limit: Int
        switch first {
        case .place: limit = lane.isPlaceBatchOff ? 1 : max(1, adapter.capabilities.placeBatch)
        case .cancel: limit = lane.isCancelBatchOff ? 1 : max(1, adapter.capabilities.cancelBatch)
        case .amend, .cancelAll: return 1
        }
        let run = actions.prefix(limit).prefix { action in
            switch (first, action) {
            case (.place, .place), (.cancel, .cancel): action.market == first.market
            default: false
            }
        }
        return run.count
    }

    private func refuseUntraded(_ actions: ArraySlice<OrderAction>, into output: inout SessionOutput) {
        for action in actions {
            guard let id = action.clientOrderID else { continue }
            let text = "\(action.market) is not loaded or not traded, not sent"
            let rejection = VenueRejection(kind: .other, code: 0, message: text)
            let kind: RequestKind =
                switch action {
                case .place: .place
                case .amend: .amend
                case .cancel, .cancelAll: .cancel
                }
            output.events.append(.account(.rejected(id, kind, rejection)))
        }
    }

    private mutating func place(
        _ actions: ArraySlice<OrderAction>, _ slot: Int, at now: Instant, into output: inout SessionOutput
    ) {
        let placements = actions.compactMap { action -> OrderPlacement? in
            if case .place(let id, let spec) = action { OrderPlacement(id, spec) } else { nil }
        }
        enqueue(.place(placements), at: now, into: &output)
    }

    private mutating func cancel(
        _ actions: ArraySlice<OrderAction>, _ slot: Int, at now: Instant, into output: inout SessionOutput
    ) {
        var targets: [CancelTarget] = []
        for id in actions.compactMap(\.clientOrderID) {
            if lane.withdraw(id) {
                // It never left: both requests have their outcome here and now.
                let rejection = VenueRejection(kind: .other, code: 0, message: "cancelled before it was sent")
                output.events.append(.account(.rejected(id, .place, rejection)))
                output.events.append(.account(.done(id, .canceled, filled: .zero)))
                isOver(id, at: now)
            } else {
                targets.append(.own(id))
            }
        }
        if !targets.isEmpty { enqueue(.cancel(markets[slot].id, targets), at: now, into: &output) }
    }

    private mutating func enqueue(_ call: VenueCall, at now: Instant, into output: inout SessionOutput) {
        if call.createsExposure, let obstacle = obstacle() {
            return refuse(AdapterRequest(call: call), obstacle, at: now, into: &output)
        }
        lane.append(OrderLane.Item(call: call, since: now, notBefore: now))
    }

    /// Why nothing that creates exposure may leave now, whatever the budget says.
    private func obstacle() -> VenueRejection? {
        if let obstacle = phase.obstacle { return obstacle }
        guard isClockSuspect else { return nil }
        return VenueRejection(
            kind: .rateLimited, code: 0, message: "the clock offset is being measured anew, not sent")
    }

    private mutating func cancelAll(_ slot: Int, at now: Instant, into output: inout SessionOutput) {
        let market = markets[slot].id
        if adapter.capabilities.cancelAll, adapter.offers(.cancelAll(market)) {
            if !isPending({ $0 == .cancelAll(market) }) { submit(.cancelAll(market), at: now, into: &output) }
            return
        }
        guard phase != .shuttingDown, !board.contains(.sweep(market)) else { return }
        let own = live.filter { $0.market == market }.map { CancelTarget.own($0.id) }.filter { !isCanceling($0) }
        sweep(own, slot, inBatches: true, at: now)
        begin(
            .sweep(market), [.act(.awaitSweep), .call(.openOrders(market, page: 0)), .act(.clear(market))],
            at: now, into: &output)
    }

    private func isCanceling(_ target: CancelTarget) -> Bool {
        let isTarget = { (call: VenueCall) in
            if case .cancel(_, let targets) = call { targets.contains(target) } else { false }
        }
        return lane.items.contains { isTarget($0.call) }
            || requests.entries.contains { isTarget($0.purpose.call) }
    }

    /// Cancels of whatever rests, for a routine that looks again afterwards.
    mutating func sweep(_ targets: [CancelTarget], _ slot: Int, inBatches: Bool, at now: Instant) {
        let limit = adapter.capabilities.cancelBatch
        let size = inBatches && !lane.isCancelBatchOff ? max(1, limit) : 1
        for start in stride(from: 0, to: targets.count, by: size) {
            let part = Array(targets[start..<min(start + size, targets.count)])
            lane.append(
                OrderLane.Item(call: .cancel(markets[slot].id, part), since: now, notBefore: now, isSweep: true))
        }
    }

    // MARK: The lane

    /// Sends what may leave: cancels first, so many of a kind at once.
    mutating func pump(at now: Instant, into output: inout SessionOutput) {
        guard !lane.isEmpty else { return }
        refuseStale(at: now, into: &output)
        for kind in [RequestKind.cancel, .place] {
            while underWay(kind) < max(1, adapter.cadence.parallelCalls) {
                let waiting = placesUnderWay()
                let next = lane.takeFirst(kind) { item in
                    item.notBefore <= now && !(item.isParked && item.call.orders.contains(where: waiting.contains))
                }
                guard let next else { break }
                dispatch(next, at: now, into: &output)
            }
        }
    }

    private func underWay(_ kind: RequestKind) -> Int {
        var count = 0
        for entry in requests.entries where entry.purpose.call.orderKind == kind { count += 1 }
        return count
    }

    /// Orders that are being placed, or wait for it.
    private func placesUnderWay() -> [ClientOrderID] {
        guard lane.items.contains(where: \.isParked) else { return [] }
        return (requests.entries.map(\.purpose.call) + lane.items.map(\.call)).filter(\.createsExposure)
            .flatMap(\.orders)
    }

    /// A price is worth nothing by the time that a request has waited as long as for a reply.
    private mutating func refuseStale(at now: Instant, into output: inout SessionOutput) {
        let limit = adapter.cadence.requestDeadline
        let isOpen = obstacle() == nil
        for item in lane.takeAll(.place, where: { !isOpen || now - $0.since >= limit }) {
            let rejection =
                obstacle()
                ?? VenueRejection(kind: .requote, code: 0, message: "waited too long for its turn, not sent")
            refuse(AdapterRequest(call: item.call), rejection, at: now, into: &output)
        }
    }

    /// What an order waits for the rate budget at most; longer, and the engine decides anew when it may.
    private static var longestWait: TimeSpan { .milliseconds(1_500) }

    private mutating func dispatch(_ item: OrderLane.Item, at now: Instant, into output: inout SessionOutput) {
        var item = item
        switch send(item.call, isSweep: item.isSweep, at: now, into: &output) {
        case .sent: isLive(item.call, at: now)
        // A venue that counts by the second opens again before a price is old.
        case .wait(let until) where item.call.createsExposure && until - now <= Self.longestWait:
            item.notBefore = until
            lane.append(item)
        case .wait(let until) where item.call.createsExposure:
            let rejection = VenueRejection(
                kind: .rateLimited, code: 0, message: "held back by the rate budget, not sent")
            refuse(AdapterRequest(call: item.call), rejection, at: now, into: &output)
            announceThrottle(until: until, into: &output)
        case .wait(let until):
            item.notBefore = until
            lane.append(item)
        case .impossible where item.call.count > 1:
            for single in item.call.singles {
                lane.append(OrderLane.Item(call: single, since: item.since, notBefore: now, isSweep: item.isSweep))
            }
        case .impossible where item.call.createsExposure:
            let text = "\(adapter.name) cannot be asked for such an order, not sent"
            let rejection = VenueRejection(kind: .other, code: 0, message: text)
            refuse(AdapterRequest(call: item.call), rejection, at: now, into: &output)
        case .impossible: park(item, at: now, into: &output)
        }
    }

    /// The venue has no name yet for what is to be cancelled.
    private mutating func park(_ item: OrderLane.Item, at now: Instant, into output: inout SessionOutput) {
        let isComing = item.call.orders.contains { id in
            lane.isPlacing(id)
                || requests.entries.contains { $0.purpose.call.createsExposure && $0.purpose.call.orders.contains(id) }
        }
        guard isComing else {
            let request = AdapterRequest(call: item.call, isSweep: item.isSweep)
            return leaveUnresolved(request, "the venue has no name for it", at: now, into: &output)
        }
        var item = item
        item.isParked = true
        lane.append(item)
    }
}
