public import Fundamentals

/// Calls that wait for the budget, or for their next attempt.
public struct DeferredCalls<Call: Hashable & Sendable>: Sendable {
    public struct Item: Hashable, Sendable {
        public var call: Call
        public var notBefore: Instant
    }
    /// What became of a call that was to wait.
    public enum Verdict: Hashable, Sendable {
        case kept
        /// Too many wait; only cancels still find a place, instead of the oldest.
        case crowded
    }

    public static var limit: Int { 1_000 }
    public static var crowdedRemark: String {
        "more than \(limit) requests wait for the rate budget; reads are dropped"
    }

    private var items: [Item] = []

    public init() {}

    public var isEmpty: Bool { items.isEmpty }
    public var count: Int { items.count }

    public func contains(where matches: (Call) -> Bool) -> Bool { items.contains { matches($0.call) } }

    public mutating func removeAll() { items.removeAll() }

    /// Keeps a call, unless it waits already.
    public mutating func append(_ call: Call, notBefore: Instant, isCancel: Bool) -> Verdict {
        guard !items.contains(where: { $0.call == call }) else { return .kept }
        let isCrowded = items.count >= Self.limit
        if isCrowded {
            guard isCancel else { return .crowded }
            items.removeFirst()
        }
        items.append(Item(call: call, notBefore: notBefore))
        return isCrowded ? .crowded : .kept
    }

    /// Takes out what is due, cancels first: what waits longest must not keep the safe thing waiting.
    public mutating func takeDue(at now: Instant, isCancel: (Call) -> Bool) -> [Call] {
        guard items.contains(where: { $0.notBefore <= now }) else { return [] }
        let due = items.filter { $0.notBefore <= now }.map { (call: $0.call, cancels: isCancel($0.call)) }
        items.removeAll { $0.notBefore <= now }
        return due.filter(\.cancels).map(\.call) + due.filter { !$0.cancels }.map(\.call)
    }
}
