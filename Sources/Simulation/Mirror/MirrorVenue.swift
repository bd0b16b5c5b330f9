internal import Cryptography
internal import Exchange
internal import Fundamentals
internal import LocalVenues
internal import MarketModel
internal import VenueACE
internal import VenueBinance
internal import VenueBitoPro
internal import VenueKit
internal import VenueMAX

/// A venue as a mirror world needs it: how its two ends are made, what fails there, and how its books are read.
protocol MirrorVenue: Sendable {
    associatedtype Server: LocalVenue
    associatedtype Adapter: VenueAdapter
    associatedtype Fault: VenueFault

    /// The markets of its exchange, as the bot numbers them.
    static var markets: [MarketID] { get }
    static var takesBuyFeeInQuote: Bool { get }
    /// What can go wrong there by itself, each with odds in 10,000.
    static var faults: [(fault: Fault, range: ClosedRange<Int64>)] { get }
    static func makeServer(_ plan: MirrorPlan, seed: UInt64, startingAt start: Instant) -> Server
    static func makeAdapter(_ plan: MirrorPlan) -> Adapter
    static func exchange(_ server: Server) -> Exchange
    static func setChaos(_ chaos: VenueChaos<Fault>, of server: inout Server)
    static func strikes(_ fault: Fault, of server: Server) -> Int
    /// Our name for an order, as the venue's exchange keeps it.
    static func name(_ order: ExchangeOrder) -> String
}

extension MirrorVenue {
    static func name(_ order: ExchangeOrder) -> String { order.request.clientOrderID }

    static var faultNames: [(name: String, range: ClosedRange<Int64>)] {
        faults.map { ($0.fault.rawValue, $0.range) }
    }

    /// As planned, or (nil) with nothing wrong.
    static func setFaults(_ faults: MirrorPlan.VenueFaults?, of server: inout Server) {
        var chaos = VenueChaos<Fault>()
        chaos.silence = .seconds(12)
        for own in faults?.own ?? [] {
            if let fault = Fault(rawValue: own.name) { chaos.set(fault, chance: own.chance, in: FaultPlan.outOf) }
        }
        setChaos(chaos, of: &server)
    }
}

/// What is the same in all mirror worlds.
enum MirrorPlaces {
    static let target = MarketID(0)
    static let conversion = MarketID(1)
    static let reference = MarketID(2)
    /// The first account after the flow's.
    static let account = AccountID(1)
    /// What is held of the base asset at the start, on each venue.
    static let bitcoin = Cash(whole: 1)

    static func made<Value>(_ value: Value?) -> Value {
        guard let value else {
            preconditionFailure("what simulated venues are made of is constant and known to be valid")
        }
        return value
    }
}

// MARK: MAX

enum MAXMirror: MirrorVenue {
    static let markets = [MirrorPlaces.target, MirrorPlaces.conversion]
    static let takesBuyFeeInQuote = false
    private static let account = SpotAccountDefinition(
        name: "simulated", apiKey: "simulated-key", apiSecret: Secret("simulated-secret"),
        balances: [("TWD", Cash(whole: 5_000_000)), ("BTC", MirrorPlaces.bitcoin), ("USDT", Cash(whole: 1_000))])

    static let faults: [(fault: MAXFault, range: ClosedRange<Int64>)] = [
        (.failedAfterExecution, 10...400), (.replyLost, 10...300), (.replyDelayed, 10...300), (.requestLost, 10...200),
        (.rateLimited, 5...40), (.htmlBadGateway, 10...200), (.nonceRefused, 5...80), (.cancelDelayed, 50...3_000),
        (.userEventDropped, 20...800), (.userEventDuplicated, 20...1_500), (.userEventDelayed, 20...1_000),
        (.bookGap, 5...60), (.bookRestart, 5...60), (.marketSilence, 1...8), (.userSilence, 20...200),
        (.disconnect, 1...10),
    ]

    static func makeServer(_ plan: MirrorPlan, seed: UInt64, startingAt start: Instant) -> MAXServer {
        let markets = ["btctwd", "usdttwd"].enumerated().map { index, symbol in
            MirrorPlaces.made(MAXMarkets.definition(symbol, market: MarketID(index)))
        }
        return MirrorPlaces.made(
            try? MAXServer(
                configuration: MAXServerConfiguration(accounts: [account], markets: markets, seed: seed),
                startingAt: start))
    }

    static func makeAdapter(_ plan: MirrorPlan) -> MAXAdapter {
        MAXAdapter(
            markets: [
                AdapterMarket(MirrorPlaces.target, symbol: "btctwd", isTraded: true),
                AdapterMarket(MirrorPlaces.conversion, symbol: "usdttwd", isTraded: false),
            ],
            credentials: MirrorPlaces.made(
                try? MAXCredentials(accessKey: Secret(account.apiKey), secret: account.apiSecret)))
    }

    static func exchange(_ server: MAXServer) -> Exchange { server.exchange }
    static func setChaos(_ chaos: MAXChaos, of server: inout MAXServer) { server.chaos = chaos }
    static func strikes(_ fault: MAXFault, of server: MAXServer) -> Int { server.strikes(of: fault) }
}

// MARK: ACE

enum ACEMirror: MirrorVenue {
    static let markets = [MirrorPlaces.target, MirrorPlaces.conversion]
    static let takesBuyFeeInQuote = true
    private static let account = SpotAccountDefinition(
        name: "simulated", apiKey: "simulated-key", apiSecret: Secret("simulated-secret"),
        balances: [("TWD", Cash(whole: 5_000_000)), ("BTC", MirrorPlaces.bitcoin), ("USDT", Cash(whole: 1_000))])

    static let faults: [(fault: ACEFault, range: ClosedRange<Int64>)] = [
        (.replyLost, 10...300), (.replyDelayed, 10...300), (.requestLost, 10...200), (.htmlBadGateway, 10...200),
        (.htmlAfterExecution, 10...400), (.rateLimited, 5...40), (.unknownStatus, 10...200), (.refused, 10...200),
        (.batchPartlyFailed, 100...5_000), (.batchCutShort, 100...3_000), (.batchReplyLost, 100...2_000),
        (.batchRouteGone, 10...500), (.fillsRepeated, 100...5_000),
    ]

    static func makeServer(_ plan: MirrorPlan, seed: UInt64, startingAt start: Instant) -> ACEServer {
        let markets = ["BTC/TWD", "USDT/TWD"].enumerated().map { index, symbol in
            MirrorPlaces.made(ACEMarkets.definition(symbol, market: MarketID(index)))
        }
        var leeway = ACELeeway()
        leeway.hasBatchRoutes = plan.hasBatches
        return MirrorPlaces.made(
            try? ACEServer(
                configuration: ACEServerConfiguration(
                    accounts: [account], markets: markets, seed: seed, leeway: leeway),
                startingAt: start))
    }

    static func makeAdapter(_ plan: MirrorPlan) -> ACEAdapter {
        ACEAdapter(
            ACEConfiguration(
                markets: [
                    AdapterMarket(MirrorPlaces.target, symbol: "BTC/TWD", isTraded: true),
                    AdapterMarket(MirrorPlaces.conversion, symbol: "USDT/TWD", isTraded: false),
                ], supportsBatch: plan.hasBatches, requestsPerSecond: 20),
            credentials: ACECredentials(apiKey: account.apiKey, secretKey: account.apiSecret))
    }

    static func exchange(_ server: ACEServer) -> Exchange { server.exchange }
    static func setChaos(_ chaos: ACEChaos, of server: inout ACEServer) { server.chaos = chaos }
    static func strikes(_ fault: ACEFault, of server: ACEServer) -> Int { server.strikes(of: fault) }
}

// MARK: BitoPro

enum BitoProMirror: MirrorVenue {
    static let markets = [MirrorPlaces.target, MirrorPlaces.conversion]
    static let takesBuyFeeInQuote = false
    private static let account = SpotAccountDefinition(
        name: "simulated", apiKey: "simulated-key", apiSecret: Secret("simulated-secret"),
        balances: [("TWD", Cash(whole: 5_000_000)), ("BTC", MirrorPlaces.bitcoin), ("USDT", Cash(whole: 1_000))])

    static let faults: [(fault: BitoProFault, range: ClosedRange<Int64>)] = [
        (.replyLost, 10...300), (.replyDelayed, 10...300), (.requestLost, 10...200), (.htmlBadGateway, 10...200),
        (.errorAfterExecution, 10...400), (.rateLimited, 5...40), (.refused, 10...200),
        (.batchPartlyFailed, 100...5_000), (.batchCutShort, 100...3_000), (.batchReplyLost, 100...2_000),
        (.batchRouteGone, 10...500), (.accountEventDropped, 20...800), (.accountEventDuplicated, 20...1_500),
        (.accountEventDelayed, 20...1_000), (.streamSilence, 1...8), (.disconnect, 1...10),
    ]

    static func makeServer(_ plan: MirrorPlan, seed: UInt64, startingAt start: Instant) -> BitoProServer {
        let markets = ["BTC_TWD", "USDT_TWD"].enumerated().map { index, symbol in
            MirrorPlaces.made(BitoProMarkets.definition(symbol, market: MarketID(index)))
        }
        var leeway = BitoProLeeway()
        let failures = BitoProLeeway.BatchFailure.allCases
        leeway.batchFailure = failures[Int(seed % UInt64(failures.count))]
        return MirrorPlaces.made(
            try? BitoProServer(
                configuration: BitoProServerConfiguration(
                    accounts: [account], markets: markets, seed: seed, leeway: leeway), startingAt: start))
    }

    static func makeAdapter(_ plan: MirrorPlan) -> BitoProAdapter {
        var configuration = BitoProConfiguration(markets: [
            AdapterMarket(MirrorPlaces.target, symbol: "BTC_TWD", isTraded: true),
            AdapterMarket(MirrorPlaces.conversion, symbol: "USDT_TWD", isTraded: false),
        ])
        configuration.supportsBatch = plan.hasBatches
        return BitoProAdapter(
            configuration,
            credentials: BitoProCredentials(
                apiKey: account.apiKey, apiSecret: account.apiSecret, identity: "simulated@example.com"))
    }

    static func exchange(_ server: BitoProServer) -> Exchange { server.exchange }
    static func setChaos(_ chaos: BitoProChaos, of server: inout BitoProServer) { server.chaos = chaos }
    static func strikes(_ fault: BitoProFault, of server: BitoProServer) -> Int { server.strikes(of: fault) }

    /// The venue's clients have numbers for names: the start's, and the order's.
    static func name(_ order: ExchangeOrder) -> String {
        let number = order.request.tag
        guard number > 1 << 21 else { return order.request.clientOrderID }
        let (epoch, sequence) = (UInt32(truncatingIfNeeded: number >> 21) - 1, UInt32(number & (1 << 21 - 1)))
        return ClientOrderID(epoch: epoch, sequence: sequence).text
    }
}

// MARK: Binance

enum BinanceMirror: MirrorVenue {
    static let markets = [MirrorPlaces.reference]
    static let takesBuyFeeInQuote = false
    private static let account = BinanceAccountDefinition(
        name: "simulated", apiKey: "simulated-key", apiSecret: Secret("simulated-secret"),
        balances: [("USDT", Cash(whole: 200_000)), ("BTC", MirrorPlaces.bitcoin)])

    static let faults: [(fault: BinanceFault, range: ClosedRange<Int64>)] = [
        (.timeoutAfterExecution, 10...400), (.unavailableAfterExecution, 10...400), (.replyLost, 10...300),
        (.replyDelayed, 10...300), (.eventBeatsReply, 100...3_000), (.requestLost, 10...200), (.rateLimited, 5...40),
        (.htmlBadGateway, 10...200), (.untimely, 5...80), (.userEventDropped, 20...800),
        (.userEventDuplicated, 20...1_500), (.userEventDelayed, 20...1_000), (.subscriptionLost, 1...10),
        (.marketSilence, 1...8), (.userSilence, 20...200), (.serverShutdown, 1...5), (.disconnect, 1...10),
    ]

    static func makeServer(_ plan: MirrorPlan, seed: UInt64, startingAt start: Instant) -> BinanceServer {
        let markets = [MirrorPlaces.made(BinanceMarkets.definition("BTCUSDT", market: MarketID(0)))]
        return MirrorPlaces.made(
            try? BinanceServer(
                configuration: BinanceServerConfiguration(accounts: [account], markets: markets, seed: seed),
                startingAt: start))
    }

    static func makeAdapter(_ plan: MirrorPlan) -> BinanceSpotAdapter {
        let credentials = MirrorPlaces.made(
            try? BinanceCredentials(apiKey: Secret(account.apiKey), key: .hmac(account.apiSecret)))
        return BinanceSpotAdapter(
            BinanceSpotConfiguration(
                markets: [AdapterMarket(MirrorPlaces.reference, symbol: "BTCUSDT", isTraded: plan.isHedged)],
                credentials: plan.isHedged ? credentials : nil))
    }

    static func exchange(_ server: BinanceServer) -> Exchange { server.exchange }
    static func setChaos(_ chaos: BinanceChaos, of server: inout BinanceServer) { server.chaos = chaos }
    static func strikes(_ fault: BinanceFault, of server: BinanceServer) -> Int { server.strikes(of: fault) }
}
