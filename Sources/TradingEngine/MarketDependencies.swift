internal import MarketModel
internal import Quoting

/// Which other markets one market's quotes and hedges depend on, as indices.
struct MarketDependencies: Sendable {
    /// Whose book its model quotes from.
    var reference: Int?
    /// Whose touch converts the reference.
    var conversion: Int?
    /// Where its fills are offset.
    var hedge: Int?
    /// Whose fills are offset here.
    var hedges: Int?

    /// Of each market of a configuration.
    static func all(_ configuration: EngineConfiguration) -> [MarketDependencies] {
        var all = [MarketDependencies](repeating: MarketDependencies(), count: configuration.markets.count)
        for (index, market) in configuration.markets.enumerated() {
            if market.strategy != .watch {
                all[index].reference = market.reference?.index
                all[index].conversion = market.conversion?.index
            }
            if let hedge = market.hedge?.market.index {
                all[index].hedge = hedge
                all[hedge].hedges = index
            }
        }
        return all
    }

    /// Of each market, those that look again when its book changes; without itself.
    static func dependents(_ all: [MarketDependencies]) -> [[Int]] {
        all.indices.map { source in
            all.indices.filter { index in
                let market = all[index]
                return index != source
                    && [market.reference, market.conversion, market.hedge].contains { $0 == source }
            }
        }
    }
}
