internal import Fundamentals
internal import Glibc
internal import Synchronization
internal import SystemIO
import Testing
internal import VenueKit
internal import Wire

@testable internal import Runtime

@Suite struct `Requests leave in the order of their commands` {
    /// Stands in for signing, and lasts until it is let go.
    private final class Gate: Sendable {
        let isOpen = Mutex(false)

        func wait() { while !isOpen.withLock({ $0 }) { sched_yield() } }
        func open() { isOpen.withLock { $0 = true } }
    }

    private func request(_ name: String) -> HTTPRequest { HTTPRequest(method: .get, target: "/\(name)") }

    @Test func `a request that is signed already waits for earlier ones that are not`() throws {
        let loop = try EventLoop()
        let queue = try SigningQueue(loop: loop)
        var sent: [String] = []
        queue.onReady = { id, request, _ in sent.append("\(id.number)\(request.target)") }
        let gate = Gate()
        let deadline = loop.now + .seconds(60)
        queue.add(RequestID(1), request("a"), deadline: deadline)
        #expect(sent == ["1/a"], "with nothing ahead of it a signed request goes out at once")
        let late = request("b")
        queue.add(
            RequestID(2),
            UnsignedRequest(RequestID(2)) {
                gate.wait()
                return late
            }, deadline: deadline)
        let later = request("d")
        queue.add(RequestID(3), request("c"), deadline: deadline)
        queue.add(RequestID(4), UnsignedRequest(RequestID(4)) { later }, deadline: deadline)
        queue.add(RequestID(5), request("e"), deadline: deadline)
        for _ in 0..<3 { try loop.runOnce() }
        #expect(sent == ["1/a"])
        gate.open()
        try loop.run { sent.count == 5 }
        #expect(sent == ["1/a", "2/b", "3/c", "4/d", "5/e"])
    }

    @Test func `a deadline holds while a signature is awaited, and others go on`() throws {
        let loop = try EventLoop()
        let queue = try SigningQueue(loop: loop)
        var told: [String] = []
        queue.onReady = { id, _, _ in told.append("sent \(id.number)") }
        queue.onExpired = { told.append("expired \($0.number)") }
        let gate = Gate()
        let signed = request("x")
        queue.add(
            RequestID(1),
            UnsignedRequest(RequestID(1)) {
                gate.wait()
                return signed
            }, deadline: loop.now + .milliseconds(5))
        queue.add(RequestID(2), request("y"), deadline: loop.now + .seconds(60))
        try loop.run { told.count == 2 }
        #expect(told == ["expired 1", "sent 2"])
        gate.open()
        queue.add(RequestID(3), UnsignedRequest(RequestID(3)) { signed }, deadline: loop.now + .seconds(60))
        try loop.run { told.count == 3 }
        #expect(told == ["expired 1", "sent 2", "sent 3"])
    }

    @Test func `closing returns what was neither sent nor reported`() throws {
        let loop = try EventLoop()
        let queue = try SigningQueue(loop: loop)
        var sent = 0
        queue.onReady = { _, _, _ in sent += 1 }
        let signed = request("x")
        let deadline = loop.now + .seconds(60)
        queue.add(RequestID(7), UnsignedRequest(RequestID(7)) { signed }, deadline: deadline)
        queue.add(RequestID(8), request("y"), deadline: deadline)
        #expect(queue.close() == [RequestID(7), RequestID(8)])
        for _ in 0..<3 { try loop.runOnce() }
        #expect(sent == 0)
    }
}
