internal import Fundamentals
internal import MarketModel
internal import SystemIO
internal import VenueAster
internal import Wire

/// The depth events of a recorded book, decoded.
struct Recording {
    var snapshot: BookUpdate
    /// From the first that continues the snapshot.
    var deltas: [BookUpdate]

    var levelCount: Int { deltas.reduce(0) { $0 + $1.bids.count + $1.asks.count } }

    /// Reads `binance/usdm_btcusdt_20240808.gz`: lines of a local time in nanoseconds and a message of a combined
    /// stream, one of them a REST snapshot. Nil when there is no such file or it is another.
    init?(folder: String, limit: Int) {
        guard let instrument = Self.instrument,
            let packed = try? readFile("\(folder)/binance/usdm_btcusdt_20240808.gz", limit: 64 << 20),
            let bytes = try? gunzip(packed, limit: 512 << 20)
        else { return nil }
        var decoder = AsterMarketDecoder(instruments: [instrument])
        var found: BookUpdate?
        var all: [BookUpdate] = []
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            guard all.count < limit || found == nil else { break }
            guard let space = line.firstIndex(of: UInt8(ascii: " ")) else { continue }
            let message = Array(line[(space + 1)...])
            if message.starts(with: #"{"lastUpdateId""#.utf8) {
                found = found ?? Self.snapshot(message, instrument)
            } else if case .delta(_, let update)? = try? decoder.decode(message) {
                all.append(update)
            }
        }
        guard let found, let first = all.firstIndex(where: { $0.lastID >= found.lastID }) else { return nil }
        snapshot = found
        deltas = Array(all[first...])
    }

    private static func snapshot(_ message: [UInt8], _ instrument: Instrument) -> BookUpdate? {
        guard let value = try? JSONValue.parse(message), case .number(let id)? = value["lastUpdateId"],
            let lastID = Int64(id), let bids = value["bids"]?.elements, let asks = value["asks"]?.elements
        else { return nil }
        return BookUpdate(
            firstID: lastID, lastID: lastID, bids: bids.compactMap { level($0, instrument) },
            asks: asks.compactMap { level($0, instrument) })
    }

    private static func level(_ value: JSONValue, _ instrument: Instrument) -> BookLevel? {
        guard let pair = value.elements, pair.count == 2, let price = pair[0].text.flatMap({ ExactDecimal($0) }),
            let quantity = pair[1].text.flatMap({ ExactDecimal($0) }), let ticks = instrument.price(price),
            let lots = instrument.quantity(quantity)
        else { return nil }
        return BookLevel(ticks, lots)
    }

    private static let instrument = Instrument(
        market: MarketID(0), symbol: "BTCUSDT", baseAsset: "BTC", quoteAsset: "USDT", settlementAsset: "USDT",
        tickSize: ExactDecimal(mantissa: 1, scale: 1), lotSize: ExactDecimal(mantissa: 1, scale: 3),
        priceRange: Price(ticks: 1)...Price(ticks: 100_000_000),
        quantityRange: Quantity(lots: 1)...Quantity(lots: 1_000_000_000),
        marketQuantityRange: Quantity(lots: 1)...Quantity(lots: 1_000_000_000), minNotional: Cash(whole: 5),
        collarUp: Rate(parts: 105_000_000), collarDown: Rate(parts: 95_000_000),
        marketTakeBound: Rate(parts: 5_000_000), maxOpenOrders: 200, makerFee: .basisPoints(1),
        takerFee: .basisPoints(4))
}
