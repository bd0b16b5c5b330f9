import Configuration
import Foundation
import Fundamentals
import MarketModel
import Quoting
import RiskControl
import Testing

@Suite struct `Loading a configuration` {
    @Test func `maps every parameter of the spread`() throws {
        let text = """
            {venue: "aster", symbol: "BTCUSDT", use_testnet: true, receive_window: 4, countdown: "90s", state_directory: "~/s",
             strategy: {type: "aster-spread", half_spread: "0.0005", order_size_usd: 11, order_timeout: 45,
              counter_fill_wait: "15s", inventory_threshold_usd: "21.5", min_profit_to_close: "0.05", pnl_hold: 10,
              position_check_interval: 0.5, decision_interval: "250ms"},
             limits: {max_position_usd: "51", max_position_lots: 900, max_open_orders: 3, max_order_value_usd: "16",
              price_collar: "0.03", stale_after: "2s", max_repeated_fills: 6, repeated_fill_window: "31s",
              max_exposure_usd: "61", min_balance_usd: "22", max_daily_loss_usd: "7", max_drawdown_usd: "8",
              max_messages: 50, message_window: "9s", max_round_trip: "4s", breaker_pause: "33s"},
             fees_override: {maker: "-0.00005", taker: "0.00035"},
             logging: {level: "DEBUG", log_file: "a.log", release_mode: true, price_report_interval: 20, balance_report_interval: "0s"},
             endpoints: {rest: "https://127.0.0.1:8443", stream: "wss://127.0.0.1:8444", private_ca_file: "ca.pem", chain_id: 7},
             credentials: {scheme: "wallet", user_env: "U", signer_env: "S", private_key_env: "P"}}
            """
        let loaded = load(text, environment: ["HOME": "/home/x"])
        #expect(loaded.issues.isEmpty)
        let bot = try #require(loaded.configuration)
        #expect(
            bot.markets[0].strategy
                == .fixedSpread(
                    FixedSpreadParameters(
                        halfSpread: ExactDecimal("0.0005")!, orderSize: Cash(whole: 11), orderTimeout: .seconds(45),
                        counterFillWait: .seconds(15), inventoryThreshold: Cash("21.5")!,
                        minProfitToClose: Cash("0.05")!,
                        profitHold: .seconds(10), positionCheckInterval: .milliseconds(500))))
        #expect(
            bot.markets[0].limits
                == MarketLimits(
                    maxPositionValue: Cash(whole: 51), maxPosition: Quantity(lots: 900), maxOpenOrders: 3,
                    maxOrderValue: Cash(whole: 16), priceCollar: Rate("0.03")!, staleAfter: .seconds(2),
                    maxRepeatedFills: 6, repeatedFillWindow: .seconds(31)))
        #expect(
            bot.accountLimits
                == AccountLimits(
                    maxExposure: Cash(whole: 61), minBalance: Cash(whole: 22), maxDailyLoss: Cash(whole: 7),
                    maxDrawdown: Cash(whole: 8), maxMessages: 50, messageWindow: .seconds(9),
                    maxRoundTrip: .seconds(4), breakerPause: .seconds(33)))
        #expect(bot.markets[0].symbol == "BTCUSDT" && bot.usesTestnet && bot.template == .asterSpread)
        #expect(
            bot.decisionInterval == .milliseconds(250) && bot.receiveWindow == .seconds(4)
                && bot.countdown == .seconds(90))
        #expect(bot.feesOverride?.maker == Rate(parts: -5_000) && bot.feesOverride?.taker == Rate(parts: 35_000))
        #expect(bot.logging.level == "DEBUG" && bot.logging.file == "a.log" && bot.logging.isReleaseMode)
        #expect(bot.logging.priceReportInterval == .seconds(20) && bot.logging.balanceReportInterval == .zero)
        #expect(bot.endpoints.rest.description == "https://127.0.0.1:8443" && bot.endpoints.stream.port == 8444)
        #expect(bot.endpoints.privateCAFile == "ca.pem" && bot.endpoints.chainID == 7)
        #expect(bot.credentials.scheme == .wallet && bot.credentials.needed == ["U", "S", "P"])
        #expect(bot.stateDirectory == "/home/x/s")
    }

    @Test func `maps every parameter of the cycle`() throws {
        let text = """
            {strategy: {type: "aster-cycle", buy_spread: "0.0006", sell_spread: "0.0007", balance_fraction: "0.2",
              order_refresh_interval: 20, reuse_threshold: "0.0001", retry_on_error_interval: 3}}
            """
        let bot = try #require(load(text).configuration)
        #expect(
            bot.markets[0].strategy
                == .cycle(
                    CycleParameters(
                        buySpread: Rate("0.0006")!, sellSpread: Rate("0.0007")!, balanceFraction: Rate("0.2")!,
                        orderRefreshInterval: .seconds(20), reuseThreshold: Rate("0.0001")!)))
        #expect(bot.retryOnErrorInterval == .seconds(3))
    }

    @Test func `defaults lead to the venue and to the state directory of the XDG rules`() throws {
        let main = try #require(load(spreadFile(), environment: ["HOME": "/h"]).configuration)
        #expect(main.endpoints.rest.host == "fapi.asterdex.com" && main.endpoints.stream.host == "fstream.asterdex.com")
        #expect(
            main.endpoints.chainID == 1666 && main.markets[0].symbol == "ASTERUSDT"
                && main.stateDirectory == "/h/.local/state/apus")
        let test = try #require(
            load(spreadFile(more: ", use_testnet: true"), environment: ["HOME": "/h", "XDG_STATE_HOME": "/s"])
                .configuration)
        #expect(test.endpoints.rest.description == "https://fapi.asterdex-testnet.com:443")
        #expect(test.endpoints.chainID == 714 && test.stateDirectory == "/s/apus")
    }

    @Test func `defaults yield to the file, .env, the environment and flags, in this order`() throws {
        func origin(_ layers: Int) throws -> (String, String) {
            let loaded = BotConfiguration.load(
                ConfigurationSources(
                    file: SourceFile(name: "c", text: layers > 0 ? spreadFile(more: ", symbol: 'FILE'") : spreadFile()),
                    dotEnv: layers > 1 ? SourceFile(name: ".env", text: "\nAPUS_SYMBOL=DOTENV") : nil,
                    environment: layers > 2 ? ["APUS_SYMBOL": "ENV"] : [:],
                    overrides: layers > 3
                        ? [.init("symbol=SET")!, .init(path: "symbol", text: "FLAG", flag: "--symbol")] : []))
            let row = try #require(loaded.values.first { $0.key == .symbol })
            #expect(loaded.configuration?.markets[0].symbol == row.text)
            return (row.text, row.origin.description)
        }
        #expect(try origin(0) == ("ASTERUSDT", "default"))
        #expect(try origin(1) == ("FILE", "c:3:25"))
        #expect(try origin(2) == ("DOTENV", ".env:2:1"))
        #expect(try origin(3) == ("ENV", "environment APUS_SYMBOL"))
        #expect(try origin(4) == ("FLAG", "--symbol"))
    }

    @Test func `knows the log level's original name, and checks what comes from outside the file`() throws {
        #expect(load(spreadFile(), environment: ["MM_LOG_LEVEL": "warning"]).configuration?.logging.level == "WARNING")
        #expect(
            load(
                spreadFile(),
                environment: ["APUS_LIMITS__MAX_OPEN_ORDERS": "x", "APUS_SYMBL": "A", "MM_LOG_LEVEL": "LOUD"]
            )
            .issues.map(\.description) == [
                "environment APUS_LIMITS__MAX_OPEN_ORDERS: limits.max_open_orders: expected a whole number such as 4, found \"x\"",
                "environment APUS_SYMBL: warning: APUS_SYMBL sets nothing; did you mean APUS_SYMBOL?",
                "environment MM_LOG_LEVEL: logging.level: expected one of \"DEBUG\", \"INFO\", \"WARNING\", \"ERROR\", found \"LOUD\"",
            ])
        #expect(
            load(spreadFile(), overrides: [.init("limits.max_order=1")!, .init("strategy.order_timeout=0.1")!])
                .issues.map(\.description) == [
                    "--set: limits.max_order: unknown key; did you mean max_order_value_usd?",
                    "--set: strategy.order_timeout: expected at least 500ms (faster renewal spends the venue's rate limit), found \"0.1\"",
                ])
    }

    @Test func `warns when others can read the .env file`() {
        let loaded = BotConfiguration.load(
            ConfigurationSources(
                file: SourceFile(name: "c", text: spreadFile()),
                dotEnv: SourceFile(name: ".env", text: "A=1", isReadableByOthers: true)))
        #expect(
            loaded.issues.map(\.description) == [
                ".env: warning: is readable by others although it holds secrets: chmod 600 .env"
            ])
        #expect(loaded.configuration != nil)
    }
}

@Suite struct `Reading a file` {
    @Test func `notices whether others may read it`() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("apus-env-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        for (mode, isOpen) in [(0o600, false), (0o640, true), (0o604, true), (0o400, false)] {
            try? FileManager.default.removeItem(atPath: path)
            #expect(
                FileManager.default.createFile(
                    atPath: path, contents: Data("A=1".utf8), attributes: [.posixPermissions: mode]))
            let file = try SourceFile.read(path: path, name: ".env")
            #expect(file == SourceFile(name: ".env", text: "A=1", isReadableByOthers: isOpen))
        }
    }

    @Test func `says why it cannot`() {
        let missing = #expect(throws: ConfigurationIssue.self) { try SourceFile.read(path: "/nowhere/config.json") }
        #expect(missing?.description == "/nowhere/config.json: cannot be found or looked at")
        let folder = #expect(throws: ConfigurationIssue.self) { try SourceFile.read(path: "/", name: "config.json") }
        #expect(folder?.description == "config.json: is a directory")
    }
}

@Suite struct `Secrets` {
    private let canary = "Zx9canaryZx9canaryZx9canary"

    @Test(arguments: ["api_secret", "api_key", "private_key", "apiSecret", "password"])
    func `written into the file are refused without being shown`(key: String) {
        let loaded = load(spreadFile(more: ", credentials: {\(key): \"\(canary)\"}"))
        #expect(loaded.configuration == nil)
        #expect(
            loaded.issues.count == 1 && loaded.issues[0].description.contains("a secret must not stand in this file"))
        #expect(!"\(loaded)".contains("canary"))
    }

    @Test func `in place of a variable's name are refused without being shown`() {
        let loaded = load(spreadFile(more: ", credentials: {api_secret_env: \"\(canary)\"}"))
        #expect(
            loaded.issues.map(\.description) == [
                "config.json:3:47: credentials.api_secret_env: expected the NAME of an environment variable such as "
                    + "\"ASTERDEX_API_SECRET\", found something else (not shown: secrets belong in the environment or .env)"
            ])
        #expect(
            !"\(load(spreadFile(), overrides: [.init("credentials.api_secret_env=\(canary)")!]))".contains("canary"))
        #expect(!"\(load(spreadFile(more: ", credentials: \"\(canary)\"")))".contains("canary"))
        #expect(!"\(load(spreadFile(more: ", credentials: {api_secret: \(canary)}")))".contains("canary"))
        #expect(!"\(load(spreadFile(more: ", credentials: {private_key: 0x\(canary)}")))".contains("canary"))
    }

    @Test func `are read from the environment or .env and describe themselves as stars`() throws {
        let sources = ConfigurationSources(
            file: SourceFile(name: "c", text: spreadFile()),
            dotEnv: SourceFile(name: ".env", text: "ASTERDEX_API_KEY='\(canary)'\nASTERDEX_API_SECRET=weaker"),
            environment: ["ASTERDEX_API_SECRET": canary])
        let loaded = BotConfiguration.load(sources)
        let credentials = try #require(loaded.credentials)
        #expect(credentials == .hmac(key: CredentialText(canary), secret: CredentialText(canary)))
        #expect(credentials.secrets.map { $0.expose() } == [Array(canary.utf8), Array(canary.utf8)])
        var dumped = ""
        dump(loaded, to: &dumped)
        for text in ["\(loaded)", String(reflecting: loaded), dumped] { #expect(!text.contains("canary")) }
        #expect("\(credentials.secrets[0])" == "***")
    }

    @Test func `that are missing or malformed are named, apart from the configuration`() throws {
        let hmac = load(spreadFile(), environment: ["ASTERDEX_API_KEY": "<your-key>"])
        #expect(hmac.configuration != nil && hmac.credentials == nil)
        #expect(
            hmac.credentialIssues.map(\.description) == [
                "environment: ASTERDEX_API_KEY: is not the API key (value not shown)",
                "environment: ASTERDEX_API_SECRET: is not set: expected the API secret",
            ])
        let wallet = load(
            spreadFile(more: ", credentials: {scheme: 'wallet'}"),
            environment: [
                "ASTERDEX_USER": "0x" + String(repeating: "aB", count: 20), "ASTERDEX_SIGNER": "0x12",
                "ASTERDEX_PRIVATE_KEY": String(repeating: "0f", count: 32),
            ])
        #expect(
            wallet.credentialIssues.map(\.description)
                == ["environment: ASTERDEX_SIGNER: is not an address: 0x and 40 hexadecimal digits (value not shown)"])
    }
}
