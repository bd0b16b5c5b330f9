internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import VenueMAX
internal import Wire

/// Routes the real venue does not have: who this is, what may fail, and exact books for auditors.
extension MAXServer {
    mutating func answerLocal(_ request: HTTPRequest) -> HTTPResponse {
        var json = JSONWriter()
        do throws(MAXError) {
            let fields: [FormFields.Field]
            do throws(WireError) {
                let body = String(decoding: request.body, as: UTF8.self)
                fields = try FormFields.parse(request.query ?? "").fields + FormFields.parse(body).fields
            } catch {
                throw MAXError(MAXErrorCode.invalidParameter, error.reason)
            }
            switch (request.method, request.path) {
            case (.get, "/apus/identity"): writeIdentity(&json)
            case (.post, "/apus/chaos"): try changeChaos(fields, &json)
            case (.get, "/apus/ledger"): try writeLedger(MAXParameters(fields), &json)
            default: throw .noRoute
            }
            return HTTPResponse(
                status: 200, headers: HTTPHeaders([("Content-Type", "application/json")]), body: json.bytes)
        } catch {
            return error.response
        }
    }

    private func writeIdentity(_ json: inout JSONWriter) {
        json.beginObject()
        json.member("venue", "max")
        json.member("local", true)
        json.member("server", "apus")
        json.key("accounts")
        json.beginArray()
        for account in accounts { json.string(account.definition.name) }
        json.endArray()
        json.key("symbols")
        json.beginArray()
        for definition in configuration.markets { json.string(symbol(definition.instrument.market)) }
        json.endArray()
        json.endObject()
    }

    /// Each field is one setting, as `MAXChaos.apply` reads them; all or none take effect.
    private mutating func changeChaos(
        _ fields: [FormFields.Field], _ json: inout JSONWriter
    ) throws(MAXError) {
        var changed = chaos
        do throws(VenueConfigurationError) {
            for field in fields { try changed.apply(name: field.name, value: field.value) }
        } catch {
            throw MAXError(MAXErrorCode.invalidParameter, error.reason)
        }
        chaos = changed
        json.beginObject()
        json.member("success", true)
        json.member("calm", chaos.isCalm)
        json.endObject()
    }

    private func writeLedger(_ parameters: MAXParameters, _ json: inout JSONWriter) throws(MAXError) {
        let name = try parameters.required("account")
        guard let account = accounts.first(where: { $0.definition.name == name }) else { throw .invalid("account") }
        json.beginObject()
        json.member("account", name)
        let assets = assets(of: account.id)
        json.key("balances")
        json.beginObject()
        for asset in assets { json.member(asset, Self.exact(exchange.holding(of: account.id, asset: asset).total)) }
        json.endObject()
        json.key("locked")
        json.beginObject()
        for asset in assets { json.member(asset, Self.exact(exchange.holding(of: account.id, asset: asset).locked)) }
        json.endObject()
        json.key("markets")
        json.beginArray()
        for definition in configuration.markets { writeLedger(account, definition.instrument, &json) }
        json.endArray()
        json.endObject()
    }

    private func writeLedger(_ account: MAXAccount, _ instrument: Instrument, _ json: inout JSONWriter) {
        let executions = exchange.executions(of: account.id, in: instrument.market)
        json.beginObject()
        json.member("symbol", instrument.symbol.lowercased())
        json.member("executions", exchange.executionTotals(of: account.id, in: instrument.market).count)
        json.member("self_trades", Int64(executions.filter(\.isSelfTrade).count))
        json.member(
            "bought_lots", executions.filter { $0.side == .buy }.reduce(into: Int64(0)) { $0 += $1.quantity.lots })
        json.member(
            "sold_lots", executions.filter { $0.side == .sell }.reduce(into: Int64(0)) { $0 += $1.quantity.lots })
        json.member(
            "open_orders", Int64(exchange.openOrders(of: account.id, in: instrument.market).count))
        json.endObject()
    }

    /// All twelve decimals.
    private static func exact(_ cash: Cash) -> String { cash.text(decimals: Cash.scale) }
}
