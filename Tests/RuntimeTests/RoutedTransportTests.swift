internal import Fundamentals
internal import SystemIO
import Testing
internal import VenueKit
internal import Wire

@testable internal import Runtime

@Suite struct `The transport to two venues` {
    private final class Recorder: SessionTransport {
        var onEvent: (TransportEvent) -> Void = { _ in }
        var commands: [TransportCommand] = []
        var isClosed = false

        func carryOut(_ command: TransportCommand, at now: Instant) { commands.append(command) }
        func close() { isClosed = true }
    }

    private let now = Instant(milliseconds: 1_768_551_600_000)

    @Test func `sends each command to its venue under the venue's own id, and tells events under the pair's`() {
        let (target, reference) = (Recorder(), Recorder())
        let transport = RoutedTransport(target: target, reference: reference)
        var events: [TransportEvent] = []
        transport.onEvent = { events.append($0) }
        let commands: [TransportCommand] = [
            .request(RequestID(4), HTTPRequest(method: .get, target: "/"), deadline: now),
            .openStream(StreamID(7), target: "/ws", host: .api), .sendText(StreamID(7), [1]), .ping(StreamID(7)),
            .closeStream(StreamID(6)),
        ]
        for command in commands { transport.carryOut(command, at: now) }
        #expect(target.commands == [commands[0].unpaired, commands[4].unpaired])
        #expect(reference.commands == commands[1...3].map(\.unpaired))
        #expect(target.commands.last == .closeStream(StreamID(3)))
        target.onEvent(.streamOpened(StreamID(3)))
        reference.onEvent(.streamOpened(StreamID(3)))
        #expect(events == [.streamOpened(StreamID(6)), .streamOpened(StreamID(7))])
        transport.close()
        #expect(target.isClosed && reference.isClosed)
    }
}
