import Exchange
import Foundation
import Fundamentals
import MarketModel
import Testing

/// Recordings of a live venue that may lie beside the package, or where `APUS_DATA` says.
private enum RealData {
    static let directory: URL = {
        if let path = ProcessInfo.processInfo.environment["APUS_DATA"] { return URL(fileURLWithPath: path) }
        let package = (0..<4).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        return package.deletingLastPathComponent().appendingPathComponent("shared/data")
    }()

    static var exists: Bool { FileManager.default.fileExists(atPath: directory.appendingPathComponent("aster").path) }

    static func unpacked(_ name: String) throws -> [UInt8] {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", directory.appendingPathComponent("aster/\(name).csv.gz").path]
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return [UInt8](data)
    }
}

@Suite(.enabled(if: RealData.exists)) struct `Real recordings play through the exchange` {
    @Test(arguments: [
        ("ASTERUSDT", "0.0001", "0.01", 2_045, 5_228), ("BNBUSDT", "0.1", "0.01", 1_315, 747),
    ])
    func `every row is read, and the book of the exchange is the recorded one`(
        symbol: String, tick: String, lot: String, books: Int, trades: Int
    ) throws {
        let market = `Synthetic flow is like the measured market`.market(symbol: symbol, tick: tick, lot: lot)
        let recording = try MarketRecording(
            book: RealData.unpacked("20250929_orderbook_\(symbol)"),
            trades: RealData.unpacked("20250929_trades_\(symbol)"), instrument: market.instrument)
        #expect(recording.summary.books == books)
        #expect(recording.summary.trades + recording.summary.skippedTrades == trades)
        #expect((550...570).contains(recording.summary.duration.milliseconds / 1_000))
        #expect(abs(recording.bookShift.milliseconds) <= 2_000, "\(recording.bookShift)")

        let start = Instant(milliseconds: 1_700_000_000_000)
        var flow = RecordedFlow(recording, market: market.instrument.market, startingAt: start)
        var exchange = Exchange(markets: [market], startingAt: start)
        var events: [ExchangeEvent] = []
        var prints = 0
        var last = start
        while let due = flow.nextDue, let event = flow.next() {
            #expect(due >= last)
            last = due
            events.removeAll(keepingCapacity: true)
            exchange.apply(event, at: due, into: &events)
            for case .print in events { prints += 1 }
            guard case .book(let id, let bids, let asks) = event else { continue }
            let shown = exchange.book(id, depth: 10)
            #expect(shown.bids == bids)
            #expect(shown.asks == asks)
        }
        #expect(prints > recording.summary.trades / 2, "\(prints) prints, shift \(recording.bookShift)")
    }
}
