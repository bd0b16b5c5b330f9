extension FieldElement {
    private static let inverse = ModularInverse(modulus: modulus)

    /// x⁻¹, and 0 for 0, in constant time.
    func inverse() -> FieldElement {
        // Of x·2²⁵⁶ it is x⁻¹·2⁻²⁵⁶; two factors of 2²⁵⁶ and one that the product takes away lead back to the form.
        let plain = FieldElement(words: Self.inverse(Self.canonical(words)))
        return plain * Self.cubeOfR
    }

    /// 2⁷⁶⁸ mod p.
    @inline(__always) private static var cubeOfR: FieldElement {
        FieldElement(
            words: UInt256(
                0xCC71_77D1_406D_F18E, 0x7545_7066_77FF_CC06, 0xF47D_84F8_3630_0018, 0x038E_5F79_873C_0A6D))
    }

    /// Whether a number other than 0 has a square root (Euler's criterion): (p − 1)/2 = (2⁵⁹ + 17)·2¹⁹¹.
    var isSquare: Bool {
        let power = (squared(times: 55) * self).squared(times: 4) * self
        return power.squared(times: 191) == .one
    }

    /// x to the power 2^`count`.
    @inline(never)
    func squared(times count: Int) -> FieldElement {
        var result = self
        for _ in 0..<count { result = result.squared() }
        return result
    }
}
