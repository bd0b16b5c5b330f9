internal import Exchange
internal import MarketModel

/// Amounts and words as the venue prints them.
enum MAXText {
    /// How the exchange's names of orders begin that their owner gave none; no request can bring such a name.
    static let nameless = "\u{1}"

    /// No more decimals than it has, and at least one: `1000.0`, `0.000255`.
    static func amount(_ decimal: ExactDecimal) -> String {
        let decimal = decimal.normalized
        return decimal.scale == 0 ? decimal.description + ".0" : decimal.description
    }

    static func amount(_ cash: Cash) -> String { amount(cash.decimal) }

    /// As `amount`, but a JSON number: those below 10⁻⁴ have an exponent, `8.0e-05`.
    static func number(_ decimal: ExactDecimal) -> String {
        let decimal = decimal.normalized
        let digits = String(decimal.mantissa.magnitude)
        let exponent = digits.utf8.count - 1 - decimal.scale
        guard decimal.mantissa != 0, exponent < -4 else { return amount(decimal) }
        let rest = digits.dropFirst()
        let sign = decimal.mantissa < 0 ? "-" : ""
        let power = -exponent < 10 ? "0\(-exponent)" : "\(-exponent)"
        return "\(sign)\(digits.prefix(1)).\(rest.isEmpty ? "0" : rest)e-\(power)"
    }

    static func number(_ rate: Rate) -> String { number(ExactDecimal(mantissa: Int128(rate.parts), scale: Rate.scale)) }

    /// Decimals of a step; negative for steps above one.
    static func precision(_ step: ExactDecimal) -> Int64 {
        if step.scale > 0 { return Int64(step.scale) }
        var zeros: Int64 = 0
        var mantissa = step.mantissa
        while mantissa >= 10 {
            mantissa /= 10
            zeros += 1
        }
        return -zeros
    }
}

extension Side {
    /// As orders print it.
    var maxText: String { rawValue }
    /// As trades and streams print it.
    var maxBookText: String {
        switch self {
        case .buy: "bid"
        case .sell: "ask"
        }
    }
}

extension OrderStatus {
    var maxText: String {
        switch self {
        case .new, .partiallyFilled: "wait"
        case .filled: "done"
        case .canceled, .expired, .rejected: "cancel"
        }
    }
}

extension NewOrder {
    /// As its owner called it.
    var maxName: String? { clientOrderID.hasPrefix(MAXText.nameless) ? nil : clientOrderID }

    var maxType: String {
        guard price != nil else { return "market" }
        switch timeInForce {
        case .goodTillCancel, .hidden: return "limit"
        case .immediateOrCancel, .fillOrKill: return "ioc_limit"
        case .postOnly: return "post_only"
        }
    }
}
