internal import Exchange
internal import Fundamentals
internal import MarketModel
internal import VenueExtended
internal import Wire

/// Routes the real venue does not have: who this is, what may fail, what happened, and exact books for auditors.
extension ExtendedServer {
    mutating func answerLocal(_ request: HTTPRequest) -> HTTPResponse {
        var json = JSONWriter()
        do throws(ExtendedError) {
            switch (request.method, request.path) {
            case (.get, "/apus/identity"): writeIdentity(&json)
            case (.post, "/apus/chaos"): try changeChaos(request, &json)
            case (.get, "/apus/ledger"): try writeLedger(try ExtendedQuery(request.query ?? ""), &json)
            case (.get, "/apus/log"): try writeLog(try ExtendedQuery(request.query ?? ""), &json)
            default: throw ExtendedError.notFound
            }
            return HTTPResponse(status: 200, headers: Self.jsonHeaders, body: json.bytes)
        } catch {
            return response(to: error)
        }
    }

    private func writeIdentity(_ json: inout JSONWriter) {
        json.beginObject()
        json.member("venue", "extended")
        json.member("local", true)
        json.member("server", "apus")
        json.member("chain_id", configuration.network.rawValue)
        json.key("accounts")
        json.beginArray()
        for account in accounts { json.string(account.definition.name) }
        json.endArray()
        json.key("symbols")
        json.beginArray()
        for market in markets { json.string(market.definition.name) }
        json.endArray()
        json.endObject()
    }

    /// Each field of query and form body is one setting, as `VenueChaos.apply` reads them, or `mode`; all or none
    /// take effect.
    private mutating func changeChaos(_ request: HTTPRequest, _ json: inout JSONWriter) throws(ExtendedError) {
        var changed = chaos
        var mode = mode
        do throws(WireError) {
            var fields = try FormFields.parse(request.query ?? "").fields
            fields += try FormFields.parse(String(decoding: request.body, as: UTF8.self)).fields
            for field in fields {
                if field.name == "mode" {
                    guard let named = ExtendedVenueMode(rawValue: field.value) else {
                        throw WireError(offset: 0, reason: "mode must be normal, maintenance, post-only or reduce-only")
                    }
                    mode = named
                    continue
                }
                do throws(VenueConfigurationError) {
                    try changed.apply(name: field.name, value: field.value)
                } catch {
                    throw WireError(offset: 0, reason: error.reason)
                }
            }
        } catch {
            throw .badRequest(error.reason)
        }
        chaos = changed
        self.mode = mode
        json.beginObject()
        json.member("status", "OK")
        json.member("calm", chaos.isCalm)
        json.member("mode", mode.rawValue)
        json.endObject()
    }

    /// What the venue noted, oldest first: arming and firing of dead man's switches, liquidations, margin.
    private func writeLog(_ query: ExtendedQuery, _ json: inout JSONWriter) throws(ExtendedError) {
        let account = query.text("account")
        let limit = try query.limit(standard: 1_000, maximum: 20_000)
        let rows = log.elements.filter { account == nil || $0.account == account }
        json.beginObject()
        json.key("log")
        json.beginArray()
        for row in rows.suffix(limit) {
            json.beginObject()
            json.member("time", row.time.milliseconds)
            json.member("account", row.account)
            json.member("text", row.text)
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }

    // MARK: Ledger

    private func writeLedger(_ query: ExtendedQuery, _ json: inout JSONWriter) throws(ExtendedError) {
        let name = try query.required("account")
        guard let index = accounts.firstIndex(where: { $0.definition.name == name }) else {
            throw .badRequest("there is no account '\(name.prefix(80))'")
        }
        let id = accounts[index].id
        json.beginObject()
        json.member("account", name)
        json.member("time", now.milliseconds)
        json.member("wallet", Self.exact(exchange.wallet(of: id)))
        json.member("unrealized", Self.exact(exchange.unrealized(of: id)))
        json.member("realized", Self.exact(exchange.incomeTotal(.realizedPnl, of: id)))
        json.member("fees", Self.exact(-exchange.incomeTotal(.commission, of: id)))
        json.member("funding", Self.exact(exchange.incomeTotal(.fundingFee, of: id)))
        json.member("insurance", Self.exact(exchange.incomeTotal(.insuranceClear, of: id)))
        json.member("transfers", Self.exact(exchange.incomeTotal(.transfer, of: id)))
        json.member("open_orders", Int64(accounts[index].open.count))
        let values = exposure(of: index)
        json.member("net_exposure", Self.exact(values.net))
        json.member("gross_exposure", Self.exact(values.gross))
        let largest = accounts[index].exposure
        json.member("max_net_long", Self.exact(largest.maxNetLong))
        json.member("max_net_short", Self.exact(largest.maxNetShort))
        json.member("max_gross", Self.exact(largest.maxGross))
        json.member("max_worst_long", Self.exact(largest.maxWorstLong))
        json.member("max_worst_short", Self.exact(largest.maxWorstShort))
        json.key("dead_mans_switch")
        write(accounts[index].deadMansSwitch, &json)
        json.key("markets")
        json.beginArray()
        for market in markets { writeLedger(index, market, &json) }
        json.endArray()
        json.endObject()
    }

    private func write(_ deadMansSwitch: DeadMansSwitch, _ json: inout JSONWriter) {
        json.beginObject()
        json.member("armed", deadMansSwitch.deadline != nil)
        json.key("deadline")
        if let deadline = deadMansSwitch.deadline { json.integer(deadline.milliseconds) } else { json.null() }
        json.member("firings", deadMansSwitch.firings)
        json.key("history")
        json.beginArray()
        for entry in deadMansSwitch.history.elements {
            json.beginObject()
            json.member("time", entry.time.milliseconds)
            json.member("event", entry.change.rawValue)
            json.member("seconds", entry.seconds)
            if entry.change == .fired { json.member("orders", Int64(entry.orders)) }
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }

    private func writeLedger(_ account: Int, _ market: ExtendedMarketState, _ json: inout JSONWriter) {
        let id = accounts[account].id
        let position = exchange.position(of: id, in: market.id)
        let exposure = accounts[account].exposures[market.id.index]
        let executions = exchange.executionTotals(of: id, in: market.id)
        json.beginObject()
        json.member("symbol", market.definition.name)
        json.member("position_lots", position.quantity.lots)
        json.member("position", market.instrument.text(position.quantity))
        json.member("position_value", Self.exact(position.value))
        json.member("realized", Self.exact(position.realized))
        json.member("fees", Self.exact(executions.commission))
        json.member("mark", exchange.mark(market.id).price.description)
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
