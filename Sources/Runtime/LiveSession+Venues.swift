internal import Configuration
internal import Cryptography
internal import Fundamentals
internal import MarketModel
internal import Quoting
internal import RiskControl
internal import SystemIO
internal import TradingEngine
internal import VenueAster
internal import VenueExtended
internal import VenueKit

/// Everything a session is made from, besides its venue.
struct LiveSettings {
    var configuration: BotConfiguration
    /// This start's number, never used before.
    var epoch: UInt32
    /// What the last day brought.
    var earlier: DayResult?
    /// What a mirror's ladder is drawn from where the configuration leaves that open.
    var seed: UInt64 = 0

    func strategy(of market: BotConfiguration.MarketSettings) -> StrategyConfiguration {
        guard case .mirror(var ladder) = market.strategy, configuration.mirror?.hasFixedSeed == false else {
            return market.strategy
        }
        ladder.seed = seed
        return .mirror(ladder)
    }
}

/// The one place that knows all venues by name.
enum LiveSessions {
    /// - Throws: where keys cannot sign, trust cannot be loaded, or the loop has no room.
    static func make(
        _ settings: LiveSettings, _ credentials: VenueCredentials, on loop: EventLoop, observer: LiveObserver
    ) throws -> any LiveSession {
        let transport = try transport(settings, on: loop)
        switch credentials {
        case .aster(let credentials):
            return LiveRunner(
                node: try asterNode(settings, credentials), transport: transport, on: loop, observer: observer)
        case .extended(let credentials):
            return LiveRunner(
                node: extendedNode(settings, credentials), transport: transport, on: loop, observer: observer)
        case .mirror(let target, let reference):
            return try MirrorSessions.make(
                settings, target, reference: reference, transport: transport, on: loop, observer: observer)
        }
    }

    /// The way to the venue that is quoted on.
    private static func transport(_ settings: LiveSettings, on loop: EventLoop) throws -> LiveTransport {
        let endpoints = settings.configuration.endpoints
        return try LiveTransport(
            rest: endpoints.rest.origin, stream: endpoints.stream.origin, tls: try tls(settings.configuration),
            loop: loop, seed: UInt64(settings.epoch))
    }

    /// Whom to trust; nil where nothing is encrypted.
    static func tls(_ configuration: BotConfiguration) throws -> TLSContext? {
        let endpoints = configuration.endpoints
        var all = [endpoints.rest, endpoints.stream]
        if let reference = configuration.mirror?.endpoints { all += [reference.rest, reference.stream, reference.api] }
        guard all.contains(where: \.isSecure) else { return nil }
        if let file = endpoints.privateCAFile { return try TLSContext(trust: .certificateFile(path: file)) }
        return try TLSContext(trust: .system)
    }

    private static func asterNode(
        _ settings: LiveSettings, _ credentials: AsterCredentials
    ) throws -> TradingNode<AsterSession> {
        let configuration = settings.configuration
        var session = AsterSessionConfiguration(
            markets: configuration.markets.enumerated().map { .init(id: MarketID($0), symbol: $1.symbol) },
            credentials: credentials, receiveWindow: configuration.receiveWindow, countdown: configuration.countdown,
            seed: UInt64(settings.epoch))
        session.fees = configuration.feesOverride.map { .init(maker: $0.maker, taker: $0.taker) }
        let isNonceSigned: Bool =
            switch credentials {
            case .apiKey: false
            case .wallet: true
            }
        let capabilities = AsterSessionConfiguration.capabilities(
            isNonceSigned: isNonceSigned, receiveWindow: configuration.receiveWindow)
        return TradingNode(session: try AsterSession(session), markets: configuration.markets.count) { instruments in
            TradingEngine(EngineConfiguration(settings, instruments, capabilities))
        }
    }
}

extension LiveSessions {
    private static func extendedNode(
        _ settings: LiveSettings, _ credentials: ExtendedCredentials
    ) -> TradingNode<ExtendedSession> {
        let configuration = settings.configuration
        var session = ExtendedSessionConfiguration(
            markets: configuration.markets.enumerated().map {
                .init(id: MarketID($0), symbol: $1.symbol, leverage: $1.leverage)
            }, credentials: credentials, network: configuration.extendedNetwork, countdown: configuration.countdown,
            orderLifetime: configuration.orderLifetime, seed: UInt64(settings.epoch))
        session.fees = configuration.feesOverride.map { .init(maker: $0.maker, taker: $0.taker) }
        session.selfTradeProtection =
            switch configuration.selfTradeProtection {
            case .disabled: .disabled
            case .account: .account
            case .client: .client
            }
        let capabilities = ExtendedSessionConfiguration.capabilities(requestDeadline: session.requestDeadline)
        return TradingNode(session: ExtendedSession(session), markets: configuration.markets.count) { instruments in
            TradingEngine(EngineConfiguration(settings, instruments, capabilities))
        }
    }
}

extension EngineConfiguration {
    /// What the bot's configuration asks of the engine, for the instruments in the order of its markets.
    init(_ settings: LiveSettings, _ instruments: [Instrument], _ capabilities: VenueCapabilities) {
        let configuration = settings.configuration
        self.init(
            markets: zip(instruments, configuration.markets).map { instrument, market in
                MarketConfiguration(
                    instrument: instrument, strategy: settings.strategy(of: market), limits: market.limits,
                    replaceThreshold: market.replaceThreshold)
            }, limits: configuration.accountLimits, epoch: settings.epoch,
            arrivalHorizon: capabilities.arrivalHorizon, amends: capabilities.amend,
            retryPause: configuration.template == .asterCycle ? configuration.retryOnErrorInterval : .zero,
            decisionInterval: configuration.template == .asterCycle ? .zero : configuration.decisionInterval,
            coalescing: configuration.coalescing, earlier: settings.earlier)
        if let mirror = configuration.mirror { join(mirror, configuration) }
    }
}
