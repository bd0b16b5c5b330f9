internal import Configuration
internal import Fundamentals
import Testing

@testable internal import Notifications

/// A channel's delivery under virtual time.
private struct Desk {
    var delivery: ChannelDelivery
    var now = Instant(milliseconds: 1_000_000)
    var nextID: UInt8 = 0
    /// What happened, in words.
    var told: [String] = []

    init(_ service: NotificationService = .slack) throws {
        delivery = ChannelDelivery(try channel(service), random: RandomSource(seed: 1))
    }

    mutating func add(_ notification: Notifications.Notification) {
        nextID &+= 1
        let id = NotificationID(random: [UInt8](repeating: nextID, count: 16))
        note(delivery.add(notification, id: id, at: now))
    }

    mutating func begin() -> String? { delivery.begin(at: now)?.notification.text }

    mutating func finish(_ verdict: ReplyVerdict) { note(delivery.finish(verdict, at: now, wall: newYear)) }

    /// To the next time at which something is due.
    mutating func sleep() -> TimeSpan {
        let wake = max(delivery.nextWake(at: now) ?? now, now)
        defer { now = wake }
        return wake - now
    }

    mutating func note(_ events: [ChannelDelivery.Event]) {
        told += events.map { event in
            switch event {
            case .delivered(let entry, _): "delivered \(entry.notification.text)"
            case .retrying: "retrying"
            case .gaveUp(let entry, let reason): "gave up \(entry.notification.text): \(reason)"
            case .dropped(let entry): "dropped \(entry.notification.text)"
            case .suspended: "suspended"
            case .disabled: "disabled"
            }
        }
    }
}

@Suite struct `One channel's delivery` {
    @Test func `sends one at a time, the worst first`() throws {
        var desk = try Desk()
        desk.add(warning("first"))
        desk.add(alarm("worse"))
        #expect(desk.begin() == "worse")
        #expect(desk.begin() == nil)
        desk.finish(.delivered("ok"))
        #expect(desk.begin() == "first")
        desk.finish(.delivered("ok"))
        #expect(desk.delivery.isIdle && desk.told == ["delivered worse", "delivered first"])
    }

    @Test func `a burst is followed by one message in each interval`() throws {
        var desk = try Desk(.telegram)
        for number in 1...7 { desk.add(warning("\(number)")) }
        var waits: [TimeSpan] = []
        for _ in 1...7 {
            waits.append(desk.sleep())
            #expect(desk.begin() != nil)
            desk.finish(.delivered("ok"))
        }
        #expect(waits == [.zero, .zero, .zero, .zero, .zero, .seconds(4), .seconds(4)])
    }

    @Test func `a full queue loses the oldest of the least severity, and the next message says so`() throws {
        var desk = try Desk()
        desk.add(alarm("keep"))
        for number in 0..<ChannelDelivery.capacity { desk.add(warning("w\(number)")) }
        #expect(desk.told == ["dropped w0"])
        desk.add(Notifications.Notification(.info, title: "t", text: "least", at: newYear))
        #expect(desk.told.last == "dropped least")
        #expect(desk.begin() == "keep\n(2 earlier dropped: too many at once)")
        desk.finish(.delivered("ok"))
        #expect(desk.begin() == "w1")
        #expect(desk.delivery.status(at: desk.now).dropped == 2)
    }

    @Test func `waits as long as the service says before it tries again`() throws {
        var desk = try Desk()
        desk.add(alarm("a"))
        _ = desk.begin()
        desk.finish(.retry("rate_limited", after: .seconds(30)))
        #expect(desk.begin() == nil)
        #expect(desk.sleep() == .seconds(30))
        #expect(desk.begin() == "a")
    }

    @Test func `doubles the wait with each attempt, and gives up after five`() throws {
        var desk = try Desk(.line)
        desk.add(alarm("a"))
        let ids = try (1...5).map { _ in
            let begun = desk.delivery.begin(at: desk.now)
            let entry = try #require(begun)
            desk.finish(.retry("HTTP 500"))
            if !desk.delivery.isIdle {
                let wait = desk.sleep()
                let least = TimeSpan.seconds(1) * (Int64(1) << Int64(entry.attempts - 1))
                #expect(wait >= least && wait <= least + least / 4)
            }
            return entry.id
        }
        #expect(Set(ids).count == 1)
        #expect(desk.told.last == "gave up a: HTTP 500, after 5 attempts")
        #expect(desk.delivery.status(at: desk.now).retried == 4)
    }

    @Test func `does not wait beyond the ten minutes in which an alert is news`() throws {
        var desk = try Desk()
        desk.add(alarm("a"))
        _ = desk.begin()
        desk.finish(.retry("rate_limited", after: .hours(1)))
        #expect(desk.told == ["gave up a: rate_limited, after 1 attempt"])
        desk.add(alarm("b"))
        #expect(desk.sleep() == ChannelDelivery.lifetime + .milliseconds(1))
        desk.note(desk.delivery.expire(at: desk.now))
        #expect(desk.told.last == "gave up b: not delivered within ten minutes")
    }

    @Test func `a channel whose token is gone takes nothing more`() throws {
        var desk = try Desk()
        desk.add(alarm("a"))
        desk.add(alarm("b"))
        _ = desk.begin()
        desk.finish(.gone("no_service"))
        desk.add(alarm("c"))
        #expect(
            desk.told == [
                "gave up a: no_service", "gave up b: the channel is disabled", "disabled",
                "gave up c: the channel is disabled",
            ])
        #expect(desk.delivery.status(at: desk.now).state == .disabled("no_service"))
        #expect(desk.delivery.begin(at: desk.now) == nil)
    }

    @Test func `a spent monthly quota suspends it until the month is over`() throws {
        var desk = try Desk(.line)
        desk.add(alarm("a"))
        _ = desk.begin()
        desk.finish(.suspended("monthly limit", .nextMonth))
        #expect(!desk.delivery.isWorking(at: desk.now + .hours(24 * 31) - .seconds(1)))
        #expect(desk.delivery.isWorking(at: desk.now + .hours(24 * 31)))
    }

    @Test func `a Telegram group that moved is written to under its new id`() throws {
        var desk = try Desk(.telegram)
        desk.add(alarm("a"))
        _ = desk.begin()
        desk.finish(.moved(chat: "-1009"))
        let begun = desk.delivery.begin(at: desk.now)
        let entry = try #require(begun)
        let request = desk.delivery.channel.request(entry.notification, id: entry.id, at: newYear)
        #expect(request.text.hasPrefix(#"{"chat_id":-1009,"#))
    }

    @Test(arguments: [
        ("2026-01-01", 0, 31), ("2026-01-31", 30, 1), ("2026-02-01", 31, 28), ("2028-02-29", 789, 1),
        ("2026-12-31", 364, 1), ("2100-02-28", 27_086, 1), ("2026-03-01", 59, 31), ("2026-04-15", 104, 16),
    ])
    func `months have their days`(name: String, day: Int64, left: Int64) {
        let wall = newYear + .hours(24) * day
        #expect(Calendar.length(of: .nextMonth, at: wall) == .hours(24) * left, "\(name)")
        #expect(Calendar.length(of: .nextDay, at: wall + .hours(1)) == .hours(23))
    }

    @Test(arguments: 0..<6)
    func `whatever happens, every notification has exactly one end`(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        var desk = try Desk(NotificationService.allCases[Int(seed)])
        var added = 0
        var ends = 0
        for _ in 0..<3_000 {
            switch random.integer(in: 0...3) {
            case 0:
                desk.add(random.chance(1, in: 3) ? alarm("n") : warning("n"))
                added += 1
            case 1: _ = desk.begin()
            case 2:
                let verdicts: [ReplyVerdict] = [
                    .delivered("ok"), .retry("no"), .retry("no", after: .seconds(3)), .rejected("bad"),
                    .moved(chat: "1"), .suspended("quota", .span(.minutes(5))),
                ]
                desk.finish(verdicts[Int(random.integer(in: 0...5))])
            default: desk.now = desk.now + .milliseconds(random.integer(in: 0...20_000))
            }
            desk.note(desk.delivery.expire(at: desk.now))
            ends += desk.told.count { !["retrying", "suspended", "disabled"].contains($0) }
            desk.told = []
            let status = desk.delivery.status(at: desk.now)
            #expect(status.waiting <= ChannelDelivery.capacity + 1 && added == ends + status.waiting)
        }
    }
}

@Suite struct `Repeated alerts` {
    @Test func `are counted within the window and told once when it is over`() throws {
        var gate = RepeatGate(length: .seconds(60))
        let start = Instant(milliseconds: 0)
        #expect(gate.pass(warning("book of BTC is invalid", key: "book"), at: start) != nil)
        #expect(gate.pass(warning("book of BTC is invalid", key: "book"), at: start + .seconds(1)) == nil)
        #expect(gate.pass(warning("book of BTC is invalid", key: "book"), at: start + .seconds(59)) == nil)
        #expect(gate.pass(warning("another", key: "other"), at: start + .seconds(59)) != nil)
        #expect(gate.nextExpiry == start + .seconds(60))
        #expect(gate.expire(at: start + .seconds(60)).map(\.text) == ["book of BTC is invalid (2 times more)"])
        #expect(gate.expire(at: start + .hours(1)).isEmpty)
        #expect(gate.pass(warning("book of BTC is invalid", key: "book"), at: start + .hours(1)) != nil)
    }

    @Test func `pass at once when they have become worse, or have no key`() {
        var gate = RepeatGate(length: .seconds(60))
        let now = Instant(milliseconds: 0)
        #expect(gate.pass(warning("x", key: "x"), at: now) != nil)
        #expect(gate.pass(alarm("x", key: "x"), at: now) != nil)
        #expect(gate.pass(warning("x", key: "x"), at: now) == nil)
        #expect(gate.pass(alarm("breaker: loss"), at: now) != nil)
        #expect(gate.pass(alarm("breaker: loss"), at: now) != nil)
    }

    @Test func `of a thousand kinds keep no more than a bounded number of windows`() {
        var gate = RepeatGate(length: .hours(1))
        for number in 0..<1_000 {
            for _ in 0..<2 { _ = gate.pass(warning("x", key: "\(number)"), at: Instant(milliseconds: 0)) }
        }
        #expect(gate.flush().count == 256)
    }
}
