import Exchange
import Fundamentals
import MarketModel
import Quoting
import RiskControl
import TradingEngine
import VenueKit
import Wire

@testable import LocalVenues

/// A local spot venue with BTC in TWD, USDT in TWD and BTC in USDT, in this order, and how a client is to speak to it.
protocol SpotWorld {
    associatedtype Server: LocalVenue
    associatedtype Adapter: VenueAdapter
    /// The middle of the first market, in its ticks, and how many ticks a step of the reference is there.
    static var mid: Int64 { get }
    static var step: Int64 { get }
    static var takesBuyFeeInQuote: Bool { get }
    var server: Server { get set }
    var now: Instant { get set }
    var effects: [ServerEffect] { get set }
    var exchange: Exchange { get }
    mutating func setBook(mid: Int64)
    mutating func setRate(mid: Int64)
    mutating func setReference(mid: Int64)
    mutating func trade(_ aggressor: Side, btc: Int64, limit: Int64)
    mutating func ledger(_ account: String) throws -> JSONValue
}

extension SpotWorld {
    mutating func advance(_ span: TimeSpan) {
        now = now + span
        // Through a protocol, two properties cannot be changed at once.
        var produced: [ServerEffect] = []
        server.advance(to: now, into: &produced)
        effects += produced
    }
}

/// A trading node with a real session, mirroring BTC/USDT × USDT/TWD, and a local venue, joined by bytes in virtual time.
struct SpotRig<World: SpotWorld> {
    typealias Node = TradingNode<AdapterSession<World.Adapter>>
    private enum Parcel {
        case request(RequestID, HTTPRequest)
        case opening(StreamID, HTTPRequest)
        case closing(StreamID)
        case pong(StreamID)
        case event(TransportEvent)
    }

    var world: World
    var node: Node
    var effects: [Effect] = []
    var notes: [SessionNote] = []
    var latency = TimeSpan.milliseconds(8)
    /// Methods and paths of what was asked, in order.
    var asked: [String] = []
    private var output = NodeOutput()
    private var parcels: [(at: Instant, number: Int, parcel: Parcel)] = []
    private var deadlines: [(at: Instant, id: RequestID)] = []
    private var count = 0

    init(_ world: World, _ adapter: World.Adapter, seed: UInt64 = 1, epoch: UInt32 = 7) {
        self.world = world
        node = Self.node(adapter, seed: seed, epoch: epoch)
    }

    /// A second start of the program, which knows nothing of the first.
    mutating func restart(_ adapter: World.Adapter) {
        parcels.removeAll()
        deadlines.removeAll()
        node = Self.node(adapter, seed: 2, epoch: 8)
        start()
    }

    private static func node(_ adapter: World.Adapter, seed: UInt64, epoch: UInt32) -> Node {
        let capabilities = adapter.capabilities
        let session = AdapterSession(adapter, AdapterSessionConfiguration(seed: seed))
        let takesBuyFeeInQuote = World.takesBuyFeeInQuote
        return TradingNode(session: session, markets: 3) { instruments in
            var configuration = spotRigEngine(instruments, epoch: epoch, capabilities)
            configuration.venues = [VenueConfiguration(.spot, takesBuyFeeInQuote: takesBuyFeeInQuote)]
            return TradingEngine(configuration)
        }
    }

    // MARK: Driving

    mutating func start() {
        node.start(at: world.now, into: &output)
        collect()
    }

    /// Runs; `work` is called each second.
    mutating func run(_ span: TimeSpan, _ work: (inout Self, Int) -> Void = { _, _ in }) {
        let step = TimeSpan.milliseconds(50)
        let steps = Int(span.nanoseconds / step.nanoseconds)
        for index in 0..<steps {
            if index % 20 == 0 { work(&self, index / 20) }
            world.advance(step)
            ship()
            while let due = parcels.indices.filter({ parcels[$0].at <= world.now }).min(by: {
                (parcels[$0].at, parcels[$0].number) < (parcels[$1].at, parcels[$1].number)
            }) {
                unpack(parcels.remove(at: due).parcel)
            }
            for late in deadlines.filter({ $0.at <= world.now }) {
                deadlines.removeAll { $0.id == late.id }
                node.receive(.failed(late.id, .unknown("deadline passed")), at: world.now, into: &output)
                collect()
            }
            if index % 2 == 0 {
                node.tick(at: world.now, into: &output)
                collect()
            }
        }
    }

    /// All three markets move, and somebody trades through the target's.
    mutating func stir(_ random: inout RandomSource) {
        let move = random.integer(in: -10...10)
        world.setReference(mid: 9_350_000 + move * 1_000)
        world.setRate(mid: 31_500 + random.integer(in: -3...3))
        let mid = World.mid + move * World.step
        world.setBook(mid: mid)
        let side: Side = random.chance(1, in: 2) ? .buy : .sell
        let reach = 60 * World.step
        world.trade(side, btc: random.integer(in: 1...4_300_000), limit: side == .buy ? mid + reach : mid - reach)
    }

    mutating func command(_ command: OperatorCommand) {
        node.command(command, at: world.now, into: &output)
        collect()
    }

    private mutating func send(_ parcel: Parcel) {
        count += 1
        parcels.append((world.now + latency, count, parcel))
    }

    private mutating func collect() {
        effects += output.effects
        notes += output.notes
        let commands = output.commands
        output.removeAll()
        for command in commands {
            switch command {
            case .request(let id, let request, let deadline):
                asked.append("\(request.method.rawValue) \(request.path)")
                deadlines.append((deadline, id))
                send(.request(id, request))
            case .openStream(let id, let target, let headers, _):
                send(.opening(id, HTTPRequest(method: .get, target: target, headers: headers)))
            case .closeStream(let id): send(.closing(id))
            case .unsignedRequest, .sendText, .ping: break
            }
        }
    }

    private static var restPeers: UInt64 { 1_000_000 }

    private mutating func unpack(_ parcel: Parcel) {
        let now = world.now
        var produced: [ServerEffect] = []
        switch parcel {
        case .request(let id, let request):
            world.server.handle(
                request, token: id.number, from: PeerID(Self.restPeers + id.number), address: "127.0.0.1", at: now,
                into: &produced)
        case .opening(let id, let request):
            if let refusal = world.server.refusal(ofStream: request) {
                send(.event(.streamClosed(id, "HTTP \(refusal.status)")))
            } else {
                send(.event(.streamOpened(id)))
                world.server.streamOpened(PeerID(id.number), request, at: now, into: &produced)
            }
        case .closing(let id): world.server.streamClosed(PeerID(id.number))
        case .pong(let id): world.server.streamPong(PeerID(id.number), at: now, into: &produced)
        case .event(let event):
            if case .reply(let id, _) = event {
                guard deadlines.contains(where: { $0.id == id }) else { return }
                deadlines.removeAll { $0.id == id }
            }
            node.receive(event, at: now, into: &output)
            collect()
        }
        world.effects += produced
        ship()
    }

    private mutating func ship() {
        let effects = world.effects
        world.effects.removeAll()
        for effect in effects {
            switch effect {
            case .reply(_, let exchange, let response): send(.event(.reply(RequestID(exchange), response)))
            case .dropReply(_, let exchange):
                send(.event(.failed(RequestID(exchange), .unknown("connection closed"))))
                deadlines.removeAll { $0.id == RequestID(exchange) }
            case .sendText(let peer, let bytes): send(.event(.streamText(StreamID(peer.number), bytes)))
            case .ping(let peer):
                send(.event(.streamPing(StreamID(peer.number))))
                send(.pong(StreamID(peer.number)))
            case .close(let peer, _, let reason): send(.event(.streamClosed(StreamID(peer.number), reason)))
            case .abort(let peer): send(.event(.streamClosed(StreamID(peer.number), "reset")))
            }
        }
    }

    // MARK: Looking

    var market: MarketStatus? { node.engine?.status.markets.first }
    var orders: [TradingEngine::OrderStatus] { market?.orders ?? [] }
    var resting: [ExchangeOrder] { world.exchange.openOrders(of: AccountID(1), in: MarketID(0)) }
    func count(of path: String) -> Int { asked.count { $0.hasSuffix(path) } }
}

/// A ladder of three levels a side.
private func spotRigEngine(
    _ instruments: [Instrument], epoch: UInt32, _ capabilities: VenueCapabilities
) -> EngineConfiguration {
    let size = ExactDecimal("0.05")!
    let ladder = MirrorParameters(
        levels: [10, 20, 30].map { MirrorLevel(distance: .basisPoints($0), size: size) },
        referenceThreshold: .basisPoints(2), conversionThreshold: .basisPoints(2), refreshInterval: .seconds(30))
    let limits = MarketLimits(
        maxPositionValue: Cash(whole: 3_000_000), maxOpenOrders: 40, maxOrderValue: Cash(whole: 1_000_000),
        priceCollar: .basisPoints(300), staleAfter: .seconds(20), maxRepeatedFills: 1_000,
        repeatedFillWindow: .seconds(10))
    var target = MarketConfiguration(instrument: instruments[0], strategy: .mirror(ladder), limits: limits)
    target.reference = MarketID(2)
    target.conversion = MarketID(1)
    let watched = instruments.dropFirst().map {
        MarketConfiguration(instrument: $0, strategy: .watch, limits: limits)
    }
    let account = AccountLimits(
        maxExposure: Cash(whole: 3_000_000), minBalance: .zero, maxDailyLoss: Cash(whole: 5_000_000),
        maxDrawdown: Cash(whole: 5_000_000), maxMessages: 10_000, messageWindow: .seconds(10),
        maxRoundTrip: .seconds(4), breakerPause: .seconds(2))
    return EngineConfiguration(
        markets: [target] + watched, limits: account, epoch: epoch, arrivalHorizon: capabilities.arrivalHorizon,
        amends: capabilities.amend)
}
