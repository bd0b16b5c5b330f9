internal import CommandLineKit
internal import Exchange
internal import LocalVenues
internal import MarketModel
internal import Runtime
internal import SystemIO

extension VenueCommand {
    static let bitopro = ServedVenue(
        name: "bitopro", title: "BitoPro", faults: BitoProFault.allCases.map(\.rawValue), firstMarket: "BTC_TWD",
        serve: serveBitoPro)

    @Sendable private static func serveBitoPro(_ arguments: ParsedArguments, on loop: EventLoop) throws {
        let flows = try VenueFlows(
            flows: arguments.texts("flow"), markets: arguments.texts("market"), known: BitoProMarkets.symbols,
            recorded: BitoProMarkets.symbol(ofRecorded:))
        let definitions = try flows.symbols.enumerated().map { index, symbol in
            try known(BitoProMarkets.definition(symbol, market: MarketID(index)), symbol)
        }
        let accounts = try accountFile(arguments).map { try SpotAccountDefinition.parse($0) }
        let configuration = BitoProServerConfiguration(
            accounts: accounts ?? [SpotAccountDefinition.demo(of: "bitopro")], markets: definitions,
            chaos: try chaos(arguments), seed: try seed(arguments))
        try host(
            try BitoProServer(configuration: configuration, startingAt: loop.now),
            try definitions.enumerated().map { index, definition in
                let price = try known(BitoProMarkets.price(flows.symbols[index]), flows.symbols[index])
                return VenueFlow.Market(definition.instrument, startPrice: price, flow: flows.flow(index))
            }, arguments, on: loop)
    }
}
