public import Exchange
public import Fundamentals
internal import LocalVenues
internal import MarketModel
internal import SystemIO

/// Where a local venue's background flow comes from.
public enum VenueFlow {
    private static let fileLimit = 1 << 30

    /// - Parameter source: `synthetic`, or the order book file of a recording, whose trades are found by name.
    public static func open(
        _ source: String, _ markets: [MarketDefinition], seed: UInt64, startingAt now: Instant
    ) throws(VenueHostError) -> any OrderFlow {
        guard source != "synthetic" else { return RandomWalkFlow(markets, seed: seed, startingAt: now) }
        guard let instrument = markets.first?.instrument else { throw VenueHostError("a flow needs a market") }
        guard let trades = tradesPath(of: source) else {
            throw VenueHostError(
                "--flow must be 'synthetic' or a file named like 20250929_orderbook_ASTERUSDT.csv.gz, found '\(source)'"
            )
        }
        if let symbol = symbol(ofRecording: source), symbol != instrument.symbol {
            throw VenueHostError("\(source) records \(symbol), but the first market is \(instrument.symbol)")
        }
        let (books, tape) = (try read(source), try read(trades))
        do throws(RecordingError) {
            return try AsterRecording(books: books, trades: tape, instrument: instrument)
        } catch {
            throw VenueHostError("cannot play \(source): \(error)")
        }
    }

    /// The symbol in a recording's file name, `…orderbook_SYMBOL.csv.gz`.
    public static func symbol(ofRecording path: String) -> String? {
        guard let range = marker(in: path) else { return nil }
        let symbol = path[range.upperBound...].prefix { $0.isLetter || $0.isNumber }
        return symbol.isEmpty ? nil : String(symbol)
    }

    private static func tradesPath(of path: String) -> String? {
        guard let range = marker(in: path) else { return nil }
        return path[..<range.lowerBound] + "trades_" + path[range.upperBound...]
    }

    private static func marker(in path: String) -> Range<String.Index>? { path.ranges(of: "orderbook_").last }

    private static func read(_ path: String) throws(VenueHostError) -> [UInt8] {
        do throws(FileError) {
            let bytes = try readFile(path, limit: fileLimit)
            return bytes.starts(with: [0x1F, 0x8B]) ? try gunzip(bytes, limit: fileLimit) : bytes
        } catch {
            throw VenueHostError("\(error)")
        }
    }
}
