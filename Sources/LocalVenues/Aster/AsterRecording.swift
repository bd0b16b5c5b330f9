public import Exchange
public import Fundamentals
public import MarketModel

/// Why a recording cannot be played: which line of which file, and what was expected there.
public struct RecordingError: Error, Hashable, Sendable, CustomStringConvertible {
    public var file: String
    /// Counted from 1.
    public var line: Int
    public var reason: String

    public var description: String { "\(file), line \(line): \(reason)" }
}

/// A recorded order book with its trades, as flow: each book moves the resting flow to what was there, each trade
/// takes from it what was taken.
///
/// Both files are CSV with a header. Books: `unix_timestamp` (seconds, with decimals), `lastUpdateId`, then price and
/// quantity of the levels, bids before asks, best first. Trades: `id`, `unix_timestamp_ms`, `side` (of the taker),
/// `price`, `quantity`.
public struct AsterRecording: OrderFlow {
    private struct Step: Sendable {
        let time: Instant
        let event: FlowEvent
    }

    private let steps: [Step]
    private var position = 0

    /// Events in the order of their times, from the first book on; a trade comes before a book of the same moment.
    public init(books: [UInt8], trades: [UInt8], instrument: Instrument) throws(RecordingError) {
        let reader = RecordingReader(instrument: instrument)
        var taken: [Step] = []
        try reader.eachLine(of: trades, "trades") { fields throws(RecordingFault) in
            taken.append(Step(time: try reader.milliseconds(fields, 1), event: try reader.trade(fields)))
        }
        var steps: [Step] = []
        try reader.eachLine(of: books, "order book") { fields throws(RecordingFault) in
            steps.append(Step(time: try reader.seconds(fields, 0), event: try reader.book(fields)))
        }
        // Trades before the first book have nothing to take from.
        guard let opening = steps.first?.time else {
            throw RecordingError(file: "order book", line: 2, reason: "expected at least one book")
        }
        steps = taken.filter { $0.time >= opening } + steps
        // A stable order: equal times keep trades first, then the order of the files.
        self.steps = steps.enumerated()
            .sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
            .map(\.element)
    }

    public var count: Int { steps.count }
    public var nextDue: Instant? { position < steps.count ? steps[position].time : nil }

    public mutating func next() -> FlowEvent? {
        guard position < steps.count else { return nil }
        defer { position += 1 }
        return steps[position].event
    }
}

/// What is wrong with one line.
struct RecordingFault: Error { let reason: String }

/// Reads the lines of a recording.
private struct RecordingReader {
    let instrument: Instrument

    func eachLine(
        of bytes: [UInt8], _ file: String, _ body: ([Substring]) throws(RecordingFault) -> Void
    ) throws(RecordingError) {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw RecordingError(file: file, line: 1, reason: "not UTF-8 text")
        }
        var number = 0
        // By bytes: to Swift, a carriage return and a line feed together are one character.
        for bytes in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            let line = Substring(bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes)
            // The first line is the header; the last one ends with a line feed.
            guard number > 1, !line.isEmpty else { continue }
            do throws(RecordingFault) {
                try body(line.split(separator: ",", omittingEmptySubsequences: false))
            } catch {
                throw RecordingError(file: file, line: number, reason: error.reason)
            }
        }
    }

    private func decimal(_ fields: [Substring], _ index: Int) throws(RecordingFault) -> ExactDecimal {
        guard index < fields.count, let number = ExactDecimal(fields[index]) else {
            throw RecordingFault(reason: "column \(index + 1) must be a decimal number")
        }
        return number
    }

    private func price(_ fields: [Substring], _ index: Int) throws(RecordingFault) -> Price {
        guard let price = instrument.price(try decimal(fields, index)), price.ticks > 0 else {
            throw RecordingFault(reason: "column \(index + 1) must be a multiple of the tick \(instrument.tickSize)")
        }
        return price
    }

    /// Rounded down to lots: what is less than a lot cannot be traded.
    private func quantity(_ fields: [Substring], _ index: Int) throws(RecordingFault) -> Quantity {
        let number = try decimal(fields, index)
        let scale = max(number.scale, instrument.lotSize.scale)
        guard let value = number.units(atScale: scale), let unit = instrument.lotSize.units(atScale: scale), value >= 0,
            let lots = Int64(exactly: value / unit)
        else { throw RecordingFault(reason: "column \(index + 1) must be a quantity") }
        return Quantity(lots: lots)
    }

    func milliseconds(_ fields: [Substring], _ index: Int) throws(RecordingFault) -> Instant {
        let count = try decimal(fields, index).int64(atScale: 0)
        guard let count, (0...32_503_680_000_000).contains(count) else {
            throw RecordingFault(reason: "column \(index + 1) must be a time in milliseconds")
        }
        return Instant(milliseconds: count)
    }

    func seconds(_ fields: [Substring], _ index: Int) throws(RecordingFault) -> Instant {
        let count = try decimal(fields, index).int64(atScale: 9)
        guard let count, count >= 0 else {
            throw RecordingFault(reason: "column \(index + 1) must be a time in seconds with at most nine decimals")
        }
        return Instant(nanoseconds: count)
    }

    func trade(_ fields: [Substring]) throws(RecordingFault) -> FlowEvent {
        guard fields.count >= 5 else { throw RecordingFault(reason: "expected five columns") }
        guard let side = Side(rawValue: fields[2].lowercased()) else {
            throw RecordingFault(reason: "column 3 must be buy or sell")
        }
        return .trade(
            instrument.market, aggressor: side, quantity: try quantity(fields, 4),
            limit: try limit(fields, 3, of: side))
    }

    /// Prints against hidden orders lie between ticks. They are taken to reach only what rests at a better price: a
    /// buy is rounded down, a sell up.
    private func limit(_ fields: [Substring], _ index: Int, of side: Side) throws(RecordingFault) -> Price {
        let number = try decimal(fields, index)
        let scale = max(number.scale, instrument.tickSize.scale)
        guard let value = number.units(atScale: scale), let unit = instrument.tickSize.units(atScale: scale), value > 0,
            let down = Int64(exactly: value / unit), down < .max
        else { throw RecordingFault(reason: "column \(index + 1) must be a price") }
        return Price(ticks: side == .sell && value % unit != 0 ? down + 1 : down)
    }

    func book(_ fields: [Substring]) throws(RecordingFault) -> FlowEvent {
        let columns = fields.count - 2
        guard columns > 0, columns % 4 == 0 else {
            throw RecordingFault(reason: "expected a time, an id, and as many levels of bids as of asks")
        }
        let half = 2 + columns / 2
        return .book(
            instrument.market, bids: try levels(fields, 2..<half), asks: try levels(fields, half..<fields.count))
    }

    private func levels(_ fields: [Substring], _ range: Range<Int>) throws(RecordingFault) -> [BookLevel] {
        var levels: [BookLevel] = []
        for index in stride(from: range.lowerBound, to: range.upperBound, by: 2) {
            // Thin books have empty columns.
            if fields[index].isEmpty { continue }
            let level = BookLevel(try price(fields, index), try quantity(fields, index + 1))
            if level.quantity > .zero { levels.append(level) }
        }
        return levels
    }
}
