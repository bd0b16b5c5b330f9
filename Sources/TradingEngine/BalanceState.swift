internal import Fundamentals
internal import MarketModel

/// The margin account's balance: the venue's word against our own books.
struct BalanceState: Sendable {
    /// Wallet at the start of the books; nil until the venue has told.
    var opening: Cash?
    var reported: Cash?
    /// Available balance as told while nothing of ours was open, and the wallet at that moment.
    var quietAvailable: (available: Cash, wallet: Cash)?
    /// Venue's wallet less ours.
    var difference = BooksDifference()
    var lastChange = Instant.distantPast
}
