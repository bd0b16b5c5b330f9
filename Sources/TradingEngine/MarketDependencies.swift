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
    /// The markets that look again when this one's book changes; without itself.
    var dependents: [Int] = []

    /// Of each market of a configuration.
    static func all(_ configuration: EngineConfiguration) -> [MarketDependencies] {
        var all = [MarketDependencies](repeating: MarketDependencies(), count: configuration.markets.count)
        for (index, market) in configuration.markets.enumerated() where market.strategy != .watch {
            all[index].reference = market.reference?.index
            all[index].conversion = market.conversion?.index
            all[index].hedge = market.hedge?.market.index
            if let hedge = market.hedge?.market.index { all[hedge].hedges = index }
            for other in [market.reference, market.conversion, market.hedge?.market] {
                guard let other = other?.index, other != index, !all[other].dependents.contains(index) else { continue }
                all[other].dependents.append(index)
            }
        }
        return all
    }
}
