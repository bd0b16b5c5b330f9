internal import Exchange
internal import Fundamentals

/// Background flow of all markets: the earliest event comes first, and of several at once that of the first market.
struct WorldFlow: OrderFlow {
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

    mutating func next() -> FlowEvent? { earliest.flatMap { flows[$0].next() } }
}
