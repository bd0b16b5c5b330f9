public import Fundamentals
public import MarketModel
internal import Wire

/// Why a run ended.
public enum ExerciseEnding: Hashable, Sendable {
    case rounds, duration, notional, asked
    case failed(ExerciseError)

    public var text: String {
        switch self {
        case .rounds: "all rounds were made"
        case .duration: "the time was over"
        case .notional: "the notional was used up"
        case .asked: "it was told to stop"
        case .failed(let error): error.description
        }
    }
}

/// What a run found out.
public struct ExerciseReport: Hashable, Sendable {
    public var venue = ""
    public var symbol = ""
    public var rounds = 0
    public var ordersPlaced = 0
    public var ordersRefused = 0
    /// Place requests that were never answered.
    public var unanswered = 0
    /// Trades in which both sides were this account's, by the venue's flag or by one trade id on both sides.
    public var selfTrades = 0
    public var selfTraded = Quantity.zero
    /// Orders that the venue's self-trade prevention ended.
    public var prevented = 0
    /// Fills against others.
    public var otherFills = 0
    /// Σ price × quantity of all orders placed, in the quote asset.
    public var notional = Cash.zero
    /// Own orders that rested at the end; must be zero.
    public var leftOver = 0
    /// From request to answer of each placement, in nanoseconds.
    public var placeLatency = Histogram()
    public var ending = ExerciseEnding.asked

    public init() {}

    /// It ended as it should, and nothing of it rests.
    public var isClean: Bool {
        if case .failed = ending { return false }
        return leftOver == 0
    }

    private func milliseconds(_ numerator: UInt64, _ denominator: UInt64) -> String {
        "\(ExactDecimal(mantissa: Int128(placeLatency.quantile(numerator, in: denominator) / 1_000), scale: 3)) ms"
    }

    /// For people.
    public func lines(_ instrument: Instrument?) -> [String] {
        let base = instrument.map { "\($0.text(selfTraded)) \($0.baseAsset)" } ?? "\(selfTraded)"
        return [
            "venue            \(venue) \(symbol)",
            "rounds           \(rounds)",
            "orders           \(ordersPlaced) placed, \(ordersRefused) refused, \(unanswered) unanswered",
            "self-trades      \(selfTrades) printed (\(base)), \(prevented) orders ended by prevention",
            "other fills      \(otherFills)",
            "notional         \(notional)",
            "place latency    p50 \(milliseconds(50, 100)), p99 \(milliseconds(99, 100))",
            "left resting     \(leftOver)",
            "ended because    \(ending.text)",
        ]
    }

    /// For machines.
    public var json: String {
        var json = JSONWriter()
        json.beginObject()
        json.member("venue", venue)
        json.member("symbol", symbol)
        for (name, value) in [
            ("rounds", rounds), ("orders_placed", ordersPlaced), ("orders_refused", ordersRefused),
            ("unanswered", unanswered), ("self_trades", selfTrades), ("orders_prevented", prevented),
            ("other_fills", otherFills), ("left_resting", leftOver),
        ] {
            json.key(name)
            json.integer(Int64(value))
        }
        json.member("notional", "\(notional)")
        json.key("place_p50_us")
        json.integer(placeLatency.quantile(50, in: 100) / 1_000)
        json.key("place_p99_us")
        json.integer(placeLatency.quantile(99, in: 100) / 1_000)
        json.member("ended", ending.text)
        json.member("clean", isClean)
        json.endObject()
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
