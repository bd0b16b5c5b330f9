public import Exchange
public import Fundamentals
public import MarketModel

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

/// Where the background flow of a local venue's market comes from.
public enum VenueFlow: Hashable, Sendable {
    case synthetic
    /// A recording (``RecordingFile``), begun anew whenever it ends.
    case recording(path: String)

    public init(_ text: String) { self = text == "synthetic" ? .synthetic : .recording(path: text) }

    /// What a market plays.
    public struct Market: Sendable {
        public var instrument: Instrument
        /// Where synthetic flow begins, and whereto a recording of another asset is moved.
        public var startPrice: ExactDecimal
        public var flow: VenueFlow
        /// How much further from the middle each side stands than the flow says, as a share of the price.
        public var widening = Rate.zero

        public init(_ instrument: Instrument, startPrice: ExactDecimal, flow: VenueFlow) {
            self.instrument = instrument
            self.startPrice = startPrice
            self.flow = flow
        }
    }

    /// The flow of all markets from now on.
    ///
    /// - Parameter seed: of the synthetic flow.
    public static func open(
        _ markets: [Market], seed: UInt64, startingAt now: Instant
    ) throws(VenueHostError) -> any OrderFlow {
        var random = RandomSource(seed: seed)
        var flows: [any OrderFlow] = []
        for market in markets {
            let flow: any OrderFlow
            switch market.flow {
            case .synthetic: flow = try synthetic(market, seed: random.next(), startingAt: now)
            case .recording(let path):
                let recording = try RecordingFile(path).played(in: market.instrument, startPrice: market.startPrice)
                flow = RecordedFlow(recording, market: market.instrument.market, startingAt: now, loops: true)
            }
            flows.append(market.widening > .zero ? WidenedFlow(flow, by: market.widening) : flow)
        }
        return MergedFlow(flows)
    }

    private static func synthetic(
        _ market: Market, seed: UInt64, startingAt now: Instant
    ) throws(VenueHostError) -> any OrderFlow {
        guard let price = market.instrument.price(market.startPrice),
            let flow = SyntheticFlow(
                seed: seed, instrument: market.instrument, startPrice: price, startingAt: now,
                parameters: .typical(of: market.instrument, startPrice: price))
        else { throw VenueHostError("there is no synthetic flow for \(market.instrument.symbol)") }
        return flow
    }

    /// The symbol in a recording's file name, `…orderbook_SYMBOL.csv.gz`.
    public static func symbol(ofRecording path: String) -> String? { RecordingFile.symbol(of: path) }
}
