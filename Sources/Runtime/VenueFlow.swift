public import Exchange
public import Fundamentals
internal import LocalVenues
internal import MarketModel
internal import SystemIO

/// Background flow of several markets at once: the earliest event comes first.
struct MergedFlow: OrderFlow {
    private var flows: [any OrderFlow]

    init(_ flows: [any OrderFlow]) { self.flows = flows }

    private var earliest: Int? {
        var best: (index: Int, due: Instant)?
        for (index, flow) in flows.enumerated() {
            guard let due = flow.nextDue, best.map({ due < $0.due }) ?? true else { continue }
            best = (index, due)
        }
        return best?.index
    }

    var nextDue: Instant? { earliest.flatMap { flows[$0].nextDue } }

    mutating func next() -> FlowEvent? {
        guard let index = earliest else { return nil }
        return flows[index].next()
    }
}

/// Where a local venue's background flow comes from.
public enum VenueFlow {
    private static let fileLimit = 1 << 30

    /// Flow from now on.
    ///
    /// - Parameters:
    ///   - source: `synthetic`, or the order book file of a recording of the first market, whose trades are found by
    ///     name. A recording begins anew when it ends; the other markets get synthetic flow.
    ///   - seed: of the synthetic flow.
    public static func open(
        _ source: String, _ markets: [MarketDefinition], seed: UInt64, startingAt now: Instant
    ) throws(VenueHostError) -> any OrderFlow {
        var random = RandomSource(seed: seed)
        var flows: [any OrderFlow] = []
        for market in markets {
            let isRecorded = source != "synthetic" && flows.isEmpty
            flows.append(
                isRecorded
                    ? try recorded(source, market.instrument, startingAt: now)
                    : try synthetic(market.instrument, seed: random.next(), startingAt: now))
        }
        return MergedFlow(flows)
    }

    private static func synthetic(
        _ instrument: Instrument, seed: UInt64, startingAt now: Instant
    ) throws(VenueHostError) -> any OrderFlow {
        guard let price = AsterMarkets.price(instrument.symbol).flatMap({ instrument.price($0) }),
            let flow = SyntheticFlow(
                seed: seed, instrument: instrument, startPrice: price, startingAt: now,
                parameters: .typical(of: instrument, startPrice: price))
        else { throw VenueHostError("there is no synthetic flow for \(instrument.symbol)") }
        return flow
    }

    private static func recorded(
        _ path: String, _ instrument: Instrument, startingAt now: Instant
    ) throws(VenueHostError) -> any OrderFlow {
        guard let tradesPath = tradesPath(of: path) else {
            throw VenueHostError(
                "--flow must be 'synthetic' or a file named like 20250929_orderbook_ASTERUSDT.csv.gz, found '\(path)'")
        }
        if let symbol = symbol(ofRecording: path), symbol != instrument.symbol {
            throw VenueHostError("\(path) records \(symbol), but the first market is \(instrument.symbol)")
        }
        let (book, trades) = (try read(path), try read(tradesPath))
        do throws(RecordingError) {
            let recording = try MarketRecording(book: book, trades: trades, instrument: instrument)
            return RecordedFlow(recording, market: instrument.market, startingAt: now, loops: true)
        } catch {
            throw VenueHostError("cannot play \(path): \(error)")
        }
    }

    /// The symbol in a recording's file name, `…orderbook_SYMBOL.csv.gz`.
    public static func symbol(ofRecording path: String) -> String? {
        guard let range = marker(in: path) else { return nil }
        let symbol = path[range.upperBound...].prefix { $0.isLetter || $0.isNumber }
        return symbol.isEmpty ? nil : String(symbol)
    }

    private static func tradesPath(of path: String) -> String? {
        guard let range = marker(in: path) else { return nil }
        return path[..<range.lowerBound] + "trades_" + path[range.upperBound...]
    }

    private static func marker(in path: String) -> Range<String.Index>? { path.ranges(of: "orderbook_").last }

    private static func read(_ path: String) throws(VenueHostError) -> [UInt8] {
        do throws(FileError) {
            let bytes = try readFile(path, limit: fileLimit)
            return bytes.starts(with: [0x1F, 0x8B]) ? try gunzip(bytes, limit: fileLimit) : bytes
        } catch {
            throw VenueHostError("\(error)")
        }
    }
}
