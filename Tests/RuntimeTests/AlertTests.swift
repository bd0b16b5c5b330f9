internal import Configuration
internal import Fundamentals
internal import Notifications
internal import SystemIO
import Testing
internal import TradingEngine
internal import VenueKit

@testable internal import Runtime

@Suite struct `What a person is told` {
    private func told(_ bodies: BotEvent.Body...) -> [String] {
        var rules = AlertRules(title: "apus")
        return bodies.compactMap { body in
            rules.notification(for: BotEvent(id: 1, at: Instant(milliseconds: 0), body: body))
        }.map { "\($0.severity.rawValue) \($0.text)" }
    }

    @Test func `warnings and alarms of the engine are alerts, notices are not`() {
        #expect(
            told(
                .effect(.incident(Incident(.notice, "quoting"))), .effect(.incident(Incident(.warning, "odd"))),
                .effect(.incident(Incident(.alarm, "the dead man's switch is not armed, not quoting"))))
                == ["warning odd", "alarm the dead man's switch is not armed, not quoting"])
    }

    @Test func `a halt is told once, whether an incident came with it or not`() {
        #expect(told(.effect(.incident(Incident(.alarm, "halted: loss"))), .halted("loss")) == ["alarm halted: loss"])
        #expect(told(.halted("a person said so")) == ["alarm halted: a person said so"])
        #expect(
            told(.effect(.incident(Incident(.alarm, "halted: loss"))), .halted("loss"), .halted("again")).count == 2)
    }

    @Test func `each trip of the breaker is told, however fast they follow`() {
        var rules = AlertRules(title: "apus")
        let trip = BotEvent(
            id: 1, at: Instant(milliseconds: 0),
            body: .effect(.incident(Incident(.alarm, "breaker: rate limit reached, everything is cancelled"))))
        #expect(rules.notification(for: trip)?.key == nil)
        let other = BotEvent(
            id: 2, at: Instant(milliseconds: 0), body: .effect(.incident(Incident(.alarm, "a fill: trade 17"))))
        #expect(rules.notification(for: other)?.key == "a fill: trade #")
    }

    @Test func `errors of a session are alarms; of its warnings only the dead man's switch is told`() {
        #expect(
            told(
                .note(SessionNote(.error, "not started: keys refused")),
                .note(SessionNote(.warning, "a stream is closed")),
                .note(SessionNote(.warning, "the dead man's switch was not armed: 503")),
                .note(SessionNote(.info, "start 1")))
                == ["alarm not started: keys refused", "warning the dead man's switch was not armed: 503"])
    }

    @Test func `starts and stops are for those who want to know everything`() {
        #expect(
            told(.state(.starting), .state(.running), .state(.stopping), .state(.stopped)) == [
                "info running", "info stopped",
            ])
    }
}
