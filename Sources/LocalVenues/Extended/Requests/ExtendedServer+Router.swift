internal import Exchange
internal import MarketModel
internal import Wire

extension ExtendedServer {
    /// Endpoints that anybody may ask.
    func answer(
        _ endpoint: ExtendedEndpoint, _ query: ExtendedQuery, _ json: inout JSONWriter
    ) throws(ExtendedError) {
        switch endpoint {
        case .markets: try writeMarkets(query, &json)
        case .assets: try writeAssets(query, &json)
        case .assetPrice(let name): try writeAssetPrice(name, &json)
        case .settings: writeSettings(&json)
        case .starknet: writeStarknet(&json)
        case .builders: writeEmptyList(&json)
        case .stats(let market): try writeStats(market, &json)
        case .book(let market): try writeBook(market, &json)
        case .trades(let market): try writeTrades(market, &json)
        case .candles(let market, let source): try writeCandles(market, source, query, &json)
        case .funding(let market): try writeFunding(market, query, &json)
        case .openInterest(let market): try writeOpenInterest(market, query, &json)
        case .client, .accounts, .account, .balance, .spotBalances, .positions, .positionHistory, .orders,
            .orderHistory, .orderByID, .orderByExternalID, .accountTrades, .fundingPayments, .rebates, .leverage,
            .setLeverage, .fees, .assetOperations, .place, .cancel, .cancelByExternalID, .massCancel,
            .deadMansSwitch, .withdraw, .transfer, .unsupported:
            preconditionFailure("private endpoints come with an account")
        }
    }

    /// Endpoints of one account.
    mutating func answer(
        _ endpoint: ExtendedEndpoint, _ account: Int, _ query: ExtendedQuery, _ body: [UInt8], _ json: inout JSONWriter
    ) throws(ExtendedError) {
        switch endpoint {
        case .client: writeClient(account, &json)
        case .accounts: writeAccounts(account, &json)
        case .account: writeAccount(account, &json)
        case .balance: try writeBalance(account, &json)
        case .spotBalances: writeSpotBalances(account, &json)
        case .positions: try writePositions(account, query, &json)
        case .positionHistory: try writePositionHistory(account, query, &json)
        case .orders: try writeOpenOrders(account, query, &json)
        case .orderHistory: try writeOrderHistory(account, query, &json)
        case .orderByID(let id): try writeOrder(id, account, &json)
        case .orderByExternalID(let id): writeOrders(named: id, account, &json)
        case .accountTrades: try writeAccountTrades(account, query, &json)
        case .fundingPayments: try writeFundingPayments(account, query, &json)
        case .rebates: writeRebates(&json)
        case .leverage: try writeLeverage(account, query, &json)
        case .setLeverage: try setLeverage(account, body, &json)
        case .fees: try writeFees(account, query, &json)
        case .assetOperations: try writeAssetOperations(account, query, &json)
        case .place: try place(account, body, &json)
        case .cancel(let id): try cancel(id, account)
        case .cancelByExternalID: try cancelByExternalID(account, query)
        case .massCancel: try massCancel(account, body)
        case .deadMansSwitch: try setDeadMansSwitch(account, query)
        case .withdraw: try withdraw(account, body, &json)
        case .transfer: try transfer(account, body, &json)
        case .unsupported(let name):
            throw ExtendedError(1_009, "Action is not allowed", debugInfo: "\(name) is not part of this local venue")
        case .markets, .assets, .assetPrice, .settings, .starknet, .builders, .stats, .book, .trades, .candles,
            .funding, .openInterest:
            try answer(endpoint, query, &json)
        }
    }

    // MARK: Markets by name

    func marketIndex(named name: String) -> Int? { markets.firstIndex { $0.definition.name == name } }

    func market(named name: String) throws(ExtendedError) -> ExtendedMarketState {
        guard let index = marketIndex(named: name) else { throw .unknownMarket }
        return markets[index]
    }

    func marketName(_ id: MarketID) -> String { markets[id.index].definition.name }

    /// The markets that a query names, all where it names none.
    func chosenMarkets(_ query: ExtendedQuery) throws(ExtendedError) -> [MarketID] {
        let names = query.list("market")
        guard !names.isEmpty else { return markets.map(\.id) }
        var result: [MarketID] = []
        for name in names {
            let market = try market(named: name)
            if !result.contains(market.id) { result.append(market.id) }
        }
        return result
    }

    // MARK: Writing

    func writeEmptyList(_ json: inout JSONWriter) {
        json.key("data")
        json.beginArray()
        json.endArray()
    }

    /// An id: a number, or text where chaos has it so.
    func writeID(_ name: String, _ id: Int64, _ json: inout JSONWriter) {
        if writesIDsAsText { json.member(name, String(id)) } else { json.member(name, id) }
    }

    /// Writes one page of rows that descend by id, and where the next one begins.
    func writePage<Row>(
        _ rows: [Row], id: (Row) -> Int64, _ query: ExtendedQuery, standard: Int64 = 100, maximum: Int64 = 10_000,
        _ json: inout JSONWriter, _ write: (Row, inout JSONWriter) -> Void
    ) throws(ExtendedError) {
        let cursor = try query.integer("cursor")
        let limit = try query.limit(standard: standard, maximum: maximum)
        var count: Int64 = 0
        var last = cursor ?? 0
        json.key("data")
        json.beginArray()
        for row in rows where cursor.map({ id(row) < $0 }) ?? true {
            guard count < limit else { break }
            write(row, &json)
            count += 1
            last = id(row)
        }
        json.endArray()
        json.key("pagination")
        json.beginObject()
        json.member("cursor", last)
        json.member("count", count)
        json.endObject()
    }
}
