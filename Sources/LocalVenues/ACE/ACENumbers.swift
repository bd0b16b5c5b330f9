internal import Exchange
internal import Fundamentals
internal import MarketModel

/// The venue's names of orders and trades: 32 digits, of which the first thirteen are the milliseconds of their time.
enum ACENumbers {
    private static let digits = 15

    static func text(of order: ExchangeOrder) -> String { text(order.id, order.createdAt) }
    static func text(of execution: Execution) -> String { text(execution.trade.number, execution.time) }

    private static func text(_ number: Int64, _ time: Instant) -> String {
        padded(time.milliseconds, 13) + padded(number % 10_000, 4) + padded(number, digits)
    }

    /// The exchange's number within a name; nil for what is none.
    static func number(in text: String) -> Int64? {
        guard text.utf8.count == 32, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(text.suffix(digits))
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}

/// Amounts and times as ACE prints them.
enum ACEText {
    /// The scale of order lists.
    static let listScale = 16
    /// The scale of status and history.
    static let scale = 8

    /// Exactly so many decimals, cut where there are more.
    static func fixed(_ decimal: ExactDecimal, _ scale: Int) -> String {
        if let units = decimal.units(atScale: scale) { return ExactDecimal(mantissa: units, scale: scale).description }
        let divisor = LedgerMath.power(decimal.scale - scale)
        return ExactDecimal(mantissa: decimal.mantissa / divisor, scale: scale).description
    }

    /// As few decimals as the number has.
    static func plain(_ decimal: ExactDecimal) -> String { decimal.normalized.description }

    /// Taiwan's time.
    static func time(_ time: Instant, milliseconds: Bool = false) -> String {
        ClockText.local(time, offset: .hours(8), milliseconds: milliseconds)
    }

    static func status(_ order: ExchangeOrder) -> Int64 {
        switch order.status {
        case .new: 0
        case .partiallyFilled: 1
        case .filled: 2
        case .canceled, .expired, .rejected: order.filled == .zero ? 4 : 5
        }
    }

    static func side(_ side: Side) -> Int64 {
        switch side {
        case .buy: 1
        case .sell: 2
        }
    }

    /// What its fills cost on average; zero for none.
    static func average(_ order: ExchangeOrder, _ instrument: Instrument) -> ExactDecimal {
        LedgerMath.average(order.filledValue, over: order.filled, instrument, decimals: scale)
    }
}
