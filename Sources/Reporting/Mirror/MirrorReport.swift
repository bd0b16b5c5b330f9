public import Fundamentals
public import MarketModel

/// What the tapes of both venues show of a mirror.
public struct MirrorReport: Hashable, Sendable {
    /// One level of one side.
    public struct LevelFigures: Hashable, Sendable {
        public var side: Side
        public var level: Int
        public var orders = 0
        /// Time for which orders of it rested, and of that, in the band.
        public var rested = TimeSpan.zero
        public var inBand = TimeSpan.zero
        /// Nearest and furthest distance at which an order of it was placed, in 10⁻⁸.
        public var nearest: Int64?
        public var furthest: Int64?
    }

    public var duration = TimeSpan.zero
    /// Best first, bids then asks.
    public var levels: [LevelFigures] = []
    /// From the moment at which an order left its band until it was gone, or in the band again.
    public var reactions = Histogram()
    /// Orders that were out of their band at the end.
    public var outAtEnd = 0
    /// Orders that were placed nearer than their level allows, beyond the tolerance.
    public var placedTooNear = 0
    /// Requests for several orders at the target: place and cancel.
    public var batches = 0
    public var targetRequests = 0
    public var targetFills = 0
    public var targetVolume = Cash.zero
    public var hedgeFills = 0
    public var hedgeVolume = Cash.zero
    /// In the base asset, at the end: target + hedge.
    public var unhedged = Cash.zero
    /// Largest worst case, in the reference's quote asset.
    public var maxNet = Cash.zero
    public var maxPosition = Cash.zero
    public var netLimit: Cash?
    public var positionLimit = Cash.zero

    public init() {}

    public var isWithinLimits: Bool { maxPosition <= positionLimit && (netLimit.map { maxNet <= $0 } ?? true) }
    public var orders: Int { levels.reduce(0) { $0 + $1.orders } }

    /// Share of the resting time in the band, in parts per million.
    public var inBandShare: Int64 {
        let rested = levels.reduce(Int64(0)) { $0 + $1.rested.nanoseconds / 1_000 }
        let inside = levels.reduce(Int64(0)) { $0 + $1.inBand.nanoseconds / 1_000 }
        return rested == 0 ? 0 : inside * 1_000_000 / rested
    }

    /// In thousandths.
    public var batchesPerMinute: Int64 {
        duration > .zero ? Int64(batches) * 60_000_000 / max(1, duration.milliseconds) : 0
    }
}
