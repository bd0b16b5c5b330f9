public import Fundamentals
public import MarketModel

/// What was held at one moment.
public struct InventorySample: Hashable, Sendable {
    public var at: Instant
    /// Signed.
    public var position: Quantity
    public var mid: HalfTicks

    public init(at: Instant, position: Quantity, mid: HalfTicks) {
        self.at = at
        self.position = position
        self.mid = mid
    }
}

/// The position over the whole run in bounded space: one sample a second, and each time the room is used up every second
/// sample is dropped and the step doubled. So there are always between 300 and 600 of them, evenly spaced, once ten
/// minutes have passed.
struct InventorySeries: Sendable {
    static let capacity = 600

    private(set) var samples: [InventorySample] = []
    private(set) var step = TimeSpan.seconds(1)
    private var next = Instant.distantPast

    /// To be called whenever time has passed, before what happens at that time. Steps in which nothing at all was heard
    /// leave no sample.
    mutating func observe(_ position: Quantity, _ mid: HalfTicks?, at now: Instant) {
        guard now >= next, let mid else { return }
        if samples.capacity < Self.capacity { samples.reserveCapacity(Self.capacity) }
        if samples.count == Self.capacity { thin() }
        samples.append(InventorySample(at: now, position: position, mid: mid))
        next = Instant(nanoseconds: now.nanoseconds - now.nanoseconds % step.nanoseconds) + step
    }

    private mutating func thin() {
        for index in 0..<Self.capacity / 2 { samples[index] = samples[2 * index] }
        samples.removeLast(Self.capacity / 2)
        step = step * 2
    }
}
