internal import CBareLoop
internal import Cryptography
internal import Fundamentals
internal import MarketModel
internal import VenueExtended
internal import Wire

/// From a decided order at Extended to the bytes of its signed request, and how it splits between the thread that decides
/// and the one that signs.
enum ExtendedOrderBenchmark {
    private enum Part: CaseIterable {
        case whole, draft, signature

        var name: String {
            switch self {
            case .whole: "Extended: decision to signed order"
            case .draft: "Extended: decision to checked draft and its integers"
            case .signature: "Extended: draft to hash, signature and bytes"
            }
        }
    }

    static func run(_ settings: BenchmarkSettings) -> [BenchmarkRow] {
        let excludes =
            "the engine's own work, which the rows above measure; socket, TLS and connection. A post-only limit order that"
            + " replaces another."
        guard let stage = ExtendedOrderStage(), let stark = StarkStage() else {
            return [
                BenchmarkRow(Part.whole.name, unit: "µs", excludes: excludes).skipped("the market cannot be traded")
            ]
        }
        let count = settings.count(1_000)
        let parts = Part.allCases.map { part in
            { (0..<count).reduce(UInt64(0)) { $0 &* 31 &+ work(part, stage, $1) } }
        }
        let bare = { (0..<count).reduce(UInt64(0)) { $0 &* 31 &+ stark.run(.orderHashAndSignature, $1) } }
        let (times, checksum) = Measurement.processorTime(
            repetitions: settings.repetitions, operations: count, parts + [bare])
        let micro = times.map { $0.map { $0 / 1_000 } }
        return Part.allCases.enumerated().map { index, part in
            var row = BenchmarkRow(part.name, unit: "µs", excludes: excludes)
            row.ours = BenchmarkRow.Spread(micro[index])
            row.references = [
                BenchmarkRow.Reference("hash and signature alone", micro[parts.count], ours: micro[index])
            ]
            row.repetitions = settings.repetitions
            row.checksum = checksum.hexadecimal
            return row
        }
    }

    private static func work(_ part: Part, _ stage: ExtendedOrderStage, _ step: Int) -> UInt64 {
        switch part {
        case .whole:
            guard let order = stage.draft(step) else { return 0 }
            return fold(stage.bytes(order))
        case .draft: return stage.draft(step).map { UInt64($0.draft.nonce) } ?? 0
        case .signature: return fold(stage.bytes(stage.prepared))
        }
    }

    /// Of bytes that hold the signature.
    private static func fold(_ bytes: [UInt8]) -> UInt64 {
        bytes.suffix(260).reduce(0) { $0 &* 31 &+ UInt64($1) }
    }

    /// Allocations of one order, counted in a process of its own.
    static func allocations(_ settings: BenchmarkSettings) -> BenchmarkRow {
        let row = BenchmarkRow(
            "allocations per order at Extended", unit: "allocations",
            excludes: "the engine's own, which the row above counts. From the decision to the bytes of the request.")
        guard let child = ChildProcess(settings, ["extended-allocations", "\(settings.count(1_000))"]),
            let line = child.readLine()
        else { return row.skipped("the counting process did not start") }
        child.wait()
        let numbers = line.split(separator: " ").compactMap { Double($0) }
        guard numbers.count == 2 else { return row.skipped("nothing could be counted here: \(line)") }
        var counted = row
        counted.ours = BenchmarkRow.Spread([numbers[0]])
        counted.repetitions = 1
        counted.remark = "Of these, on the thread that decides: \(Benchmarks.text(numbers[1]))."
        return counted
    }

    /// In the child: prints the allocations of an order, and of its draft alone.
    static func countAllocations(_ arguments: [String]) -> Int32 {
        guard let count = arguments.first.flatMap({ Int($0) }), count > 0 else { return 64 }
        guard bare_count_allocations() == 1, let stage = ExtendedOrderStage() else {
            print("the tables of the program could not be changed")
            return 0
        }
        var checksum = work(.whole, stage, 0)
        let counts = [Part.whole, .draft].map { part in
            let before = bare_allocations()
            for step in 0..<count { checksum = checksum &* 31 &+ work(part, stage, step) }
            return Double(bare_allocations() - before) / Double(count)
        }
        print(counts.map { "\($0)" }.joined(separator: " "))
        return checksum == 0 ? 70 : 0
    }
}

/// A market of Extended, a signer and an order.
private struct ExtendedOrderStage {
    private let market: ExtendedMarket
    private let signer: ExtendedSigner
    private(set) var prepared: ExtendedUnsignedOrder

    init?() {
        guard let row = try? JSONValue.parse(Array(Self.row.utf8)),
            let market = try? ExtendedMarket(row, market: MarketID(0)),
            let credentials = try? ExtendedCredentials(
                apiKey: Secret(String(repeating: "k", count: 32)), vault: 421_717,
                privateKey: Secret(StarkStage.key))
        else { return nil }
        self.market = market
        signer = ExtendedSigner(credentials, chain: .mainnet)
        guard let order = Self.draft(1, market, signer) else { return nil }
        prepared = order
    }

    /// What the session does where decisions are made.
    func draft(_ step: Int) -> ExtendedUnsignedOrder? { Self.draft(step, market, signer) }

    private static func draft(_ step: Int, _ market: ExtendedMarket, _ signer: ExtendedSigner) -> ExtendedUnsignedOrder?
    {
        let spec = OrderSpec(
            market: MarketID(0), side: step % 2 == 0 ? .buy : .sell, price: Price(ticks: 84_000 + Int64(step % 100)),
            quantity: Quantity(lots: 400 + Int64(step % 50)), timeInForce: .postOnly)
        let id = ClientOrderID(epoch: 7, sequence: 1_234)
        let draft = try? ExtendedOrderDraft(
            ExtendedOrderID(id, revision: UInt32(step + 1)), spec, market,
            expiry: Instant(milliseconds: 1_798_876_800_250), nonce: UInt32(step + 1),
            replacing: ExtendedOrderID(id, revision: UInt32(step)))
        return draft.flatMap { try? signer.unsigned($0) }
    }

    /// What is left for the thread that signs.
    func bytes(_ order: ExtendedUnsignedOrder) -> [UInt8] {
        var bytes: [UInt8] = []
        signer.request(for: order).encode(into: &bytes, host: "api.starknet.extended.exchange")
        return bytes
    }

    /// As the venue lists it.
    private static let row =
        #"{"name":"BTC-USD","type":"PERPETUAL","assetName":"BTC","assetPrecision":5,"collateralAssetName":"USD","#
        + #""collateralAssetPrecision":6,"active":true,"status":"ACTIVE","#
        + #""tradingConfig":{"minOrderSize":"0.0001","minOrderSizeChange":"0.00001","minPriceChange":"1","#
        + #""maxMarketOrderValue":"3000000","maxLimitOrderValue":"15000000","maxPositionValue":"60000000","#
        + #""maxLeverage":"50.00","maxNumOrders":"200","limitPriceCap":"0.05","limitPriceFloor":"0.05"},"#
        + #""l2Config":{"type":"STARKX","collateralId":"0x1","collateralResolution":1000000,"#
        + #""syntheticId":"0x4254432d3600000000000000000000","syntheticResolution":1000000}}"#
}
