internal import Configuration
internal import Fundamentals
internal import MarketModel
internal import Quoting
internal import Wire

/// The configuration as the API shows it: the first market's members at the top, as the original bot has them; with
/// several markets, all of them in `markets` too. Never endpoints, names of keys or paths.
extension BotView {
    func writeConfiguration(into json: inout JSONWriter) {
        json.object("config") { json in
            if let first = configuration.markets.first { write(first, into: &json) }
            if configuration.markets.count > 1 {
                json.array("markets", configuration.markets) { json, market in
                    json.object { write(market, into: &$0) }
                }
            }
        }
    }

    private func write(_ market: BotConfiguration.MarketSettings, into json: inout JSONWriter) {
        json.member("market", market.symbol)
        switch market.strategy {
        case .percentSpread(let parameters): write(parameters, into: &json)
        case .inventorySkew(let parameters): write(parameters, market, into: &json)
        case .fixedSpread(let parameters): write(parameters, into: &json)
        case .cycle(let parameters): write(parameters, into: &json)
        case .avellanedaStoikov(let parameters): write(parameters, into: &json)
        case .glft(let parameters): write(parameters, into: &json)
        case .mirror(let parameters): write(parameters, market, into: &json)
        case .watch: json.member("watched", true)
        }
    }

    private func write(
        _ parameters: MirrorParameters, _ market: BotConfiguration.MarketSettings, into json: inout JSONWriter
    ) {
        json.array("levels", parameters.levels) { json, level in
            json.object { json in
                json.number("distance", level.distance.decimal)
                json.member("size", level.size.normalized.description)
            }
        }
        json.number("distance_randomization", parameters.distanceJitter.decimal)
        json.number("size_randomization", parameters.sizeJitter.decimal)
        json.member("use_depth", parameters.usesDepth)
        json.number("reference_threshold", parameters.referenceThreshold.decimal)
        json.number("conversion_threshold", parameters.conversionThreshold.decimal)
        json.number("refresh_interval", parameters.refreshInterval.seconds)
        json.number("min_edge", parameters.minEdge.decimal)
        json.number(
            "replace_threshold_bps",
            ExactDecimal(mantissa: Int128(market.replaceThreshold.parts), scale: Rate.scale - 4))
        json.member("post_only", parameters.timeInForce == .postOnly)
        if let mirror = configuration.mirror { write(mirror, into: &json) }
    }

    private func write(_ mirror: BotConfiguration.MirrorSettings, into json: inout JSONWriter) {
        typealias Places = BotConfiguration.MirrorSettings
        json.object("reference") { json in
            json.member("venue", mirror.venue.rawValue)
            json.member("market", symbol(Places.reference))
            json.member("market_type", mirror.marketType.rawValue)
            json.member("depth", mirror.depth.rawValue)
        }
        json.object("conversion") { $0.member("market", symbol(Places.conversion)) }
        guard let hedge = mirror.hedge else {
            json.key("hedge")
            json.null()
            return
        }
        json.object("hedge") { json in
            json.member("min_size", hedge.minSize.normalized.description)
            json.member("max_order_value_usd", hedge.maxOrderValue.description)
            json.number("max_slippage", hedge.maxSlippage.decimal)
            json.number("patience", hedge.patience.seconds)
            json.number("fee", hedge.fee.decimal)
            json.member("self_trade_prevention", hedge.selfTradePrevention.rawValue)
        }
    }

    /// Exactly the members, and the types, of the original.
    private func write(_ parameters: PercentSpreadParameters, into json: inout JSONWriter) {
        json.number("spread_percentage", parameters.spread.decimal)
        json.member("order_size", parameters.orderSize.normalized.description)
        json.number("refresh_interval", parameters.refreshInterval.seconds)
        json.number("price_move_threshold", parameters.priceMoveThreshold.decimal)
    }

    private func write(
        _ parameters: InventorySkewParameters, _ market: BotConfiguration.MarketSettings, into json: inout JSONWriter
    ) {
        json.number("k", parameters.k)
        json.number("alpha", parameters.alpha)
        json.number("beta", parameters.beta)
        json.number("base_spread", parameters.baseSpread.decimal)
        json.number("quote_notional_cap_usd", parameters.notionalCap.decimal)
        json.number(
            "replace_threshold_bps",
            ExactDecimal(mantissa: Int128(market.replaceThreshold.parts), scale: Rate.scale - 4))
        json.number("min_order_size", parameters.minOrderSize)
        json.member("post_only", parameters.timeInForce == .postOnly)
        json.number("inventory_sensitivity", parameters.inventorySensitivity)
    }

    private func write(_ parameters: FixedSpreadParameters, into json: inout JSONWriter) {
        json.number("half_spread", parameters.halfSpread)
        json.member("order_size_usd", parameters.orderSize.description)
        json.number("order_timeout", parameters.orderTimeout.seconds)
        json.number("counter_fill_wait", parameters.counterFillWait.seconds)
        json.member("inventory_threshold_usd", parameters.inventoryThreshold.description)
        json.member("min_profit_to_close", parameters.minProfitToClose.description)
        json.number("pnl_hold", parameters.profitHold.seconds)
        json.number("position_check_interval", parameters.positionCheckInterval.seconds)
    }

    private func write(_ parameters: CycleParameters, into json: inout JSONWriter) {
        json.number("buy_spread", parameters.buySpread.decimal)
        json.number("sell_spread", parameters.sellSpread.decimal)
        json.number("balance_fraction", parameters.balanceFraction.decimal)
        json.number("order_refresh_interval", parameters.orderRefreshInterval.seconds)
        json.number("reuse_threshold", parameters.reuseThreshold.decimal)
    }

    private func write(_ parameters: AvellanedaStoikovParameters, into json: inout JSONWriter) {
        json.number("gamma", parameters.gamma)
        json.number("horizon", parameters.horizon.seconds)
        write(parameters.intensity, into: &json)
        json.number("sigma", parameters.sigma)
        json.member("order_size", parameters.orderSize.normalized.description)
    }

    private func write(_ parameters: GLFTParameters, into json: inout JSONWriter) {
        json.number("gamma", parameters.gamma)
        write(parameters.intensity, into: &json)
        json.number("sigma", parameters.sigma)
        json.member("order_size", parameters.orderSize.normalized.description)
        json.member("max_inventory", parameters.maxInventory)
    }

    private func write(_ intensity: IntensityParameters, into json: inout JSONWriter) {
        json.object("intensity") { json in
            switch intensity {
            case .fixed(let a, let kappa):
                json.number("a", a)
                json.number("kappa", kappa)
            case .calibrated(let window): json.number("calibration_window", window.seconds)
            }
        }
    }
}

extension Rate {
    var decimal: ExactDecimal { ExactDecimal(mantissa: Int128(parts), scale: Rate.scale) }
}
