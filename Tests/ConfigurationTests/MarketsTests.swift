import Configuration
import Fundamentals
import MarketModel
import Quoting
import RiskControl
import Testing

/// A complete file for two markets, to be changed in one place.
private func file(
    _ first: String = "", _ second: String = "", strategy: String = "", limits: String = "", more: String = ""
) -> String {
    """
    {strategy: {type: "extended-avellaneda"\(strategy)}, limits: {\(limits)}\(more),
     markets: [
      {market: "BTC-USD", k: 20000, base_spread: "0.001", quote_notional_cap_usd: 50\(first)},
      {market: "ETH-USD", k: 25, base_spread: "0.002", quote_notional_cap_usd: 40\(second)},
    ]}
    """
}

@Suite struct `A configuration of many markets` {
    @Test func `maps every parameter of the original to its market`() throws {
        let text = file(
            """
            , alpha: "0.4", beta: "0.3", inventory_sensitivity: "0.2", min_order_size: "0.0001", max_order_size: "0.01",
            min_edge: "0.0001", post_only: false, replace_threshold_bps: "2.5", leverage: 10, max_position_usd: 100,
            max_position_lots: 70, max_open_orders: 8, max_order_value_usd: 55
            """,
            strategy: """
                , decision_interval: "100ms", replace_coalesce: "300ms", self_trade_protection: "CLIENT", order_lifetime: "2h"
                """,
            limits: "max_position_usd: 150, max_net_exposure_usd: 250, max_exposure_usd: 260, max_open_orders: 12",
            more: ", countdown: 120, starts_quoting: false, control: {listen: '127.0.0.1:8000'}")
        let loaded = load(text)
        #expect(loaded.issues.isEmpty, "\(loaded.issues)")
        let bot = try #require(loaded.configuration)
        #expect(bot.venue == .extended && bot.template == .extendedAvellaneda && bot.usesTestnet)
        #expect(bot.decisionInterval == .milliseconds(100) && bot.coalescing == .milliseconds(300))
        #expect(bot.selfTradeProtection == .client && bot.orderLifetime == .seconds(7_200))
        #expect(bot.countdown == .seconds(120) && !bot.startsQuoting)
        #expect(bot.control == .init(listen: ListenAddress(host: "127.0.0.1", port: 8_000), allowsRemote: false))
        #expect(bot.markets.map(\.symbol) == ["BTC-USD", "ETH-USD"])
        #expect(
            bot.markets[0].strategy
                == .inventorySkew(
                    InventorySkewParameters(
                        k: ExactDecimal("20000")!.normalized, alpha: ExactDecimal("0.4")!, beta: ExactDecimal("0.3")!,
                        baseSpread: Rate("0.001")!, notionalCap: Cash(whole: 50),
                        inventorySensitivity: ExactDecimal("0.2")!, minOrderSize: ExactDecimal("0.0001")!,
                        maxOrderSize: ExactDecimal("0.01")!, timeInForce: .goodTillCancel, minEdge: Rate("0.0001")!)))
        #expect(bot.markets[0].replaceThreshold == Rate(parts: 25_000) && bot.markets[0].leverage?.description == "10")
        #expect(bot.markets[1].replaceThreshold == .basisPoints(2) && bot.markets[1].leverage == nil)
        let (own, common) = (bot.markets[0].limits, bot.markets[1].limits)
        #expect(own.maxPositionValue == Cash(whole: 100) && own.maxPosition == Quantity(lots: 70))
        #expect(own.maxOpenOrders == 8 && own.maxOrderValue == Cash(whole: 55))
        #expect(common.maxPositionValue == Cash(whole: 150) && common.maxPosition == nil)
        #expect(common.maxOpenOrders == 12 && common.maxOrderValue == Cash(whole: 60))
        #expect(
            bot.accountLimits.maxNetExposure == Cash(whole: 250) && bot.accountLimits.maxExposure == Cash(whole: 260))
        #expect(bot.credentials.scheme == .stark)
        #expect(bot.credentials.needed == ["EXTENDED_API_KEY", "EXTENDED_VAULT", "EXTENDED_PRIVATE_KEY"])
    }

    @Test func `maps the papers' models`() throws {
        let fixed = file(
            ", gamma: '0.1', horizon: '60s', intensity_a: 140, intensity_kappa: '1.5', sigma: 2, order_size: 1",
            ", gamma: '0.1', calibration_window: '20m', order_size: '0.5'",
            strategy: ", model: 'avellaneda-stoikov'")
        let bot = try #require(load(fixed).configuration)
        #expect(
            bot.markets[0].strategy
                == .avellanedaStoikov(
                    AvellanedaStoikovParameters(
                        gamma: ExactDecimal("0.1")!, horizon: .seconds(60),
                        intensity: .fixed(a: ExactDecimal("140")!.normalized, kappa: ExactDecimal("1.5")!),
                        sigma: ExactDecimal("2")!, orderSize: ExactDecimal("1")!)))
        let glft = load(fixed, overrides: [.init("strategy.model=glft")!, .init("markets.*.max_inventory=7")!])
        #expect(
            glft.configuration?.markets[1].strategy
                == .glft(
                    GLFTParameters(
                        gamma: ExactDecimal("0.1")!, intensity: .calibrated(window: .seconds(1_200)),
                        orderSize: ExactDecimal("0.5")!, maxInventory: 7)))
        let missing = load(file(strategy: ", model: 'glft'"))
        #expect(
            missing.issues.filter { $0.severity == .error }.map(\.path).prefix(2) == [
                "markets[0].gamma", "markets[0].order_size",
            ])
    }

    @Test func `maps every parameter of the percent bot`() throws {
        let text = """
            {strategy: {type: "extended-percent"}, markets: [
              {market: "BTC-USD", spread: "0.001", order_size: "0.01", refresh_interval: 5, price_move_threshold: "0.002"},
              {market: "SOL-USD", spread: "0.002", order_size: "1", order_type: "gtc", volatility_factor: "1.5",
               inventory_skew: "0.5", depth_ahead_usd: 1000}]}
            """
        let loaded = load(text)
        #expect(loaded.issues.isEmpty)
        let bot = try #require(loaded.configuration)
        #expect(
            bot.markets.map(\.strategy) == [
                .percentSpread(
                    PercentSpreadParameters(
                        spread: Rate("0.001")!, orderSize: ExactDecimal("0.01")!, refreshInterval: .seconds(5),
                        priceMoveThreshold: Rate("0.002")!)),
                .percentSpread(
                    PercentSpreadParameters(
                        spread: Rate("0.002")!, orderSize: ExactDecimal("1")!, refreshInterval: .seconds(5),
                        priceMoveThreshold: Rate("0.002")!, timeInForce: .goodTillCancel,
                        volatilityFactor: ExactDecimal("1.5")!, inventorySkew: ExactDecimal("0.5")!,
                        depthAhead: Cash(whole: 1_000))),
            ])
    }

    @Test(arguments: [("true", "sepolia."), ("false", "")])
    func `goes to the network it names`(testnet: String, part: String) throws {
        let endpoints = try #require(load(file(more: ", use_testnet: \(testnet)")).configuration).endpoints
        #expect(endpoints.rest.description == "https://api.starknet.\(part)extended.exchange:443")
        #expect(endpoints.stream.description == "wss://api.starknet.\(part)extended.exchange:443")
    }

    @Test func `takes addresses with the venue's own path, as the venue tells them, and no other`() throws {
        let endpoints =
            "{rest: 'http://127.0.0.1:80/api/v1', stream: 'ws://127.0.0.1:81/stream.extended.exchange/v1/'}"
        let bot = try #require(load(file(more: ", endpoints: \(endpoints)")).configuration)
        #expect(bot.endpoints.rest.description == "http://127.0.0.1:80")
        #expect(bot.endpoints.stream.description == "ws://127.0.0.1:81")
        let other = load(file(more: ", endpoints: {rest: 'https://a/api/v2', stream: 'wss://a/stream'}"))
        #expect(other.issues.map(\.path) == ["endpoints.rest", "endpoints.stream"])
        #expect(
            other.issues[0].message.hasPrefix(
                "expected a URL with https:// or http:// and no path but /api/v1, such as"))
    }

    @Test func `takes null for what need not be there, and only for that`() throws {
        let bot = load(
            file(", leverage: null, max_order_size: null", more: ", fees_override: {maker: null, taker: null}"))
        #expect(bot.issues.isEmpty && bot.configuration?.feesOverride == nil)
        #expect(
            issues(file(", alpha: null").replacing("\"ETH-USD\"", with: "null")).map { $0.drop { $0 != " " } } == [
                " markets[0].alpha: expected a decimal string such as \"0.5\", found null",
                " markets[1].market: expected a market such as \"BTC-USD\", found null",
            ])
    }

    @Test func `says one thing about a market that is no object`() {
        #expect(load(file().replacing("markets: [", with: "markets: [7, ")).issues.map(\.path) == ["markets[0]"])
    }

    @Test func `takes leverage in whole numbers only`() {
        #expect(load(file(", leverage: '10.0'")).configuration?.markets[0].leverage == ExactDecimal("10"))
        #expect(
            issues(file(", leverage: '2.5'")).map { $0.drop { $0 != " " } } == [
                " markets[0].leverage: expected a whole number, found 2.5: the venue takes no parts"
            ])
    }

    @Test func `takes no key with its section in one word`() {
        #expect(
            issues(file(more: ", 'limits.max_open_orders': 9, 'markets.alpha': 1")) == [
                "config.json:1:55: limits.max_open_orders: unknown key; write \"max_open_orders\" inside \"limits\"",
                "config.json:1:84: markets.alpha: unknown key; write \"alpha\" inside \"markets\"",
            ])
    }

    @Test func `leaves out markets that are disabled, and all but the one asked for`() throws {
        let one = try #require(load(file(", enabled: false")).configuration)
        #expect(one.markets.map(\.symbol) == ["ETH-USD"])
        let asked = load(
            file(", enabled: false"), overrides: [.init(path: "symbol", text: "BTC-USD", flag: "--symbol")])
        #expect(asked.configuration?.markets.map(\.symbol) == ["BTC-USD"])
        let unknown = load(file(), overrides: [.init(path: "symbol", text: "BTC-USDT", flag: "--symbol")])
        #expect(
            unknown.issues.map(\.description) == [
                "--symbol: symbol: no market BTC-USDT is configured, only BTC-USD, ETH-USD; did you mean BTC-USD?"
            ])
    }

    @Test(
        arguments: [
            ("markets.ETH-USD.alpha=0.1", ["0.5", "0.1"]), ("markets[1].alpha=0.1", ["0.5", "0.1"]),
            ("markets.0.alpha=0.1", ["0.1", "0.5"]), ("markets.*.alpha=0.1", ["0.1", "0.1"]),
        ] as [(String, [String])])
    func `takes values for one market or for all from flags`(override: String, alphas: [String]) throws {
        let loaded = load(file(), overrides: [try #require(.init(override))])
        #expect(loaded.values.filter { $0.key == .alpha }.map(\.text) == alphas)
        #expect(loaded.values.filter { $0.key == .alpha }.map(\.path) == ["markets[0].alpha", "markets[1].alpha"])
    }

    @Test func `takes values for one market from the environment`() throws {
        let loaded = load(
            file(),
            environment: [
                "APUS_MARKETS__ETH_USD__ALPHA": "0.1", "APUS_MARKETS__SOL_USD__ALPHA": "0.2",
                "APUS_MARKETS__BTC_USD__ALHPA": "0.3", "APUS_MARKETS": "1",
            ])
        #expect(loaded.values.filter { $0.key == .alpha }.map(\.text) == ["0.5", "0.1"])
        #expect(
            loaded.issues.map(\.description) == [
                "environment APUS_MARKETS: warning: APUS_MARKETS sets nothing",
                "environment APUS_MARKETS__BTC_USD__ALHPA: warning: APUS_MARKETS__BTC_USD__ALHPA sets nothing",
                "environment APUS_MARKETS__SOL_USD__ALPHA: warning: APUS_MARKETS__SOL_USD__ALPHA: no market SOL_USD is "
                    + "configured, only BTC-USD, ETH-USD",
            ])
    }

    @Test(
        arguments: [
            (file(", alpha: true"), ["3:90: markets[0].alpha: expected a decimal string such as \"0.5\", found true"]),
            (file("", ", alhpa: '1'"), ["4:80: markets[1].alhpa: unknown key; did you mean alpha?"]),
            (file("", ", spread_percentage: '1'"), ["4:80: markets[1].spread_percentage: unknown key"]),
            (
                file("", ", spread: '0.1'"),
                [
                    "4:88: markets[1].spread: belongs to \"extended-percent\", and strategy.type is \"extended-avellaneda\""
                ]
            ),
            (
                file("", ", max_net_position_usd: 1"),
                ["4:80: markets[1].max_net_position_usd: unknown key; here it is called limits.max_position_usd"]
            ),
            (
                file("", ", gamma: 1"),
                [
                    "4:87: warning: markets[1].gamma: has no effect: it belongs to \"avellaneda-stoikov\" and \"glft\", and "
                        + "strategy.model is \"simplified\""
                ]
            ),
            (
                file(more: ", symbol: 'BTCUSDT'"),
                [
                    "1:63: symbol: belongs to \"aster-spread\" and \"aster-cycle\" and \"binance-ace-mirror\" and \"binance-bitopro-mirror\" and \"binance-max-mirror\", and strategy.type is \"extended-avellaneda\""
                ]
            ),
            (
                file(limits: "max_open_orders: 3"),
                [
                    "1:69: warning: limits.max_open_orders: is below 4: while bid and ask are replaced, the old ones count "
                        + "besides the new ones"
                ]
            ),
            (
                file(", quote_notional_cap_usd: 1", ", enabled: 'yes'"),
                [
                    "3:83: the key \"quote_notional_cap_usd\" is given twice; it is first on line 3",
                    "4:89: markets[1].enabled: expected true or false, found \"yes\"",
                ]
            ),
        ] as [(String, [String])])
    func `names market, line and column`(text: String, expected: [String]) {
        #expect(issues(text) == expected.map { "config.json:\($0)" })
    }

    @Test(
        arguments: [
            (
                "",
                [
                    "config.json:1:1: markets: is missing: extended-percent needs a list such as [{\"market\": \"BTC-USD\", …}]"
                ]
            ),
            (
                ", markets: []",
                [
                    "config.json:1:49: markets: is empty: extended-percent needs a list such as [{\"market\": \"BTC-USD\", …}]"
                ]
            ),
            (", markets: {}", ["config.json:1:49: markets: expected a list of markets, found an object"]),
            (", markets: ['BTC-USD']", ["config.json:1:50: markets[0]: expected an object, found \"BTC-USD\""]),
            (
                ", markets: [{market: 'B/D', spread: '0.01', order_size: 1}]",
                ["config.json:1:59: markets[0].market: expected a market such as \"BTC-USD\", found \"B/D\""]
            ),
            (
                ", markets: [{}]",
                [
                    "config.json:1:50: markets[0].market: is missing: expected a market such as \"BTC-USD\"",
                    "config.json:1:50: markets[0].order_size: is missing: expected a decimal string such as \"0.0005\"",
                    "config.json:1:50: markets[0].spread: is missing: expected a decimal string such as \"0.001\"",
                ]
            ),
            (
                ", markets: [{market: 'A-B', spread: '0.01', order_size: 1}, {market: 'A-B', spread: '0.01', order_size: 1}]",
                ["config.json:1:107: markets[1].market: A-B is listed already, as markets[0]"]
            ),
            (
                ", markets: [{market: 'A-B', enabled: false, spread: '0.01', order_size: 1}]",
                ["config.json:1:75: markets[0].enabled: every market is disabled: nothing would be quoted"]
            ),
        ] as [(String, [String])])
    func `must have markets, each once`(markets: String, expected: [String]) {
        #expect(issues("{strategy: {type: 'extended-percent'}\(markets)}") == expected)
    }

    @Test func `needs no list where there is one market`() {
        #expect(
            issues(spreadFile(more: ", markets: [{market: 'BTC-USD'}]")) == [
                "config.json:3:17: markets: belongs to \"extended-avellaneda\" and \"extended-percent\", and strategy.type is "
                    + "\"aster-spread\""
            ])
    }
}

@Suite struct `Rules of the Extended bots` {
    @Test(
        arguments: [
            (
                file(limits: "max_order_value_usd: 45"),
                [
                    "markets[0].quote_notional_cap_usd: expected at most limits.max_order_value_usd, which is 45, found 50: "
                        + "every quote would be refused"
                ]
            ),
            (
                file(", max_order_value_usd: 49"),
                [
                    "markets[0].quote_notional_cap_usd: expected at most markets[0].max_order_value_usd, which is 49, found "
                        + "50: every quote would be refused"
                ]
            ),
            (
                file("", ", max_position_usd: 59"),
                [
                    "markets[1].max_position_usd: expected at least limits.max_order_value_usd, which is 60, found 59: one "
                        + "order could exceed the position limit"
                ]
            ),
            (
                file("", ", max_position_usd: 350"),
                [
                    "warning: markets[1].max_position_usd: expected at most limits.max_net_exposure_usd, which is 300, found "
                        + "350: the account's net limit binds before this one"
                ]
            ),
            (
                file(more: ", countdown: '59500ms'"),
                ["countdown: expected whole seconds, found 59500ms: the venue counts no parts of them"]
            ),
            (
                file(more: ", countdown: 30"),
                [
                    "warning: countdown: is outside of the recommended 60s to 300s: shorter ones fire in ordinary "
                        + "disturbances, longer ones leave orders alone for long"
                ]
            ),
            (
                file(more: ", countdown: 9"),
                ["countdown: expected at least 10s (a shorter one fires in ordinary disturbances), found the number 9"]
            ),
            (
                file(strategy: ", replace_coalesce: '200ms'"),
                [
                    "warning: strategy.replace_coalesce: is shorter than strategy.decision_interval, which is 250ms: "
                        + "decisions by time alone are never merged"
                ]
            ),
            (file(strategy: ", replace_coalesce: '0s'"), []),
            (
                file(strategy: ", order_lifetime: '29d'"),
                ["strategy.order_lifetime: expected at most 28d, found 29d: the test network refuses more"]
            ),
            (file(strategy: ", order_lifetime: '29d'", more: ", use_testnet: false"), []),
            (
                file(limits: "max_messages: 200"),
                [
                    "warning: limits.max_messages: with limits.message_window, which is 10s, is more than the venue's 1000 "
                        + "requests a minute: expect the breaker to trip"
                ]
            ),
            (
                file(more: ", fees_override: {maker: '0.0015', taker: '0.002'}"),
                ["warning: markets[0].base_spread: does not cover the maker fee: fills at that distance lose money"]
            ),
            (
                file(", post_only: false", more: ", fees_override: {maker: 0, taker: '0.0011'}"),
                [
                    "warning: markets[0].base_spread: does not cover the taker fee, which quotes that may take can cost: "
                        + "fills at that distance lose money"
                ]
            ),
            (
                file(", replace_threshold_bps: 10"),
                [
                    "warning: markets[0].replace_threshold_bps: is not below base_spread, which is 0.001: a quote may be kept "
                        + "until the mid reaches it"
                ]
            ),
            (file(", replace_threshold_bps: '9.9999'"), []),
            (
                file(limits: "price_collar: '0.0015'"),
                [
                    "markets[1].base_spread: expected at most limits.price_collar, which is 0.0015, found 0.002: every quote "
                        + "would be refused"
                ]
            ),
            (
                file(more: ", starts_quoting: false"),
                [
                    "warning: starts_quoting: is false, and control.listen is not set: only apus run --control can then "
                        + "start it"
                ]
            ),
            (
                file(more: ", control: {listen: '0.0.0.0:8000'}"),
                [
                    "control.listen: expected an address of this machine such as 127.0.0.1:8000, found 0.0.0.0:8000: others "
                        + "could reach it; set control.allow_remote if that is meant"
                ]
            ),
            (file(more: ", control: {listen: '0.0.0.0:8000', allow_remote: true}"), []),
            (
                file(more: ", control: {listen: 'localhost'}"),
                ["control.listen: expected HOST:PORT such as \"127.0.0.1:8000\", found \"localhost\""]
            ),
            (
                file(more: ", endpoints: {rest: 'http://127.0.0.1:1', stream: 'ws://127.0.0.1:2'}"), []
            ),
            (
                file(
                    more: ", endpoints: {rest: 'https://api.starknet.extended.exchange', stream: 'wss://localhost:1'}"),
                ["endpoints.rest: is on the main network, and use_testnet is true"]
            ),
            (
                file(
                    strategy: ", model: 'glft'"
                ).replacing("k: 20000", with: "gamma: 1, order_size: 1, intensity_a: 1")
                    .replacing("k: 25", with: "gamma: 1, order_size: 1"),
                ["markets[0].intensity_a: needs intensity_kappa beside it: both are given, or both are calibrated"]
            ),
        ] as [(String, [String])])
    func `are checked`(text: String, expected: [String]) {
        let found = load(text).issues.filter { !$0.message.hasPrefix("has no effect: it belongs") }
        #expect(
            found.map { "\($0.severity == .warning ? "warning: " : "")\($0.path): \($0.message)" } == expected)
    }
}

@Suite struct `Keys of Extended` {
    private let stark = "0x" + String(repeating: "3", count: 63)
    private let canary = "Zx9canaryZx9canaryZx9canary"

    @Test func `are read from the environment and describe themselves as stars`() throws {
        let loaded = load(
            file(), environment: ["EXTENDED_API_KEY": canary, "EXTENDED_VAULT": "10002", "EXTENDED_PRIVATE_KEY": stark])
        let bare = load(
            file(),
            environment: [
                "EXTENDED_API_KEY": canary, "EXTENDED_VAULT": "10002",
                "EXTENDED_PRIVATE_KEY": String(stark.dropFirst(2)),
            ])
        #expect(bare.credentials == loaded.credentials)
        let credentials = try #require(loaded.credentials)
        #expect(
            credentials
                == .stark(
                    apiKey: CredentialText(canary), vault: 10_002, privateKey: CredentialText(stark), publicKey: nil))
        #expect(credentials.secrets == [CredentialText(canary), CredentialText(stark)])
        #expect(!"\(loaded)".contains("canary") && !"\(loaded)".contains(stark))
    }

    @Test func `that are missing or malformed are named, with the names other bots use`() {
        let loaded = load(
            file(),
            environment: [
                "X10_API_KEY": canary, "EXTENDED_VAULT": "-1", "EXTENDED_PRIVATE_KEY": "0xzz",
                "EXTENDED_PUBLIC_KEY": "7g",
            ])
        #expect(
            loaded.credentialIssues.map(\.description) == [
                "environment: EXTENDED_API_KEY: is not set: expected the API key; X10_API_KEY is set: rename it, or name it "
                    + "in the configuration's \"credentials\"",
                "environment: EXTENDED_VAULT: is not the account's vault: a whole number (value not shown)",
                "environment: EXTENDED_PRIVATE_KEY: is not the Stark private key: 0x and at most 64 hexadecimal digits "
                    + "(value not shown)",
                "environment: EXTENDED_PUBLIC_KEY: is not the Stark public key: 0x and at most 64 hexadecimal digits (value "
                    + "not shown)",
            ])
        #expect(!"\(loaded)".contains("canary"))
    }

    @Test(arguments: ["private_key", "stark_private_key", "api_key"])
    func `written into the file are refused without being shown`(key: String) {
        let loaded = load(file(more: ", credentials: {\(key): '\(canary)'}"))
        #expect(loaded.configuration == nil && !"\(loaded)".contains("canary"))
        #expect(
            loaded.issues.map(\.message).contains { $0.contains("\"private_key_env\": \"EXTENDED_PRIVATE_KEY\"") }
                || loaded.issues.map(\.message).contains { $0.contains("api_key_env") })
    }
}

@Suite struct `A listen address` {
    @Test(
        arguments: [
            ("127.0.0.1:8000", "127.0.0.1", 8_000, true), ("[::1]:0", "::1", 0, true),
            ("localhost:1", "localhost", 1, true),
            ("0.0.0.0:80", "0.0.0.0", 80, false), ("127.evil.example:80", "127.evil.example", 80, false),
        ] as [(String, String, UInt16, Bool)])
    func `reads back as written`(text: String, host: String, port: UInt16, isLoopback: Bool) throws {
        let address = try #require(ListenAddress(text))
        #expect(address == ListenAddress(host: host, port: port) && address.isLoopback == isLoopback)
        #expect(address.description == text)
    }

    @Test(arguments: ["", ":", "8000", "a:", ":80", "[::1]", "::1:80", "a:70000", "a:80/", "a b:80", "http://a:80"])
    func `refuses everything else`(text: String) { #expect(ListenAddress(text) == nil) }
}
