public import Fundamentals

/// One step of a routine: a request, a wait, or something that the session does by itself.
public enum RoutineStep<Call: Hashable & Sendable, Act: Hashable & Sendable>: Hashable, Sendable {
    case call(Call)
    case pause(TimeSpan)
    case act(Act)
}

/// What came of a step.
public enum RoutineResult<Call: Hashable & Sendable, Act: Hashable & Sendable>: Hashable, Sendable {
    case done
    /// Done, and these come next.
    case then([RoutineStep<Call, Act>])
    case retry(String)
    /// Only a person can help.
    case fatal(String)
}

/// A sequence of requests that has to be walked in order, each step repeated until it succeeds: start-up,
/// reconciliation after a gap in a private stream, reading fills, shutdown.
public struct Routine<Kind: Hashable & Sendable, Call: Hashable & Sendable, Act: Hashable & Sendable, Memory: Sendable>:
    Sendable
{
    public typealias Step = RoutineStep<Call, Act>
    public typealias Result = RoutineResult<Call, Act>

    public let kind: Kind
    /// The step at hand first.
    public var steps: [Step]
    /// The request whose answer it waits for.
    public var current: RequestID?
    public var waitUntil: Instant = .distantPast
    /// Rounds of cancelling and looking again.
    public var sweeps = 0
    public var backoff = Backoff(first: .milliseconds(250), ceiling: .seconds(10))
    /// What its session keeps for it from step to step.
    public var memory: Memory

    public init(_ kind: Kind, _ steps: [Step], memory: Memory) {
        self.kind = kind
        self.steps = steps
        self.memory = memory
    }
}

/// The routines of a session, at most one of each kind, and how far each has come.
public struct RoutineBoard<
    Kind: Hashable & Sendable, Call: Hashable & Sendable, Act: Hashable & Sendable, Memory: Sendable
>: Sendable {
    public typealias Entry = Routine<Kind, Call, Act, Memory>

    /// How far one pass over all routines has come.
    public struct Pass: Sendable {
        fileprivate var position = 0
        fileprivate var kind: Kind?
        fileprivate var steps = 0
        fileprivate var isBlocked = false

        public init() {}
    }
    /// What a routine wants next of its session.
    public enum Demand: Sendable {
        /// Send this, and tell `sent` or `wait`.
        case call(Kind, Call)
        /// Do this, and tell `acted`.
        case act(Kind, Act)
    }

    public var routines: [Entry] = []

    public init() {}

    public var isEmpty: Bool { routines.isEmpty }
    public func position(of kind: Kind) -> Int? { routines.firstIndex { $0.kind == kind } }
    public func position(waitingFor id: RequestID) -> Int? { routines.firstIndex { $0.current == id } }
    public func contains(_ kind: Kind) -> Bool { position(of: kind) != nil }

    /// Whether a routine repeats the call by itself.
    public func isAwaited(_ call: Call) -> Bool { routines.contains { $0.steps.first == .call(call) } }

    /// Puts a routine in the place of any other of its kind.
    public mutating func begin(_ kind: Kind, _ steps: [Entry.Step], memory: Memory) {
        remove(kind)
        routines.append(Entry(kind, steps, memory: memory))
    }

    public mutating func remove(_ kind: Kind) { routines.removeAll { $0.kind == kind } }

    // MARK: Walking

    /// More steps than any routine has between two answers: one that goes round in circles stops here.
    private static var longestWalk: Int { 100 }

    /// What is to be done next, in this pass over all routines; nil once each waits for something.
    public mutating func next(_ pass: inout Pass, at now: Instant) -> Demand? {
        while pass.position < routines.count {
            let kind = pass.kind ?? routines[pass.position].kind
            pass.kind = kind
            guard let index = position(of: kind), mayWalk(index, pass, at: now) else {
                moveOn(&pass, from: kind)
                continue
            }
            pass.steps += 1
            switch routines[index].steps.first {
            case .call(let call): return .call(kind, call)
            case .act(let act): return .act(kind, act)
            case .pause(let span):
                routines[index].waitUntil = now + span
                routines[index].steps.removeFirst()
            case nil:
                routines.remove(at: index)
                pass.isBlocked = true
            }
        }
        return nil
    }

    private func mayWalk(_ index: Int, _ pass: Pass, at now: Instant) -> Bool {
        !pass.isBlocked && pass.steps < Self.longestWalk && routines[index].current == nil
            && routines[index].waitUntil <= now
    }

    private func moveOn(_ pass: inout Pass, from kind: Kind) {
        if pass.position < routines.count, routines[pass.position].kind == kind { pass.position += 1 }
        (pass.kind, pass.steps, pass.isBlocked) = (nil, 0, false)
    }

    /// The request that was wanted is on its way.
    public mutating func sent(_ id: RequestID, for kind: Kind) {
        if let index = position(of: kind) { routines[index].current = id }
    }

    public mutating func wait(_ kind: Kind, until: Instant, _ pass: inout Pass) {
        if let index = position(of: kind) { routines[index].waitUntil = until }
        pass.isBlocked = true
    }

    /// The request that was wanted cannot be made: its step is left out.
    public mutating func skip(_ kind: Kind, _ pass: inout Pass) {
        if let index = position(of: kind) { routines[index].steps.removeFirst() }
        pass.isBlocked = true
    }

    /// The act was tried. The step may meanwhile have ended its routine, or put another in its own place.
    public mutating func acted(_ kind: Kind, _ act: Act, isComplete: Bool, _ pass: inout Pass) {
        if isComplete, let index = position(of: kind), routines[index].steps.first == .act(act) {
            routines[index].steps.removeFirst()
        } else {
            pass.isBlocked = true
        }
    }

    // MARK: Answers

    /// The step at hand is complete.
    public mutating func succeed(at index: Int) {
        routines[index].steps.removeFirst()
        routines[index].backoff.succeeded()
    }

    /// The step at hand is replaced by what follows from its answer.
    public mutating func replaceStep(at index: Int, by next: [Entry.Step]) {
        routines[index].steps.replaceSubrange(0..<1, with: next)
    }

    /// The step at hand is repeated a little later.
    /// - Returns: how often it failed before.
    public mutating func retry(at index: Int, after now: Instant, using random: inout RandomSource) -> Int {
        let attempts = routines[index].backoff.attempts
        routines[index].waitUntil = now + routines[index].backoff.next(using: &random)
        return attempts
    }
}
