import Configuration
import Fundamentals
import MarketModel
import Quoting
import Testing

@Suite struct `The field table` {
    @Test func `has a row for each key, and never two of one template`() {
        for key in FieldKey.allCases {
            let templates = FieldTable.rows(of: key).flatMap(\.templates)
            #expect(!templates.isEmpty && Set(templates).count == templates.count, "\(key.path)")
        }
    }

    @Test(arguments: Template.allCases)
    func `gives every default and example that its own bounds allow`(template: Template) {
        for field in FieldTable.fields(for: template) where !field.key.isPerEntry && field.key != .template {
            let loaded = load(
                Template.render(template), overrides: [.init(path: field.key.path, text: field.example)])
            #expect(!loaded.issues.contains { $0.message.hasPrefix("expected") && $0.path == field.key.path })
        }
    }

    @Test func `bounds every ratio, so that it fits its type`() {
        for field in FieldTable.fields where field.kind == .ratio { #expect(field.upper != nil, "\(field.key.path)") }
    }

    @Test(arguments: [
        "SPREAD_USD", "ORDER_SIZE_USD", "ORDER_TIMEOUT_SECONDS", "COUNTER_FILL_WAIT_SECONDS", "INVENTORY_THRESHOLD_USD",
        "MIN_PROFIT_TO_CLOSE", "PNL_HOLD_SECONDS", "POSITION_CHECK_INTERVAL", "SLEEP_SECONDS", "SYMBOL", "USE_TESTNET",
        "MM_LOG_LEVEL", "API_KEY", "API_SECRET", "DEFAULT_SYMBOL", "DEFAULT_BUY_SPREAD", "DEFAULT_SELL_SPREAD",
        "DEFAULT_BALANCE_FRACTION", "ORDER_REFRESH_INTERVAL", "RETRY_ON_ERROR_INTERVAL", "LOG_FILE", "RELEASE_MODE",
        "stp", "quote_loop_ms", "replace_coalesce_ms", "dead_mans_switch_sec", "max_net_position_usd",
        "max_open_orders", "min_balance_usd", "k", "alpha", "beta", "base_spread", "quote_notional_cap_usd",
        "replace_threshold_bps", "min_order_size", "post_only", "enabled", "inventory_sensitivity", "makerFeeRate",
        "takerFeeRate", "market", "spread_percentage", "order_size", "refresh_interval", "price_move_threshold",
    ])
    func `has a place for every parameter of the original bots`(name: String) {
        #expect(FieldTable.fields.contains { $0.originalNames.contains(name) })
    }

    @Test func `writes its reference with a row for each key`() {
        let reference = FieldTable.reference()
        for field in FieldTable.fields { #expect(reference.contains("| `\(field.key.name)` |")) }
    }
}

@Suite struct `Templates and schema` {
    @Test(arguments: Template.allCases)
    func `a template reads back without an issue`(template: Template) throws {
        let loaded = load(Template.render(template))
        #expect(loaded.issues.isEmpty)
        #expect(loaded.configuration?.template == template)
        for line in Template.render(template).split(separator: "\n") { #expect(line.count <= 120) }
    }

    @Test(arguments: Template.allCases)
    func `a template names every key it may have`(template: Template) {
        let text = Template.render(template)
        for field in FieldTable.fields {
            let isKnown = FieldTable.fields(for: template).contains { $0.key.name == field.key.name }
            #expect(text.contains("\"\(field.key.name)\": ") == isKnown, "\(field.key.path)")
        }
    }

    @Test(arguments: Template.allCases)
    func `what a template hides behind a comment is right too`(template: Template) {
        let lines = Template.render(template).split(separator: "\n").map { line -> String in
            let text = line.drop { $0 == " " }
            let isHidden = text.hasPrefix("// \"") || text.hasPrefix("// {")
            return String(isHidden && text.hasSuffix(",") ? text.dropFirst(3) : text)
        }
        let issues = load(lines.joined(separator: "\n")).issues
        #expect(issues.allSatisfy { $0.message.hasPrefix("has no effect") }, "\(issues)")
    }

    @Test func `a template of many markets says loudly that it is on the test network`() {
        for template in [Template.extendedAvellaneda, .extendedPercent] {
            let text = Template.render(template)
            #expect(text.contains("TEST NETWORK") && text.contains("\"use_testnet\": true"))
            #expect(load(text).configuration?.usesTestnet == true)
        }
    }

    @Test func `the schema has every key of the table and no other`() throws {
        let (node, issues) = ConfigurationReader.read(Array(BotConfiguration.schema().utf8), file: "schema")
        #expect(issues.isEmpty)
        var found: [String] = []
        for member in try properties(try #require(node)) where member.key != "$schema" {
            let holder = try child(member.node, "items") ?? member.node
            let alternatives = try children(holder, "oneOf") ?? children(holder, "anyOf") ?? [holder]
            for alternative in alternatives {
                guard let inner = try? properties(alternative) else {
                    found.append(member.key)
                    continue
                }
                for property in inner {
                    let path = "\(member.key).\(property.key)"
                    guard let items = try child(property.node, "items") else {
                        found.append(path)
                        continue
                    }
                    found += try properties(items).map { "\(path).\($0.key)" }
                }
            }
        }
        #expect(Set(found).sorted() == FieldKey.allCases.map(\.path).sorted())
    }

    private func members(_ node: ConfigurationNode) throws -> [ConfigurationNode.Member] {
        guard case .object(let members) = node.value else { throw NotThere() }
        return members
    }

    private func properties(_ node: ConfigurationNode) throws -> [ConfigurationNode.Member] {
        guard let inner = try members(node).first(where: { $0.key == "properties" })?.node else { throw NotThere() }
        return try members(inner)
    }

    private func child(_ node: ConfigurationNode, _ key: String) throws -> ConfigurationNode? {
        try members(node).first { $0.key == key }?.node
    }

    private func children(_ node: ConfigurationNode, _ key: String) throws -> [ConfigurationNode]? {
        guard case .list(let nodes)? = try members(node).first(where: { $0.key == key })?.node.value else { return nil }
        return nodes
    }

    private struct NotThere: Error {}
}

@Suite struct `Mutated configurations` {
    @Test(arguments: 0..<12)
    func `never trap, and say what is wrong within bounds`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        let template = Array(Template.render(Template.allCases[Int(seed) % Template.allCases.count]).utf8)
        let scraps = [
            "\"", "'", "{", "}", "//", "/*", "-", "0.", "9999999999999999999999", "null", "\\u", ",", ":", "\n", "1e9",
            "\u{1B}",
        ]
        for _ in 0..<150 {
            var bytes = template
            for _ in 0..<random.integer(in: 1...6) {
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
            let loaded = BotConfiguration.load(ConfigurationSources(file: SourceFile(name: "c", bytes: bytes)))
            #expect(loaded.issues.count < 200)
            #expect((loaded.configuration == nil) == loaded.issues.contains { $0.severity == .error })
            for issue in loaded.issues {
                #expect(issue.description.utf8.count < 2_000 && !issue.description.contains("\u{1B}"))
            }
        }
    }

    @Test(arguments: 0..<4)
    func `extreme values never trap, nor do the models made from them`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        let values = [
            "0", "-1", "1", "5", "0.5", "999999999999", "1000000000000", "1000000000001", "-999999999999",
            "999999999999999999999999999999999999", "0.000000000001", "0.0000000000001", "9223372036854775807", "1ns",
            "366d", "367d",
            "31622400", "true", "", "170141183460469231731687303715884105727", "0.000000000000000000000000000001",
        ]
        for _ in 0..<600 {
            let template = Template.allCases[Int(random.integer(in: 0...Int64(Template.allCases.count - 1)))]
            let model = StrategyModel.allCases[Int(random.integer(in: 0...2))].rawValue
            let overrides = (0..<random.integer(in: 1...4)).map { _ in
                let key = FieldKey.allCases[Int(random.integer(in: 0...Int64(FieldKey.allCases.count - 1)))]
                return ConfigurationOverride(
                    path: key.isPerChannel
                        ? "notifications.channels.*.\(key.name)"
                        : key.isPerLevel ? "strategy.levels.*.\(key.name)" : key.isPerMarket
                            ? "markets.\(["*", "0", "BTC-USD"][Int(random.next() % 3)]).\(key.name)" : key.path,
                    text: values[Int(random.integer(in: 0...Int64(values.count - 1)))])
            }
            let base =
                template != .extendedAvellaneda
                ? []
                : ["strategy.model=\(model)", "markets.*.gamma=1", "markets.*.order_size=1"].compactMap {
                    ConfigurationOverride($0)
                }
            let loaded = load(Template.render(template), overrides: base + overrides)
            #expect((loaded.configuration == nil) == loaded.issues.contains { $0.severity == .error })
            for market in loaded.configuration?.markets ?? [] { _ = QuotingModel(market.strategy) }
        }
    }

    @Test(arguments: 0..<4)
    func `mutated .env files never trap`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        let original = Array("export A='x'\nB=\"y\\n\"\n# c\nC=z # d\n".utf8)
        for _ in 0..<500 {
            var bytes = original
            for _ in 0..<3 {
                bytes[Int(random.integer(in: 0...Int64(bytes.count - 1)))] = UInt8(
                    truncatingIfNeeded: random.next() & 0x7F)
            }
            #expect(DotEnv.read(bytes, file: ".env").issues.count < 20)
        }
    }
}
