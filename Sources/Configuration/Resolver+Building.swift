internal import Fundamentals
internal import MarketModel
internal import Quoting
internal import RiskControl

extension Resolver {
    /// The configuration, once nothing is wrong with it.
    func build(environment: [String: String]) -> BotConfiguration? {
        guard !hasErrors, let template else { return nil }
        let isTest = boolean(.useTestnet)
        let domain = isTest ? "asterdex-testnet.com" : "asterdex.com"
        guard let rest = VenueEndpoint(optionalText(.rest) ?? "https://fapi.\(domain)"),
            let stream = VenueEndpoint(optionalText(.stream) ?? "wss://fstream.\(domain)"),
            let venue = BotConfiguration.Venue(rawValue: text(.venue)),
            let scheme = CredentialNames.Scheme(rawValue: text(.scheme))
        else { return nil }
        return BotConfiguration(
            venue: venue, template: template,
            markets: [
                .init(
                    symbol: text(.symbol), strategy: strategy(template), limits: marketLimits, replaceThreshold: .zero,
                    leverage: nil)
            ], usesTestnet: isTest,
            endpoints: .init(
                rest: rest, stream: stream, privateCAFile: optionalText(.privateCAFile),
                chainID: optionalInteger(.chainID) ?? (isTest ? 714 : 1666)),
            credentials: CredentialNames(
                scheme: scheme, apiKey: text(.apiKeyVariable), apiSecret: text(.apiSecretVariable),
                user: text(.userVariable), signer: text(.signerVariable), privateKey: text(.privateKeyVariable),
                vault: "", publicKey: ""),
            decisionInterval: template == .asterSpread ? duration(.decisionInterval) : .seconds(1),
            coalescing: .zero, selfTradeProtection: .account, orderLifetime: .seconds(3600), startsQuoting: true,
            retryOnErrorInterval: template == .asterCycle ? duration(.retryOnErrorInterval) : .seconds(5),
            accountLimits: accountLimits,
            feesOverride: values[.makerFee] == nil ? nil : .init(maker: rate(.makerFee), taker: rate(.takerFee)),
            receiveWindow: duration(.receiveWindow), countdown: duration(.countdown),
            logging: .init(
                level: text(.logLevel), file: optionalText(.logFile), isReleaseMode: boolean(.releaseMode),
                priceReportInterval: duration(.priceReportInterval),
                balanceReportInterval: duration(.balanceReportInterval)),
            control: nil, stateDirectory: stateDirectory(environment))
    }

    private func strategy(_ template: Template) -> StrategyConfiguration {
        switch template {
        case .asterSpread:
            .fixedSpread(
                FixedSpreadParameters(
                    halfSpread: decimal(.halfSpread), orderSize: cash(.orderSize),
                    orderTimeout: duration(.orderTimeout),
                    counterFillWait: duration(.counterFillWait), inventoryThreshold: cash(.inventoryThreshold),
                    minProfitToClose: cash(.minProfitToClose), profitHold: duration(.profitHold),
                    positionCheckInterval: duration(.positionCheckInterval)))
        case .asterCycle:
            .cycle(
                CycleParameters(
                    buySpread: rate(.buySpread), sellSpread: rate(.sellSpread), balanceFraction: rate(.balanceFraction),
                    orderRefreshInterval: duration(.orderRefreshInterval), reuseThreshold: rate(.reuseThreshold)))
        }
    }

    private var marketLimits: MarketLimits {
        MarketLimits(
            maxPositionValue: cash(.maxPositionValue),
            maxPosition: optionalInteger(.maxPositionLots).map(Quantity.init(lots:)),
            maxOpenOrders: integer(.maxOpenOrders), maxOrderValue: cash(.maxOrderValue),
            priceCollar: rate(.priceCollar),
            staleAfter: duration(.staleAfter), maxRepeatedFills: integer(.maxRepeatedFills),
            repeatedFillWindow: duration(.repeatedFillWindow))
    }

    private var accountLimits: AccountLimits {
        AccountLimits(
            maxExposure: cash(.maxExposure), minBalance: cash(.minBalance), maxDailyLoss: cash(.maxDailyLoss),
            maxDrawdown: cash(.maxDrawdown), maxMessages: integer(.maxMessages),
            messageWindow: duration(.messageWindow),
            maxRoundTrip: duration(.maxRoundTrip), breakerPause: duration(.breakerPause))
    }

    private func stateDirectory(_ environment: [String: String]) -> String {
        let home = environment["HOME"] ?? ""
        if let given = optionalText(.stateDirectory) {
            return given.hasPrefix("~/") && !home.isEmpty ? home + given.dropFirst() : given
        }
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return state + "/apus" }
        return home.isEmpty ? ".apus" : home + "/.local/state/apus"
    }

    // MARK: Typed access. Every key is present and of its type: the field table and `checkCompleteness` saw to it.

    private func missing<Value>(_ key: FieldKey) -> Value {
        preconditionFailure("\(key.path) has no value of its type although the configuration was accepted")
    }

    private func optionalText(_ key: FieldKey) -> String? {
        guard case .text(let text)? = values[key]?.value else { return nil }
        return text
    }

    private func optionalInteger(_ key: FieldKey) -> Int64? {
        guard case .integer(let number)? = values[key]?.value else { return nil }
        return number
    }

    private func text(_ key: FieldKey) -> String { optionalText(key) ?? missing(key) }
    private func integer(_ key: FieldKey) -> Int { optionalInteger(key).map(Int.init) ?? missing(key) }
    private func decimal(_ key: FieldKey) -> ExactDecimal { values[key]?.decimal ?? missing(key) }
    private func cash(_ key: FieldKey) -> Cash { Cash(decimal(key)) ?? missing(key) }
    private func rate(_ key: FieldKey) -> Rate { Rate(decimal(key)) ?? missing(key) }

    private func boolean(_ key: FieldKey) -> Bool {
        guard case .boolean(let flag)? = values[key]?.value else { return missing(key) }
        return flag
    }

    private func duration(_ key: FieldKey) -> TimeSpan {
        guard case .duration(let span)? = values[key]?.value else { return missing(key) }
        return span
    }
}
