internal import Configuration
internal import Fundamentals
internal import MarketModel
internal import Quoting
internal import RiskControl

/// Judges what two venues say against what a mirror's configuration wants of both.
struct MirrorDoctorRules {
    let configuration: BotConfiguration
    let mirror: BotConfiguration.MirrorSettings
    let target: VenueFacts
    let reference: VenueFacts

    private typealias Places = BotConfiguration.MirrorSettings

    /// One after the other; what depends on a price that is not known is left out.
    var findings: [DoctorFinding] {
        guard case .mirror(let ladder) = configuration.markets[Places.target.index].strategy,
            let quoted = target.instrument(of: Places.target),
            let converting = target.instrument(of: Places.conversion),
            let hedged = reference.instrument(of: Places.reference)
        else { return [] }
        var findings = [conversion(quoted, converting, hedged), edge(ladder, quoted)]
        guard let touch = target.touch(of: Places.target), let rate = target.touch(of: Places.conversion),
            let source = reference.touch(of: Places.reference),
            let counting = CashConversion(quoteOf: converting, at: rate.mid)
        else { return findings }
        let bid = Self.product(hedged.decimal(source.bid.price), converting.decimal(rate.bid.price))
        let ask = Self.product(hedged.decimal(source.ask.price), converting.decimal(rate.ask.price))
        findings.append(distance(quoted, touch, bid: bid, ask: ask))
        findings += sizes(ladder, quoted, at: touch.bid.price, counting)
        if let hedge = mirror.hedge { findings.append(self.hedge(hedge, hedged, at: source.ask.price)) }
        findings += balances(ladder, quoted, at: touch.bid.price)
        if mirror.hedge != nil { findings += hedgeBalances(hedged, source) }
        return findings
    }

    // MARK: Markets and fees

    /// The venues' own names of the assets, where the configuration had only symbols to go by.
    private func conversion(_ quoted: Instrument, _ converting: Instrument, _ hedged: Instrument) -> DoctorFinding {
        let text =
            "\(hedged.symbol) (\(hedged.baseAsset) in \(hedged.quoteAsset)) × \(converting.symbol) "
            + "(\(converting.baseAsset) in \(converting.quoteAsset)) → \(quoted.symbol) (\(quoted.baseAsset) in "
            + "\(quoted.quoteAsset))"
        let fits =
            Self.isSame(quoted.baseAsset, hedged.baseAsset) && Self.isSame(converting.baseAsset, hedged.quoteAsset)
            && Self.isSame(converting.quoteAsset, quoted.quoteAsset)
        return fits
            ? .ok("conversion", text)
            : .fail("conversion", text, "symbol, reference.symbol and conversion.symbol must be three sides of one price")
    }

    private static func isSame(_ a: String, _ b: String) -> Bool { a.uppercased() == b.uppercased() }

    /// What the best level keeps of its distance after the fees.
    private func edge(_ ladder: MirrorParameters, _ quoted: Instrument) -> DoctorFinding {
        let maker = configuration.feesOverride?.maker ?? quoted.makerFee
        guard let first = ladder.levels.first else { return .fail("edge", "no level", "give strategy.levels") }
        let fees = Rate(parts: maker.parts + ladder.hedgeFee.parts)
        let left = Rate(parts: first.distance.parts - fees.parts)
        let text =
            "best level \(first.distance), maker fee \(maker)" + (mirror.hedge == nil ? "" : ", hedge \(ladder.hedgeFee)")
            + ", left \(left)"
        let least = max(
            ladder.leastDistance(.buy, fee: maker), ladder.leastDistance(.sell, fee: maker))
        guard first.distance < least else { return .ok("edge", text) }
        return .warn(
            "edge", "\(text): below strategy.min_edge \(ladder.minEdge)",
            "the level is quoted at \(least) instead: widen it, or lower min_edge")
    }

    // MARK: Prices

    /// How far the converted reference is from the target's own market: beyond the collar nothing can be quoted.
    private func distance(
        _ quoted: Instrument, _ touch: Touch, bid: ExactDecimal, ask: ExactDecimal
    ) -> DoctorFinding {
        let own = "\(quoted.text(touch.bid.price)) / \(quoted.text(touch.ask.price))"
        let text = "reference × conversion is \(Self.short(bid)) / \(Self.short(ask)), the market \(own)"
        let middle = Self.half(bid, ask)
        let mid = ExactDecimal(mantissa: Int128(touch.mid.count) * quoted.tickSize.mantissa * 5, scale: quoted.tickSize.scale + 1)
        guard let apart = Self.share(middle, of: mid) else { return .warn("price", text, "look at the two markets") }
        let collar = configuration.markets[Places.target.index].limits.priceCollar
        let shown = "\(text): \(Rate(parts: apart)) apart"
        if Rate(parts: abs(apart)) > collar {
            return .fail(
                "price", "\(shown), more than limits.price_collar \(collar)",
                "nothing would be quoted: check the three symbols, or wait until the markets agree", .unavailable)
        }
        return abs(apart) > collar.parts / 2
            ? .warn("price", shown, "look at the two markets") : .ok("price", shown)
    }

    // MARK: Sizes

    private func sizes(
        _ ladder: MirrorParameters, _ quoted: Instrument, at price: Price, _ counting: CashConversion
    ) -> [DoctorFinding] {
        let limits = configuration.markets[Places.target.index].limits
        let smallest = ladder.levels.map { quoted.lots(in: $0.size, less: ladder.sizeJitter) }.min() ?? .zero
        let largest = ladder.levels.map { quoted.lots(in: $0.size, less: .zero) }.max() ?? .zero
        let values = (counting(quoted.notional(price, smallest)), counting(quoted.notional(price, largest)))
        let text =
            "\(quoted.text(smallest)) to \(quoted.text(largest)) \(quoted.baseAsset), "
            + "\(values.0.text(decimals: 2)) to \(values.1.text(decimals: 2)) \(mirror.counting)"
        if smallest < quoted.quantityRange.lowerBound || quoted.notional(price, smallest) < quoted.minNotional {
            return [
                .fail(
                    "sizes",
                    "\(text); the venue takes no less than \(quoted.text(quoted.quantityRange.lowerBound)) "
                        + "\(quoted.baseAsset)", "raise the sizes, or lower strategy.size_randomization")
            ]
        }
        if limits.maxOrderValue < values.1 {
            return [
                .fail(
                    "sizes", "\(text); limits.max_order_value_usd is \(limits.maxOrderValue)",
                    "raise the limit, or quote less: the largest level would be refused")
            ]
        }
        let side = ladder.levels.reduce(Quantity.zero) { $0 + quoted.lots(in: $1.size, less: .zero) }
        let whole = counting(quoted.notional(price, side))
        let most = min(limits.maxPositionValue, configuration.accountLimits.maxNetExposure ?? limits.maxPositionValue)
        guard whole <= most else {
            return [
                .ok("sizes", text),
                .warn(
                    "limits", "a side of the ladder is \(whole.text(decimals: 2)) \(mirror.counting), the limit \(most)",
                    "the outer levels are not quoted: raise max_position_usd and max_net_exposure_usd, or quote less"),
            ]
        }
        return [.ok("sizes", text), .ok("limits", "a side of the ladder is \(whole.text(decimals: 2)) of \(most)")]
    }

    /// What waits to be hedged must fit the exposure that may be unhedged.
    private func hedge(
        _ hedge: BotConfiguration.MirrorSettings.Hedge, _ hedged: Instrument, at price: Price
    ) -> DoctorFinding {
        let least = max(hedged.lots(in: hedge.minSize, less: .zero), hedged.quantityRange.lowerBound)
        let value = max(hedged.notional(price, least), hedged.minNotional)
        let net = configuration.accountLimits.maxNetExposure ?? configuration.accountLimits.maxExposure
        let text = "from \(hedged.text(least)) \(hedged.baseAsset), \(value.text(decimals: 2)) \(mirror.counting)"
        if net < value {
            return .fail(
                "hedge", "\(text); limits.max_net_exposure_usd is \(net)",
                "raise the limit or lower hedge.min_size: what waits to be hedged would stop the ladder")
        }
        if hedge.maxOrderValue < value {
            return .fail(
                "hedge", "\(text); hedge.max_order_value_usd is \(hedge.maxOrderValue)", "raise it: nothing would be hedged")
        }
        return .ok("hedge", text)
    }

    // MARK: Balances

    /// What both sides of the ladder need of the two assets, where the account is known.
    private func balances(_ ladder: MirrorParameters, _ quoted: Instrument, at price: Price) -> [DoctorFinding] {
        guard !target.holdings.isEmpty else { return [] }
        let side = ladder.levels.reduce(Quantity.zero) { $0 + quoted.lots(in: $1.size, less: .zero) }
        return [
            Self.balance(target, quoted.baseAsset, quoted.baseAmount(side), "asks"),
            Self.balance(target, quoted.quoteAsset, quoted.notional(price, side), "bids"),
        ]
    }

    private func hedgeBalances(_ hedged: Instrument, _ touch: Touch) -> [DoctorFinding] {
        guard !reference.holdings.isEmpty, let hedge = mirror.hedge else { return [] }
        let base = hedged.baseAmount(hedged.lots(worth: hedge.maxOrderValue, at: touch.bid.price))
        return [
            Self.balance(reference, hedged.baseAsset, base, "a hedge that sells"),
            Self.balance(reference, hedged.quoteAsset, hedge.maxOrderValue, "a hedge that buys"),
        ]
    }

    private static func balance(_ facts: VenueFacts, _ asset: String, _ needed: Cash, _ use: String) -> DoctorFinding {
        let free = facts.free(asset) ?? .zero
        let text = "\(free.text(decimals: 8)) \(asset) free, \(use) need \(needed.text(decimals: 8))"
        return free >= needed
            ? .ok("balance", text) : .warn("balance", text, "pay in, or the ladder stands on less on that side")
    }

    // MARK: Arithmetic on whole numbers

    private static func product(_ a: ExactDecimal, _ b: ExactDecimal) -> ExactDecimal {
        let (a, b) = (a.normalized, b.normalized)
        return ExactDecimal(mantissa: a.mantissa * b.mantissa, scale: min(30, a.scale + b.scale))
    }

    private static func half(_ a: ExactDecimal, _ b: ExactDecimal) -> ExactDecimal {
        let scale = max(a.scale, b.scale)
        guard let x = a.units(atScale: scale), let y = b.units(atScale: scale), scale < 30 else { return a }
        return ExactDecimal(mantissa: (x + y) * 5, scale: scale + 1)
    }

    /// `a ÷ b − 1` in parts of a rate.
    private static func share(_ a: ExactDecimal, of b: ExactDecimal) -> Int64? {
        let scale = max(a.scale, b.scale)
        guard let x = a.units(atScale: scale), let y = b.units(atScale: scale), y > 0 else { return nil }
        let (difference, overflow) = (x - y).multipliedReportingOverflow(by: Int128(Rate.one.parts))
        return overflow ? nil : Int64(exactly: Cash.divideRounding(difference, by: y))
    }

    private static func short(_ number: ExactDecimal) -> String {
        guard number.scale > 2 else { return number.normalized.description }
        var divisor: Int128 = 1
        for _ in 2..<number.scale { divisor *= 10 }
        return ExactDecimal(mantissa: Cash.divideRounding(number.mantissa, by: divisor), scale: 2).description
    }
}

extension Instrument {
    /// Whole lots in `size × (1 − share)`.
    fileprivate func lots(in size: ExactDecimal, less share: Rate) -> Quantity {
        guard let amount = Cash(size) else { return .zero }
        let rest = Rate(parts: Rate.one.parts - share.parts)
        return lots(inBase: Cash(units: amount.units * Int128(rest.parts) / Int128(Rate.one.parts)))
    }
}
