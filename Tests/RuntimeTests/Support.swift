internal import Configuration
internal import Cryptography
internal import Exchange
internal import Fundamentals
internal import Glibc
internal import LocalVenues
internal import MarketModel
internal import Observability
internal import RiskControl
internal import Synchronization
internal import SystemIO
import Testing
internal import TradingEngine
internal import VenueAster
internal import Wire

@testable internal import Runtime

/// A directory that disappears with its last user.
final class TemporaryDirectory {
    let path: String

    init() {
        var template = Array("/tmp/apus-test-XXXXXX".utf8CString)
        path = mkdtemp(&template).map { String(cString: $0) } ?? "/nonexistent"
    }

    deinit { shell("rm -rf \(path)") }

    @discardableResult
    func shell(_ command: String) -> Int32 { system("cd \(path) && { \(command)\n} > /dev/null 2>&1") }

    /// A private authority (`ca.pem`) and a certificate for this machine.
    func makeCertificates() throws {
        let status = shell(
            """
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem \
                -subj "/CN=Test authority" -days 2 &&
            openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout server.key -out server.csr \
                -subj "/CN=test" &&
            echo "subjectAltName=DNS:localhost,IP:127.0.0.1" > extensions &&
            openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile extensions \
                -out server.pem
            """)
        try #require(status == 0, "openssl made the certificates")
    }
}

/// As lively as the markets are by default.
func syntheticFlow(
    _ markets: [MarketDefinition], seed: UInt64, startingAt now: Instant
) throws -> any OrderFlow {
    let played = try markets.map { market in
        let price = try #require(AsterMarkets.price(market.instrument.symbol))
        return VenueFlow.Market(market.instrument, startPrice: price, flow: .synthetic)
    }
    return try VenueFlow.open(played, seed: seed, startingAt: now)
}

/// A local Aster on a loop and a thread of its own, for code that blocks until it is answered.
final class VenueThread: Sendable {
    private struct State {
        var ready: JSONValue?
        var isStopped = false
        var isOver = false
    }
    private final class Box: Sendable {
        let state = Mutex(State())
        let tls: (certificate: String, key: String)?
        let chaos: AsterChaos
        let symbols: [String]

        init(_ tls: (certificate: String, key: String)?, _ chaos: AsterChaos, _ symbols: [String]) {
            self.tls = tls
            self.chaos = chaos
            self.symbols = symbols
        }

        func serve() throws {
            let loop = try EventLoop()
            let markets = try symbols.enumerated().map { try #require(AsterMarkets.definition($1, market: .init($0))) }
            let configuration = AsterServerConfiguration(
                accounts: [AsterAccountDefinition.demo()], markets: markets, chaos: chaos, seed: 7)
            var settings = VenueHostSettings()
            settings.tls = tls
            let host = try VenueHost(
                try AsterServer(configuration: configuration, startingAt: loop.now),
                flow: try syntheticFlow(markets, seed: 7, startingAt: loop.now), on: loop, settings)
            let line = try JSONValue.parse(Array(host.readyLine.utf8))
            state.withLock { $0.ready = line }
            try loop.run(until: { state.withLock { $0.isStopped } })
            host.stop()
        }
    }

    private let box: Box
    let ready: JSONValue

    init(
        tls: (certificate: String, key: String)? = nil, chaos: AsterChaos = AsterChaos(),
        symbols: [String] = ["ASTERUSDT"]
    )
        throws
    {
        let box = Box(tls, chaos, symbols)
        self.box = box
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                let box = Unmanaged<Box>.fromOpaque(argument).takeRetainedValue()
                try? box.serve()
                box.state.withLock { $0.isOver = true }
                return nil
            }, Unmanaged.passRetained(box).toOpaque())
        try #require(code == 0)
        var ready: JSONValue?
        while ready == nil {
            let (line, isOver) = box.state.withLock { ($0.ready, $0.isOver) }
            ready = line
            try #require(!isOver, "the venue serves")
            sched_yield()
        }
        self.ready = try #require(ready)
    }

    deinit { box.state.withLock { $0.isStopped = true } }

    var rest: String { ready["rest"]?.text ?? "" }
    var stream: String { ready["ws"]?.text ?? "" }

    private func account(_ name: String) -> String { ready["accounts"]?.elements?.first?[name]?.text ?? "" }

    var key: AsterCredentials { .apiKey(key: account("api_key"), secret: Secret(account("api_secret"))) }
    func wallet() throws -> AsterCredentials {
        try .wallet(
            user: account("user"), signer: account("signer"), privateKey: Secret(account("private_key")),
            network: .local)
    }

    /// What a configuration that trades here is made from, with further `--set`s.
    func sources(_ overrides: [String] = []) throws -> ConfigurationSources {
        let texts = ["endpoints.rest=\(rest)", "endpoints.stream=\(stream)"] + overrides
        return ConfigurationSources(
            file: SourceFile(name: "config.json", text: Template.render(.asterSpread)), environment: [:],
            overrides: try texts.map { try #require(ConfigurationOverride($0)) })
    }

    func configuration(_ overrides: [String] = []) throws -> BotConfiguration {
        let loaded = BotConfiguration.load(try sources(overrides))
        return try #require(loaded.configuration, "\(loaded.issues)")
    }
}

/// A bot on a loop of its own, turned by the test, and the venue it trades at.
final class Stage {
    private let venue: VenueThread
    let loop: EventLoop
    let host: BotHost
    let directory = TemporaryDirectory()
    private(set) var events: [BotEvent] = []

    init(
        _ venue: VenueThread, _ credentials: AsterCredentials? = nil, _ overrides: [String] = [],
        moreMarkets: [String] = []
    ) throws {
        self.venue = venue
        loop = try EventLoop()
        let sources = try venue.sources(overrides)
        let loaded = BotConfiguration.load(sources)
        var configuration = try #require(loaded.configuration, "\(loaded.issues)")
        for symbol in moreMarkets {
            var market = configuration.markets[0]
            market.symbol = symbol
            configuration.markets.append(market)
        }
        host = BotHost(
            loaded, configuration, sources: sources, credentials: .aster(credentials ?? venue.key),
            directory: try StateDirectory(
                base: directory.path + "/state", venue: "aster", account: "test",
                environment: ["XDG_RUNTIME_DIR": directory.path + "/run"]),
            log: Log(level: .error, sinks: []), on: loop)
        _ = host.addObserver { [weak self] in self?.events.append($0) }
    }

    func turn(_ what: Comment? = nil, until condition: () -> Bool) throws {
        var isLate = false
        let timer = loop.schedule(after: .seconds(20)) { isLate = true }
        defer { loop.cancel(timer) }
        try loop.run { isLate || condition() }
        try #require(!isLate, what)
    }

    /// A process around the bot, which a test that goes wrong does not keep waiting.
    func run(
        outlivesStop: Bool, startsQuoting: Bool = true, duration: TimeSpan? = nil,
        _ prepare: (BotProcess) -> Void = { _ in }
    ) throws -> (ending: RunEnding, last: BotFrame?) {
        let process = BotProcess(host, on: loop, outlivesStop: outlivesStop)
        prepare(process)
        for seconds in [30, 32] as [Int64] {
            loop.schedule(after: .seconds(seconds)) { [weak process] in process?.received(.hangUp) }
        }
        return try process.run(startsQuoting: startsQuoting, duration: duration)
    }

    var states: [BotState] {
        events.compactMap { event in
            guard case .state(let state) = event.body else { return nil }
            return state
        }
    }

    /// Client order ids of the orders that were placed.
    var placed: [ClientOrderID] {
        events.compactMap { event in
            guard case .effect(.send(let approved)) = event.body, case .place(let id, _) = approved.action else {
                return nil
            }
            return id
        }
    }
}
