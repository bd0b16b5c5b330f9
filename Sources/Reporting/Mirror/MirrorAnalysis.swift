internal import Fundamentals
internal import MarketModel

/// Reads two tapes side by side.
///
/// An order belongs to the level whose distances are nearest to where it was placed. It is in its band while its distance from
/// reference × conversion (bid from bid, ask from ask) stays within the level's distances, give or take the tolerance: by as much as
/// reference and conversion may move before the bot must act. What is out of its band was left there by the time in which news
/// travels and the bot acts; that time is the reaction.
public struct MirrorAnalysis: Sendable {
    struct Resting: Sendable {
        var id: Int64
        var side: Side
        var price: ExactDecimal
        var remaining: Cash
        var figures: Int
        var since: Instant
        /// When it left its band; nil while it is in it.
        var outSince: Instant?
    }

    let terms: MirrorTerms
    var report = MirrorReport()
    var fair = FairPrice()
    var resting: [Resting] = []
    var position = Cash.zero
    var hedged = Cash.zero
    var now = Instant.distantPast
    private var started: Instant?

    public init(_ terms: MirrorTerms) {
        self.terms = terms
        report.netLimit = terms.netLimit
        report.positionLimit = terms.positionLimit
        for side in [Side.buy, .sell] {
            for level in terms.levels.indices { report.levels.append(.init(side: side, level: level)) }
        }
    }

    /// Both tapes in one order of time; at one moment the reference comes first.
    public static func report(_ terms: MirrorTerms, target: VenueTape, reference: VenueTape) -> MirrorReport {
        var analysis = MirrorAnalysis(terms)
        var a = reference.records[...]
        var b = target.records[...]
        while let record = next(&a, &b) { analysis.take(record.record, isTarget: record.isTarget) }
        return analysis.finished()
    }

    private static func next(
        _ reference: inout ArraySlice<TapeRecord>, _ target: inout ArraySlice<TapeRecord>
    ) -> (record: TapeRecord, isTarget: Bool)? {
        switch (reference.first, target.first) {
        case (nil, nil): return nil
        case (let first?, nil):
            reference.removeFirst()
            return (first, false)
        case (nil, let second?):
            target.removeFirst()
            return (second, true)
        case (let first?, let second?):
            if first.at <= second.at {
                reference.removeFirst()
                return (first, false)
            }
            target.removeFirst()
            return (second, true)
        }
    }

    mutating func take(_ record: TapeRecord, isTarget: Bool) {
        advance(to: record.at)
        switch record.body {
        case .touch(let market, let bid, let ask):
            let market = market.lowercased()
            if isTarget, market == terms.conversion {
                fair.conversionBid = FairPrice.units(bid)
                fair.conversionAsk = FairPrice.units(ask)
            } else if !isTarget, market == terms.reference {
                fair.referenceBid = FairPrice.units(bid)
                fair.referenceAsk = FairPrice.units(ask)
            } else {
                return
            }
            judgeAll()
        case .order(let market, let id, let side, let price, let remaining):
            if isTarget, market.lowercased() == terms.target { note(id, side, price, Cash(remaining) ?? .zero) }
        case .fill(let market, _, _, let side, let price, let quantity):
            book(market.lowercased(), side, price, Cash(quantity) ?? .zero, isTarget: isTarget)
        case .request(let route):
            guard isTarget else { return }
            report.targetRequests += 1
            if Self.isBatch(route) { report.batches += 1 }
        }
        noteExposure()
    }

    /// Routes of all target venues by which several orders are placed or cancelled at once; ACE's have a prefix.
    static func isBatch(_ route: String) -> Bool {
        let ends = ["/open/v2/order/batchOrder", "/open/v2/order/batchCancel", " /v3/orders/batch"]
        return ends.contains(where: route.hasSuffix) || route == "PUT /v3/orders"
    }

    private mutating func advance(to time: Instant) {
        if started == nil { started = time }
        guard time > now, now > .distantPast else { return now = max(now, time) }
        let passed = time - now
        for order in resting {
            report.levels[order.figures].rested = report.levels[order.figures].rested + passed
            if order.outSince == nil {
                report.levels[order.figures].inBand = report.levels[order.figures].inBand + passed
            }
        }
        now = time
    }

    // MARK: Orders

    private mutating func note(_ id: Int64, _ side: Side, _ price: ExactDecimal, _ remaining: Cash) {
        if let index = resting.firstIndex(where: { $0.id == id }) {
            guard remaining > .zero else {
                if let since = resting[index].outSince { report.reactions.record((now - since).nanoseconds) }
                resting.remove(at: index)
                return
            }
            resting[index].price = price
            resting[index].remaining = remaining
            return judge(index)
        }
        guard remaining > .zero else { return }
        let distance = fair.distance(price, side)
        let level = distance.map { terms.level(at: $0) } ?? 0
        let figures = (side == .buy ? 0 : terms.levels.count) + level
        report.levels[figures].orders += 1
        if let distance {
            report.levels[figures].nearest = min(report.levels[figures].nearest ?? distance, distance)
            report.levels[figures].furthest = max(report.levels[figures].furthest ?? distance, distance)
            if distance < terms.band(level).lowerBound { report.placedTooNear += 1 }
        }
        resting.append(
            Resting(id: id, side: side, price: price, remaining: remaining, figures: figures, since: now, outSince: nil)
        )
        judge(resting.count - 1)
    }

    private mutating func judgeAll() { for index in resting.indices { judge(index) } }

    private mutating func judge(_ index: Int) {
        let order = resting[index]
        let band = terms.band(order.figures % terms.levels.count)
        let isIn = fair.distance(order.price, order.side).map { band.contains($0) } ?? false
        switch (isIn, order.outSince) {
        case (true, let since?):
            report.reactions.record((now - since).nanoseconds)
            resting[index].outSince = nil
        case (false, nil): resting[index].outSince = now
        case (true, nil), (false, _?): break
        }
    }

    // MARK: Fills and exposure

    private mutating func book(
        _ market: String, _ side: Side, _ price: ExactDecimal, _ quantity: Cash, isTarget: Bool
    ) {
        let signed = side == .buy ? quantity : -quantity
        let value = Self.value(quantity, FairPrice.units(price) ?? 0)
        if isTarget, market == terms.target {
            position += signed
            report.targetFills += 1
            report.targetVolume += value
        } else if !isTarget, market == terms.reference {
            hedged += signed
            report.hedgeFills += 1
            report.hedgeVolume += value
        }
    }

    /// The worst that what rests on the target could make of both positions, at the reference's mid.
    private mutating func noteExposure() {
        guard let bid = fair.referenceBid, let ask = fair.referenceAsk else { return }
        let mid = (bid + ask) / 2
        var buys = Cash.zero
        var sells = Cash.zero
        for order in resting {
            switch order.side {
            case .buy: buys += order.remaining
            case .sell: sells += order.remaining
            }
        }
        let alone = max((position + buys).magnitude, (position - sells).magnitude)
        let both = max((position + hedged + buys).magnitude, (position + hedged - sells).magnitude)
        report.maxPosition = max(report.maxPosition, Self.value(alone, mid))
        report.maxNet = max(report.maxNet, Self.value(both, mid))
    }

    private static func value(_ quantity: Cash, _ price: Int128) -> Cash {
        let (product, overflow) = quantity.units.multipliedReportingOverflow(by: price)
        return overflow ? .zero : Cash(units: product / Cash.unitsPerCoin)
    }

    mutating func finished() -> MirrorReport {
        report.outAtEnd = resting.count { $0.outSince != nil }
        report.unhedged = position + hedged
        report.duration = started.map { now - $0 } ?? .zero
        return report
    }
}
