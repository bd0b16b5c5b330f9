/// Starknet's Pedersen hash: x(S + aₗ·P₀ + aₕ·P₁ + bₗ·P₂ + bₕ·P₃), where l is the lower 248 bits and h the upper 4.
///
/// Not in constant time: nothing secret is hashed with it.
public enum Pedersen {
    public static func hash(_ a: Felt, _ b: Felt) -> Felt {
        var sum = JacobianPoint(PedersenTable.shift)
        PedersenTable.first.add(a.integer, to: &sum)
        PedersenTable.second.add(b.integer, to: &sum)
        guard let point = sum.affine else {
            preconditionFailure("Inputs whose Pedersen sum is the point at infinity would break the hash itself.")
        }
        return Felt(point.x)
    }
}

/// The multiples of one input's two base points: eight bits of the input to a window, the last one of four.
private struct PedersenTable: Sendable {
    static let first = PedersenTable(
        low: AffinePoint(
            x: StarkCurve.element("0x234287dcbaffe7f969c748655fca9e58fa8120b6d56eb0c1080d17957ebe47b"),
            y: StarkCurve.element("0x3b056f100f96fb21e889527d41f4e39940135dd7a6c94cc6ed0268ee89e5615")),
        high: AffinePoint(
            x: StarkCurve.element("0x4fa56f376c83db33f9dab2656558f3399099ec1de5e3018b7a6932dba8aa378"),
            y: StarkCurve.element("0x3fa0984c931c9e38113e0c0e47e4401562761f92a7a23b45168f4e80ff5b54d")))
    static let second = PedersenTable(
        low: AffinePoint(
            x: StarkCurve.element("0x4ba4cc166be8dec764910f75b45f74b40c690c74709e90f3aa372f0bd2d6997"),
            y: StarkCurve.element("0x40301cf5c1751f4b971e46c4ede85fcac5c59a5ce5ae7c48151f27b24b219c")),
        high: AffinePoint(
            x: StarkCurve.element("0x54302dcb0e6cc1c6e44cca8f61a63bb2ca65048d53fb325d36ff12c49a58202"),
            y: StarkCurve.element("0x1b77b3e37d13504b348046268d8ae25ce98ad783c25561a879dcc77e99c2426")))
    static let shift = AffinePoint(
        x: StarkCurve.element("0x49ee3eba8c1600700ee1b87eb599f16716b0b1022947733551fde4050ca6804"),
        y: StarkCurve.element("0x3ca0cfe4b3bc6ddf346d49d06ea0ed34e621062c0e056c1d0405d266e10268a"))

    private static let lowWindows = 31
    private static let entries = 255
    /// 255 multiples for each window of the lower bits, then 15 for the upper.
    private let points: [AffinePoint]

    private init(low: AffinePoint, high: AffinePoint) {
        var points: [JacobianPoint] = []
        points.reserveCapacity(Self.lowWindows * Self.entries + 15)
        var base = JacobianPoint(low)
        for _ in 0..<Self.lowWindows {
            Self.append(Self.entries, multiplesOf: base, to: &points)
            for _ in 0..<8 { base = base.doubled(a: StarkCurve.a) }
        }
        Self.append(15, multiplesOf: JacobianPoint(high), to: &points)
        self.points = AffinePoint.batch(points)
    }

    func add(_ input: UInt256, to sum: inout JacobianPoint) {
        points.withUnsafeBufferPointer { points in
            for window in 0...Self.lowWindows {
                let digit = Int(input.bits(from: 8 * window, count: 8))
                guard digit != 0 else { continue }
                sum = sum.adding(points[window * Self.entries + digit - 1], a: StarkCurve.a)
            }
        }
    }

    private static func append(_ count: Int, multiplesOf base: JacobianPoint, to points: inout [JacobianPoint]) {
        var multiple = base
        points.append(multiple)
        for _ in 1..<count {
            multiple = multiple.adding(base, a: StarkCurve.a)
            points.append(multiple)
        }
    }
}
