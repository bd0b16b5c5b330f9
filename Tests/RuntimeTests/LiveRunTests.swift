internal import Configuration
internal import Cryptography
internal import Fundamentals
internal import MarketModel
import Testing
internal import TradingEngine
internal import VenueAster
internal import VenueKit
internal import Wire

@testable internal import Runtime

/// Real time and real sockets: only what the simulation cannot show.
@Suite(.serialized) struct `A whole run against the local venue` {
    private func run(_ stage: Stage, seconds: Int64 = 2) throws -> (ending: RunEnding, last: BotFrame) {
        let (ending, last) = try stage.run(outlivesStop: false, duration: .seconds(seconds))
        return (ending, try #require(last))
    }

    private func summary(_ stage: Stage, _ ending: RunEnding, _ last: BotFrame) throws -> JSONValue {
        let summary = SessionSummary(last, ending: ending, configuration: stage.host.configuration)
        return try JSONValue.parse(Array(summary.json.utf8))
    }

    @Test(arguments: [false, true])
    func `quotes, stops, and the ledgers agree`(usesWallet: Bool) throws {
        let venue = try VenueThread()
        let stage = try Stage(venue, usesWallet ? try venue.wallet() : venue.key)
        let (ending, last) = try run(stage)
        #expect(ending == .stopped)
        let summary = try summary(stage, ending, last)
        #expect(summary["orders_placed"]?.integer ?? 0 >= 2)
        #expect(summary["orders_open_after"]?.integer == 0)
        #expect(summary["unresolved_after"]?.integer == 0)
        #expect(summary["venue_ledger_difference"]?.text.flatMap { Cash($0) } == .zero)
        try checkBooks(summary)
        #expect(last.health.usedWeight ?? 0 > 0)
        #expect(last.health.weightLimit == 2_400)
        #expect(last.health.medianRoundTrip ?? .zero > .zero)
    }

    private func amount(_ value: JSONValue, _ name: String) -> Cash? { value[name]?.text.flatMap { Cash($0) } }

    /// Exact decimal texts: the parts sum to net, and net is the change in equity.
    private func checkBooks(_ summary: JSONValue) throws {
        let pnl = try #require(summary["pnl"])
        let parts = try ["spread", "inventory", "fees", "funding"].map { name in
            try #require(pnl[name]?.text.flatMap { Cash($0) }, "\(name) is exact text")
        }
        let net = try #require(pnl["net"]?.text.flatMap { Cash($0) })
        #expect(parts.reduce(.zero, +) == net)
        #expect(summary["equity_change"]?.text.flatMap { Cash($0) } == net)
        let most = try #require(summary["max_abs_position_usd"]?.text.flatMap { Cash($0) })
        let limit = try #require(summary["limit_usd"]?.text.flatMap { Cash($0) })
        #expect(most <= limit)
    }

    @Test func `https and wss work with a private authority`() throws {
        let directory = TemporaryDirectory()
        try directory.makeCertificates()
        let venue = try VenueThread(tls: (directory.path + "/server.pem", directory.path + "/server.key"))
        #expect(venue.rest.hasPrefix("https://"))
        let stage = try Stage(venue, nil, ["endpoints.private_ca_file=\(directory.path)/ca.pem"])
        let (ending, last) = try run(stage)
        #expect(ending == .stopped)
        #expect(last.status?.markets.first?.counts.placed ?? 0 >= 2)
    }

    @Test func `refused keys end the start with the venue's own words`() throws {
        let venue = try VenueThread()
        let wrong = AsterCredentials.apiKey(key: "unknown-key-of-nobody", secret: .init("secret"))
        let stage = try Stage(venue, wrong)
        let (ending, last) = try run(stage, seconds: 20)
        guard case .refused(let reason) = ending else {
            Issue.record("expected a refusal, found \(ending)")
            return
        }
        #expect(reason.contains("-2014") || reason.contains("-2015"), "\(reason)")
        #expect(try summary(stage, ending, last)["ending"]?.text == "refused")
    }

    @Test func `several markets are quoted at once, each in its own figures`() throws {
        let symbols = ["ASTERUSDT", "SOLUSDT", "HYPEUSDT"]
        let stage = try Stage(try VenueThread(symbols: symbols), moreMarkets: Array(symbols.dropFirst()))
        let (ending, last) = try run(stage)
        let summary = try summary(stage, ending, last)
        let markets = try #require(summary["markets"]?.elements)
        #expect(markets.map { $0["symbol"]?.text } == symbols)
        for market in markets {
            #expect(market["orders_placed"]?.integer ?? 0 >= 2)
            #expect(amount(market, "identity_residual") == .zero)
            #expect(market["orders_open_after"]?.integer == 0)
        }
        let placed = markets.reduce(0) { $0 + ($1["orders_placed"]?.integer ?? 0) }
        #expect(summary["orders_placed"]?.integer == placed)
        #expect(summary["total"]?["orders_placed"]?.integer == placed)
        #expect(amount(try #require(summary["total"]), "identity_residual") == .zero)
        #expect(amount(summary, "venue_ledger_difference") == .zero)
        #expect(summary["symbol"]?.text == "ASTERUSDT,SOLUSDT,HYPEUSDT")
        #expect(summary["position"] == nil)
    }
}

@Suite struct `The summary of a session` {
    @Test func `has every key that scripts read, even when nothing is known`() throws {
        let venue = try VenueThread()
        let frame = BotFrame(
            status: nil, phase: .starting, now: .init(milliseconds: 0), uptime: .seconds(3), restingAtVenue: nil,
            health: .init())
        let summary = SessionSummary(frame, ending: .refused("why"), configuration: try venue.configuration())
        let json = try JSONValue.parse(Array(summary.json.utf8))
        #expect(
            json.members?.map(\.name) == [
                "venue", "symbol", "bot", "ending", "duration_seconds", "orders_open_after", "unresolved_after",
                "venue_ledger_difference",
            ])
        #expect(json["duration_seconds"]?.integer == 3)
        #expect(json["venue_ledger_difference"] == .null)
    }
}
