internal import Configuration
internal import Cryptography
internal import Fundamentals
internal import LocalVenues
internal import MarketModel
internal import Observability
internal import StarkCryptography
internal import SystemIO
import Testing
internal import TradingEngine
internal import VenueExtended
internal import VenueKit
internal import Wire

@testable internal import Runtime

/// Bot and local venue of Extended on one loop: one thread, real sockets.
final class ExtendedStage {
    let loop: EventLoop
    let venue: VenueHost<ExtendedServer>
    let host: BotHost
    private let directory = TemporaryDirectory()

    let credentials: ExtendedCredentials

    init(_ symbols: [String], _ overrides: [String] = []) throws {
        loop = try EventLoop()
        let now = loop.now
        let definitions = try symbols.enumerated().map {
            try #require(ExtendedMarkets.definition($1, market: MarketID($0)))
        }
        let server = try ExtendedServer(
            configuration: ExtendedServerConfiguration(accounts: [.demo()], markets: definitions, seed: 5),
            startingAt: now)
        let played = try definitions.map {
            VenueFlow.Market(
                $0.instrument, startPrice: try #require(ExtendedMarkets.price($0.name)), flow: .synthetic)
        }
        venue = try VenueHost(server, flow: try VenueFlow.open(played, seed: 5, startingAt: now), on: loop)
        let address = venue.address.description
        let texts = ["endpoints.rest=http://\(address)", "endpoints.stream=ws://\(address)"] + overrides
        let sources = ConfigurationSources(
            file: SourceFile(name: "config.json", text: Template.render(.extendedAvellaneda)), environment: [:],
            overrides: try texts.map { try #require(ConfigurationOverride($0)) })
        let loaded = BotConfiguration.load(sources)
        let account = server.configuration.accounts[0]
        credentials = try ExtendedCredentials(
            apiKey: Secret(account.apiKey), vault: account.vault, privateKey: try #require(account.privateKey))
        host = BotHost(
            loaded, try #require(loaded.configuration, "\(loaded.issues)"), sources: sources,
            credentials: .extended(credentials),
            directory: try StateDirectory(
                base: directory.path + "/state", venue: "extended", account: "test",
                environment: ["XDG_RUNTIME_DIR": directory.path + "/run"]),
            log: Log(level: .error, sinks: []), on: loop)
    }

    func turn(_ what: Comment, until condition: () -> Bool) throws {
        var isLate = false
        let timer = loop.schedule(after: .seconds(20)) { isLate = true }
        defer { loop.cancel(timer) }
        try loop.run { isLate || condition() }
        try #require(!isLate, what)
    }

    /// Every market has been quoted on both sides.
    var isQuoting: Bool {
        host.frame?.status.map { $0.markets.allSatisfy { $0.counts.placed >= 2 } } ?? false
    }
}

@Suite(.serialized) struct `A whole run against the local Extended` {
    @Test func `quotes several markets, stops, starts again, and the ledgers agree`() throws {
        let stage = try ExtendedStage(["BTC-USD", "ETH-USD"])
        for _ in 0..<2 {
            try stage.host.start()
            try stage.turn("it quotes") { stage.isQuoting }
            let armed = stage.host.frame?.status?.markets.allSatisfy { $0.isSwitchArmed == true }
            #expect(armed == true, "armed before the first quote")
            try stage.host.stop()
            try stage.turn("it stops") { stage.host.state == .stopped }
            #expect(stage.host.lastEnding == .stopped)
            let summary = SessionSummary(stage.host.frame, ending: .stopped, configuration: stage.host.configuration)
            let json = try JSONValue.parse(Array(summary.json.utf8))
            #expect(json["orders_open_after"]?.integer == 0)
            #expect(json["unresolved_after"]?.integer == 0)
            #expect(json["venue_ledger_difference"]?.text.flatMap { Cash($0) } == .zero)
            #expect(json["total"]?["identity_residual"]?.text.flatMap { Cash($0) } == .zero)
            #expect(json["markets"]?.elements?.map { $0["symbol"]?.text } == ["BTC-USD", "ETH-USD"])
            #expect(json["dead_mans_switch_armed"]?.boolean == false, "let go on a clean exit")
        }
    }

    @Test func `orders signed for another chain are never sent`() throws {
        let stage = try ExtendedStage(["BTC-USD", "ETH-USD"], ["use_testnet=false"])
        try stage.host.start()
        try stage.turn("it is refused") { stage.host.state == .stopped }
        guard case .refused(let reason)? = stage.host.lastEnding else {
            Issue.record("expected a refusal, found \(String(describing: stage.host.lastEnding))")
            return
        }
        #expect(reason.contains("SN_SEPOLIA"), "\(reason)")
    }
}

@Suite struct `The doctor's rules for Extended` {
    private let key = Secret("0x7a7ff6fd3cab02ccdcd4a572563f5976f8976899b03a39773795a3c486d4986")

    private func credentials(vault: UInt32 = 10_002) throws -> ExtendedCredentials {
        try ExtendedCredentials(apiKey: Secret("an-api-key"), vault: vault, privateKey: key)
    }

    private func account(_ credentials: ExtendedCredentials, key: Felt? = nil, isActive: Bool = true) throws
        -> ExtendedAccount
    {
        let publicKey = (key ?? credentials.publicKey).hex
        let body = """
            {"accountId":1,"l2Key":"\(publicKey)","l2Vault":"10002","status":"\(isActive ? "ACTIVE" : "CLOSED")"}
            """
        return try ExtendedReplies.account(try JSONValue.parse(Array(body.utf8)))
    }

    @Test func `key and vault must be the account's`() throws {
        let own = try credentials()
        #expect(ExtendedDoctorRules.account(try account(own), own).status == .ok)
        #expect(ExtendedDoctorRules.account(try account(own, key: Felt(7)), own).status == .fail)
        #expect(ExtendedDoctorRules.account(try account(own), try credentials(vault: 3)).status == .fail)
        #expect(ExtendedDoctorRules.account(try account(own, isActive: false), own).status == .fail)
    }

    @Test func `a signature of this machine verifies`() throws {
        #expect(ExtendedDoctorRules.signature(try credentials()).status == .ok)
    }

    @Test(arguments: [
        (Int64(0), DoctorFinding.Status.ok), (100, .ok), (1_500, .warn), (-1_500, .warn), (60_000, .fail),
        (-9_000, .fail),
    ])
    func `a clock is judged by what whole seconds can tell`(skew: Int64, status: DoctorFinding.Status) {
        var clock = DateClock()
        for step in 0..<20 {
            let sent = Instant(milliseconds: 1_800_000_000_000 + Int64(step) * 137)
            let read = sent + .milliseconds(10 + skew)
            let date = Instant(milliseconds: read.milliseconds / 1_000 * 1_000)
            clock.record(date, sentAt: sent, receivedAt: sent + .milliseconds(20))
        }
        #expect(clock.finding.status == status, "\(clock.finding.detail)")
    }

    @Test func `without a date the clock is taken on trust, and told`() {
        #expect(DateClock().finding.status == .warn)
    }

    @Test func `an empty account fails, one below the limit as well`() throws {
        #expect(ExtendedDoctorRules.balance(.zero, least: .zero).status == .fail)
        let some = ExtendedBalance(asset: "USD", wallet: Cash(whole: 5), equity: nil, available: nil)
        #expect(ExtendedDoctorRules.balance(some, least: Cash(whole: 5)).status == .ok)
        #expect(ExtendedDoctorRules.balance(some, least: Cash(whole: 6)).status == .fail)
    }
}

@Suite struct `The Date of a reply` {
    @Test(arguments: [
        (Int64(0), "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (1_795_276_799, "Sat, 21 Nov 2026 15:59:59 GMT"),
        (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"), (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
    ])
    func `is written as RFC 9110 wants it, and reads back`(seconds: Int64, text: String) {
        let time = Instant(milliseconds: seconds * 1_000)
        #expect(HTTPDate.text(time + .milliseconds(999)) == text)
        #expect(HTTPDate.read(text) == time)
    }
}
