/// Inversion modulo an odd number below 2²⁵², by division steps, in constant time.
///
/// Source: Bernstein and Yang, "Fast constant-time gcd computation and modular inversion" (2019), with Pornin's start at
/// δ = ½, which needs 582 steps for 252 bits. 59 steps at a time are made on the lowest words alone; their effect, a
/// matrix, is then applied to the whole numbers.
struct ModularInverse: Sendable {
    private let modulus: Signed310
    /// modulus⁻¹ mod 2⁶².
    private let inverse: Int64

    init(modulus: UInt256) {
        self.modulus = Signed310(modulus)
        // Newton's iteration doubles the bits that are right: x is its own inverse modulo 8.
        var inverse = modulus.w0
        for _ in 0..<5 { inverse = inverse &* (2 &- modulus.w0 &* inverse) }
        self.inverse = Int64(truncatingIfNeeded: inverse & Signed310.mask)
    }

    /// x⁻¹, below the modulus; 0 for 0.
    /// - Precondition: x is below the modulus.
    func callAsFunction(_ x: UInt256) -> UInt256 {
        var f = modulus
        var g = Signed310(x)
        var d = Signed310(.zero)
        var e = Signed310(UInt256(1))
        var zeta: Int64 = -1
        for _ in 0..<10 {
            let steps = Transition(f: f.l0, g: g.l0, zeta: &zeta)
            steps.applyModulo(&d, &e, modulus: modulus, inverse: inverse)
            steps.apply(&f, &g)
        }
        // f is ±1 now, and d times x is f.
        return d.normalized(negating: f.l4 >> 63, modulus: modulus)
    }
}

/// A signed number of 310 bits, 62 to a limb; the lower four limbs are in 0 ..< 2⁶², the last one has the sign.
private struct Signed310 {
    var l0: Int64
    var l1: Int64
    var l2: Int64
    var l3: Int64
    var l4: Int64

    static let mask = UInt64.max >> 2
    @inline(__always) static var signedMask: Int64 { Int64(truncatingIfNeeded: UInt64.max >> 2) }

    @inline(__always)
    init(_ l0: Int64, _ l1: Int64, _ l2: Int64, _ l3: Int64, _ l4: Int64) {
        (self.l0, self.l1, self.l2, self.l3, self.l4) = (l0, l1, l2, l3, l4)
    }

    init(_ x: UInt256) {
        l0 = Int64(x.bits(from: 0, count: 62))
        l1 = Int64(x.bits(from: 62, count: 62))
        l2 = Int64(x.bits(from: 124, count: 62))
        l3 = Int64(x.bits(from: 186, count: 62))
        l4 = Int64(x.bits(from: 248, count: 62))
    }

    /// Itself, or its negative where `sign` is −1, brought from −2·m ..< m to 0 ..< m.
    func normalized(negating sign: Int64, modulus m: Signed310) -> UInt256 {
        var r = adding(m, where: l4 >> 63)
        r = Signed310(
            (r.l0 ^ sign) &- sign, (r.l1 ^ sign) &- sign, (r.l2 ^ sign) &- sign, (r.l3 ^ sign) &- sign,
            (r.l4 ^ sign) &- sign
        ).carried()
        r = r.adding(m, where: r.l4 >> 63)
        let (a, b, c) = (UInt64(bitPattern: r.l0), UInt64(bitPattern: r.l1), UInt64(bitPattern: r.l2))
        let (d, e) = (UInt64(bitPattern: r.l3), UInt64(bitPattern: r.l4))
        return UInt256(a | b &<< 62, b &>> 2 | c &<< 60, c &>> 4 | d &<< 58, d &>> 6 | e &<< 56)
    }

    /// Plus m where `mask` is −1.
    private func adding(_ m: Signed310, where mask: Int64) -> Signed310 {
        Signed310(
            l0 &+ (m.l0 & mask), l1 &+ (m.l1 & mask), l2 &+ (m.l2 & mask), l3 &+ (m.l3 & mask), l4 &+ (m.l4 & mask)
        ).carried()
    }

    private func carried() -> Signed310 {
        let mask = Self.signedMask
        let s1 = l1 &+ (l0 >> 62)
        let s2 = l2 &+ (s1 >> 62)
        let s3 = l3 &+ (s2 >> 62)
        return Signed310(l0 & mask, s1 & mask, s2 & mask, s3 & mask, l4 &+ (s3 >> 62))
    }
}

/// The matrix (u v; q r) of 59 division steps, times 2⁶².
private struct Transition {
    private var u: Int64 = 8
    private var v: Int64 = 0
    private var q: Int64 = 0
    private var r: Int64 = 8

    /// - Parameter zeta: −(δ + ½).
    @inline(__always)
    init(f f0: Int64, g g0: Int64, zeta: inout Int64) {
        var (f, g) = (f0, g0)
        for _ in 0..<59 {
            // Where δ > 0 and g is odd, f and g change places; where g is odd, f is added or taken away.
            var swap = zeta >> 63
            let odd = 0 &- (g & 1)
            g = g &+ (((f ^ swap) &- swap) & odd)
            q = q &+ (((u ^ swap) &- swap) & odd)
            r = r &+ (((v ^ swap) &- swap) & odd)
            swap &= odd
            zeta = (zeta ^ swap) &- 1
            f = f &+ (g & swap)
            u = u &+ (q & swap)
            v = v &+ (r & swap)
            g = g >> 1
            u = u &<< 1
            v = v &<< 1
        }
    }

    /// (f, g) times the matrix, divided by 2⁶², which leaves no remainder.
    @inline(__always)
    func apply(_ f: inout Signed310, _ g: inout Signed310) {
        var top = Accumulator()
        var bottom = Accumulator()
        top.add(u, f.l0, v, g.l0)
        bottom.add(q, f.l0, r, g.l0)
        _ = top.takeLimb()
        _ = bottom.takeLimb()
        top.add(u, f.l1, v, g.l1)
        bottom.add(q, f.l1, r, g.l1)
        let (f0, g0) = (top.takeLimb(), bottom.takeLimb())
        top.add(u, f.l2, v, g.l2)
        bottom.add(q, f.l2, r, g.l2)
        let (f1, g1) = (top.takeLimb(), bottom.takeLimb())
        top.add(u, f.l3, v, g.l3)
        bottom.add(q, f.l3, r, g.l3)
        let (f2, g2) = (top.takeLimb(), bottom.takeLimb())
        top.add(u, f.l4, v, g.l4)
        bottom.add(q, f.l4, r, g.l4)
        let (f3, g3) = (top.takeLimb(), bottom.takeLimb())
        f = Signed310(f0, f1, f2, f3, top.rest)
        g = Signed310(g0, g1, g2, g3, bottom.rest)
    }

    /// (d, e) times the matrix, divided by 2⁶² modulo m. Both stay in −2·m ..< m.
    @inline(__always)
    func applyModulo(_ d: inout Signed310, _ e: inout Signed310, modulus m: Signed310, inverse: Int64) {
        // A negative d or e is taken with m added. Then as many times m as clear the lowest limb.
        let (dSign, eSign) = (d.l4 >> 63, e.l4 >> 63)
        var topMultiple = (u & dSign) &+ (v & eSign)
        var bottomMultiple = (q & dSign) &+ (r & eSign)
        var top = Accumulator()
        var bottom = Accumulator()
        top.add(u, d.l0, v, e.l0)
        bottom.add(q, d.l0, r, e.l0)
        topMultiple = topMultiple &- ((inverse &* top.low &+ topMultiple) & Signed310.signedMask)
        bottomMultiple = bottomMultiple &- ((inverse &* bottom.low &+ bottomMultiple) & Signed310.signedMask)
        top.add(m.l0, topMultiple)
        bottom.add(m.l0, bottomMultiple)
        _ = top.takeLimb()
        _ = bottom.takeLimb()
        top.add(u, d.l1, v, e.l1)
        bottom.add(q, d.l1, r, e.l1)
        top.add(m.l1, topMultiple)
        bottom.add(m.l1, bottomMultiple)
        let (d0, e0) = (top.takeLimb(), bottom.takeLimb())
        top.add(u, d.l2, v, e.l2)
        bottom.add(q, d.l2, r, e.l2)
        top.add(m.l2, topMultiple)
        bottom.add(m.l2, bottomMultiple)
        let (d1, e1) = (top.takeLimb(), bottom.takeLimb())
        top.add(u, d.l3, v, e.l3)
        bottom.add(q, d.l3, r, e.l3)
        top.add(m.l3, topMultiple)
        bottom.add(m.l3, bottomMultiple)
        let (d2, e2) = (top.takeLimb(), bottom.takeLimb())
        top.add(u, d.l4, v, e.l4)
        bottom.add(q, d.l4, r, e.l4)
        top.add(m.l4, topMultiple)
        bottom.add(m.l4, bottomMultiple)
        let (d3, e3) = (top.takeLimb(), bottom.takeLimb())
        d = Signed310(d0, d1, d2, d3, top.rest)
        e = Signed310(e0, e1, e2, e3, bottom.rest)
    }
}

/// A signed sum of products, given off 62 bits at a time.
private struct Accumulator {
    private var sum: Int128 = 0

    @inline(__always)
    mutating func add(_ a: Int64, _ b: Int64) { sum = sum &+ Int128(a) &* Int128(b) }

    @inline(__always)
    mutating func add(_ a: Int64, _ b: Int64, _ c: Int64, _ d: Int64) {
        add(a, b)
        add(c, d)
    }

    @inline(__always) var low: Int64 { Int64(truncatingIfNeeded: sum) }
    @inline(__always) var rest: Int64 { low }

    @inline(__always)
    mutating func takeLimb() -> Int64 {
        let limb = low & Signed310.signedMask
        sum = sum >> 62
        return limb
    }
}
