public import Exchange
public import Fundamentals
internal import LocalVenues
internal import MarketModel

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
    /// Flow from now on.
    ///
    /// - Parameters:
    ///   - source: `synthetic`, or a recording for the first market (``RecordingFile``). A recording of another asset is
    ///     moved to the market's price. It begins anew when it ends; the other markets get synthetic flow.
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
        let recording = try RecordingFile(path).played(
            in: instrument, startPrice: AsterMarkets.price(instrument.symbol))
        return RecordedFlow(recording, market: instrument.market, startingAt: now, loops: true)
    }

    /// The symbol in a recording's file name, `…orderbook_SYMBOL.csv.gz`.
    public static func symbol(ofRecording path: String) -> String? { RecordingFile.symbol(of: path) }
}
