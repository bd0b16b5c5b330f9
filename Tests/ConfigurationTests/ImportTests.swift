import Configuration
import Fundamentals
import MarketModel
import Quoting
import RiskControl
import Testing

private func importing(_ text: String, as template: Template = .extendedAvellaneda) -> ConfigurationImport {
    ConfigurationImport.read(SourceFile(name: "old.json", text: text), as: template)
}

/// What is written, read back.
private func written(_ result: ConfigurationImport) throws -> BotConfiguration {
    let text = try #require(result.text)
    return try #require(load(text).configuration)
}

/// The original's file with every key that its text names.
private let complete = """
    {
      "stp": "ACCOUNT", "quote_loop_ms": 250, "replace_coalesce_ms": 400, "dead_mans_switch_sec": 120,
      "risk": {"max_net_position_usd": 100, "max_open_orders": 20, "min_balance_usd": 50.0},
      "markets": [
        {"symbol": "BTC-USD", "enabled": true, "k": 0.1, "alpha": 0.5, "beta": 1e-1, "base_spread": 0.001,
         "quote_notional_cap_usd": 50, "replace_threshold_bps": 2, "min_order_size": 0.0001, "post_only": true,
         "inventory_sensitivity": 0.5},
        {"symbol": "ETH-USD", "enabled": false, "k": -0.2, "alpha": 0.25, "beta": 0.1, "base_spread": 8e-4,
         "quote_notional_cap_usd": 40, "replace_threshold_bps": 3.5, "min_order_size": 0.001, "post_only": false,
         "inventory_sensitivity": 2}
      ],
      "fees_override": {"makerFeeRate": null, "takerFeeRate": null}
    }
    """

@Suite struct `An original configuration` {
    @Test func `is taken over with every key accounted for`() throws {
        let result = importing(complete)
        #expect(result.issues.isEmpty, "\(result.issues)")
        #expect(
            result.keys.map { "\($0.line): \($0)" } == [
                "2: stp: converted (\"ACCOUNT\" → \"account\"), as strategy.self_trade_protection",
                "2: quote_loop_ms: converted (250 ms → \"250ms\"), as strategy.decision_interval",
                "2: replace_coalesce_ms: converted (400 ms → \"400ms\"), as strategy.replace_coalesce",
                "2: dead_mans_switch_sec: converted (120 s → \"2m\"), as countdown",
                "3: risk.max_net_position_usd: kept as limits.max_position_usd; in every market, as the original checks it",
                "3: risk.max_open_orders: kept as limits.max_open_orders",
                "3: risk.min_balance_usd: kept as limits.min_balance_usd",
                "5: markets[0].symbol: kept as markets[0].market",
                "5: markets[0].enabled: kept as markets[0].enabled",
                "5: markets[0].k: kept as markets[0].k; here a long position lowers both quotes by k × position; the "
                    + "original's formula, mid + inventory × k, raises them",
                "5: markets[0].alpha: kept as markets[0].alpha",
                "5: markets[0].beta: kept as markets[0].beta",
                "5: markets[0].base_spread: kept as markets[0].base_spread",
                "6: markets[0].quote_notional_cap_usd: kept as markets[0].quote_notional_cap_usd",
                "6: markets[0].replace_threshold_bps: kept as markets[0].replace_threshold_bps",
                "6: markets[0].min_order_size: kept as markets[0].min_order_size",
                "6: markets[0].post_only: kept as markets[0].post_only",
                "7: markets[0].inventory_sensitivity: kept as markets[0].inventory_sensitivity",
                "8: markets[1].symbol: kept as markets[1].market",
                "8: markets[1].enabled: kept as markets[1].enabled",
                "8: markets[1].k: converted (-0.2 → \"0.2\": the original adds k × inventory to the mid, here it is "
                    + "subtracted), as markets[1].k",
                "8: markets[1].alpha: kept as markets[1].alpha",
                "8: markets[1].beta: kept as markets[1].beta",
                "8: markets[1].base_spread: kept as markets[1].base_spread",
                "9: markets[1].quote_notional_cap_usd: kept as markets[1].quote_notional_cap_usd",
                "9: markets[1].replace_threshold_bps: kept as markets[1].replace_threshold_bps",
                "9: markets[1].min_order_size: kept as markets[1].min_order_size",
                "9: markets[1].post_only: kept as markets[1].post_only",
                "10: markets[1].inventory_sensitivity: converted (2 → \"1\": more than nothing at the limit cannot be taken "
                    + "away), as markets[1].inventory_sensitivity",
                "12: fees_override.makerFeeRate: ignored, because it is null: the venue's own rate holds",
                "12: fees_override.takerFeeRate: ignored, because it is null: the venue's own rate holds",
                "0: limits.max_order_value_usd = 60: added, because the original has no such limit: the largest "
                    + "quote_notional_cap_usd, with room for the spread",
                "0: limits.max_net_exposure_usd = 100: added, because the original describes max_net_position_usd as the sum "
                    + "over its markets too; it checks each by itself, so raise this to let every market use its own limit",
                "0: limits.max_exposure_usd = 100: added, because the original has no such limit: max_net_position_usd for "
                    + "each enabled market",
            ])
    }

    @Test func `gives a configuration that means the same`() throws {
        let text = try #require(importing(complete).text)
        let loaded = load(text)
        #expect(loaded.issues.isEmpty)
        let bot = try #require(loaded.configuration)
        #expect(bot.markets.map(\.symbol) == ["BTC-USD"])
        #expect(bot.decisionInterval == .milliseconds(250) && bot.coalescing == .milliseconds(400))
        #expect(bot.countdown == .seconds(120) && bot.selfTradeProtection == .account && bot.feesOverride == nil)
        #expect(bot.markets[0].limits.maxPositionValue == Cash(whole: 100) && bot.markets[0].limits.maxOpenOrders == 20)
        #expect(bot.accountLimits.minBalance == Cash(whole: 50) && bot.usesTestnet)
        guard case .inventorySkew(let model) = bot.markets[0].strategy else { Issue.record("another model"); return }
        #expect(model.k == ExactDecimal("0.1")! && model.beta == ExactDecimal("0.1")!)
        #expect(model.baseSpread == Rate("0.001")! && model.notionalCap == Cash(whole: 50))
        let second = load(text, overrides: [.init("markets.ETH-USD.enabled=true")!]).configuration?.markets[1]
        #expect(second?.replaceThreshold == Rate(parts: 35_000))
        guard case .inventorySkew(let other)? = second?.strategy else { Issue.record("another model"); return }
        #expect(other.baseSpread == Rate("0.0008")! && other.timeInForce == .goodTillCancel)
        #expect(other.inventorySensitivity == ExactDecimal("1")!)
    }

    private static let market = "\"k\": 1, \"base_spread\": 0.001, \"quote_notional_cap_usd\": 10"

    @Test(
        arguments: [
            (
                "{\"markets\": [{\"market\": \"A-USD\", \(market)}, {\"name\": \"B-USD\", \(market)}]}",
                ["A-USD", "B-USD"]
            ),
            ("{\"markets\": {\"A-USD\": {\(market)}, \"B-USD\": {\(market), \"enabled\": true}}}", ["A-USD", "B-USD"]),
            ("{\"markets\": {\"x\": {\"symbol\": \"A-USD\", \(market)}}}", ["A-USD"]),
            ("{\"markets\": {\"market\": \"A-USD\", \(market)}}", ["A-USD"]),
            ("{\"markets\": [{\"market\": \"A-USD\", \(market), \"alpha\": null}], \"risk\": null}", ["A-USD"]),
        ] as [(String, [String])])
    func `may have its markets in a list or by name, and nulls`(text: String, symbols: [String]) throws {
        let result = importing(text)
        #expect(result.issues.isEmpty, "\(result.issues)")
        let bot = try written(result)
        #expect(bot.markets.map(\.symbol) == symbols)
    }

    @Test(
        arguments: [
            ("", ["old.json:1:1: the file is empty"]),
            ("[]", ["old.json:1:1: expected an object, found a list"]),
            ("{}", ["old.json:1:1: markets: is missing: expected a list of markets"]),
            (
                "{\"markets\": []}",
                ["old.json:1:13: markets: is empty: expected a list of objects, or an object of objects by name"]
            ),
            (
                "{\"markets\": 3}",
                [
                    "old.json:1:13: markets: expected a list of objects, or an object of objects by name, found the number 3"
                ]
            ),
            ("{\"markets\": [\"BTC-USD\"]}", ["old.json:1:14: markets[0]: expected an object, found \"BTC-USD\""]),
            (
                "{\"markets\": [{\"market\": \"A-USD\", \"k\": 1, \"base_spread\": null}]}",
                [
                    "old.json:1:57: markets[0].base_spread: expected a decimal string such as \"0.001\", found null"
                ]
            ),
            (
                "{\"markets\": [{\(market)}]}",
                ["old.json:1:14: markets[0].market: is missing: expected a market such as \"BTC-USD\""]
            ),
            (
                "{\"markets\": [{\"market\": \"A-USD\", \(market), \"post_only\": \"yes\", \"alpha\": [], \"beta\": \"x\"}]}",
                [
                    "old.json:1:107: markets[0].post_only: expected true or false, found \"yes\"",
                    "old.json:1:123: markets[0].alpha: expected a decimal string such as \"0.5\", found a list",
                    "old.json:1:135: markets[0].beta: expected a decimal string such as \"1\", found \"x\"",
                ]
            ),
            (
                "{\"markets\": [{\"market\": \"A-USD\", \(market)}], \"quote_loop_ms\": 1, \"stp\": \"ALL\", \"risk\": 7, \"dead_mans_switch_sec\": \"60\"}",
                [
                    "old.json:1:113: quote_loop_ms: expected at least 50ms, found the number 1",
                    "old.json:1:123: stp: expected one of \"disabled\", \"account\", \"client\", found \"ALL\"",
                    "old.json:1:138: risk: expected an object, found the number 7",
                    "old.json:1:165: dead_mans_switch_sec: expected a duration such as \"60s\" or a number of seconds, found "
                        + "\"60\"",
                ]
            ),
            (
                "{\"markets\": {\"A-USD\": {\(market)}, \"B-USD\": {\(market), \"symbol\": \"A-USD\"}}}",
                ["old.json:1:165: markets[1].market: A-USD is listed already, as markets[0]"]
            ),
            (
                "{\"markets\": [{\"market\": \"A-USD\", \(market)}], \"risk\": {\"max_net_position_usd\": 5}}",
                [
                    "old.json:1:90: markets[0].quote_notional_cap_usd: expected at most limits.max_order_value_usd, which is "
                        + "5, found 10: every quote would be refused"
                ]
            ),
        ] as [(String, [String])])
    func `that is wrong is not written, and says where`(text: String, expected: [String]) {
        let result = importing(text)
        #expect(result.text == nil)
        #expect(result.issues.filter { $0.severity == .error }.map(\.description) == expected)
    }

    @Test func `loses no key without a word, and copies no secret`() throws {
        let canary = "Zx9canaryZx9canary"
        let text = """
            {"markets": [{"market": "A-USD", \(Self.market), "fees_override": {"makerFeeRate": 0.1}, "colour": "red"}],
             "api_key": "\(canary)", "x10": {"stark_private_key": "\(canary)", "vault_id": 7, "host": "\(canary)"},
             "public_key": "\(canary)", "qoute_loop_ms": 250, "dead_mans_switch_sec": 0, "alpha": 1,
             "risk": {"max_daily": 3}, "replace_coalesce_ms": null}
            """
        let result = importing(text)
        #expect(
            result.keys.filter { ![.kept, .added].contains($0.outcome) }.map(\.description) == [
                "markets[0].fees_override: ignored, because fee rates are the account's, not a market's: put them into "
                    + "fees_override",
                "markets[0].colour: unknown, not copied",
                "api_key: not copied: it belongs into the environment or .env, as EXTENDED_API_KEY",
                "x10.stark_private_key: not copied: it belongs into the environment or .env, as EXTENDED_PRIVATE_KEY",
                "x10.vault_id: not copied: it belongs into the environment or .env, as EXTENDED_VAULT",
                "x10.host: unknown, not copied",
                "public_key: not copied: it belongs into the environment or .env, as EXTENDED_PUBLIC_KEY",
                "qoute_loop_ms: unknown, not copied; did you mean quote_loop_ms?",
                "dead_mans_switch_sec: ignored, because the dead man's switch is always armed here: 60s holds, the default",
                "alpha: unknown, not copied",
                "risk.max_daily: unknown, not copied",
                "replace_coalesce_ms: ignored, because it is null: 400ms holds, the default",
            ])
        #expect(!"\(result)".contains("canary"))
        #expect(try written(result).countdown == .seconds(60))
    }

    @Test func `rounds what is finer than we count, and says so`() throws {
        let market =
            "\"market\": \"A-USD\", \"k\": 1, \"base_spread\": 0.0010000000000000002, \"quote_notional_cap_usd\": 10"
        let result = importing("{\"markets\": [{\(market)}]}")
        #expect(result.keys[2].note == "0.0010000000000000002 → \"0.001\", rounded to 8 decimals")
        #expect(result.text != nil)
    }
}

@Suite struct `The percent bot's fields` {
    @Test(arguments: [
        "{\"market\": \"BTC-USD\", \"spread_percentage\": 0.001, \"order_size\": \"0.01\", \"refresh_interval\": 5, \"price_move_threshold\": 0.002, \"enabled\": false}",
        "{\"running\": true, \"config\": {\"market\": \"BTC-USD\", \"spread_percentage\": 1e-3, \"order_size\": 0.01, \"refresh_interval\": 5, \"price_move_threshold\": 0.002, \"enabled\": false}}",
    ])
    func `are taken over, also as its API shows them`(text: String) throws {
        let result = importing(text, as: .extendedPercent)
        #expect(result.issues.isEmpty, "\(result.issues)")
        let kept = result.keys.filter { $0.outcome != .unknown }
        #expect(
            kept.compactMap(\.to) == [
                "markets[0].market", "markets[0].spread", "markets[0].order_size", "markets[0].refresh_interval",
                "markets[0].price_move_threshold", "starts_quoting", "control.listen",
            ])
        #expect(result.keys.first { $0.outcome == .unknown }?.from == (text.contains("running") ? "running" : nil))
        let bot = try written(result)
        #expect(!bot.startsQuoting && bot.control?.listen.description == "127.0.0.1:8000")
        #expect(
            bot.markets[0].strategy
                == .percentSpread(
                    PercentSpreadParameters(
                        spread: Rate("0.001")!, orderSize: ExactDecimal("0.01")!, refreshInterval: .seconds(5),
                        priceMoveThreshold: Rate("0.002")!)))
    }

    @Test func `that are missing are named`() {
        #expect(
            importing("{\"market\": \"BTC-USD\"}", as: .extendedPercent).issues.map(\.description) == [
                "old.json:1:1: spread_percentage: is missing: expected a decimal string such as \"0.001\"",
                "old.json:1:1: order_size: is missing: expected a decimal string such as \"0.0005\"",
            ])
    }
}

@Suite struct `Mutated originals` {
    @Test(arguments: 0..<8)
    func `never trap, and are written only when they are right`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        let scraps = [
            "\"", "{", "}", "[", "]", "-", "null", "1e99", "1e-30", "9e30", "true", ",", ":", "0",
            "99999999999999999999",
            "\u{1B}", "0.0000000000000001",
        ]
        for _ in 0..<250 {
            var bytes = Array(complete.utf8)
            for _ in 0..<random.integer(in: 1...5) {
                let place = Int(random.integer(in: 0...Int64(bytes.count - 1)))
                switch random.integer(in: 0...3) {
                case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes.remove(at: place)
                case 2:
                    bytes.insert(
                        contentsOf: scraps[Int(random.integer(in: 0...Int64(scraps.count - 1)))].utf8, at: place)
                default: bytes.removeSubrange(place..<min(bytes.count, place + Int(random.integer(in: 1...40))))
                }
            }
            let result = ConfigurationImport.read(SourceFile(name: "old.json", bytes: bytes), as: .extendedAvellaneda)
            #expect((result.text == nil) == result.issues.contains { $0.severity == .error })
            #expect(result.keys.count < 200 && result.issues.count < 200)
            for key in result.keys { #expect(!key.description.contains("\u{1B}")) }
            if let text = result.text { #expect(load(text).configuration != nil) }
        }
    }
}
