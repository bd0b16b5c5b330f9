internal import Fundamentals
public import MarketModel

/// How lively a synthetic flow is. Rates are means over quiet and busy times.
public struct SyntheticParameters: Hashable, Sendable {
    /// Per 1,000 s.
    public var marketOrders: Int64
    /// Changes of resting levels per 1,000 s, those by market orders not counted.
    public var levelChanges: Int64
    /// Standard deviation of one second's return, in millionths of a basis point.
    public var volatility: Int64
    /// Half of the market orders are not larger.
    public var medianOrder: Quantity

    /// Nil unless rates and size are positive, volatility is not negative, and all are within reason.
    public init?(marketOrders: Int64, levelChanges: Int64, volatility: Int64, medianOrder: Quantity) {
        guard (1...10_000_000).contains(marketOrders), (1...100_000_000).contains(levelChanges),
            (0...1_000_000_000).contains(volatility), (1...1_000_000).contains(medianOrder.lots)
        else { return nil }
        self.marketOrders = marketOrders
        self.levelChanges = levelChanges
        self.volatility = volatility
        self.medianOrder = medianOrder
    }

    /// As measured on a USDT-margined BTCUSDT perpetual over six minutes of August 2024.
    public static func measured(on instrument: Instrument, startPrice: Price) -> SyntheticParameters {
        SyntheticParameters(
            marketOrders: 15_800, levelChanges: 1_150_000, volatility: 1_210_000,
            medianOrder: medianOrder(instrument, startPrice))!
    }

    /// A market for people and small machines: the same volatility, a quarter of the orders, few level changes.
    public static func calm(on instrument: Instrument, startPrice: Price) -> SyntheticParameters {
        SyntheticParameters(
            marketOrders: 4_000, levelChanges: 40_000, volatility: 1_210_000,
            medianOrder: medianOrder(instrument, startPrice))!
    }

    /// A market like ASTERUSDT on Aster on 2025-09-29, for rehearsals without a recording: 9 prints a second at 1.85, a
    /// spread of one tick four times in five, about 2,600 coins at the touch and 42,000 in ten levels, and 2 basis points
    /// of movement in a second. Orders make four prints each in the mean, so there are fewer of them than the 6.7 a second
    /// of the recording, and the median is worth less, so that the touch, sixty medians, is not too deep.
    public static func altcoin(on instrument: Instrument, startPrice: Price) -> SyntheticParameters {
        SyntheticParameters(
            marketOrders: 2_300, levelChanges: 40_000, volatility: 2_000_000,
            medianOrder: medianOrder(instrument, startPrice, worth: Cash(whole: 100)))!
    }

    /// What `--flow synthetic` plays: the measured BTCUSDT for Bitcoin, the liveliness of ASTERUSDT for everything else.
    public static func typical(of instrument: Instrument, startPrice: Price) -> SyntheticParameters {
        instrument.baseAsset == "BTC"
            ? measured(on: instrument, startPrice: startPrice) : altcoin(on: instrument, startPrice: startPrice)
    }

    /// The measured median was worth 1,800 USDT.
    private static func medianOrder(
        _ instrument: Instrument, _ price: Price, worth value: Cash = Cash(whole: 1_800)
    ) -> Quantity {
        let lots = instrument.lots(worth: value, at: price).lots
        return Quantity(lots: min(max(1, lots), 1_000_000))
    }
}

/// The shapes behind the numbers, from the same recording.
enum SyntheticShape {
    /// Market order size in thousandths of the median.
    static let orderSize = QuantileTable([
        (0, 33), (10_000, 67), (25_000, 230), (40_000, 600), (50_000, 1_000), (60_000, 2_000), (70_000, 4_300),
        (80_000, 9_500), (85_000, 14_200), (90_000, 21_800), (93_000, 34_000), (95_000, 52_000), (97_000, 98_000),
        (98_000, 143_000), (99_000, 237_000), (99_500, 420_000), (99_800, 750_000), (99_900, 1_100_000),
        (100_000, 2_323_000),
    ])
    /// Resting orders that a market order meets, by the same share as its size: 4 in the mean.
    static let fillsPerOrder = QuantileTable([
        (0, 1), (50_000, 1), (60_000, 2), (75_000, 4), (90_000, 9), (97_000, 18), (99_000, 40), (100_000, 110),
    ])
    /// Quantity of a level in medians of market order size.
    static let levelSize = QuantileTable([
        (0, 4), (10_000, 15), (50_000, 60), (80_000, 150), (95_000, 400), (100_000, 1_000),
    ])
    /// √(mean size ÷ median), in thousandths: √15.3.
    static let rootMeanSize: Int64 = 3_914

    /// A market order takes the side of the hidden metaorder 46 times in 100 and tosses a coin otherwise; the
    /// metaorder's side flips 28 times in 1,000. Sign autocorrelation at lag n: 0.46² · (1 − 2 · 0.028)ⁿ.
    static let followPercent: Int64 = 46
    static let flipPermille: Int64 = 28

    /// Levels that a change finds removed are filled again; of those it finds, 31 in 100 are removed. In balance
    /// 22 in 100 changes are removals.
    static let removalPercent: Int64 = 31
    static let occupiedPercent: Int64 = 76

    /// Mean wait until a moved touch is one tick wide again.
    static let refill = TimeSpan.microseconds(5_000)
}

/// How busy the market is; market orders cluster because it changes.
enum SyntheticRegime: Hashable, Sendable {
    case quiet, busy, burst

    /// Market order rate in percent of the mean.
    var ratePercent: Int64 {
        switch self {
        case .quiet: 45
        case .busy: 155
        case .burst: 600
        }
    }

    /// How much a surprise moves the price, in percent of the mean: less in quiet times.
    var impactPercent: Int64 {
        switch self {
        case .quiet: 65
        case .busy: 90
        case .burst: 140
        }
    }

    /// Mean stay. The shares of time are 0.70, 0.25 and 0.05.
    var meanStay: TimeSpan {
        switch self {
        case .quiet: .milliseconds(4_500)
        case .busy: .milliseconds(1_200)
        case .burst: .milliseconds(960)
        }
    }

    func next(_ random: inout RandomSource) -> SyntheticRegime {
        switch self {
        case .quiet, .burst: .busy
        case .busy: random.chance(1, in: 4) ? .burst : .quiet
        }
    }
}
