internal import Configuration
internal import Cryptography
internal import Fundamentals
internal import MarketModel
internal import Quoting
internal import RiskControl
internal import SystemIO
internal import TradingEngine
internal import VenueACE
internal import VenueBinance
internal import VenueBitoPro
internal import VenueKit
internal import VenueMAX

/// Sessions of bots on two venues: each adapter in the machine that all share, both as one session, and one engine above.
enum MirrorSessions {
    /// - Parameters:
    ///   - reference: nil where it is only watched.
    ///   - transport: to the target.
    /// - Throws: where keys are not of the venue, trust cannot be loaded, or the loop has no room.
    static func make(
        _ settings: LiveSettings, _ target: MirrorTargetCredentials, reference: BinanceCredentials?,
        transport: LiveTransport, on loop: EventLoop, observer: LiveObserver
    ) throws -> any LiveSession {
        let configuration = settings.configuration
        guard let mirror = configuration.mirror else {
            throw VenueCredentialsError(description: "the keys are a mirror's, and the configuration is none's")
        }
        guard mirror.hedge == nil || reference != nil else {
            throw VenueCredentialsError(description: "to hedge, the reference needs its API key and secret")
        }
        let routed = RoutedTransport(
            target: transport, reference: try referenceTransport(settings, mirror, on: loop))
        func pair(_ target: some VenueAdapter) -> any LiveSession {
            switch mirror.marketType {
            case .spot:
                join(
                    settings, target, MirrorAdapters.binanceSpot(configuration, mirror, reference), routed, loop,
                    observer)
            case .usdm:
                join(
                    settings, target, MirrorAdapters.binanceFutures(configuration, mirror, reference), routed, loop,
                    observer)
            }
        }
        return switch target {
        case .ace(let keys): pair(try MirrorAdapters.ace(configuration, mirror, keys))
        case .bitoPro(let keys): pair(MirrorAdapters.bitoPro(configuration, mirror, keys))
        case .max(let keys): pair(MirrorAdapters.max(configuration, keys))
        }
    }

    private static func join(
        _ settings: LiveSettings, _ target: some VenueAdapter, _ reference: some VenueAdapter,
        _ transport: RoutedTransport, _ loop: EventLoop, _ observer: LiveObserver
    ) -> any LiveSession {
        let seed = UInt64(settings.epoch)
        let capabilities = target.capabilities.withHorizon(of: reference.capabilities)
        let session = PairedSession(
            target: AdapterSession(target, AdapterSessionConfiguration(seed: 2 * seed)),
            reference: AdapterSession(reference, AdapterSessionConfiguration(seed: 2 * seed + 1)),
            referenceMarkets: [BotConfiguration.MirrorSettings.reference])
        let node = TradingNode(session: session, markets: settings.configuration.markets.count) { instruments in
            TradingEngine(EngineConfiguration(settings, instruments, capabilities))
        }
        return LiveRunner(node: node, transport: transport, on: loop, observer: observer)
    }

    private static func referenceTransport(
        _ settings: LiveSettings, _ mirror: BotConfiguration.MirrorSettings, on loop: EventLoop
    ) throws -> LiveTransport {
        try LiveTransport(
            rest: mirror.endpoints.rest.origin, stream: mirror.endpoints.stream.origin,
            api: mirror.endpoints.api.origin, tls: try LiveSessions.tls(settings.configuration), loop: loop,
            seed: UInt64(settings.epoch) + 1)
    }
}

extension VenueCapabilities {
    /// The engine has one horizon for both venues: the longer one.
    fileprivate func withHorizon(of other: VenueCapabilities) -> VenueCapabilities {
        var capabilities = self
        capabilities.arrivalHorizon = max(arrivalHorizon, other.arrivalHorizon)
        return capabilities
    }
}

extension EngineConfiguration {
    /// What a mirror asks of the engine besides: who references, converts and hedges whom, and how each venue books.
    mutating func join(_ mirror: BotConfiguration.MirrorSettings, _ configuration: BotConfiguration) {
        typealias Places = BotConfiguration.MirrorSettings
        venues = [
            VenueConfiguration(
                .spot, name: configuration.venue.rawValue, takesBuyFeeInQuote: configuration.venue.takesBuyFeeInQuote),
            VenueConfiguration(
                mirror.marketType == .spot ? .spot : .margin, name: mirror.venue.rawValue,
                takesBuyFeeInQuote: mirror.venue.takesBuyFeeInQuote),
        ]
        for index in markets.indices { markets[index].venue = configuration.markets[index].venue }
        markets[Places.target.index].reference = Places.reference
        markets[Places.target.index].conversion = Places.conversion
        markets[Places.target.index].neutralHolding = mirror.neutralHolding
        markets[Places.conversion.index].conversion = Places.conversion
        guard let hedge = mirror.hedge else { return }
        markets[Places.target.index].hedge = HedgeConfiguration(
            market: Places.reference, minSize: hedge.minSize, maxOrderValue: hedge.maxOrderValue,
            maxSlippage: hedge.maxSlippage, patience: hedge.patience)
    }
}

extension BotConfiguration.Venue {
    /// Whether a buy's fee comes from the quote asset, on top of its value; otherwise from what is bought.
    fileprivate var takesBuyFeeInQuote: Bool {
        switch self {
        case .ace: true
        case .max, .binance, .bitoPro, .aster, .extended: false
        }
    }
}
