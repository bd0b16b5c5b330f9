/// One line of the report: what was measured, against what, and whether it is within its budget.
public struct BenchmarkRow: Codable, Hashable, Sendable {
    /// The median and the range of the repetitions.
    public struct Spread: Codable, Hashable, Sendable {
        public var median: Double
        public var minimum: Double
        public var maximum: Double

        /// - Precondition: there is at least one value.
        public init(_ values: [Double]) {
            precondition(!values.isEmpty, "a spread is of at least one repetition")
            let sorted = values.sorted()
            let middle = sorted.count / 2
            median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
            minimum = sorted[0]
            maximum = sorted[sorted.count - 1]
        }
    }

    /// The same work done by something else, in the same run, turn by turn with ours.
    public struct Reference: Codable, Hashable, Sendable {
        public var name: String
        public var spread: Spread
        /// Median of ours ÷ reference over the repetitions, which shared load disturbs least.
        public var ratio: Double

        public init(_ name: String, _ values: [Double], ours: [Double]) {
            self.name = name
            spread = Spread(values)
            ratio = Spread(zip(ours, values).map { $0 / $1 }).median
        }
    }

    public struct Budget: Codable, Hashable, Sendable {
        public enum Measure: String, Codable, Sendable {
            /// The median may be at most `limit` units.
            case median
            /// The ratio to the first reference may be at most `limit`.
            case ratio
        }
        public var measure: Measure
        public var limit: Double

        public init(_ measure: Measure, _ limit: Double) {
            self.measure = measure
            self.limit = limit
        }
    }

    public var name: String
    /// `ns`, `µs`, `orders/s`, …
    public var unit: String
    /// Nil when the row was skipped.
    public var ours: Spread?
    public var references: [Reference] = []
    public var budget: Budget?
    public var repetitions = 0
    /// What is not in the number.
    public var excludes: String
    /// Folded from the results of the work, which therefore was not optimised away.
    public var checksum: String?
    /// Why there is no number, or something the number does not say.
    public var remark: String?

    public init(_ name: String, unit: String, excludes: String) {
        self.name = name
        self.unit = unit
        self.excludes = excludes
    }

    /// Nil where there is no budget or no number.
    public var isWithinBudget: Bool? {
        guard let budget, let ours else { return nil }
        switch budget.measure {
        case .median: return ours.median <= budget.limit
        case .ratio: return references.first.map { $0.ratio <= budget.limit }
        }
    }

    func skipped(_ reason: String) -> BenchmarkRow {
        var row = self
        row.remark = "skipped: \(reason)"
        return row
    }
}
