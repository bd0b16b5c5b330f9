public import MarketModel

/// What a mirror was told to do, as far as its report must know.
public struct MirrorTerms: Hashable, Sendable {
    /// Markets by their symbols, in small letters: venues do not agree with themselves on the case.
    public var target: String
    public var conversion: String
    public var reference: String
    /// Distance of each level from reference × conversion when it is drawn: nearest and furthest, best first.
    public var levels: [ClosedRange<Rate>]
    /// How far reference and conversion may move together before the ladder must follow.
    public var tolerance: Rate
    /// Largest |position on both venues|, worst case, in the reference's quote asset.
    public var netLimit: Cash?
    /// Largest |position on the target|, worst case, in the reference's quote asset.
    public var positionLimit: Cash

    public init(
        target: String, conversion: String, reference: String, levels: [ClosedRange<Rate>], tolerance: Rate,
        netLimit: Cash?, positionLimit: Cash
    ) {
        self.target = target.lowercased()
        self.conversion = conversion.lowercased()
        self.reference = reference.lowercased()
        self.levels = levels
        self.tolerance = tolerance
        self.netLimit = netLimit
        self.positionLimit = positionLimit
    }

    /// The band in which an order of a level may be while the tolerance is not used up.
    func band(_ level: Int) -> ClosedRange<Int64> {
        let range = levels[level]
        return (range.lowerBound.parts - tolerance.parts)...(range.upperBound.parts + tolerance.parts)
    }

    /// The level whose band is nearest to a distance.
    func level(at distance: Int64) -> Int {
        var best = (level: 0, miss: Int64.max)
        for level in levels.indices {
            let band = levels[level]
            let miss = max(band.lowerBound.parts - distance, distance - band.upperBound.parts, 0)
            if miss < best.miss { best = (level, miss) }
        }
        return best.level
    }
}
