import Fundamentals
import MarketModel
import VenueKit
import Wire

/// What a frame says, read a second time and differently: by a tree, exact decimals and the text of the fact sheets.
enum NaiveReading {
    /// The event of a frame, nil for one without; by the stream's name where there is one, else by the members.
    static func event(_ frame: JSONValue, _ instruments: [Instrument]) -> MarketEvent? {
        let body = frame["data"] ?? frame
        let name = frame["data"] == nil ? nil : frame["stream"]?.text
        let parts = name?.split(separator: "@") ?? []
        let symbol = body["s"]?.text ?? parts.first.map { $0.uppercased() } ?? instruments[0].symbol
        guard let instrument = instruments.first(where: { $0.symbol == symbol }) else { return nil }
        switch kind(body, parts.count > 1 ? String(parts[1]) : nil) {
        case "difference":
            let previous = body["pu"]?.integer ?? body["U"].flatMap(\.integer).map { $0 - 1 }
            return .delta(
                instrument.market,
                book(body, instrument, "b", "a", body["U"]?.integer, body["u"]?.integer, previous))
        case "partial":
            let id = body["lastUpdateId"]?.integer ?? body["u"]?.integer
            let isFutures = body["bids"] == nil
            return .snapshot(
                instrument.market,
                book(body, instrument, isFutures ? "b" : "bids", isFutures ? "a" : "asks", id, id, 0))
        case "touch":
            guard let bid = level(body["b"], body["B"], instrument), let ask = level(body["a"], body["A"], instrument),
                let id = body["u"]?.integer
            else { return nil }
            return .touch(instrument.market, Touch(bid: bid, ask: ask), bookID: id, venueTime: time(body, ["T"]))
        case "trade", "aggTrade":
            guard let level = level(body["p"], body["q"], instrument), let isBuyerMaker = body["m"]?.boolean,
                let id = body[kind(body, parts.count > 1 ? String(parts[1]) : nil) == "trade" ? "t" : "a"]?.integer
            else { return nil }
            return .trade(
                instrument.market,
                PublicTrade(
                    id: TradeID(id), price: level.price, quantity: level.quantity,
                    aggressor: isBuyerMaker ? .sell : .buy, venueTime: time(body, ["T"])))
        case "mark":
            guard let price = body["p"]?.numeral.flatMap({ ExactDecimal($0) }), let rate = body["r"]?.numeral else {
                return nil
            }
            return .mark(
                instrument.market, price: price, fundingRate: ExactDecimal(rate).flatMap { Rate($0) } ?? .zero,
                nextFunding: time(body, ["T"]))
        default: return nil
        }
    }

    private static func kind(_ body: JSONValue, _ stream: String?) -> String {
        if let stream {
            if stream == "depth" { return "difference" }
            if stream.hasPrefix("depth"), stream.dropFirst(5).first?.isNumber == true { return "partial" }
            if stream.hasPrefix("markPrice") { return "mark" }
            if ["trade", "aggTrade"].contains(stream) { return stream }
            if stream == "bookTicker" { return "touch" }
        }
        switch body["e"]?.text {
        case "depthUpdate": return "difference"
        case "bookTicker": return "touch"
        case "trade", "aggTrade": return body["e"]!.text!
        case "markPriceUpdate": return "mark"
        case .some: return "other"
        case .none: return body["lastUpdateId"] != nil ? "partial" : body["B"] != nil ? "touch" : "other"
        }
    }

    static func book(
        _ body: JSONValue, _ instrument: Instrument, _ bids: String, _ asks: String, _ first: Int64?, _ last: Int64?,
        _ previous: Int64?
    ) -> BookUpdate {
        func side(_ name: String) -> [BookLevel] {
            (body[name]?.elements ?? []).map { row in
                level(row.elements?.first, row.elements?.dropFirst().first, instrument)
                    ?? BookLevel(Price(ticks: -1), .zero)
            }
        }
        return BookUpdate(
            firstID: first ?? -1, lastID: last ?? -1, previousID: previous ?? -1, venueTime: time(body, ["T", "E"]),
            bids: side(bids), asks: side(asks))
    }

    private static func level(_ price: JSONValue?, _ quantity: JSONValue?, _ instrument: Instrument) -> BookLevel? {
        guard let price = price?.numeral.flatMap({ ExactDecimal($0) }).flatMap({ instrument.price($0) }),
            let quantity = quantity?.numeral.flatMap({ ExactDecimal($0) })
        else { return nil }
        if let exact = instrument.quantity(quantity) { return BookLevel(price, exact) }
        // Between two lots: the lower one, but never nothing.
        let scale = max(quantity.scale, instrument.lotSize.scale)
        guard let units = quantity.units(atScale: scale), let lot = instrument.lotSize.units(atScale: scale) else {
            return nil
        }
        return BookLevel(price, Quantity(lots: max(1, Int64(units / lot))))
    }

    private static func time(_ body: JSONValue, _ names: [String]) -> Instant {
        for name in names {
            guard let number = body[name]?.integer else { continue }
            return number >= 100_000_000_000_000
                ? Instant(nanoseconds: number * 1_000) : Instant(milliseconds: number)
        }
        return .distantPast
    }
}
