internal import Fundamentals
internal import MarketModel
public import Wire

/// What is wrong with a line of a tape.
public struct TapeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// From 1.
    public var line: Int
    public var reason: String

    public init(line: Int, _ reason: String) {
        self.line = line
        self.reason = reason
    }

    public var description: String { "line \(line): \(reason)" }
}

extension TapeHeader {
    /// `{"tape":1,"venue":"ace","markets":[{"symbol":…,"base":…,"quote":…}]}`
    public func write(into json: inout JSONWriter) {
        json.beginObject()
        json.member("tape", 1)
        json.member("venue", venue)
        json.key("markets")
        json.beginArray()
        for market in markets {
            json.beginObject()
            json.member("symbol", market.symbol)
            json.member("base", market.base)
            json.member("quote", market.quote)
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }

    init(_ value: JSONValue) throws(TapeError) {
        guard value["tape"]?.integer == 1, let venue = value["venue"]?.text,
            let markets = value["markets"]?.elements
        else { throw TapeError(line: 1, "expected the header of a tape, {\"tape\":1,…}") }
        self.init(venue: venue, markets: [])
        for market in markets {
            guard let symbol = market["symbol"]?.text, let base = market["base"]?.text,
                let quote = market["quote"]?.text
            else { throw TapeError(line: 1, "a market needs symbol, base and quote") }
            self.markets.append(Market(symbol: symbol, base: base, quote: quote))
        }
    }
}

extension TapeRecord {
    /// One object; `t` is in nanoseconds since 1970.
    public func write(into json: inout JSONWriter) {
        json.beginObject()
        json.member("t", at.nanoseconds)
        switch body {
        case .touch(let market, let bid, let ask):
            json.member("touch", market)
            if let bid { json.member("bid", bid.description) }
            if let ask { json.member("ask", ask.description) }
        case .order(let market, let id, let side, let price, let remaining):
            json.member("order", market)
            json.member("id", id)
            json.member("side", side.rawValue)
            json.member("price", price.description)
            json.member("remaining", remaining.description)
        case .fill(let market, let trade, let order, let side, let price, let quantity):
            json.member("fill", market)
            json.member("trade", trade)
            json.member("id", order)
            json.member("side", side.rawValue)
            json.member("price", price.description)
            json.member("quantity", quantity.description)
        case .request(let route): json.member("request", route)
        }
        json.endObject()
    }

    init(_ value: JSONValue, line: Int) throws(TapeError) {
        guard let time = value["t"]?.integer else { throw TapeError(line: line, "expected the time 't'") }
        at = Instant(nanoseconds: time)
        func decimal(_ name: String) throws(TapeError) -> ExactDecimal {
            guard let decimal = value[name]?.text.flatMap({ ExactDecimal($0) }) else {
                throw TapeError(line: line, "expected the decimal '\(name)'")
            }
            return decimal
        }
        func integer(_ name: String) throws(TapeError) -> Int64 {
            guard let number = value[name]?.integer else {
                throw TapeError(line: line, "expected the number '\(name)'")
            }
            return number
        }
        func side() throws(TapeError) -> Side {
            guard let side = value["side"]?.text.flatMap(Side.init(rawValue:)) else {
                throw TapeError(line: line, "expected 'side' to be buy or sell")
            }
            return side
        }
        if let market = value["touch"]?.text {
            body = .touch(
                market: market, bid: value["bid"] == nil ? nil : try decimal("bid"),
                ask: value["ask"] == nil ? nil : try decimal("ask"))
        } else if let market = value["order"]?.text {
            body = .order(
                market: market, id: try integer("id"), side: try side(), price: try decimal("price"),
                remaining: try decimal("remaining"))
        } else if let market = value["fill"]?.text {
            body = .fill(
                market: market, trade: try integer("trade"), order: try integer("id"), side: try side(),
                price: try decimal("price"), quantity: try decimal("quantity"))
        } else if let route = value["request"]?.text {
            body = .request(route)
        } else {
            throw TapeError(line: line, "expected touch, order, fill or request")
        }
    }
}

/// A whole tape.
public struct VenueTape: Hashable, Sendable {
    public var header: TapeHeader
    /// In the order of their times.
    public var records: [TapeRecord]

    public init(header: TapeHeader, records: [TapeRecord]) {
        self.header = header
        self.records = records
    }

    /// Reads a tape. A last line that was cut off, as by a killed venue, is passed over.
    public init(_ bytes: [UInt8]) throws(TapeError) {
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
        guard let first = lines.first, let head = try? JSONValue.parse(Array(first)) else {
            throw TapeError(line: 1, "expected the header of a tape")
        }
        header = try TapeHeader(head)
        records = []
        let isComplete = bytes.last == UInt8(ascii: "\n")
        for (index, line) in lines.enumerated().dropFirst() {
            guard let value = try? JSONValue.parse(Array(line)) else {
                if index == lines.count - 1, !isComplete { break }
                throw TapeError(line: index + 1, "expected one JSON object")
            }
            records.append(try TapeRecord(value, line: index + 1))
        }
    }
}
