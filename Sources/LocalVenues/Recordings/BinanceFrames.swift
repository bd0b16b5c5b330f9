public import Exchange
internal import Fundamentals
internal import MarketModel
internal import Wire

/// What is wrong with a file of frames, and where.
public struct FrameRecordingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// From 1.
    public var line: Int
    /// What was found and what was expected.
    public var reason: String

    public var description: String { "line \(line): \(reason)" }
}

/// Reads raw Binance WebSocket frames, one a line as `<receive time> <frame>`, into a recording of one market.
///
/// The file holds the diff depth and trade streams of one symbol and, in a line of its own, the REST snapshot from which
/// the diffs continue: spot (`U` follows the `u` before) as well as futures (`pu` is the `u` before). All times are the
/// exchange's own (`T`, else `E`): the recorder's clock is not looked at.
///
/// Source: Binance's market stream documents, "how to manage a local order book correctly".
public struct BinanceFrames {
    /// Levels a side that a recording keeps.
    public static let depth = 25
    /// Binance gives at most eight decimals: every price and quantity is counted in 10⁻⁸.
    static let scale = 8

    /// Whether bytes look like such a file.
    public static func matches(_ bytes: [UInt8]) -> Bool {
        let head = bytes.prefix(64)
        guard let space = head.firstIndex(of: UInt8(ascii: " ")), space > 0, space + 1 < head.count else {
            return false
        }
        return head[..<space].allSatisfy { (0x30...0x39).contains($0) } && head[space + 1] == UInt8(ascii: "{")
    }

    /// The recording, what it counts in, and the market's symbol as Binance spells it.
    public static func read(
        _ bytes: [UInt8]
    ) throws(FrameRecordingError) -> (recording: MarketRecording, units: RecordingUnits, symbol: String) {
        var reader = FrameReader()
        var start = 0
        var line = 0
        while start < bytes.count {
            line += 1
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            if end > start { try reader.take(bytes[start..<end], line: line) }
            start = end + 1
        }
        return try reader.finish(line: max(1, line))
    }

    /// Value of one COIN-M contract in US dollars.
    static func contractValue(_ symbol: String) -> Int128 { symbol.hasPrefix("BTC") ? 100 : 10 }
}

/// Gathers frames.
private struct FrameReader {
    private var symbol: String?
    private var ladder = FrameLadder()
    private var isSynchronised = false
    /// Updates from before the snapshot: it was asked for while they came, so that some of them continue it.
    private var early: [(frame: Frame, line: Int)] = []
    private static let mostEarly = 2_000
    private var snapshotID: Int64 = 0
    private var lastID: Int64?
    private var books: [MarketRecording.Book] = []
    private var trades: [MarketRecording.Trade] = []

    mutating func take(_ text: ArraySlice<UInt8>, line: Int) throws(FrameRecordingError) {
        guard let space = text.firstIndex(of: UInt8(ascii: " ")) else {
            throw FrameRecordingError(line: line, reason: "expected a receive time, a space and a frame")
        }
        let frame: Frame
        do throws(WireError) { frame = try FrameDecoder.decode(Array(text[(space + 1)...])) } catch {
            throw FrameRecordingError(
                line: line, reason: "byte \(space - text.startIndex + 1 + error.offset): \(error.reason)")
        }
        if let name = frame.symbol {
            if let symbol, symbol != name {
                throw FrameRecordingError(line: line, reason: "is about \(name), the lines before about \(symbol)")
            }
            symbol = name
        }
        switch frame.kind {
        case .snapshot: try begin(frame, line: line)
        case .depth: try apply(frame, line: line)
        case .trade: append(frame)
        case .other: break
        }
    }

    private mutating func begin(_ frame: Frame, line: Int) throws(FrameRecordingError) {
        guard !frame.bids.isEmpty, !frame.asks.isEmpty else {
            throw FrameRecordingError(line: line, reason: "the snapshot has an empty side")
        }
        isSynchronised = true
        snapshotID = frame.lastID
        lastID = nil
        ladder = FrameLadder()
        for level in frame.bids { ladder.set(.buy, level) }
        for level in frame.asks { ladder.set(.sell, level) }
        let waiting = early
        early = []
        for update in waiting { try apply(update.frame, line: update.line) }
    }

    private mutating func apply(_ frame: Frame, line: Int) throws(FrameRecordingError) {
        guard isSynchronised else {
            if early.count == Self.mostEarly { early.removeFirst(Self.mostEarly / 2) }
            early.append((frame, line))
            return
        }
        guard frame.lastID > snapshotID else { return }
        if let lastID {
            let follows = frame.previousID.map { $0 == lastID } ?? (frame.firstID == lastID + 1)
            guard follows else {
                throw FrameRecordingError(
                    line: line, reason: "update \(frame.previousID ?? frame.firstID) does not follow update \(lastID)")
            }
        } else if frame.firstID > snapshotID + 1 {
            throw FrameRecordingError(
                line: line, reason: "the first update, \(frame.firstID), does not overlap the snapshot at \(snapshotID)"
            )
        }
        lastID = frame.lastID
        for level in frame.bids { ladder.set(.buy, level) }
        for level in frame.asks { ladder.set(.sell, level) }
        let top = ladder.top(BinanceFrames.depth)
        guard let bid = top.bids.first, let ask = top.asks.first, bid.price < ask.price else { return }
        if let last = books.last, last.bids == top.bids, last.asks == top.asks { return }
        books.append(.init(time: max(frame.time, books.last?.time ?? frame.time), bids: top.bids, asks: top.asks))
    }

    private mutating func append(_ frame: Frame) {
        guard frame.quantity > 0, frame.price > 0 else { return }
        trades.append(
            .init(
                time: frame.time, aggressor: frame.buyerIsMaker ? .sell : .buy,
                quantity: Quantity(lots: frame.quantity), price: Price(ticks: frame.price)))
    }

    mutating func finish(line: Int) throws(FrameRecordingError) -> (MarketRecording, RecordingUnits, String) {
        guard !books.isEmpty else {
            throw FrameRecordingError(
                line: line, reason: "the file ended without a depth snapshot and updates that follow it")
        }
        let unit = ExactDecimal(mantissa: 1, scale: BinanceFrames.scale)
        // The streams of one file are ordered each, not with one another.
        let ordered = trades.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
        let units = RecordingUnits(
            tickSize: unit,
            contract: symbol?.hasSuffix("_PERP") == true
                ? .inverse(
                    value: ExactDecimal(
                        mantissa: BinanceFrames.contractValue(symbol ?? ""), scale: BinanceFrames.scale))
                : .linear(lotSize: unit))
        return (MarketRecording(books: books, trades: ordered.map(\.element)), units, symbol ?? "")
    }
}

/// A whole order book as two sorted arrays, best first.
private struct FrameLadder {
    private var bids: [BookLevel] = []
    private var asks: [BookLevel] = []

    mutating func set(_ side: Side, _ level: BookLevel) {
        switch side {
        case .buy: Self.set(level, in: &bids) { $0 > $1 }
        case .sell: Self.set(level, in: &asks) { $0 < $1 }
        }
    }

    func top(_ count: Int) -> (bids: [BookLevel], asks: [BookLevel]) {
        (Array(bids.prefix(count)), Array(asks.prefix(count)))
    }

    private static func set(_ level: BookLevel, in levels: inout [BookLevel], isBetter: (Price, Price) -> Bool) {
        var lower = 0
        var upper = levels.count
        while lower < upper {
            let middle = (lower + upper) / 2
            if isBetter(levels[middle].price, level.price) { lower = middle + 1 } else { upper = middle }
        }
        let exists = lower < levels.count && levels[lower].price == level.price
        switch (exists, level.quantity > .zero) {
        case (true, true): levels[lower].quantity = level.quantity
        case (true, false): levels.remove(at: lower)
        case (false, true): levels.insert(level, at: lower)
        case (false, false): break
        }
    }
}
