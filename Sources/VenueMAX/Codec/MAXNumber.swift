public import MarketModel
internal import VenueKit
internal import Wire

/// Numbers as MAX prints them: most amounts are texts, those of markets and fee rates are JSON numbers, small ones with
/// an exponent (`8.0e-05`).
public enum MAXNumber {
    /// Reads decimal text with or without an exponent; nil for anything that is no number, or does not fit.
    public static func decimal(_ text: some StringProtocol) -> ExactDecimal? {
        guard let mark = text.utf8.firstIndex(where: { $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") }) else {
            return ExactDecimal(text)
        }
        guard let mantissa = ExactDecimal(text[..<mark])?.normalized,
            let exponent = Int(text[text.index(after: mark)...]), abs(exponent) <= 30
        else { return nil }
        let scale = mantissa.scale - exponent
        guard scale < 0 else { return scale <= 30 ? ExactDecimal(mantissa: mantissa.mantissa, scale: scale) : nil }
        return ExactDecimal(mantissa: mantissa.mantissa, scale: 0).units(atScale: -scale).map {
            ExactDecimal(mantissa: $0, scale: 0)
        }
    }
}

extension VenueFields {
    /// A number that may come with an exponent.
    func number(_ name: String) throws(VenueDecodeError) -> ExactDecimal {
        guard let number = value[name]?.numeral.flatMap({ MAXNumber.decimal($0) }) else {
            throw missing(name, "a decimal number")
        }
        return number
    }

    /// A member that may be absent or null.
    func optionalText(_ name: String) -> String? { value[name]?.text }

    /// `buy` and `sell` of orders, `bid` and `ask` of their events.
    func maxSide(_ name: String) throws(VenueDecodeError) -> Side {
        switch try text(name) {
        case "buy", "bid": return .buy
        case "sell", "ask": return .sell
        default: throw missing(name, "buy, sell, bid or ask")
        }
    }
}
