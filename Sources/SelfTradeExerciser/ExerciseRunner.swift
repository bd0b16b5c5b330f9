internal import Cryptography
internal import Fundamentals
public import MarketModel
public import SystemIO
internal import VenueKit
internal import Wire

/// Drives an exerciser on real sockets of this machine, until it has ended.
public final class ExerciseRunner {
    /// Called once, when it has ended.
    public var onEnd: (ExerciseReport) -> Void = { _ in }
    /// The rules of the market, once known.
    public var instrument: Instrument? { exerciser.instrument }

    private static let deadline = TimeSpan.seconds(5)

    private let loop: EventLoop
    private let resolver: Resolver
    private let http: HTTPClient
    private var exerciser: SelfTradeExerciser
    private var reference: ReferenceVolume?
    private var commands: [SelfTradeExerciser.Command] = []
    private var hasEnded = false

    /// - Parameters:
    ///   - target: where the account trades with itself.
    ///   - reference: a local Binance and its symbol, whose public trades bring the rounds; nil to go by time.
    public init(
        _ exerciser: SelfTradeExerciser, on target: LoopbackVenue, reference: (LoopbackVenue, symbol: String)?,
        loop: EventLoop, seed: UInt64
    ) throws(SystemError) {
        self.exerciser = exerciser
        self.loop = loop
        resolver = try Resolver(loop: loop)
        http = HTTPClient(origin: target.origin, loop: loop, resolver: resolver, random: RandomSource(seed: seed))
        guard let (venue, symbol) = reference else { return }
        self.reference = ReferenceVolume(venue, symbol: symbol, loop: loop, resolver: resolver)
    }

    public func start() {
        reference?.onTrade = { [weak self] in self?.exerciser.referenceTraded($0) }
        reference?.onEnd = { [weak self] reason in self?.step { $0.stop(at: $1, into: &$2) } }
        step { $0.start(at: $1, into: &$2) }
        tick()
    }

    /// Cancels what rests, then ends.
    public func stop() { step { $0.stop(at: $1, into: &$2) } }

    private func tick() {
        _ = loop.schedule(after: .milliseconds(20)) { [weak self] in
            guard let self, !self.hasEnded else { return }
            self.step { $0.tick(at: $1, into: &$2) }
            self.tick()
        }
    }

    private func step(_ body: (inout SelfTradeExerciser, Instant, inout [SelfTradeExerciser.Command]) -> Void) {
        guard !hasEnded else { return }
        body(&exerciser, loop.now, &commands)
        let batch = commands
        commands = []
        for command in batch {
            switch command {
            case .request(let id, let request): send(id, request)
            case .ended: end()
            }
        }
    }

    private func send(_ id: UInt64, _ request: HTTPRequest) {
        http.send(request, deadline: loop.now + Self.deadline) { [weak self] result in
            self?.step { exerciser, now, commands in
                switch result {
                case .success(let response): exerciser.receive(response, to: id, at: now, into: &commands)
                case .failure(let failure): exerciser.failed(id, "\(failure)", at: now, into: &commands)
                }
            }
        }
    }

    private func end() {
        guard !hasEnded, let report = exerciser.result else { return }
        hasEnded = true
        reference?.close()
        http.close()
        onEnd(report)
    }
}

/// The public trades of a local Binance, as volume.
final class ReferenceVolume {
    var onTrade: (ExactDecimal) -> Void = { _ in }
    var onEnd: (String) -> Void = { _ in }
    private let socket: WebSocketClient

    init(_ venue: LoopbackVenue, symbol: String, loop: EventLoop, resolver: Resolver) {
        let target = "/stream?streams=\(symbol.lowercased())@trade"
        let origin = Origin(scheme: .ws, host: venue.origin.host, port: venue.origin.port)
        socket = WebSocketClient(origin: origin, target: target, loop: loop, resolver: resolver)
        socket.onText = { [weak self] bytes in self?.read(bytes) }
        socket.onClose = { [weak self] reason in self?.onEnd("the reference closed: \(reason)") }
    }

    func close() { socket.abort() }

    private func read(_ bytes: [UInt8]) {
        guard let frame = try? JSONValue.parse(bytes), let quantity = frame["data"]?["q"]?.numeral,
            let amount = ExactDecimal(quantity)
        else { return }
        onTrade(amount)
    }
}
