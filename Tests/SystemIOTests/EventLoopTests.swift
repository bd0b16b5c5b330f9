internal import Fundamentals
internal import Glibc
internal import SystemIO
import Testing

@Suite struct `One thread and its events` {
    @Test func `timers fire once in order of deadline, and canceled ones not at all`() throws {
        let loop = try EventLoop()
        var random = RandomSource(seed: 3)
        var expected: [(delay: Int64, number: Int)] = []
        var fired: [Int] = []
        for number in 0..<2_000 {
            let delay = random.integer(in: -5...20_000)
            let timer = loop.schedule(after: .microseconds(delay)) { fired.append(number) }
            if random.chance(2, in: 3) { loop.cancel(timer) } else { expected.append((max(delay, 0), number)) }
        }
        let last = loop.schedule(after: .milliseconds(25)) { loop.stop() }
        try loop.run()
        #expect(fired == expected.sorted { $0 < $1 }.map(\.number))
        loop.cancel(last)
    }

    @Test func `a timer never fires before its time`() throws {
        let loop = try EventLoop()
        let start = bootClock()
        var end = start
        loop.schedule(after: .microseconds(1_500)) { end = bootClock() }
        try loop.run { end > start }
        #expect(end - start >= .microseconds(1_500))
    }

    @Test func `a timer that reschedules itself for now does not hold up the loop`() throws {
        let loop = try EventLoop()
        var count = 0
        func again() {
            count += 1
            loop.schedule(after: .zero, again)
        }
        again()
        for _ in 0..<10 { try loop.runOnce() }
        #expect(count == 11)
    }

    @Test func `deferred work runs after this turn's events and before any sleep`() throws {
        let loop = try EventLoop()
        var order: [String] = []
        loop.schedule(after: .zero) { order.append("timer") }
        loop.enqueue {
            order.append("deferred")
            loop.enqueue { order.append("next turn") }
        }
        try loop.runOnce()
        #expect(order == ["timer", "deferred"])
        try loop.runOnce(maxWait: .hours(1))
        #expect(order == ["timer", "deferred", "next turn"])
    }

    @Test func `a descriptor that is reused does not inherit events`() throws {
        let loop = try EventLoop()
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        defer { ends.forEach { close($0) } }
        var calls: [Int] = []
        let first = try loop.register(ends[0], .readable) { _ in calls.append(1) }
        #expect(write(ends[1], "x", 1) == 1)
        loop.unregister(first)
        let second = try loop.register(ends[0], .readable) { _ in calls.append(2) }
        loop.unregister(first)
        try loop.runOnce()
        #expect(calls == [2])
        loop.unregister(second)
        try loop.runOnce()
        #expect(calls == [2])
    }

    @Test func `signals arrive as events`() throws {
        let loop = try EventLoop()
        var received: [ProcessSignal] = []
        let watcher = try SignalWatcher(loop: loop, [.user1, .windowChange]) { received.append($0) }
        // To this thread, because the threads of the test runner do not block them.
        pthread_kill(pthread_self(), SIGUSR1)
        pthread_kill(pthread_self(), SIGWINCH)
        try loop.run { received.count == 2 }
        #expect(received == [.user1, .windowChange])
        withExtendedLifetime(watcher) {}
    }

    @Test func `numeric hosts and localhost resolve without a name server`() throws {
        let bench = try Bench()
        var found: [String] = []
        for host in ["127.0.0.1", "localhost", "::1"] {
            bench.resolver.resolve(host, port: 80) { found.append((try? $0.get().first?.description) ?? "none") }
        }
        #expect(found.isEmpty, "never before resolve returns")
        try bench.run("addresses") { found.count == 3 }
        #expect(found == ["127.0.0.1:80", "127.0.0.1:80", "[::1]:80"])
    }

    @Test(arguments: [
        ("https://fapi.example.com/a?b=c", "https://fapi.example.com", "/a?b=c"),
        ("ws://127.0.0.1:8080", "ws://127.0.0.1:8080", "/"),
        ("http://[::1]:80?x", "http://[::1]", "/?x"), ("wss://Host.Example:443/ws", "wss://host.example", "/ws"),
    ]) func `a URL is an origin and a target`(url: String, origin: String, target: String) throws {
        let parsed = try #require(Origin.parse(url: url))
        #expect(parsed.origin.description == origin)
        #expect(parsed.target == target)
    }

    @Test(arguments: [
        "", "ftp://x/", "http://", "http://:80", "http://x:0", "http://x:99999", "http://user@x/", "http://x/#f",
        "http://x y/", "http://x/\r\nHost: z", "http://[::1/", "http://[::1]x",
    ]) func `what is no such URL is refused`(url: String) {
        #expect(Origin.parse(url: url) == nil)
    }

    @Test func `arbitrary text never traps the URL parser`() {
        var random = RandomSource(seed: 5)
        let alphabet = Array("htps:/[]?#.@x1%\r\n é")
        for _ in 0..<20_000 {
            let count = random.integer(in: 0...24)
            let tail = (0..<count).map { _ in alphabet[Int(random.integer(in: 0...Int64(alphabet.count - 1)))] }
            if let (origin, target) = Origin.parse(url: "http://" + String(tail)) {
                #expect(!origin.host.isEmpty && target.hasPrefix("/"))
            }
        }
    }
}
