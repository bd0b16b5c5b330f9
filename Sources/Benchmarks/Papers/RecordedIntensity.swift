internal import Exchange
internal import Fundamentals
internal import LocalVenues
internal import MarketModel
internal import Quoting
internal import SystemIO

/// A and κ of a real recording, USD-M BTCUSDT of 2024-08-08, beside an independent fit of the same frames (100 ms
/// intervals, fewer than 70 ticks).
enum RecordedIntensity {
    static func rows(dataFolder: String) -> [PaperRow] {
        guard let fit = fit(dataFolder: dataFolder) else { return [] }
        func row(_ item: String, _ published: Double, _ ours: Double) -> PaperRow {
            PaperRow(
                paper: "recording, BTCUSDT", item: item, published: published, ours: ours, standardError: 0,
                // The mid of the first trade instead of the interval: the same within a tenth.
                tolerance: published / 10)
        }
        return [
            row("A per second", 1.217, fit.a), row("κ per tick", 0.02883, fit.kappa),
        ]
    }

    static func fit(dataFolder: String) -> FittedIntensity? {
        let path = dataFolder + "/binance/usdm_btcusdt_20240808.gz"
        guard let packed = try? readFile(path, limit: 1 << 28), let bytes = try? gunzip(packed, limit: 1 << 30),
            let file = try? BinanceFrames.read(bytes), let instrument,
            let recording = file.recording.scaled(from: file.units, onto: instrument)
        else { return nil }
        var calibration = IntensityCalibration(window: .seconds(400))
        var next = 0
        for trade in recording.trades {
            while next < recording.books.count, recording.books[next].time < trade.time { next += 1 }
            guard next > 0, let bid = recording.books[next - 1].bids.first,
                let ask = recording.books[next - 1].asks.first
            else { continue }
            calibration.observe(
                trade.price, mid: HalfTicks(count: bid.price.ticks + ask.price.ticks), at: trade.time)
        }
        return recording.trades.last.flatMap { calibration.fit(at: $0.time) }
    }

    private static var instrument: Instrument? {
        guard let tick = ExactDecimal("0.1"), let lot = ExactDecimal("0.001") else { return nil }
        let lots = Quantity(lots: 1)...Quantity(lots: 1_000_000_000)
        return Instrument(
            market: MarketID(0), symbol: "BTCUSDT", baseAsset: "BTC", quoteAsset: "USDT", settlementAsset: "USDT",
            tickSize: tick, lotSize: lot, priceRange: Price(ticks: 1)...Price(ticks: 1_000_000_000),
            quantityRange: lots, marketQuantityRange: lots, minNotional: .zero, collarUp: .one, collarDown: .one,
            marketTakeBound: .one, maxOpenOrders: 200, makerFee: .zero, takerFee: .zero)
    }
}
