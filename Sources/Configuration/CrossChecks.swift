internal import MarketModel

/// Rules that need more than one field. They look only at values that are right by themselves.
extension Resolver {
    mutating func checkRelations() {
        requireOrder(FieldPlace(.orderSize), FieldPlace(.maxOrderValue), "every quote would be refused")
        requireOrder(
            FieldPlace(.maxOrderValue), FieldPlace(.maxPositionValue), "one order could exceed the position limit")
        requireOrder(
            FieldPlace(.maxPositionValue), FieldPlace(.maxExposure), "one market could exceed the account's limit")
        checkSpread()
        checkCycle()
        checkFees()
        checkEndpoints()
        checkControl()
        checkChannels()
        if let template, template.venue == .extended { checkExtended() }
        if let template, template.isMirror { checkMirror() }
    }

    func number(_ place: FieldPlace) -> ExactDecimal? { values[place]?.value.magnitude }
    func number(_ key: FieldKey) -> ExactDecimal? { number(FieldPlace(key)) }

    func written(_ place: FieldPlace) -> String { values[place].map { $0.value.text } ?? "" }
    func written(_ key: FieldKey) -> String { written(FieldPlace(key)) }

    /// `small` ≤ `large`; reported where the file is, preferring the key the person wrote.
    mutating func requireOrder(
        _ small: FieldPlace, _ large: FieldPlace, _ reason: String, severity: ConfigurationIssue.Severity = .error
    ) {
        guard let a = number(small), let b = number(large), DecimalText.isLess(b, a) else { return }
        if let smaller = values[small]?.origin, smaller == .defaultValue {
            report(
                at: values[large]?.origin ?? .defaultValue, large.path,
                "expected at least \(small.path), which is \(written(small)), found \(written(large)): \(reason)",
                expected: "at least \(written(small))", severity: severity)
        } else {
            report(
                at: values[small]?.origin ?? .defaultValue, small.path,
                "expected at most \(large.path), which is \(written(large)), found \(written(small)): \(reason)",
                expected: "at most \(written(large))", severity: severity)
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
        requireTwoOrders(FieldPlace(.maxOpenOrders))
    }

    mutating func requireTwoOrders(_ place: FieldPlace) {
        guard let orders = number(place), DecimalText.isLess(orders, ExactDecimal(mantissa: 2, scale: 0)) else {
            return
        }
        report(
            at: values[place]?.origin ?? .defaultValue, place.path,
            "expected at least 2, found 1: a bid and an ask are two orders", expected: "at least 2")
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
            if value(one) != nil, value(other) == nil {
                report(one, "needs \(other.path) beside it: both rates are replaced, or none", expected: other.path)
            }
        }
        guard template == .asterCycle, let maker = value(.makerFee)?.decimal, let buy = value(.buySpread)?.decimal,
            let sell = value(.sellSpread)?.decimal, let fee = Rate(maker), let bid = Rate(buy), let ask = Rate(sell)
        else { return }
        if bid.parts + ask.parts <= 2 * fee.parts {
            report(
                .buySpread, "buy_spread and sell_spread together do not cover two maker fees: every cycle loses",
                severity: .warning)
        }
    }

    private mutating func checkEndpoints() {
        let isTest = value(.useTestnet)?.value == .boolean(true)
        checkEndpoint(.rest, isTest: isTest, switchedBy: .useTestnet)
        checkEndpoint(.stream, isTest: isTest, switchedBy: .useTestnet)
        if row(.stream) != nil { checkPair(.rest, .stream) }
    }

    /// An address of another machine is encrypted, and on the network that is meant.
    mutating func checkEndpoint(_ key: FieldKey, isTest: Bool, switchedBy network: FieldKey) {
        guard case .text(let text)? = value(key)?.value, let endpoint = VenueEndpoint(text) else { return }
        if !endpoint.isSecure, !endpoint.isLoopback {
            report(
                key, "expected https or wss, found \(endpoint.scheme): plain text is allowed on this machine only",
                expected: "https or wss")
        }
        guard row(network) != nil else { return }
        switch (isTest, VenueHosts.network(of: endpoint.host)) {
        case (true, .main): report(key, "is on the main network, and \(network.path) is true")
        case (false, .test): report(key, "is on the test network, and \(network.path) is false")
        case (true, .test), (false, .main), (_, nil): break
        }
    }

    /// Both or none.
    mutating func checkPair(_ one: FieldKey, _ other: FieldKey) {
        guard (value(one) == nil) != (value(other) == nil) else { return }
        let (has, lacks) = value(one) == nil ? (other, one) : (one, other)
        report(has, "needs \(lacks.path) beside it: both addresses are replaced, or none", expected: lacks.path)
    }

    private mutating func checkControl() {
        guard case .text(let text)? = value(.controlListen)?.value, let listen = ListenAddress(text) else { return }
        if !listen.isLoopback, value(.controlAllowRemote)?.value == .boolean(false) {
            report(
                .controlListen,
                "expected an address of this machine such as 127.0.0.1:\(listen.port), found \(listen): others could reach "
                    + "it; set control.allow_remote if that is meant", expected: "127.0.0.1:\(listen.port)")
        }
    }
}

extension Resolver.Located {
    /// Not inlined: where it is, in an optional chain, it crashes the optimizer of Swift 6.3.1 ("outside of lifetime").
    @inline(never)
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
