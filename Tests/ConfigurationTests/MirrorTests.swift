import Configuration
import Fundamentals
import MarketModel
import Quoting
import RiskControl
import Testing

/// A short file for a mirror, to be changed in one place.
private func mirrorFile(
    _ template: Template = .binanceBitoProMirror, _ strategy: String = "", _ more: String = ""
) -> String {
    let address = template == .binanceACEMirror ? ", endpoints: {rest: 'http://127.0.0.1:8090'}" : ""
    return "{strategy: {type: '\(template.rawValue)'\(strategy)}\(address)\(more)}"
}

private func mirror(_ parameters: BotConfiguration?) throws -> MirrorParameters {
    guard case .mirror(let mirror)? = parameters?.markets.first?.strategy else { throw NoMirror() }
    return mirror
}

private struct NoMirror: Error {}

private func size(_ text: String) -> ExactDecimal { ExactDecimal(text) ?? .zero }

@Suite struct `A mirror's configuration` {
    @Test(arguments: Template.allCases.filter(\.isMirror))
    func `needs one section to run`(template: Template) throws {
        let loaded = load(mirrorFile(template))
        #expect(loaded.issues.isEmpty, "\(loaded.issues)")
        let configuration = try #require(loaded.configuration)
        #expect(configuration.venue == template.venue && configuration.markets.count == 3)
        #expect(configuration.markets.map(\.venue) == [.target, .target, .reference])
        #expect(configuration.quotedMarkets.count == 1)
        let parameters = try mirror(configuration)
        #expect(parameters.levels.map(\.distance) == [300_000, 400_000, 500_000].map { Rate(parts: $0) })
        #expect(parameters.hedgeFee == .zero)
        let settings = try #require(configuration.mirror)
        #expect(settings.hedge == nil && settings.credentials == nil && !settings.hasFixedSeed)
        #expect([settings.base, settings.quote, settings.counting] == ["BTC", "TWD", "USDT"])
    }

    @Test func `spells its markets as the venue does`() throws {
        let symbols = try Template.allCases.filter(\.isMirror).map { template in
            try #require(load(mirrorFile(template)).configuration).markets.map(\.symbol)
        }
        #expect(
            symbols == [
                ["BTC/TWD", "USDT/TWD", "BTCUSDT"], ["BTC_TWD", "USDT_TWD", "BTCUSDT"],
                ["btctwd", "usdttwd", "BTCUSDT"],
            ])
    }

    @Test(arguments: [
        (Template.binanceACEMirror, "eth_twd", "ETH/TWD"), (.binanceBitoProMirror, "ETH/TWD", "ETH_TWD"),
        (.binanceMAXMirror, "ETH-TWD", "ethtwd"), (.binanceMAXMirror, "ETHTWD", "ethtwd"),
    ])
    func `takes another spelling where it is certain`(template: Template, given: String, taken: String) throws {
        let file = mirrorFile(template, "", ", symbol: '\(given)', reference: {symbol: 'ETHUSDT'}")
        #expect(load(file).configuration?.markets.first?.symbol == taken)
    }

    @Test func `lists levels one by one, or spaces them evenly`() throws {
        let listed = mirrorFile(
            .binanceBitoProMirror, ", levels: [{distance: '0.003', size: '0.001'}, {distance: '0.01', size: '0.02'}]")
        #expect(
            try mirror(load(listed).configuration).levels == [
                MirrorLevel(distance: Rate(parts: 300_000), size: size("0.001")),
                MirrorLevel(distance: Rate(parts: 1_000_000), size: size("0.02")),
            ])
        let spaced = mirrorFile(
            .binanceBitoProMirror,
            ", level_count: 2, first_distance: '0.004', distance_step: '0.0005', level_size: '1', size_step: '0.5'")
        #expect(
            try mirror(load(spaced).configuration).levels == [
                MirrorLevel(distance: Rate(parts: 400_000), size: size("1")),
                MirrorLevel(distance: Rate(parts: 450_000), size: size("1.5")),
            ])
    }

    @Test func `lets a level be set from outside by its place`() throws {
        let file = mirrorFile(.binanceBitoProMirror, ", levels: [{distance: '0.003', size: '0.001'}]")
        let loaded = load(file, overrides: [.init(path: "strategy.levels[0].size", text: "0.5")])
        #expect(try mirror(loaded.configuration).levels.first?.size == ExactDecimal("0.5"))
        let wrong = load(file, overrides: [.init(path: "strategy.levels[3].size", text: "0.5")])
        #expect(wrong.issues.map(\.message) == ["no level 3: there are 1 levels"])
    }

    @Test func `knows the addresses of all its venues`() throws {
        let spot = try #require(load(mirrorFile()).configuration)
        #expect(
            "\(spot.endpoints.rest) \(spot.endpoints.stream)"
                == "https://api.bitopro.com:443 wss://stream.bitopro.com:443")
        let reference = try #require(spot.mirror?.endpoints)
        #expect("\(reference.rest) \(reference.stream)" == "https://api.binance.com:443 wss://stream.binance.com:9443")
        #expect("\(reference.api)" == "wss://ws-api.binance.com:443")
        let futures = load(mirrorFile(.binanceMAXMirror, "", ", reference: {market_type: 'usdm'}")).configuration
        #expect(futures.map { "\($0.endpoints.rest)" } == "https://max-api.maicoin.com:443")
        #expect(futures?.mirror.map { "\($0.endpoints.rest)" } == "https://fapi.binance.com:443")
    }

    @Test func `takes a local reference's WebSocket API where its streams are`() throws {
        let local = ", reference: {rest: 'http://127.0.0.1:1', stream: 'ws://127.0.0.1:1'}"
        let endpoints = try #require(
            load(mirrorFile(.binanceBitoProMirror, "", local)).configuration?.mirror?.endpoints)
        #expect("\(endpoints.api)" == "ws://127.0.0.1:1")
    }

    @Test func `carries the hedge and its fee`() throws {
        let file = mirrorFile(
            .binanceBitoProMirror, "",
            ", hedge: {enabled: true, min_size: '0.001', fee: '0.0006', self_trade_prevention: 'EXPIRE_BOTH'}")
        let configuration = try #require(load(file).configuration)
        let hedge = try #require(configuration.mirror?.hedge)
        #expect(hedge.selfTradePrevention == .expireBoth && hedge.fee == Rate(parts: 60_000))
        #expect(try mirror(configuration).hedgeFee == hedge.fee)
        #expect(configuration.mirror?.credentials?.needed == ["BINANCE_API_KEY", "BINANCE_API_SECRET"])
        #expect(configuration.markets[2].limits.maxOrderValue == hedge.maxOrderValue)
        // At the limit the target can hold no more than the hedge may mirror, fees and prices apart.
        #expect(configuration.markets[2].limits.maxPositionValue > configuration.markets[0].limits.maxPositionValue)
    }

    @Test func `gives each of its markets its own staleness`() throws {
        let file = mirrorFile(
            .binanceBitoProMirror, "",
            ", reference: {stale_after: '3s'}, conversion: {stale_after: '20s'}, limits: {stale_after: '15s'}")
        let configuration = try #require(load(file).configuration)
        #expect(configuration.markets.map(\.limits.staleAfter) == [.seconds(15), .seconds(20), .seconds(3)])
    }
}

@Suite struct `A mirror that cannot be meant` {
    private func messages(_ text: String) -> [String] {
        load(text).issues.map { "\($0.line): \($0.path): \($0.message)" }
    }

    @Test(arguments: ["https://ace.io", "https://www.ace.io/polarisex", "https://exchange.example"])
    func `is refused on ACE elsewhere than on this machine`(address: String) {
        let loaded = load("{strategy: {type: 'binance-ace-mirror'},\nendpoints: {rest: '\(address)'}}")
        #expect(loaded.configuration == nil)
        #expect(
            loaded.issues.contains {
                $0.line == 2 && $0.path == "endpoints.rest" && $0.message.contains("no longer operates lawfully")
            })
    }

    @Test func `is refused on ACE without an address`() {
        #expect(
            messages("{strategy: {type: 'binance-ace-mirror'}}").first?.hasPrefix("1: endpoints.rest: is missing")
                == true)
    }

    @Test(arguments: [
        (
            ", conversion: {symbol: 'BTC_TWD'}",
            "conversion.symbol: is the market that is quoted: its book holds our own quotes, and a price must not come from "
                + "them"
        ),
        (
            ", conversion: {symbol: 'ETH_TWD'}",
            "conversion.symbol: expected \"USDT_TWD\", which turns BTCUSDT into BTC_TWD, found \"ETH_TWD\""
        ),
        (
            ", reference: {symbol: 'ETHUSDT'}",
            "reference.symbol: expected a market of BTC, as symbol BTC_TWD is, found ETHUSDT"
        ),
        (
            ", limits: {max_open_orders: 5}",
            "limits.max_open_orders: expected at least 6, found 5: 3 levels a side are that many"
        ),
        (
            ", limits: {price_collar: '0.004'}",
            "limits.price_collar: expected at least 0.006, the furthest that the last level may stand, found 0.004: it "
                + "would be refused"
        ),
        (
            ", endpoints: {rest: 'https://max-api.maicoin.com', stream: 'wss://max-stream.maicoin.com'}",
            "endpoints.rest: is MAX's: the target of binance-bitopro-mirror is BitoPro"
        ),
        (
            ", reference: {rest: 'http://127.0.0.1:5', stream: 'ws://127.0.0.1:5'}, "
                + "endpoints: {rest: 'http://127.0.0.1:5', stream: 'ws://127.0.0.1:6'}",
            "endpoints.rest: is the reference's address: a book must not be quoted from where our own quotes stand"
        ),
        (
            ", reference: {use_testnet: true, rest: 'https://api.binance.com', stream: 'wss://stream.binance.com'}",
            "reference.rest: is on the main network, and reference.use_testnet is true"
        ),
        (
            ", reference: {rest: 'http://127.0.0.1:5'}",
            "reference.rest: needs reference.stream beside it: both addresses are replaced, or none"
        ),
        (
            ", reference: {rest: 'http://192.0.2.1', stream: 'wss://192.0.2.1'}",
            "reference.rest: expected https or wss, found http: plain text is allowed on this machine only"
        ),
        (
            ", hedge: {enabled: true, max_slippage: '0.5'}",
            "hedge.max_slippage: expected at most 0.05 (it would buy at any price), found \"0.5\""
        ),
        (", notifications: {line_notify_token: 'x'}", "LINE Notify ended on 2025-03-31"),
        (", reference: {depht: 'partial'}", "reference.depht: unknown key; did you mean depth?"),
        (
            ", execution: {book_interval: '1s'}",
            "execution.book_interval: belongs to \"binance-ace-mirror\", and strategy.type is \"binance-bitopro-mirror\""
        ),
    ])
    func `is told what is wrong`(more: String, expected: String) {
        let loaded = load(mirrorFile(.binanceBitoProMirror, "", more))
        #expect(loaded.configuration == nil)
        let found = loaded.issues.filter { $0.severity == .error }.map { "\($0.path): \($0.message)" }
        #expect(found.contains { $0.contains(expected) }, "\(found)")
    }

    @Test func `is told the place of a level that stands out of order`() {
        let text = """
            {strategy: {type: 'binance-max-mirror', levels: [
              {distance: '0.004', size: '0.001'},
              {distance: '0.003', size: '0.001'}]}}
            """
        #expect(
            messages(text).contains {
                $0.hasPrefix("3: strategy.levels[1].distance: expected more than that of the level before")
            })
    }

    @Test(arguments: [
        (", levels: {}", "strategy.levels: expected a list of levels"),
        (", levels: [1]", "strategy.levels[0]: expected an object"),
        (", levels: [{distance: '0.01'}]", "strategy.levels[0].size: is missing"),
        (", levels: [{distance: '0.01', size: '1', width: 1}]", "strategy.levels[0].width: unknown key"),
        (", level_count: 500", "strategy.level_count: expected at most 50"),
        (", first_distance: '0.49', distance_step: '0.4'", "the last level would be 1.29 away"),
    ])
    func `has a ladder that can be read`(strategy: String, expected: String) {
        #expect(messages(mirrorFile(.binanceBitoProMirror, strategy)).contains { $0.contains(expected) })
    }

    @Test(arguments: [
        (
            ", first_distance: '0.0012'", "",
            "is less than 0.00150226, which maker fee 0.001 + strategy.min_edge 0.0005 needs"
        ),
        (", first_distance: '0.002'", ", hedge: {enabled: true}", "+ hedge.fee 0.001"),
        ("", ", hedge: {enabled: true, min_size: '1'}", "is more than all levels of a side together"),
        ("", ", hedge: {enabled: true}, reference: {market_type: 'usdm'}", "is the spot market's taker fee"),
        (
            ", levels: [{distance: '0.01', size: '1'}], level_count: 2", "",
            "has no effect: strategy.levels lists every level"
        ),
        ("", ", limits: {max_open_orders: 8}", "is below 12"),
        ("", ", starts_quoting: false", "only apus run --control can then start it"),
    ])
    func `is warned of what is probably not meant`(strategy: String, more: String, expected: String) {
        let loaded = load(mirrorFile(.binanceBitoProMirror, strategy, more))
        #expect(loaded.configuration != nil)
        #expect(loaded.issues.contains { $0.severity == .warning && $0.message.contains(expected) }, "\(loaded.issues)")
    }

    @Test func `is warned of sizes below MAX's least order`() {
        let file = mirrorFile(.binanceMAXMirror, ", level_size: '0.00009', size_randomization: '0.2'")
        #expect(load(file).issues.map(\.message).contains { $0.contains("drawn as 0.000072, and MAX takes no less") })
        #expect(load(mirrorFile(.binanceMAXMirror, ", level_size: '0.0001', size_randomization: '0.2'")).issues.isEmpty)
    }
}

@Suite struct `Keys of two venues` {
    private let hedging = ", hedge: {enabled: true}"
    private let target = ["BITOPRO_API_KEY": "k", "BITOPRO_API_SECRET": "s", "BITOPRO_EMAIL": "me@example.com"]

    @Test func `are the target's alone while the reference is only watched`() {
        let loaded = load(mirrorFile(), environment: target)
        #expect(loaded.credentialIssues.isEmpty && loaded.referenceCredentials == nil)
        #expect(
            loaded.credentials
                == .bitoPro(key: CredentialText("k"), secret: CredentialText("s"), email: "me@example.com"))
    }

    @Test func `name the variables that a hedge needs besides`() {
        let loaded = load(mirrorFile(.binanceBitoProMirror, "", hedging), environment: target)
        #expect(loaded.credentials != nil && loaded.referenceCredentials == nil)
        #expect(
            loaded.credentialIssues.map(\.description) == [
                "environment: BINANCE_API_KEY: is not set: expected the API key",
                "environment: BINANCE_API_SECRET: is not set: expected the API secret, or BINANCE_ED25519_KEY_FILE with the "
                    + "path of an Ed25519 private key (PEM)",
            ])
    }

    @Test func `may be a file with an Ed25519 key, but not both`() {
        let key = ["BINANCE_API_KEY": "b", "BINANCE_ED25519_KEY_FILE": "/keys/b.pem"]
        let loaded = load(mirrorFile(.binanceBitoProMirror, "", hedging), environment: target.merging(key) { $1 })
        #expect(loaded.referenceCredentials == .ed25519(key: CredentialText("b"), keyFile: "/keys/b.pem"))
        let both = load(
            mirrorFile(.binanceBitoProMirror, "", hedging),
            environment: target.merging(key) { $1 }.merging(["BINANCE_API_SECRET": "s"]) { $1 })
        #expect(both.credentialIssues.map(\.message).first?.hasPrefix("is set beside BINANCE_API_SECRET") == true)
    }

    @Test func `offer what other bots call them, and never show a value`() {
        let loaded = load(
            mirrorFile(.binanceACEMirror), environment: ["ACE_SECURITY_KEY": "hidden-1", "ACE_API_KEY": "hidden 2"])
        let text = loaded.credentialIssues.map(\.description).joined()
        #expect(text.contains("ACE_SECURITY_KEY is set: rename it") && !text.contains("hidden"))
    }

    @Test(arguments: ["me", "@", "a@b@c", "a\"@b", "a b@c"])
    func `refuse what is no address of e-mail`(email: String) {
        let loaded = load(mirrorFile(), environment: target.merging(["BITOPRO_EMAIL": email]) { $1 })
        #expect(loaded.credentialIssues.map(\.path) == ["BITOPRO_EMAIL"])
    }
}
