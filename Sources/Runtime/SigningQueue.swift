internal import Fundamentals
internal import SystemIO
internal import VenueKit
internal import Wire

/// Lets requests out in the order in which they were asked for, and has those that need it signed on another thread.
///
/// A request that needs no signature goes out at once, unless an earlier one is still being signed: a cancel must not
/// overtake the order that it cancels.
final class SigningQueue {
    /// A request whose turn it is, with its deadline.
    var onReady: (RequestID, HTTPRequest, Instant) -> Void = { _, _, _ in }
    /// A request whose deadline passed before its turn came. Nothing of it was sent.
    var onExpired: (RequestID) -> Void = { _ in }

    private struct Entry {
        var id: RequestID
        var deadline: Instant
        var timer: TimerID
        /// Nil while it is being signed.
        var request: HTTPRequest?
    }

    private let loop: EventLoop
    private let lane: WorkLane<HTTPRequest>
    private var entries: [Entry] = []

    init(loop: EventLoop) throws(SystemError) {
        self.loop = loop
        lane = try WorkLane(loop: loop)
    }

    /// - Parameter deadline: of the loop's wall clock.
    func add(_ id: RequestID, _ request: HTTPRequest, deadline: Instant) {
        guard !entries.isEmpty else { return onReady(id, request, deadline) }
        append(id, request, deadline)
    }

    func add(_ id: RequestID, _ request: UnsignedRequest, deadline: Instant) {
        append(id, nil, deadline)
        lane.submit(request.signed) { [weak self] in self?.signed(id, $0) }
    }

    /// Forgets all that waits, and ends the thread.
    /// - Returns: the requests that were neither sent nor reported, in their order.
    func close() -> [RequestID] {
        lane.close()
        for entry in entries { loop.cancel(entry.timer) }
        defer { entries = [] }
        return entries.map(\.id)
    }

    private func append(_ id: RequestID, _ request: HTTPRequest?, _ deadline: Instant) {
        let timer = loop.schedule(after: deadline - loop.now) { [weak self] in self?.expire(id) }
        entries.append(Entry(id: id, deadline: deadline, timer: timer, request: request))
    }

    /// A signature that comes after its request's deadline finds no entry any more.
    private func signed(_ id: RequestID, _ request: HTTPRequest) {
        guard let index = entries.firstIndex(where: { $0.id == id }) else { return }
        entries[index].request = request
        release()
    }

    private func expire(_ id: RequestID) {
        guard let index = entries.firstIndex(where: { $0.id == id }) else { return }
        entries.remove(at: index)
        onExpired(id)
        release()
    }

    /// Lets out what is ready, up to the first that is not.
    private func release() {
        while let first = entries.first, let request = first.request {
            entries.removeFirst()
            loop.cancel(first.timer)
            onReady(first.id, request, first.deadline)
        }
    }
}
