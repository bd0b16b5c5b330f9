public import MarketModel

/// Joins the diff stream to a REST snapshot: buffers what arrives before it, finds the event that straddles it, and
/// from then on holds every event to the chain of `previousID`. Ids need not be consecutive; a venue that tells only the
/// first and last of an event chains by `previousID` = first − 1.
public struct BookSync: Hashable, Sendable {
    public enum State: Hashable, Sendable {
        /// No usable book and nothing asked for.
        case lost
        /// A snapshot is on its way; events wait in the buffer.
        case buffering
        /// The snapshot is out; the first event has to straddle it.
        case seeded
        case chained
    }
    /// What to do with an event.
    public enum Verdict: Hashable, Sendable {
        /// Hand it on, its `previousID` set to the last id handed on.
        case pass(BookUpdate)
        case ignore
        /// The chain is broken: the book is lost.
        case gap
    }

    /// At ten events a second this is more than a minute of waiting for a snapshot.
    public static let bufferLimit = 1_000

    public private(set) var state = State.lost
    public private(set) var lastID: Int64 = 0
    public private(set) var buffer: [BookUpdate] = []

    public init() {}

    public var isSynchronized: Bool { state == .seeded || state == .chained }

    /// The stream opened, or the chain broke: start collecting for a new snapshot.
    public mutating func restart() {
        state = .buffering
        lastID = 0
        buffer.removeAll(keepingCapacity: true)
    }

    public mutating func lose() {
        state = .lost
        lastID = 0
        buffer.removeAll(keepingCapacity: true)
    }

    public mutating func judge(_ update: BookUpdate) -> Verdict {
        switch state {
        case .lost: return .ignore
        case .buffering:
            // Full: the oldest are worthless once the snapshot is newer, and a gap shows if it is not.
            if buffer.count == Self.bufferLimit { buffer.removeFirst(Self.bufferLimit / 2) }
            buffer.append(update)
            return .ignore
        case .seeded, .chained:
            guard update.lastID > lastID else { return .ignore }
            let chains =
                update.previousID == lastID
                || (state == .seeded && (update.firstID <= lastID || update.previousID <= lastID))
            guard chains else { return .gap }
            var joined = update
            joined.previousID = lastID
            state = .chained
            lastID = update.lastID
            return .pass(joined)
        }
    }

    /// A snapshot came.
    /// - Returns: the events to hand on behind it, or nil when it is older than the stream or the stream has a hole:
    ///   then another one is needed, and the buffer is kept.
    public mutating func seed(with snapshot: BookUpdate) -> [BookUpdate]? {
        var trial = self
        trial.state = .seeded
        trial.lastID = snapshot.lastID
        trial.buffer.removeAll(keepingCapacity: true)
        var joined: [BookUpdate] = []
        for update in buffer {
            switch trial.judge(update) {
            case .pass(let update): joined.append(update)
            case .ignore: break
            case .gap: return nil
            }
        }
        self = trial
        return joined
    }
}
