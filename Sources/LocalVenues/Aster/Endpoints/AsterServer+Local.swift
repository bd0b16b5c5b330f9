internal import Cryptography
internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import Wire

/// Routes the real venue does not have: who this is, what may fail, and exact books for auditors.
extension AsterServer {
    mutating func answerLocal(_ request: HTTPRequest, path: Substring, query: Substring) -> HTTPResponse {
        var json = JSONWriter()
        do throws(AsterError) {
            let parameters = AsterParameters(try Self.fields(of: request, query: query))
            switch (request.method, path) {
            case (.get, "/apus/identity"): writeIdentity(&json)
            case (.post, "/apus/chaos"): try changeChaos(request, query, &json)
            case (.get, "/apus/ledger"): try writeLedger(parameters, &json)
            default: throw AsterError.unknownPath
            }
            return HTTPResponse(
                status: 200, headers: HTTPHeaders([("Content-Type", "application/json;charset=UTF-8")]),
                body: json.bytes)
        } catch {
            return Self.response(error)
        }
    }

    private func writeIdentity(_ json: inout JSONWriter) {
        json.beginObject()
        json.member("venue", "aster")
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

    /// Each field is one setting, as `AsterChaos.apply` reads them; all or none take effect.
    private mutating func changeChaos(
        _ request: HTTPRequest, _ query: Substring, _ json: inout JSONWriter
    ) throws(AsterError) {
        var changed = chaos
        let fields = try Self.fields(of: request, query: query)
        do throws(AsterConfigurationError) {
            for field in fields { try changed.apply(name: field.name, value: field.value) }
        } catch {
            throw AsterError(-1_130, error.reason)
        }
        chaos = changed
        json.beginObject()
        json.member("code", 200)
        json.member("calm", chaos.isCalm)
        json.endObject()
    }

    /// Clients that load the venue's spot markets beside its futures (ccxt does) find that there are none.
    static func answerSpot(_ method: HTTPMethod, _ path: Substring) -> HTTPResponse? {
        guard method == .get, path == "/api/v1/exchangeInfo" || path == "/api/v3/exchangeInfo" else { return nil }
        let body = #"{"timezone":"UTC","rateLimits":[],"exchangeFilters":[],"assets":[],"symbols":[]}"#
        return HTTPResponse(
            status: 200, headers: HTTPHeaders([("Content-Type", "application/json;charset=UTF-8")]),
            body: Array(body.utf8))
    }

    // MARK: Ledger

    private func writeLedger(_ parameters: AsterParameters, _ json: inout JSONWriter) throws(AsterError) {
        let name = try parameters.required("account")
        guard let index = accounts.firstIndex(where: { $0.definition.name == name }) else {
            throw AsterError(-1_109, "There is no account '\(name)'.")
        }
        let id = accounts[index].id
        json.beginObject()
        json.member("account", name)
        json.member("time", now.milliseconds)
        json.key("balances")
        json.beginObject()
        for (asset, amount) in exchange.balances(of: id) { json.member(asset, Self.exact(amount)) }
        json.endObject()
        json.member("wallet", Self.exact(exchange.wallet(of: id)))
        json.member("unrealized", Self.exact(exchange.unrealized(of: id)))
        json.member("realized", Self.exact(exchange.incomeTotal(.realizedPnl, of: id)))
        json.member("fees", Self.exact(-exchange.incomeTotal(.commission, of: id)))
        json.member("funding", Self.exact(exchange.incomeTotal(.fundingFee, of: id)))
        json.member("transfers", Self.exact(exchange.incomeTotal(.transfer, of: id)))
        json.key("markets")
        json.beginArray()
        for market in markets { writeLedger(index, market, &json) }
        json.endArray()
        json.endObject()
    }

    private func writeLedger(_ account: Int, _ market: AsterMarket, _ json: inout JSONWriter) {
        let id = accounts[account].id
        let position = exchange.position(of: id, in: market.id)
        let exposure = accounts[account].exposures[market.id.index]
        let executions = exchange.executionTotals(of: id, in: market.id)
        json.beginObject()
        json.member("symbol", market.instrument.symbol)
        json.member("position_lots", position.quantity.lots)
        json.member("position_value", Self.exact(position.value))
        json.member("realized", Self.exact(position.realized))
        json.member("fees", Self.exact(executions.commission))
        json.member("mark", mark(market).price.description)
        json.member("executions", executions.count)
        json.member("open_orders", Int64(exchange.openOrders(of: id, in: market.id).count))
        json.member("open_buy_lots", exposure.openBuys.lots)
        json.member("open_sell_lots", exposure.openSells.lots)
        json.member("max_long_lots", exposure.maxLong.lots)
        json.member("max_short_lots", exposure.maxShort.lots)
        json.member("max_position_lots", exposure.maxPosition.lots)
        json.member("max_exposure_value", Self.exact(exposure.maxValue))
        json.member("max_open_orders", Int64(exposure.maxOpenOrders))
        json.endObject()
    }

    /// All twelve decimals.
    private static func exact(_ cash: Cash) -> String { cash.text(decimals: Cash.scale) }
}
