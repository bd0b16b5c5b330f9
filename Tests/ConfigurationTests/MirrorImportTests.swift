import Configuration
import Fundamentals
import MarketModel
import Quoting
import Testing

private func importing(_ text: String, as template: Template = .binanceBitoProMirror) -> ConfigurationImport {
    ConfigurationImport.read(SourceFile(name: "mm_config.ini", text: text), as: template)
}

private func parameters(_ result: ConfigurationImport) throws -> MirrorParameters {
    let text = try #require(result.text)
    let configuration = try #require(load(text).configuration)
    guard case .mirror(let parameters) = configuration.markets[0].strategy else { throw NoMirror() }
    return parameters
}

private struct NoMirror: Error {}

private func decimals(_ texts: String...) -> [ExactDecimal?] { texts.map { ExactDecimal($0) } }

@Suite struct `An original mm_config.ini` {
    @Test func `is taken over with every key accounted for`() throws {
        let result = importing(
            """
            # the bot's settings
            [SYMBOL]
            binance_symbol = ETHUSDT
            ace_symbol = ETH/TWD

            [ACE]
            apiKey = hidden-1
            securityKey: hidden-2
            [MM]
            levels = 4
            spread = 0.25%   ; of the price
            step = 0.0005
            amount = 0.02
            random_amount = 0.3
            threshold = 3e-4
            sleep_time = 45
            [LINE]
            line_notify_token = secret-token
            [OTHER]
            foo = bar
            """)
        #expect(
            result.keys.map { "\($0.line): \($0)" } == [
                "3: SYMBOL.binance_symbol: kept as reference.symbol",
                "4: SYMBOL.ace_symbol: converted (ETH/TWD → \"ETH_TWD\"), as symbol",
                "7: ACE.apiKey: not copied: it belongs into the environment or .env, as BITOPRO_API_KEY",
                "8: ACE.securityKey: not copied: it belongs into the environment or .env, as BITOPRO_API_SECRET",
                "10: MM.levels: kept as strategy.level_count",
                "11: MM.spread: converted (0.25% → \"0.0025\"), as strategy.first_distance",
                "12: MM.step: kept as strategy.distance_step",
                "13: MM.amount: kept as strategy.level_size",
                "14: MM.random_amount: kept as strategy.size_randomization",
                "15: MM.threshold: converted (3e-4 → \"0.0003\"), as strategy.reference_threshold",
                "16: MM.sleep_time: converted (45 → \"45s\"), as strategy.refresh_interval",
                "18: LINE.line_notify_token: not copied: LINE Notify ended on 2025-03-31: use a channel of type \"line\" (LINE "
                    + "Messaging API): make a LINE Official Account, name the variable with its channel access token in "
                    + "token_env, and give the userId or groupId that gets the alerts in to",
                "20: OTHER.foo: unknown, not copied",
            ])
        #expect(result.issues.isEmpty, "\(result.issues)")
        let text = try #require(result.text)
        #expect(!text.contains("secret-token") && !text.contains("hidden"))
        #expect(load(text).configuration?.markets.map(\.symbol) == ["ETH_TWD", "USDT_TWD", "ETHUSDT"])
        let ladder = try parameters(result)
        #expect(ladder.levels.map(\.distance.parts) == [250_000, 300_000, 350_000, 400_000])
        #expect(ladder.levels.map(\.size) == Array(repeating: ExactDecimal("0.02"), count: 4))
        #expect(ladder.sizeJitter == Rate(parts: 30_000_000) && ladder.refreshInterval == .seconds(45))
    }

    @Test func `may list its levels, also over several lines`() throws {
        let result = importing("[mm]\nspreads =\n  0.003\n  0.004\n  0.006 # far\namounts = 0.1, 0.2, 0.3\nlevels = 3\n")
        let ladder = try parameters(result)
        #expect(ladder.levels.map(\.distance.parts) == [300_000, 400_000, 600_000])
        #expect(ladder.levels.map(\.size) == decimals("0.1", "0.2", "0.3"))
        #expect(result.issues.isEmpty, "\(result.issues)")
    }

    @Test func `turns ranges into the largest size and the least distance, and shares that do not leave them`() throws {
        let result = importing("[mm]\nmin_amount = 0.1\nmax_amount = 0.3\nmin_spread = 0.003\nmax_spread = 0.005\n")
        let ladder = try parameters(result)
        #expect(ladder.levels.first?.size == ExactDecimal("0.3") && ladder.levels.first?.distance == Rate(parts: 300_000))
        #expect(ladder.sizeJitter == Rate(parts: 66_666_666) && ladder.distanceJitter == Rate(parts: 66_666_666))
        let factors = try parameters(importing("amount = 2\nrandom_amount = 0.5, 1.5\n"))
        #expect(factors.levels.first?.size == ExactDecimal("3") && factors.sizeJitter == Rate(parts: 66_666_666))
        let listed = try parameters(
            importing("spreads = 0.004, 0.006\namounts = 0.5, 1\nrandom_amount = 0.8, 1.2\nrandom_spread = 0.9, 1.2\n"))
        #expect(listed.levels.map(\.size) == decimals("0.6", "1.2"))
        #expect(listed.levels.map(\.distance.parts) == [360_000, 540_000])
        #expect(listed.sizeJitter == Rate(parts: 33_333_333) && listed.distanceJitter == Rate(parts: 33_333_333))
    }

    @Test func `takes a section's name into account`() throws {
        let result = importing("[Binance]\nsymbol = BTCUSDT\n[ACE]\nsymbol = BTC_TWD\n[BTC/TWD]\nlevels = 2\n")
        #expect(result.keys.map(\.to) == ["reference.symbol", "symbol", "strategy.level_count"])
        let named = importing("[ETH/TWD]\nlevels = 2\n[binance]\nsymbol = ETHUSDT\n")
        #expect(named.keys.first.map(\.description) == "[ETH/TWD]: converted (the section's name), as symbol")
    }

    @Test func `adds the address that a retired venue needs`() throws {
        let result = importing("levels = 2\nmode = testnet\n", as: .binanceACEMirror)
        #expect(result.keys.last?.to == "endpoints.rest" && result.keys.last?.outcome == .added)
        #expect(result.keys.contains { $0.from == "mode" && $0.outcome == .ignored })
        #expect(result.text != nil)
    }

    @Test(arguments: [
        ("levels = many", "2: mm.levels: expected a whole number such as 3, found \"many\""),
        ("levels = 0", "2: mm.levels: expected at least 1, found \"0\""),
        ("spread = -0.1", "2: mm.spread: expected positive numbers"),
        ("spread = 0.003, 0.002\namount = 1, 2", "2: strategy.levels[1].distance: expected more than that of the level before"),
        ("spread = 0.003, 0.004\namount = 1, 2, 3", "3: mm.amount: lists 3 sizes for 2 distances"),
        ("min_amount = 3\nmax_amount = 2", "3: mm.max_amount: the range begins at 3, above its end, 2"),
        ("levels = 3\nLevels = 4", "3: : the key \"Levels\" is given twice in its section; it is first on line 2"),
        ("nonsense", "2: : expected key = value"), ("[open", "2: : the section that begins here is not closed"),
        ("[mm]\na = 1", "2: : the section [mm] is there already, on line 1"),
    ])
    func `is not written when something in it is wrong`(line: String, expected: String) {
        let result = importing("[mm]\n\(line)\n")
        let found = result.issues.map { "\($0.line): \($0.path): \($0.message)" }
        #expect(result.text == nil && found.contains { $0.hasPrefix(expected) }, "\(found)")
    }

    @Test(arguments: 0..<6)
    func `never traps however it is mutated`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        let original = Array(
            "[mm]\nspreads = 0.003, 0.004\namount=0.1\nrandom_amount = 0.8, 1.2\nmin_spread=0.1%\nmax_spread : 1e-2\n".utf8)
        let template = Template.allCases.filter(\.isMirror)[Int(seed) % 3]
        for _ in 0..<60 {
            var bytes = original
            for _ in 0..<random.integer(in: 1...5) {
                let place = Int(random.integer(in: 0...Int64(bytes.count - 1)))
                switch random.integer(in: 0...2) {
                case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes.remove(at: place)
                default:
                    bytes.insert(contentsOf: ["99999999999999999999", "e9", "[", "=", "\n", "%", ",", " "][place % 8].utf8, at: place)
                }
            }
            let result = ConfigurationImport.read(SourceFile(name: "i", bytes: bytes), as: template)
            #expect((result.text == nil) == result.issues.contains { $0.severity == .error })
            #expect(result.issues.count < 200)
        }
    }
}
