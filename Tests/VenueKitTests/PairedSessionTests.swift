import Fundamentals
import MarketModel
import Testing
import VenueKit
import Wire

@testable import RiskControl

/// Says what a test puts into it, and keeps what it was asked.
private struct ScriptedSession: VenueSession {
    var says = SessionOutput()
    var heard: [String] = []
    var median: TimeSpan?

    init(says: SessionOutput = SessionOutput(), median: TimeSpan? = nil) {
        self.says = says
        self.median = median
    }

    private mutating func say(_ what: String, into output: inout SessionOutput) {
        heard.append(what)
        output.commands += says.commands
        output.events += says.events
        output.notes += says.notes
    }
    mutating func start(at now: Instant, into output: inout SessionOutput) { say("start", into: &output) }
    mutating func receive(_ event: TransportEvent, at now: Instant, into output: inout SessionOutput) {
        say("\(event)", into: &output)
    }
    mutating func perform(_ request: SessionRequest, at now: Instant, into output: inout SessionOutput) {
        say("\(request)", into: &output)
    }
    mutating func perform(all requests: [SessionRequest], at now: Instant, into output: inout SessionOutput) {
        say("\(requests.count) requests", into: &output)
        for request in requests { heard.append("\(request)") }
    }
    mutating func tick(at now: Instant, into output: inout SessionOutput) { say("tick", into: &output) }
    func health(at now: Instant) -> SessionHealth {
        var health = SessionHealth()
        health.medianRoundTrip = median
        return health
    }
}

@Suite struct `Two sessions as one` {
    private let now = Instant(milliseconds: 1_768_551_600_000)
    private let far = MarketID(2)

    private func saying(_ statuses: VenueStatus...) -> ScriptedSession {
        var output = SessionOutput()
        output.events = statuses.map { .status($0) }
        return ScriptedSession(says: output)
    }

    private func pair(
        _ target: ScriptedSession, _ reference: ScriptedSession
    ) -> PairedSession<ScriptedSession, ScriptedSession> {
        PairedSession(target: target, reference: reference, referenceMarkets: [far])
    }

    @Test func `are ready and closed when both are`() {
        for status in [VenueStatus.ready, .closed] {
            var session = pair(saying(status), saying())
            var output = SessionOutput()
            session.tick(at: now, into: &output)
            #expect(output.events.isEmpty)
            session = pair(saying(), saying(status))
            session.tick(at: now, into: &output)
            #expect(output.events.isEmpty)
            session = pair(saying(status), saying(status))
            session.tick(at: now, into: &output)
            #expect(output.events == [.status(status, of: .reference), .status(status, of: .target)])
        }
    }

    @Test func `tell everything else of the venue that it is about`() {
        let statuses: [VenueStatus] = [
            .privateStreamDown, .privateStreamUp, .throttled(until: now), .fatal("no"), .roundTrip(.seconds(1)),
            .deadMansSwitch(far, deadline: now),
        ]
        for status in statuses {
            var output = SessionOutput()
            var session = pair(saying(status), saying(status))
            session.start(at: now, into: &output)
            #expect(output.events == [.status(status, of: .target), .status(status, of: .reference)])
        }
    }

    @Test func `send each request where its market is, and a shutdown to both`() {
        var session = pair(saying(), saying())
        var output = SessionOutput()
        let id = ClientOrderID(epoch: 1, sequence: 1)
        let near = Approved(.cancel(id, market: MarketID(0)))
        session.perform(
            all: [
                .send(near), .query(id, far), .fetchFills(MarketID(1)), .send(Approved(.cancelAll(far))), .shutDown,
            ], at: now, into: &output)
        #expect(
            session.target.heard == [
                "3 requests", "\(SessionRequest.send(near))", "\(SessionRequest.fetchFills(MarketID(1)))", "shutDown",
            ])
        #expect(session.reference.heard.count == 4)
        #expect(session.reference.heard[1] == "\(SessionRequest.query(id, far))")
        session.perform(.fetchFills(far), at: now, into: &output)
        #expect(session.target.heard.count == 4)
        #expect(session.reference.heard.last == "\(SessionRequest.fetchFills(far))")
    }

    @Test func `keep their ids apart by the lowest bit, and give each its own back`() {
        var says = SessionOutput()
        let http = HTTPRequest(method: .get, target: "/")
        says.commands = [
            .request(RequestID(3), http, deadline: now),
            .unsignedRequest(RequestID(4), UnsignedRequest(RequestID(4)) { http }, deadline: now),
            .openStream(StreamID(5), target: "/ws", host: .api), .sendText(StreamID(5), [1]), .ping(StreamID(5)),
            .closeStream(StreamID(5)),
        ]
        var session = pair(ScriptedSession(says: says), ScriptedSession(says: says))
        var output = SessionOutput()
        session.tick(at: now, into: &output)
        #expect(
            output.commands.map(\.isReference) == Array(repeating: false, count: 6) + Array(repeating: true, count: 6))
        #expect(output.commands.map(\.unpaired) == says.commands + says.commands)
        guard case .unsignedRequest(let id, let unsigned, _) = output.commands[7] else {
            Issue.record("the order of commands changed")
            return
        }
        #expect(id == unsigned.id && id == RequestID(9) && unsigned.signed() == http)

        let events: [TransportEvent] = [
            .reply(RequestID(3), HTTPResponse(status: 200)), .failed(RequestID(4), .notSent("no")),
            .streamOpened(StreamID(5)), .streamText(StreamID(5), [1]), .streamPing(StreamID(5)),
            .streamClosed(StreamID(5), "cut"),
        ]
        session = pair(saying(), saying())
        for event in events {
            session.receive(event.paired(isReference: true), at: now, into: &output)
            #expect(session.reference.heard.last == "\(event)")
            #expect(session.target.heard.isEmpty)
        }
        for event in events { session.receive(event.paired(isReference: false), at: now, into: &output) }
        #expect(session.target.heard == events.map { "\($0)" })
    }

    @Test func `tell the health of both`() {
        let session = pair(ScriptedSession(median: .milliseconds(7)), ScriptedSession(median: .milliseconds(80)))
        let health = session.health(at: now)
        #expect(health.medianRoundTrip == .milliseconds(7))
        #expect(health.referenceMedianRoundTrip == .milliseconds(80))
    }
}
