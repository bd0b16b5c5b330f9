import Fundamentals
import MarketModel
import Testing
import Wire

@testable import VenueKit

@Suite struct `Streams and books of an adapter's session` {
    private func deltas(_ stage: Stage) -> [[Int64]] {
        stage.marketEvents.compactMap { if case .delta(_, let u) = $0 { [u.previousID, u.lastID] } else { nil } }
    }
    private func snapshots(_ stage: Stage) -> [Int64] {
        stage.marketEvents.compactMap { if case .snapshot(_, let u) = $0 { u.lastID } else { nil } }
    }
    private func losses(_ stage: Stage) -> Int {
        stage.marketEvents.filter { if case .bookLost = $0 { true } else { false } }.count
    }

    @Test func `are up only when they are subscribed, and opened anew when they are not`() {
        var stage = Stage { $0.streams = [.account] }
        stage.isSubscribing = false
        stage.open(for: .seconds(15))
        #expect(!stage.isReady)
        #expect(stage.streams.count >= 2)
        stage.isSubscribing = true
        stage.run(.seconds(15))
        #expect(stage.isReady)
        #expect(stage.streams.first?.host == .api)
    }

    @Test func `quote nothing while the private stream is down, and until everything was asked for again`() {
        var stage = Stage.ready { $0.streams = [.account] }
        stage.venue.faults = [("/open", .hold)]
        stage.cut()
        #expect(stage.statuses.contains(.privateStreamDown))
        stage.run(.seconds(2))
        #expect(!stage.statuses.contains(.privateStreamUp))
        #expect(stage.held.count == 1)
        stage.run(.seconds(10))
        #expect(stage.statuses.last { if case .roundTrip = $0 { false } else { true } } == .privateStreamUp)
        for route in ["/open", "/fills", "/balances"] { #expect(!stage.routes(route).isEmpty) }
        #expect(stage.statuses.filter { $0 == .privateStreamDown }.count == 1)
    }

    @Test func `reconcile what a private stream failed to tell`() {
        var stage = Stage.ready { $0.streams = [.account] }
        stage.perform(Stage.place(1))
        stage.run(.milliseconds(200))
        stage.cut()
        stage.venue.fill(Stage.id(1), 5, at: stage.now)
        stage.run(.seconds(3))
        #expect(stage.statuses.contains(.privateStreamUp))
        let fills = stage.account.compactMap { if case .filled(let fill) = $0 { fill.trade.number } else { nil } }
        #expect(!fills.isEmpty && fills.allSatisfy { $0 == 1 })
    }

    @Test func `reconcile after a private message that cannot be read`() {
        var stage = Stage.ready { $0.streams = [.account] }
        stage.text("garbage")
        stage.run(.milliseconds(500))
        #expect(stage.routes("/open").count == 1)
        #expect(stage.routes("/rules").count == 1)
        #expect(!stage.statuses.contains(.privateStreamDown))
    }

    @Test func `give a private stream up that is silent about an accepted order`() {
        var stage = Stage.ready {
            $0.streams = [.account]
            $0.streamEchoesOrders = true
        }
        stage.perform(Stage.place(1))
        stage.run(.seconds(6))
        #expect(stage.streams.count == 1)
        stage.forget()
        stage.venue.faults = [("/place", .hold)]
        stage.perform(Stage.place(2))
        let held = stage.held.removeFirst()
        stage.receive(.reply(held.id, HTTPResponse(status: 200, body: Array("ok apus-7-2 9".utf8))))
        stage.run(.seconds(6))
        #expect(stage.streams.count == 2)
        #expect(stage.notes.contains { $0.text.contains("silent about apus-7-2") })
    }

    @Test func `replace a connection before it is too old, the new one first`() {
        var stage = Stage.ready {
            $0.streams = [.account]
            $0.lifetime = .minutes(10)
        }
        stage.run(.minutes(10) + .seconds(20), step: .milliseconds(500))
        #expect(stage.streams.count == 2)
        #expect(stage.closedStreams == [stage.streams[0].id])
        #expect(!stage.statuses.contains(.privateStreamDown))
        #expect(stage.session.streams[0].isUp)
    }

    @Test func `are asked for signs of life, and given up without any`() {
        var stage = Stage.ready { $0.streams = [.account] }
        stage.run(.minutes(2))
        #expect(stage.pings == 5 || stage.pings == 6)
        #expect(stage.streams.count == 1)
        stage.isLive = false
        stage.closedStreams = [stage.streams[0].id]
        let id = stage.streams[0].id
        stage.receive(.streamClosed(id, "gone"))
        #expect(stage.statuses.contains(.privateStreamDown))
        stage.run(.seconds(60))
        #expect(stage.streams.count > 3)
        stage.isLive = true
        stage.run(.seconds(60))
        #expect(stage.statuses.contains(.privateStreamUp))
    }

    @Test func `open with a key, keep it, and make a new one when the venue has forgotten it`() {
        var stage = Stage.ready {
            $0.streams = [.account]
            $0.hasStreamKey = true
        }
        stage.run(.minutes(61), step: .milliseconds(500))
        #expect(stage.routes("/key/keep").count == 2)
        #expect(stage.routes("/key/open").isEmpty)
        stage.forget()
        stage.venue.faults = [("/key/keep", .refuse)]
        stage.run(.minutes(31), step: .milliseconds(500))
        #expect(stage.routes("/key/open").count == 1)
        #expect(stage.statuses.contains(.privateStreamUp))
        stage.ask(.shutDown)
        stage.run(.seconds(2))
        #expect(stage.routes("/key/close").count == 1)
        #expect(stage.isClosed)
    }

    // MARK: Books

    @Test func `poll a book by its timetable, and lose it when it gets old`() {
        var stage = Stage.ready()
        stage.run(.seconds(10))
        #expect((19...21).contains(stage.routes("/book").count))
        #expect(losses(stage) == 0)
        stage.forget()
        stage.venue.hasBooks = false
        stage.run(.seconds(10))
        #expect(losses(stage) == 1)
        #expect(snapshots(stage).isEmpty)
        stage.venue.hasBooks = true
        stage.run(.seconds(12))
        #expect(!snapshots(stage).isEmpty)
    }

    @Test func `do not wait till the deadline for a book whose reply is lost`() {
        var stage = Stage.ready()
        for _ in 0..<3 { stage.venue.faults.append(("/book", .lose)) }
        stage.run(.seconds(6))
        #expect(losses(stage) == 1)
        #expect(snapshots(stage) == snapshots(stage).sorted())
        #expect(snapshots(stage).count >= 4)
    }

    @Test func `tell a book's age by the venue's clock where it has one, and by the request where not`() {
        var stage = Stage {
            $0.streams = [.market]
            $0.source = .stream
        }
        stage.venue.ahead = .milliseconds(700)
        stage.start()
        stage.run(.seconds(1))
        stage.text("book 5 99")
        guard case .snapshot(_, let update) = stage.marketEvents.last else { return #expect(Bool(false)) }
        #expect(update.venueTime == stage.now)
    }

    @Test func `take whole books from a stream, and lose them with it`() {
        var stage = Stage {
            $0.streams = [.market]
            $0.source = .stream
        }
        stage.open(for: .seconds(1))
        for id in [5, 7, 6, 7, 8] { stage.text("book \(id) 99") }
        #expect(stage.isReady)
        #expect(snapshots(stage) == [5, 7, 7, 8])
        stage.cut()
        #expect(losses(stage) == 1)
        stage.run(.seconds(2))
        stage.text("book 2 99")
        #expect(snapshots(stage).last == 2)
    }

    private func joined() -> Stage {
        var stage = Stage {
            $0.streams = [.market]
            $0.source = .differences
        }
        stage.open(for: .seconds(2))
        precondition(stage.isReady)
        stage.forget()
        return stage
    }

    @Test func `join changes to a snapshot`() {
        var stage = joined()
        let last = stage.venue.bookID
        stage.text("diff \(last - 2) \(last + 3) \(last - 3)")
        stage.text("diff \(last + 4) \(last + 5) \(last + 3)")
        stage.text("diff \(last + 4) \(last + 5) \(last + 3)")
        #expect(deltas(stage) == [[last, last + 3], [last + 3, last + 5]])
        #expect(losses(stage) == 0)
    }

    @Test func `ask for a new snapshot after a gap, until one is new enough`() {
        var stage = joined()
        let last = stage.venue.bookID
        stage.text("diff \(last + 1) \(last + 1) \(last)")
        stage.text("diff \(last + 5) \(last + 6) \(last + 4)")
        #expect(losses(stage) == 1)
        stage.run(.seconds(10))
        #expect(stage.routes("/book").count >= 4)
        #expect(snapshots(stage) == [last + 4])
        #expect(deltas(stage).last == [last + 4, last + 6])
    }

    @Test func `join changes to a snapshot that the stream brings, and reconnect after a gap`() {
        var stage = Stage {
            $0.streams = [.market]
            $0.source = .differences
            $0.hasSnapshots = false
        }
        stage.start()
        stage.run(.seconds(1))
        stage.text("snap 10")
        stage.text("diff 11 12 10")
        stage.run(.milliseconds(200))
        #expect(stage.isReady)
        #expect(deltas(stage) == [[10, 12]])
        stage.text("diff 20 21 19")
        #expect(losses(stage) == 1)
        stage.run(.seconds(2))
        #expect(stage.streams.count == 2)
        stage.text("snap 30")
        #expect(snapshots(stage) == [10, 30])
    }

    @Test func `give everything up after a standstill`() {
        var stage = Stage.ready { $0.streams = [.account] }
        stage.run(.seconds(10), step: .seconds(10))
        #expect(losses(stage) == 1)
        #expect(stage.statuses.contains(.privateStreamDown))
        stage.run(.seconds(3))
        #expect(stage.statuses.contains(.privateStreamUp))
        var blind = Stage.ready()
        blind.run(.seconds(10), step: .seconds(10))
        #expect(blind.statuses.contains(.privateStreamDown))
        blind.run(.seconds(3))
        #expect(blind.statuses.contains(.privateStreamUp))
    }
}
