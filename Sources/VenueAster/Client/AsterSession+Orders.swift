internal import Fundamentals
internal import MarketModel
internal import VenueKit
internal import Wire

extension AsterSession {
    /// Sends what one drain asked for, in its order. Neighbours of one kind and market travel together.
    mutating func execute(_ actions: [OrderAction], at now: Instant, into output: inout SessionOutput) {
        var next = 0
        while next < actions.count {
            let run = runLength(actions[next...])
            let call = self.call(for: actions[next..<next + run], into: &output)
            next += run
            guard let call else { continue }
            if call.createsExposure, let obstacle = obstacle() {
                refuse(call, obstacle, into: &output)
                continue
            }
            submit(call, at: now, into: &output)
        }
    }

    /// How many of the leading actions fit into one request.
    private func runLength(_ actions: ArraySlice<OrderAction>) -> Int {
        guard let first = actions.first else { return 0 }
        let limit: Int
        switch first {
        case .place: limit = capabilities.placeBatch
        case .cancel: limit = capabilities.cancelBatch
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

    private func call(for actions: ArraySlice<OrderAction>, into output: inout SessionOutput) -> AsterCall? {
        guard let first = actions.first else { return nil }
        guard let slot = slot(of: first.market), markets[slot].instrument != nil else {
            let rejection = VenueRejection(kind: .other, code: 0, message: "\(first.market) is not loaded, not sent")
            for action in actions {
                guard let id = action.clientOrderID else { continue }
                output.events.append(.account(.rejected(id, kind(of: action), rejection)))
            }
            return nil
        }
        switch first {
        case .amend(let id, _, _, let price, let quantity): return .amend(slot, id, price, quantity)
        case .cancelAll: return .cancelAll(slot)
        case .place(let id, let spec):
            if actions.count == 1 { return .place(slot, AsterCall.Placement(id: id, spec: spec)) }
            let placements = actions.compactMap { action -> AsterCall.Placement? in
                if case .place(let id, let spec) = action { AsterCall.Placement(id: id, spec: spec) } else { nil }
            }
            return .placeBatch(slot, placements)
        case .cancel(let id, _):
            return actions.count == 1 ? .cancel(slot, id) : .cancelBatch(slot, actions.compactMap(\.clientOrderID))
        }
    }

    private func kind(of action: OrderAction) -> RequestKind {
        switch action {
        case .place: .place
        case .amend: .amend
        case .cancel, .cancelAll: .cancel
        }
    }

    /// Why nothing that creates exposure may leave now, whatever the budget says.
    private func obstacle() -> VenueRejection? {
        if let obstacle = phase.obstacle { return obstacle }
        guard isClockSuspect else { return nil }
        return VenueRejection(
            kind: .rateLimited, code: 0, message: "the clock offset is being measured anew, not sent")
    }

    // MARK: Replies

    mutating func acceptOrderReply(
        _ entry: RequestTable<AsterCall>.Entry, _ body: JSONValue, at now: Instant, into output: inout SessionOutput
    ) throws(AsterDecodeError) {
        switch entry.purpose {
        case .place(let slot, let placement): try placed(placement.id, slot, body, at: now, into: &output)
        case .amend(let slot, let id, _, _): try amended(id, slot, body, into: &output)
        case .cancel(let slot, let id): try canceled(id, slot, body, into: &output)
        case .placeBatch(_, let placements):
            try eachElement(entry.purpose, placements.map(\.id), .place, body, at: now, into: &output)
        case .cancelBatch(_, let ids):
            try eachElement(entry.purpose, ids, .cancel, body, at: now, into: &output)
        case .cancelAll(let slot):
            // The reply names no order: have a look soon.
            if slot < timers.openOrders.count { timers.openOrders[slot] = now + .milliseconds(500) }
        case .time, .exchangeInfo, .positionMode, .openOrders, .sweep, .positions, .balance, .commission, .lastTrade,
            .trades, .identify, .countdown, .createListenKey, .renewListenKey, .deleteListenKey, .depth, .query:
            break
        }
    }

    /// A batch reply: one element for each order, in the order of the request. Each has its own outcome.
    private mutating func eachElement(
        _ call: AsterCall, _ ids: [ClientOrderID], _ kind: RequestKind, _ body: JSONValue, at now: Instant,
        into output: inout SessionOutput
    ) throws(AsterDecodeError) {
        guard let elements = body.elements, elements.count == ids.count, let slot = call.slot else {
            throw AsterDecodeError("batchOrders", "expected an array of \(ids.count) outcomes")
        }
        for (id, element) in zip(ids, elements) {
            let outcome = AsterErrorPolicy.outcome(element: element)
            do throws(AsterDecodeError) {
                switch outcome {
                case .accepted:
                    switch kind {
                    case .place: try placed(id, slot, element, at: now, into: &output)
                    case .cancel: try canceled(id, slot, element, into: &output)
                    case .amend: try amended(id, slot, element, into: &output)
                    }
                case .rejected(let rejection), .throttled(let rejection), .fatal(let rejection):
                    output.events.append(.account(.rejected(id, kind, rejection)))
                    noteElement(rejection, at: now, into: &output)
                case .unresolved(let reason): doubt(id, kind, reason, at: now, into: &output)
                }
            } catch {
                doubt(id, kind, "\(error.place): \(error.reason)", at: now, into: &output)
            }
        }
    }

    private mutating func noteElement(
        _ rejection: VenueRejection, at now: Instant, into output: inout SessionOutput
    ) {
        if AsterErrorPolicy.isClockFault(rejection) { distrustClock(at: now, into: &output) }
        switch rejection.kind {
        case .rules: reloadInstruments(at: now, into: &output)
        case .fatal: die("the venue refuses orders: \(rejection.code) \(rejection.message)", into: &output)
        case .rateLimited:
            budget.ordersExhausted(retryAfter: nil, at: venueTime(now))
            announceThrottle(until: budget.ordersClosedUntil - clock.offset, into: &output)
        case .requote, .capital, .stateMismatch, .other: break
        }
    }

    private mutating func doubt(
        _ id: ClientOrderID, _ kind: RequestKind, _ reason: String, at now: Instant, into output: inout SessionOutput
    ) {
        output.events.append(.account(.unresolved(id, kind)))
        output.notes.append(SessionNote(.warning, "\(kind.rawValue) of \(id) is unresolved: \(reason)"))
        if kind != .cancel { unresolvedUntil = max(unresolvedUntil, now + capabilities.arrivalHorizon) }
    }

    private func row(
        _ id: ClientOrderID, _ slot: Int, _ body: JSONValue
    ) throws(AsterDecodeError) -> OrderReport {
        guard let instrument = instrument(slot) else { throw AsterDecodeError("order", "no instrument is loaded") }
        let row = try AsterReplies.order(body, instrument)
        guard row.report.clientOrderID == id else {
            throw AsterDecodeError("order.clientOrderId", "expected \(id), found \(row.clientText.prefix(40))")
        }
        return row.report
    }

    private mutating func placed(
        _ id: ClientOrderID, _ slot: Int, _ body: JSONValue, at now: Instant, into output: inout SessionOutput
    ) throws(AsterDecodeError) {
        let report = try row(id, slot, body)
        index.record(id, as: report.venueOrderID, in: slot)
        output.events.append(.account(.accepted(id, report.venueOrderID)))
        expectEcho(of: id, at: now)
        if case .done(let reason) = report.status {
            output.events.append(.account(.done(id, reason, filled: report.filled)))
        }
    }

    private mutating func amended(
        _ id: ClientOrderID, _ slot: Int, _ body: JSONValue, into output: inout SessionOutput
    ) throws(AsterDecodeError) {
        let report = try row(id, slot, body)
        index.record(id, as: report.venueOrderID, in: slot)
        switch report.status {
        case .working:
            guard let price = report.price else { throw AsterDecodeError("order.price", "expected a price") }
            output.events.append(.account(.amended(id, price: price, quantity: report.quantity)))
        case .done(let reason): output.events.append(.account(.done(id, reason, filled: report.filled)))
        }
    }

    /// The reply to a cancel may say that the order was filled or expired instead.
    private mutating func canceled(
        _ id: ClientOrderID, _ slot: Int, _ body: JSONValue, into output: inout SessionOutput
    ) throws(AsterDecodeError) {
        let report = try row(id, slot, body)
        index.record(id, as: report.venueOrderID, in: slot)
        switch report.status {
        case .working: output.events.append(.account(.report(report)))
        case .done(let reason): output.events.append(.account(.done(id, reason, filled: report.filled)))
        }
    }
}

extension AsterCall {
    /// The market an order request speaks of.
    var slot: Int? {
        switch self {
        case .place(let slot, _), .placeBatch(let slot, _), .amend(let slot, _, _, _), .cancel(let slot, _),
            .cancelBatch(let slot, _), .cancelAll(let slot):
            slot
        default: nil
        }
    }
}
