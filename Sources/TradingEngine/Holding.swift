internal import Fundamentals
internal import MarketModel

/// The venue's amount of something less ours: since when they differ, and by how much still.
struct BooksDifference: Hashable, Sendable {
    /// When last told, less what was booked since.
    private(set) var amount = Cash.zero
    /// When it was first told.
    private(set) var noticedAt = Instant.distantPast

    mutating func notice(_ amount: Cash, at now: Instant) {
        guard amount != self.amount else { return }
        self.amount = amount
        noticedAt = now
    }

    /// A venue tells what is held before the fills that moved it: what is booked was on its way, and is no difference any
    /// more; what is left is still the same difference, however much is traded meanwhile.
    mutating func explain(_ change: Cash) {
        if amount != .zero { amount = amount - change }
    }
}

/// What a spot account holds of one asset, the venue's word against our own books; in 10⁻¹² of it.
struct Holding: Sendable {
    let venue: VenueID
    let asset: String
    /// By our own books: what was held at their start, and what the ledgers made of it since; nil until the venue has told.
    private(set) var own: Cash?
    var reported: Cash?
    var reportedAsOf = Instant.distantPast
    var difference = BooksDifference()
    /// When our books of it last moved.
    private(set) var lastChange = Instant.distantPast

    init(_ venue: VenueID, _ asset: String) {
        self.venue = venue
        self.asset = asset
    }

    /// The books are opened, or set right, by the venue's word.
    mutating func take(_ total: Cash, at now: Instant) {
        own = total
        difference.notice(.zero, at: now)
    }

    /// A fill moved it.
    mutating func move(by change: Cash, at now: Instant) {
        own = own.map { $0 + change }
        difference.explain(change)
        lastChange = now
    }

    /// What may be counted on: our books, or the venue's word where that is newer than they are, and less.
    var usable: Cash? {
        guard let own, let reported, reportedAsOf > lastChange else { return own }
        return min(own, reported)
    }
}
