internal import Configuration
internal import Cryptography
internal import Fundamentals
internal import LocalVenues
internal import MarketModel
internal import RiskControl
internal import SystemIO
import Testing
internal import TradingEngine
internal import VenueAster
internal import VenueKit

@testable internal import Runtime

@Suite(.serialized) struct `A bot in one process` {
    @Test func `stopped and started again it has a new number and leaves nothing behind`() throws {
        let stage = try Stage(try VenueThread())
        var last: Set<UInt32> = []
        for _ in 0..<2 {
            let before = stage.placed.count
            try stage.host.start()
            #expect(stage.host.state == .starting)
            try stage.turn("it quotes") { stage.placed.count >= before + 2 }
            try stage.host.stop()
            #expect(stage.host.state == .stopping)
            try stage.turn("it stops") { stage.host.state == .stopped }
            #expect(stage.host.lastEnding == .stopped)
            #expect(stage.host.frame?.restingAtVenue == 0)
            #expect(stage.host.frame?.status?.markets[0].orders.isEmpty == true)
            let epochs = Set(stage.placed[before...].map(\.epoch))
            #expect(epochs.count == 1)
            #expect(last.isDisjoint(with: epochs))
            last = epochs
        }
        #expect(stage.states == [.starting, .running, .stopping, .stopped, .starting, .running, .stopping, .stopped])
    }

    @Test func `numbers of events only grow, and the newest are kept`() throws {
        let stage = try Stage(try VenueThread())
        try stage.host.start()
        try stage.turn { stage.placed.count >= 2 }
        let ids = stage.host.recentEvents.map(\.id)
        #expect(ids == ids.sorted() && Set(ids).count == ids.count)
        #expect(ids == stage.events.map(\.id))
    }

    @Test func `paused it quotes nothing until it is started again`() throws {
        let stage = try Stage(try VenueThread())
        try stage.host.start()
        try stage.turn("it quotes") { stage.placed.count >= 2 }
        try stage.host.perform(.pause)
        try stage.turn("nothing works") { stage.host.frame?.status?.markets[0].orders.isEmpty == true }
        #expect(stage.host.frame?.status?.isPaused == true)
        #expect(stage.host.state == .running)
        let before = stage.placed.count
        try stage.host.start()
        try stage.turn("it quotes again") { stage.placed.count > before }
    }

    @Test func `a halt is latched on disk and in the process until it is lifted`() throws {
        let stage = try Stage(try VenueThread())
        try stage.host.start()
        try stage.turn("it quotes") { stage.placed.count >= 2 }
        try stage.host.perform(.halt("a person said so"))
        #expect(stage.host.directory.halt == "a person said so")
        #expect(throws: BotCommandError.self) { try stage.host.start() }
        try stage.host.stop()
        try stage.turn("it stops") { stage.host.state == .stopped }
        #expect { try stage.host.start() } throws: {
            ($0 as? BotCommandError)?.reason.contains("a person said so") == true
        }
        try stage.host.perform(.resume)
        try stage.host.start()
        let before = stage.placed.count
        try stage.turn("it quotes again") { stage.placed.count > before }
    }

    @Test func `a halt that is lifted while running quotes on`() throws {
        let stage = try Stage(try VenueThread())
        try stage.host.start()
        try stage.turn("it quotes") { stage.placed.count >= 2 }
        try stage.host.perform(.halt("why"))
        let before = stage.placed.count
        try stage.host.perform(.resume)
        #expect(stage.host.directory.halt == nil)
        try stage.turn("it quotes again") { stage.placed.count > before }
    }

    @Test func `the configuration changes only while stopped, all or nothing`() throws {
        let stage = try Stage(try VenueThread())
        let smaller = [try #require(ConfigurationOverride("limits.max_order_value_usd=12"))]
        try stage.host.start()
        #expect(throws: BotCommandError.conflict("the configuration changes only while the bot is stopped")) {
            try stage.host.change(smaller)
        }
        try stage.turn { stage.host.state == .running }
        try stage.host.stop()
        try stage.turn { stage.host.state == .stopped }
        let wrong = smaller + [try #require(ConfigurationOverride("limits.nonsense=1"))]
        let before = stage.host.configuration
        #expect { try stage.host.change(wrong) } throws: { error in
            guard case .invalid(let reason)? = error as? BotCommandError else { return false }
            return reason.contains("nonsense")
        }
        #expect(stage.host.configuration == before)
        try stage.host.change(smaller)
        #expect(stage.host.configuration.markets[0].limits.maxOrderValue == Cash(whole: 12))
        let elsewhere = [try #require(ConfigurationOverride("endpoints.rest=http://127.0.0.1:1"))]
        #expect { try stage.host.change(elsewhere) } throws: { error in
            (error as? BotCommandError)?.reason.hasPrefix("endpoints cannot change") == true
        }
    }

    @Test func `commands that make no sense now are conflicts`() throws {
        let stage = try Stage(try VenueThread())
        #expect(throws: BotCommandError.self) { try stage.host.stop() }
        #expect(throws: BotCommandError.self) { try stage.host.perform(.flatten) }
        #expect(throws: BotCommandError.self) { try stage.host.perform(.resume) }
        #expect(stage.host.frame == nil)
        try stage.host.start()
        #expect(throws: BotCommandError.self) { try stage.host.start() }
        #expect(throws: BotCommandError.self) { try stage.host.perform(.pause) }
    }

    @Test func `an observer may answer an event with a command`() throws {
        let stage = try Stage(try VenueThread())
        _ = stage.host.addObserver { [weak host = stage.host] event in
            if case .state(.running) = event.body { try? host?.stop() }
        }
        try stage.host.start()
        try stage.turn("it stops") { stage.host.state == .stopped }
        #expect(stage.states == [.starting, .running, .stopping, .stopped])
        let ids = stage.events.map(\.id)
        #expect(ids == ids.sorted(), "every observer hears events in their order")
    }

    @Test func `what was earned today reaches the next start through the state directory`() throws {
        let stage = try Stage(try VenueThread())
        try stage.host.start()
        try stage.turn("it quotes") { stage.placed.count >= 2 }
        try stage.host.stop()
        try stage.turn("it stops") { stage.host.state == .stopped }
        #expect(stage.host.directory.day != nil)
    }
}

@Suite(.serialized) struct `A process around its bot` {
    @Test func `with a surface it outlives a stop and ends with a signal`() throws {
        let stage = try Stage(try VenueThread())
        var stops = 0
        let (ending, last) = try stage.run(outlivesStop: true) { process in
            _ = stage.host.addObserver { [weak stage] event in
                guard let stage else { return }
                switch event.body {
                case .state(.running): try? stage.host.stop()
                case .state(.stopped):
                    stops += 1
                    if stops == 1 { try? stage.host.start() }
                    if stops == 2 { stage.loop.enqueue { process.received(.terminate) } }
                case .state, .effect, .note, .halted: break
                }
            }
        }
        #expect(ending == .stopped)
        #expect(stops == 2)
        #expect(last?.restingAtVenue == 0)
    }

    @Test func `told to wait, it starts nothing until a signal ends it`() throws {
        let stage = try Stage(try VenueThread())
        let (ending, last) = try stage.run(outlivesStop: true, startsQuoting: false) { process in
            stage.loop.schedule(after: .milliseconds(1)) { process.received(.interrupt) }
        }
        #expect(ending == .stopped)
        #expect(last == nil)
        #expect(stage.states.isEmpty)
    }

    @Test func `a second signal leaves at once`() throws {
        let stage = try Stage(try VenueThread())
        let (ending, _) = try stage.run(outlivesStop: false) { process in
            _ = stage.host.addObserver { event in
                guard case .state(.running) = event.body else { return }
                process.received(.interrupt)
                process.received(.terminate)
            }
        }
        #expect(ending == .abandoned(.terminate))
    }

    @Test func `a first start that is refused ends the process, one that a person asked for does not`() throws {
        for startsQuoting in [true, false] {
            let stage = try Stage(
                try VenueThread(), .apiKey(key: "unknown-key-of-nobody", secret: .init("secret")))
            var isAsked = false
            let (ending, _) = try stage.run(outlivesStop: true, startsQuoting: startsQuoting) { process in
                guard !startsQuoting else { return }
                stage.loop.enqueue { try? stage.host.start() }
                _ = stage.host.addObserver { event in
                    guard case .state(.stopped) = event.body else { return }
                    stage.loop.enqueue {
                        isAsked = true
                        process.received(.terminate)
                    }
                }
            }
            guard case .refused = ending else {
                Issue.record("expected a refusal, found \(ending)")
                continue
            }
            #expect(isAsked != startsQuoting)
        }
    }
}
