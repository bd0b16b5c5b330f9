internal import Fundamentals
public import MarketModel

/// A single value, judged by itself: for forms and interfaces that take one field at a time.
extension Field {
    /// What a value given as text should have been; nil for one that this field can have.
    public func expectation(unmetBy text: String) -> String? {
        guard let value = kind.read(text: text) else { return expectation }
        return violation(of: value)
    }

    /// The least and the largest magnitude that the field can have, of a decimal, a whole number or a span in seconds;
    /// nil where there is no bound.
    public var magnitudes: (least: ExactDecimal?, most: ExactDecimal?) {
        (lower.flatMap { end($0, towards: 1) }, upper.flatMap { end($0, towards: -1) })
    }

    /// A bound that itself does not count is moved by the smallest step of the field.
    private func end(_ bound: FieldBound, towards sign: Int128) -> ExactDecimal? {
        guard let magnitude = kind.read(text: bound.text)?.magnitude else { return nil }
        guard !bound.isInclusive else { return magnitude.normalized }
        let scale =
            switch kind {
            case .decimal(let decimals): decimals
            case .duration: 9
            case .text, .symbol, .market, .pair, .boolean, .integer, .choice, .url, .listenAddress, .path,
                .environmentName:
                0
            }
        guard let units = magnitude.units(atScale: scale) else { return nil }
        return ExactDecimal(mantissa: units + sign, scale: scale).normalized
    }
}
