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

    init(seed: UInt64 = 1, batch: Bool = false, requestsPerSecond: Int = 60, spread: Rate = .basisPoints(5)) {
        var leeway = ACELeeway()
        leeway.hasBatchRoutes = batch
        world = ACEWorld(leeway: leeway, seed: seed)
        node = Self.node(batch: batch, requestsPerSecond: requestsPerSecond, spread: spread, seed: seed, epoch: 7)
    }

    /// A second start of the program, which knows nothing of the first.
    mutating func restart(batch: Bool = false) {
        parcels.removeAll()
        deadlines.removeAll()
        node = Self.node(batch: batch, requestsPerSecond: 60, spread: .basisPoints(5), seed: 2, epoch: 8)
        start()
    }

    private static func node(
        batch: Bool, requestsPerSecond: Int, spread: Rate, seed: UInt64, epoch: UInt32
    ) -> Node {
        let adapter = ACEAdapter(
            ACEConfiguration(
                markets: [AdapterMarket(ACEWorld.btc, symbol: "BTC/TWD", isTraded: true)], supportsBatch: batch,
                requestsPerSecond: requestsPerSecond),
            credentials: ACECredentials(apiKey: "key-a", secretKey: Secret("secret-a")))
        let capabilities = adapter.capabilities
        return TradingNode(session: AdapterSession(adapter, AdapterSessionConfiguration(seed: seed))) { instruments in
            let parameters = PercentSpreadParameters(
                spread: spread, orderSize: ExactDecimal("0.1")!, refreshInterval: .seconds(60),
                priceMoveThreshold: Rate(parts: 5_000), timeInForce: .goodTillCancel)
            let limits = MarketLimits(
                maxPositionValue: Cash(whole: 3_000_000), maxOpenOrders: 12, maxOrderValue: Cash(whole: 1_000_000),
                priceCollar: .basisPoints(300), staleAfter: .seconds(20), maxRepeatedFills: 1_000,
                repeatedFillWindow: .seconds(10))
            let account = AccountLimits(
                maxExposure: Cash(whole: 3_000_000), minBalance: .zero, maxDailyLoss: Cash(whole: 5_000_000),
                maxDrawdown: Cash(whole: 5_000_000), maxMessages: 10_000, messageWindow: .seconds(10),
                maxRoundTrip: .seconds(4), breakerPause: .seconds(2))
            return TradingEngine(
                EngineConfiguration(
                    markets: [
                        MarketConfiguration(
                            instrument: instruments[0], strategy: .percentSpread(parameters), limits: limits)
                    ],
                    limits: account, epoch: epoch, arrivalHorizon: capabilities.arrivalHorizon,
                    amends: capabilities.amend))
        }
    }

    // MARK: Driving

    mutating func start() {
        node.start(at: world.now, into: &output)
        collect()
    }

    /// Runs; `work` is called each second.
    mutating func run(_ span: TimeSpan, _ work: (inout ACERig, Int) -> Void = { _, _ in }) {
        let step = TimeSpan.milliseconds(25)
        let steps = Int(span.nanoseconds / step.nanoseconds)
        for index in 0..<steps {
            if index % 40 == 0 { work(&self, index / 40) }
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
            if index % 4 == 0 {
                node.tick(at: world.now, into: &output)
                collect()
            }
        }
    }

    /// The market moves, and somebody trades through it.
    mutating func stir(_ random: inout RandomSource) {
        let mid = ACEWorld.mid + random.integer(in: -30_000...30_000)
        world.setBook(mid: mid)
        let side: Side = random.chance(1, in: 2) ? .buy : .sell
        world.trade(side, lots: random.integer(in: 1...4_500_000), limit: side == .buy ? mid + 40_000 : mid - 40_000)
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
