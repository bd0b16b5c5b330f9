internal import Fundamentals
internal import MarketModel
internal import VenueKit

/// What a session keeps about one market.
struct AsterMarketState: Sendable {
    let id: MarketID
    let symbol: String
    var instrument: Instrument?

    // MARK: Book
    var sync = BookSync()
    /// Whether a book is out that `bookLost` has not taken back.
    var hasBook = false
    var isAskingForDepth = false
    var askForDepthAt: Instant?
    var depthAttempts = 0
    var lastData: Instant = .distantPast
    /// Since when the touch stream has been ahead of the book: the depth stream is mute.
    var touchAheadSince: Instant?
    var lastTouchID: Int64 = 0
    var lastPrintID: Int64 = 0

    // MARK: Account
    /// The last trade id read by REST. Fills of the stream do not move it: one of them may have been lost.
    var tradeCursor: Int64?
    /// Fills before this moment belong to an earlier run.
    var fillsBegin: Instant = .distantPast

    // MARK: Dead man's switch
    var deadMan = DeadMansTimer()

    init(id: MarketID, symbol: String) {
        self.id = id
        self.symbol = symbol
    }

    /// A new connection, or none: whatever was known of the book is void.
    mutating func forgetStream() {
        sync.lose()
        (lastTouchID, lastPrintID, touchAheadSince) = (0, 0, nil)
        (isAskingForDepth, askForDepthAt) = (false, nil)
    }
}
