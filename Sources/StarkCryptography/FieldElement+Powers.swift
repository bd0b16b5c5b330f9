extension FieldElement {
    /// x⁻¹, and 0 for 0: x to the power p − 2, along a fixed chain of 262 squarings and 21 multiplications.
    ///
    /// p − 2 = (2⁵⁵ + 1)·2¹⁹⁶ + (2¹⁹² − 1): after the leading part come 192 ones, appended twelve at a time.
    func inverse() -> FieldElement {
        let ones2 = squared() * self
        let ones3 = ones2.squared() * self
        let ones6 = ones3.squared(times: 3) * ones3
        let ones12 = ones6.squared(times: 6) * ones6
        var power = (squared(times: 55) * self).squared(times: 4)
        for _ in 0..<16 { power = power.squared(times: 12) * ones12 }
        return power
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
