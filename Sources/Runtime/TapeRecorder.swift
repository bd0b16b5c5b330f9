internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import Reporting
internal import SystemIO
internal import Wire

/// Writes a venue's tape: looks at the exchange after every step, and notes what is different.
final class TapeRecorder {
    private struct Seen {
        var touch: Touch?
        /// Open orders by account, ascending by id.
        var orders: [ExchangeOrder] = []
        var executions: Int64 = 0
    }

    /// What was seen of one exchange.
    private struct Look {
        /// Before the symbols of its markets.
        var mark: String
        var instruments: [Instrument]
        var symbols: [String]
        /// By account, then market.
        var seen: [[Seen]] = []
        var touches: [Touch?]

        init(_ mark: String, _ exchange: Exchange) {
            self.mark = mark
            instruments = exchange.markets.map(\.instrument)
            symbols = instruments.map { mark + $0.symbol }
            touches = instruments.map { _ in nil }
        }
    }

    private static let flushAt = 1 << 16
    private static let flushEvery = TimeSpan.seconds(1)

    private let file: AppendingFile
    private var looks: [Look]
    private var json = JSONWriter()
    private var buffer: [UInt8] = []
    private var hasFailed = false
    private var flushedAt = Instant.distantPast

    init(_ path: String, venue: String, _ exchanges: [(mark: String, exchange: Exchange)]) throws(FileError) {
        file = try AppendingFile(path)
        looks = exchanges.map { Look($0.mark, $0.exchange) }
        var markets: [TapeHeader.Market] = []
        for look in looks {
            for (symbol, instrument) in zip(look.symbols, look.instruments) {
                markets.append(
                    TapeHeader.Market(symbol: symbol, base: instrument.baseAsset, quote: instrument.quoteAsset))
            }
        }
        TapeHeader(venue: venue, markets: markets).write(into: &json)
        endLine()
    }

    func note(_ request: HTTPRequest, at now: Instant) {
        let path = request.target.prefix { $0 != "?" }
        guard !path.hasPrefix("/apus/") else { return }
        write(.request("\(request.method.rawValue) \(path)"), at: now)
    }

    func look(_ exchanges: [(mark: String, exchange: Exchange)], at now: Instant) {
        for (side, entry) in exchanges.enumerated() {
            let exchange = entry.exchange
            for market in looks[side].instruments.indices { lookAtTouch(exchange, side, market, at: now) }
            for (index, account) in exchange.tradingAccounts.enumerated() {
                if index == looks[side].seen.count {
                    looks[side].seen.append(looks[side].instruments.map { _ in Seen() })
                }
                for market in looks[side].instruments.indices {
                    lookAtAccount(exchange, side, index, account, market, at: now)
                }
            }
        }
        guard buffer.count >= Self.flushAt || now - flushedAt >= Self.flushEvery else { return }
        flushedAt = now
        flush()
    }

    func close() { flush() }

    private func lookAtTouch(_ exchange: Exchange, _ side: Int, _ market: Int, at now: Instant) {
        let touch = exchange.touch(MarketID(market))
        let before = looks[side].touches[market]
        guard touch?.bid.price != before?.bid.price || touch?.ask.price != before?.ask.price else { return }
        looks[side].touches[market] = touch
        let instrument = looks[side].instruments[market]
        write(
            .touch(
                market: looks[side].symbols[market], bid: touch.map { instrument.decimal($0.bid.price) },
                ask: touch.map { instrument.decimal($0.ask.price) }), at: now)
    }

    private func lookAtAccount(
        _ exchange: Exchange, _ side: Int, _ index: Int, _ account: AccountID, _ market: Int, at now: Instant
    ) {
        let instrument = looks[side].instruments[market]
        let symbol = looks[side].symbols[market]
        let total = exchange.executionTotals(of: account, in: MarketID(market)).count
        let fresh = Int(total - looks[side].seen[index][market].executions)
        if fresh > 0 {
            looks[side].seen[index][market].executions = total
            for execution in exchange.executions(of: account, in: MarketID(market)).suffix(fresh) {
                write(
                    .fill(
                        market: symbol, trade: execution.trade.number, order: execution.order, side: execution.side,
                        price: instrument.decimal(execution.price), quantity: instrument.decimal(execution.quantity)),
                    at: now)
            }
        }
        let open = exchange.openOrders(of: account, in: MarketID(market))
        let before = looks[side].seen[index][market].orders
        guard open != before else { return }
        for order in before where !open.contains(where: { $0.id == order.id }) {
            write(order, instrument, symbol, remaining: .zero, at: now)
        }
        for order in open {
            let old = before.first { $0.id == order.id }
            guard old?.remaining != order.remaining || old?.request.price != order.request.price else { continue }
            write(order, instrument, symbol, remaining: order.remaining, at: now)
        }
        looks[side].seen[index][market].orders = open
    }

    private func write(
        _ order: ExchangeOrder, _ instrument: Instrument, _ symbol: String, remaining: Quantity, at now: Instant
    ) {
        guard let price = order.request.price else { return }
        write(
            .order(
                market: symbol, id: order.id, side: order.request.side, price: instrument.decimal(price),
                remaining: instrument.decimal(remaining)), at: now)
    }

    private func write(_ body: TapeRecord.Body, at now: Instant) {
        TapeRecord(at: now, body).write(into: &json)
        endLine()
    }

    private func endLine() {
        buffer += json.bytes
        buffer.append(UInt8(ascii: "\n"))
        json.removeAll()
    }

    /// A tape that cannot be written any more ends; the venue goes on.
    private func flush() {
        guard !buffer.isEmpty, !hasFailed else { return buffer.removeAll(keepingCapacity: true) }
        do throws(FileError) { try file.append(buffer) } catch { hasFailed = true }
        buffer.removeAll(keepingCapacity: true)
    }
}
