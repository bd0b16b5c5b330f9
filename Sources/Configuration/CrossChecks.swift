internal import MarketModel

/// Rules that need more than one field. They look only at values that are right by themselves.
extension Resolver {
    mutating func checkRelations() {
        requireOrder(.orderSize, .maxOrderValue, "every quote would be refused")
        requireOrder(.maxOrderValue, .maxPositionValue, "one order could exceed the position limit")
        requireOrder(.maxPositionValue, .maxExposure, "one market could exceed the account's limit")
        checkSpread()
        checkCycle()
        checkFees()
        checkEndpoints()
    }

    private func number(_ key: FieldKey) -> ExactDecimal? { values[key]?.value.magnitude }

    private func written(_ key: FieldKey) -> String { values[key].map { $0.value.text } ?? "" }

    /// `small` ≤ `large`; reported where the file is, preferring the key the person wrote.
    private mutating func requireOrder(_ small: FieldKey, _ large: FieldKey, _ reason: String) {
        guard let a = number(small), let b = number(large), DecimalText.isLess(b, a) else { return }
        if values[small]?.origin == .defaultValue {
            report(
                large,
                "expected at least \(small.path), which is \(written(small)), found \(written(large)): \(reason)",
                expected: "at least \(written(small))")
        } else {
            report(
                small, "expected at most \(large.path), which is \(written(large)), found \(written(small)): \(reason)",
                expected: "at most \(written(large))")
        }
    }

    private mutating func checkSpread() {
        guard template == .asterSpread else { return }
        if let wait = number(.counterFillWait), let timeout = number(.orderTimeout), DecimalText.isLess(timeout, wait) {
            report(
                .counterFillWait,
                "is longer than strategy.order_timeout, which is \(written(.orderTimeout)): it never takes effect",
                severity: .warning)
        }
        if let threshold = number(.inventoryThreshold), let most = number(.maxPositionValue),
            DecimalText.isLess(most, threshold)
        {
            report(
                .inventoryThreshold,
                "is above limits.max_position_usd, which is \(written(.maxPositionValue)): "
                    + "no position is ever closed for profit", severity: .warning)
        }
        if let orders = number(.maxOpenOrders), DecimalText.isLess(orders, ExactDecimal(mantissa: 2, scale: 0)) {
            report(
                .maxOpenOrders, "expected at least 2, found 1: a bid and an ask are two orders", expected: "at least 2")
        }
    }

    private mutating func checkCycle() {
        guard template == .asterCycle, let reuse = number(.reuseThreshold) else { return }
        for spread in [FieldKey.buySpread, .sellSpread] {
            guard let distance = number(spread), !DecimalText.isLess(reuse, distance) else { continue }
            report(
                .reuseThreshold,
                "is not below \(spread.path), which is \(written(spread)): an order may be kept until the mid reaches it",
                severity: .warning)
        }
    }

    private mutating func checkFees() {
        for (one, other) in [(FieldKey.makerFee, FieldKey.takerFee), (.takerFee, .makerFee)] {
            if values[one] != nil, values[other] == nil {
                report(one, "needs \(other.path) beside it: both rates are replaced, or none", expected: other.path)
            }
        }
        guard template == .asterCycle, let maker = values[.makerFee]?.decimal, let buy = values[.buySpread]?.decimal,
            let sell = values[.sellSpread]?.decimal, let fee = Rate(maker), let bid = Rate(buy), let ask = Rate(sell)
        else { return }
        if bid.parts + ask.parts <= 2 * fee.parts {
            report(
                .buySpread, "buy_spread and sell_spread together do not cover two maker fees: every cycle loses",
                severity: .warning)
        }
    }

    private mutating func checkEndpoints() {
        guard case .boolean(let testnet)? = values[.useTestnet]?.value else { return }
        for key in [FieldKey.rest, .stream] {
            guard case .text(let text)? = values[key]?.value, let endpoint = VenueEndpoint(text) else { continue }
            if !endpoint.isSecure, !endpoint.isLoopback {
                report(
                    key, "expected https or wss, found \(endpoint.scheme): plain text is allowed on this machine only",
                    expected: "https or wss")
            }
            let isTestHost = endpoint.host.hasSuffix(".asterdex-testnet.com")
            let isMainHost = endpoint.host.hasSuffix(".asterdex.com")
            if testnet, isMainHost {
                report(key, "is on the main network, and use_testnet is true")
            } else if !testnet, isTestHost {
                report(key, "is on the test network, and use_testnet is false")
            }
        }
        if (values[.rest] == nil) != (values[.stream] == nil) {
            let (has, lacks) = values[.rest] == nil ? (FieldKey.stream, FieldKey.rest) : (.rest, .stream)
            report(has, "needs \(lacks.path) beside it: both addresses are replaced, or none", expected: lacks.path)
        }
    }
}

extension Resolver.Located {
    var decimal: ExactDecimal? {
        guard case .decimal(let number) = value else { return nil }
        return number
    }
}

extension FieldValue {
    /// As a configuration would write it, without quotes.
    var text: String {
        switch self {
        case .text(let text): text
        case .boolean(let flag): "\(flag)"
        case .integer(let number): "\(number)"
        case .decimal(let number): number.description
        case .duration(let span): DurationText.text(span)
        }
    }
}
