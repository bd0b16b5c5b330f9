internal import Configuration
internal import MarketModel
internal import RiskControl
internal import VenueAster
internal import VenueKit
internal import Wire

/// Judges what the venue says of the account against what the configuration wants of it.
enum DoctorAccount {
    static func mode(_ body: JSONValue) -> DoctorFinding {
        do throws(AsterDecodeError) {
            return try AsterReplies.isHedgeMode(body)
                ? .fail("account mode", "hedge mode", "switch to one-way mode on the venue's page: a run refuses")
                : .ok("account mode", "one-way")
        } catch {
            return unreadable("account mode", error)
        }
    }

    static func permissions(_ body: JSONValue) -> DoctorFinding {
        guard let canTrade = body["canTrade"]?.boolean else {
            return .warn("permissions", "the venue does not say whether this key may trade", "see the venue's page")
        }
        guard canTrade else {
            return .fail("permissions", "this account may not trade", "let the venue's page grant the permission")
        }
        return .ok("permissions", "may trade")
    }

    /// The wallet against `limits.min_balance_usd`.
    static func balance(
        _ body: JSONValue, _ instrument: Instrument, least: Cash
    ) -> (available: Cash?, finding: DoctorFinding) {
        let asset = instrument.settlementAsset
        do throws(AsterDecodeError) {
            guard let row = try AsterReplies.balance(body, asset: asset) else {
                return (nil, .fail("credentials", "accepted, but the account has no \(asset)", "pay some in"))
            }
            let text = "accepted; wallet \(row.wallet) \(asset)" + (row.available.map { ", free \($0)" } ?? "")
            guard row.wallet >= least else {
                return (
                    row.available,
                    .fail(
                        "credentials", "\(text): below limits.min_balance_usd \(least)",
                        "only reducing orders would pass: pay in, or lower the limit")
                )
            }
            return (row.available, .ok("credentials", text))
        } catch {
            return (nil, unreadable("credentials", error))
        }
    }

    /// Leverage and position of the market, and whether the margin suffices for the largest position allowed.
    static func margin(
        _ body: JSONValue, _ instrument: Instrument, _ configuration: BotConfiguration, available: Cash?
    ) -> [DoctorFinding] {
        let row = body.elements?.first {
            $0["symbol"]?.text == instrument.symbol && ($0["positionSide"]?.text ?? "BOTH") == "BOTH"
        }
        do throws(AsterDecodeError) {
            let position = try AsterReplies.position(body, instrument)
            let leverage = max(1, row?["leverage"]?.integer ?? 1)
            return [judge(position, instrument), margin(leverage, row, instrument, configuration, available)]
        } catch {
            return [unreadable("position", error)]
        }
    }

    private static func judge(_ position: AsterPositionRow, _ instrument: Instrument) -> DoctorFinding {
        guard position.quantity != .zero else { return .ok("position", "flat") }
        return .warn(
            "position", "\(instrument.text(position.quantity)) \(instrument.baseAsset) at \(position.entryPrice)",
            "a run takes it over and counts it against the limits")
    }

    private static func margin(
        _ leverage: Int64, _ row: JSONValue?, _ instrument: Instrument, _ configuration: BotConfiguration,
        _ available: Cash?
    ) -> DoctorFinding {
        let most = configuration.markets[0].limits.maxPositionValue
        let needed = Cash(units: Cash.divideRounding(most.units, by: Int128(leverage)))
        let kind = row?["marginType"]?.text ?? "cross"
        let text = "leverage \(leverage), \(kind); the largest position \(most) needs \(needed) of margin"
        if let cap = row?["maxNotionalValue"]?.numeral.flatMap({ Cash($0) }), cap > .zero, cap < most {
            return .warn(
                "margin", "\(text), but the venue allows \(cap) at this leverage",
                "lower the leverage on the venue's page, or limits.max_position_usd")
        }
        guard let available else { return .warn("margin", text, "the free balance is not known") }
        if available < needed {
            return .warn(
                "margin", "\(text), free are \(available)",
                "orders may be refused: pay in, raise the leverage, or lower limits.max_position_usd")
        }
        return .ok("margin", text)
    }

    /// The account's fee rates against those of the configuration.
    static func fees(
        _ body: JSONValue, _ configuration: BotConfiguration
    ) -> (maker: Rate?, finding: DoctorFinding) {
        do throws(AsterDecodeError) {
            let fees = try AsterReplies.commission(body, symbol: configuration.markets[0].symbol)
            let text = "maker \(fees.maker), taker \(fees.taker)"
            if let own = configuration.feesOverride, own.maker != fees.maker || own.taker != fees.taker {
                return (
                    own.maker,
                    .warn(
                        "fees", "\(text); fees_override says maker \(own.maker), taker \(own.taker)",
                        "the books would differ from the venue's: leave fees_override out")
                )
            }
            return (fees.maker, .ok("fees", text))
        } catch {
            return (nil, unreadable("fees", error))
        }
    }

    static func openOrders(_ body: JSONValue, _ instrument: Instrument) -> DoctorFinding {
        do throws(AsterDecodeError) {
            let rows = try AsterReplies.orders(body, instrument)
            let ours = rows.count { $0.isOurs }
            let others = rows.count - ours
            let text = "\(ours) of Apus, \(others) of others"
            if others > 0 {
                return .warn(
                    "open orders", text, "a stop cancels everything in \(instrument.symbol), also what others placed")
            }
            if ours > 0 {
                return .warn("open orders", text, "a run cancels them first; is another one still quoting?")
            }
            return .ok("open orders", "none")
        } catch {
            return unreadable("open orders", error)
        }
    }

    private static func unreadable(_ check: String, _ error: AsterDecodeError) -> DoctorFinding {
        .fail(check, "\(error.place): \(error.reason)", "is endpoints.rest this venue?", .unavailable)
    }
}
