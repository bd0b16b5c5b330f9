internal import CBareLoop
internal import Foundation
internal import Fundamentals
internal import MarketModel
internal import VenueAster
internal import Wire

/// One depth message of 20 levels a side, from bytes to ticks and lots.
enum DecodeBenchmark {
    static func run(_ settings: BenchmarkSettings) -> BenchmarkRow {
        var row = BenchmarkRow(
            "decode a 20-level depth message", unit: "µs",
            excludes: "socket, TLS and frame. 2,000 distinct messages of about 1,000 bytes, through the session's own"
                + " decoder; the references build a tree and convert nothing.")
        let messages = messages(settings.count(2_000))
        let ours = { decode(messages) }
        let tree = { messages.reduce(UInt64(0)) { $0 &+ UInt64(fold((try? JSONValue.parse($1)) ?? .null)) } }
        let foundation = { messages.reduce(UInt64(0)) { $0 &+ fold(foundation: $1) } }
        let (times, checksum) = Measurement.processorTime(
            repetitions: settings.repetitions, operations: messages.count, [ours, foundation, tree])
        let micro = times.map { $0.map { $0 / 1_000 } }
        row.ours = BenchmarkRow.Spread(micro[0])
        row.references = [
            BenchmarkRow.Reference("Foundation JSONSerialization", micro[1], ours: micro[0]),
            BenchmarkRow.Reference("JSONValue tree", micro[2], ours: micro[0]),
        ]
        row.budget = BenchmarkRow.Budget(.median, 2.5)
        row.repetitions = settings.repetitions
        row.checksum = checksum.hexadecimal
        return row
    }

    /// Allocations of decoding `count` messages, the first hundred aside. The counters must be running.
    static func allocations(_ count: Int) -> Int64 {
        let messages = messages(count + 100)
        var decoder = AsterMarketDecoder(instruments: [DepthMessages.instrument], rawDepthIsComplete: true)
        for message in messages.prefix(100) { _ = try? decoder.decode(message) }
        let before = bare_allocations()
        for index in 100..<messages.count { _ = try? decoder.decode(messages[index]) }
        return bare_allocations() - before
    }

    private static func messages(_ count: Int) -> [[UInt8]] {
        var random = RandomSource(seed: 1)
        return (0..<count).map { index in
            let mid = random.integer(in: 9_000...9_999)
            let time = 1_768_551_600_000 + Int64(index)
            return Array(
                DepthMessages.depth(id: Int64(index) * 4 + 1_000, mid: mid, milliseconds: time, random: &random).utf8)
        }
    }

    private static func decode(_ messages: [[UInt8]]) -> UInt64 {
        var decoder = AsterMarketDecoder(instruments: [DepthMessages.instrument], rawDepthIsComplete: true)
        var sum: UInt64 = 0
        for message in messages {
            guard case .snapshot(_, let update)? = try? decoder.decode(message) else { continue }
            let first = update.bids.first?.price.ticks ?? 0
            let last = update.asks.last?.quantity.lots ?? 0
            sum = sum &* 31 &+ UInt64(truncatingIfNeeded: first &+ last &+ Int64(update.bids.count))
        }
        return sum
    }

    private static func fold(_ value: JSONValue) -> Int { value["b"]?.elements?.count ?? 0 }

    private static func fold(foundation message: [UInt8]) -> UInt64 {
        let tree = try? JSONSerialization.jsonObject(with: Data(message)) as? [String: Any]
        return UInt64((tree?["b"] as? [Any])?.count ?? 0)
    }
}
