public import Fundamentals
public import MarketModel
public import VenueKit
internal import Wire

/// What one message of the user stream means.
public enum AsterUserEvent: Hashable, Sendable {
    case account(AccountEvent)
    /// The stream spoke of this order: proof that it is alive.
    case echo(ClientOrderID, VenueOrderID, MarketID)
    case listenKeyExpired
    /// The account is in hedge mode: our orders and positions mean something else there.
    case hedgeMode
    /// Worth a line in the log, and nothing else.
    case remark(String)
    /// A fill or order event that could not be read: orders, fills and position have to be fetched.
    case unreadable(AsterDecodeError)
}

/// Reader for the user data stream.
public struct AsterUserDecoder: Sendable {
    public var instruments: [Instrument]
    /// Venue time minus ours: turns the venue's times into ours for "as of".
    public var clockOffset: TimeSpan

    public init(instruments: [Instrument], clockOffset: TimeSpan = .zero) {
        self.instruments = instruments
        self.clockOffset = clockOffset
    }

    /// Appends what `bytes` mean. Never throws: what cannot be read becomes an event of its own.
    public func decode(_ bytes: [UInt8], at now: Instant, into events: inout [AsterUserEvent]) {
        let message: JSONValue
        do throws(WireError) { message = try JSONValue.parse(bytes) } catch {
            events.append(.unreadable(AsterDecodeError("user stream", "\(error.reason) at byte \(error.offset)")))
            return
        }
        // Combined streams wrap the event.
        let event = message["data"] ?? message
        do throws(AsterDecodeError) { try decode(event, at: now, into: &events) } catch {
            events.append(.unreadable(error))
        }
    }

    private func decode(
        _ event: JSONValue, at now: Instant, into events: inout [AsterUserEvent]
    ) throws(AsterDecodeError) {
        switch event["e"]?.text {
        case "ORDER_TRADE_UPDATE": try order(AsterFields(event, "ORDER_TRADE_UPDATE").object("o"), into: &events)
        case "ACCOUNT_UPDATE": try account(AsterFields(event, "ACCOUNT_UPDATE"), at: now, into: &events)
        case "ACCOUNT_CONFIG_UPDATE": configuration(event, into: &events)
        case "listenKeyExpired": events.append(.listenKeyExpired)
        case "MARGIN_CALL": events.append(.remark("the venue sent a margin call"))
        case .some(let name): events.append(.remark("user event \(name.prefix(40)) is not used"))
        case .none:
            if event["result"] == nil { events.append(.remark("a user message without event name is not used")) }
        }
    }

    // MARK: Orders

    private func order(_ fields: AsterFields, into events: inout [AsterUserEvent]) throws(AsterDecodeError) {
        let symbol = try fields.text("s")
        // The account may trade markets that are not ours to watch.
        guard let instrument = instruments.first(where: { $0.symbol == symbol }) else { return }
        let client = ClientOrderID(text: try fields.text("c"))
        let venue = VenueOrderID(try fields.integer("i"))
        if let client { events.append(.echo(client, venue, instrument.market)) }
        let execution = try fields.text("x")
        switch execution {
        case "NEW": if let client { events.append(.account(.accepted(client, venue))) }
        case "TRADE", "CALCULATED": try fill(fields, client, venue, instrument, into: &events)
        case "AMENDMENT":
            if let client {
                let price = try fields.price("p", of: instrument)
                let quantity = try fields.quantity("q", of: instrument)
                events.append(.account(.amended(client, price: price, quantity: quantity)))
            }
        case "CANCELED", "EXPIRED", "REJECTED", "TRADE_PREVENTION": break
        default:
            if let client { events.append(.account(.unresolved(client, .place))) }
            events.append(.remark("unknown execution type \(execution.prefix(40)): order to be asked for"))
        }
        if let client { try finish(fields, client, execution, instrument, into: &events) }
    }

    private func finish(
        _ fields: AsterFields, _ client: ClientOrderID, _ execution: String, _ instrument: Instrument,
        into events: inout [AsterUserEvent]
    ) throws(AsterDecodeError) {
        let filled = try fields.value["z"] == nil ? nil : fields.quantity("z", of: instrument)
        let reason: DoneReason
        let status = try fields.text("X")
        switch status {
        case "NEW", "PARTIALLY_FILLED": return
        case "FILLED": reason = .filled
        case "CANCELED": reason = .canceled
        case "REJECTED": reason = .rejected
        case "EXPIRED":
            let missed = fields.value["f"]?.text == "GTX" && (filled ?? .zero) == .zero
            reason = execution == "TRADE_PREVENTION" ? .selfTradePrevented : missed ? .postOnlyMiss : .expired
        case "EXPIRED_IN_MATCH": reason = .selfTradePrevented
        case "NEW_INSURANCE", "NEW_ADL": reason = .expired
        default:
            events.append(.account(.unresolved(client, .place)))
            events.append(.remark("unknown order status \(status.prefix(40)): order to be asked for"))
            return
        }
        events.append(.account(.done(client, reason, filled: filled)))
    }

    private func fill(
        _ fields: AsterFields, _ client: ClientOrderID?, _ venue: VenueOrderID, _ instrument: Instrument,
        into events: inout [AsterUserEvent]
    ) throws(AsterDecodeError) {
        let quantity = try fields.quantity("l", of: instrument)
        guard quantity > .zero else { return }
        let price = try fields.price("L", of: instrument)
        let isMaker = fields.value["m"]?.boolean ?? false
        let commission = try AsterCommission.read(
            fields, amount: "n", asset: "N", price: price, quantity: quantity, isMaker: isMaker, instrument)
        let fill = Fill(
            market: instrument.market, trade: TradeID(try fields.integer("t")), clientOrderID: client,
            venueOrderID: venue, side: try fields.side("S"), price: price, quantity: quantity, isMaker: isMaker,
            commission: commission.cash,
            realized: try fields.value["rp"] == nil ? nil : Cash(rounding: fields.decimal("rp")),
            venueTime: try fields.time("T"))
        events.append(.account(.filled(fill)))
        if let flaw = commission.flaw { events.append(.remark(flaw)) }
    }

    // MARK: Account

    private func account(
        _ event: AsterFields, at now: Instant, into events: inout [AsterUserEvent]
    ) throws(AsterDecodeError) {
        let update = try event.object("a")
        let venueTime = try event.time("T")
        let asOf = min(now, venueTime - clockOffset)
        let isFunding = update.value["m"]?.text == "FUNDING_FEE"
        let positions = update.value["P"]?.elements ?? []
        var fundedMarket: MarketID?
        for row in positions {
            let fields = AsterFields(row, "ACCOUNT_UPDATE.P")
            let symbol = try fields.text("s")
            guard let instrument = instruments.first(where: { $0.symbol == symbol }) else { continue }
            let quantity = try fields.quantity("pa", of: instrument)
            if let side = row["ps"]?.text, side != "BOTH" {
                if quantity != .zero { events.append(.hedgeMode) }
                continue
            }
            fundedMarket = instrument.market
            let entry = try fields.decimal("ep")
            events.append(.account(.position(instrument.market, quantity, entryPrice: entry, asOf: asOf)))
        }
        for row in update.value["B"]?.elements ?? [] {
            guard let asset = row["a"]?.text, instruments.contains(where: { $0.settlementAsset == asset }) else {
                continue
            }
            let fields = AsterFields(row, "ACCOUNT_UPDATE.B")
            if isFunding, let change = Cash(rounding: try fields.decimal("bc")) {
                let market = positions.count == 1 ? fundedMarket : nil
                events.append(.account(.funding(market, change, venueTime: venueTime)))
            }
            if let wallet = Cash(rounding: try fields.decimal("wb")) {
                events.append(.account(.balance(wallet: wallet, available: nil, asOf: asOf)))
            }
        }
    }

    private func configuration(_ event: JSONValue, into events: inout [AsterUserEvent]) {
        if event["ai"]?["d"]?.boolean == true { events.append(.hedgeMode) }
        if let leverage = event["ac"]?["l"]?.integer, let symbol = event["ac"]?["s"]?.text {
            events.append(.remark("leverage of \(symbol.prefix(40)) changed to \(leverage)"))
        }
    }
}
