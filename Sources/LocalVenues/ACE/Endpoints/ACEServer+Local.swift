internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import Wire

/// Routes that the real venue does not have: who this is, what may fail, and exact books for auditors.
extension ACEServer {
    mutating func answerLocal(_ request: HTTPRequest, path: Substring) -> HTTPResponse {
        var json = JSONWriter()
        do throws(ACEError) {
            switch (request.method, path) {
            case (.get, "/apus/identity"): writeIdentity(&json)
            case (.post, "/apus/chaos"): try changeChaos(request, &json)
            case (.get, "/apus/ledger"): try writeLedger(ACEParameters(try Self.fields(of: request)), &json)
            default: return Self.notFound(String(path))
            }
        } catch {
            error.write(into: &json)
            return HTTPResponse(status: 400, headers: Self.json, body: json.bytes)
        }
        return HTTPResponse(status: 200, headers: Self.json, body: json.bytes)
    }

    private static let json = HTTPHeaders([("Content-Type", "application/json;charset=UTF-8")])

    private func writeIdentity(_ json: inout JSONWriter) {
        json.beginObject()
        json.member("venue", Self.name)
        json.member("local", true)
        json.member("server", "apus")
        json.key("accounts")
        json.beginArray()
        for account in accounts { json.string(account.definition.name) }
        json.endArray()
        json.key("symbols")
        json.beginArray()
        for market in configuration.markets { json.string(market.instrument.symbol) }
        json.endArray()
        json.endObject()
    }

    /// Each field is one setting, as `VenueChaos.apply` reads them; all or none take effect.
    private mutating func changeChaos(_ request: HTTPRequest, _ json: inout JSONWriter) throws(ACEError) {
        var fields = try Self.fields(of: request)
        do throws(WireError) {
            fields += try FormFields.parse(request.query ?? "").fields
        } catch {
            throw ACEError(9_996, "bad request: \(error.reason)")
        }
        var changed = chaos
        do throws(VenueConfigurationError) {
            for field in fields { try changed.apply(name: field.name, value: field.value) }
        } catch {
            throw ACEError(9_996, error.reason)
        }
        chaos = changed
        json.beginObject()
        json.member("status", 200)
        json.member("calm", chaos.isCalm)
        json.endObject()
    }

    private func writeLedger(_ parameters: ACEParameters, _ json: inout JSONWriter) throws(ACEError) {
        let name = try parameters.required("account")
        guard let account = accounts.first(where: { $0.definition.name == name }) else {
            throw .bad("account", "the name of an account")
        }
        json.beginObject()
        json.member("account", name)
        json.member("time", now.milliseconds)
        account.record.write(account.id, exchange, into: &json)
        json.endObject()
    }
}
