internal import Exchange
internal import LocalVenues
internal import MarketModel
internal import SystemIO

/// A recorded market in a file, whichever of the known formats it is in.
struct RecordingFile {
    private static let largest = 1 << 30

    let recording: MarketRecording
    let units: RecordingUnits
    /// `BTC` for a recording of BTCUSDT or BTCUSD_PERP; empty where the file does not say.
    let baseAsset: String

    /// Reads raw Binance frames, or the order book file of an Aster recording, whose trades are found by name; either
    /// may be gzipped.
    init(_ path: String) throws(VenueHostError) {
        let bytes = try Self.read(path)
        if BinanceFrames.matches(bytes) {
            do throws(FrameRecordingError) { (recording, units, baseAsset) = try Self.frames(bytes) } catch {
                throw VenueHostError("cannot play \(path): \(error)")
            }
            return
        }
        guard let tradesPath = Self.tradesPath(of: path), let symbol = Self.symbol(of: path) else {
            throw VenueHostError(
                "a recording is a file of raw Binance frames, or named like 20250929_orderbook_ASTERUSDT.csv.gz; found "
                    + "'\(path)'")
        }
        guard let instrument = AsterMarkets.definition(symbol, market: MarketID(0))?.instrument else {
            throw VenueHostError("\(path) records \(symbol), whose ticks and lots are not known")
        }
        let trades = try Self.read(tradesPath)
        do throws(RecordingError) {
            recording = try MarketRecording(book: bytes, trades: trades, instrument: instrument)
        } catch {
            throw VenueHostError("cannot play \(path): \(error)")
        }
        units = RecordingUnits(tickSize: instrument.tickSize, contract: .linear(lotSize: instrument.lotSize))
        baseAsset = instrument.baseAsset
    }

    /// As the market would have seen it: at its own prices if it is of the same asset and counted in dollars as the recordings
    /// are, otherwise moved to `startPrice`, with quantities that keep their value.
    func played(in instrument: Instrument, startPrice: ExactDecimal?) throws(VenueHostError) -> MarketRecording {
        if units == RecordingUnits(tickSize: instrument.tickSize, contract: .linear(lotSize: instrument.lotSize)),
            baseAsset == instrument.baseAsset, instrument.quoteAsset.hasPrefix("USD")
        {
            return recording
        }
        let keepsPrices = baseAsset == instrument.baseAsset && instrument.quoteAsset.hasPrefix("USD")
        let firstMid = keepsPrices ? nil : startPrice
        guard let scaled = recording.scaled(from: units, onto: instrument, firstMid: firstMid) else {
            throw VenueHostError("the recording's numbers do not fit the ticks and lots of \(instrument.symbol)")
        }
        return scaled
    }

    private static func frames(
        _ bytes: [UInt8]
    ) throws(FrameRecordingError) -> (MarketRecording, RecordingUnits, String) {
        let file = try BinanceFrames.read(bytes)
        let base = ["USDT", "USD_PERP", "USDC", "USD"].first { file.symbol.hasSuffix($0) }.map {
            String(file.symbol.dropLast($0.count))
        }
        return (file.recording, file.units, base ?? "")
    }

    private static func read(_ path: String) throws(VenueHostError) -> [UInt8] {
        do throws(FileError) {
            let bytes = try readFile(path, limit: largest)
            return bytes.starts(with: [0x1F, 0x8B]) ? try gunzip(bytes, limit: largest) : bytes
        } catch {
            throw VenueHostError("\(error)")
        }
    }

    /// The symbol in an order book file's name, `…orderbook_SYMBOL.csv.gz`.
    static func symbol(of path: String) -> String? {
        guard let range = marker(in: path) else { return nil }
        let symbol = path[range.upperBound...].prefix { $0.isLetter || $0.isNumber }
        return symbol.isEmpty ? nil : String(symbol)
    }

    private static func tradesPath(of path: String) -> String? {
        guard let range = marker(in: path) else { return nil }
        return path[..<range.lowerBound] + "trades_" + path[range.upperBound...]
    }

    private static func marker(in path: String) -> Range<String.Index>? { path.ranges(of: "orderbook_").last }
}
