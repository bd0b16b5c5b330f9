internal import CommandLineKit
internal import Exchange
internal import LocalVenues
internal import MarketModel
internal import Runtime
internal import SystemIO

extension VenueCommand {
    static let extended = ServedVenue(
        name: "extended", title: "Extended", faults: ExtendedFault.allCases.map(\.rawValue), firstMarket: "BTC-USD",
        serve: serveExtended)

    @Sendable private static func serveExtended(_ arguments: ParsedArguments, on loop: EventLoop) throws {
        let flows = try VenueFlows(
            flows: arguments.texts("flow"), markets: arguments.texts("market"), known: ExtendedMarkets.symbols,
            recorded: ExtendedMarkets.symbol(ofRecorded:))
        let definitions = try flows.symbols.enumerated().map { index, symbol in
            try known(
                ExtendedMarkets.definition(symbol, market: MarketID(index), isRecorded: flows.isRecorded(index)), symbol
            )
        }
        let accounts = try accountFile(arguments).map { try ExtendedAccountDefinition.parse($0) }
        let configuration = ExtendedServerConfiguration(
            accounts: accounts ?? [ExtendedAccountDefinition.demo()], markets: definitions,
            chaos: try chaos(arguments), seed: try seed(arguments))
        try host(
            try ExtendedServer(configuration: configuration, startingAt: loop.now),
            try definitions.enumerated().map { index, definition in
                let price = try known(ExtendedMarkets.price(flows.symbols[index]), flows.symbols[index])
                return VenueFlow.Market(definition.instrument, startPrice: price, flow: flows.flow(index))
            }, arguments, on: loop)
    }
}
