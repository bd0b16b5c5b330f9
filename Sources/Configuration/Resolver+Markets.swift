internal import Fundamentals
internal import MarketModel
internal import Quoting
internal import RiskControl

/// Each market's part of the configuration.
extension Resolver {
    func marketSettings(_ template: Template) -> [BotConfiguration.MarketSettings] {
        switch template {
        case .asterSpread, .asterCycle:
            [
                .init(
                    symbol: text(.symbol), strategy: template == .asterSpread ? fixedSpread : cycle,
                    limits: limits(nil), replaceThreshold: .zero, leverage: nil)
            ]
        case .extendedAvellaneda, .extendedPercent:
            (0..<marketCount).filter { boolean(.enabled, $0) }.map { settings($0, template) }
        case .binanceACEMirror, .binanceBitoProMirror, .binanceMAXMirror: mirrorMarkets
        }
    }

    private func settings(_ market: Int, _ template: Template) -> BotConfiguration.MarketSettings {
        .init(
            symbol: text(.market, market),
            strategy: template == .extendedPercent ? percentSpread(market) : avellaneda(market),
            limits: limits(market), replaceThreshold: replaceThreshold(market),
            leverage: optionalDecimal(.leverage, market))
    }

    /// A ten-thousandth of a basis point is one part of a rate.
    private func replaceThreshold(_ market: Int) -> Rate {
        Rate(parts: optionalDecimal(.replaceThreshold, market)?.int64(atScale: 4) ?? 0)
    }

    /// The limits of a market: its own where it has them.
    func limits(_ market: Int?) -> MarketLimits {
        func own<Value>(_ key: FieldKey, _ read: (FieldKey, Int) -> Value?) -> Value? {
            market.flatMap { value(key, market: $0) == nil ? nil : read(key, $0) }
        }
        let lots = market == nil ? optionalInteger(.maxPositionLots) : own(.marketMaxPositionLots, optionalInteger)
        return MarketLimits(
            maxPositionValue: own(.marketMaxPositionValue, cash) ?? cash(.maxPositionValue),
            maxPosition: lots.map(Quantity.init(lots:)),
            maxOpenOrders: own(.marketMaxOpenOrders, integer) ?? integer(.maxOpenOrders),
            maxOrderValue: own(.marketMaxOrderValue, cash) ?? cash(.maxOrderValue), priceCollar: rate(.priceCollar),
            staleAfter: duration(.staleAfter), maxRepeatedFills: integer(.maxRepeatedFills),
            repeatedFillWindow: duration(.repeatedFillWindow))
    }

    private var fixedSpread: StrategyConfiguration {
        .fixedSpread(
            FixedSpreadParameters(
                halfSpread: decimal(.halfSpread), orderSize: cash(.orderSize), orderTimeout: duration(.orderTimeout),
                counterFillWait: duration(.counterFillWait), inventoryThreshold: cash(.inventoryThreshold),
                minProfitToClose: cash(.minProfitToClose), profitHold: duration(.profitHold),
                positionCheckInterval: duration(.positionCheckInterval)))
    }

    private var cycle: StrategyConfiguration {
        .cycle(
            CycleParameters(
                buySpread: rate(.buySpread), sellSpread: rate(.sellSpread), balanceFraction: rate(.balanceFraction),
                orderRefreshInterval: duration(.orderRefreshInterval), reuseThreshold: rate(.reuseThreshold)))
    }

    private func avellaneda(_ market: Int) -> StrategyConfiguration {
        let timeInForce = boolean(.postOnly, market) ? TimeInForce.postOnly : .goodTillCancel
        switch model ?? .simplified {
        case .simplified:
            return .inventorySkew(
                InventorySkewParameters(
                    k: decimal(.k, market), alpha: decimal(.alpha, market), beta: decimal(.beta, market),
                    baseSpread: rate(.baseSpread, market), notionalCap: cash(.quoteNotionalCap, market),
                    inventorySensitivity: decimal(.inventorySensitivity, market),
                    minOrderSize: decimal(.minOrderSize, market), maxOrderSize: optionalDecimal(.maxOrderSize, market),
                    timeInForce: timeInForce, minEdge: optionalDecimal(.minEdge, market).flatMap(Rate.init)))
        case .avellanedaStoikov:
            return .avellanedaStoikov(
                AvellanedaStoikovParameters(
                    gamma: decimal(.gamma, market), horizon: duration(.horizon, market), intensity: intensity(market),
                    sigma: optionalDecimal(.sigma, market), orderSize: decimal(.marketOrderSize, market),
                    timeInForce: timeInForce))
        case .glft:
            return .glft(
                GLFTParameters(
                    gamma: decimal(.gamma, market), intensity: intensity(market),
                    sigma: optionalDecimal(.sigma, market), orderSize: decimal(.marketOrderSize, market),
                    maxInventory: integer(.maxInventory, market), timeInForce: timeInForce))
        }
    }

    private func intensity(_ market: Int) -> IntensityParameters {
        guard let a = optionalDecimal(.intensityA, market), let kappa = optionalDecimal(.intensityKappa, market) else {
            return .calibrated(window: duration(.calibrationWindow, market))
        }
        return .fixed(a: a, kappa: kappa)
    }

    private func percentSpread(_ market: Int) -> StrategyConfiguration {
        .percentSpread(
            PercentSpreadParameters(
                spread: rate(.spread, market), orderSize: decimal(.marketOrderSize, market),
                refreshInterval: duration(.refreshInterval, market),
                priceMoveThreshold: rate(.priceMoveThreshold, market), timeInForce: orderType(market),
                volatilityFactor: decimal(.volatilityFactor, market), inventorySkew: decimal(.inventorySkew, market),
                depthAhead: cash(.depthAhead, market)))
    }

    private func orderType(_ market: Int) -> TimeInForce {
        switch text(.orderType, market) {
        case "GTC": .goodTillCancel
        case "IOC": .immediateOrCancel
        case "FOK": .fillOrKill
        default: .postOnly
        }
    }
}
