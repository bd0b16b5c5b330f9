import Fundamentals
import Testing

@testable import StarkCryptography

@Suite struct `Points of the curve form a group` {
    private let generator = JacobianPoint(StarkCurve.generator)

    private func isOnCurve(_ point: AffinePoint) -> Bool { point.y.squared() == StarkCurve.ySquared(at: point.x) }

    private func multiple(_ k: UInt256) -> JacobianPoint {
        var sum = JacobianPoint.infinity
        for bit in (0..<256).reversed() {
            sum = sum.doubled(a: StarkCurve.a)
            if k.bits(from: bit, count: 1) == 1 { sum = sum.adding(StarkCurve.generator, a: StarkCurve.a) }
        }
        return sum
    }

    private func equal(_ a: JacobianPoint, _ b: JacobianPoint) -> Bool {
        guard let (p, q) = a.affine.flatMap({ p in b.affine.map { (p, $0) } }) else {
            return a.isInfinity && b.isInfinity
        }
        return p.x == q.x && p.y == q.y
    }

    @Test func `the table agrees with double and add, at the edges and in between`() {
        var random = RandomSource(seed: 11)
        let one = UInt256(1)
        var numbers = [one, UInt256(2), UInt256(3), UInt256(31), UInt256(32), UInt256(33)]
        numbers += [Scalar.modulus &- one, Scalar.modulus &- UInt256(2), UInt256(0, 0, 0, 1 << 59)]
        numbers += [UInt256(0, 0, 0, 1 << 59) &- one, UInt256(0, 0, 0, 1 << 59) &+ one]
        numbers += (0..<12).map { _ in
            Scalar(UInt256(random.next(), random.next(), random.next(), random.next())).integer
        }
        for k in numbers {
            let point = GeneratorTable.shared.multiply(k)
            #expect(equal(point, multiple(k)))
            #expect(point.affine.map(isOnCurve) == true)
        }
    }

    @Test func `n times the generator is infinity, and infinity is neutral`() {
        #expect(multiple(Scalar.modulus).isInfinity)
        #expect(equal(generator.adding(.infinity, a: StarkCurve.a), generator))
        #expect(equal(JacobianPoint.infinity.adding(generator, a: StarkCurve.a), generator))
        #expect(JacobianPoint.infinity.adding(.infinity, a: StarkCurve.a).isInfinity)
        #expect(JacobianPoint.infinity.doubled(a: StarkCurve.a).isInfinity)
    }

    @Test func `equal and opposite points are added too`() {
        let five = GeneratorTable.shared.multiply(UInt256(5))
        #expect(equal(five.adding(five, a: StarkCurve.a), five.doubled(a: StarkCurve.a)))
        #expect(five.adding(five.negated, a: StarkCurve.a).isInfinity)
        #expect(equal(generator.adding(StarkCurve.generator, a: StarkCurve.a), generator.doubled(a: StarkCurve.a)))
        #expect(generator.adding(StarkCurve.generator.negated, a: StarkCurve.a).isInfinity)
    }

    @Test func `addition commutes and associates`() {
        var random = RandomSource(seed: 12)
        for _ in 0..<6 {
            let points = (0..<3).map { _ in GeneratorTable.shared.multiply(UInt256(random.next() | 1, random.next())) }
            let (a, b, c) = (points[0], points[1], points[2])
            let one = StarkCurve.a
            #expect(equal(a.adding(b, a: one), b.adding(a, a: one)))
            #expect(equal(a.adding(b, a: one).adding(c, a: one), a.adding(b.adding(c, a: one), a: one)))
        }
    }
}
