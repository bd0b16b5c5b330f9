internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import Wire

/// Routes that the real venue does not have: who this is, what may fail, and exact books for auditors.
extension BitoProServer {
    mutating func answerLocal(_ request: HTTPRequest, path: Substring) -> HTTPResponse {
        var json = JSONWriter()
        do throws(BitoProError) {
            switch (request.method, path) {
            case (.get, "/apus/identity"): writeIdentity(&json)
            case (.post, "/apus/chaos"): try changeChaos(request, &json)
            case (.get, "/apus/ledger"): try writeLedger(try BitoProParameters(request.query), &json)
            default: throw .notFound
            }
        } catch {
            return error.response
        }
        return HTTPResponse(status: 200, headers: BitoProError.contentType, body: json.bytes)
    }

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
    private mutating func changeChaos(_ request: HTTPRequest, _ json: inout JSONWriter) throws(BitoProError) {
        var fields: [FormFields.Field]
        do throws(WireError) {
            fields = try FormFields.parse(request.query ?? "").fields
            fields += try FormFields.parse(String(decoding: request.body, as: UTF8.self)).fields
        } catch {
            throw BitoProError(400, error.reason)
        }
        var changed = chaos
        do throws(VenueConfigurationError) {
            for field in fields { try changed.apply(name: field.name, value: field.value) }
        } catch {
            throw BitoProError(400, error.reason)
        }
        chaos = changed
        json.beginObject()
        json.member("status", 200)
        json.member("calm", chaos.isCalm)
        json.endObject()
    }

    private func writeLedger(_ parameters: BitoProParameters, _ json: inout JSONWriter) throws(BitoProError) {
        guard let name = parameters.text("account"),
            let account = accounts.first(where: { $0.definition.name == name })
        else { throw BitoProError(400, "account must be the name of an account") }
        json.beginObject()
        json.member("account", name)
        json.member("time", now.milliseconds)
        account.record.write(account.id, exchange, into: &json)
        json.endObject()
    }
}
