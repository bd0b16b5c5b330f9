internal import CLinux
internal import Glibc
internal import Synchronization

/// One worker thread beside the loop: work goes in and results come out in the order of submission, and completions run
/// on the loop's thread.
///
/// For pure computation that would hold up the loop. The thread takes no signal, and touches nothing of the loop's.
public final class WorkLane<Output: Sendable> {
    private let loop: EventLoop
    private let desk: WorkDesk<Output>
    private var registration: EventLoop.Registration?
    private var thread: pthread_t?
    /// Of everything submitted and not yet delivered, oldest first.
    private var completions: [(Output) -> Void] = []

    public init(loop: EventLoop) throws(SystemError) {
        self.loop = loop
        desk = try WorkDesk()
        thread = try Self.start(desk)
        do throws(SystemError) {
            registration = try loop.register(desk.descriptor, .readable) { [weak self] _ in self?.deliver() }
        } catch {
            join()
            throw error
        }
    }

    deinit { close() }

    /// Submitted and not yet delivered.
    public var outstanding: Int { completions.count }

    /// Runs `work` on the lane's thread, then `completion` on the loop's: never before this returns, and not after
    /// `close`.
    public func submit(_ work: @escaping @Sendable () -> Output, completion: @escaping (Output) -> Void) {
        guard thread != nil else { return }
        completions.append(completion)
        desk.put(work)
    }

    /// Ends the thread: what it has begun it finishes, what waits is dropped, and no completion runs any more.
    public func close() {
        guard thread != nil else { return }
        if let registration { loop.unregister(registration) }
        registration = nil
        completions = []
        join()
    }

    private func deliver() {
        for output in desk.takeOutputs() {
            // A completion may have closed the lane.
            guard !completions.isEmpty else { return }
            completions.removeFirst()(output)
        }
    }

    private func join() {
        desk.close()
        if let thread { pthread_join(thread, nil) }
        thread = nil
    }

    private static func start(_ desk: WorkDesk<Output>) throws(SystemError) -> pthread_t {
        // A thread inherits its maker's mask. Signals are for the thread that watches them.
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(ThreadBody { desk.work() })
        let code = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, argument.toOpaque())
        guard code == 0 else {
            argument.release()
            throw SystemError(call: "pthread_create", errno: code)
        }
        return thread
    }
}

/// What a thread is given: a C function pointer captures nothing.
private final class ThreadBody: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// The only state that the two threads share.
private final class WorkDesk<Output: Sendable>: Sendable {
    private struct State {
        var waiting: [@Sendable () -> Output] = []
        var outputs: [Output] = []
        var isClosed = false
    }

    /// Readable while there are outputs.
    let descriptor: Int32
    private let state = Mutex(State())
    /// Counts what waits; the worker sleeps on it.
    private nonisolated(unsafe) let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() throws(SystemError) {
        descriptor = clinux_eventfd()
        guard descriptor >= 0 else {
            let error = SystemError.last("eventfd")
            semaphore.deallocate()
            throw error
        }
        sem_init(semaphore, 0, 0)
    }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
        Glibc.close(descriptor)
    }

    func put(_ work: @escaping @Sendable () -> Output) {
        state.withLock { $0.waiting.append(work) }
        sem_post(semaphore)
    }

    func close() {
        state.withLock {
            $0.isClosed = true
            $0.waiting = []
        }
        sem_post(semaphore)
    }

    func takeOutputs() -> [Output] {
        var count: UInt64 = 0
        _ = uninterrupted { read(descriptor, &count, 8) }
        return state.withLock { state in
            defer { state.outputs = [] }
            return state.outputs
        }
    }

    func work() {
        while let next = take() {
            let output = next()
            state.withLock { $0.outputs.append(output) }
            var one: UInt64 = 1
            _ = uninterrupted { write(descriptor, &one, 8) }
        }
    }

    /// The next piece of work, waited for; nil when the lane is closed.
    private func take() -> (@Sendable () -> Output)? {
        while true {
            while sem_wait(semaphore) != 0, errno == EINTR {}
            let (work, isClosed) = state.withLock { state in
                (state.waiting.isEmpty ? nil : state.waiting.removeFirst(), state.isClosed)
            }
            if isClosed { return nil }
            if let work { return work }
        }
    }
}
