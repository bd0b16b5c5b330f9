internal import CLinux
public import Fundamentals
internal import Glibc
internal import Synchronization

/// A name that did not turn into addresses.
public struct ResolveFailure: Error, Hashable, Sendable, CustomStringConvertible {
    public var host: String
    /// The `EAI_…` number of getaddrinfo(3), or 0 for no answer in time.
    public var code: Int32

    public var description: String {
        code == 0 ? "\(host): no answer from the resolver in time" : "\(host): \(String(cString: gai_strerror(code)))"
    }
}

/// Names to addresses, off the loop's thread, with the last good answer kept for reconnects.
///
/// Numeric addresses and `localhost` answer at once. An answer is reused for a minute; when a later question fails, the
/// last good answer stands, because a venue's name server being down must not keep us from our orders.
public final class Resolver {
    public typealias Completion = (Result<[SocketAddress], ResolveFailure>) -> Void

    private struct Entry {
        var addresses: [SocketAddress]
        var freshUntil: Instant
    }
    private struct Key: Hashable {
        var host: String
        var port: UInt16
    }
    private struct Waiting {
        var id: UInt64
        var completion: Completion
        var timer: TimerID
    }

    private let loop: EventLoop
    private let mailbox: ResolverMailbox
    private var registration: EventLoop.Registration?
    private var cache: [Key: Entry] = [:]
    private var waiting: [Key: [Waiting]] = [:]
    private var lookUps: [Key] = []
    private var nextID: UInt64 = 0
    private let timeout: TimeSpan
    private static let freshness = TimeSpan.minutes(1)
    private static let maxNames = 256
    private static let maxThreads = 4

    /// - Parameter timeout: the longest wait for one answer.
    public init(loop: EventLoop, timeout: TimeSpan = .seconds(10)) throws(SystemError) {
        self.loop = loop
        self.timeout = timeout
        mailbox = try ResolverMailbox()
        registration = try loop.register(mailbox.descriptor, .readable) { [weak self] _ in self?.collect() }
    }

    deinit {
        if let registration { loop.unregister(registration) }
    }

    /// Calls back exactly once, never before this returns.
    public func resolve(_ host: String, port: UInt16, _ completion: @escaping Completion) {
        if let numeric = SocketAddress(numeric: host, port: port) {
            return loop.enqueue { completion(.success([numeric])) }
        }
        let key = Key(host: host, port: port)
        if let entry = cache[key], loop.monotonic < entry.freshUntil {
            return loop.enqueue { completion(.success(entry.addresses)) }
        }
        nextID += 1
        let id = nextID
        let timer = loop.schedule(after: timeout) { [weak self] in self?.expire(key, id) }
        waiting[key, default: []].append(Waiting(id: id, completion: completion, timer: timer))
        start(key)
    }

    private func start(_ key: Key) {
        guard !lookUps.contains(key) else { return }
        // A thread stuck in getaddrinfo is not ours to stop; what finds no thread waits for its timeout.
        guard lookUps.count < Self.maxThreads else { return }
        lookUps.append(key)
        guard !mailbox.ask(host: key.host, port: key.port) else { return }
        loop.enqueue { [weak self] in self?.finish(key, .failure(ResolveFailure(host: key.host, code: EAI_MEMORY))) }
    }

    private func collect() {
        for answer in mailbox.takeAnswers() { finish(Key(host: answer.host, port: answer.port), answer.result) }
    }

    private func finish(_ key: Key, _ result: Result<[SocketAddress], ResolveFailure>) {
        lookUps.removeAll { $0 == key }
        if case .success(let addresses) = result {
            if cache.count >= Self.maxNames { cache.removeAll() }
            cache[key] = Entry(addresses: addresses, freshUntil: loop.monotonic + Self.freshness)
        }
        for waiter in waiting.removeValue(forKey: key) ?? [] {
            loop.cancel(waiter.timer)
            waiter.completion(lastGood(key) ?? result)
        }
        if let next = waiting.keys.first(where: { !lookUps.contains($0) }) { start(next) }
    }

    private func expire(_ key: Key, _ id: UInt64) {
        guard let index = waiting[key]?.firstIndex(where: { $0.id == id }),
            let waiter = waiting[key]?.remove(at: index)
        else { return }
        if waiting[key]?.isEmpty == true { waiting[key] = nil }
        waiter.completion(lastGood(key) ?? .failure(ResolveFailure(host: key.host, code: 0)))
    }

    private func lastGood(_ key: Key) -> Result<[SocketAddress], ResolveFailure>? {
        cache[key].map { .success($0.addresses) }
    }
}

/// Carries questions to threads and answers back: the only state that two threads share.
private final class ResolverMailbox: Sendable {
    struct Answer: Sendable {
        var host: String
        var port: UInt16
        var result: Result<[SocketAddress], ResolveFailure>
    }
    private final class Question: Sendable {
        let host: String
        let port: UInt16
        let mailbox: ResolverMailbox

        init(host: String, port: UInt16, mailbox: ResolverMailbox) {
            self.host = host
            self.port = port
            self.mailbox = mailbox
        }
    }

    let descriptor: Int32
    private let answers = Mutex<[Answer]>([])

    init() throws(SystemError) {
        descriptor = clinux_eventfd()
        guard descriptor >= 0 else { throw .last("eventfd") }
    }

    // The last thread still looking something up keeps the mailbox, and with it the descriptor, alive.
    deinit { close(descriptor) }

    /// False when no thread could be made.
    func ask(host: String, port: UInt16) -> Bool {
        let question = Unmanaged.passRetained(Question(host: host, port: port, mailbox: self))
        var thread = pthread_t()
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let code = pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument else { return nil }
                let question = Unmanaged<Question>.fromOpaque(argument).takeRetainedValue()
                question.mailbox.answer(question.host, question.port)
                return nil
            }, question.toOpaque())
        if code != 0 { question.release() }
        return code == 0
    }

    private func answer(_ host: String, _ port: UInt16) {
        let result = SocketAddress.lookUp(host, port, flags: AI_ADDRCONFIG)
        answers.withLock { $0.append(Answer(host: host, port: port, result: result)) }
        var one: UInt64 = 1
        _ = uninterrupted { write(descriptor, &one, 8) }
    }

    func takeAnswers() -> [Answer] {
        var count: UInt64 = 0
        _ = uninterrupted { read(descriptor, &count, 8) }
        return answers.withLock { list in
            defer { list.removeAll() }
            return list
        }
    }
}
