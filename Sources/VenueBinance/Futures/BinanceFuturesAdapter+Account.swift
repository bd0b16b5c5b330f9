internal import Fundamentals
internal import MarketModel
internal import VenueAster
internal import VenueKit
internal import Wire

// What must be right before anything is sent, and what is held.
extension BinanceFuturesAdapter {
    mutating func readRules(_ body: JSONValue, into output: inout AdapterOutput) throws(VenueDecodeError) -> CallVerdict
    {
        var read: [Instrument] = []
        for (slot, market) in markets.enumerated() {
            read.append(
                try AsterExchangeInfo.instrument(
                    body, symbol: market.symbol, market: market.id, fees: fees[slot] ?? Self.provisionalFees))
        }
        let rules = AsterExchangeInfo.rateRules(body)
        if !rules.isEmpty { rateRules = rules }
        let old = instruments
        instruments = read
        let isRescaled = zip(old, read).contains { $0?.tickSize != $1.tickSize || $0?.lotSize != $1.lotSize }
        if isRescaled { decoder = AsterMarketDecoder(instruments: read) }
        userDecoder.instruments = zip(markets, read).filter { $0.0.isTraded }.map(\.1)
        for (before, instrument) in zip(old, read) where before != instrument {
            output.events.append(.status(.instrument(instrument), of: venue))
            guard let before, before.tickSize != instrument.tickSize || before.lotSize != instrument.lotSize else {
                continue
            }
            // What is known of the book was counted in other steps.
            output.events.append(.market(.bookLost(instrument.market)))
            output.calls.append(.book(instrument.market))
        }
        return .done
    }

    /// Of an account without discounts, until its own are known.
    private static let provisionalFees = (maker: Rate.basisPoints(2), taker: Rate.basisPoints(5))

    mutating func readAccountMode(
        _ body: JSONValue, into output: inout AdapterOutput
    ) throws(VenueDecodeError) -> CallVerdict {
        if accountStep == 0 {
            if try AsterReplies.isHedgeMode(body) {
                return .fatal("the account is in hedge mode: switch it to one-way mode")
            }
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
        let rates = try AsterReplies.commission(body, symbol: markets[slot].symbol)
        fees[slot] = rates
        guard var instrument = instruments[slot], (instrument.makerFee, instrument.takerFee) != rates else { return }
        (instrument.makerFee, instrument.takerFee) = rates
        instruments[slot] = instrument
        userDecoder.instruments = zip(markets, instruments).filter { $0.0.isTraded }.compactMap(\.1)
        output.events.append(.status(.instrument(instrument), of: venue))
    }

    /// The wallet first, then the positions.
    mutating func readBalances(
        _ body: JSONValue, sentAt: Instant, into output: inout AdapterOutput
    ) throws(VenueDecodeError) -> CallVerdict {
        if !asksForPositions {
            let asset = instruments.compactMap { $0 }.first?.settlementAsset ?? "USDT"
            if let balance = try AsterReplies.balance(body, asset: asset) {
                output.events.append(
                    .account(.balance(wallet: balance.wallet, available: balance.available, asOf: sentAt)))
            }
            asksForPositions = true
            return .more(.balances)
        }
        asksForPositions = false
        for (market, instrument) in zip(markets, instruments) where market.isTraded {
            guard let instrument else { continue }
            let row = try AsterReplies.position(body, instrument)
            if row.isHedge { return .fatal("the account is in hedge mode: switch it to one-way mode") }
            output.events.append(
                .account(.position(market.id, row.quantity, entryPrice: row.entryPrice, asOf: sentAt)))
        }
        return .done
    }
}
