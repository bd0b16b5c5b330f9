import Cryptography
import Exchange
import Fundamentals
import MarketModel
import Quoting
import RiskControl
import TradingEngine
import VenueACE
import VenueKit
import Wire

@testable import LocalVenues

/// A trading node with a real session, and a local ACE, joined by bytes in virtual time.
struct ACERig {
    typealias Node = TradingNode<AdapterSession<ACEAdapter>>
    private enum Parcel {
        case request(RequestID, HTTPRequest)
        case event(TransportEvent)
    }

    var world: ACEWorld
    var node: Node
    var effects: [Effect] = []
    var notes: [SessionNote] = []
    var latency = TimeSpan.milliseconds(8)
    /// The paths of what was asked, in order.
    var asked: [String] = []
    private var output = NodeOutput()
    private var parcels: [(at: Instant, number: Int, parcel: Parcel)] = []
    private var deadlines: [(at: Instant, id: RequestID)] = []
    private var count = 0

    init(seed: UInt64 = 1, batch: Bool = false, requestsPerSecond: Int = 100) {
        var leeway = ACELeeway()
        leeway.hasBatchRoutes = batch
        world = ACEWorld(leeway: leeway, seed: seed)
        node = Self.node(batch: batch, requestsPerSecond: requestsPerSecond, seed: seed, epoch: 7)
    }

    /// A second start of the program, which knows nothing of the first.
    mutating func restart(batch: Bool = false) {
        parcels.removeAll()
        deadlines.removeAll()
        node = Self.node(batch: batch, requestsPerSecond: 100, seed: 2, epoch: 8)
        start()
    }

    private static func node(batch: Bool, requestsPerSecond: Int, seed: UInt64, epoch: UInt32) -> Node {
        let adapter = ACEAdapter(
            ACEConfiguration(
                markets: [
                    AdapterMarket(ACEWorld.btc, symbol: "BTC/TWD", isTraded: true),
                    AdapterMarket(ACEWorld.usdt, symbol: "USDT/TWD", isTraded: false),
                    AdapterMarket(ACEWorld.dollars, symbol: "BTC/USDT", isTraded: false),
                ], supportsBatch: batch, requestsPerSecond: requestsPerSecond),
            credentials: ACECredentials(apiKey: "key-a", secretKey: Secret("secret-a")))
        let capabilities = adapter.capabilities
        let session = AdapterSession(adapter, AdapterSessionConfiguration(seed: seed))
        return TradingNode(session: session, markets: 3) { instruments in
            TradingEngine(Self.engine(instruments, epoch: epoch, capabilities))
        }
    }

    /// A ladder of three levels around BTC/USDT × USDT/TWD.
    private static func engine(
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
        target.reference = ACEWorld.dollars
        target.conversion = ACEWorld.usdt
        let watched = instruments.dropFirst().map {
            MarketConfiguration(instrument: $0, strategy: .watch, limits: limits)
        }
        let account = AccountLimits(
            maxExposure: Cash(whole: 3_000_000), minBalance: .zero, maxDailyLoss: Cash(whole: 5_000_000),
            maxDrawdown: Cash(whole: 5_000_000), maxMessages: 10_000, messageWindow: .seconds(10),
            maxRoundTrip: .seconds(4), breakerPause: .seconds(2))
        var configuration = EngineConfiguration(
            markets: [target] + watched, limits: account, epoch: epoch, arrivalHorizon: capabilities.arrivalHorizon,
            amends: capabilities.amend)
        configuration.venues = [VenueConfiguration(.spot, name: "ACE")]
        return configuration
    }

    // MARK: Driving

    mutating func start() {
        node.start(at: world.now, into: &output)
        collect()
    }

    /// Runs; `work` is called each second.
    mutating func run(_ span: TimeSpan, _ work: (inout ACERig, Int) -> Void = { _, _ in }) {
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
        let mid = ACEWorld.mid + move * 3_150
        world.setBook(mid: mid)
        let side: Side = random.chance(1, in: 2) ? .buy : .sell
        world.trade(side, lots: random.integer(in: 1...4_300_000), limit: side == .buy ? mid + 200_000 : mid - 200_000)
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
            guard case .request(let id, let request, let deadline) = command else { continue }
            asked.append(String(request.path))
            deadlines.append((deadline, id))
            send(.request(id, request))
        }
    }

    private mutating func unpack(_ parcel: Parcel) {
        switch parcel {
        case .request(let id, let request):
            world.server.handle(
                request, token: id.number, from: PeerID(id.number), address: "127.0.0.1", at: world.now,
                into: &world.effects)
        case .event(let event):
            if case .reply(let id, _) = event {
                guard deadlines.contains(where: { $0.id == id }) else { return }
                deadlines.removeAll { $0.id == id }
            }
            node.receive(event, at: world.now, into: &output)
            collect()
        }
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
            case .sendText, .ping, .close, .abort: break
            }
        }
    }

    // MARK: Looking

    var market: MarketStatus? { node.engine?.status.markets.first }
    var orders: [TradingEngine::OrderStatus] { market?.orders ?? [] }
    /// What rests at the venue, by our names.
    var resting: [String] {
        world.server.exchange.openOrders(of: AccountID(1), in: ACEWorld.btc).map(\.request.clientOrderID)
    }
    func count(of endpoint: ACEEndpoint) -> Int { asked.count { $0.hasSuffix(endpoint.rawValue) } }
}
