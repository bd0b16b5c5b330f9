internal import Fundamentals
internal import TradingEngine

/// What a bot has told lately, and whom it tells.
///
/// Kept at once, delivered when its owner says so: every observer is told in order, and an observer's reaction may tell
/// more, which comes after.
final class BotRecords {
    private static let capacity = 2_000

    private var fills = RingBuffer<BookedFill>(capacity: capacity)
    private var events = RingBuffer<BotEvent>(capacity: capacity)
    private var undelivered: [BotEvent] = []
    private var isDelivering = false
    private var observers: [(id: UInt64, body: (BotEvent) -> Void)] = []
    private var nextObserver: UInt64 = 1
    private var nextEvent: UInt64

    /// Events are numbered from the clock's microseconds on: those of an earlier process lie below.
    init(startingAt now: Instant) { nextEvent = UInt64(max(1, now.microseconds)) }

    var recentFills: [BookedFill] { (0..<fills.count).map { fills[$0] } }
    var recentEvents: [BotEvent] { (0..<events.count).map { events[$0] } }

    func add(_ body: @escaping (BotEvent) -> Void) -> UInt64 {
        defer { nextObserver += 1 }
        observers.append((nextObserver, body))
        return nextObserver
    }

    func remove(_ id: UInt64) { observers.removeAll { $0.id == id } }

    func append(_ body: BotEvent.Body, at now: Instant) {
        let event = BotEvent(id: nextEvent, at: now, body: body)
        nextEvent += 1
        events.append(event)
        if case .effect(.booked(let fill)) = body { fills.append(fill) }
        undelivered.append(event)
    }

    func deliver() {
        guard !isDelivering else { return }
        isDelivering = true
        defer { isDelivering = false }
        var index = 0
        while index < undelivered.count {
            for observer in observers { observer.body(undelivered[index]) }
            index += 1
        }
        undelivered.removeAll(keepingCapacity: true)
    }
}
