/// Verification of signatures. Everything it works on is public: its time depends on the values.
public enum StarkVerification {
    /// Whether `signature` is one of `hash` by the key with this x coordinate.
    ///
    /// As a public key is only an x, it stands for Q and −Q: a signature by either is accepted. The root y of Q is never
    /// taken, which would cost more than the rest, for 2¹⁹² divides p − 1: with f = y² known, (f·x, f²) is the same point
    /// on the isomorphic curve y² = x³ + f²·x + f³·β.
    public static func isValid(_ signature: StarkSignature, of hash: Felt, by publicKey: Felt) -> Bool {
        let (r, s) = (signature.r, signature.s)
        guard hash.isBelow2To251, r.isBelow2To251, s.isBelow2To251, !r.integer.isZero, !s.integer.isZero else {
            return false
        }
        let w = Scalar(s.integer).inverse()
        guard Felt(w.integer)?.isBelow2To251 == true else { return false }
        let x = FieldElement(publicKey)
        let f = StarkCurve.ySquared(at: x)
        guard !f.isZero, f.isSquare else { return false }
        let a = f.squared().normalized()
        let keyPoint = AffinePoint(x: (f * x).normalized(), y: a)
        let fromKey = keyPoint.multiplied(by: (Scalar(r.integer) * w).integer, a: a)
        let fromHash = (Scalar(hash.integer) * w).integer
        let target = FieldElement(r)
        guard !fromHash.isZero else { return fromKey.x == target * (f * fromKey.z.squared()) }
        return isX(target, ofSumOrDifferenceOf: GeneratorTable.shared.multiply(fromHash), fromKey, scale: f)
    }

    /// Whether x is that of A + B or of A − B, where B is given on the isomorphic curve, scaled by f.
    ///
    /// x(A ± B) = (y₁ ∓ y₂)²/(x₁ − x₂)² − x₁ − x₂, so that both are covered by
    /// ((x + x₁ + x₂)(x₁ − x₂)² − y₁² − y₂²)² = 4·y₁²·y₂², which holds no odd power of B's unknown y. Written over the
    /// common denominator, it needs no inversion either.
    private static func isX(
        _ x: FieldElement, ofSumOrDifferenceOf a: JacobianPoint, _ b: JacobianPoint, scale f: FieldElement
    ) -> Bool {
        let (d1, d2) = (a.z.squared(), f * b.z.squared())
        let (x1, x2) = (a.x * d2, b.x * d1)
        let difference = x1 - x2
        if difference.isZero {
            // B is A or −A: one of sum and difference is at infinity, the other 2A.
            let twice = a.doubled(a: StarkCurve.a)
            return twice.x == x * twice.z.squared()
        }
        let y1Squared = a.y.squared() * (d2.squared() * d2)
        let y2Squared = b.y.squared() * (d1.squared() * d1)
        let product = (x * (d1 * d2) + x1 + x2) * difference.squared()
        let left = (product - (y1Squared + y2Squared)).squared()
        return left == (y1Squared * y2Squared).doubled().doubled()
    }
}

extension AffinePoint {
    /// Multiplication by a public number: its time depends on it. Five bits to a window, digits odd and signed (wNAF).
    fileprivate func multiplied(by k: UInt256, a: FieldElement) -> JacobianPoint {
        let one = JacobianPoint(self)
        let twice = one.doubled(a: a)
        var odd = [one]
        for index in 1..<8 { odd.append(odd[index - 1].adding(twice, a: a)) }
        var sum = JacobianPoint.infinity
        for digit in Self.digits(of: k).reversed() {
            if !sum.isInfinity { sum = sum.doubled(a: a) }
            if digit > 0 { sum = sum.adding(odd[digit / 2], a: a) }
            if digit < 0 { sum = sum.adding(odd[-digit / 2].negated, a: a) }
        }
        return sum
    }

    /// Least significant first: each digit 0, or odd in −15 ... 15 with at least four zeros above it.
    private static func digits(of k: UInt256) -> [Int] {
        var rest = k
        var digits: [Int] = []
        digits.reserveCapacity(256)
        while !rest.isZero {
            var digit = 0
            if rest.isOdd {
                let low = Int(rest.bits(from: 0, count: 5))
                digit = low < 16 ? low : low - 32
                rest = digit > 0 ? rest &- UInt256(UInt64(digit)) : rest &+ UInt256(UInt64(-digit))
            }
            digits.append(digit)
            rest = rest.shiftedRight(by: 1)
        }
        return digits
    }
}
