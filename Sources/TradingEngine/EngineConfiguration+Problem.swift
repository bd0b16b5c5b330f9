public import MarketModel
internal import Quoting
internal import RiskControl

/// Why an engine must not be built like this. Each names the markets by their symbols.
public enum ConfigurationProblem: Error, Hashable, Sendable {
    case unnumbered(symbol: String)
    /// A reference, a conversion or a hedge names a market that does not exist.
    case unknownMarket(MarketID, of: String)
    /// Prices are never taken from a book that our own quotes are part of.
    case ownQuotes(in: String, of: String)
    case noReference(of: String)
    /// Reference or hedge are of another base asset.
    case otherAsset(String, in: String, of: String, expected: String)
    /// The conversion does not lead from one asset to the other.
    case otherConversion(String, of: String, from: String, to: String)
    /// Two markets are hedged in the same one: what was offset for which could not be told apart.
    case sharedHedge(in: String, of: String)
    /// What may be filled is more than what may be hedged.
    case smallerHedge(in: String, of: String)
    /// Lots are finer than 10⁻¹² of the base asset.
    case fineLots(of: String)
    case unknownVenue(VenueID, of: String)
    /// There is one wallet on margin at most.
    case severalWallets
    /// What the market settles in is neither what is counted in nor converted into it.
    case otherCurrency(String, of: String, expected: String)
}

extension ConfigurationProblem: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unnumbered(let symbol): "\(symbol): markets are numbered in the order of configuration"
        case .unknownMarket(let market, let symbol): "\(symbol): it refers to \(market), which does not exist"
        case .ownQuotes(let source, let symbol):
            "\(symbol): its prices or hedges are in \(source), which this bot quotes in; only a market that is watched may serve"
        case .noReference(let symbol): "\(symbol): a mirror needs a reference"
        case .otherAsset(let asset, let source, let symbol, let expected):
            "\(symbol): \(source) trades \(asset), expected \(expected)"
        case .otherConversion(let source, let symbol, let from, let to):
            "\(symbol): \(source) does not convert \(from) into \(to)"
        case .sharedHedge(let hedge, let symbol): "\(symbol): another market is hedged in \(hedge) already"
        case .smallerHedge(let hedge, let symbol):
            "\(symbol): its max_position is more than that of \(hedge), where it is hedged"
        case .fineLots(let symbol): "\(symbol): lots finer than 10⁻¹² cannot be hedged exactly"
        case .unknownVenue(let venue, let symbol): "\(symbol): it is at \(venue), which does not exist"
        case .severalWallets: "more than one of the venues is on margin"
        case .otherCurrency(let asset, let symbol, let expected):
            "\(symbol): it settles in \(asset), and no market is named that converts it into \(expected)"
        }
    }
}

extension EngineConfiguration {
    /// The first reason why an engine must not be built like this; nil when there is none.
    public var problem: ConfigurationProblem? {
        for (index, market) in markets.enumerated() where market.instrument.market.index != index {
            return .unnumbered(symbol: market.instrument.symbol)
        }
        for market in markets {
            if let problem = problem(market) ?? hedgeProblem(market) { return problem }
        }
        return venueProblem ?? currencyProblem
    }

    private var venueProblem: ConfigurationProblem? {
        for market in markets where !venues.indices.contains(market.venue.index) {
            return .unknownVenue(market.venue, of: market.instrument.symbol)
        }
        return venues.count { $0.kind == .margin } > 1 ? .severalWallets : nil
    }

    /// Sums and limits are in one asset, once there is any conversion.
    private var currencyProblem: ConfigurationProblem? {
        let conversions = markets.compactMap(\.conversion)
        guard let counted = conversions.first.map({ markets[$0.index].instrument.baseAsset }) else { return nil }
        for market in markets {
            let instrument = market.instrument
            let isConversion = conversions.contains(instrument.market)
            let source = (market.conversion ?? (isConversion ? instrument.market : nil)).map {
                markets[$0.index].instrument
            }
            guard let source else {
                if instrument.settlementAsset == counted { continue }
                return .otherCurrency(instrument.settlementAsset, of: instrument.symbol, expected: counted)
            }
            guard source.quoteAsset == instrument.settlementAsset, source.baseAsset == counted else {
                return .otherConversion(
                    source.symbol, of: instrument.symbol, from: instrument.settlementAsset, to: counted)
            }
        }
        return nil
    }

    private func problem(_ market: MarketConfiguration) -> ConfigurationProblem? {
        let symbol = market.instrument.symbol
        for other in [market.reference, market.conversion, market.hedge?.market] {
            guard let other else { continue }
            guard markets.indices.contains(other.index) else { return .unknownMarket(other, of: symbol) }
            let source = markets[other.index]
            guard source.strategy == .watch else { return .ownQuotes(in: source.instrument.symbol, of: symbol) }
        }
        guard let reference = market.reference.map({ markets[$0.index].instrument }) else {
            if case .mirror = market.strategy { return .noReference(of: symbol) }
            return nil
        }
        let base = market.instrument.baseAsset
        guard reference.baseAsset == base else {
            return .otherAsset(reference.baseAsset, in: reference.symbol, of: symbol, expected: base)
        }
        return conversionProblem(market, reference)
    }

    private func conversionProblem(
        _ market: MarketConfiguration, _ reference: Instrument
    ) -> ConfigurationProblem? {
        let (from, to) = (reference.quoteAsset, market.instrument.quoteAsset)
        guard from != to else { return nil }
        let symbol = market.instrument.symbol
        guard let conversion = market.conversion.map({ markets[$0.index].instrument }) else {
            return .otherConversion("no market", of: symbol, from: from, to: to)
        }
        guard conversion.baseAsset == from, conversion.quoteAsset == to else {
            return .otherConversion(conversion.symbol, of: symbol, from: from, to: to)
        }
        return nil
    }

    private func hedgeProblem(_ market: MarketConfiguration) -> ConfigurationProblem? {
        guard let hedge = market.hedge else { return nil }
        let symbol = market.instrument.symbol
        let target = markets[hedge.market.index]
        let name = target.instrument.symbol
        guard target.instrument.baseAsset == market.instrument.baseAsset else {
            return .otherAsset(
                target.instrument.baseAsset, in: name, of: symbol, expected: market.instrument.baseAsset)
        }
        guard markets.count(where: { $0.hedge?.market == hedge.market }) == 1 else {
            return .sharedHedge(in: name, of: symbol)
        }
        guard target.limits.maxPositionValue >= market.limits.maxPositionValue else {
            return .smallerHedge(in: name, of: symbol)
        }
        for instrument in [market.instrument, target.instrument] where instrument.lotSize.scale > Cash.scale {
            return .fineLots(of: instrument.symbol)
        }
        return nil
    }
}
