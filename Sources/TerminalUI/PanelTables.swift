/// The tables of a panel with several markets: prices and quotes, and where the money comes from.
struct PanelTables {
    private struct Cell {
        var text: String
        var style = PanelStyle.plain
    }
    private struct Column {
        var title: String
        /// The last of the highest goes first where there is too little room.
        var rank: Int
        /// One for each market, then one for all together.
        var cells: [Cell]
        var isLeft = false

        var width: Int {
            max(DisplayWidth.of(title), cells.map { DisplayWidth.of(DisplayWidth.safe($0.text)) }.max() ?? 0)
        }
    }

    private let model: PanelModel

    init(_ model: PanelModel) { self.model = model }

    /// At most `rows` lines; nothing for a single market.
    func lines(_ width: Int, rows: Int) -> [StyledText] {
        guard model.markets.count > 1 else { return [] }
        let all = [symbols] + prices + profits
        if Self.width(all) <= width { return table("markets", all, width, rows: rows, hasTotal: true) }
        let count = max(1, min(model.markets.count, (rows - 3) / 2))
        return table("markets", [symbols] + prices, width, rows: count + 1, hasTotal: false)
            + table("profit", [symbols] + profits, width, rows: count + 2, hasTotal: true)
    }

    /// Symbol, position and net, for a small terminal.
    func compact(_ width: Int) -> [StyledText] {
        model.markets.indices.map { index in
            let market = model.markets[index]
            var line = StyledText(DisplayWidth.pad(market.symbol, 10) + " ", PanelStyle(market.health))
            line.append(DisplayWidth.padLeft(market.position, 10) + "  ")
            line.append(market.profit.net, Self.signed(market.profit.net).style)
            return line.fitted(width)
        }
    }

    // MARK: Columns

    private var symbols: Column {
        Column(
            title: "", rank: 0,
            cells: model.markets.map {
                Cell(text: $0.symbol, style: $0.health == .good ? .plain : PanelStyle($0.health))
            }
                + [Cell(text: "all", style: .title)], isLeft: true)
    }

    private var prices: [Column] {
        let states = model.markets.contains { !$0.state.isEmpty }
        return [
            column("bid", 1) { Cell(text: $0.bid) }, column("ask", 1) { Cell(text: $0.ask) },
            column("our bid", 1) { Cell(text: $0.ownBid, style: .good) },
            column("our ask", 1) { Cell(text: $0.ownAsk, style: .bad) },
            column("position", 1) { Cell(text: $0.position) }, column("quoted", 2) { Cell(text: $0.twoSided) },
        ] + (states ? [column("", 3) { Cell(text: $0.state, style: PanelStyle($0.health)) }] : [])
    }

    private var profits: [Column] {
        let names = ["1s", "5s", "30s", "5min"]
        let ranks = [5, 3, 6, 4]
        let total = model.profit
        return [
            column("spread", 1, total.spread) { Self.signed($0.profit.spread) },
            column("inventory", 1, total.inventory) { Self.signed($0.profit.inventory) },
            column("fees", 1, total.fees) { Self.signed($0.profit.fees) },
            column("funding", 1, total.funding) { Self.signed($0.profit.funding) },
            column("net", 0, total.net) { Self.signed($0.profit.net) },
        ]
            + (total.hedging.map { [column("hedging", 1, $0) { Self.signed($0.profit.hedging ?? "-") }] } ?? [])
            + names.indices.map { index in
                func text(_ markouts: [String]) -> String { index < markouts.count ? markouts[index] : "-" }
                return column(names[index], ranks[index], text(model.markouts)) { Self.signed(text($0.markouts)) }
            }
    }

    private func column(
        _ title: String, _ rank: Int, _ total: String = "", _ cell: (PanelModel.Market) -> Cell
    ) -> Column {
        Column(title: title, rank: rank, cells: model.markets.map(cell) + [Self.signed(total)])
    }

    private static func signed(_ text: String) -> Cell {
        Cell(text: text, style: text.hasPrefix("-") && text.count > 1 ? .bad : .plain)
    }

    private static func width(_ columns: [Column]) -> Int { columns.reduce(-2) { $0 + $1.width + 2 } }

    // MARK: Drawing

    /// A title with the columns' names, then the markets that fit, then all together.
    private func table(
        _ name: String, _ columns: [Column], _ width: Int, rows: Int, hasTotal: Bool
    ) -> [StyledText] {
        var columns = columns
        while Self.width(columns) > width, let least = columns.indices.max(by: { columns[$0].rank < columns[$1].rank }),
            columns[least].rank > 0
        {
            columns.remove(at: least)
        }
        let count = model.markets.count
        let room = max(1, rows - 1 - (hasTotal ? 1 : 0))
        let shown = count <= room ? count : room - 1
        var lines = [
            line(columns, width) { Cell(text: $0.title.isEmpty && $0.isLeft ? name : $0.title, style: .title) }
        ]
        lines += (0..<shown).map { row in line(columns, width) { $0.cells[row] } }
        if shown < count { lines.append(StyledText("… and \(count - shown) more", .dim).fitted(width)) }
        if hasTotal { lines.append(line(columns, width) { $0.cells[count] }) }
        return lines
    }

    private func line(_ columns: [Column], _ width: Int, _ cell: (Column) -> Cell) -> StyledText {
        var line = StyledText()
        for (index, column) in columns.enumerated() {
            if index > 0 { line.append("  ") }
            let cell = cell(column)
            let room = max(column.width, column.isLeft ? 8 : 0)
            line.append(
                column.isLeft ? DisplayWidth.pad(cell.text, room) : DisplayWidth.padLeft(cell.text, room), cell.style)
        }
        return line.fitted(width)
    }
}
