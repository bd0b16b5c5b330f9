internal import Configuration
internal import Cryptography
internal import Fundamentals
internal import LocalVenues
internal import MarketModel
import Testing
internal import VenueAster
internal import VenueKit
internal import Wire

@testable internal import Runtime

@Suite struct `The doctor before a local venue` {
    private func examine(_ configuration: BotConfiguration, _ credentials: AsterCredentials?) throws -> DoctorReport {
        try Doctor(configuration, credentials: credentials) { _ in }.examine()
    }

    @Test(arguments: [false, true])
    func `finds a healthy venue healthy`(usesWallet: Bool) throws {
        let venue = try VenueThread()
        let report = try examine(try venue.configuration(), usesWallet ? try venue.wallet() : venue.key)
        #expect(report.verdict == .healthy)
        #expect(report.findings.filter { $0.status != .ok } == [])
        #expect(
            report.findings.map(\.check) == [
                "REST host", "stream host", "connection", "clock", "round trip", "symbol", "credentials", "permissions",
                "account mode", "position", "margin", "open orders", "fees", "order size", "edge", "stream",
                "rate headroom",
            ])
    }

    @Test func `names refused keys a matter of configuration`() throws {
        let venue = try VenueThread()
        let report = try examine(try venue.configuration(), .apiKey(key: "nobody", secret: .init("secret")))
        #expect(report.verdict == .misconfigured)
        #expect(report.findings.first { $0.status == .fail }?.check == "credentials")
    }

    @Test func `names an order that is too small`() throws {
        let venue = try VenueThread()
        let report = try examine(try venue.configuration(["strategy.order_size_usd=5"]), venue.key)
        let finding = try #require(report.findings.first { $0.check == "order size" })
        #expect(finding.status == .fail, "5 USDT in whole lots are less than the least value: \(finding.detail)")
        #expect(report.verdict == .misconfigured)
    }

    @Test func `a clock that is ahead fails, one that is a little off is told`() throws {
        for (skew, status) in [(5_000, DoctorFinding.Status.fail), (400, .warn), (0, .ok)] {
            var chaos = AsterChaos()
            chaos.clockSkew = .milliseconds(Int64(skew))
            let venue = try VenueThread(chaos: chaos)
            let report = try examine(try venue.configuration(), nil)
            #expect(report.findings.first { $0.check == "clock" }?.status == status)
        }
    }

    @Test func `a private authority has to be named`() throws {
        let directory = TemporaryDirectory()
        try directory.makeCertificates()
        let venue = try VenueThread(tls: (directory.path + "/server.pem", directory.path + "/server.key"))
        let refused = try examine(try venue.configuration(), venue.key)
        #expect(refused.verdict == .unavailable)
        let finding = try #require(refused.findings.last)
        #expect(finding.check == "connection" && finding.detail.contains("certificate refused"), "\(finding)")
        #expect(finding.advice.contains("private_ca_file"))
        let trusted = try venue.configuration(["endpoints.private_ca_file=\(directory.path)/ca.pem"])
        #expect(try examine(trusted, venue.key).verdict == .healthy)
    }
}

@Suite struct `The doctor's rules` {
    private func json(_ text: String) throws -> JSONValue { try JSONValue.parse(Array(text.utf8)) }

    @Test(arguments: [
        (#"{"dualSidePosition":false}"#, DoctorFinding.Status.ok), (#"{"dualSidePosition":true}"#, .fail),
        ("{}", .fail),
    ])
    func `hedge mode is refused`(body: String, status: DoctorFinding.Status) throws {
        #expect(DoctorAccount.mode(try json(body)).status == status)
    }

    @Test(arguments: [
        (#"{"canTrade":true}"#, DoctorFinding.Status.ok), (#"{"canTrade":false}"#, .fail), ("{}", .warn), ("[]", .warn),
    ])
    func `an account that may not trade fails`(body: String, status: DoctorFinding.Status) throws {
        #expect(DoctorAccount.permissions(try json(body)).status == status)
    }

    @Test(arguments: [(nil, DoctorFinding.Status.warn), (100, .ok), (1_300, .warn), (2_300, .fail)])
    func `weight that others use up is told`(used: Int?, status: DoctorFinding.Status) {
        #expect(DoctorMarket.rateHeadroom(used: used, AsterExchangeInfo.documentedRules).status == status)
    }

    @Test func `each kind of answer gets its cause`() throws {
        func cause(_ status: Int, _ body: String) throws -> DoctorFinding.Cause? {
            guard case .trouble(let finding) = DoctorAnswers.read("x", status: status, body: try json(body)) else {
                return nil
            }
            return finding.cause
        }
        #expect(try cause(200, "{}") == nil)
        #expect(try cause(400, #"{"code":-1022,"msg":"no"}"#) == .configuration)
        #expect(try cause(401, #"{"code":-2015,"msg":"no"}"#) == .configuration)
        #expect(try cause(429, #"{"code":-1003,"msg":"no"}"#) == .unavailable)
        #expect(try cause(503, "{}") == .unavailable)
    }

    @Test func `a report is an array of findings`() throws {
        var report = DoctorReport()
        report.findings = [.ok("a", "b"), .warn("c", "d", "e"), .fail("f", "g\n", "h", .unavailable)]
        let body = try json(report.json)
        #expect(body.elements?.map { $0["status"]?.text } == ["ok", "warn", "FAIL"])
        #expect(body.elements?.last?.members?.map(\.name) == ["check", "status", "detail", "advice"])
        #expect(report.verdict == .unavailable)
        report.findings.append(.fail("i", "j", "k"))
        #expect(report.verdict == .misconfigured)
    }

    @Test func `round trips are judged by their median and the limit`() {
        func judge(_ milliseconds: [Int64]) -> DoctorFinding.Status {
            DoctorClock.judge(roundTrips: milliseconds.map { .milliseconds($0) }, limit: .seconds(1)).status
        }
        #expect(judge([]) == .fail)
        #expect(judge([10, 20, 5_000]) == .ok)
        #expect(judge([400, 400, 10]) == .warn)
        #expect(judge([2_000]) == .fail)
    }
}
