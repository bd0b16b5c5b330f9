internal import Configuration
internal import Fundamentals

/// One channel's queue, rate limit, retries and state, without IO: what is to be sent comes out of `begin`, what came of
/// it goes into `finish`. Times are of one clock that does not step.
struct ChannelDelivery {
    enum Event {
        case delivered(QueuedNotification, String)
        case retrying(String, after: TimeSpan)
        case gaveUp(QueuedNotification, String)
        case dropped(QueuedNotification)
        case suspended(String, TimeSpan)
        case disabled(String)
    }

    static let capacity = 100
    static let lifetime = TimeSpan.minutes(10)
    private static let longestBackoff = TimeSpan.minutes(5)

    private(set) var channel: NotificationChannel
    private var queue = NotificationQueue(capacity: capacity)
    private var bucket: RateBucket
    private var notBefore = Instant.distantPast
    private var suspendedUntil: Instant?
    private var suspendedFor = ""
    private var disabledFor: String?
    private var random: RandomSource
    private(set) var inFlight: QueuedNotification?
    /// Dropped since the last delivery: the next message says so.
    private var unsaidDrops = 0
    private var counts = (delivered: 0, retried: 0, failed: 0, dropped: 0)
    private var lastFailure: String?

    init(_ channel: NotificationChannel, random: RandomSource) {
        self.channel = channel
        self.random = random
        bucket = RateBucket(for: channel.service)
    }

    var isIdle: Bool { inFlight == nil && queue.isEmpty }

    func isWorking(at now: Instant) -> Bool { disabledFor == nil && (suspendedUntil.map { $0 <= now } ?? true) }

    func status(at now: Instant) -> ChannelStatus {
        let state: ChannelStatus.State =
            if let disabledFor {
                .disabled(disabledFor)
            } else if let suspendedUntil, suspendedUntil > now {
                .suspended(suspendedFor, left: suspendedUntil - now)
            } else {
                .working
            }
        return ChannelStatus(
            name: channel.name, service: channel.service, state: state,
            waiting: queue.count + (inFlight == nil ? 0 : 1), delivered: counts.delivered, retried: counts.retried,
            failed: counts.failed, dropped: counts.dropped, lastFailure: lastFailure)
    }

    // MARK: In

    /// Takes a notification; what a full queue loses is in the events.
    mutating func add(
        _ notification: Notification, id: NotificationID, isAboutChannel: Bool = false, at now: Instant
    ) -> [Event] {
        let entry = QueuedNotification(
            notification: notification, id: id, added: now, isAboutChannel: isAboutChannel)
        guard isWorking(at: now) else {
            counts.failed += 1
            return [.gaveUp(entry, "the channel is \(disabledFor == nil ? "suspended" : "disabled")")]
        }
        guard let lost = queue.add(entry) else { return [] }
        counts.dropped += 1
        unsaidDrops += 1
        return [.dropped(lost)]
    }

    // MARK: Out

    /// The next attempt, once it is due and nothing else is on its way.
    mutating func begin(at now: Instant) -> QueuedNotification? {
        guard inFlight == nil, isWorking(at: now), notBefore <= now, bucket.readyAt <= now, var entry = queue.take()
        else { return nil }
        entry.attempts += 1
        bucket.take(at: now)
        inFlight = entry
        guard unsaidDrops > 0 else { return entry }
        entry.notification.text += "\n(\(unsaidDrops) earlier dropped: too many at once)"
        return entry
    }

    /// What has waited too long.
    mutating func expire(at now: Instant) -> [Event] {
        queue.removeOlder(than: now - Self.lifetime).map { giveUp($0, "not delivered within ten minutes") }
    }

    /// When `begin` or `expire` may have something to do; nil for not before something else happens.
    func nextWake(at now: Instant) -> Instant? {
        guard let oldest = queue.oldest else { return nil }
        let end = oldest + Self.lifetime + .milliseconds(1)
        guard inFlight == nil else { return end }
        return min(end, max(notBefore, bucket.readyAt))
    }

    /// - Parameters:
    ///   - wall: the calendar's time, for what is counted by days and months.
    ///   - freshID: names the notification from now on, where the service does not want the old name again.
    mutating func finish(
        _ verdict: ReplyVerdict, at now: Instant, wall: Instant, freshID: NotificationID? = nil
    ) -> [Event] {
        guard var entry = inFlight else { return [] }
        inFlight = nil
        switch verdict {
        case .delivered(let detail, let pause):
            counts.delivered += 1
            unsaidDrops = 0
            if let pause { notBefore = now + pause }
            return [.delivered(entry, detail)]
        case .moved(let chat):
            guard entry.attempts < 3 else { return [giveUp(entry, "the chat moved again and again")] }
            channel.moveTelegram(to: chat)
            queue.putBack(entry)
            return [.retrying("the chat has a new id, \(chat): put it into the configuration", after: .zero)]
        case .rejected(let reason): return [giveUp(entry, reason)]
        case .retry(let reason, let after, let attempts):
            let wait = after ?? backoff(entry.attempts)
            notBefore = now + wait
            lastFailure = reason
            guard entry.attempts < attempts, now + wait - entry.added <= Self.lifetime else {
                return [giveUp(entry, "\(reason), after \(entry.attempts) attempt\(entry.attempts == 1 ? "" : "s")")]
            }
            counts.retried += 1
            entry.id = freshID ?? entry.id
            queue.putBack(entry)
            return [.retrying(reason, after: wait)]
        case .suspended(let reason, let span):
            let length = Calendar.length(of: span, at: wall)
            (suspendedUntil, suspendedFor) = (now + length, reason)
            return [giveUp(entry, reason)] + giveUpAll("the channel is suspended") + [.suspended(reason, length)]
        case .gone(let reason):
            disabledFor = reason
            return [giveUp(entry, reason)] + giveUpAll("the channel is disabled") + [.disabled(reason)]
        }
    }

    private mutating func giveUp(_ entry: QueuedNotification, _ reason: String) -> Event {
        counts.failed += 1
        lastFailure = reason
        return .gaveUp(entry, reason)
    }

    private mutating func giveUpAll(_ reason: String) -> [Event] {
        queue.removeAll().map { entry in
            counts.failed += 1
            return .gaveUp(entry, reason)
        }
    }

    /// Doubles, with up to a quarter more by chance; ntfy refills evenly, so there it grows evenly.
    private mutating func backoff(_ attempts: Int) -> TimeSpan {
        let doubled = Int64(1) << Int64(min(max(attempts - 1, 0), 16))
        let span: TimeSpan =
            switch channel.service {
            case .line: .seconds(1) * doubled
            case .telegram, .slack, .discord: .seconds(2) * doubled
            case .ntfy: .seconds(5) * Int64(attempts)
            case .webhook: .seconds(5) * doubled
            }
        let bounded = min(span, Self.longestBackoff)
        return bounded + TimeSpan(nanoseconds: random.integer(in: 0...bounded.nanoseconds / 4))
    }
}

extension NotificationChannel {
    /// Telegram gives a group that grows a new id.
    mutating func moveTelegram(to chat: String) {
        guard case .telegram(let token, _, let thread) = details else { return }
        details = .telegram(token: token, chat: chat, thread: thread)
    }
}

/// Days and months in UTC.
enum Calendar {
    static func length(of suspension: ReplyVerdict.Suspension, at wall: Instant) -> TimeSpan {
        let day: Int64 = 86_400_000_000_000
        let sinceMidnight = wall.nanoseconds % day
        switch suspension {
        case .span(let span): return span
        case .nextDay: return TimeSpan(nanoseconds: day - sinceMidnight)
        case .nextMonth:
            let days = daysLeft(inMonthOf: wall.nanoseconds / day)
            return TimeSpan(nanoseconds: days * day - sinceMidnight)
        }
    }

    /// From the given day (since 1970) up to the first of the next month.
    private static func daysLeft(inMonthOf day: Int64) -> Int64 {
        // The calendar repeats every 400 years of 146,097 days; years are counted from March.
        let dayOfEra = (day + 719_468) % 146_097
        let year = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * year + year / 4 - year / 100)
        let month = (5 * dayOfYear + 2) / 153
        guard month < 11 else {
            // February, the last month of such a year.
            let isLeap = (year + 1) % 4 == 0 && ((year + 1) % 100 != 0 || (year + 1) % 400 == 0)
            return (isLeap ? 366 : 365) - dayOfYear
        }
        return (153 * (month + 1) + 2) / 5 - dayOfYear
    }
}
