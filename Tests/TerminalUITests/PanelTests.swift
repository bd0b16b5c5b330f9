import Fundamentals
import TerminalUI
import Testing

@Suite struct `The panel` {
    private func snapshot(_ width: Int, _ height: Int, _ model: PanelModel = sampleModel) -> String {
        Panel.render(model, width: width, height: height, colour: false).map { "|\($0)|" }.joined(separator: "\n")
    }

    @Test func `fits the smallest full terminal`() {
        #expect(
            snapshot(60, 16) == """
                | apus  aster ASTERUSDT   quoting                  12:34:56Z |
                |─ market ────────────────────  ─ profit ────────────────────|
                |ask      1.8501 × 800          spread +0.1204 inv.   -0.0310|
                |bid      1.8499 × 1200         fees   -0.0120 fund.  0.0000 |
                |mid    1.85000 spread 1.1bp    net    +0.0774 equity 100.07…|
                |─ our quotes ────────────────  ─ health ────────────────────|
                |sell     1.8505 × 5.40  12s,…  x unresolved     1           |
                |buy      1.8495 × 5.40  12s,…  ! dead man       41s left    |
                |─ position ──────────────────  ? clock          -           |
                |lots   +540    value  9.99     + market stream  0.1s        |
                |entry  1.84921 open   +0.0043  + user stream    2.0s        |
                |─ limits ────────────────────  + round trip     p50 8ms p99…|
                |messages   [#####.]     55/60  ─ activity ──────────────────|
                |orders     [###...]       2/4  fills  12      volume 119.88 |
                |─ log ──────────────────────────────────────────────────────|
                |12:34:56 order ?[2J lost                                    |
                """)
    }

    @Test func `fits an ordinary terminal`() {
        #expect(
            snapshot(80, 24) == """
                | apus  aster ASTERUSDT   quoting                                      12:34:56Z |
                |─ market ──────────────────────────────  ─ profit ──────────────────────────────|
                |ask      1.8501 × 800                    spread    +0.1204   inventory -0.0310  |
                |bid      1.8499 × 1200                   fees      -0.0120   funding   0.0000   |
                |mid       1.85000   spread    1.1bp      net       +0.0774   equity    100.0774 |
                |─ our quotes ──────────────────────────  ─ health ──────────────────────────────|
                |sell     1.8505 × 5.40  12s, ahead 15    + market stream  0.1s                  |
                |buy      1.8495 × 5.40  12s, ahead 340   + user stream    2.0s                  |
                |─ position ────────────────────────────  ! dead man       41s left              |
                |lots      +540      value     9.99       + round trip     p50 8ms p99 31ms      |
                |entry     1.84921   unreal.   +0.0043    x unresolved     1                     |
                |─ limits ──────────────────────────────  ? clock          -                     |
                |position   [##...........]      9.99/50  ─ activity ────────────────────────────|
                |orders     [######.......]          2/4  fills     12        volume    119.88   |
                |messages   [###########..]        55/60  maker     100%      ord/trade 4.2      |
                |                                         orders    0.4/s     weight    31/2400  |
                |                                         quoted    91%       5s later  +0.0040  |
                |─ log ──────────────────────────────────────────────────────────────────────────|
                |12:34:50 quoting                                                                |
                |12:34:55 slow reply                                                             |
                |12:34:56 order ?[2J lost                                                        |
                |                                                                                |
                |                                                                                |
                |                                                                                |
                """)
    }

    @Test func `uses a wide terminal for three columns`() {
        #expect(
            snapshot(120, 18) == """
                | apus  aster ASTERUSDT   quoting                                                                              12:34:56Z |
                |─ market ─────────────────────────────  ─ position ───────────────────────────  ─ health ───────────────────────────────|
                |ask      1.8501 × 800                   lots   +540        value     9.99       + market stream  0.1s                   |
                |bid      1.8499 × 1200                  entry  1.84921     unreal.   +0.0043    + user stream    2.0s                   |
                |mid    1.85000     spread    1.1bp      ─ profit ─────────────────────────────  ! dead man       41s left               |
                |─ our quotes ─────────────────────────  spread +0.1204     inventory -0.0310    + round trip     p50 8ms p99 31ms       |
                |sell     1.8505 × 5.40  12s, ahead 15   fees   -0.0120     funding   0.0000     x unresolved     1                      |
                |buy      1.8495 × 5.40  12s, ahead 340  net    +0.0774     equity    100.0774   ? clock          -                      |
                |                                        ─ activity ───────────────────────────  ─ limits ───────────────────────────────|
                |                                        fills  12          volume    119.88     position   [##............]      9.99/50|
                |                                        maker  100%        ord/trade 4.2        orders     [#######.......]          2/4|
                |                                        orders 0.4/s       weight    31/2400    messages   [############..]        55/60|
                |                                        quoted 91%         5s later  +0.0040                                            |
                |─ log ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────|
                |12:34:50 quoting                                                                                                        |
                |12:34:55 slow reply                                                                                                     |
                |12:34:56 order ?[2J lost                                                                                                |
                |                                                                                                                        |
                """)
    }

    @Test func `keeps what matters most when there is little room`() {
        #expect(
            snapshot(34, 9) == """
                | ASTERUSDT   quoting    12:34:56Z |
                |net    +0.0774   equity 100.0774  |
                |! dead man       41s left         |
                |x unresolved     1                |
                |? clock          -                |
                |lots   +540      value  9.99      |
                |ask      1.8501 × 800             |
                |bid      1.8499 × 1200            |
                |sell     1.8505 × 5.40  12s, ahea…|
                """)
    }

    @Test func `shows several markets on an ordinary terminal`() {
        #expect(
            snapshot(80, 24, manyMarkets) == """
                | apus  aster 3 markets   quoting                                      12:34:56Z |
                |markets       bid      ask  our bid  our ask  position  quoted                  |
                |BTC-USD   95123.4  95123.5  95123.4  95123.5    0.0123     91%                  |
                |ETH-USD   3312.10  3312.20  3312.10  3312.20     -0.50     91%  stale book      |
                |SOL-USD    141.22   141.23   141.22   141.23      12.0     91%                  |
                |profit     spread  inventory     fees  funding      net      1s      5s  5min   |
                |BTC-USD    0.1204    -0.0310  -0.0120   0.0000   0.0774  0.0012  0.0040     -   |
                |ETH-USD    0.1204    -0.0310  -0.0120   0.0000  -0.2100  0.0012  0.0040     -   |
                |SOL-USD    0.1204    -0.0310  -0.0120   0.0000   0.0001  0.0012  0.0040     -   |
                |all       +0.1204    -0.0310  -0.0120   0.0000  +0.0774  0.0036  0.0120     -   |
                |─ BTC-USD ─────────────────────────────  ─ health ──────────────────────────────|
                |sell     1.8505 × 5.40  12s, ahead 15    x unresolved     1                     |
                |buy      1.8495 × 5.40  12s, ahead 340   ! dead man       41s left              |
                |inventory ▄▅▅▆█▇▅▃▁▂▄                    ? clock          -                     |
                |net       +0.0774   equity    100.0774   + market stream    + user stream 2.0s  |
                |─ limits ──────────────────────────────  + round trip                           |
                |messages   [###########..]        55/60  ─ activity ────────────────────────────|
                |orders     [######.......]          2/4  fills     12        volume    119.88   |
                |position   [##...........]      9.99/50  maker     100%      ord/trade 4.2      |
                |                                         orders    0.4/s     weight    31/2400  |
                |                                         quoted    91%       5s later  +0.0040  |
                |─ log ──────────────────────────────────────────────────────────────────────────|
                |12:34:55 slow reply                                                             |
                |12:34:56 order ?[2J lost                                                        |
                """)
    }

    @Test func `shows several markets on a wide terminal`() {
        let lines = snapshot(180, 24, manyMarkets).split(separator: "\n")
        #expect(lines[1].contains("our bid") && lines[1].contains("inventory") && lines[1].contains("5min"))
        #expect(lines[5].hasPrefix("|all "))
        #expect(lines[6].contains("─ BTC-USD") && lines[6].contains("─ account") && lines[6].contains("─ health"))
    }

    @Test func `shows several markets where there is little room`() {
        #expect(
            snapshot(40, 9, manyMarkets) == """
                | 3 markets   quoting          12:34:56Z |
                |net       +0.0774   equity    100.0774  |
                |! dead man       41s left               |
                |x unresolved     1                      |
                |? clock          -                      |
                |BTC-USD        0.0123  0.0774           |
                |ETH-USD         -0.50  -0.2100          |
                |SOL-USD          12.0  0.0001           |
                |12:34:56 order ?[2J lost                |
                """)
    }

    @Test(arguments: 0..<10)
    func `fills exactly its size whatever the model and size`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        for _ in 0..<60 {
            let model = randomModel(&random)
            let width = Int(random.integer(in: 0...140))
            let height = Int(random.integer(in: 0...50))
            let isColoured = random.chance(1, in: 2)
            let lines = Panel.render(model, width: width, height: height, colour: isColoured)
            #expect(lines.count == (width > 0 ? height : 0))
            for line in lines {
                let text = withoutStyles(line)
                #expect(DisplayWidth.of(text) == width)
                #expect(!text.unicodeScalars.contains { $0.properties.generalCategory == .control })
                #expect(isColoured || line == text)
            }
        }
    }

    @Test func `says the same with and without colour`() {
        let plain = Panel.render(sampleModel, width: 100, height: 30, colour: false)
        #expect(Panel.render(sampleModel, width: 100, height: 30, colour: true).map(withoutStyles) == plain)
    }

    @Test func `has nothing to say in no room`() {
        #expect(Panel.render(sampleModel, width: 0, height: 5, colour: false).isEmpty)
        #expect(Panel.render(sampleModel, width: 5, height: -1, colour: false).isEmpty)
        #expect(Panel.render(sampleModel, width: 1, height: 1, colour: false) == ["…"])
    }
}

@Suite struct `Display width` {
    @Test(arguments: [
        ("abc", 3), ("", 0), ("é", 1), ("e\u{301}", 1), ("漢字", 4), ("한글", 4), ("ｆ", 2), ("ﾊ", 1), ("😀", 2),
        ("⌚", 2), ("☕", 2), ("─", 1), ("\u{200B}", 0), ("🇩🇪", 2), ("€", 1), ("㈱", 2), ("𠀀", 2), ("א", 1), ("Ω", 1),
    ])
    func `counts columns as terminals do`(text: String, width: Int) { #expect(DisplayWidth.of(text) == width) }

    @Test(arguments: [
        ("hello", 5, "hello"), ("hello", 4, "hel…"), ("hello", 1, "…"), ("hello", 0, ""), ("漢字漢", 5, "漢字…"),
        ("漢字", 3, "漢…"),
        ("漢字", 2, "…"), ("a\u{1B}[2Jb", 20, "a?[2Jb"), ("a\nb", 3, "a?b"),
    ])
    func `cuts with a mark and never in the middle of a character`(text: String, width: Int, fitted: String) {
        #expect(DisplayWidth.fit(text, width) == fitted)
    }
}

@Suite struct `A table` {
    @Test func `aligns its columns`() {
        var table = TableText([.init("source"), .init("USDT", .right), .init("note")])
        table.append(["spread capture", "0.1204", "12 fills"])
        table.append(["漢字", "-0.03"])
        table.append(["fees", "-0.0120", "maker", "extra"])
        #expect(
            table.lines() == [
                "source             USDT  note", "──────────────  ───────  ────────",
                "spread capture   0.1204  12 fills",
                "漢字              -0.03", "fees            -0.0120  maker",
            ])
        #expect(table.lines(width: 28).allSatisfy { DisplayWidth.of($0) <= 28 })
        #expect(table.lines(width: 28)[2] == "spread capture   0.1204  12…")
    }

    @Test func `has no heading when it has no titles`() {
        var table = TableText([.init(""), .init("", .right)])
        table.append(["fills", "12"])
        table.append(["volume", "119.88"])
        #expect(table.lines() == ["fills       12", "volume  119.88"])
        #expect(TableText([]).lines() == [])
    }

    @Test(arguments: 0..<4)
    func `never exceeds its width`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        for _ in 0..<100 {
            var table = TableText(
                (0..<random.integer(in: 0...5)).map { _ in .init("x", random.chance(1, in: 2) ? .left : .right) })
            for _ in 0..<5 { table.append((0..<random.integer(in: 0...6)).map { _ in randomModel(&random).venue }) }
            let width = Int(random.integer(in: 1...60))
            for line in table.lines(width: width) { #expect(DisplayWidth.of(line) <= width) }
        }
    }
}
