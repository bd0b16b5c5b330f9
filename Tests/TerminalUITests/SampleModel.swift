import Fundamentals
import TerminalUI

let sampleModel = PanelModel(
    venue: "aster", symbol: "ASTERUSDT", phase: "quoting", phaseHealth: .good, clock: "12:34:56Z",
    bid: .init(price: "1.8499", quantity: "1200"), ask: .init(price: "1.8501", quantity: "800"), mid: "1.85000",
    spread: "1.1bp", bids: [.init(price: "1.8495", quantity: "5.40", note: "12s, ahead 340")],
    asks: [.init(price: "1.8505", quantity: "5.40", note: "12s, ahead 15")],
    position: .init(lots: "+540", value: "9.99", entry: "1.84921", unrealized: "+0.0043"),
    profit: .init(
        spread: "+0.1204", inventory: "-0.0310", fees: "-0.0120", funding: "0.0000", net: "+0.0774", equity: "100.0774"),
    activity: .init(
        fills: "12", volume: "119.88", makerShare: "100%", orderToTrade: "4.2", orderRate: "0.4/s",
        weightUsed: "31/2400", twoSided: "91%", markout: "+0.0040"),
    lights: [
        .init("market stream", "0.1s", .good), .init("user stream", "2.0s", .good),
        .init("dead man", "41s left", .warning),
        .init("round trip", "p50 8ms p99 31ms", .good), .init("unresolved", "1", .bad), .init("clock", "-", .unknown),
    ],
    limits: [
        .init("position", "9.99/50", permille: 200), .init("orders", "2/4", permille: 500),
        .init("messages", "55/60", permille: 917),
    ],
    log: [
        .init("12:34:50 quoting"), .init("12:34:55 slow reply", .warning), .init("12:34:56 order \u{1B}[2J lost", .bad),
    ])

/// Three markets, the first in detail.
let manyMarkets: PanelModel = {
    var model = sampleModel
    func market(_ symbol: String, _ bid: String, _ ask: String, _ position: String, _ net: String) -> PanelModel.Market
    {
        .init(
            symbol: symbol, health: .good, bid: bid, ask: ask, ownBid: bid, ownAsk: ask, position: position,
            twoSided: "91%",
            profit: .init(
                spread: "0.1204", inventory: "-0.0310", fees: "-0.0120", funding: "0.0000", net: net, equity: ""),
            markouts: ["0.0012", "0.0040", "-0.0100", "-"])
    }
    model.symbol = "BTC-USD"
    model.markets = [
        market("BTC-USD", "95123.4", "95123.5", "0.0123", "0.0774"),
        market("ETH-USD", "3312.10", "3312.20", "-0.50", "-0.2100"),
        market("SOL-USD", "141.22", "141.23", "12.0", "0.0001"),
    ]
    model.markets[1].health = .warning
    model.markets[1].state = "stale book"
    model.markouts = ["0.0036", "0.0120", "-0.0300", "-"]
    model.inventory = [0, 2, 5, 8, 12, 9, 3, -4, -12, -6, 0]
    return model
}()

/// A model whose every text is random, hostile and often too long.
func randomModel(_ random: inout RandomSource) -> PanelModel {
    let alphabet = Array("ab 1.0-漢字😀é\u{301}\u{1B}[2J\n\t\u{200D}\u{202E}\u{FE0F}🇩🇪👍🏽한ｆ─\u{7F}\u{9B}m".unicodeScalars)
    func text() -> String {
        String(
            String.UnicodeScalarView(
                (0..<random.integer(in: 0...(random.chance(1, in: 5) ? 200 : 12))).map { _ in
                    alphabet[Int(random.integer(in: 0...Int64(alphabet.count - 1)))]
                }))
    }
    func health() -> PanelModel.Health { PanelModel.Health.allCases[Int(random.integer(in: 0...3))] }
    func level() -> PanelModel.Level { .init(price: text(), quantity: text(), note: text()) }
    func many<Item>(_ make: () -> Item) -> [Item] { (0..<random.integer(in: 0...9)).map { _ in make() } }
    return PanelModel(
        venue: text(), symbol: text(), phase: text(), phaseHealth: health(), clock: text(),
        bid: random.chance(1, in: 2) ? level() : nil, ask: random.chance(1, in: 2) ? level() : nil, mid: text(),
        spread: text(), bids: many(level), asks: many(level),
        position: .init(lots: text(), value: text(), entry: text(), unrealized: text()),
        inventory: many { random.chance(1, in: 3) ? .min : random.integer(in: -9...9) },
        profit: .init(spread: text(), inventory: text(), fees: text(), funding: text(), net: text(), equity: text()),
        markouts: many(text),
        activity: .init(
            fills: text(), volume: text(), makerShare: text(), orderToTrade: text(), orderRate: text(),
            weightUsed: text()),
        lights: many { .init(text(), text(), health()) },
        limits: many { .init(text(), text(), permille: Int(random.integer(in: -5...2_000))) },
        log: many { .init(text(), health()) },
        markets: many {
            .init(
                symbol: text(), health: health(), state: text(), bid: text(), ask: text(), ownBid: text(),
                ownAsk: text(), position: text(), twoSided: text(),
                profit: .init(
                    spread: text(), inventory: text(), fees: text(), funding: text(), net: text(), equity: text()),
                markouts: many(text))
        })
}

/// Text without `ESC [ … m`.
func withoutStyles(_ line: String) -> String {
    var result = String.UnicodeScalarView()
    var isInside = false
    for scalar in line.unicodeScalars {
        if scalar == "\u{1B}" {
            isInside = true
        } else if isInside {
            isInside = scalar != "m"
        } else {
            result.append(scalar)
        }
    }
    return String(result)
}
