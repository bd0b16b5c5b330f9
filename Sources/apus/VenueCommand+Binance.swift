internal import CommandLineKit
internal import Exchange
internal import LocalVenues
internal import MarketModel
internal import Runtime
internal import SystemIO

extension VenueCommand {
    static let binance = ServedVenue(
        name: "binance", title: "Binance", faults: BinanceFault.allCases.map(\.rawValue), firstMarket: "BTCUSDT",
        serve: serveBinance)

    @Sendable private static func serveBinance(_ arguments: ParsedArguments, on loop: EventLoop) throws {
        let flows = try VenueFlows(
            flows: arguments.texts("flow"), markets: arguments.texts("market"), known: BinanceMarkets.symbols,
            recorded: { BinanceMarkets.symbols.contains($0) ? $0 : nil })
        let definitions = try flows.symbols.enumerated().map { index, symbol in
            try known(BinanceMarkets.definition(symbol, market: MarketID(index)), symbol)
        }
        let accounts = try accountFile(arguments).map { try BinanceAccountDefinition.parse($0) }
        let configuration = BinanceServerConfiguration(
            accounts: accounts ?? [BinanceAccountDefinition.demo()], markets: definitions,
            chaos: try chaos(arguments), seed: try seed(arguments))
        try host(
            try BinanceServer(configuration: configuration, startingAt: loop.now),
            try definitions.enumerated().map { index, definition in
                let price = try known(BinanceMarkets.price(flows.symbols[index]), flows.symbols[index])
                return VenueFlow.Market(definition.instrument, startPrice: price, flow: flows.flow(index))
            }, arguments, on: loop)
    }
}
