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

    private static let flushAt = 1 << 16
    private static let flushEvery = TimeSpan.seconds(1)

    private let file: AppendingFile
    private let instruments: [Instrument]
    /// By account, then market.
    private var seen: [[Seen]] = []
    private var touches: [Touch?]
    private var json = JSONWriter()
    private var buffer: [UInt8] = []
    private var hasFailed = false
    private var flushedAt = Instant.distantPast

    init(_ path: String, venue: String, _ exchange: Exchange) throws(FileError) {
        file = try AppendingFile(path)
        instruments = exchange.markets.map(\.instrument)
        touches = instruments.map { _ in nil }
        let markets = instruments.map {
            TapeHeader.Market(symbol: $0.symbol, base: $0.baseAsset, quote: $0.quoteAsset)
        }
        TapeHeader(venue: venue, markets: markets).write(into: &json)
        endLine()
    }

    func note(_ request: HTTPRequest, at now: Instant) {
        let path = request.target.prefix { $0 != "?" }
        guard !path.hasPrefix("/apus/") else { return }
        write(.request("\(request.method.rawValue) \(path)"), at: now)
    }

    func look(_ exchange: Exchange, at now: Instant) {
        for market in instruments.indices { lookAtTouch(exchange, market, at: now) }
        for (index, account) in exchange.tradingAccounts.enumerated() {
            if index == seen.count { seen.append(instruments.map { _ in Seen() }) }
            for market in instruments.indices { lookAtAccount(exchange, index, account, market, at: now) }
        }
        guard buffer.count >= Self.flushAt || now - flushedAt >= Self.flushEvery else { return }
        flushedAt = now
        flush()
    }

    func close() { flush() }

    private func lookAtTouch(_ exchange: Exchange, _ market: Int, at now: Instant) {
        let touch = exchange.touch(MarketID(market))
        guard touch?.bid.price != touches[market]?.bid.price || touch?.ask.price != touches[market]?.ask.price else {
            return
        }
        touches[market] = touch
        let instrument = instruments[market]
        write(
            .touch(
                market: instrument.symbol, bid: touch.map { instrument.decimal($0.bid.price) },
                ask: touch.map { instrument.decimal($0.ask.price) }), at: now)
    }

    private func lookAtAccount(
        _ exchange: Exchange, _ index: Int, _ account: AccountID, _ market: Int, at now: Instant
    ) {
        let instrument = instruments[market]
        let total = exchange.executionTotals(of: account, in: MarketID(market)).count
        let fresh = Int(total - seen[index][market].executions)
        if fresh > 0 {
            seen[index][market].executions = total
            for execution in exchange.executions(of: account, in: MarketID(market)).suffix(fresh) {
                write(
                    .fill(
                        market: instrument.symbol, trade: execution.trade.number, order: execution.order,
                        side: execution.side, price: instrument.decimal(execution.price),
                        quantity: instrument.decimal(execution.quantity)), at: now)
            }
        }
        let open = exchange.openOrders(of: account, in: MarketID(market))
        let before = seen[index][market].orders
        guard open != before else { return }
        for order in before where !open.contains(where: { $0.id == order.id }) {
            write(order, instrument, remaining: .zero, at: now)
        }
        for order in open {
            let old = before.first { $0.id == order.id }
            guard old?.remaining != order.remaining || old?.request.price != order.request.price else { continue }
            write(order, instrument, remaining: order.remaining, at: now)
        }
        seen[index][market].orders = open
    }

    private func write(_ order: ExchangeOrder, _ instrument: Instrument, remaining: Quantity, at now: Instant) {
        guard let price = order.request.price else { return }
        write(
            .order(
                market: instrument.symbol, id: order.id, side: order.request.side, price: instrument.decimal(price),
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
