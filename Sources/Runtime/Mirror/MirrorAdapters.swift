internal import Configuration
internal import Fundamentals
internal import MarketModel
internal import TradingEngine
internal import VenueACE
internal import VenueBinance
internal import VenueBitoPro
internal import VenueKit
internal import VenueMAX

/// A mirror's venues, as its configuration wants them.
enum MirrorAdapters {
    static func ace(
        _ configuration: BotConfiguration, _ settings: BotConfiguration.MirrorSettings, _ credentials: ACECredentials?
    ) throws(VenueCredentialsError) -> ACEAdapter {
        guard !ACEVenue.retirement.hosts.contains(configuration.endpoints.rest.host) else {
            throw VenueCredentialsError(description: ACEVenue.retirement.reason)
        }
        return ACEAdapter(
            ACEConfiguration(
                markets: targetMarkets(configuration, isTraded: credentials != nil),
                supportsBatch: settings.supportsBatch, bookInterval: settings.bookInterval,
                cadence: AdapterCadence(orders: settings.ordersInterval, parallelCalls: settings.parallelCalls)),
            credentials: credentials)
    }

    /// - Parameter streamsBooks: false asks for them, which a single look is content with.
    static func bitoPro(
        _ configuration: BotConfiguration, _ settings: BotConfiguration.MirrorSettings,
        _ credentials: BitoProCredentials?, streamsBooks: Bool = true
    ) -> BitoProAdapter {
        var bitoPro = BitoProConfiguration(
            markets: targetMarkets(configuration, isTraded: credentials != nil), streamsBooks: streamsBooks)
        bitoPro.cadence.parallelCalls = settings.parallelCalls
        bitoPro.supportsBatch = settings.supportsBatch
        return BitoProAdapter(bitoPro, credentials: credentials)
    }

    static func max(_ configuration: BotConfiguration, _ credentials: MAXCredentials?) -> MAXAdapter {
        MAXAdapter(markets: targetMarkets(configuration, isTraded: credentials != nil), credentials: credentials)
    }

    static func binanceSpot(
        _ configuration: BotConfiguration, _ settings: BotConfiguration.MirrorSettings,
        _ credentials: BinanceCredentials?
    ) -> BinanceSpotAdapter {
        let hedges = settings.hedge != nil && credentials != nil
        var binance = BinanceSpotConfiguration(
            markets: [referenceMarket(configuration, isTraded: hedges)], credentials: hedges ? credentials : nil,
            depth: settings.depth.binance, receiveWindow: configuration.receiveWindow)
        if let hedge = settings.hedge { binance.takerPrevention = hedge.selfTradePrevention.binance }
        return BinanceSpotAdapter(binance)
    }

    static func binanceFutures(
        _ configuration: BotConfiguration, _ settings: BotConfiguration.MirrorSettings,
        _ credentials: BinanceCredentials?
    ) -> BinanceFuturesAdapter {
        let hedges = settings.hedge != nil && credentials != nil
        return BinanceFuturesAdapter(
            BinanceFuturesConfiguration(
                markets: [referenceMarket(configuration, isTraded: hedges)], credentials: hedges ? credentials : nil,
                depth: settings.depth.binance, receiveWindow: configuration.receiveWindow,
                prevention: settings.hedge?.selfTradePrevention.binance ?? .expireMaker))
    }

    /// What is quoted, and the market that converts.
    private static func targetMarkets(_ configuration: BotConfiguration, isTraded: Bool) -> [AdapterMarket] {
        let (target, conversion) = (
            BotConfiguration.MirrorSettings.target, BotConfiguration.MirrorSettings.conversion
        )
        return [
            AdapterMarket(target, symbol: configuration.markets[target.index].symbol, isTraded: isTraded),
            AdapterMarket(conversion, symbol: configuration.markets[conversion.index].symbol, isTraded: false),
        ]
    }

    private static func referenceMarket(_ configuration: BotConfiguration, isTraded: Bool) -> AdapterMarket {
        let reference = BotConfiguration.MirrorSettings.reference
        return AdapterMarket(reference, symbol: configuration.markets[reference.index].symbol, isTraded: isTraded)
    }
}

extension BotConfiguration.ReferenceDepth {
    fileprivate var binance: BinanceDepth {
        switch self {
        case .partial: .partial
        case .differences: .differences
        }
    }
}

extension BotConfiguration.SelfTradePrevention {
    fileprivate var binance: BinanceSelfTradePrevention {
        switch self {
        case .expireTaker: .expireTaker
        case .expireMaker: .expireMaker
        case .expireBoth: .expireBoth
        }
    }
}
