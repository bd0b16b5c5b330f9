public import Fundamentals
public import MarketModel
public import VenueKit
internal import Wire

/// What one frame of the WebSocket API means.
public enum BinanceUserEvent: Hashable, Sendable {
    case account(AccountEvent)
    /// The stream spoke of this order; nil is one of somebody else's.
    case echo(ClientOrderID?, VenueOrderID, MarketID)
    /// The reply to a request of ours; `fault` says what was wrong.
    case reply(id: String?, status: Int, code: Int64, message: String)
    /// Balances changed by something that is no trade: they are to be read.
    case balancesChanged
    /// The events end here, or the connection is about to: another one is needed.
    case ending(StreamEnding)
    /// A fee in this asset was booked as an estimate.
    case estimatedFee(asset: String)
    /// Worth a line in the log, and nothing else.
    case remark(String)
}

/// Reader for the user data of spot: `{"subscriptionId":0,"event":{…}}` and the replies between.
public struct BinanceUserDecoder: Sendable {
    public var instruments: [Instrument]
    /// Of which holdings are told.
    public var assets: [String]
    public var venue: VenueID

    public init(instruments: [Instrument], assets: [String], venue: VenueID) {
        self.instruments = instruments
        self.assets = assets
        self.venue = venue
    }

    /// Appends what `bytes` mean.
    /// - Throws: what cannot be read: orders, fills and holdings have to be asked for.
    public func decode(
        _ bytes: [UInt8], at now: Instant, into events: inout [BinanceUserEvent]
    ) throws(VenueDecodeError) {
        let message: JSONValue
        do throws(WireError) { message = try JSONValue.parse(bytes) } catch {
            throw VenueDecodeError("user data", "\(error.reason) at byte \(error.offset)")
        }
        if let event = message["event"] ?? (message["e"] == nil ? nil : message) {
            return try self.event(event, at: now, into: &events)
        }
        guard let status = message["status"]?.integer else {
            return events.append(.remark("a user message of no known form is not used"))
        }
        events.append(
            .reply(
                id: message["id"]?.text ?? message["id"]?.numeral, status: Int(clamping: status),
                code: message["error"]?["code"]?.integer ?? 0, message: message["error"]?["msg"]?.text ?? ""))
    }

    private func event(
        _ event: JSONValue, at now: Instant, into events: inout [BinanceUserEvent]
    ) throws(VenueDecodeError) {
        switch event["e"]?.text {
        case "executionReport": try order(VenueFields(event, "executionReport"), into: &events)
        case "outboundAccountPosition":
            try position(VenueFields(event, "outboundAccountPosition"), at: now, into: &events)
        case "balanceUpdate", "externalLockUpdate": events.append(.balancesChanged)
        case "eventStreamTerminated": events.append(.ending(.over))
        case "serverShutdown": events.append(.ending(.soon))
        // Lists of orders are none of ours.
        case "listStatus": break
        case .some(let name): events.append(.remark("user event \(name.prefix(40)) is not used"))
        case .none: events.append(.remark("a user event without a name is not used"))
        }
    }

    // MARK: Orders

    private func order(_ fields: VenueFields, into events: inout [BinanceUserEvent]) throws(VenueDecodeError) {
        let symbol = try fields.text("s")
        // The account may trade markets that are not ours to watch.
        guard let instrument = instruments.first(where: { $0.symbol == symbol }) else { return }
        // `C` is the order's own id where `c` is that of the request to cancel or amend it.
        let original = fields.value["C"]?.text ?? ""
        let client = ClientOrderID(text: original.isEmpty ? try fields.text("c") : original)
        let venue = VenueOrderID(try fields.integer("i"))
        events.append(.echo(client, venue, instrument.market))
        let execution = try fields.text("x")
        switch execution {
        case "NEW": if let client { events.append(.account(.accepted(client, venue))) }
        case "TRADE": try fill(fields, client, venue, instrument, into: &events)
        case "CANCELED", "EXPIRED", "REJECTED": break
        case "TRADE_PREVENTION", "REPLACED":
            if let client { try change(fields, client, instrument, into: &events) }
        default: events.append(.remark("unknown execution type \(execution.prefix(40))"))
        }
        guard let client else { return }
        guard case .done(let reason) = try BinanceReplies.status(fields, "X") else { return }
        let isPostOnlyMiss = reason == .rejected && fields.value["r"]?.text == "WOULD_MATCH_IMMEDIATELY"
        let filled = try fields.quantity("z", of: instrument)
        events.append(.account(.done(client, isPostOnlyMiss ? .postOnlyMiss : reason, filled: filled)))
    }

    /// A working order became smaller: by its owner's hand, or by an order of the same account that it met.
    private func change(
        _ fields: VenueFields, _ client: ClientOrderID, _ instrument: Instrument, into events: inout [BinanceUserEvent]
    ) throws(VenueDecodeError) {
        guard try BinanceReplies.status(fields, "X") == .working else { return }
        let prevented = try fields.value["A"] == nil ? .zero : fields.quantity("A", of: instrument)
        events.append(
            .account(
                .amended(
                    client, price: try fields.price("p", of: instrument),
                    quantity: try fields.quantity("q", of: instrument) - prevented)))
    }

    private func fill(
        _ fields: VenueFields, _ client: ClientOrderID?, _ venue: VenueOrderID, _ instrument: Instrument,
        into events: inout [BinanceUserEvent]
    ) throws(VenueDecodeError) {
        let quantity = try fields.quantity("l", of: instrument)
        guard quantity > .zero else { return }
        let price = try fields.price("L", of: instrument)
        let isMaker = try fields.boolean("m")
        let fee = try BinanceCommission(
            fields, amount: "n", asset: "N", price: price, quantity: quantity, isMaker: isMaker, instrument)
        var fill = Fill(
            market: instrument.market, trade: TradeID(try fields.integer("t")), clientOrderID: client,
            venueOrderID: venue, side: try fields.side("S"), price: price, quantity: quantity, isMaker: isMaker,
            commission: fee.cash, venueTime: try fields.time("T"))
        fill.baseCommission = fee.base
        if fee.estimatedFrom != nil { fill.thirdAssetCommission = fee.cash }
        events.append(.account(.filled(fill)))
        if let asset = fee.estimatedFrom { events.append(.estimatedFee(asset: asset)) }
    }

    // MARK: Account

    private func position(
        _ fields: VenueFields, at now: Instant, into events: inout [BinanceUserEvent]
    ) throws(VenueDecodeError) {
        for row in try fields.array("B") {
            guard let asset = row["a"]?.text, assets.contains(asset) else { continue }
            let held = try BinanceReplies.holding(
                VenueFields(row, "outboundAccountPosition.\(asset)"), free: "f", locked: "l")
            events.append(
                .account(.holding(venue, asset: asset, total: held.total, available: held.available, asOf: now)))
        }
    }
}
