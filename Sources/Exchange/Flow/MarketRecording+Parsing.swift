internal import Fundamentals
internal import MarketModel

extension MarketRecording {
    /// Levels a side in a row.
    private static let depth = 10
    private static let bookColumns: [String] =
        ["unix_timestamp", "lastUpdateId"]
        + ["bid", "ask"].flatMap { side in (0..<depth).flatMap { ["\(side)_price_\($0)", "\(side)_qty_\($0)"] } }
    private static let tradeColumns = ["id", "unix_timestamp_ms", "side", "price", "quantity"]
    /// More than any venue lists, and small enough for every product.
    private static let largest: Int64 = 1_000_000_000_000

    static func parseBooks(_ bytes: [UInt8], _ instrument: Instrument) throws(RecordingError) -> [Book] {
        var cursor = try RecordingCursor(bytes, file: .book, columns: bookColumns)
        var books: [Book] = []
        while try cursor.next() {
            guard let nanoseconds = try cursor.decimal(0).int64(atScale: 9), nanoseconds >= 0 else {
                throw cursor.error(
                    0, "expected seconds since 1970 with at most nine decimals, found `\(cursor.text(0))`")
            }
            let book = Book(
                time: Instant(nanoseconds: nanoseconds), bids: try levels(cursor, .buy, instrument),
                asks: try levels(cursor, .sell, instrument))
            if let last = books.last, book.time < last.time {
                throw cursor.error(0, "earlier than the row before, expected ascending times")
            }
            if let bid = book.bids.first, let ask = book.asks.first, bid.price >= ask.price {
                throw cursor.error("row", "the best bid \(bid.price) is not below the best ask \(ask.price)")
            }
            books.append(book)
        }
        guard !books.isEmpty else { throw cursor.error("row", "expected at least one row after the header") }
        return books
    }

    /// One side of the row, best first. A level with both fields empty or no quantity is none.
    private static func levels(
        _ cursor: RecordingCursor, _ side: Side, _ instrument: Instrument
    ) throws(RecordingError) -> [BookLevel] {
        var levels: [BookLevel] = []
        for index in 0..<depth {
            let column = 2 + (side == .buy ? 0 : depth * 2) + index * 2
            if cursor.isEmpty(column), cursor.isEmpty(column + 1) { continue }
            let decimal = try cursor.decimal(column)
            guard let price = instrument.price(decimal), (1...largest).contains(price.ticks) else {
                throw cursor.error(
                    column, "expected a positive whole number of ticks of \(instrument.tickSize), found `\(decimal)`")
            }
            guard let quantity = try quantity(cursor, column + 1, instrument) else { continue }
            if let last = levels.last, side == .buy ? price >= last.price : price <= last.price {
                throw cursor.error(column, "not beyond the level before, expected the best level first")
            }
            levels.append(BookLevel(price, quantity))
        }
        return levels
    }

    static func parseTrades(_ bytes: [UInt8], _ instrument: Instrument) throws(RecordingError) -> [Trade] {
        var cursor = try RecordingCursor(bytes, file: .trades, columns: tradeColumns)
        var trades: [Trade] = []
        while try cursor.next() {
            _ = try cursor.integer(0)
            let milliseconds = try cursor.integer(1)
            guard (0...9_000_000_000_000).contains(milliseconds) else {
                throw cursor.error(1, "expected milliseconds since 1970, found `\(milliseconds)`")
            }
            let isBuy = cursor.matches(2, "buy")
            guard isBuy || cursor.matches(2, "sell") else {
                throw cursor.error(2, "expected `buy` or `sell`, found `\(cursor.text(2))`")
            }
            let time = Instant(milliseconds: milliseconds)
            if let last = trades.last, time < last.time {
                throw cursor.error(1, "earlier than the row before, expected ascending times")
            }
            let price = try tradePrice(cursor, isBuy: isBuy, instrument)
            guard let quantity = try quantity(cursor, 4, instrument) else {
                throw cursor.error(4, "expected a positive quantity, found `\(cursor.text(4))`")
            }
            trades.append(Trade(time: time, aggressor: isBuy ? .buy : .sell, quantity: quantity, price: price))
        }
        return trades
    }

    /// Rounded up for a buyer and down for a seller.
    private static func tradePrice(
        _ cursor: RecordingCursor, isBuy: Bool, _ instrument: Instrument
    ) throws(RecordingError) -> Price {
        let decimal = try cursor.decimal(3)
        guard let (ticks, rest) = steps(decimal, of: instrument.tickSize), (1..<largest).contains(ticks) else {
            throw cursor.error(3, "expected a positive price, found `\(decimal)`")
        }
        return Price(ticks: ticks + (isBuy && rest != .none ? 1 : 0))
    }

    /// Rounded half up to lots, one lot at least; nil for zero.
    private static func quantity(
        _ cursor: RecordingCursor, _ column: Int, _ instrument: Instrument
    ) throws(RecordingError) -> Quantity? {
        let decimal = try cursor.decimal(column)
        guard decimal.mantissa >= 0, let (lots, rest) = steps(decimal, of: instrument.lotSize), lots < largest else {
            throw cursor.error(column, "expected a quantity from zero up, found `\(decimal)`")
        }
        guard decimal.mantissa > 0 else { return nil }
        return Quantity(lots: max(1, lots + (rest == .halfOrMore ? 1 : 0)))
    }

    private enum Remainder { case none, lessThanHalf, halfOrMore }

    /// How many whole steps a number that is not negative holds, and what is left; nil beyond 64 bits.
    private static func steps(_ decimal: ExactDecimal, of step: ExactDecimal) -> (count: Int64, rest: Remainder)? {
        let scale = max(decimal.scale, step.scale)
        guard decimal.mantissa >= 0, let value = decimal.units(atScale: scale), let unit = step.units(atScale: scale),
            let count = Int64(exactly: value / unit)
        else { return nil }
        let rest = value % unit
        return (count, rest == 0 ? .none : rest >= unit - rest ? .halfOrMore : .lessThanHalf)
    }
}
