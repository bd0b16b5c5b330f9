public import Configuration
internal import Cryptography
internal import Fundamentals
internal import MarketModel
internal import RiskControl
internal import SystemIO
public import VenueAster
internal import VenueKit
internal import Wire

/// Looks at everything a live run depends on, with requests that change nothing, and says what a person should do.
///
/// One check after another; what depends on a check that failed is left out, because its answer would mislead.
public final class Doctor {
    private let configuration: BotConfiguration
    private let tell: (DoctorFinding) -> Void
    private let probe: DoctorProbe
    private var signer: AsterSigner?
    private var nonce = AsterNonce()
    /// Venue time minus our time, for signed requests.
    private var offset = TimeSpan.zero
    private var report = DoctorReport()
    private var available: Cash?
    private var maker: Rate?

    /// - Parameters:
    ///   - credentials: nil leaves the account out.
    ///   - tell: called for each finding, as it is found.
    public init(
        _ configuration: BotConfiguration, credentials: AsterCredentials?, tell: @escaping (DoctorFinding) -> Void
    ) throws {
        self.configuration = configuration
        self.tell = tell
        let window = min(60_000, max(1, configuration.receiveWindow.milliseconds))
        let endpoints = configuration.endpoints
        probe = try DoctorProbe(
            rest: endpoints.rest.origin, stream: endpoints.stream.origin, tls: try LiveSessions.tls(configuration))
        signer = try credentials.map { try AsterSigner($0, recvWindow: window) }
    }

    /// Blocks for some seconds.
    public func examine() throws -> DoctorReport {
        defer { probe.close() }
        guard try checkNames(), try checkReach() else { return report }
        try checkClock()
        let market = try checkMarket()
        if signer != nil { try checkAccount(market) }
        if let market { try checkOrders(market) }
        try checkStream()
        add(DoctorMarket.rateHeadroom(used: probe.usedWeight, market?.rules ?? AsterExchangeInfo.documentedRules))
        return report
    }

    /// Market data, without credentials.
    private func open(
        _ path: String, _ fields: FormFields = FormFields()
    ) throws -> Result<DoctorProbe.Answer, HTTPClientFailure> {
        try probe.send(AsterSigner.open(.get, path, fields: fields, version: signer?.version ?? .v1))
    }

    /// Account data; nil without credentials.
    private func signed(
        _ path: String, _ fields: FormFields
    ) throws -> Result<DoctorProbe.Answer, HTTPClientFailure>? {
        let stamp = nonce.next(at: (wallClock() + offset).microseconds)
        guard let request = signer?.sign(.get, path, fields: fields, security: .signed, at: stamp) else { return nil }
        return try probe.send(request)
    }

    private struct Market {
        var instrument: Instrument
        var rules: [RateRule]
        var touch: (bid: Price, ask: Price)?
    }

    private func add(_ finding: DoctorFinding) {
        report.findings.append(finding)
        tell(finding)
    }

    // MARK: The way there

    private func checkNames() throws -> Bool {
        let findings = try DoctorNames.check(configuration.endpoints, with: probe)
        findings.forEach(add)
        return findings.allSatisfy { $0.status == .ok }
    }

    private func checkReach() throws -> Bool {
        let endpoint = configuration.endpoints.rest
        if let finding = DoctorNames.openWire(endpoint) {
            add(finding)
            return false
        }
        switch DoctorAnswers.read("connection", try open("/fapi/v1/ping")) {
        case .body:
            add(
                .ok(
                    "connection",
                    "\(endpoint) answers\(endpoint.isSecure ? "; certificate and host name verified" : "")"))
            return true
        case .trouble(let finding):
            add(finding)
            return false
        }
    }

    private func checkClock() throws {
        var clock = ClockOffset()
        var roundTrips: [TimeSpan] = []
        for _ in 0..<7 {
            guard case .success(let answer) = try open("/fapi/v1/time"), let body = answer.body,
                let time = try? AsterReplies.serverTime(body)
            else { continue }
            clock.record(venueTime: time, sentAt: answer.sentAt, receivedAt: answer.receivedAt)
            roundTrips.append(answer.receivedAt - answer.sentAt)
        }
        offset = clock.offset
        add(DoctorClock.judge(clock))
        add(DoctorClock.judge(roundTrips: roundTrips, limit: configuration.accountLimits.maxRoundTrip))
    }

    private func checkMarket() throws -> Market? {
        switch DoctorAnswers.read("symbol", try open("/fapi/v1/exchangeInfo")) {
        case .trouble(let finding):
            add(finding)
            return nil
        case .body(let body):
            let (instrument, finding) = DoctorMarket.instrument(body, symbol: configuration.markets[0].symbol)
            add(finding)
            guard let instrument else { return nil }
            var market = Market(instrument: instrument, rules: AsterExchangeInfo.rateRules(body))
            if case .body(let ticker) = DoctorAnswers.read(
                "book", try open("/fapi/v1/ticker/bookTicker", symbol))
            {
                market.touch = DoctorMarket.touch(ticker, instrument)
            }
            return market
        }
    }

    private var symbol: FormFields { FormFields([FormFields.Field("symbol", configuration.markets[0].symbol)]) }

    // MARK: The account

    private func checkAccount(_ market: Market?) throws {
        guard let balance = try ask("credentials", "/fapi/v2/balance") else { return }
        guard let market else { return add(.ok("credentials", "accepted")) }
        let wallet = DoctorAccount.balance(
            balance, market.instrument, least: configuration.accountLimits.minBalance)
        available = wallet.available
        add(wallet.finding)
        if let body = try ask("permissions", "/fapi/v4/account") { add(DoctorAccount.permissions(body)) }
        if let body = try ask("account mode", "/fapi/v1/positionSide/dual") { add(DoctorAccount.mode(body)) }
        if let body = try ask("position", "/fapi/v2/positionRisk", symbol) {
            DoctorAccount.margin(body, market.instrument, configuration, available: available).forEach(add)
        }
        if let body = try ask("open orders", "/fapi/v1/openOrders", symbol) {
            add(DoctorAccount.openOrders(body, market.instrument))
        }
        if let body = try ask("fees", "/fapi/v1/commissionRate", symbol) {
            let fees = DoctorAccount.fees(body, configuration)
            maker = fees.maker
            add(fees.finding)
        }
    }

    /// The body of a signed reply; a finding where there is none.
    private func ask(_ check: String, _ path: String, _ fields: FormFields = FormFields()) throws -> JSONValue? {
        guard let result = try signed(path, fields) else { return nil }
        switch DoctorAnswers.read(check, result) {
        case .body(let body): return body
        case .trouble(let finding):
            add(finding)
            return nil
        }
    }

    private func checkOrders(_ market: Market) throws {
        guard let touch = market.touch else {
            return add(.warn("order size", "the book is empty", "wait until the market has a bid and an ask"))
        }
        add(DoctorMarket.orderSize(configuration, market.instrument, at: touch.bid, available: available))
        if let maker = maker ?? configuration.feesOverride?.maker {
            add(DoctorMarket.edge(configuration, market.instrument, at: touch.bid, maker: maker))
        }
    }

    private func checkStream() throws {
        let name = configuration.markets[0].symbol.lowercased()
        let target = "/stream?streams=\(name)@bookTicker/\(name)@markPrice@1s"
        switch try probe.firstMessage(target, within: .seconds(5)) {
        case .success(let (span, _)): add(.ok("stream", "first message after \(span.milliseconds) ms"))
        case .failure(let note):
            add(.fail("stream", note.description, "check endpoints.stream and the firewall", .unavailable))
        }
    }
}
