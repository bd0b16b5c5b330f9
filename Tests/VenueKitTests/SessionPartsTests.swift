import Fundamentals
import MarketModel
import Testing
import VenueKit

@Suite struct `The parts that sessions share` {
    private let start = Instant(milliseconds: 1_768_551_600_000)

    // MARK: Routines

    private typealias Board = RoutineBoard<String, Int, String, Void>

    /// Walks as a session does: calls get the next id, acts are complete unless they are in `open`.
    private func walk(_ board: inout Board, open: [String] = [], at now: Instant, _ log: inout [String]) {
        var pass = Board.Pass()
        while let demand = board.next(&pass, at: now) {
            switch demand {
            case .call(let kind, let call):
                log.append("\(kind) asks \(call)")
                board.sent(RequestID(UInt64(call)), for: kind)
            case .act(let kind, let act):
                log.append("\(kind) does \(act)")
                board.acted(kind, act, isComplete: !open.contains(act), &pass)
            }
        }
    }

    @Test func `routines go as far as they can, one answer at a time`() {
        var board = Board()
        var log: [String] = []
        board.begin("a", [.act("look"), .call(1), .pause(.seconds(1)), .call(2)], memory: ())
        board.begin("b", [.act("wait"), .call(3)], memory: ())
        walk(&board, open: ["wait"], at: start, &log)
        #expect(log == ["a does look", "a asks 1", "b does wait"])
        #expect(board.position(waitingFor: RequestID(1)) == 0 && board.isAwaited(1) && !board.isAwaited(3))
        board.routines[0].current = nil
        board.succeed(at: 0)
        log = []
        walk(&board, at: start, &log)
        #expect(log == ["b does wait", "b asks 3"])
        log = []
        walk(&board, at: start + .seconds(1), &log)
        #expect(log == ["a asks 2"])
        board.routines[0].current = nil
        board.succeed(at: 0)
        walk(&board, at: start + .seconds(1), &log)
        #expect(!board.contains("a") && board.contains("b"))
    }

    @Test func `a routine is repeated later and later, and begun again in its own place`() {
        var board = Board()
        var random = RandomSource(seed: 1)
        board.begin("a", [.call(1)], memory: ())
        var waits: [TimeSpan] = []
        for attempt in 0..<4 {
            #expect(board.retry(at: 0, after: start, using: &random) == attempt)
            waits.append(board.routines[0].waitUntil - start)
        }
        #expect(waits == waits.sorted() && waits[3] > waits[0])
        board.begin("a", [.call(2)], memory: ())
        #expect(board.routines.count == 1 && board.routines[0].waitUntil == .distantPast)
    }

    @Test func `a routine that goes round in circles does not hang its session`() {
        var board = Board()
        board.begin("a", [.act("again")], memory: ())
        var pass = Board.Pass()
        var steps = 0
        while let demand = board.next(&pass, at: start) {
            guard case .act(let kind, let act) = demand else { break }
            steps += 1
            board.acted(kind, act, isComplete: true, &pass)
            board.begin("a", [.act("again")], memory: ())
        }
        #expect(steps <= 100)
    }

    // MARK: The rest

    @Test func `calls that wait are taken cancels first, once each, and not without end`() {
        var calls = DeferredCalls<Int>()
        for call in 1...6 {
            #expect(calls.append(call, notBefore: start + .seconds(Int64(call % 3)), isCancel: false) == .kept)
            #expect(calls.append(call, notBefore: start, isCancel: false) == .kept)
        }
        #expect(calls.count == 6 && calls.contains { $0 == 4 })
        let due = calls.takeDue(at: start + .seconds(1)) { $0 == 4 }
        let rest = calls.takeDue(at: start + .seconds(1)) { _ in true }
        #expect(due == [4, 1, 3, 6] && rest.isEmpty)
        for call in 10..<2_000 { _ = calls.append(call, notBefore: start, isCancel: false) }
        #expect(calls.count == 1_000)
        #expect(calls.append(5_000, notBefore: start, isCancel: false) == .crowded)
        #expect(calls.append(5_001, notBefore: start, isCancel: true) == .crowded)
        #expect(calls.count == 1_000 && calls.contains { $0 == 5_001 } && !calls.contains { $0 == 5_000 })
    }

    @Test func `an order that the stream keeps silent about is told once`() {
        var echo = EchoWatch<Int>()
        echo.hear(1)
        echo.expect(1, at: start)
        #expect(echo.overdue(at: start + .minutes(1)) == nil)
        echo.expect(2, at: start)
        echo.expect(3, at: start + .seconds(3))
        #expect(echo.overdue(at: start + .seconds(4)) == nil)
        #expect(echo.overdue(at: start + .seconds(5)) == 2)
        #expect(echo.overdue(at: start + .seconds(5)) == nil)
        echo.expect(4, at: start)
        echo.hear(4)
        #expect(echo.overdue(at: start + .minutes(1)) == nil)
    }

    @Test func `the private stream's coming and going is told once each, and only to those who rely on it`() {
        var sight = PrivateSight()
        var told = [sight.down(isReady: false), sight.up()]
        #expect(told == [false, false] && sight.isReconciled)
        told = [sight.down(isReady: true), sight.down(isReady: true)]
        #expect(told == [true, false] && !sight.isReconciled)
        sight.reconciling()
        told = [sight.up(), sight.up()]
        #expect(told == [true, false] && sight.isReconciled)
    }

    @Test func `the dead man's switch stands till the venue's countdown is over`() {
        var timer = DeadMansTimer()
        timer.armed(.seconds(30), sentAt: start, isKept: true)
        #expect(timer.armedUntil == start + .seconds(30))
        #expect(!timer.isDue(at: start + .seconds(9)) && timer.isDue(at: start + .seconds(10)))
        let noted = [timer.failed(at: start + .seconds(10)), timer.failed(at: start + .seconds(12))]
        #expect(noted == [true, false])
        #expect(timer.isDue(at: start + .seconds(14)) && timer.armedUntil != nil)
        let ranOut = [timer.ranOut(at: start + .seconds(30)), timer.ranOut(at: start + .seconds(31))]
        #expect(ranOut == [true, false])
        #expect(timer.armedUntil == nil)
    }

    @Test func `the diary repeats neither a remark nor a pause that is no longer than the last`() {
        var diary = SessionDiary()
        let isNew = [diary.isNew("a"), diary.isNew("a"), diary.isNew("b")]
        #expect(isNew == [true, false, true])
        for number in 0..<200 { _ = diary.isNew("\(number)") }
        let isOneMoreNew = diary.isNew("new")
        #expect(!isOneMoreNew)
        let isLonger = [diary.isLonger(throttledUntil: start), diary.isLonger(throttledUntil: start)]
        #expect(isLonger == [true, false])
        for span in [10, 20, 90] as [Int64] { diary.record(roundTrip: .milliseconds(span)) }
        let health = diary.health(RateBudget([RateRule(.weight, per: .minutes(1), limit: 50)]))
        #expect(health.weightLimit == 50 && health.usedWeight == 0)
        #expect((health.slowRoundTrip ?? .zero) > (health.medianRoundTrip ?? .zero))
    }
}

@Suite struct `The joining of changes to a snapshot` {
    /// First, last and previous id, as a venue of Aster's kind and one of Binance's spot kind tell them.
    private func event(_ first: Int64, _ last: Int64, previous: Int64? = nil) -> BookUpdate {
        BookUpdate(firstID: first, lastID: last, previousID: previous ?? first - 1)
    }

    /// Of events on both sides of a snapshot, only those that follow it are handed on, chained without a hole.
    @Test(arguments: 1...200) func `hands on exactly what follows the snapshot`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        var events: [BookUpdate] = []
        var id: Int64 = 100
        for _ in 0..<30 {
            let last = id + random.integer(in: 1...5)
            events.append(event(id + 1, last))
            id = last
        }
        let early = Int(random.integer(in: 0...20))
        let at = random.integer(in: events[max(0, early - 1)].lastID - 2...events[early].lastID)
        var sync = BookSync()
        sync.restart()
        for event in events[...early] { #expect(sync.judge(event) == .ignore) }
        guard let behind = sync.seed(with: BookUpdate(lastID: at)) else {
            // Refused only when it is older than the first event.
            #expect(at < events[0].previousID)
            return
        }
        var told = behind
        for event in events[(early + 1)...] where !random.chance(1, in: 10) {
            switch sync.judge(event) {
            case .pass(let update): told.append(update)
            case .ignore: break
            case .gap:
                sync.restart()
                #expect(told.last.map(\.lastID) ?? at < event.previousID)
                return
            }
        }
        var chain = at
        for update in told {
            #expect(update.previousID == chain)
            chain = update.lastID
        }
    }

    @Test func `finds every hole`() {
        for first in 12...14 as ClosedRange<Int64> {
            var sync = BookSync()
            sync.restart()
            _ = sync.seed(with: BookUpdate(lastID: 10))
            #expect(sync.judge(event(11, 11)) == .pass(event(11, 11)))
            let verdict = sync.judge(event(first, first + 3))
            #expect(first == 12 ? verdict == .pass(event(12, 15)) : verdict == .gap)
        }
    }

    @Test func `takes no snapshot that is older than what it collected, and keeps that for the next`() {
        var sync = BookSync()
        sync.restart()
        _ = sync.judge(event(21, 25))
        #expect(sync.seed(with: BookUpdate(lastID: 15)) == nil)
        #expect(sync.state == .buffering)
        let behind = sync.seed(with: BookUpdate(lastID: 22))
        #expect(behind?.map(\.lastID) == [25])
    }
}
