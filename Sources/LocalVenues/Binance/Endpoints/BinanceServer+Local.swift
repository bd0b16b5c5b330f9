internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import Wire

/// Routes the real venue does not have: who this is, what may fail, and exact books for auditors.
extension BinanceServer {
    mutating func answerLocal(_ request: HTTPRequest, path: Substring, query: Substring) -> HTTPResponse {
        var json = JSONWriter()
        do throws(BinanceError) {
            let parameters = BinanceParameters(try AsterServer.fields(of: request, query: query))
            switch (request.method, path) {
            case (.get, "/apus/identity"): writeIdentity(&json)
            case (.post, "/apus/chaos"): try changeChaos(request, query, &json)
            case (.get, "/apus/ledger"): try writeLedger(parameters, &json)
            default: throw BinanceError.unknownPath
            }
            return HTTPResponse(
                status: 200, headers: HTTPHeaders([("Content-Type", "application/json;charset=UTF-8")]),
                body: json.bytes)
        } catch {
            return AsterServer.response(error)
        }
    }

    private func writeIdentity(_ json: inout JSONWriter) {
        json.beginObject()
        json.member("venue", Self.venueName)
        json.member("local", true)
        json.member("server", "apus")
        json.key("accounts")
        json.beginArray()
        for account in accounts { json.string(account.definition.name) }
        json.endArray()
        json.key("symbols")
        json.beginArray()
        for market in markets { json.string(market.instrument.symbol) }
        json.endArray()
        json.endObject()
    }

    /// Each field is one setting, as `BinanceChaos.apply` reads them; all or none take effect.
    private mutating func changeChaos(
        _ request: HTTPRequest, _ query: Substring, _ json: inout JSONWriter
    ) throws(BinanceError) {
        var changed = chaos
        let fields = try AsterServer.fields(of: request, query: query)
        do throws(VenueConfigurationError) {
            for field in fields { try changed.apply(name: field.name, value: field.value) }
        } catch {
            throw BinanceError(-1_130, error.reason)
        }
        chaos = changed
        json.beginObject()
        json.member("code", 200)
        json.member("calm", chaos.isCalm)
        json.endObject()
    }

    // MARK: Ledger

    private func writeLedger(_ parameters: BinanceParameters, _ json: inout JSONWriter) throws(BinanceError) {
        let name = try parameters.required("account")
        guard let account = accounts.first(where: { $0.definition.name == name }) else {
            throw BinanceError(-1_109, "There is no account '\(name)'.")
        }
        let balances = exchange.balances(of: account.id)
        json.beginObject()
        json.member("account", name)
        json.member("time", now.milliseconds)
        json.key("balances")
        json.beginObject()
        for (asset, amount) in balances { json.member(asset, Self.exact(amount)) }
        json.endObject()
        json.key("locked")
        json.beginObject()
        for (asset, _) in balances {
            json.member(asset, Self.exact(exchange.holding(of: account.id, asset: asset).locked))
        }
        json.endObject()
        json.key("fees")
        json.beginObject()
        for (asset, amount) in account.fees { json.member(asset, Self.exact(amount)) }
        json.endObject()
        json.key("markets")
        json.beginArray()
        for market in markets { writeLedger(account, market, &json) }
        json.endArray()
        json.endObject()
    }

    private func writeLedger(_ account: BinanceAccount, _ market: BinanceMarket, _ json: inout JSONWriter) {
        let activity = account.activities[market.id.index]
        json.beginObject()
        json.member("symbol", market.instrument.symbol)
        json.member("executions", activity.executions)
        json.member("bought_lots", activity.bought.lots)
        json.member("sold_lots", activity.sold.lots)
        json.member("bought_value", Self.exact(activity.boughtValue))
        json.member("sold_value", Self.exact(activity.soldValue))
        json.member("self_traded_lots", activity.selfTraded.lots)
        json.member("open_orders", Int64(exchange.openOrders(of: account.id, in: market.id).count))
        json.member("open_buy_lots", activity.exposure.openBuys.lots)
        json.member("open_sell_lots", activity.exposure.openSells.lots)
        json.member("max_open_orders", Int64(activity.exposure.maxOpenOrders))
        json.endObject()
    }

    /// All twelve decimals.
    private static func exact(_ cash: Cash) -> String { cash.text(decimals: Cash.scale) }
}
