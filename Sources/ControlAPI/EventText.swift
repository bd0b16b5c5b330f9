internal import Configuration
internal import MarketModel
internal import Observability
internal import RiskControl
internal import Runtime
internal import TradingEngine
internal import VenueKit
internal import Wire

/// One event of the bot as server-sent events carry it: `id`, `event`, and one JSON object as `data`, whose `text` is
/// for people.
struct EventText {
    let view: BotView

    enum Kind: String, CaseIterable {
        case state, order, refused, query, fill, incident, quiet, note, halted
        /// Events are missing: older than what is kept.
        case gap
    }

    func bytes(_ event: BotEvent) -> [UInt8] {
        var json = JSONWriter()
        var kind = Kind.note
        json.object { json in
            json.member("at", Timestamp.text(event.at))
            kind = write(event.body, into: &json)
        }
        return Array("id: \(event.id)\nevent: \(kind.rawValue)\ndata: ".utf8) + json.bytes + Array("\n\n".utf8)
    }

    /// Tells a client that resumes that it missed what came before `first`.
    static func gap(before first: UInt64) -> [UInt8] {
        let data = JSONWriter.document {
            $0.member("text", "events before \(first) are no longer kept")
            $0.member("before", "\(first)")
        }
        return Array("event: gap\ndata: ".utf8) + data + Array("\n\n".utf8)
    }

    private func write(_ body: BotEvent.Body, into json: inout JSONWriter) -> Kind {
        switch body {
        case .state(let state):
            json.member("state", state.rawValue)
            json.member("text", "the bot is \(state.rawValue)")
            return .state
        case .halted(let reason):
            json.member("reason", reason)
            json.member("text", "halted: \(reason)")
            return .halted
        case .note(let note):
            json.member("level", note.level.rawValue)
            json.member("text", note.text)
            return .note
        case .effect(let effect): return write(effect, into: &json)
        }
    }

    private func write(_ effect: Effect, into json: inout JSONWriter) -> Kind {
        switch effect {
        case .send(let approved):
            write(approved.action, into: &json)
            json.member("text", words(approved.action))
            return .order
        case .refused(let action, let refusal):
            write(action, into: &json)
            json.member("reason", refusal.description)
            json.member("text", "not sent, \(words(action)): \(refusal)")
            return .refused
        case .query(let order, let market):
            json.member("market", view.symbol(market))
            json.member("order_id", order.text)
            json.member("text", "asking what became of \(order)")
            return .query
        case .fetchFills(let market):
            json.member("market", view.symbol(market))
            json.member("text", "reading the trade history")
            return .query
        case .booked(let booked):
            write(booked, into: &json)
            return .fill
        case .incident(let incident):
            json.member("severity", incident.severity.rawValue)
            json.member("text", incident.text)
            return .incident
        case .quiet:
            json.member("text", "nothing of ours is open as far as can be seen")
            return .quiet
        }
    }

    private func write(_ action: OrderAction, into json: inout JSONWriter) {
        json.member("market", view.symbol(action.market))
        json.optional("order_id", action.clientOrderID?.text)
        let name =
            switch action {
            case .place: "place"
            case .amend: "amend"
            case .cancel: "cancel"
            case .cancelAll: "cancel-all"
            }
        json.member("action", name)
    }

    private func write(_ booked: BookedFill, into json: inout JSONWriter) {
        let fill = booked.fill
        let rules = view.instrument(fill.market)
        let price = rules?.text(fill.price) ?? fill.price.description
        let quantity = rules?.text(fill.quantity) ?? fill.quantity.description
        json.member("market", view.symbol(fill.market))
        json.member("id", "\(view.symbol(fill.market)):\(fill.trade)")
        json.member("side", fill.side.rawValue)
        json.member("price", price)
        json.member("quantity", quantity)
        json.member("liquidity", fill.isMaker ? "maker" : "taker")
        json.member("text", "fill \(fill.trade): \(fill.side.rawValue) \(quantity) at \(price)")
    }

    private func words(_ action: OrderAction) -> String {
        let rules = view.instrument(action.market)
        let symbol = view.symbol(action.market)
        func price(_ price: Price) -> String { rules?.text(price) ?? price.description }
        func quantity(_ quantity: Quantity) -> String { rules?.text(quantity) ?? quantity.description }
        return switch action {
        case .place(let id, let spec):
            "\(symbol): place \(id) \(spec.side.rawValue) \(quantity(spec.quantity)) at "
                + (spec.price.map(price) ?? "market")
        case .amend(let id, _, _, let newPrice, let newQuantity):
            "\(symbol): amend \(id) to \(quantity(newQuantity)) at \(price(newPrice))"
        case .cancel(let id, _): "\(symbol): cancel \(id)"
        case .cancelAll: "\(symbol): cancel all"
        }
    }
}
