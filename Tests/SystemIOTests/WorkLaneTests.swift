internal import Fundamentals
internal import Glibc
internal import Synchronization
internal import SystemIO
import Testing

@Suite struct `Work beside the loop comes back in order` {
    @Test func `results arrive in the order of submission, on the loop's thread`() throws {
        let bench = try Bench()
        let lane = try WorkLane<Int>(loop: bench.loop)
        let loopThread = pthread_self()
        let isElsewhere = Mutex(false)
        var results: [Int] = []
        var random = RandomSource(seed: 5)
        for number in 0..<500 {
            let rounds = Int(random.integer(in: 0...300))
            lane.submit(
                {
                    // Uneven work, so that a second thread would overtake the first.
                    (0..<rounds).reduce(number) { sum, _ in sum }
                },
                completion: {
                    #expect(pthread_equal(pthread_self(), loopThread) != 0)
                    results.append($0)
                })
        }
        lane.submit(
            {
                isElsewhere.withLock { $0 = pthread_equal(pthread_self(), loopThread) == 0 }
                return 500
            }, completion: { results.append($0) })
        #expect(results.isEmpty, "no completion runs inside submit")
        try bench.run("all results") { lane.outstanding == 0 }
        #expect(results == Array(0...500))
        #expect(isElsewhere.withLock { $0 })
    }

    @Test func `a completion may submit again`() throws {
        let bench = try Bench()
        let lane = try WorkLane<Int>(loop: bench.loop)
        var last = 0
        func next(_ number: Int) {
            lane.submit(
                { number + 1 },
                completion: {
                    last = $0
                    if $0 < 50 { next($0) }
                })
        }
        next(0)
        try bench.run("the chain") { last == 50 }
    }

    @Test func `after closing nothing completes, and the thread is gone`() throws {
        let bench = try Bench()
        let lane = try WorkLane<Int>(loop: bench.loop)
        let ran = Mutex(0)
        var completed = 0
        for _ in 0..<100 {
            lane.submit(
                {
                    ran.withLock {
                        $0 += 1; return $0
                    }
                }, completion: { _ in completed += 1 })
        }
        lane.close()
        let afterClose = ran.withLock { $0 }
        lane.submit(
            {
                ran.withLock {
                    $0 += 1; return $0
                }
            }, completion: { _ in completed += 1 })
        lane.close()
        for _ in 0..<5 { try bench.loop.runOnce() }
        #expect(completed == 0)
        #expect(ran.withLock { $0 } == afterClose)
    }

    @Test func `a completion may close the lane`() throws {
        let bench = try Bench()
        let lane = try WorkLane<Int>(loop: bench.loop)
        var completed = 0
        for number in 0..<20 {
            lane.submit(
                { number },
                completion: { _ in
                    completed += 1
                    lane.close()
                })
        }
        try bench.run("the first result") { completed > 0 }
        for _ in 0..<5 { try bench.loop.runOnce() }
        #expect(completed == 1)
    }
}
