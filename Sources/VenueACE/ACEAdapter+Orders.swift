internal import Fundamentals
internal import MarketModel
internal import VenueKit
internal import Wire

/// What replies say of single orders.
extension ACEAdapter {
    // MARK: Placing

    mutating func readPlaced(
        _ envelope: ACEEnvelope, _ orders: [OrderPlacement], at now: Instant, into output: inout AdapterOutput
    ) -> CallVerdict {
        guard envelope.status == ACEEnvelope.success else { return verdict(on: envelope, isBatch: orders.count > 1) }
        if let only = orders.first, orders.count == 1 {
            guard accept(only.id, envelope.attachment, into: &output) else {
                return .unknown("an order without a number")
            }
            return .done
        }
        guard let elements = envelope.attachment.elements else { return .unknown("expected an array of outcomes") }
        for (index, element) in elements.enumerated() {
            guard let id = owner(of: element, at: index, of: elements.count, orders) else { continue }
            readElement(element, id, into: &output)
        }
        return .done
    }

    private mutating func readElement(_ element: JSONValue, _ id: ClientOrderID, into output: inout AdapterOutput) {
        guard let outcome = try? ACEEnvelope(element, "batchOrder") else { return }
        if outcome.status == ACEEnvelope.success {
            _ = accept(id, outcome.attachment, into: &output)
        } else if let rejection = outcome.rejection(of: .place) {
            output.events.append(.account(.rejected(id, .place, rejection)))
        }
    }

    /// By the id that the element repeats; by its place where it repeats none and no element is missing.
    private func owner(
        of element: JSONValue, at index: Int, of count: Int, _ orders: [OrderPlacement]
    ) -> ClientOrderID? {
        if let text = element["attachment"]?["customOrderId"]?.text {
            return orders.first { $0.id.text == text }?.id
        }
        return count == orders.count ? orders[index].id : nil
    }

    /// - Returns: false where the reply does not name the order.
    private mutating func accept(
        _ id: ClientOrderID, _ attachment: JSONValue, into output: inout AdapterOutput
    ) -> Bool {
        if let text = attachment["customOrderId"]?.text, !text.isEmpty, text != id.text {
            output.notes.append(SessionNote(.error, "ACE: a reply to \(id) names '\(text.prefix(40))'"))
            return false
        }
        guard let number = attachment["orderNo"]?.text ?? attachment.text, let venueID = names.learn(number, id)
        else { return false }
        output.events.append(.account(.accepted(id, venueID)))
        return true
    }

    /// Of a whole reply: nothing of a batch was done where its envelope is a certain refusal.
    private func verdict(on envelope: ACEEnvelope, isBatch: Bool) -> CallVerdict {
        let verdict = ACEErrorPolicy.verdict(on: envelope, .place)
        if isBatch, case .refused = verdict { return .split(forGood: false) }
        return verdict
    }

    // MARK: Cancelling

    mutating func readCanceled(
        _ envelope: ACEEnvelope, _ market: MarketID, _ targets: [CancelTarget], at now: Instant,
        into output: inout AdapterOutput
    ) -> CallVerdict {
        if targets.count == 1 { return readCanceled(envelope, market, targets[0], at: now, into: &output) }
        guard envelope.status == ACEEnvelope.success else { return verdict(on: envelope, isBatch: true) }
        guard let elements = envelope.attachment.elements else { return .unknown("expected an array of outcomes") }
        for (index, element) in elements.enumerated() {
            let number = element["attachment"]?["orderNo"]?.text
            let byNumber = number.flatMap { number in targets.first { orderNo(of: $0) == number } }
            let byPlace = number == nil && elements.count == targets.count ? targets[index] : nil
            guard let target = byNumber ?? byPlace, let outcome = try? ACEEnvelope(element, "batchCancel") else {
                continue
            }
            readOutcome(outcome, market, target, at: now, into: &output)
        }
        return .done
    }

    private mutating func readCanceled(
        _ envelope: ACEEnvelope, _ market: MarketID, _ target: CancelTarget, at now: Instant,
        into output: inout AdapterOutput
    ) -> CallVerdict {
        if envelope.status == ACEEnvelope.success {
            guard envelope.attachment.integer == ACEEnvelope.success else {
                return .unknown("a cancel without the attachment 200")
            }
            confirm(market, target, at: now, into: &output)
            return .done
        }
        let verdict = ACEErrorPolicy.verdict(on: envelope, .cancel)
        if case .refused = verdict { ask(target, market, into: &output) }
        return verdict
    }

    private mutating func readOutcome(
        _ outcome: ACEEnvelope, _ market: MarketID, _ target: CancelTarget, at now: Instant,
        into output: inout AdapterOutput
    ) {
        if outcome.status == ACEEnvelope.success {
            confirm(market, target, at: now, into: &output)
        } else if let rejection = outcome.rejection(of: .cancel), let id = target.own {
            output.events.append(.account(.rejected(id, .cancel, rejection)))
            ask(target, market, into: &output)
        }
    }

    /// Not over for us before the fills up to now are known.
    private mutating func confirm(
        _ market: MarketID, _ target: CancelTarget, at now: Instant, into output: inout AdapterOutput
    ) {
        guard let id = target.own else { return }
        output.acknowledged.append(id)
        if cancels.confirmed(id, market, at: now) {
            output.calls.append(.fills(market, since: placed[id]?.at ?? now, page: 0))
        }
    }

    /// It was over before the cancel came: filled, or cancelled by someone else.
    private func ask(_ target: CancelTarget, _ market: MarketID, into output: inout AdapterOutput) {
        if let id = target.own { output.calls.append(.order(id, market)) }
    }

    // MARK: Asking

    mutating func readOrder(
        _ body: JSONValue, _ id: ClientOrderID, _ market: MarketID, sentAt: Instant, into output: inout AdapterOutput
    ) throws(VenueDecodeError) -> CallVerdict {
        switch lookups[id] {
        case .byNumber, nil: return try readStatus(body, id, market, into: &output)
        case .amongOpen: return try readSearch(ofOpen: body, id, market, sentAt: sentAt, into: &output)
        case .amongFills(let notOpenAt):
            return try readSearch(ofFills: body, id, market, notOpenAt: notOpenAt, into: &output)
        }
    }

    private mutating func readStatus(
        _ body: JSONValue, _ id: ClientOrderID, _ market: MarketID, into output: inout AdapterOutput
    ) throws(VenueDecodeError) -> CallVerdict {
        let row = try ACEReplies.order(body, try pair(market))
        guard let venueID = names.learn(row.orderNo, nil), names.client(of: venueID) == id else {
            throw VenueDecodeError("order.orderNo", "expected the number of \(id)")
        }
        lookups[id] = nil
        if row.status != .working { cancels.forget(id) }
        output.events.append(.account(.report(row.report(market, venueID, id))))
        return .done
    }

    private mutating func readSearch(
        ofOpen body: JSONValue, _ id: ClientOrderID, _ market: MarketID, sentAt: Instant,
        into output: inout AdapterOutput
    ) throws(VenueDecodeError) -> CallVerdict {
        let rows = try ACEReplies.orders(body, try pair(market))
        if let row = rows.first(where: { $0.customID == id.text }), let venueID = names.learn(row.orderNo, id) {
            lookups[id] = nil
            output.events.append(.account(.report(row.report(market, venueID, id))))
            return .done
        }
        guard rows.count < ACEVenue.pageSize else { return .unknown("more open orders than one page shows") }
        lookups[id] = .amongFills(notOpenAt: sentAt)
        return .more(.order(id, market))
    }

    private mutating func readSearch(
        ofFills body: JSONValue, _ id: ClientOrderID, _ market: MarketID, notOpenAt: Instant,
        into output: inout AdapterOutput
    ) throws(VenueDecodeError) -> CallVerdict {
        let rows = try ACEReplies.trades(body, try pair(market))
        lookups[id] = nil
        let own = rows.filter { $0.customID == id.text }
        guard let first = own.first else {
            guard rows.count < ACEVenue.pageSize else { return .unknown("more fills than one page shows") }
            output.events.append(.account(.notFound(id, askedAt: notOpenAt)))
            return .done
        }
        _ = names.learn(first.orderNo, id)
        try tell(own, market, into: &output)
        return .more(.order(id, market))
    }
}
