internal import Fundamentals
internal import MarketModel
internal import Quoting
internal import RiskControl

extension Resolver {
    /// The configuration, once nothing is wrong with it.
    func build(environment: [String: String]) -> BotConfiguration? {
        guard !hasErrors, let template else { return nil }
        let isTest = row(.useTestnet) != nil && boolean(.useTestnet)
        let hosts = VenueHosts.standard(template.venue, isTest ? .test : .main)
        let restText = optionalText(.rest) ?? hosts.rest
        // A venue without streams has them where its REST API is: nothing is ever opened there.
        let streamText = row(.stream) == nil ? restText : optionalText(.stream) ?? hosts.stream
        guard let rest = VenueEndpoint(restText), let stream = VenueEndpoint(streamText) else { return nil }
        let mirror = template.isMirror ? mirrorSettings : nil
        if template.isMirror, mirror == nil { return nil }
        let isExtended = template.venue == .extended
        return BotConfiguration(
            venue: template.venue, template: template, markets: marketSettings(template), usesTestnet: isTest,
            endpoints: .init(
                rest: rest, stream: stream, privateCAFile: optionalText(.privateCAFile),
                chainID: optionalInteger(.chainID) ?? (isTest ? 714 : 1666)),
            credentials: credentialNames(template),
            decisionInterval: template == .asterCycle ? .seconds(1) : duration(.decisionInterval),
            coalescing: row(.coalescing) == nil ? .zero : duration(.coalescing),
            selfTradeProtection: optionalText(.selfTradeProtection)
                .flatMap(BotConfiguration.SelfTradeProtection.init(rawValue:)) ?? .account,
            orderLifetime: isExtended ? duration(.orderLifetime) : .seconds(3_600),
            startsQuoting: boolean(.startsQuoting),
            retryOnErrorInterval: template == .asterCycle ? duration(.retryOnErrorInterval) : .seconds(5),
            accountLimits: accountLimits,
            feesOverride: value(.makerFee) == nil ? nil : .init(maker: rate(.makerFee), taker: rate(.takerFee)),
            receiveWindow: row(.receiveWindow) == nil ? .seconds(5) : duration(.receiveWindow),
            countdown: row(.countdown) == nil ? .zero : duration(.countdown),
            logging: .init(
                level: text(.logLevel), file: optionalText(.logFile), directory: optionalText(.logDirectory),
                isReleaseMode: boolean(.releaseMode),
                priceReportInterval: duration(.priceReportInterval),
                balanceReportInterval: duration(.balanceReportInterval)),
            control: optionalText(.controlListen).flatMap(ListenAddress.init).map {
                .init(listen: $0, allowsRemote: boolean(.controlAllowRemote))
            },
            notifications: notificationSettings, stateDirectory: stateDirectory(environment), mirror: mirror)
    }

    private func credentialNames(_ template: Template) -> CredentialNames {
        var names = CredentialNames(
            scheme: credentialScheme(template), apiKey: text(.apiKeyVariable),
            apiSecret: optionalText(.apiSecretVariable) ?? "", user: optionalText(.userVariable) ?? "",
            signer: optionalText(.signerVariable) ?? "", privateKey: optionalText(.privateKeyVariable) ?? "",
            vault: optionalText(.vaultVariable) ?? "", publicKey: optionalText(.publicKeyVariable) ?? "")
        names.email = optionalText(.emailVariable) ?? ""
        return names
    }

    private func credentialScheme(_ template: Template) -> CredentialNames.Scheme {
        if let scheme = optionalText(.scheme).flatMap(CredentialNames.Scheme.init(rawValue:)) { return scheme }
        return switch template.venue {
        case .extended: .stark
        case .bitoPro: .bitoPro
        case .aster, .binance, .ace, .max: .hmac
        }
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
