import Foundation
import Fundamentals
import MarketModel
import Testing
import VenueKit
import Wire

@testable import VenueBinance

/// Frames of the live venue that may lie beside the package, or where `APUS_DATA` says.
enum RecordedFrames {
    static let directory: URL = {
        if let path = ProcessInfo.processInfo.environment["APUS_DATA"] { return URL(fileURLWithPath: path) }
        let package = (0..<4).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        return package.deletingLastPathComponent().appendingPathComponent("shared/data")
    }()

    static func exists(_ folder: String) -> Bool {
        FileManager.default.fileExists(atPath: directory.appendingPathComponent(folder).path)
    }

    /// One frame a line, behind the time at which it was received.
    static func binance(_ name: String) throws -> [[UInt8]] {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", directory.appendingPathComponent("binance/\(name).gz").path]
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return lines([UInt8](data)).map { Array($0.drop { $0 != UInt8(ascii: "{") }) }
    }

    static func cryptofeed(_ name: String) throws -> [[UInt8]] {
        let data = try Data(contentsOf: directory.appendingPathComponent("cryptofeed/\(name)"))
        return lines([UInt8](data)).filter { $0.contains(UInt8(ascii: "{")) }
            .map { Array($0.drop { $0 != UInt8(ascii: "{") }) }
    }

    /// The symbol and body of each recorded reply.
    static func replies(_ name: String) throws -> [(symbol: String, body: [UInt8])] {
        let data = try Data(contentsOf: directory.appendingPathComponent("cryptofeed/\(name)"))
        return lines([UInt8](data)).compactMap { line in
            let head = String(decoding: line.prefix { $0 != UInt8(ascii: "{") }, as: UTF8.self)
            guard let symbol = head.split(separator: "symbol=").dropFirst().first?.prefix(while: { $0 != "&" }) else {
                return nil
            }
            return (String(symbol), Array(line.drop { $0 != UInt8(ascii: "{") }))
        }
    }

    private static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        bytes.split(separator: UInt8(ascii: "\n"))
    }

    static let cryptofeedSymbols = [
        "NKNUSDT", "BLZETH", "LRCBTC", "RUNEEUR", "SUSHIUSDT", "AKROUSDT", "KEEPUSDT", "CTKUSDT",
    ]
    /// Fine enough for all of them.
    static let cryptofeedInstruments = cryptofeedSymbols.enumerated().map {
        Fixtures.instrument($1, MarketID($0), tick: "0.00000001", lot: "0.001")
    }
}

/// One recording: whose it is and how many of each kind it holds.
struct Recording: Sendable, CustomTestStringConvertible {
    var name: String
    var instrument: Instrument
    var books: Int
    var touches: Int
    var trades: Int
    var testDescription: String { name }

    static let all = [
        Recording(
            name: "spot_btcusdt_20240808", instrument: Fixtures.instrument(lot: "0.00000001"), books: 3_451,
            touches: 28_040,
            trades: 9_757),
        Recording(
            name: "usdm_btcusdt_20240808", instrument: Fixtures.instrument(tick: "0.1", lot: "0.001"), books: 6_551,
            touches: 66_089, trades: 21_313),
        Recording(
            name: "cm_btcusd_perp_20240808",
            instrument: Fixtures.instrument("BTCUSD_PERP", tick: "0.1", lot: "1", quote: "USD"), books: 26_847,
            touches: 19_136, trades: 2_286),
    ]
}

@Suite(.enabled(if: RecordedFrames.exists("binance"))) struct `Every recorded frame of Binance is read without a loss` {
    @Test(arguments: Recording.all) func `as a second reader reads it`(recording: Recording) throws {
        var decoder = BinanceMarketDecoder(instruments: [recording.instrument])
        var (books, touches, trades, snapshots, mistakes) = (0, 0, 0, 0, 0)
        for bytes in try RecordedFrames.binance(recording.name) {
            let tree = try JSONValue.parse(bytes)
            guard case .event(let event) = try decoder.decode(bytes) else {
                // A print without price or quantity.
                let level = NaiveReading.event(tree, [recording.instrument])
                guard case .trade(_, let trade)? = level, trade.price.ticks == 0 || trade.quantity == .zero else {
                    mistakes += 1
                    continue
                }
                trades += 1
                continue
            }
            switch event {
            case .delta: books += 1
            case .snapshot: snapshots += 1
            case .touch: touches += 1
            case .trade: trades += 1
            case .mark, .bookLost: mistakes += 1
            }
            if event != NaiveReading.event(tree, [recording.instrument]) { mistakes += 1 }
        }
        #expect(mistakes == 0)
        #expect((books, touches, trades) == (recording.books, recording.touches, recording.trades))
        #expect(snapshots == 1)
    }
}

extension `Every recorded frame of Binance is read without a loss` {
    /// Binance shows orders from before its step was 10⁻⁵: their quantities have eight decimals.
    @Test func `in the venue's own lots only what no order could take is rounded`() throws {
        let instrument = Fixtures.instrument()
        var decoder = BinanceMarketDecoder(instruments: [instrument])
        for bytes in try RecordedFrames.binance("spot_btcusdt_20240808") {
            let tree = try JSONValue.parse(bytes)
            #expect(try decoder.decode(bytes) == NaiveReading.event(tree, [instrument]).map { .event($0) })
        }
    }
}

@Suite(.enabled(if: RecordedFrames.exists("cryptofeed")))
struct `Every frame of another recorder is read without a loss` {
    @Test(arguments: [("BINANCE.ws.1.0", 265, 2), ("BINANCE_FUTURES.ws.1.0", 1_535, 67)])
    func `as a second reader reads it, candles aside`(name: String, frames: Int, candles: Int) throws {
        var decoder = BinanceMarketDecoder(instruments: RecordedFrames.cryptofeedInstruments)
        var (read, other) = (0, 0)
        for bytes in try RecordedFrames.cryptofeed(name) {
            let tree = try JSONValue.parse(bytes)
            let expected = NaiveReading.event(tree, RecordedFrames.cryptofeedInstruments)
            switch try decoder.decode(bytes) {
            case .event(let event):
                #expect(event == expected)
                read += 1
            case .other:
                #expect(tree["data"]?["e"]?.text == "kline")
                other += 1
            case .reply, .serverShutdown: Issue.record("\(String(decoding: bytes.prefix(200), as: UTF8.self))")
            }
        }
        #expect(read + other == frames && other == candles)
    }

    @Test(arguments: ["BINANCE.http.0.0", "BINANCE_FUTURES.http.0.0"]) func `and every snapshot`(name: String) throws {
        var decoder = BinanceMarketDecoder(instruments: RecordedFrames.cryptofeedInstruments)
        let replies = try RecordedFrames.replies(name)
        #expect(replies.count == 4)
        for (symbol, body) in replies {
            let instrument = try #require(RecordedFrames.cryptofeedInstruments.first { $0.symbol == symbol })
            let tree = try JSONValue.parse(body)
            let id = tree["lastUpdateId"]?.integer
            let expected = NaiveReading.book(tree, instrument, "bids", "asks", id, id, 0)
            #expect(try decoder.snapshot(body, of: instrument.market) == expected)
            #expect(expected.bids.count > 100 && expected.asks.count > 100)
        }
    }
}

/// A book by price, as Binance's documents describe keeping one.
private struct PlainBook {
    var bids: [Price: Quantity] = [:]
    var asks: [Price: Quantity] = [:]

    mutating func replace(_ update: BookUpdate) {
        (bids, asks) = ([:], [:])
        apply(update)
    }

    mutating func apply(_ update: BookUpdate) {
        for level in update.bids { bids[level.price] = level.quantity > .zero ? level.quantity : nil }
        for level in update.asks { asks[level.price] = level.quantity > .zero ? level.quantity : nil }
    }

    func top(_ count: Int) -> (bids: [BookLevel], asks: [BookLevel]) {
        let bids = self.bids.sorted { $0.key > $1.key }.prefix(count).map { BookLevel($0.key, $0.value) }
        let asks = self.asks.sorted { $0.key < $1.key }.prefix(count).map { BookLevel($0.key, $0.value) }
        return (bids, asks)
    }
}

extension `Every recorded frame of Binance is read without a loss` {
    /// Once as the session joins differences to the snapshot, once by the steps of Binance's documents on trees, and at times
    /// by the tops that a `depth20` stream would carry of it.
    @Test(arguments: [0, 1]) func `the book is the same by differences, by the documents and by its tops`(which: Int)
        throws
    {
        let recording = Recording.all[which]
        let isFutures = recording.name.hasPrefix("usdm")
        var decoder = BinanceMarketDecoder(instruments: [recording.instrument])
        var topDecoder = decoder
        var (joined, documented, topped) = (PlainBook(), PlainBook(), PlainBook())
        var sync = BookSync()
        sync.restart()
        var early: [BookUpdate] = []
        var (lastID, compared, frames): (Int64, Int, Int) = (-1, 0, 0)
        for bytes in try RecordedFrames.binance(recording.name) {
            guard case .event(let event) = try decoder.decode(bytes) else { continue }
            let twin = NaiveReading.event(try JSONValue.parse(bytes), [recording.instrument])
            switch event {
            case .snapshot(_, let update):
                joined.replace(update)
                let behind = sync.seed(with: update)
                for update in try #require(behind) { joined.apply(update) }
                guard case .snapshot(_, let read)? = twin else { return #expect(Bool(false)) }
                documented.replace(read)
                lastID = read.lastID
                for update in early where update.lastID > lastID {
                    documented.apply(update)
                    lastID = update.lastID
                }
            case .delta(_, let update):
                switch sync.judge(update) {
                case .pass(let update): joined.apply(update)
                case .ignore: break
                case .gap: Issue.record("a gap at \(update.firstID)")
                }
                guard case .delta(_, let read)? = twin else { return #expect(Bool(false)) }
                guard lastID >= 0 else {
                    early.append(read)
                    continue
                }
                guard read.lastID > lastID else { continue }
                #expect(isFutures ? read.previousID <= lastID : read.firstID <= lastID + 1)
                documented.apply(read)
                lastID = read.lastID
                frames += 1
                if frames % 50 == 0 {
                    try compare(&topDecoder, joined, documented, &topped, recording, lastID)
                    compared += 1
                }
            case .touch, .trade, .mark, .bookLost: break
            }
        }
        #expect(sync.lastID == lastID && compared > 50)
        #expect(joined.bids == documented.bids && joined.asks == documented.asks)
    }

    private func compare(
        _ decoder: inout BinanceMarketDecoder, _ joined: PlainBook, _ documented: PlainBook, _ topped: inout PlainBook,
        _ recording: Recording, _ id: Int64
    ) throws {
        let top = documented.top(20)
        func side(_ levels: [BookLevel]) -> String {
            levels.map {
                #"["\#(recording.instrument.text($0.price))","\#(recording.instrument.text($0.quantity))"]"#
            }.joined(separator: ",")
        }
        let frame =
            #"{"stream":"\#(recording.instrument.symbol.lowercased())@depth20@100ms","data":{"lastUpdateId":\#(id),"bids":[\#(side(top.bids))],"asks":[\#(side(top.asks))]}}"#
        guard case .event(.snapshot(_, let update)) = try decoder.decode(Array(frame.utf8)) else {
            return #expect(Bool(false))
        }
        topped.replace(update)
        let (a, b) = (topped.top(20), joined.top(20))
        #expect(a.bids == b.bids && a.asks == b.asks)
        #expect(a.bids.first!.price < a.asks.first!.price)
    }
}
