internal import Fundamentals
internal import MarketModel

/// A stream of commands for a matching engine: 35 % cancel, 55 % passive limit orders, 10 % aggressive ones, about
/// 2,000 orders live. Buyers and sellers are different accounts, so that nobody meets himself.
struct MatchingCommands {
    enum Command {
        case place(Side, ticks: Int64, lots: Int64)
        /// The order of the command with that number.
        case cancel(Int)
    }

    private(set) var commands: [Command] = []

    init(count: Int, seed: UInt64) {
        var random = RandomSource(seed: seed)
        var book = NaiveMatching()
        var live: [Int] = []
        var mid: Int64 = 10_000
        while commands.count < count {
            let number = commands.count
            if random.chance(1, in: 200) { mid += random.integer(in: -3...3) }
            let dice = random.integer(in: 1...100)
            let command: Command
            if number >= 2_000, dice <= 35, let index = Self.pick(&live, from: book, &random) {
                command = .cancel(live.remove(at: index))
            } else {
                let side: Side = random.chance(1, in: 2) ? .buy : .sell
                let isAggressive = number >= 2_000 && dice > 90
                let away = isAggressive ? -random.integer(in: 5...30) : random.integer(in: 1...100)
                command = .place(
                    side, ticks: mid - side.sign * away,
                    lots: isAggressive ? random.integer(in: 10...60) : random.integer(in: 10...30))
                live.append(number)
            }
            book.apply(command, number: number)
            commands.append(command)
        }
    }

    /// An order that is still in the book, if one is soon found.
    private static func pick(_ live: inout [Int], from book: NaiveMatching, _ random: inout RandomSource) -> Int? {
        for _ in 0..<20 where !live.isEmpty {
            let index = Int(random.integer(in: 0...Int64(live.count - 1)))
            if book.isLive(live[index]) { return index }
            live.remove(at: index)
        }
        return nil
    }
}

/// What one writes first: each side an array of orders by price and time, searched from the front.
struct NaiveMatching {
    private struct Resting {
        var number: Int
        var ticks: Int64
        var lots: Int64
    }

    private var bids: [Resting] = []
    private var asks: [Resting] = []
    private(set) var volume: Int64 = 0

    func isLive(_ number: Int) -> Bool {
        bids.contains { $0.number == number } || asks.contains { $0.number == number }
    }

    mutating func apply(_ command: MatchingCommands.Command, number: Int) {
        switch command {
        case .cancel(let number):
            if let index = bids.firstIndex(where: { $0.number == number }) {
                bids.remove(at: index)
            } else if let index = asks.firstIndex(where: { $0.number == number }) {
                asks.remove(at: index)
            }
        case .place(.buy, let ticks, var lots):
            Self.take(&lots, from: &asks, &volume) { $0 <= ticks }
            if lots > 0 { Self.rest(Resting(number: number, ticks: ticks, lots: lots), in: &bids) { $0 < $1 } }
        case .place(.sell, let ticks, var lots):
            Self.take(&lots, from: &bids, &volume) { $0 >= ticks }
            if lots > 0 { Self.rest(Resting(number: number, ticks: ticks, lots: lots), in: &asks) { $0 > $1 } }
        }
    }

    private static func take(
        _ lots: inout Int64, from orders: inout [Resting], _ volume: inout Int64, _ crosses: (Int64) -> Bool
    ) {
        while lots > 0, let best = orders.first, crosses(best.ticks) {
            let part = min(lots, best.lots)
            lots -= part
            volume += part
            if part == best.lots { orders.removeFirst() } else { orders[0].lots -= part }
        }
    }

    private static func rest(_ order: Resting, in orders: inout [Resting], _ isWorse: (Int64, Int64) -> Bool) {
        let index = orders.firstIndex { isWorse($0.ticks, order.ticks) } ?? orders.count
        orders.insert(order, at: index)
    }
}
