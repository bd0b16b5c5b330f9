internal import Configuration
internal import Fundamentals
internal import MarketModel
internal import Quoting
internal import RiskControl
internal import VenueAster
internal import VenueKit
internal import Wire

/// Judges the market's rules against what the configuration would send.
enum DoctorMarket {
    static func instrument(_ body: JSONValue, symbol: String) -> (instrument: Instrument?, finding: DoctorFinding) {
        do throws(AsterDecodeError) {
            let instrument = try AsterExchangeInfo.instrument(body, symbol: symbol, market: MarketID(0))
            return (
                instrument,
                .ok(
                    "symbol",
                    "\(symbol) is trading, tick \(instrument.tickSize), lot \(instrument.lotSize), "
                        + "at least \(instrument.minNotional) \(instrument.settlementAsset) an order")
            )
        } catch {
            return (nil, .fail("symbol", "\(error.place): \(error.reason)", "choose another symbol, or wait"))
        }
    }

    /// The mid of a `bookTicker` reply.
    static func touch(_ body: JSONValue, _ instrument: Instrument) -> (bid: Price, ask: Price)? {
        guard let bid = body["bidPrice"]?.numeral.flatMap({ ExactDecimal($0) }).flatMap({ instrument.price($0) }),
            let ask = body["askPrice"]?.numeral.flatMap({ ExactDecimal($0) }).flatMap({ instrument.price($0) }),
            bid.ticks > 0, bid < ask
        else { return nil }
        return (bid, ask)
    }

    /// Whether an order of the configured size would be taken.
    ///
    /// - Parameter available: free balance, for the bot that sizes its orders by it.
    static func orderSize(
        _ configuration: BotConfiguration, _ instrument: Instrument, at price: Price, available: Cash?
    ) -> DoctorFinding {
        let check = "order size"
        guard let (wanted, field) = wantedValue(configuration, available) else {
            return .warn(check, "not known without the balance", "give the credentials that a run would use")
        }
        let quantity = instrument.lots(worth: wanted, at: price)
        let value = instrument.notional(price, quantity)
        let asset = instrument.settlementAsset
        let text =
            "\(instrument.text(quantity)) \(instrument.baseAsset) at \(instrument.text(price)), \(value) \(asset)"
        if quantity < instrument.quantityRange.lowerBound {
            let least = instrument.text(instrument.quantityRange.lowerBound)
            return .fail(check, "\(text): below the venue's least quantity \(least)", "raise \(field)")
        }
        if quantity > instrument.quantityRange.upperBound {
            let most = instrument.text(instrument.quantityRange.upperBound)
            return .fail(check, "\(text): above the venue's largest quantity \(most)", "lower \(field)")
        }
        if value < instrument.minNotional {
            return .fail(check, "\(text): below the venue's least value \(instrument.minNotional)", "raise \(field)")
        }
        if value > configuration.markets[0].limits.maxOrderValue {
            return .fail(
                check, "\(text): above limits.max_order_value_usd \(configuration.markets[0].limits.maxOrderValue)",
                "lower \(field) or raise the limit")
        }
        return .ok(check, text)
    }

    private static func wantedValue(
        _ configuration: BotConfiguration, _ available: Cash?
    ) -> (value: Cash, field: String)? {
        switch configuration.markets[0].strategy {
        case .fixedSpread(let parameters): (parameters.orderSize, "strategy.order_size_usd")
        case .cycle(let parameters):
            available.map { (parameters.balanceFraction.of($0), "strategy.balance_fraction") }
        case .inventorySkew(let parameters): (parameters.notionalCap, "quote_notional_cap_usd")
        case .percentSpread, .avellanedaStoikov, .glft, .mirror, .watch: nil
        }
    }

    /// What a full turn of both quotes earns, after two maker fees.
    static func edge(
        _ configuration: BotConfiguration, _ instrument: Instrument, at price: Price, maker: Rate
    ) -> DoctorFinding {
        guard let halfSpread = halfSpread(configuration.markets[0].strategy, instrument, price) else {
            return .warn("edge", "the spread cannot be compared with the fees", "check the spreads")
        }
        // Parts per hundred million of the price.
        let earned = Rate(parts: halfSpread - maker.parts)
        let text =
            "half spread \(percent(halfSpread)), maker fee \(percent(maker.parts)), left \(percent(earned.parts))"
        if earned < .zero { return .warn("edge", text, "every turn loses: widen the spread") }
        return .ok("edge", text)
    }

    private static func halfSpread(
        _ strategy: StrategyConfiguration, _ instrument: Instrument, _ price: Price
    ) -> Int64? {
        switch strategy {
        case .fixedSpread(let parameters):
            let level = instrument.decimal(price)
            let scale = max(level.scale, parameters.halfSpread.scale)
            guard let distance = parameters.halfSpread.units(atScale: scale), let base = level.units(atScale: scale),
                base > 0
            else { return nil }
            let (product, overflow) = distance.multipliedReportingOverflow(by: Int128(Rate.one.parts))
            return overflow ? nil : Int64(clamping: product / base)
        case .cycle(let parameters): return (parameters.buySpread.parts + parameters.sellSpread.parts) / 2
        case .inventorySkew(let parameters): return parameters.baseSpread.parts
        case .percentSpread(let parameters): return parameters.spread.parts
        case .avellanedaStoikov, .glft, .mirror, .watch: return nil
        }
    }

    /// `0.0123 %`, of parts per hundred million.
    private static func percent(_ parts: Int64) -> String {
        "\(ExactDecimal(mantissa: Int128(parts), scale: Rate.scale - 2).normalized) %"
    }

    static func rateHeadroom(used: Int?, _ rules: [RateRule]) -> DoctorFinding {
        let check = "rate headroom"
        guard let used else {
            return .warn(check, "the venue told no X-MBX-USED-WEIGHT-1M", "watch for 429 in the log")
        }
        let limit = rules.first { $0.measure == .weight && $0.window == .minutes(1) }?.limit ?? 2_400
        let text = "\(used) of \(limit) weight used this minute"
        if used * 10 > limit * 9 {
            return .fail(check, text, "something else sends from this address: stop it", .unavailable)
        }
        if used * 2 > limit { return .warn(check, text, "something else sends from this address") }
        return .ok(check, text)
    }
}
