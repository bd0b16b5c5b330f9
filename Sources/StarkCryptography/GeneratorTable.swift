/// Multiples of the generator by secret numbers: no doubling, and nothing that depends on the number but arithmetic.
///
/// The number is written with 51 odd digits of ±1 … ±31 in base 32; each window of the table holds the 16 odd multiples
/// of 32^i·G, and a digit reads all of them. Because every digit is odd, each addend is larger in magnitude than the sum
/// before it: for an odd number below n no addition meets equal or opposite points, the only exceptions of the formulas.
struct GeneratorTable: Sendable {
    static let shared = GeneratorTable()

    private static let windows = 51
    private static let entries = 16
    /// x and y in Montgomery form, eight words for each entry.
    private let points: [SIMD8<UInt64>]

    private init() {
        var jacobian: [JacobianPoint] = []
        jacobian.reserveCapacity(Self.windows * Self.entries)
        var base = JacobianPoint(StarkCurve.generator)
        for _ in 0..<Self.windows {
            let twice = base.doubled(a: StarkCurve.a)
            var multiple = base
            jacobian.append(multiple)
            for _ in 1..<Self.entries {
                multiple = multiple.adding(twice, a: StarkCurve.a)
                jacobian.append(multiple)
            }
            for _ in 0..<5 { base = base.doubled(a: StarkCurve.a) }
        }
        points = AffinePoint.batch(jacobian).map { point in
            let (x, y) = (point.x.words, point.y.words)
            return SIMD8(x.w0, x.w1, x.w2, x.w3, y.w0, y.w1, y.w2, y.w3)
        }
    }

    /// ±k·G, of which only x is determined, in constant time.
    /// - Precondition: k is in 1 ..< n.
    func multiplyUpToSign(_ k: UInt256) -> JacobianPoint {
        precondition(!k.isZero && k < Scalar.modulus, "A multiple of the generator is by a number from 1 to n − 1.")
        let odd = UInt256.select(0 &- (k.w0 & 1), k, Scalar.modulus &- k)
        return multiply(odd: odd)
    }

    /// k·G.
    /// - Precondition: k is in 1 ..< n.
    func multiply(_ k: UInt256) -> JacobianPoint {
        let point = multiplyUpToSign(k)
        return JacobianPoint(
            x: point.x, y: .select(0 &- (k.w0 & 1), point.y, (.zero - point.y).normalized()), z: point.z)
    }

    private func multiply(odd k: UInt256) -> JacobianPoint {
        points.withUnsafeBufferPointer { points in
            var sum = JacobianPoint(Self.select(Self.digit(k, 0), in: points, window: 0))
            for window in 1..<Self.windows {
                sum = sum.addingDistinct(Self.select(Self.digit(k, window), in: points, window: window))
            }
            return sum
        }
    }

    /// The odd digit of `window`, in −31 ... 31: twice its five bits of ⌊k/2⌋ plus 1, less 32 in all but the last. The
    /// 32s taken in one window are the 1s added in the next, and the first 1 makes up for the bit that ⌊k/2⌋ drops.
    @inline(__always)
    private static func digit(_ k: UInt256, _ window: Int) -> Int64 {
        let bits = Int64(k.bits(from: 5 * window + 1, count: 5))
        return window == windows - 1 ? 2 * bits + 1 : 2 * bits - 31
    }

    /// The entry of an odd digit, found by reading all of the window's, and negated without a branch.
    @inline(__always)
    private static func select(
        _ digit: Int64, in points: UnsafeBufferPointer<SIMD8<UInt64>>, window: Int
    ) -> AffinePoint {
        let sign = digit >> 63
        let wanted = UInt64(bitPattern: (digit ^ sign) &- sign) >> 1
        var found = SIMD8<UInt64>.zero
        for index in 0..<entries {
            let difference = UInt64(truncatingIfNeeded: index) ^ wanted
            let mask = (difference &- 1) &>> 63
            found |= points[window * entries + index] & SIMD8(repeating: 0 &- mask)
        }
        let point = AffinePoint(
            x: FieldElement(words: UInt256(found[0], found[1], found[2], found[3])),
            y: FieldElement(words: UInt256(found[4], found[5], found[6], found[7])))
        return AffinePoint(x: point.x, y: .select(UInt64(bitPattern: sign), .zero - point.y, point.y))
    }
}

extension AffinePoint {
    /// Many points at the price of one inversion (Montgomery's trick).
    /// - Precondition: none is at infinity.
    static func batch(_ points: [JacobianPoint]) -> [AffinePoint] {
        var product = FieldElement.one
        var before: [FieldElement] = []
        before.reserveCapacity(points.count)
        for point in points {
            before.append(product)
            product = product * point.z
        }
        var inverse = product.inverse()
        var affine = points.map { AffinePoint(x: $0.x, y: $0.y) }
        for index in points.indices.reversed() {
            let zInverse = inverse * before[index]
            inverse = inverse * points[index].z
            let square = zInverse.squared()
            affine[index].x = (affine[index].x * square).normalized()
            affine[index].y = (affine[index].y * (square * zInverse)).normalized()
        }
        return affine
    }
}
