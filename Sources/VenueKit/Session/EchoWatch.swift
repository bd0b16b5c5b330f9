public import Fundamentals

/// A private stream mentions every order it is told of; an order it keeps silent about means that it is dead, long before
/// its pings say so.
public struct EchoWatch<ID: Hashable & Sendable>: Sendable {
    /// How long the stream may take to mention an order whose acceptance came by REST.
    private static var patience: TimeSpan { .seconds(5) }

    private var awaited: (id: ID, since: Instant)?
    private var heard = RingBuffer<ID>(capacity: 64)

    public init() {}

    /// The stream mentioned an order.
    public mutating func hear(_ id: ID) {
        heard.append(id)
        if awaited?.id == id { awaited = nil }
    }

    /// REST accepted an order while the stream was open.
    public mutating func expect(_ id: ID, at now: Instant) {
        guard awaited == nil else { return }
        for position in 0..<heard.count where heard[position] == id { return }
        awaited = (id, now)
    }

    /// The stream is gone: it owes nothing any more.
    public mutating func forgive() { awaited = nil }

    /// The order that the stream has kept silent about for too long; told once.
    public mutating func overdue(at now: Instant) -> ID? {
        guard let awaited, now - awaited.since >= Self.patience else { return nil }
        self.awaited = nil
        return awaited.id
    }
}
