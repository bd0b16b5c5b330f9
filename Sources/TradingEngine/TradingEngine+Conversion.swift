internal import Accounting
internal import Fundamentals
internal import MarketModel

extension TradingEngine {
    /// The asset that exposure, equity and limits are counted in.
    var countingAsset: String {
        for market in markets {
            if let conversion = market.conversion { return markets[conversion.index].instrument.baseAsset }
        }
        return markets.first?.instrument.settlementAsset ?? ""
    }

    /// A market's mid moved: markets that are converted by it are worth something else.
    mutating func refreshRates(_ index: Int) {
        guard !markets[index].converted.isEmpty, let mid = markets[index].ledger.mid,
            mid != markets[index].convertedAt
        else { return }
        markets[index].convertedAt = mid
        let rate = CashConversion(quoteOf: markets[index].instrument, at: mid)
        for other in markets[index].converted {
            markets[other].rate = rate
            refreshEquity(other)
            refreshExposure(other)
        }
    }

    /// New rules for a market: what was converted by its mid waits for the next one.
    mutating func forgetRates(of index: Int) {
        markets[index].convertedAt = nil
        for other in markets[index].converted {
            markets[other].rate = nil
            refreshEquity(other)
            refreshExposure(other)
        }
    }
}
