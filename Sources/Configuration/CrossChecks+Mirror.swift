internal import Fundamentals
internal import MarketModel
internal import Quoting

/// Rules of the mirrors.
extension Resolver {
    mutating func checkMirror() {
        checkMirrorMarkets()
        checkLadder()
        checkLevelKeys()
        checkMirrorOrders()
        checkHedge()
        checkReferenceEndpoints()
        checkTarget()
        if value(.startsQuoting)?.value == .boolean(false), value(.controlListen) == nil {
            report(
                .startsQuoting, "is false, and control.listen is not set: only apus run --control can then start it",
                severity: .warning)
        }
    }

    // MARK: Markets

    /// Target, reference and conversion are three sides of one price.
    private mutating func checkMirrorMarkets() {
        guard let target = optionalText(.symbol), let reference = optionalText(.referenceSymbol),
            let conversion = optionalText(.conversionSymbol)
        else { return }
        if target == conversion {
            report(
                .conversionSymbol,
                "is the market that is quoted: its book holds our own quotes, and a price must not come from them")
            return
        }
        guard mirrorAssets == nil else { return }
        guard let spelling, let (base, quote) = Self.assets(target, spelling) else {
            report(
                .conversionSymbol,
                "\(conversion) does not turn \(reference) into \(target): expected the reference's quote asset in the "
                    + "target's", expected: "the market of those two assets")
            return
        }
        guard reference.hasPrefix(base), reference != base else {
            report(
                .referenceSymbol, "expected a market of \(base), as symbol \(target) is, found \(reference)",
                expected: "a market of \(base) such as \"\(base)USDT\"")
            return
        }
        let wanted = spelling.join(String(reference.dropFirst(base.count)), quote)
        report(
            .conversionSymbol,
            "expected \"\(wanted)\", which turns \(reference) into \(target), found \"\(conversion)\"",
            expected: "\"\(wanted)\"")
    }

    private var spelling: PairSpelling? {
        guard case .pair(let spelling)? = row(.symbol)?.kind else { return nil }
        return spelling
    }

    /// Base and quote in capitals; of joined names, where the quote is a currency that TWD venues quote in.
    private static func assets(_ symbol: String, _ spelling: PairSpelling) -> (base: String, quote: String)? {
        let upper = symbol.uppercased()
        switch spelling {
        case .slash, .underscore:
            let parts = upper.split { $0 == "/" || $0 == "_" }
            return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
        case .joined:
            let quote = ["TWD", "USDT", "USDC"].first { upper.hasSuffix($0) && upper.count > $0.count }
            return quote.map { (String(upper.dropLast($0.count)), $0) }
        }
    }

    // MARK: The ladder

    private mutating func checkLadder() {
        let ladder = ladder
        for (index, level) in ladder.enumerated().dropFirst()
        where levelCount > 0 && !DecimalText.isLess(ladder[index - 1].distance, level.distance) {
            report(
                at: values[level.place]?.origin ?? .defaultValue, level.place.path,
                "expected more than that of the level before, which is \(ladder[index - 1].distance), found "
                    + "\(level.distance): levels stand best first", expected: "ascending distances")
        }
        guard let first = ladder.first, let last = ladder.last else { return }
        if !DecimalText.isLess(last.distance, ExactDecimal(mantissa: 5, scale: 1)) {
            report(
                at: values[last.place]?.origin ?? .defaultValue, last.place.path,
                "the last level would be \(last.distance) away: expected less than 0.5", expected: "less than 0.5")
        }
        checkCosts(first)
        checkCollar(last)
        checkMinimum(ladder)
    }

    /// Levels nearer than the fees and the edge are moved out; the person meant something else.
    private mutating func checkCosts(_ first: (distance: ExactDecimal, size: ExactDecimal, place: FieldPlace)) {
        guard let distance = Rate(first.distance), let edge = value(.ladderMinEdge)?.decimal.flatMap(Rate.init),
            let hedge = value(.hedgeFee)?.decimal.flatMap(Rate.init), let maker = makerFee
        else { return }
        let hedges = value(.hedgeEnabled)?.value == .boolean(true)
        let costs = MirrorParameters(
            levels: [], referenceThreshold: .zero, conversionThreshold: .zero, refreshInterval: .zero,
            hedgeFee: hedges ? hedge : .zero, minEdge: edge)
        let least = max(costs.leastDistance(.buy, fee: maker), costs.leastDistance(.sell, fee: maker))
        guard distance < least else { return }
        let parts = "maker fee \(Self.text(maker))" + (hedges ? " + hedge.fee \(Self.text(hedge))" : "")
            + " + strategy.min_edge \(Self.text(edge))"
        report(
            at: values[first.place]?.origin ?? .defaultValue, first.place.path,
            "is less than \(Self.text(least)), which \(parts) needs: the level is quoted there instead", severity: .warning)
    }

    /// The override, or what the venue publishes; nil where it depends on the account.
    private var makerFee: Rate? {
        if let own = value(.makerFee)?.decimal { return Rate(own) }
        return switch template?.venue {
        case .ace: .basisPoints(5)
        case .bitoPro: .basisPoints(10)
        case .max, .aster, .extended, .binance, nil: nil
        }
    }

    /// The furthest that randomisation may take the last level.
    private mutating func checkCollar(_ last: (distance: ExactDecimal, size: ExactDecimal, place: FieldPlace)) {
        guard let distance = Rate(last.distance), let jitter = value(.distanceRandomization)?.decimal.flatMap(Rate.init),
            let collar = value(.priceCollar)?.decimal.flatMap(Rate.init)
        else { return }
        let most = Rate(parts: distance.parts + Int64(Int128(distance.parts) * Int128(jitter.parts) / 100_000_000))
        guard collar < most else { return }
        report(
            .priceCollar,
            "expected at least \(Self.text(most)), the furthest that the last level may stand, found \(Self.text(collar)): it "
                + "would be refused", expected: "at least \(Self.text(most))")
    }

    private static func text(_ rate: Rate) -> String {
        ExactDecimal(mantissa: Int128(rate.parts), scale: Rate.scale).normalized.description
    }

    /// The least order is known of one venue without asking it.
    private mutating func checkMinimum(_ ladder: [(distance: ExactDecimal, size: ExactDecimal, place: FieldPlace)]) {
        guard template == .binanceMAXMirror, optionalText(.symbol) == "btctwd",
            let jitter = value(.sizeRandomization)?.decimal, let part = jitter.units(atScale: 8),
            let smallest = ladder.min(by: { DecimalText.isLess($0.size, $1.size) })
        else { return }
        guard let size = smallest.size.units(atScale: 12) else { return }
        let drawn = ExactDecimal(mantissa: size * (100_000_000 - part), scale: 20)
        guard let units = ExactDecimal(mantissa: 8, scale: 5).units(atScale: 20), drawn.mantissa < units else { return }
        report(
            levelCount == 0 ? .levelSize : .sizeRandomization,
            "the smallest level may be drawn as \(drawn.normalized), and MAX takes no less than 0.00008 BTC: it would not be "
                + "quoted", severity: .warning)
    }

    private mutating func checkLevelKeys() {
        guard levelCount > 0 else { return }
        for key in Self.evenLadder {
            guard let origin = origin(ofGiven: FieldPlace(key)) else { continue }
            report(at: origin, key.path, "has no effect: strategy.levels lists every level", severity: .warning)
        }
    }

    // MARK: Limits

    private mutating func checkMirrorOrders() {
        requireOrder(
            FieldPlace(.maxNetExposure), FieldPlace(.maxExposure), "the difference of both venues is never more",
            severity: .warning)
        let levels = ladder.count
        guard levels > 0, let most = number(.maxOpenOrders) else { return }
        if DecimalText.isLess(most, ExactDecimal(mantissa: Int128(2 * levels), scale: 0)) {
            report(
                .maxOpenOrders, "expected at least \(2 * levels), found \(most): \(levels) levels a side are that many",
                expected: "at least \(2 * levels)")
        } else if DecimalText.isLess(most, ExactDecimal(mantissa: Int128(4 * levels), scale: 0)) {
            report(
                .maxOpenOrders,
                "is below \(4 * levels): while the ladder is replaced, the old orders count besides the new ones",
                severity: .warning)
        }
    }

    private mutating func checkHedge() {
        guard value(.hedgeEnabled)?.value == .boolean(true) else { return }
        requireOrder(
            FieldPlace(.hedgeMaxOrderValue), FieldPlace(.maxExposure), "one hedge could exceed the account's limit")
        let sizes = ladder.compactMap { $0.size.units(atScale: 12) }
        if let least = number(.hedgeMinSize)?.units(atScale: 12), !sizes.isEmpty, sizes.reduce(0, +) < least {
            report(
                .hedgeMinSize,
                "is more than all levels of a side together: even when all have filled, nothing is hedged",
                severity: .warning)
        }
        if value(.referenceMarketType)?.value == .text(BotConfiguration.MarketType.usdm.rawValue),
            value(.hedgeFee)?.origin == .defaultValue
        {
            report(
                .hedgeFee, "is the spot market's taker fee, 0.001: give that of futures, which is usually lower",
                severity: .warning)
        }
    }

    // MARK: Addresses

    private mutating func checkReferenceEndpoints() {
        let isTest = value(.referenceTestnet)?.value == .boolean(true)
        for key in [FieldKey.referenceREST, .referenceStream, .referenceAPI] {
            checkEndpoint(key, isTest: isTest, switchedBy: .referenceTestnet)
            guard let endpoint = optionalText(key).flatMap(VenueEndpoint.init) else { continue }
            if let venue = VenueHosts.venue(of: endpoint.host), venue != .binance {
                report(key, "is \(venue.title)'s: the reference is Binance")
            }
        }
        checkPair(.referenceREST, .referenceStream)
        if value(.referenceAPI) != nil, value(.referenceREST) == nil {
            report(.referenceAPI, "needs reference.rest beside it", expected: FieldKey.referenceREST.path)
        }
    }

    /// The target is the venue of the template, alive, and not the reference.
    private mutating func checkTarget() {
        guard let template else { return }
        for key in [FieldKey.rest, .stream] {
            guard let endpoint = optionalText(key).flatMap(VenueEndpoint.init) else { continue }
            if let reason = VenueHosts.retirement(of: template.venue), !endpoint.isLoopback {
                report(key, reason, expected: "an address of this machine")
            } else if let venue = VenueHosts.venue(of: endpoint.host), venue != template.venue {
                report(key, "is \(venue.title)'s: the target of \(template.rawValue) is \(template.venue.title)")
            }
            let references = [FieldKey.referenceREST, .referenceStream, .referenceAPI].compactMap { optionalText($0) }
            if references.compactMap(VenueEndpoint.init).contains(where: { $0.host == endpoint.host && $0.port == endpoint.port })
            {
                report(
                    key, "is the reference's address: a book must not be quoted from where our own quotes stand",
                    expected: "another address than reference.rest")
            }
        }
    }
}
