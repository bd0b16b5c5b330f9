internal import CommandLineKit
internal import Exchange
internal import LocalVenues
internal import MarketModel
internal import Runtime
internal import SystemIO

extension VenueCommand {
    static let max = ServedVenue(
        name: "max", title: "MAX", faults: MAXFault.allCases.map(\.rawValue), firstMarket: "btctwd", serve: serveMAX)

    @Sendable private static func serveMAX(_ arguments: ParsedArguments, on loop: EventLoop) throws {
        let flows = try VenueFlows(
            flows: arguments.texts("flow"), markets: arguments.texts("market"), known: MAXMarkets.symbols,
            recorded: MAXMarkets.symbol(ofRecorded:))
        let definitions = try flows.symbols.enumerated().map { index, symbol in
            try known(MAXMarkets.definition(symbol, market: MarketID(index)), symbol)
        }
        let accounts = try accountFile(arguments).map { try SpotAccountDefinition.parse($0) }
        let configuration = MAXServerConfiguration(
            accounts: accounts ?? [SpotAccountDefinition.demo(of: "max")], markets: definitions,
            chaos: try chaos(arguments), seed: try seed(arguments))
        try host(
            try MAXServer(configuration: configuration, startingAt: loop.now),
            try definitions.enumerated().map { index, definition in
                let price = try known(MAXMarkets.price(flows.symbols[index]), flows.symbols[index])
                return VenueFlow.Market(definition.instrument, startPrice: price, flow: flows.flow(index))
            }, arguments, on: loop)
    }
}
