public import Configuration
internal import Fundamentals
internal import MarketModel
internal import RiskControl
internal import StarkCryptography
internal import SystemIO
public import VenueExtended
internal import VenueKit
internal import Wire

/// ``Doctor`` for Extended: one check after another with requests that change nothing.
public final class ExtendedDoctor {
    private let configuration: BotConfiguration
    private let credentials: ExtendedCredentials?
    private let tell: (DoctorFinding) -> Void
    private let probe: DoctorProbe
    private let signer: ExtendedSigner?
    private var clock = DateClock()
    private var roundTrips: [TimeSpan] = []
    private var requests = 0
    private var report = DoctorReport()

    /// - Parameters:
    ///   - credentials: nil leaves the account out.
    ///   - tell: called for each finding, as it is found.
    public init(
        _ configuration: BotConfiguration, credentials: ExtendedCredentials?, tell: @escaping (DoctorFinding) -> Void
    ) throws {
        self.configuration = configuration
        self.credentials = credentials
        self.tell = tell
        let endpoints = configuration.endpoints
        probe = try DoctorProbe(
            rest: endpoints.rest.origin, stream: endpoints.stream.origin, tls: try LiveSessions.tls(configuration))
        signer = credentials.map { ExtendedSigner($0, chain: configuration.extendedNetwork.chain) }
    }

    /// Blocks for some seconds.
    public func examine() throws -> DoctorReport {
        defer { probe.close() }
        let names = try DoctorNames.check(configuration.endpoints, with: probe)
        names.forEach(add)
        guard names.allSatisfy({ $0.status == .ok }), try checkChain() else { return report }
        let markets = try checkMarkets()
        add(clock.finding)
        add(DoctorClock.judge(roundTrips: roundTrips, limit: configuration.accountLimits.maxRoundTrip))
        if let credentials { try checkAccount(credentials, markets) }
        try checkStream()
        add(rateHeadroom)
        return report
    }

    private func add(_ finding: DoctorFinding) {
        report.findings.append(finding)
        tell(finding)
    }

    // MARK: Asking

    /// The data of a reply; a finding where there is none.
    private func ask(
        _ check: String, _ path: String, _ kind: ExtendedRequestKind = .read, isPrivate: Bool = true
    ) throws -> JSONValue? {
        let request = isPrivate ? signer?.request(.get, path) : ExtendedSigner.open(.get, path)
        guard let request else { return nil }
        requests += 1
        switch try probe.send(request) {
        case .failure(let failure):
            add(DoctorAnswers.unreachable(check, failure))
            return nil
        case .success(let answer):
            clock.record(answer)
            roundTrips.append(answer.receivedAt - answer.sentAt)
            return read(check, ExtendedErrorPolicy.outcome(of: answer.response, to: kind))
        }
    }

    private func read(_ check: String, _ outcome: ExtendedOutcome) -> JSONValue? {
        switch outcome {
        case .accepted(let data, _): return data
        case .notFound: return .null
        case .rejected(let rejection), .duplicate(let rejection), .fatal(let rejection):
            add(
                .fail(
                    check, "the venue answered \(rejection.code): \(rejection.message)",
                    "check key, vault and network on the venue's page"))
        case .throttled(let rejection):
            add(
                .fail(
                    check, "the venue limits this address's rate (\(rejection.code): \(rejection.message))",
                    "wait a minute; stop whatever else sends from here", .unavailable))
        case .unresolved(let reason):
            add(.fail(check, "no clear answer: \(reason)", "try again in a minute", .unavailable))
        }
        return nil
    }

    /// Reads `data`, or finds it unreadable.
    private func decode<Value>(
        _ check: String, _ data: JSONValue, _ body: (JSONValue) throws(VenueDecodeError) -> Value
    ) -> Value? {
        do throws(VenueDecodeError) { return try body(data) } catch {
            add(.fail(check, "\(error.place): \(error.reason)", "is endpoints.rest this venue?", .unavailable))
            return nil
        }
    }

    // MARK: The venue

    private func checkChain() throws -> Bool {
        let endpoint = configuration.endpoints.rest
        if let finding = DoctorNames.openWire(endpoint) {
            add(finding)
            return false
        }
        guard let data = try ask("connection", ExtendedPath.starknet, isPrivate: false) else { return false }
        add(
            .ok("connection", "\(endpoint) answers\(endpoint.isSecure ? "; certificate and host name verified" : "")"))
        guard let chain = decode("chain", data, ExtendedReplies.chain) else { return false }
        let wanted = configuration.extendedNetwork.chain
        guard chain.matches(wanted) else {
            add(
                .fail(
                    "chain", "the venue settles on \(chain.chainID), the configuration signs for \(wanted.rawValue)",
                    "set use_testnet, or endpoints, so that they agree: every order would be refused"))
            return false
        }
        add(.ok("chain", "\(chain.chainID)"))
        return true
    }

    private func checkMarkets() throws -> [ExtendedMarket] {
        let query = FormFields(configuration.markets.map { FormFields.Field("market", $0.symbol) })
        guard let data = try ask("symbol", "\(ExtendedPath.markets)?\(query.encoded)", isPrivate: false) else {
            return []
        }
        var markets: [ExtendedMarket] = []
        for (index, settings) in configuration.markets.enumerated() {
            let found = decode("symbol", data) { data throws(VenueDecodeError) in
                try ExtendedMarket.find(settings.symbol, in: data, market: MarketID(index))
            }
            guard let market = found else { continue }
            add(ExtendedDoctorRules.market(market))
            markets.append(market)
        }
        return markets
    }

    private func checkStream() throws {
        let target = ExtendedPath.bookStream(configuration.markets[0].symbol)
        switch try probe.firstMessage(target, headers: ExtendedSigner.openHeaders, within: .seconds(5)) {
        case .success(let (span, _)): add(.ok("stream", "first message after \(span.milliseconds) ms"))
        case .failure(let note):
            add(.fail("stream", note.description, "check endpoints.stream and the firewall", .unavailable))
        }
    }

    /// The venue tells no count: what these checks needed shows that there is room.
    private var rateHeadroom: DoctorFinding {
        .ok("rate headroom", "\(requests) requests made, none was limited; the limit is 1000 a minute")
    }

    // MARK: The account

    private func checkAccount(_ credentials: ExtendedCredentials, _ markets: [ExtendedMarket]) throws {
        add(ExtendedDoctorRules.signature(credentials))
        guard let data = try ask("credentials", ExtendedPath.account),
            let account = decode("credentials", data, ExtendedReplies.account)
        else { return }
        add(ExtendedDoctorRules.account(account, credentials))
        if let data = try ask("balance", ExtendedPath.balance, .balance),
            let balance = data == .null ? .zero : decode("balance", data, ExtendedReplies.balance)
        {
            add(ExtendedDoctorRules.balance(balance, least: configuration.accountLimits.minBalance))
        }
        let instruments = markets.map(\.instrument)
        if let data = try ask("position", ExtendedPath.positions),
            let positions = decode(
                "position", data,
                { data throws(VenueDecodeError) in
                    try ExtendedReplies.positions(data, instruments)
                })
        {
            add(ExtendedDoctorRules.positions(positions, instruments))
        }
        if let data = try ask("open orders", ExtendedPath.orders),
            let orders = decode(
                "open orders", data,
                { data throws(VenueDecodeError) in
                    try ExtendedReplies.orders(data, instruments)
                })
        {
            add(ExtendedDoctorRules.openOrders(orders))
        }
        try checkRates(markets)
    }

    /// Fees and leverage of every market.
    private func checkRates(_ markets: [ExtendedMarket]) throws {
        let query = FormFields(markets.map { FormFields.Field("market", $0.name) }).encoded
        guard !markets.isEmpty else { return }
        let fees = try ask("fees", "\(ExtendedPath.fees)?\(query)")
        let leverages = try ask("leverage", "\(ExtendedPath.leverage)?\(query)")
        for market in markets {
            let settings = configuration.markets[market.instrument.market.index]
            if let fees,
                let rates = decode(
                    "fees", fees,
                    { data throws(VenueDecodeError) in
                        try ExtendedReplies.fees(data, market: market.name)
                    })
            {
                add(ExtendedDoctorRules.fees(rates, market.name, configuration.feesOverride))
                add(ExtendedDoctorRules.edge(settings, maker: configuration.feesOverride?.maker ?? rates.maker))
            }
            if let leverages,
                let leverage = decode(
                    "leverage", leverages,
                    { data throws(VenueDecodeError) in
                        try ExtendedReplies.leverage(data, market: market.name)
                    })
            {
                add(ExtendedDoctorRules.leverage(leverage, market, settings))
            }
        }
    }
}
