internal import Accounting
public import MarketModel
internal import RiskControl

/// One venue's connection, as a panel or an API shows it.
public struct VenueReport: Hashable, Sendable {
    public var venue: VenueID
    /// Empty where there is but one.
    public var name: String
    public var kind: VenueConfiguration.Kind
    public var isReady: Bool
    public var isPrivateStreamUp: Bool
    public var isBreakerOpen: Bool
}

/// What a spot account holds of one asset, orders' shares included, in 10⁻¹² of it.
public struct HoldingReport: Hashable, Sendable {
    public var venue: VenueID
    public var asset: String
    /// By our own books; nil until the venue has told.
    public var own: Cash?
    /// As the venue last told it.
    public var reported: Cash?
    /// Worth of `own`, and of what the venue has more or less than we, in the asset that is counted in; nil where no market of
    /// ours prices it.
    public var value: Cash?
    public var differenceValue: Cash?
}

extension TradingEngine {
    func report(_ venue: VenueState) -> VenueReport {
        VenueReport(
            venue: venue.id, name: venue.name, kind: venue.kind, isReady: venue.isReady,
            isPrivateStreamUp: venue.isPrivateStreamUp, isBreakerOpen: gate.isBroken(venue: venue.id, at: now))
    }

    /// Whether something of ours may change it, or the venue spoke of it.
    func isRelevant(_ holding: Int) -> Bool {
        holdings[holding].reported != nil
            || markets.contains {
                $0.isTraded && ($0.holdings?.base == holding || $0.holdings?.quote == holding)
            }
    }

    func report(_ holding: Int) -> HoldingReport {
        let own = holdings[holding].own
        let reported = holdings[holding].reported
        var difference: Cash?
        if let own, let reported { difference = reported - own }
        return HoldingReport(
            venue: holdings[holding].venue, asset: holdings[holding].asset, own: own, reported: reported,
            value: own.flatMap { worth(of: $0, holding) },
            differenceValue: difference.flatMap { worth(of: $0, holding) })
    }

    private func worth(of amount: Cash, _ holding: Int) -> Cash? {
        if holdings[holding].asset == countingAsset { return amount }
        for index in markets.indices where markets[index].rate != nil {
            guard let link = markets[index].holdings else { continue }
            if link.quote == holding { return markets[index].counted(amount) }
            if link.base == holding, let mid = markets[index].ledger.mid {
                return markets[index].counted(markets[index].instrument.value(ofBase: amount, at: mid))
            }
        }
        return nil
    }
}
