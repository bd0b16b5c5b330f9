internal import CommandLineKit
internal import Exchange
internal import LocalVenues
internal import MarketModel
internal import Runtime
internal import SystemIO

extension VenueCommand {
    static let aster = ServedVenue(
        name: "aster", title: "Aster", faults: AsterFault.allCases.map(\.rawValue), firstMarket: "ASTERUSDT",
        serve: serveAster)

    @Sendable private static func serveAster(_ arguments: ParsedArguments, on loop: EventLoop) throws {
        let flows = try VenueFlows(
            flows: arguments.texts("flow"), markets: arguments.texts("market"), known: AsterMarkets.symbols,
            recorded: { AsterMarkets.symbols.contains($0) ? $0 : nil })
        let definitions = try flows.symbols.enumerated().map { index, symbol in
            try known(AsterMarkets.definition(symbol, market: MarketID(index)), symbol)
        }
        let accounts = try accountFile(arguments).map { try AsterAccountDefinition.parse($0) }
        let configuration = AsterServerConfiguration(
            accounts: accounts ?? [AsterAccountDefinition.demo()], markets: definitions,
            chaos: try chaos(arguments), seed: try seed(arguments))
        try host(
            try AsterServer(configuration: configuration, startingAt: loop.now),
            try definitions.enumerated().map { index, definition in
                let price = try known(AsterMarkets.price(flows.symbols[index]), flows.symbols[index])
                return VenueFlow.Market(definition.instrument, startPrice: price, flow: flows.flow(index))
            }, arguments, on: loop)
    }
}
