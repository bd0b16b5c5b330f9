import Exchange
import Foundation
import Fundamentals
import LocalVenues
import MarketModel
import Testing

@Suite struct `Raw Binance frames become a recording` {
    static let snapshot =
        #"{"lastUpdateId":100,"bids":[["10.00","1"],["9.90","2"]],"asks":[["10.10","3"],["10.20","4"]]}"#

    static func depth(_ first: Int, _ last: Int, previous: Int?, at ms: Int, _ bids: String, _ asks: String) -> String {
        let chain = previous.map { #","pu":\#($0)"# } ?? ""
        return
            #"{"stream":"x@depth","data":{"e":"depthUpdate","E":\#(ms + 5),"T":\#(ms),"s":"XUSDT","U":\#(first),"u":\#(last)\#(chain),"b":[\#(bids)],"a":[\#(asks)]}}"#
    }

    static func file(_ frames: [String]) -> [UInt8] {
        Array(frames.enumerated().map { "\($0.offset + 1) \($0.element)\n" }.joined().utf8)
    }

    static func read(_ frames: [String]) throws -> (recording: MarketRecording, units: RecordingUnits, symbol: String) {
        try BinanceFrames.read(file(frames))
    }

    private func message(_ frames: [String]) -> String {
        do {
            _ = try Self.read(frames)
            return "no error"
        } catch { return "\(error)" }
    }

    @Test func `updates before the snapshot's id are passed over, and those after it move the book`() throws {
        let (recording, units, _) = try Self.read([
            Self.depth(80, 90, previous: 79, at: 1_000, #"["1","1"]"#, ""), Self.snapshot,
            Self.depth(95, 105, previous: 90, at: 2_000, #"["10.00","0"],["9.95","5"]"#, ""),
            Self.depth(106, 107, previous: 105, at: 2_100, "", #"["10.10","0"]"#),
        ])
        #expect(units.tickSize == ExactDecimal(mantissa: 1, scale: 8))
        #expect(recording.books.map(\.time.milliseconds) == [2_000, 2_100])
        #expect(recording.books[0].bids.map(\.price.ticks) == [995_000_000, 990_000_000])
        #expect(recording.books[0].bids.map(\.quantity.lots) == [500_000_000, 200_000_000])
        #expect(recording.books[1].asks.map(\.price.ticks) == [1_020_000_000])
    }

    @Test func `a snapshot that comes late is continued by the updates before it`() throws {
        let (recording, _, _) = try Self.read([
            Self.depth(95, 98, previous: 94, at: 1_900, #"["9.97","5"]"#, ""),
            Self.depth(99, 105, previous: 98, at: 2_000, #"["9.95","5"]"#, ""), Self.snapshot,
            Self.depth(106, 107, previous: 105, at: 2_100, "", #"["10.10","0"]"#),
        ])
        #expect(recording.books.map(\.time.milliseconds) == [2_000, 2_100])
        #expect(recording.books[0].bids.map(\.price.ticks) == [1_000_000_000, 995_000_000, 990_000_000])
    }

    @Test func `spot updates follow by their own ids`() throws {
        let (recording, _, _) = try Self.read([
            Self.snapshot, Self.depth(99, 101, previous: nil, at: 2_000, #"["9.95","5"]"#, ""),
            Self.depth(102, 103, previous: nil, at: 2_100, #"["9.96","5"]"#, ""),
        ])
        #expect(recording.books.count == 2)
        #expect(
            message([
                Self.snapshot, Self.depth(99, 101, previous: nil, at: 2_000, "", ""),
                Self.depth(103, 104, previous: nil, at: 2_100, "", ""),
            ]) == "line 3: update 103 does not follow update 101")
    }

    @Test func `trades take the exchange's time and the side that was not the maker's`() throws {
        let trade = #"{"data":{"e":"trade","E":2055,"T":2050,"s":"XUSDT","t":1,"p":"10.05","q":"0.5","m":true}}"#
        let hidden = #"{"data":{"e":"trade","E":2060,"T":2060,"s":"XUSDT","t":2,"p":"0","q":"0","m":true}}"#
        let (recording, _, _) = try Self.read([
            Self.snapshot, Self.depth(99, 101, previous: 98, at: 2_000, #"["9.95","5"]"#, ""), trade, hidden,
        ])
        #expect(recording.trades.count == 1)
        #expect(recording.trades[0].aggressor == .sell && recording.trades[0].time.milliseconds == 2_050)
    }

    @Test func `what is wrong is said with its line`() {
        #expect(
            message([Self.snapshot, Self.depth(200, 201, previous: 199, at: 1, "", "")]).hasPrefix(
                "line 2: the first update"))
        #expect(
            message([
                Self.snapshot, Self.depth(99, 101, previous: 98, at: 1, "", ""),
                Self.depth(105, 106, previous: 104, at: 2, "", ""),
            ]) == "line 3: update 104 does not follow update 101")
        #expect(message(["{"]).hasPrefix("line 1: byte "))
        #expect(message([]).contains("ended without"))
        #expect(
            message([Self.snapshot, #"{"data":{"e":"trade","s":"YUSDT"}}"#, #"{"data":{"e":"trade","s":"XUSDT"}}"#])
                .contains("is about XUSDT"))
    }

    @Test func `scaled onto another market it keeps its value, and never crosses`() throws {
        let (recording, units, _) = try Self.read([
            Self.snapshot, Self.depth(99, 101, previous: 98, at: 2_000, #"["9.95","5"],["9.96","5"]"#, ""),
        ])
        let coarse = try #require(
            recording.scaled(from: units, onto: market(tick: "1", lot: "0.001"), firstMid: ExactDecimal("100")))
        let book = coarse.books[0]
        // 10.05 becomes 100: one tick is a tenth of what it was, and so is a lot of the base asset.
        #expect(book.bids.map(\.price.ticks) == [99, 98])
        #expect(book.bids[1].quantity.lots == 201, "9.90 alone: 2 × 0.1005")
        #expect(book.asks[0].price.ticks == 101)
        #expect(book.bids[0].quantity.lots == 101 + 503 + 503, "10.00, 9.96 and 9.95 stand on one tick")
    }

    @Test func `contracts of a fixed value are turned into the base asset`() throws {
        let frames = [
            #"{"lastUpdateId":100,"symbol":"BTCUSD_PERP","bids":[["50000.0","10"]],"asks":[["50000.1","3"]]}"#,
            Self.depth(99, 101, previous: 98, at: 2_000, "", #"["50001.0","3"]"#).replacingOccurrences(
                of: "XUSDT", with: "BTCUSD_PERP"),
        ]
        let (recording, units, _) = try Self.read(frames)
        let scaled = try #require(
            recording.scaled(from: units, onto: market(tick: "0.1", lot: "0.00001"), firstMid: nil))
        // Ten contracts of 100 dollars at 50,000.05.
        #expect(scaled.books[0].bids[0].quantity.lots == 2_000)
    }

    @Test func `mutated files are refused or read, and never trap`() {
        let good = Self.file([
            Self.snapshot, Self.depth(95, 105, previous: 90, at: 2_000, #"["10.00","0"]"#, #"["10.15","1"]"#),
            #"{"data":{"e":"trade","T":2050,"s":"XUSDT","t":1,"p":"10.05","q":"0.5","m":true}}"#,
        ])
        var random = RandomSource(seed: 11)
        for _ in 0..<4_000 {
            var bytes = good
            for _ in 0..<(1 + random.next() % 4) {
                bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            guard let (recording, units, _) = try? BinanceFrames.read(bytes) else { continue }
            _ = recording.scaled(from: units, onto: market(tick: "0.1", lot: "0.001"), firstMid: ExactDecimal("7"))
        }
    }

    private func market(tick: String, lot: String) -> Instrument {
        Instrument(
            market: MarketID(0), symbol: "X-USD", baseAsset: "X", quoteAsset: "USD", settlementAsset: "USD",
            tickSize: ExactDecimal(tick)!, lotSize: ExactDecimal(lot)!,
            priceRange: Price(ticks: 1)...Price(ticks: 1_000_000_000),
            quantityRange: Quantity(lots: 1)...Quantity(lots: 1_000_000_000),
            marketQuantityRange: Quantity(lots: 1)...Quantity(lots: 1_000_000_000), minNotional: .zero,
            collarUp: Rate("1.5")!, collarDown: Rate("0.5")!, marketTakeBound: Rate("0.5")!, maxOpenOrders: 200,
            makerFee: .zero, takerFee: .zero)!
    }
}

/// Frames of a live venue that may lie beside the package, or where `APUS_DATA` says.
private enum RealFrames {
    static let directory: URL = {
        if let path = ProcessInfo.processInfo.environment["APUS_DATA"] { return URL(fileURLWithPath: path) }
        let package = (0..<3).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        return package.deletingLastPathComponent().appendingPathComponent("shared/data")
    }()

    static var exists: Bool { FileManager.default.fileExists(atPath: directory.appendingPathComponent("binance").path) }

    static func unpacked(_ name: String) throws -> [UInt8] {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", directory.appendingPathComponent("binance/\(name).gz").path]
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return [UInt8](data)
    }
}

@Suite(.enabled(if: RealFrames.exists)) struct `Recorded Binance frames are read without a loss` {
    @Test(arguments: [
        ("usdm_btcusdt_20240808", 21_313), ("spot_btcusdt_20240808", 9_757), ("cm_btcusd_perp_20240808", 2_286),
    ])
    func `every trade is kept or from before the book, the chain has no gap, and trades print at the touch`(
        name: String, trades: Int
    ) throws {
        let (recording, _, _) = try BinanceFrames.read(RealFrames.unpacked(name))
        let summary = recording.summary
        #expect(summary.trades + summary.skippedTrades <= trades && summary.skippedTrades < trades / 50)
        #expect(summary.trades > trades * 9 / 10)
        #expect((335...350).contains(summary.duration.milliseconds / 1_000))
        #expect(
            summary.prices.lowerBound.ticks > 6_000_000_000_000 && summary.prices.upperBound.ticks < 6_400_000_000_000)
        // A buy never prints below the best bid that was shown last, nor a sell above the best ask, but for the race
        // of a moment.
        var through = 0
        var next = 0
        for trade in recording.trades {
            while next < recording.books.count, recording.books[next].time <= trade.time { next += 1 }
            guard next > 0, let bid = recording.books[next - 1].bids.first,
                let ask = recording.books[next - 1].asks.first
            else { continue }
            switch trade.aggressor {
            case .buy: if trade.price < bid.price { through += 1 }
            case .sell: if trade.price > ask.price { through += 1 }
            }
        }
        #expect(through * 20 < recording.trades.count, "\(through) of \(recording.trades.count)")
    }
}
