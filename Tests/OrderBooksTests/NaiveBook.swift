import MarketModel

/// The slow and obvious book: two sorted arrays. The oracle beside the ladder.
struct NaiveBook {
    var bids: [BookLevel] = []
    var asks: [BookLevel] = []

    mutating func set(_ side: Side, _ level: BookLevel) {
        switch side {
        case .buy: Self.set(level, in: &bids) { $0 > $1 }
        case .sell: Self.set(level, in: &asks) { $0 < $1 }
        }
    }

    mutating func apply(_ update: BookUpdate) {
        for level in update.bids { set(.buy, level) }
        for level in update.asks { set(.sell, level) }
    }

    private static func set(_ level: BookLevel, in levels: inout [BookLevel], isBetter: (Price, Price) -> Bool) {
        levels.removeAll { $0.price == level.price }
        guard level.quantity > .zero else { return }
        let index = levels.firstIndex { isBetter(level.price, $0.price) } ?? levels.count
        levels.insert(level, at: index)
    }
}
