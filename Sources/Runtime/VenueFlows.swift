/// Which markets a local venue has, and which flow each of them plays, as the command line says.
public struct VenueFlows: Sendable {
    private struct Given: Sendable {
        /// As given.
        var symbol: String?
        /// By the recording's name; it decides where nothing else does.
        var hint: String?
        var flow: VenueFlow
    }

    public let symbols: [String]
    private let flows: [VenueFlow]

    /// - Parameters:
    ///   - texts: `synthetic`, `FILE` or `SYMBOL=FILE`, as often as there are.
    ///   - markets: as given; without any they follow from the flows.
    ///   - known: all symbols of the venue, the usual ones first.
    ///   - recorded: the venue's symbol for that of a recording.
    public init(
        flows texts: [String], markets: [String], known: [String], recorded: (String) -> String?
    ) throws(VenueHostError) {
        var given: [Given] = []
        for text in texts { given.append(try Self.read(text, known, recorded)) }
        let symbols = markets.isEmpty ? Self.symbols(of: given, known) : markets
        for (index, symbol) in symbols.enumerated() {
            guard known.contains(symbol) else {
                throw VenueHostError("--market \(symbol) is not known; known are \(known.joined(separator: ", "))")
            }
            guard !symbols[..<index].contains(symbol) else { throw VenueHostError("--market \(symbol) is given twice") }
        }
        self.symbols = symbols
        self.flows = try Self.assign(given, symbols)
    }

    /// Of the market at `index` of `symbols`.
    public func flow(_ index: Int) -> VenueFlow { flows[index] }
    public func isRecorded(_ index: Int) -> Bool { flows[index] != .synthetic }

    private static func read(
        _ text: String, _ known: [String], _ recorded: (String) -> String?
    ) throws(VenueHostError) -> Given {
        if let equals = text.firstIndex(of: "=") {
            let symbol = String(text[..<equals])
            let source = String(text[text.index(after: equals)...])
            if known.contains(symbol), !source.isEmpty {
                return Given(symbol: symbol, hint: nil, flow: VenueFlow(source))
            }
            // A path may hold the sign as well.
            guard symbol.contains("/") || symbol.contains(".") else {
                throw VenueHostError(
                    "--flow expects synthetic, FILE or SYMBOL=FILE with a symbol of the venue, found '\(text)'")
            }
        }
        return Given(
            symbol: nil, hint: VenueFlow.symbol(ofRecording: text).flatMap(recorded), flow: VenueFlow(text))
    }

    /// What the flows are about; the usual markets where they do not say.
    private static func symbols(of given: [Given], _ known: [String]) -> [String] {
        let named = given.compactMap { $0.symbol ?? $0.hint }
        var symbols: [String] = []
        for entry in given {
            let next = entry.symbol ?? entry.hint ?? known.first { !symbols.contains($0) && !named.contains($0) }
            if let next, !symbols.contains(next) { symbols.append(next) }
        }
        return symbols.isEmpty ? Array(known.prefix(1)) : symbols
    }

    /// Named flows to their markets, the others in order to those that are left.
    private static func assign(_ given: [Given], _ symbols: [String]) throws(VenueHostError) -> [VenueFlow] {
        var flows = [VenueFlow?](repeating: nil, count: symbols.count)
        for entry in given {
            guard let symbol = entry.symbol else { continue }
            guard let index = symbols.firstIndex(of: symbol), flows[index] == nil else {
                throw VenueHostError("--flow \(symbol)=… is given twice, or \(symbol) is no --market")
            }
            flows[index] = entry.flow
        }
        for entry in given where entry.symbol == nil {
            let own = entry.hint.flatMap { symbols.firstIndex(of: $0) }.flatMap { flows[$0] == nil ? $0 : nil }
            guard let index = own ?? flows.firstIndex(where: { $0 == nil }) else {
                throw VenueHostError("there are more flows than markets: name them with --market")
            }
            flows[index] = entry.flow
        }
        return flows.map { $0 ?? .synthetic }
    }
}
