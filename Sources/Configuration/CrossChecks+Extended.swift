internal import Fundamentals
internal import MarketModel

/// Rules of the Extended bots.
extension Resolver {
    mutating func checkExtended() {
        checkMarketNames()
        checkTimes()
        checkRate()
        for market in 0..<marketCount {
            checkLeverage(market)
            checkSizes(market)
            checkPrices(market)
            checkIntensity(market)
        }
        requireOrder(
            FieldPlace(.maxNetExposure), FieldPlace(.maxExposure), "the difference of longs and shorts is never more",
            severity: .warning)
    }

    private mutating func checkMarketNames() {
        for market in 0..<marketCount {
            guard let name = symbol(market), let first = (0..<market).first(where: { symbol($0) == name }) else {
                continue
            }
            report(
                .market, market: market, "\(name) is listed already, as markets[\(first)]", expected: "each market once"
            )
        }
        let enabled = (0..<marketCount).filter { value(.enabled, market: $0)?.value != .boolean(false) }
        if enabled.isEmpty, marketCount > 0 {
            report(.enabled, market: 0, "every market is disabled: nothing would be quoted", expected: "true")
        }
    }

    private mutating func checkTimes() {
        if case .duration(let countdown)? = value(.countdown)?.value {
            if countdown.nanoseconds % 1_000_000_000 != 0 {
                report(
                    .countdown,
                    "expected whole seconds, found \(written(.countdown)): the venue counts no parts of them",
                    expected: "whole seconds")
            } else if countdown < .seconds(60) || countdown > .seconds(300) {
                report(
                    .countdown,
                    "is outside of the recommended 60s to 300s: shorter ones fire in ordinary disturbances, "
                        + "longer ones leave orders alone for long", severity: .warning)
            }
        }
        if let coalescing = number(.coalescing), let loop = number(.decisionInterval), coalescing.mantissa > 0,
            DecimalText.isLess(coalescing, loop)
        {
            report(
                .coalescing,
                "is shorter than strategy.decision_interval, which is \(written(.decisionInterval)): "
                    + "decisions by time alone are never merged", severity: .warning)
        }
        requireOrder(
            FieldPlace(.coalescing), FieldPlace(.staleAfter), "quotes would outlive the book they were made from",
            severity: .warning)
        if value(.useTestnet)?.value == .boolean(true), case .duration(let life)? = value(.orderLifetime)?.value,
            life > .seconds(28 * 86_400)
        {
            report(
                .orderLifetime, "expected at most 28d, found \(written(.orderLifetime)): the test network refuses more",
                expected: "at most 28d")
        }
        if value(.startsQuoting)?.value == .boolean(false), value(.controlListen) == nil {
            report(
                .startsQuoting, "is false, and control.listen is not set: only apus run --control can then start it",
                severity: .warning)
        }
    }

    /// The venue's limit for one address, whoever asks: 1,000 requests a minute.
    private mutating func checkRate() {
        guard case .integer(let most)? = value(.maxMessages)?.value,
            case .duration(let window)? = value(.messageWindow)?.value, window > .zero
        else { return }
        if Int128(most) * 60_000_000_000 > Int128(window.nanoseconds) * 1_000 {
            report(
                .maxMessages,
                "with limits.message_window, which is \(written(.messageWindow)), is more than the venue's 1000 requests a "
                    + "minute: expect the breaker to trip", severity: .warning)
        }
    }

    /// The market's own limit, or the one for all markets.
    private func limit(_ own: FieldKey, _ common: FieldKey, _ market: Int) -> FieldPlace {
        value(own, market: market) == nil ? FieldPlace(common) : FieldPlace(own, market: market)
    }

    /// The venue's limits are decimals, but it refuses leverage "of invalid precision" (1053) and nobody has seen it take
    /// anything but whole numbers.
    private mutating func checkLeverage(_ market: Int) {
        guard let leverage = value(.leverage, market: market)?.decimal, leverage.scale > 0 else { return }
        report(
            .leverage, market: market, "expected a whole number, found \(leverage): the venue takes no parts",
            expected: "a whole number such as \"10\"")
    }

    private mutating func checkSizes(_ market: Int) {
        let order = limit(.marketMaxOrderValue, .maxOrderValue, market)
        let position = limit(.marketMaxPositionValue, .maxPositionValue, market)
        if value(.quoteNotionalCap, market: market) != nil {
            requireOrder(FieldPlace(.quoteNotionalCap, market: market), order, "every quote would be refused")
        }
        if order.market != nil || position.market != nil {
            requireOrder(order, position, "one order could exceed the position limit")
        }
        if position.market != nil {
            requireOrder(position, FieldPlace(.maxExposure), "one market could exceed the account's limit")
        }
        if position.market != nil || market == 0 {
            requireOrder(
                position, FieldPlace(.maxNetExposure), "the account's net limit binds before this one",
                severity: .warning)
        }
        requireOrder(
            FieldPlace(.minOrderSize, market: market), FieldPlace(.maxOrderSize, market: market),
            "no quote would be large enough")
        let orders = limit(.marketMaxOpenOrders, .maxOpenOrders, market)
        guard orders.market != nil || market == 0, let count = number(orders) else { return }
        requireTwoOrders(orders)
        if DecimalText.isLess(count, ExactDecimal(mantissa: 4, scale: 0)), count != ExactDecimal(mantissa: 1, scale: 0)
        {
            report(
                at: values[orders]?.origin ?? .defaultValue, orders.path,
                "is below 4: while bid and ask are replaced, the old ones count besides the new ones",
                severity: .warning)
        }
    }

    private mutating func checkPrices(_ market: Int) {
        let isPercent = template == .extendedPercent
        let spread = FieldPlace(isPercent ? .spread : .baseSpread, market: market)
        guard let distance = value(spread.key, market: market)?.decimal.flatMap(Rate.init) else { return }
        requireOrder(spread, FieldPlace(.priceCollar), "every quote would be refused")
        if let fee = fee(market), distance < fee.rate {
            report(
                spread.key, market: market, "does not cover the \(fee.name): fills at that distance lose money",
                severity: .warning)
        }
        if let threshold = value(.replaceThreshold, market: market)?.decimal?.units(atScale: 4),
            // A ten-thousandth of a basis point is one part of a rate.
            threshold > 0, threshold >= Int128(distance.parts)
        {
            report(
                .replaceThreshold, market: market,
                "is not below base_spread, which is \(written(spread)): a quote may be kept until the mid reaches it",
                severity: .warning)
        }
        if case .text(let type)? = value(.orderType, market: market)?.value, type == "IOC" || type == "FOK" {
            let note = type == "FOK" ? "; the venue has deprecated it" : ""
            report(
                .orderType, market: market,
                "\(type) never rests: beside the touch it expires at once, and through it pays the taker fee\(note)",
                severity: .warning)
        }
    }

    /// The fee a market's quotes may have to pay, where it is known: the override, or the venue's list.
    private func fee(_ market: Int) -> (rate: Rate, name: String)? {
        let mayTake =
            value(.postOnly, market: market)?.value == .boolean(false)
            || value(.orderType, market: market).map { $0.value != .text("POST_ONLY") } ?? false
        let override = value(mayTake ? .takerFee : .makerFee)?.decimal.flatMap(Rate.init)
        let rate = override ?? (mayTake ? Self.takerFee : .zero)
        return (rate, mayTake ? "taker fee, which quotes that may take can cost" : "maker fee")
    }

    /// The venue's flat taker fee, 0.025 %; makers pay nothing.
    private static let takerFee = Rate(parts: 25_000)

    private mutating func checkIntensity(_ market: Int) {
        let (a, kappa) = (FieldKey.intensityA, FieldKey.intensityKappa)
        for (one, other) in [(a, kappa), (kappa, a)] {
            if value(one, market: market) != nil, value(other, market: market) == nil {
                report(
                    one, market: market, "needs \(other.name) beside it: both are given, or both are calibrated",
                    expected: other.name)
            }
        }
        if value(a, market: market) != nil, let window = value(.calibrationWindow, market: market),
            window.origin != .defaultValue
        {
            report(
                .calibrationWindow, market: market, "has no effect beside intensity_a and intensity_kappa",
                severity: .warning)
        }
    }
}
