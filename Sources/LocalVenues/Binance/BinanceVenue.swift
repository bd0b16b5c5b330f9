internal import Cryptography
public import Exchange
public import Fundamentals
public import MarketModel
public import Wire

/// A local Binance with both of its sides behind one address: spot, and USD-M futures, each with an exchange of its own.
///
/// Paths decide: `/fapi/…` and the divided streams (`/public`, `/market`, `/private`) are the futures', and
/// `/apus/futures/…` is their `/apus/…`; everything else is spot's. Markets are numbered through: spot's first.
public struct BinanceVenue: Sendable {
    public internal(set) var spot: BinanceServer
    /// The family's server, in Binance's dialect.
    public internal(set) var futures: AsterServer
    /// Whose WebSockets are the futures'.
    private var futuresPeers: [PeerID] = []
    private let spotMarkets: Int

    /// What stands before the symbol of a futures market, where both sides are named together.
    public static let futuresMark = "usdm:"

    /// - Precondition: the futures speak Binance's dialect.
    public init(spot: BinanceServer, futures: AsterServer) {
        precondition(futures.configuration.dialect == .binanceFutures, "the futures side speaks as Binance")
        self.spot = spot
        self.futures = futures
        spotMarkets = spot.configuration.markets.count
    }

    private static func isFutures(_ target: String) -> Bool {
        ["/fapi/", "/public/", "/market/", "/private/"].contains(where: target.hasPrefix)
    }
}

extension BinanceVenue: LocalVenue, ExchangeBacked {
    public var exchange: Exchange { spot.exchange }
    public var exchanges: [(mark: String, exchange: Exchange)] {
        [("", spot.exchange), (Self.futuresMark, futures.exchange)]
    }
    public var nextDue: Instant { min(spot.nextDue, futures.nextDue) }
    public var clockSkew: TimeSpan { spot.clockSkew }

    public mutating func advance(to time: Instant, into effects: inout [ServerEffect]) {
        spot.advance(to: time, into: &effects)
        futures.advance(to: time, into: &effects)
    }

    public mutating func apply(_ flow: FlowEvent, at time: Instant, into effects: inout [ServerEffect]) {
        if flow.market.index < spotMarkets {
            spot.apply(flow, at: time, into: &effects)
        } else {
            futures.apply(flow.moved(by: -spotMarkets), at: time, into: &effects)
        }
    }

    public mutating func handle(
        _ request: HTTPRequest, token: UInt64, from peer: PeerID, address: String, at time: Instant,
        into effects: inout [ServerEffect]
    ) {
        if Self.isFutures(request.target) {
            futures.handle(request, token: token, from: peer, address: address, at: time, into: &effects)
        } else if request.target.hasPrefix("/apus/futures/") {
            var request = request
            request.target = "/apus/" + request.target.dropFirst("/apus/futures/".utf8.count)
            futures.handle(request, token: token, from: peer, address: address, at: time, into: &effects)
        } else {
            spot.handle(request, token: token, from: peer, address: address, at: time, into: &effects)
        }
    }

    public func refusal(ofStream request: HTTPRequest) -> HTTPResponse? {
        Self.isFutures(request.target) ? futures.refusal(ofStream: request) : spot.refusal(ofStream: request)
    }

    public mutating func streamOpened(
        _ peer: PeerID, _ request: HTTPRequest, at time: Instant, into effects: inout [ServerEffect]
    ) {
        guard Self.isFutures(request.target) else {
            return spot.streamOpened(peer, request, at: time, into: &effects)
        }
        futuresPeers.append(peer)
        futures.streamOpened(peer, request, at: time, into: &effects)
    }

    public mutating func streamText(
        _ peer: PeerID, _ bytes: [UInt8], at time: Instant, into effects: inout [ServerEffect]
    ) {
        if futuresPeers.contains(peer) {
            futures.streamText(peer, bytes, at: time, into: &effects)
        } else {
            spot.streamText(peer, bytes, at: time, into: &effects)
        }
    }

    public mutating func streamPong(_ peer: PeerID, at time: Instant, into effects: inout [ServerEffect]) {
        if futuresPeers.contains(peer) {
            futures.streamPong(peer, at: time, into: &effects)
        } else {
            spot.streamPong(peer, at: time, into: &effects)
        }
    }

    public mutating func streamPing(_ peer: PeerID, at time: Instant, into effects: inout [ServerEffect]) {
        if !futuresPeers.contains(peer) { spot.streamPing(peer, at: time, into: &effects) }
    }

    public mutating func streamClosed(_ peer: PeerID) {
        if let index = futuresPeers.firstIndex(of: peer) {
            futuresPeers.remove(at: index)
            futures.streamClosed(peer)
        } else {
            spot.streamClosed(peer)
        }
    }

    /// Both sides share addresses and keys.
    public func writeReadiness(http: String, ws: String, into json: inout JSONWriter) {
        spot.writeReadiness(http: http, ws: ws, into: &json)
        json.key("futures_symbols")
        json.beginArray()
        for market in futures.configuration.markets { json.string(market.instrument.symbol) }
        json.endArray()
    }
}

extension BinanceAccountDefinition {
    /// The same account on the futures side: same name, same HMAC keys. The wallets that Aster's accounts have sign nothing there.
    ///
    /// - Parameters:
    ///   - number: tells the made-up wallets of accounts apart.
    ///   - margin: what it holds there, in USDT.
    public func onFutures(_ number: Int, margin: Cash) -> AsterAccountDefinition? {
        let digits = String(number + 1, radix: 16)
        let padding = String(repeating: "0", count: max(0, 40 - digits.utf8.count))
        guard let wallet = EthereumAddress("0x" + padding + digits) else { return nil }
        return AsterAccountDefinition(
            name: name, apiKey: apiKey, apiSecret: apiSecret, user: wallet, signer: wallet, balances: [("USDT", margin)]
        )
    }
}
