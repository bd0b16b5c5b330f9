import Fundamentals
import MarketModel
import VenueBinance
import Wire

enum Fixtures {
    static let btc = MarketID(2)
    static let eth = MarketID(3)

    static func instrument(
        _ symbol: String = "BTCUSDT", _ market: MarketID = btc, tick: String = "0.01", lot: String = "0.00001",
        base: String = "BTC", quote: String = "USDT"
    ) -> Instrument {
        var instrument = Instrument(
            market: market, symbol: symbol, baseAsset: base, quoteAsset: quote, settlementAsset: quote,
            tickSize: ExactDecimal(tick)!, lotSize: ExactDecimal(lot)!,
            priceRange: Price(ticks: 1)...Price(ticks: 1 << 50),
            quantityRange: Quantity(lots: 1)...Quantity(lots: 900_000_000),
            marketQuantityRange: Quantity(lots: 1)...Quantity(lots: 900_000_000), minNotional: Cash(whole: 5),
            collarUp: Rate("5")!, collarDown: Rate("0.2")!, marketTakeBound: .basisPoints(500), maxOpenOrders: 200,
            makerFee: .basisPoints(10), takerFee: .basisPoints(10))!
        instrument.kind = .spot
        return instrument
    }

    static func json(_ text: String) -> JSONValue { try! JSONValue.parse(Array(text.utf8)) }
    static func price(_ text: String) -> Price { instrument().price(ExactDecimal(text)!)! }
    static func quantity(_ text: String) -> Quantity { instrument().quantity(ExactDecimal(text)!)! }
    static func cash(_ text: String) -> Cash { Cash(text)! }

    /// One symbol of `exchangeInfo`; every filter as the venue writes it.
    static func symbol(
        _ name: String = "BTCUSDT", base: String = "BTC", tick: String = "0.01000000", step: String = "0.00001000",
        status: String = "TRADING", modes: String = #""NONE","EXPIRE_TAKER","EXPIRE_MAKER","EXPIRE_BOTH","DECREMENT""#,
        notional: String =
            #"{"filterType":"NOTIONAL","minNotional":"5.00000000","applyMinToMarket":true,"maxNotional":"9000000.00000000","applyMaxToMarket":false,"avgPriceMins":5}"#
    ) -> String {
        #"{"symbol":"\#(name)","status":"\#(status)","baseAsset":"\#(base)","baseAssetPrecision":8,"quoteAsset":"USDT","quotePrecision":8,"orderTypes":["LIMIT","LIMIT_MAKER","MARKET"],"isSpotTradingAllowed":true,"cancelReplaceAllowed":true,"filters":[{"filterType":"PRICE_FILTER","minPrice":"0.01000000","maxPrice":"1000000.00000000","tickSize":"\#(tick)"},{"filterType":"LOT_SIZE","minQty":"0.00001000","maxQty":"9000.00000000","stepSize":"\#(step)"},{"filterType":"MARKET_LOT_SIZE","minQty":"0.00000000","maxQty":"120.50000000","stepSize":"0.00000000"},{"filterType":"PERCENT_PRICE_BY_SIDE","bidMultiplierUp":"5","bidMultiplierDown":"0.2","askMultiplierUp":"6","askMultiplierDown":"0.3","avgPriceMins":5},\#(notional),{"filterType":"MAX_NUM_ORDERS","maxNumOrders":150},{"filterType":"MAX_NUM_ALGO_ORDERS","maxNumAlgoOrders":5}],"permissions":[],"defaultSelfTradePreventionMode":"EXPIRE_MAKER","allowedSelfTradePreventionModes":[\#(modes)]}"#
    }

    static func exchangeInfo(_ symbols: String...) -> String {
        #"{"timezone":"UTC","serverTime":1767225600123,"rateLimits":[{"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":6000},{"rateLimitType":"ORDERS","interval":"SECOND","intervalNum":10,"limit":100},{"rateLimitType":"ORDERS","interval":"DAY","intervalNum":1,"limit":200000},{"rateLimitType":"RAW_REQUESTS","interval":"MINUTE","intervalNum":5,"limit":300000}],"exchangeFilters":[],"symbols":[\#(symbols.joined(separator: ","))]}"#
    }

    static func order(
        _ id: String = "apus-7-1", number: Int64 = 4_293_153, status: String = "NEW", filled: String = "0.00000",
        extra: String = "", side: String = "SELL", symbol: String = "BTCUSDT"
    ) -> String {
        #"{"symbol":"\#(symbol)","orderId":\#(number),"orderListId":-1,"clientOrderId":"\#(id)","transactTime":1767225600140,"price":"61000.10000000","origQty":"0.00500000","executedQty":"\#(filled)","origQuoteOrderQty":"0.00000000","cummulativeQuoteQty":"0.00000000","status":"\#(status)","timeInForce":"IOC","type":"LIMIT","side":"\#(side)","workingTime":1767225600140,"selfTradePreventionMode":"EXPIRE_MAKER"\#(extra)}"#
    }

    static func trade(
        _ id: Int64, order: Int64, quantity: String = "0.00200000", commission: String = "0.12200020",
        asset: String = "USDT"
    ) -> String {
        #"{"symbol":"BTCUSDT","id":\#(id),"orderId":\#(order),"orderListId":-1,"price":"61000.10000000","qty":"\#(quantity)","quoteQty":"122.00020000","commission":"\#(commission)","commissionAsset":"\#(asset)","time":1767225600150,"isBuyer":false,"isMaker":false,"isBestMatch":true}"#
    }
}

/// Damage as a network, a bug or an attacker would do it.
enum Mutation {
    static func mutate(_ bytes: inout [UInt8], using random: inout RandomSource) {
        for _ in 0...random.integer(in: 0...3) {
            guard !bytes.isEmpty else { return }
            let at = Int(random.integer(in: 0...Int64(bytes.count - 1)))
            switch random.integer(in: 0...5) {
            case 0: bytes[at] = UInt8(random.integer(in: 0...255))
            case 1: bytes.remove(at: at)
            case 2: bytes.insert(UInt8(random.integer(in: 32...126)), at: at)
            case 3: bytes.removeSubrange(at...)
            case 4:
                let digits = Array("99999999999999999999999999999999999999999".utf8)
                bytes.insert(contentsOf: digits, at: at)
            default:
                let tokens = ["\"", "[[", "{}", ":", ",", "-", "1e9", "null", "\\u0000", "true", "\"s\":1,"]
                bytes.insert(contentsOf: Array(tokens[Int(random.integer(in: 0...10))].utf8), at: at)
            }
        }
    }
}
