internal import Fundamentals
internal import MarketModel
internal import Quoting
internal import RiskControl

/// A mirror's part of the configuration.
extension Resolver {
    /// Target, conversion, reference, in this order.
    var mirrorMarkets: [BotConfiguration.MarketSettings] {
        let target = limits(nil)
        var conversion = target
        conversion.staleAfter = duration(.conversionStaleAfter)
        var reference = target
        reference.staleAfter = duration(.referenceStaleAfter)
        reference.maxOrderValue = cash(.hedgeMaxOrderValue)
        // Fees taken in base and the difference of both prices must not refuse the hedge of a full position.
        reference.maxPositionValue = target.maxPositionValue.share(5, of: 4)
        return [
            .init(
                symbol: text(.symbol), strategy: .mirror(mirrorParameters), limits: target,
                replaceThreshold: Rate(parts: optionalDecimal(.ladderReplaceThreshold)?.int64(atScale: 4) ?? 0),
                leverage: nil),
            .init(
                symbol: text(.conversionSymbol), strategy: .watch, limits: conversion, replaceThreshold: .zero,
                leverage: nil),
            .init(
                symbol: text(.referenceSymbol), strategy: .watch, limits: reference, replaceThreshold: .zero,
                leverage: nil, venue: .reference),
        ]
    }

    private var mirrorParameters: MirrorParameters {
        let postOnly = row(.ladderPostOnly) != nil && boolean(.ladderPostOnly)
        return MirrorParameters(
            levels: ladder.compactMap { level in
                Rate(level.distance).map { MirrorLevel(distance: $0, size: level.size) }
            },
            distanceJitter: rate(.distanceRandomization), sizeJitter: rate(.sizeRandomization),
            seed: UInt64(optionalInteger(.seed) ?? 0), usesDepth: boolean(.useDepth),
            referenceThreshold: rate(.referenceThreshold), conversionThreshold: rate(.conversionThreshold),
            refreshInterval: duration(.ladderRefreshInterval),
            hedgeFee: boolean(.hedgeEnabled) ? rate(.hedgeFee) : .zero, minEdge: rate(.ladderMinEdge),
            timeInForce: postOnly ? .postOnly : .goodTillCancel)
    }

    /// Nil where an address cannot be read or the markets do not fit together, which is reported before.
    var mirrorSettings: BotConfiguration.MirrorSettings? {
        guard let endpoints = referenceEndpoints, let assets = mirrorAssets,
            let type = optionalText(.referenceMarketType).flatMap(BotConfiguration.MarketType.init(rawValue:)),
            let depth = optionalText(.referenceDepth).flatMap(BotConfiguration.ReferenceDepth.init(rawValue:)),
            let prevention = optionalText(.hedgeSelfTradePrevention)
                .flatMap(BotConfiguration.SelfTradePrevention.init(rawValue:))
        else { return nil }
        let hedges = boolean(.hedgeEnabled)
        return BotConfiguration.MirrorSettings(
            venue: .binance, marketType: type, depth: depth, usesTestnet: boolean(.referenceTestnet),
            endpoints: endpoints, credentials: hedges ? referenceNames : nil,
            hedge: hedges
                ? .init(
                    minSize: decimal(.hedgeMinSize), maxOrderValue: cash(.hedgeMaxOrderValue),
                    maxSlippage: rate(.hedgeMaxSlippage), patience: duration(.hedgePatience), fee: rate(.hedgeFee),
                    selfTradePrevention: prevention) : nil,
            neutralHolding: optionalDecimal(.neutralHolding).flatMap { Cash($0) },
            hasFixedSeed: value(.seed) != nil, base: assets.base, quote: assets.quote, counting: assets.counting,
            supportsBatch: row(.supportsBatch) != nil && boolean(.supportsBatch),
            parallelCalls: integer(.parallelCalls),
            bookInterval: row(.bookInterval) == nil ? .seconds(1) : duration(.bookInterval),
            ordersInterval: row(.ordersInterval) == nil ? .seconds(1) : duration(.ordersInterval))
    }

    /// The assets of the three markets; nil where they do not fit together.
    var mirrorAssets: MirrorAssets? {
        guard let target = optionalText(.symbol), let reference = optionalText(.referenceSymbol),
            let conversion = optionalText(.conversionSymbol)
        else { return nil }
        return MirrorAssets(target: target, reference: reference, conversion: conversion)
    }

    var referenceEndpoints: BotConfiguration.MirrorSettings.ReferenceEndpoints? {
        guard let type = optionalText(.referenceMarketType).flatMap(BotConfiguration.MarketType.init(rawValue:)) else {
            return nil
        }
        let hosts = VenueHosts.binance(type, value(.referenceTestnet)?.value == .boolean(true) ? .test : .main)
        let stream = optionalText(.referenceStream)
        guard let rest = VenueEndpoint(optionalText(.referenceREST) ?? hosts.rest),
            let streams = VenueEndpoint(stream ?? hosts.stream),
            let api = VenueEndpoint(optionalText(.referenceAPI) ?? stream ?? hosts.api)
        else { return nil }
        return .init(rest: rest, stream: streams, api: api)
    }

    private var referenceNames: CredentialNames {
        var names = CredentialNames(
            scheme: .binance, apiKey: text(.referenceKeyVariable), apiSecret: text(.referenceSecretVariable), user: "",
            signer: "", privateKey: "", vault: "", publicKey: "")
        names.keyFile = text(.referenceKeyFileVariable)
        return names
    }
}
