internal import Exchange
internal import Wire

/// Which venue of the family a server speaks as. Aster's API is a fork of that of Binance's USD-M futures: endpoints,
/// signatures, books and events are one; what differs is asked of this.
public enum AsterDialect: String, Hashable, Sendable, CaseIterable {
    case aster
    /// USD-M futures of Binance, as they are since the streams were divided by category (April 2026).
    case binanceFutures

    /// The parameter, and the member of orders, that names the self-trade prevention.
    var selfTradeName: String {
        switch self {
        case .aster: "stpMode"
        case .binanceFutures: "selfTradePreventionMode"
        }
    }

    /// Where the mode is not given: of Binance's two answers the one of the order's own page.
    var standardSelfTradeMode: SelfTradeMode? {
        switch self {
        case .aster: nil
        case .binanceFutures: .expireMaker
        }
    }

    /// What public events carry besides: Binance says which of its futures they are of, 1 for USD-M.
    func mark(_ json: inout JSONWriter) { if self == .binanceFutures { json.member("st", 1) } }

    /// The mode of an order as Binance spells it.
    func preventionText(_ request: NewOrder) -> String {
        request.selfTradeScope == .nobody ? "NONE" : request.selfTradeMode?.asterText ?? "NONE"
    }

    /// How a status is spelled; Binance says which orders ended by prevention.
    func text(_ status: OrderStatus, _ ending: OrderEnding?) -> String {
        self == .binanceFutures && ending == .selfTrade ? "EXPIRED_IN_MATCH" : status.asterText
    }
}

/// Which streams a connection carries.
enum StreamCategory: Hashable, Sendable {
    case any
    /// Books and their tops.
    case books
    /// Everything else that is public.
    case market
    case user
    /// A path that was given up: it acknowledges everything and sends nothing.
    case mute

    func admits(_ stream: AsterStream) -> Bool {
        switch (self, stream) {
        case (.any, _): true
        case (.mute, _): false
        case (.books, .depth), (.books, .top), (.books, .touch), (.books, .allTouches): true
        case (.books, _): false
        case (.user, .user): true
        case (.user, _), (.market, .user): false
        case (.market, .depth), (.market, .top), (.market, .touch), (.market, .allTouches): false
        case (.market, _): true
        }
    }
}
