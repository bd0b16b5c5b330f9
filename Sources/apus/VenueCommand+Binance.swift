internal import CommandLineKit
internal import Exchange
internal import Fundamentals
internal import LocalVenues
internal import MarketModel
internal import Runtime
internal import SystemIO

extension VenueCommand {
    static let binance = ServedVenue(
        name: "binance", title: "Binance", faults: BinanceFault.allCases.map(\.rawValue), firstMarket: "BTCUSDT",
        serve: serveBinance)

    @Sendable private static func serveBinance(_ arguments: ParsedArguments, on loop: EventLoop) throws {
        let mark = BinanceVenue.futuresMark
        let flows = try VenueFlows(
            flows: arguments.texts("flow"), markets: arguments.texts("market"),
            known: BinanceMarkets.symbols + BinanceFuturesMarkets.symbols.map { mark + $0 },
            recorded: { BinanceMarkets.symbols.contains($0) ? $0 : nil })
        let named = flows.symbols.enumerated().map { (symbol: $1, flow: flows.flow($0)) }
        let spot = named.filter { !$0.symbol.hasPrefix(mark) }
        var futures = named.filter { $0.symbol.hasPrefix(mark) }
            .map { (symbol: String($0.symbol.dropFirst(mark.utf8.count)), flow: $0.flow) }
        // Unless futures were named, what is served on spot is served there as well.
        if futures.isEmpty { futures = spot.filter { BinanceFuturesMarkets.symbols.contains($0.symbol) } }
        let accounts = try accountFile(arguments).map { try BinanceAccountDefinition.parse($0) } ?? [.demo()]
        let spotDefinitions = try spot.enumerated().map {
            try known(BinanceMarkets.definition($1.symbol, market: MarketID($0)), $1.symbol)
        }
        let futuresDefinitions = try futures.enumerated().map {
            try known(BinanceFuturesMarkets.definition($1.symbol, market: MarketID($0)), $1.symbol)
        }
        let server = try BinanceServer(
            configuration: BinanceServerConfiguration(
                accounts: accounts, markets: spotDefinitions, chaos: try chaos(arguments), seed: try seed(arguments)),
            startingAt: loop.now)
        var configuration = AsterServerConfiguration(
            accounts: accounts.enumerated().compactMap { $1.onFutures($0, margin: Cash(whole: 100_000)) },
            markets: futuresDefinitions, seed: try seed(arguments))
        configuration.dialect = .binanceFutures
        configuration.leeway.pingInterval = .minutes(3)
        configuration.leeway.pongTimeout = .minutes(10)
        let venue = BinanceVenue(
            spot: server, futures: try AsterServer(configuration: configuration, startingAt: loop.now))
        try host(
            venue,
            try zip(spotDefinitions, spot).map { definition, entry in
                let price = try known(BinanceMarkets.price(entry.symbol), entry.symbol)
                return VenueFlow.Market(definition.instrument, startPrice: price, flow: entry.flow)
            }
                + zip(futuresDefinitions, futures).enumerated().map { place, pair in
                    var instrument = pair.0.instrument
                    instrument.market = MarketID(spot.count + place)
                    let price = try known(BinanceFuturesMarkets.price(pair.1.symbol), pair.1.symbol)
                    return VenueFlow.Market(instrument, startPrice: price, flow: pair.1.flow)
                }, arguments, on: loop)
    }
}
