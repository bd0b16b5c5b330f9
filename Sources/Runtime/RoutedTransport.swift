internal import Fundamentals
internal import VenueKit

/// The transports to the two venues of a paired session: a command goes where the lowest bit of its id says, and each
/// transport knows only the ids of its own session.
final class RoutedTransport: SessionTransport {
    var onEvent: (TransportEvent) -> Void = { _ in }

    private let target: any SessionTransport
    private let reference: any SessionTransport

    init(target: any SessionTransport, reference: any SessionTransport) {
        self.target = target
        self.reference = reference
        target.onEvent = { [weak self] in self?.onEvent($0.paired(isReference: false)) }
        reference.onEvent = { [weak self] in self?.onEvent($0.paired(isReference: true)) }
    }

    func carryOut(_ command: TransportCommand, at now: Instant) {
        (command.isReference ? reference : target).carryOut(command.unpaired, at: now)
    }

    func close() {
        target.close()
        reference.close()
    }
}
