internal import Fundamentals
internal import Quoting

/// The simulation of Avellaneda and Stoikov (2008), section 3.3: s = 100, T = 1, σ = 2, Δt = 0.005, κ = 1.5, A = 140. In
/// each step the mid moves by ±σ√Δt, and each quote fills with probability A·e^(−κδ)·Δt.
///
/// The *inventory* strategy quotes around the reservation price, the *symmetric* one around the mid with the spread that
/// the first has on average.
enum AvellanedaStoikovTables {
    enum Strategy: String, CaseIterable { case inventory, symmetric }

    struct Moments {
        var mean = 0.0
        var deviation = 0.0
    }

    struct Outcome {
        var profit = Moments()
        var inventory = Moments()
    }

    private struct Published {
        var table: String
        var gamma: Double
        var strategy: Strategy
        var profit: Double
        var deviation: Double
        var inventoryDeviation: Double
        /// Paths behind the number: the paper's 1,000, or a recomputation's 200,000.
        var paths: Double
    }

    private static let paper = 1_000.0
    private static let recomputed = 200_000.0

    private static let published: [Published] = [
        .init(
            table: "table 1", gamma: 0.1, strategy: .inventory, profit: 65.0, deviation: 6.6, inventoryDeviation: 2.9,
            paths: paper),
        .init(
            table: "table 1", gamma: 0.1, strategy: .symmetric, profit: 68.4, deviation: 12.7, inventoryDeviation: 8.4,
            paths: paper),
        .init(
            table: "table 2", gamma: 0.01, strategy: .inventory, profit: 68.6, deviation: 8.7, inventoryDeviation: 5.1,
            paths: paper),
        .init(
            table: "table 2", gamma: 0.01, strategy: .symmetric, profit: 68.8, deviation: 12.8, inventoryDeviation: 8.7,
            paths: paper),
        .init(
            table: "table 3", gamma: 1, strategy: .inventory, profit: 31.4, deviation: 5.0, inventoryDeviation: 1.7,
            paths: paper),
        .init(
            table: "table 3", gamma: 1, strategy: .symmetric, profit: 44.0, deviation: 11.0, inventoryDeviation: 5.1,
            paths: paper),
        .init(
            table: "its protocol", gamma: 0.5, strategy: .inventory, profit: 48.56, deviation: 5.90,
            inventoryDeviation: 1.96, paths: recomputed),
        .init(
            table: "its protocol", gamma: 0.5, strategy: .symmetric, profit: 59.98, deviation: 12.34,
            inventoryDeviation: 6.93, paths: recomputed),
    ]

    private static let horizon = 1.0
    private static let step = 0.005
    private static let sigma = 2.0
    private static let kappa = 1.5
    private static let a = 140.0

    static func rows(seed: UInt64, paths: Int) -> [PaperRow] {
        var random = RandomSource(seed: seed)
        return published.flatMap { row -> [PaperRow] in
            let outcome = simulate(gamma: row.gamma, row.strategy, paths: paths, random: random.fork())
            let spread = row.paths == paper ? 0.05 : 0.005
            let name = "\(row.table), γ = \(PaperTable.short(row.gamma)), \(row.strategy.rawValue): "
            // What is printed with one decimal is known to half a digit besides.
            func error(_ deviation: Double, _ factor: Double) -> Double {
                let sampled = deviation * deviation * factor * (1 / row.paths + 1 / Double(paths))
                return (sampled + spread * spread / 3).squareRoot()
            }
            return [
                ("profit", row.profit, outcome.profit.mean, error(outcome.profit.deviation, 1)),
                ("its deviation", row.deviation, outcome.profit.deviation, error(outcome.profit.deviation, 0.5)),
                (
                    "deviation of q", row.inventoryDeviation, outcome.inventory.deviation,
                    error(outcome.inventory.deviation, 0.5)
                ),
            ].map { what, value, ours, error in
                PaperRow(
                    paper: "Avellaneda–Stoikov 2008", item: name + what, published: value, ours: ours,
                    standardError: error, tolerance: 3)
            }
        }
    }

    /// Fill probabilities by step and inventory, worked out once: both strategies quote at the same distances whenever
    /// these are the same.
    private struct Quotes {
        static let most = 60
        var bid: [Double] = []
        var ask: [Double] = []
        var bidProbability: [Double] = []
        var askProbability: [Double] = []

        init(gamma: Double, _ strategy: Strategy, steps: Int) {
            let formula = AvellanedaStoikovFormula(gamma: gamma, kappa: kappa, sigma: sigma)
            for index in 0..<steps {
                let left = horizon - Double(index) * step
                for q in -Self.most...Self.most {
                    let skew: Double
                    let half: Double
                    switch strategy {
                    case .inventory:
                        skew = formula.skew(inventory: Double(q), timeLeft: left)
                        half = formula.spread(timeLeft: left) / 2
                    case .symmetric:
                        skew = 0
                        half = formula.spread(timeLeft: horizon / 2) / 2
                    }
                    bid.append(half + skew)
                    ask.append(half - skew)
                    bidProbability.append(min(1, a * Elementary.exp(-kappa * (half + skew)) * step))
                    askProbability.append(min(1, a * Elementary.exp(-kappa * (half - skew)) * step))
                }
            }
        }
    }

    static func simulate(gamma: Double, _ strategy: Strategy, paths: Int, random source: RandomSource) -> Outcome {
        var random = source
        let steps = Int((horizon / step).rounded())
        let quotes = Quotes(gamma: gamma, strategy, steps: steps)
        let move = sigma * step.squareRoot()
        var profits = (sum: 0.0, squares: 0.0)
        var inventories = (sum: 0.0, squares: 0.0)
        for _ in 0..<paths {
            var (mid, cash, q) = (100.0, 0.0, 0)
            for index in 0..<steps {
                let slot = index * (2 * Quotes.most + 1) + max(-Quotes.most, min(Quotes.most, q)) + Quotes.most
                let (buys, sells) = (
                    uniform(&random) < quotes.bidProbability[slot], uniform(&random) < quotes.askProbability[slot]
                )
                if buys {
                    cash -= mid - quotes.bid[slot]
                    q += 1
                }
                if sells {
                    cash += mid + quotes.ask[slot]
                    q -= 1
                }
                mid += random.next() & 1 == 0 ? move : -move
            }
            let profit = cash + Double(q) * mid
            profits = (profits.sum + profit, profits.squares + profit * profit)
            inventories = (inventories.sum + Double(q), inventories.squares + Double(q * q))
        }
        return Outcome(
            profit: moments(profits.sum, profits.squares, paths),
            inventory: moments(inventories.sum, inventories.squares, paths))
    }

    private static func uniform(_ random: inout RandomSource) -> Double { Double(random.next() >> 11) * 0x1p-53 }

    private static func moments(_ sum: Double, _ squares: Double, _ count: Int) -> Moments {
        let mean = sum / Double(count)
        return Moments(mean: mean, deviation: max(0, squares / Double(count) - mean * mean).squareRoot())
    }
}
