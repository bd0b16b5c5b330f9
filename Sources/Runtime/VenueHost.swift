internal import Cryptography
public import Exchange
internal import Fundamentals
public import LocalVenues
public import SystemIO
internal import Reporting
internal import VenueExtended
public import Wire

/// Why a local venue cannot be served: a sentence for the person who started it.
public struct VenueHostError: Error, Hashable, Sendable, CustomStringConvertible {
    public var description: String

    public init(_ description: String) { self.description = description }
}

/// How a local venue is served.
public struct VenueHostSettings: Sendable {
    /// A numeric address, or `localhost`.
    public var host = "127.0.0.1"
    /// 0 takes any free port.
    public var port: UInt16 = 0
    public var tls: (certificate: String, key: String)?
    /// Without it, only loopback addresses are served.
    public var allowsRemote = false
    /// How fast the flow runs, in thousandths of its own speed.
    public var speedPermille: Int64 = 1_000
    /// Where to write what happens on the venue's own books; nil for nowhere.
    public var tapePath: String?

    public init() {}
}

/// Serves a local venue on sockets: one loop, one server value, one order flow.
///
/// The flow's own times are mapped to the present: its first event happens at once, the others after the time that
/// lies between them, divided by the speed.
public final class VenueHost<Venue: LocalVenue & ExchangeBacked>: HTTPServerHandler {
    /// The venue itself, for auditors and for chaos.
    public private(set) var venue: Venue
    public let isSecure: Bool
    public var address: SocketAddress { http.address }

    private let loop: EventLoop
    private let http: HTTPServer
    private var flow: (any OrderFlow)?
    private let flowStart: Instant
    private let startedAt: Instant
    private let speedPermille: Int64
    private var timer: TimerID?
    private var timerDue = Instant.distantFuture
    private var effects: [ServerEffect] = []
    /// Requests that wait for their reply, by token; looked up only.
    private var waiting: [UInt64: ResponseToken] = [:]
    private var nextToken: UInt64 = 0
    /// What the venue calls itself, in every answer.
    private lazy var name = venueName
    private var tape: TapeRecorder?

    public init(
        _ venue: Venue, flow: (any OrderFlow)?, on loop: EventLoop,
        _ settings: VenueHostSettings = VenueHostSettings()
    ) throws(VenueHostError) {
        guard settings.allowsRemote || Self.isLoopback(settings.host) else {
            throw VenueHostError(
                "\(settings.host) is not a loopback address: a local venue holds sample keys and is not meant for a "
                    + "network; pass --allow-remote to serve it there all the same")
        }
        guard settings.speedPermille > 0 else { throw VenueHostError("the speed must be positive") }
        do {
            let tls = try settings.tls.map { try TLSContext(certificatePath: $0.certificate, keyPath: $0.key) }
            isSecure = tls != nil
            http = try HTTPServer(loop: loop, host: settings.host, port: settings.port, tls: tls)
        } catch {
            throw VenueHostError("cannot serve on \(settings.host):\(settings.port): \(error)")
        }
        self.venue = venue
        self.flow = flow
        self.loop = loop
        flowStart = flow?.nextDue ?? loop.now
        startedAt = loop.now
        speedPermille = settings.speedPermille
        http.handler = self
        if let path = settings.tapePath {
            do throws(FileError) { tape = try TapeRecorder(path, venue: name, venue.exchanges) } catch {
                throw VenueHostError("the tape cannot be written: \(error)")
            }
        }
        wake()
    }

    /// Stops listening and drops all connections.
    public func stop() {
        if let timer { loop.cancel(timer) }
        timer = nil
        http.stop()
        tape?.close()
    }

    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || SocketAddress(numeric: host, port: 0)?.isLoopback == true
    }

    // MARK: Time

    /// Does what is due, and sets the timer for what comes next.
    private func wake() {
        timer = nil
        timerDue = .distantFuture
        while let due = flowDue, due <= loop.now, let event = flow?.next() {
            venue.apply(event, at: due, into: &effects)
            tape?.look(venue.exchanges, at: loop.now)
        }
        venue.advance(to: loop.now, into: &effects)
        carryOut()
    }

    private var flowDue: Instant? {
        guard let due = flow?.nextDue else { return nil }
        return startedAt + TimeSpan(nanoseconds: (due - flowStart).nanoseconds / speedPermille * 1_000)
    }

    private func schedule() {
        let due = min(venue.nextDue, flowDue ?? .distantFuture)
        guard due != timerDue || timer == nil else { return }
        if let timer { loop.cancel(timer) }
        timerDue = due
        timer = loop.schedule(after: min(due - loop.now, .seconds(1))) { [weak self] in self?.wake() }
    }

    private func carryOut() {
        tape?.look(venue.exchanges, at: loop.now)
        let batch = effects
        effects.removeAll(keepingCapacity: true)
        for effect in batch {
            switch effect {
            case .reply(_, let token, let response):
                if let waiter = waiting.removeValue(forKey: token) { http.respond(waiter, dated(response)) }
            case .dropReply(let peer, let token):
                waiting.removeValue(forKey: token)
                http.drop(connectionID: peer.number)
            case .sendText(let peer, let bytes): http.sendText(connectionID: peer.number, bytes)
            case .ping(let peer): http.ping(connectionID: peer.number)
            case .close(let peer, let code, let reason):
                http.close(connectionID: peer.number, code: code, reason: reason)
            case .abort(let peer): http.abort(connectionID: peer.number)
            }
        }
        schedule()
    }

    /// Servers with a clock say when they answered (RFC 9110 §6.6.1); clients set theirs by it. It is the clock that
    /// stamps the venue's data, wrong where that is.
    private func dated(_ response: HTTPResponse) -> HTTPResponse {
        var response = response
        if response.headers[VenueIdentity.header] == nil { response.headers.append(VenueIdentity.header, name) }
        guard response.headers["Date"] == nil else { return response }
        response.headers.append("Date", HTTPDate.text(loop.now + venue.clockSkew))
        return response
    }

    /// As its readiness says.
    private var venueName: String {
        var json = JSONWriter()
        json.beginObject()
        venue.writeReadiness(http: "", ws: "", into: &json)
        json.endObject()
        return (try? JSONValue.parse(json.bytes))?["venue"]?.text ?? "local"
    }

    // MARK: HTTPServerHandler

    public func request(connectionID: UInt64, _ request: HTTPRequest, respond token: ResponseToken) {
        if let proof = VenueProof.response(to: request, venue: name) { return http.respond(token, dated(proof)) }
        nextToken += 1
        waiting[nextToken] = token
        tape?.note(request, at: loop.now)
        let address = http.peer(connectionID: connectionID)?.host ?? "unknown"
        venue.handle(
            request, token: nextToken, from: PeerID(connectionID), address: address, at: loop.now, into: &effects)
        carryOut()
    }

    public func refuseUpgrade(connectionID: UInt64, _ request: HTTPRequest) -> HTTPResponse? {
        venue.refusal(ofStream: request)
    }

    public func upgraded(connectionID: UInt64, _ request: HTTPRequest) {
        venue.streamOpened(PeerID(connectionID), request, at: loop.now, into: &effects)
        carryOut()
    }

    public func received(connectionID: UInt64, text: [UInt8]) {
        venue.streamText(PeerID(connectionID), text, at: loop.now, into: &effects)
        carryOut()
    }

    public func receivedPing(connectionID: UInt64, _ payload: [UInt8]) {
        venue.streamPing(PeerID(connectionID), at: loop.now, into: &effects)
        carryOut()
    }

    public func receivedPong(connectionID: UInt64, _ payload: [UInt8]) {
        venue.streamPong(PeerID(connectionID), at: loop.now, into: &effects)
        carryOut()
    }

    public func received(connectionID: UInt64, binary: [UInt8]) {
        http.close(connectionID: connectionID, code: 1_003, reason: "only text is understood")
    }

    public func closed(connectionID: UInt64) {
        venue.streamClosed(PeerID(connectionID))
        schedule()
    }
}
