internal import Fundamentals
internal import MarketModel
internal import VenueKit
internal import Wire

// What must be right before anything is sent: symbols, self-trade prevention, the account and its fees.
extension BinanceSpotAdapter {
    mutating func readRules(
        _ body: JSONValue, into output: inout AdapterOutput
    ) throws(VenueDecodeError) -> CallVerdict {
        var read: [Instrument] = []
        for (slot, market) in markets.enumerated() {
            let symbol = try BinanceExchangeInfo.symbol(
                body, named: market.symbol, market: market.id, fees: fees[slot] ?? BinanceExchangeInfo.provisionalFees)
            if market.isTraded {
                if let obstacle = obstacle(to: symbol) { return .fatal(obstacle) }
                if symbol.status != "TRADING" {
                    return .refused(
                        VenueRejection(
                            kind: .other, code: 0,
                            message: "\(market.symbol) is \(symbol.status.prefix(20)), expected TRADING"))
                }
            }
            read.append(symbol.instrument)
        }
        rateRules = BinanceExchangeInfo.rateRules(body)
        adopt(read, into: &output)
        return .done
    }

    /// Why no order may be sent there.
    private func obstacle(to symbol: BinanceSymbol) -> String? {
        let name = symbol.instrument.symbol
        if !symbol.isSpot { return "Binance takes no spot orders for \(name)" }
        for mode in [configuration.takerPrevention, configuration.passivePrevention]
        where !symbol.allowedPreventions.contains(mode) {
            return "\(name) does not allow the self-trade prevention \(mode.rawValue), without which it is not traded"
        }
        return nil
    }

    private mutating func adopt(_ read: [Instrument], into output: inout AdapterOutput) {
        let old = instruments
        instruments = read
        let isRescaled = zip(old, read).contains { $0?.tickSize != $1.tickSize || $0?.lotSize != $1.lotSize }
        if isRescaled { decoder = BinanceMarketDecoder(instruments: read) }
        let traded = zip(markets, read).filter { $0.0.isTraded }.map(\.1)
        userDecoder = BinanceUserDecoder(instruments: traded, assets: Self.assets(of: traded), venue: venue)
        for (before, instrument) in zip(old, read) where before != instrument {
            output.events.append(.status(.instrument(instrument), of: venue))
        }
    }

    private static func assets(of instruments: [Instrument]) -> [String] {
        var assets: [String] = []
        for asset in instruments.flatMap({ [$0.baseAsset, $0.quoteAsset] }) where !assets.contains(asset) {
            assets.append(asset)
        }
        return assets
    }

    // MARK: Account

    mutating func readAccountMode(
        _ body: JSONValue, into output: inout AdapterOutput
    ) throws(VenueDecodeError) -> CallVerdict {
        if accountStep == 0 {
            if let obstacle = try BinanceReplies.obstacle(body) { return .fatal(obstacle) }
        } else {
            try readFees(body, slot: accountStep - 1, into: &output)
        }
        while accountStep < markets.count {
            accountStep += 1
            if markets[accountStep - 1].isTraded { return .more(.accountMode) }
        }
        accountStep = 0
        return .done
    }

    private mutating func readFees(
        _ body: JSONValue, slot: Int, into output: inout AdapterOutput
    ) throws(VenueDecodeError) {
        let rates = try BinanceReplies.commission(body, symbol: markets[slot].symbol)
        fees[slot] = rates
        guard var instrument = instruments[slot], (instrument.makerFee, instrument.takerFee) != rates else { return }
        (instrument.makerFee, instrument.takerFee) = rates
        instruments[slot] = instrument
        userDecoder.instruments = zip(markets, instruments).filter { $0.0.isTraded }.compactMap(\.1)
        output.events.append(.status(.instrument(instrument), of: venue))
    }

    func readBalances(
        _ body: JSONValue, sentAt: Instant, into output: inout AdapterOutput
    ) throws(VenueDecodeError) -> CallVerdict {
        for asset in userDecoder.assets {
            let held = try BinanceReplies.holding(body, asset: asset)
            output.events.append(
                .account(.holding(venue, asset: asset, total: held.total, available: held.available, asOf: sentAt)))
        }
        return .done
    }
}
