/// y² = x³ + x + β over the STARK field: a curve of prime order n, so that every point but infinity generates it.
///
/// β and the base points come from the digits of π; the tests hold StarkWare's published numbers against them.
enum StarkCurve {
    @inline(__always) static var a: FieldElement { .one }
    static let b = element("0x6f21413efbe40de150e596d72f7a8c5609ad26c15c915c1f4cdfcb99cee9e89")

    static let generator = AffinePoint(
        x: element("0x1ef15c18599971b7beced415a40f0c7deacfd9b0d1819e03d723d8bc943cfca"),
        y: element("0x5668060aa49730b7be4801df46ec62de53ecd11abe43a32873000c36e8dc1f"))

    /// x³ + x + β: the square of y, if there is one.
    static func ySquared(at x: FieldElement) -> FieldElement { ((x.squared() + a) * x + b).normalized() }

    static func element(_ hex: String) -> FieldElement {
        guard let felt = Felt(hex: hex) else { preconditionFailure("A constant of the curve is below p.") }
        return FieldElement(felt)
    }
}
