internal import CLinux
public import Fundamentals
internal import Glibc

/// One thread, one epoll instance: descriptors, timers and deferred work, run to completion in that order.
///
/// Everything registered here is called on the thread that runs the loop; nothing here may be used from another.
/// Source for the shape: epoll(7), level-triggered, so that a handler may leave bytes for the next turn.
public final class EventLoop {
    /// What a descriptor's owner wants to hear of.
    public struct Interest: OptionSet, Sendable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        public static let readable = Interest(rawValue: 1)
        public static let writable = Interest(rawValue: 2)
    }

    /// What a descriptor is ready for. `failed` is an error or a hang-up in both directions.
    public struct Readiness: Sendable {
        public var readable: Bool
        public var writable: Bool
        public var failed: Bool
    }

    /// Names a registration; events of a descriptor that was closed and reused never reach the wrong owner.
    public struct Registration: Hashable, Sendable {
        let slot: UInt32
        let generation: UInt32
        let descriptor: Int32
    }

    private struct Slot {
        var generation: UInt32 = 0
        var handler: ((Readiness) -> Void)?
    }

    /// The wall clock (CLOCK_REALTIME) at the start of this turn: the stamp of everything that arrived in it.
    public private(set) var now: Instant
    /// A clock that never steps (CLOCK_BOOTTIME) at the start of this turn; timers run on it.
    public private(set) var monotonic: Instant
    /// Polls without sleeping: lower wake latency for a whole core.
    public var spin = false

    private let epoll: Int32
    private let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: TCPConnection.chunk, alignment: 16)
    private let events: UnsafeMutableBufferPointer<epoll_event>
    private var slots: [Slot] = []
    private var freeSlots: [UInt32] = []
    private var timers = TimerQueue()
    private var deferred: [() -> Void] = []
    private var isStopped = false
    private var isTurning = false
    private var waitsToTheNanosecond = true

    /// Longest sleep of one turn, so that a machine that was suspended notices its overdue timers at once: the kernel's
    /// waits do not count suspended time.
    private static let longestWait = TimeSpan.seconds(1)
    private static let longestTimer = TimeSpan.hours(24 * 365)

    public init() throws(SystemError) {
        epoll = clinux_epoll_create()
        guard epoll >= 0 else { throw .last("epoll_create1") }
        events = .allocate(capacity: 256)
        now = wallClock()
        monotonic = bootClock()
    }

    deinit {
        Glibc.close(epoll)
        events.deallocate()
        chunk.deallocate()
    }

    // MARK: Timers and deferred work

    /// Runs `body` once, `delay` after the start of this turn; at once is the next turn.
    @discardableResult
    public func schedule(after delay: TimeSpan, _ body: @escaping () -> Void) -> TimerID {
        timers.add(at: monotonic + min(max(delay, .zero), Self.longestTimer), body)
    }

    /// Forgets a timer; harmless when it has fired.
    public func cancel(_ timer: TimerID) { timers.cancel(timer) }

    /// Runs `body` at the end of this turn, after every event that is already known.
    public func enqueue(_ body: @escaping () -> Void) { deferred.append(body) }

    /// Reads both clocks again, for work that outlasts a turn.
    public func refreshClocks() {
        now = wallClock()
        monotonic = bootClock()
    }

    // MARK: Descriptors

    /// Watches a descriptor, which stays its owner's to close, after `unregister`.
    public func register(
        _ descriptor: Int32, _ interest: Interest, _ handler: @escaping (Readiness) -> Void
    ) throws(SystemError) -> Registration {
        let slot = freeSlots.popLast() ?? UInt32(slots.count)
        if Int(slot) == slots.count { slots.append(Slot()) }
        let registration = Registration(
            slot: slot, generation: slots[Int(slot)].generation, descriptor: descriptor)
        do throws(SystemError) {
            try control(EPOLL_CTL_ADD, registration, interest)
        } catch {
            freeSlots.append(slot)
            throw error
        }
        slots[Int(slot)].handler = handler
        return registration
    }

    public func update(_ registration: Registration, _ interest: Interest) throws(SystemError) {
        guard slots[Int(registration.slot)].generation == registration.generation else { return }
        try control(EPOLL_CTL_MOD, registration, interest)
    }

    /// Stops watching; the descriptor must still be open. Events already fetched are dropped.
    public func unregister(_ registration: Registration) {
        let slot = Int(registration.slot)
        guard slots[slot].generation == registration.generation else { return }
        var unused = epoll_event()
        epoll_ctl(epoll, EPOLL_CTL_DEL, registration.descriptor, &unused)
        slots[slot].handler = nil
        slots[slot].generation &+= 1
        freeSlots.append(registration.slot)
    }

    private func control(_ operation: Int32, _ registration: Registration, _ interest: Interest) throws(SystemError) {
        var event = epoll_event()
        if interest.contains(.readable) { event.events |= EPOLLIN.rawValue }
        if interest.contains(.writable) { event.events |= EPOLLOUT.rawValue }
        event.data.u64 = UInt64(registration.generation) << 32 | UInt64(registration.slot)
        guard epoll_ctl(epoll, operation, registration.descriptor, &event) == 0 else { throw .last("epoll_ctl") }
    }

    // MARK: Running

    /// Turns until `condition` holds at the end of a turn, or `stop()` is called.
    public func run(until condition: () -> Bool = { false }) throws(SystemError) {
        isStopped = false
        while !isStopped, !condition() { try runOnce(maxWait: Self.longestWait) }
    }

    /// Makes `run` return at the end of this turn.
    public func stop() { isStopped = true }

    /// One turn: waits at most `maxWait` for something to do, then does all that is due.
    public func runOnce(maxWait: TimeSpan = .zero) throws(SystemError) {
        precondition(!isTurning, "A handler must not turn the loop that called it.")
        isTurning = true
        defer { isTurning = false }
        let count = try wait(timeToNextWork(limit: maxWait))
        refreshClocks()
        for index in 0..<count { dispatch(events[index]) }
        let limit = timers.nextID
        while let body = timers.takeDue(at: monotonic, before: limit) { body() }
        let batch = deferred
        deferred.removeAll(keepingCapacity: true)
        for body in batch { body() }
    }

    private func timeToNextWork(limit: TimeSpan) -> TimeSpan {
        guard deferred.isEmpty, !spin else { return .zero }
        var wait = min(limit, Self.longestWait)
        if let deadline = timers.earliest() { wait = min(wait, deadline - bootClock()) }
        return max(wait, .zero)
    }

    private func wait(_ span: TimeSpan) throws(SystemError) -> Int {
        var count: Int32 = -1
        if waitsToTheNanosecond {
            count = clinux_epoll_wait_ns(epoll, events.baseAddress, Int32(events.count), span.nanoseconds)
            if count < 0, errno == ENOSYS || errno == EPERM { waitsToTheNanosecond = false }
        }
        if !waitsToTheNanosecond {
            // Rounded up: waking before the deadline would only turn once more for nothing.
            let milliseconds = Int32((span.nanoseconds + 999_999) / 1_000_000)
            count = epoll_wait(epoll, events.baseAddress, Int32(events.count), milliseconds)
        }
        if count >= 0 { return Int(count) }
        if errno == EINTR { return 0 }
        throw .last("epoll_wait")
    }

    /// Reads through one buffer shared by all sockets, so that each delivery is as large as what arrived.
    func receive(from descriptor: Int32) -> (count: Int, bytes: [UInt8]) {
        let count = uninterrupted { recv(descriptor, chunk.baseAddress, chunk.count, 0) }
        guard count > 0 else { return (count, []) }
        return (count, Array(chunk[..<count]))
    }

    private func dispatch(_ event: epoll_event) {
        let slot = Int(event.data.u64 & 0xFFFF_FFFF)
        let generation = UInt32(event.data.u64 >> 32)
        guard slot < slots.count, slots[slot].generation == generation, let handler = slots[slot].handler else {
            return
        }
        let bits = event.events
        handler(
            Readiness(
                readable: bits & EPOLLIN.rawValue != 0, writable: bits & EPOLLOUT.rawValue != 0,
                failed: bits & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0))
    }
}
