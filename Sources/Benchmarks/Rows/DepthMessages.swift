internal import Fundamentals
internal import MarketModel

/// Invented public messages in Aster's form, distinct from one another.
enum DepthMessages {
    static let market = MarketID(0)

    /// ASTERUSDT as a venue lists it: ticks of 0.0001, lots of 0.01.
    static var instrument: Instrument {
        guard
            let instrument = Instrument(
                market: market, symbol: "ASTERUSDT", baseAsset: "ASTER", quoteAsset: "USDT", settlementAsset: "USDT",
                tickSize: ExactDecimal(mantissa: 1, scale: 4), lotSize: ExactDecimal(mantissa: 1, scale: 2),
                priceRange: Price(ticks: 1)...Price(ticks: 2_000_000),
                quantityRange: Quantity(lots: 1)...Quantity(lots: 200_000_000),
                marketQuantityRange: Quantity(lots: 1)...Quantity(lots: 20_000_000), minNotional: Cash(whole: 5),
                collarUp: Rate(parts: 105_000_000), collarDown: Rate(parts: 95_000_000),
                marketTakeBound: Rate(parts: 5_000_000), maxOpenOrders: 200, makerFee: .basisPoints(1),
                takerFee: .basisPoints(4))
        else { preconditionFailure("the tick and lot of the benchmark's instrument have an exact product") }
        return instrument
    }

    /// 20 levels a side around `mid` (in ticks), about 1,000 bytes.
    static func depth(id: Int64, mid: Int64, milliseconds: Int64, random: inout RandomSource) -> String {
        var text = #"{"e":"depthUpdate","E":\#(milliseconds),"T":\#(milliseconds),"s":"ASTERUSDT","#
        text += #""U":\#(id - 3),"u":\#(id),"pu":\#(id - 4),"b":["#
        text += levels(from: mid - 1, step: -1, &random)
        text += #"],"a":["#
        text += levels(from: mid + 1, step: 1, &random)
        return text + "]}"
    }

    static func ticker(id: Int64, mid: Int64, milliseconds: Int64, random: inout RandomSource) -> String {
        let (bid, ask) = (level(mid - 1, &random), level(mid + 1, &random))
        return #"{"e":"bookTicker","u":\#(id),"s":"ASTERUSDT","b":"\#(bid.price)","B":"\#(bid.quantity)","#
            + #""a":"\#(ask.price)","A":"\#(ask.quantity)","T":\#(milliseconds),"E":\#(milliseconds)}"#
    }

    static func combined(_ stream: String, _ data: String) -> [UInt8] {
        Array(#"{"stream":"asterusdt@\#(stream)","data":\#(data)}"#.utf8)
    }

    private static func levels(from first: Int64, step: Int64, _ random: inout RandomSource) -> String {
        (0..<20).map { offset in
            let level = level(first + Int64(offset) * step, &random)
            return #"["\#(level.price)","\#(level.quantity)"]"#
        }.joined(separator: ",")
    }

    private static func level(_ ticks: Int64, _ random: inout RandomSource) -> (price: String, quantity: String) {
        let price = ExactDecimal(mantissa: Int128(ticks) * 10, scale: 5).description
        let quantity = ExactDecimal(mantissa: Int128(random.integer(in: 100...999_999)), scale: 2).description
        return (price, quantity)
    }
}
