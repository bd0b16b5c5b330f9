/// A point of y² = x³ + a·x + b other than the one at infinity.
struct AffinePoint: Sendable {
    var x: FieldElement
    var y: FieldElement

    /// Not reduced.
    @inline(__always)
    var negated: AffinePoint { AffinePoint(x: x, y: .zero - y) }
}

/// A point as (X/Z², Y/Z³); Z = 0 is the point at infinity. X and Y are kept below 2, Z below 3, in multiples of p.
///
/// No coefficient of the curve enters an addition; `doubled` takes a.
struct JacobianPoint: Sendable {
    var x: FieldElement
    var y: FieldElement
    var z: FieldElement

    static var infinity: JacobianPoint { JacobianPoint(x: .one, y: .one, z: .zero) }

    @inline(__always)
    init(x: FieldElement, y: FieldElement, z: FieldElement) {
        self.x = x
        self.y = y
        self.z = z
    }

    /// - Parameter point: its y below 8, as of a negated point.
    @inline(__always)
    init(_ point: AffinePoint) { self.init(x: point.x.normalized(), y: point.y.normalized(), z: .one) }

    var isInfinity: Bool { z.isZero }
    var negated: JacobianPoint { JacobianPoint(x: x, y: (.zero - y).normalized(), z: z) }

    /// Nil at infinity.
    var affine: AffinePoint? {
        guard !isInfinity else { return nil }
        let inverse = z.inverse()
        let square = inverse.squared()
        return AffinePoint(x: x * square, y: y * (square * inverse))
    }

    /// Of a point known not to be at infinity, in constant time.
    var affineX: FieldElement { x * z.inverse().squared() }

    /// Twice the point.
    func doubled(a: FieldElement) -> JacobianPoint {
        let (xx, yy, zz) = (x.squared(), y.squared(), z.squared())
        let fourYs = yy.squared()
        let s = (x * yy).doubled().doubled()
        let m = xx.doubled() + xx + a * zz.squared()
        let x3 = m.squared().subtractingWide(s.doubled())
        let y3 = (m * (s - x3)).subtractingWide(fourYs.doubled().doubled().doubled())
        return JacobianPoint(x: x3, y: y3, z: (y * z).doubled())
    }

    /// The sum where neither operand is at infinity and their x differ; in constant time. Anything else gives garbage.
    @inline(__always)
    func addingDistinct(_ other: AffinePoint) -> JacobianPoint {
        let zz = z.squared()
        let h = other.x * zz - x
        let r = other.y * (z * zz) - y
        return finishing(h: h, r: r, x1: x, y1: y, zs: z)
    }

    /// The sum, whatever the operands; branches on them.
    func adding(_ other: AffinePoint, a: FieldElement) -> JacobianPoint {
        guard !isInfinity else { return JacobianPoint(other) }
        let zz = z.squared()
        let h = other.x * zz - x
        let r = other.y * (z * zz) - y
        if h.isZero { return r.isZero ? doubled(a: a) : .infinity }
        return finishing(h: h, r: r, x1: x, y1: y, zs: z)
    }

    /// The sum, whatever the operands; branches on them.
    func adding(_ other: JacobianPoint, a: FieldElement) -> JacobianPoint {
        guard !isInfinity else { return other }
        guard !other.isInfinity else { return self }
        let (zz, otherZZ) = (z.squared(), other.z.squared())
        let (x1, y1) = (x * otherZZ, y * (other.z * otherZZ))
        let h = other.x * zz - x1
        let r = other.y * (z * zz) - y1
        if h.isZero { return r.isZero ? doubled(a: a) : .infinity }
        return finishing(h: h, r: r, x1: x1, y1: y1, zs: z * other.z)
    }

    /// The common end of every addition, from the first operand and the differences of x and of y, all over `zs`.
    @inline(__always)
    private func finishing(
        h: FieldElement, r: FieldElement, x1: FieldElement, y1: FieldElement, zs: FieldElement
    ) -> JacobianPoint {
        let hh = h.squared()
        let hhh = h * hh
        let v = x1 * hh
        let x3 = (r.squared() - (hhh + v.doubled())).normalized()
        let y3 = (r * (v - x3) - y1 * hhh).normalized()
        return JacobianPoint(x: x3, y: y3, z: zs * h)
    }
}
