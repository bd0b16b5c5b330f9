internal import Fundamentals
internal import MarketModel
internal import Wire

extension BinanceServer {
    /// Carries out a request that has passed the gate.
    mutating func respond(_ request: BinanceRequest) throws(BinanceError) -> [UInt8] {
        var json = JSONWriter()
        if let account = request.account {
            try respond(request.endpoint, request.parameters, account, &json)
        } else {
            try respondOpen(request.endpoint, request.parameters, &json)
        }
        return json.bytes
    }

    private mutating func respond(
        _ endpoint: BinanceEndpoint, _ parameters: BinanceParameters, _ account: Int, _ json: inout JSONWriter
    ) throws(BinanceError) {
        switch endpoint {
        case .placeOrder: try placeOrder(parameters, account, &json)
        case .testOrder: try testOrder(parameters, account, &json)
        case .queryOrder: try queryOrder(parameters, account, &json)
        case .cancelOrder: try cancelOrder(parameters, account, &json)
        case .cancelAll: try cancelAll(parameters, account, &json)
        case .cancelReplace: try cancelReplace(parameters, account, &json)
        case .amendOrder: try amendOrder(parameters, account, &json)
        case .amendments: try writeAmendments(parameters, account, &json)
        case .openOrders: try writeOpenOrders(parameters, account, &json)
        case .allOrders: try writeAllOrders(parameters, account, &json)
        case .account: try writeAccount(parameters, account, &json)
        case .userTrades: try writeUserTrades(parameters, account, &json)
        case .orderLimits: writeOrderLimits(account, &json)
        case .preventedMatches: try writePreventedMatches(parameters, account, &json)
        case .commission: try writeCommission(parameters, account, &json)
        case .filters: try writeFilters(parameters, &json)
        case .ping, .time, .exchangeInfo, .depth, .trades, .historicalTrades, .aggregateTrades, .klines, .uiKlines,
            .averagePrice, .dayTicker, .tradingDayTicker, .rollingTicker, .priceTicker, .bookTicker, .referencePrice:
            try respondOpen(endpoint, parameters, &json)
        }
    }

    private mutating func respondOpen(
        _ endpoint: BinanceEndpoint, _ parameters: BinanceParameters, _ json: inout JSONWriter
    ) throws(BinanceError) {
        switch endpoint {
        case .ping:
            json.beginObject()
            json.endObject()
        case .time:
            json.beginObject()
            json.member("serverTime", venueTime.milliseconds)
            json.endObject()
        case .exchangeInfo: try writeExchangeInfo(parameters, &json)
        case .depth: try writeDepth(parameters, &json)
        case .trades: try writeTrades(parameters, fromID: nil, &json)
        case .historicalTrades: try writeTrades(parameters, fromID: try parameters.integer("fromId"), &json)
        case .aggregateTrades: try writeAggregateTrades(parameters, &json)
        case .klines, .uiKlines: try writeCandles(parameters, &json)
        case .averagePrice: try writeAveragePrice(parameters, &json)
        case .dayTicker: try writeDayTickers(parameters, &json)
        case .tradingDayTicker: try writeTradingDayTickers(parameters, &json)
        case .rollingTicker: try writeRollingTickers(parameters, &json)
        case .priceTicker: try writePriceTickers(parameters, &json)
        case .bookTicker: try writeBookTickers(parameters, &json)
        case .referencePrice:
            _ = try marketIndex(parameters)
            throw BinanceError(-2_043, "This symbol doesn't have a reference price.")
        case .placeOrder, .testOrder, .queryOrder, .cancelOrder, .cancelAll, .cancelReplace, .amendOrder, .amendments,
            .openOrders, .allOrders, .account, .userTrades, .orderLimits, .preventedMatches, .commission, .filters:
            preconditionFailure("signed endpoints come with an account")
        }
    }

    // MARK: Markets by name

    func marketIndex(_ parameters: BinanceParameters) throws(BinanceError) -> Int {
        try marketIndex(symbol: try parameters.required("symbol"))
    }

    func marketIndex(symbol: String) throws(BinanceError) -> Int {
        guard symbol.utf8.allSatisfy({ $0 >= 0x80 || Self.isSymbolByte($0) }), symbol.utf8.count <= 100 else {
            throw .illegalCharacters("symbol", legal: "^[\\w\\-._&&[^a-z]]{1,50}$")
        }
        guard let index = markets.firstIndex(where: { $0.instrument.symbol == symbol }) else { throw .badSymbol }
        return index
    }

    private static func isSymbolByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
            UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// What `symbol` or `symbols` name; nil where neither is sent.
    func optionalMarkets(_ parameters: BinanceParameters) throws(BinanceError) -> (indices: [Int], isList: Bool)? {
        switch (parameters.text("symbol"), parameters.text("symbols")) {
        case (nil, nil): return nil
        case (.some, .some): throw .badCombination
        case (let symbol?, nil): return ([try marketIndex(symbol: symbol)], false)
        case (nil, let list?):
            let parsed: JSONValue
            do throws(WireError) { parsed = try JSONValue.parse(Array(list.utf8), maxDepth: 2) } catch {
                throw .illegalCharacters(
                    "symbols", legal: "^\\[(\"[A-Z0-9-_.]{1,20}\"(,\"[A-Z0-9-_.]{1,20}\"){0,}){0,1}\\]$")
            }
            guard let elements = parsed.elements, !elements.isEmpty else { throw .missing("symbols") }
            var indices: [Int] = []
            for element in elements {
                let index = try marketIndex(symbol: element.text ?? "")
                guard !indices.contains(index) else {
                    throw BinanceError(-1_101, "Duplicate values for parameter 'symbols'.")
                }
                indices.append(index)
            }
            return (indices, true)
        }
    }
}
