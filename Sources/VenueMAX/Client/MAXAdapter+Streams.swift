public import Fundamentals
internal import MarketModel
public import VenueKit
internal import Wire

extension MAXAdapter {
    private enum Stream { static let books = 0, account = 1 }

    public var streamCount: Int { signer == nil ? 1 : 2 }

    public mutating func plan(forStream index: Int, at time: Instant) -> StreamPlan? {
        // Nothing needs to be said on either for minutes, but each ping is answered.
        StreamPlan(
            target: MAXVenue.streamPath, isPrivate: index == Stream.account, keepAlive: .ping(every: .seconds(15)),
            silenceLimit: .seconds(35))
    }

    public mutating func streamOpened(_ index: Int, at time: Instant, into output: inout AdapterOutput) {
        if index == Stream.account {
            logIn(at: time, into: &output)
            return
        }
        for slot in slots.indices { slots[slot].book.lose() }
        output.frames.append(Self.subscription("sub", slots.map(\.market.symbol)))
    }

    private mutating func logIn(at time: Instant, into output: inout AdapterOutput) {
        guard let signer else { return }
        output.frames.append(signer.login(nonce: nextNonce(at: time), id: "account"))
    }

    private static func subscription(_ action: String, _ symbols: [String]) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("action", action)
        json.key("subscriptions")
        json.beginArray()
        for symbol in symbols {
            json.beginObject()
            json.member("channel", "book")
            json.member("market", symbol)
            json.member("depth", 50)
            json.endObject()
        }
        json.endArray()
        json.member("id", "books")
        json.endObject()
        return json.bytes
    }

    public mutating func read(
        frame bytes: [UInt8], ofStream index: Int, at now: Instant, into output: inout AdapterOutput
    ) throws(VenueDecodeError) {
        let message: JSONValue
        do throws(WireError) { message = try JSONValue.parse(bytes) } catch {
            throw VenueDecodeError("stream", "\(error.reason) at byte \(error.offset)")
        }
        switch message["e"]?.text {
        case "subscribed" where index == Stream.books: output.isSubscribed = true
        case "authenticated" where index == Stream.account: output.isSubscribed = true
        case "error": take(error: message, ofStream: index, at: now, into: &output)
        case "snapshot", "update":
            if message["c"]?.text == "book" { try take(book: message, at: now, into: &output) }
        case "order_snapshot", "order_update", "trade_snapshot", "trade_update", "account_snapshot", "account_update":
            takeAccount(message, at: now, into: &output)
        case .some, .none: break
        }
        releaseForeign(into: &output)
    }

    // MARK: Errors

    private mutating func take(
        error message: JSONValue, ofStream index: Int, at now: Instant, into output: inout AdapterOutput
    ) {
        let texts = (message["E"]?.elements ?? []).compactMap(\.text)
        let said = texts.map { String($0.prefix(100)) }.joined(separator: "; ")
        output.notes.append(SessionNote(.warning, "MAX's stream answers: \(said)"))
        func has(_ code: String) -> Bool { texts.contains { $0.hasPrefix("E-\(code)") } }
        guard index == Stream.account else { return }
        if has("1007") {
            let reason = "MAX refuses the log-in of the stream: check access key and secret key, and the key's rights"
            output.events.append(.status(.fatal(reason), of: venue))
        } else if has("1012") {
            logIn(at: now + clock.offset, into: &output)
        } else if has("1006") {
            output.calls.append(.time)
        }
    }

    // MARK: Books

    private mutating func take(
        book message: JSONValue, at now: Instant, into output: inout AdapterOutput
    ) throws(VenueDecodeError) {
        guard let (slot, instrument) = listed(message["M"]?.text) else { return }
        let book: MAXBook
        do throws(VenueDecodeError) { book = try MAXBook(message: message, instrument) } catch {
            lose(slot, into: &output)
            throw error
        }
        if message["e"]?.text == "snapshot" {
            hand(book, slot, venueTime: now + clock.offset, at: now, into: &output)
            return
        }
        let before = slots[slot].book.number
        let wasUsable = slots[slot].book.isUsable
        switch slots[slot].book.step(book, at: now) {
        case .ignore: break
        case .gap: if wasUsable { lose(slot, into: &output) }
        case .apply:
            let time = message["T"]?.integer.flatMap { Instant(venueMilliseconds: $0) }
            let number = slots[slot].book.number
            let update = BookUpdate(
                firstID: number, lastID: number, previousID: before, venueTime: time ?? now + clock.offset,
                bids: book.bids,
                asks: book.asks)
            output.events.append(.market(.delta(instrument.market, update)))
        }
    }

    /// A message is missing: the book is subscribed anew, which begins with a snapshot.
    private mutating func lose(_ slot: Int, into output: inout AdapterOutput) {
        slots[slot].book.lose()
        let symbol = slots[slot].market.symbol
        output.events.append(.market(.bookLost(slots[slot].market.id)))
        output.notes.append(SessionNote(.info, "\(symbol): the book has a gap; it is subscribed anew"))
        output.frames += [Self.subscription("unsub", [symbol]), Self.subscription("sub", [symbol])]
    }

    // MARK: Account

    /// What cannot be read is asked for: an event of the account must not get lost.
    private mutating func takeAccount(_ message: JSONValue, at now: Instant, into output: inout AdapterOutput) {
        let time = message["T"]?.integer.flatMap { Instant(venueMilliseconds: $0) }
        let asOf = time.map { clock.ours($0, at: now) } ?? now
        do throws(VenueDecodeError) {
            for row in message["o"]?.elements ?? [] { try take(order: row, into: &output) }
            for row in message["t"]?.elements ?? [] { try take(trade: row, into: &output) }
            for row in message["B"]?.elements ?? [] { try take(balance: row, asOf: asOf, into: &output) }
        } catch {
            output.notes.append(
                SessionNote(.warning, "an account event cannot be read: \(error.place): \(error.reason)"))
            for slot in slots where slot.market.isTraded {
                output.calls.append(.openOrders(slot.market.id, page: 0))
                output.calls.append(.fills(slot.market.id, since: now + clock.offset - .minutes(1), page: 0))
            }
            output.calls.append(.balances)
        }
    }

    private mutating func take(order row: JSONValue, into output: inout AdapterOutput) throws(VenueDecodeError) {
        guard let (_, instrument) = listed(MAXOrder.marketName(row, .stream)) else { return }
        tell(try MAXOrder(VenueFields(row, "order_update"), instrument, .stream), into: &output)
    }

    private mutating func take(trade row: JSONValue, into output: inout AdapterOutput) throws(VenueDecodeError) {
        guard let (_, instrument) = listed(row["M"]?.text) else { return }
        guard var trade = try MAXTrade.streamed(row, instrument) else {
            // Both sides were ours: only the history names the two orders.
            let time = try VenueFields(row, "trade_update").time("T")
            output.calls.append(.fills(instrument.market, since: time - .seconds(1), page: 0))
            return
        }
        trade.isSelfTrade = recentTrades.contains { $0.id == trade.id && $0.order != trade.order }
        if recentTrades.count >= 128 { recentTrades.removeFirst(64) }
        recentTrades.append(trade)
        book(trade, into: &output)
    }

    private func take(
        balance row: JSONValue, asOf: Instant, into output: inout AdapterOutput
    ) throws(VenueDecodeError) {
        let fields = VenueFields(row, "account_update")
        let asset = try fields.text("cu").uppercased()
        guard assets.contains(asset) else { return }
        output.events.append(.account(try holding(asset, fields, "av", "l", asOf: asOf)))
    }
}
