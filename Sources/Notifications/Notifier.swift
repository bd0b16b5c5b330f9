internal import Configuration
public import Cryptography
public import Fundamentals
public import Observability
public import SystemIO
internal import Wire

/// Brings notifications to every channel that wants them, on the loop's thread and without ever making the caller wait.
///
/// What goes wrong is told three ways: to `onReport`, in `status`, and through the channels that still work.
public final class Notifier {
    /// Told every delivery and every failure, with the level it deserves in a log.
    public var onReport: (LogLevel, String) -> Void = { _, _ in }

    private let loop: EventLoop
    private let sender: ChannelSender
    private var deliveries: [ChannelDelivery]
    private var gate: RepeatGate
    private var timer: TimerID?
    private var isClosed = false

    /// - Parameters:
    ///   - dedupWindow: equal keys within it are counted instead of sent.
    ///   - tls: whom to trust; needed for `https`.
    public init(
        _ channels: [NotificationChannel], dedupWindow: TimeSpan, tls: TLSContext?, on loop: EventLoop,
        random: RandomSource
    ) throws(SystemError) {
        self.loop = loop
        var random = random
        sender = try ChannelSender(loop, tls: tls, random: random.fork())
        deliveries = channels.map { ChannelDelivery($0, random: random.fork()) }
        gate = RepeatGate(length: dedupWindow)
    }

    /// Returns at once; the message leaves with the next turns of the loop.
    public func notify(_ notification: Notification) {
        guard !isClosed else { return }
        if let notification = gate.pass(notification, at: loop.monotonic) { distribute(notification) }
        proceed()
    }

    /// Nothing waits and nothing is on its way.
    public var isIdle: Bool { deliveries.allSatisfy(\.isIdle) }

    public var status: [ChannelStatus] { deliveries.map { $0.status(at: loop.monotonic) } }

    /// The last moment of a process: tells the counts that are held back, then turns the loop until everything has
    /// left, `limit` is over or `stop` says so.
    public func drain(limit: TimeSpan, unless stop: () -> Bool = { false }) throws(SystemError) {
        for notification in gate.flush() { distribute(notification) }
        proceed()
        var isLate = false
        let deadline = loop.schedule(after: limit) { isLate = true }
        defer { loop.cancel(deadline) }
        try loop.run { isIdle || isLate || stop() }
        let left = deliveries.map { $0.status(at: loop.monotonic).waiting }.reduce(0, +)
        if left > 0 { onReport(.warning, "\(left) alert\(left == 1 ? "" : "s") could not be delivered in time") }
    }

    /// Drops what waits and what is on its way.
    public func close() {
        isClosed = true
        if let timer { loop.cancel(timer) }
        timer = nil
        sender.close()
    }

    // MARK: Channels

    private func distribute(_ notification: Notification) {
        for index in deliveries.indices
        where deliveries[index].channel.minimumSeverity <= notification.severity {
            add(notification, to: index)
        }
    }

    private func add(_ notification: Notification, to index: Int, isAboutChannel: Bool = false) {
        let id = NotificationID(random: secureRandom(16))
        handle(
            deliveries[index].add(notification, id: id, isAboutChannel: isAboutChannel, at: loop.monotonic), of: index)
    }

    /// Starts what is due, and comes back when something else is.
    private func proceed() {
        guard !isClosed else { return }
        let now = loop.monotonic
        for notification in gate.expire(at: now) { distribute(notification) }
        for index in deliveries.indices {
            handle(deliveries[index].expire(at: now), of: index)
            if let entry = deliveries[index].begin(at: now) { send(entry, through: index) }
        }
        if let timer { loop.cancel(timer) }
        let wakes = deliveries.compactMap { $0.nextWake(at: now) } + [gate.nextExpiry].compactMap { $0 }
        timer = wakes.min().map { wake in
            loop.schedule(after: max(wake - now, .milliseconds(1))) { [weak self] in
                self?.timer = nil
                self?.proceed()
            }
        }
    }

    private func send(_ entry: QueuedNotification, through index: Int) {
        let channel = deliveries[index].channel
        let request = channel.request(entry.notification, id: entry.id, at: wallClock())
        sender.send(request, through: channel) { [weak self] result in
            guard let self, !self.isClosed else { return }
            let verdict: ReplyVerdict
            var freshID: NotificationID?
            switch result {
            case .success(let response):
                verdict = channel.verdict(on: response)
                // LINE: a retry key must not follow a 4xx.
                if channel.service == .line, (400..<500).contains(response.status) {
                    freshID = NotificationID(random: secureRandom(16))
                }
            case .failure(let failure): verdict = channel.verdict(on: failure)
            }
            let events = self.deliveries[index].finish(
                verdict, at: self.loop.monotonic, wall: wallClock(), freshID: freshID)
            self.handle(events, of: index)
            self.proceed()
        }
    }

    // MARK: What came of it

    private func handle(_ events: [ChannelDelivery.Event], of index: Int) {
        let name = deliveries[index].channel.name
        for event in events {
            switch event {
            case .delivered(_, let detail): onReport(.debug, "alert through \(name): delivered, \(detail)")
            case .retrying(let reason, let after):
                onReport(.info, "alert through \(name): \(reason); again in \(after.milliseconds) ms")
            case .dropped(let entry):
                onReport(.warning, "alerts through \(name): too many wait, dropped: \(entry.notification.text)")
            case .gaveUp(let entry, let reason):
                onReport(.warning, "alert through \(name) failed: \(reason)")
                if !entry.isAboutChannel { forward(entry.notification, from: index, reason) }
            case .suspended(let reason, let span):
                let text =
                    "alerts through \(name) are suspended for \(span.nanoseconds / 60_000_000_000) min: \(reason)"
                onReport(.warning, text)
                tellOthers(text, than: index)
            case .disabled(let reason):
                let text = "alerts through \(name) are off until the next start: \(reason)"
                onReport(.warning, text)
                tellOthers(text, than: index)
            }
        }
    }

    /// A lost alert that no other channel has had goes to the first other one that works, whatever it asks for.
    private func forward(_ notification: Notification, from index: Int, _ reason: String) {
        let now = loop.monotonic
        let others = deliveries.indices.filter { $0 != index && deliveries[$0].isWorking(at: now) }
        let isElsewhere = others.contains { deliveries[$0].channel.minimumSeverity <= notification.severity }
        guard !isElsewhere, let other = others.first else { return }
        var notification = notification
        notification.text += "\n(through \(deliveries[index].channel.name) it failed: \(reason))"
        add(notification, to: other, isAboutChannel: true)
    }

    private func tellOthers(_ text: String, than index: Int) {
        let now = loop.monotonic
        let notification = Notification(.warning, title: "apus alerts", text: text, at: wallClock())
        for other in deliveries.indices where other != index && deliveries[other].isWorking(at: now) {
            add(notification, to: other, isAboutChannel: true)
        }
    }
}
