internal import Execution
internal import Fundamentals
internal import MarketModel

/// The venue's word on a position against our own.
struct PositionCheck: Hashable, Sendable {
    /// Whether a position has been taken over.
    var isAdopted = false
    var adoptedAsOf = Instant.distantPast
    /// Venue's position minus ours, when it last differed at a quiet moment.
    var difference = Quantity.zero
    /// When it was first seen; the trade history must have been read since before it counts.
    var noticedAt = Instant.distantPast
    var hasAlarmed = false
    /// Until when the trade history is known to be complete.
    var fillsCompleteAsOf = Instant.distantPast
    /// The venue's position as last told; nil before the first word.
    var reported: Quantity?
    /// When money or position of this market last moved here.
    var lastChange = Instant.distantPast

    /// A fill was booked: as far as it goes the way of the difference it was what was missing, and must not be counted
    /// once more as exposure.
    mutating func explain(_ signed: Quantity) {
        guard (signed > .zero) == (difference > .zero) else { return }
        difference = difference > .zero ? max(.zero, difference - signed) : min(.zero, difference - signed)
    }

    /// What the difference adds to what is open. The venue tells positions before the fills that moved them: until the
    /// trade history says otherwise a difference is a fill, on its way, of orders that are counted in full already.
    func unexplained(beside open: OpenExposure) -> (buying: Quantity, selling: Quantity) {
        let bought = max(.zero, difference)
        let sold = max(.zero, -difference)
        if hasAlarmed { return (bought, sold) }
        return (max(.zero, bought - open.buying), max(.zero, sold - open.selling))
    }
}
