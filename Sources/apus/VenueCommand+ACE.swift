internal import CommandLineKit
internal import Exchange
internal import LocalVenues
internal import MarketModel
internal import Runtime
internal import SystemIO

extension VenueCommand {
    static let ace = ServedVenue(
        name: "ace", title: "ACE", faults: ACEFault.allCases.map(\.rawValue), firstMarket: "BTC/TWD", serve: serveACE)

    @Sendable private static func serveACE(_ arguments: ParsedArguments, on loop: EventLoop) throws {
        let flows = try VenueFlows(
            flows: arguments.texts("flow"), markets: arguments.texts("market"), known: ACEMarkets.symbols,
            recorded: ACEMarkets.symbol(ofRecorded:))
        let definitions = try flows.symbols.enumerated().map { index, symbol in
            try known(ACEMarkets.definition(symbol, market: MarketID(index)), symbol)
        }
        let accounts = try accountFile(arguments).map { try SpotAccountDefinition.parse($0) }
        var leeway = ACELeeway()
        leeway.hasBatchRoutes = arguments.flag("batch")
        let configuration = ACEServerConfiguration(
            accounts: accounts ?? [SpotAccountDefinition.demo(of: "ace")], markets: definitions,
            chaos: try chaos(arguments), seed: try seed(arguments), leeway: leeway)
        try host(
            try ACEServer(configuration: configuration, startingAt: loop.now),
            try definitions.enumerated().map { index, definition in
                let price = try known(ACEMarkets.price(flows.symbols[index]), flows.symbols[index])
                return VenueFlow.Market(definition.instrument, startPrice: price, flow: flows.flow(index))
            }, arguments, on: loop)
    }
}
