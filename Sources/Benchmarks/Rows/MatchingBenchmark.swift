internal import Exchange
internal import Fundamentals
internal import MarketModel

/// Orders through the local exchange: filters, margin, matching, fees, positions and events.
enum MatchingBenchmark {
    static func run(_ settings: BenchmarkSettings) -> BenchmarkRow {
        var row = BenchmarkRow(
            "local exchange, per command", unit: "µs",
            excludes:
                "the venue's wire protocol. 35 % cancels, 55 % passive and 10 % aggressive limit orders with about"
                + " 2,000 live; ours checks filters and margin, charges fees, keeps positions and history and tells every"
                + " event, the reference only matches.")
        let stream = MatchingCommands(count: settings.quick ? 4_000 : 50_000, seed: 3)
        var volumes: [Int64] = [0, 0]
        var live = 0
        let (times, checksum) = Measurement.processorTime(
            repetitions: settings.repetitions, operations: stream.commands.count,
            [
                {
                    (volumes[0], live) = ours(stream)
                    return UInt64(volumes[0])
                },
                {
                    volumes[1] = naive(stream)
                    return UInt64(volumes[1])
                },
            ])
        guard volumes[0] == volumes[1] else {
            return row.skipped("the engines traded different volumes, \(volumes[0]) and \(volumes[1])")
        }
        let micro = times.map { $0.map { $0 / 1_000 } }
        row.ours = BenchmarkRow.Spread(micro[0])
        row.references = [BenchmarkRow.Reference("arrays in price and time order", micro[1], ours: micro[0])]
        row.repetitions = settings.repetitions
        let rate = Int((1_000_000 / BenchmarkRow.Spread(micro[0]).median).rounded())
        row.remark =
            "\(rate) commands/s. Both traded \(volumes[0]) lots in \(stream.commands.count) commands, \(live) orders left."
        row.checksum = checksum.hexadecimal
        return row
    }

    private static func naive(_ stream: MatchingCommands) -> Int64 {
        var book = NaiveMatching()
        for (number, command) in stream.commands.enumerated() { book.apply(command, number: number) }
        return book.volume
    }

    private static func ours(_ stream: MatchingCommands) -> (volume: Int64, live: Int) {
        var instrument = DepthMessages.instrument
        instrument.maxOpenOrders = 1_000_000
        // The walk of the generator must never meet the price band.
        instrument.collarUp = Rate(parts: 1_000_000_000)
        instrument.collarDown = .zero
        let market = instrument.market
        var now = Instant(milliseconds: 1_768_551_600_000)
        var exchange = Exchange(markets: [MarketDefinition(instrument: instrument)], startingAt: now)
        let rich = [(asset: "USDT", amount: Cash(whole: 1_000_000_000))]
        let buyer = exchange.openAccount(balances: rich, at: now)
        let seller = exchange.openAccount(balances: rich, at: now)
        var events: [ExchangeEvent] = []
        var ids = [Int64](repeating: -1, count: stream.commands.count)
        var volume: Int64 = 0
        var sides = [Side](repeating: .buy, count: stream.commands.count)
        for (number, command) in stream.commands.enumerated() {
            now = now + .microseconds(100)
            switch command {
            case .place(let side, let ticks, let lots):
                let order = NewOrder(
                    market: market, side: side, type: .limit, quantity: Quantity(lots: lots * 1_000),
                    price: Price(ticks: ticks), clientOrderID: "b\(number)")
                sides[number] = side
                let account = side == .buy ? buyer : seller
                if let placed = try? exchange.place(order, by: account, at: now, into: &events) {
                    ids[number] = placed.id
                }
            case .cancel(let target):
                let account = sides[target] == .buy ? buyer : seller
                _ = try? exchange.cancel(ids[target], of: account, at: now, into: &events)
            }
            for case .print(_, let trade) in events { volume += trade.quantity.lots / 1_000 }
            events.removeAll(keepingCapacity: true)
        }
        let live =
            exchange.openOrders(of: buyer, in: market).count + exchange.openOrders(of: seller, in: market).count
        return (volume, live)
    }
}
