internal import Fundamentals
internal import MarketModel
internal import Quoting
internal import RiskControl

extension Resolver {
    /// The configuration, once nothing is wrong with it.
    func build(environment: [String: String]) -> BotConfiguration? {
        guard !hasErrors, let template else { return nil }
        let isTest = boolean(.useTestnet)
        let hosts = VenueHosts.standard(template.venue, isTest ? .test : .main)
        guard let rest = VenueEndpoint(optionalText(.rest) ?? hosts.rest),
            let stream = VenueEndpoint(optionalText(.stream) ?? hosts.stream)
        else { return nil }
        let isExtended = template.venue == .extended
        return BotConfiguration(
            venue: template.venue, template: template, markets: marketSettings(template), usesTestnet: isTest,
            endpoints: .init(
                rest: rest, stream: stream, privateCAFile: optionalText(.privateCAFile),
                chainID: optionalInteger(.chainID) ?? (isTest ? 714 : 1666)),
            credentials: credentialNames(template),
            decisionInterval: template == .asterCycle ? .seconds(1) : duration(.decisionInterval),
            coalescing: isExtended ? duration(.coalescing) : .zero,
            selfTradeProtection: optionalText(.selfTradeProtection)
                .flatMap(BotConfiguration.SelfTradeProtection.init(rawValue:)) ?? .account,
            orderLifetime: isExtended ? duration(.orderLifetime) : .seconds(3_600),
            startsQuoting: boolean(.startsQuoting),
            retryOnErrorInterval: template == .asterCycle ? duration(.retryOnErrorInterval) : .seconds(5),
            accountLimits: accountLimits,
            feesOverride: value(.makerFee) == nil ? nil : .init(maker: rate(.makerFee), taker: rate(.takerFee)),
            receiveWindow: isExtended ? .seconds(5) : duration(.receiveWindow), countdown: duration(.countdown),
            logging: .init(
                level: text(.logLevel), file: optionalText(.logFile), isReleaseMode: boolean(.releaseMode),
                priceReportInterval: duration(.priceReportInterval),
                balanceReportInterval: duration(.balanceReportInterval)),
            control: optionalText(.controlListen).flatMap(ListenAddress.init).map {
                .init(listen: $0, allowsRemote: boolean(.controlAllowRemote))
            },
            notifications: notificationSettings, stateDirectory: stateDirectory(environment))
    }

    private func credentialNames(_ template: Template) -> CredentialNames {
        let scheme = optionalText(.scheme).flatMap(CredentialNames.Scheme.init(rawValue:))
        return CredentialNames(
            scheme: scheme ?? (template.venue == .extended ? .stark : .hmac), apiKey: text(.apiKeyVariable),
            apiSecret: optionalText(.apiSecretVariable) ?? "", user: optionalText(.userVariable) ?? "",
            signer: optionalText(.signerVariable) ?? "", privateKey: text(.privateKeyVariable),
            vault: optionalText(.vaultVariable) ?? "", publicKey: optionalText(.publicKeyVariable) ?? "")
    }

    private var accountLimits: AccountLimits {
        AccountLimits(
            maxExposure: cash(.maxExposure), minBalance: cash(.minBalance), maxDailyLoss: cash(.maxDailyLoss),
            maxDrawdown: cash(.maxDrawdown), maxMessages: integer(.maxMessages),
            messageWindow: duration(.messageWindow),
            maxRoundTrip: duration(.maxRoundTrip), breakerPause: duration(.breakerPause),
            maxNetExposure: value(.maxNetExposure) == nil ? nil : cash(.maxNetExposure))
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

    func optionalText(_ key: FieldKey, _ market: Int? = nil) -> String? {
        guard case .text(let text)? = value(key, market: market)?.value else { return nil }
        return text
    }

    func optionalInteger(_ key: FieldKey, _ market: Int? = nil) -> Int64? {
        guard case .integer(let number)? = value(key, market: market)?.value else { return nil }
        return number
    }

    func optionalDecimal(_ key: FieldKey, _ market: Int? = nil) -> ExactDecimal? { value(key, market: market)?.decimal }

    func text(_ key: FieldKey, _ market: Int? = nil) -> String { optionalText(key, market) ?? missing(key) }
    func integer(_ key: FieldKey, _ market: Int? = nil) -> Int {
        optionalInteger(key, market).map(Int.init) ?? missing(key)
    }
    func decimal(_ key: FieldKey, _ market: Int? = nil) -> ExactDecimal { optionalDecimal(key, market) ?? missing(key) }
    func cash(_ key: FieldKey, _ market: Int? = nil) -> Cash { Cash(decimal(key, market)) ?? missing(key) }
    func rate(_ key: FieldKey, _ market: Int? = nil) -> Rate { Rate(decimal(key, market)) ?? missing(key) }

    func boolean(_ key: FieldKey, _ market: Int? = nil) -> Bool {
        guard case .boolean(let flag)? = value(key, market: market)?.value else { return missing(key) }
        return flag
    }

    func duration(_ key: FieldKey, _ market: Int? = nil) -> TimeSpan {
        guard case .duration(let span)? = value(key, market: market)?.value else { return missing(key) }
        return span
    }
}
