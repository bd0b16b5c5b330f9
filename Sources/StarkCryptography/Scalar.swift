/// A residue modulo n, the order of the curve, in Montgomery form: x·2²⁵⁶ mod n, possibly plus one n.
///
/// No operation branches on a value.
struct Scalar: Sendable {
    private var words: UInt256

    @inline(__always) static var modulus: UInt256 {
        UInt256(0x1E66_A241_ADC6_4D2F, 0xB781_126D_CAE7_B232, 0xFFFF_FFFF_FFFF_FFFF, 0x0800_0000_0000_0010)
    }
    /// −n⁻¹ mod 2⁶⁴.
    @inline(__always) private static var negatedInverse: UInt64 { 0xBB6B_3C4C_E8BD_E631 }
    /// 2⁵¹² mod n, which takes an integer into Montgomery form.
    @inline(__always) private static var conversion: UInt256 {
        UInt256(0x6021_B3F1_EA1C_688D, 0x509C_F64D_14CE_60B9, 0xBAF0_AB4C_F78B_BABB, 0x07D9_E57C_2333_766E)
    }

    @inline(__always)
    private init(words: UInt256) { self.words = words }

    /// Any 256-bit integer, taken modulo n.
    @inline(__always)
    init(_ integer: UInt256) { words = Self.reduced(integer.multipliedFullWidth(by: Self.conversion)) }

    /// The integer it stands for, below n.
    var integer: UInt256 {
        let below2 = Self.reduced(
            UInt512(w0: words.w0, w1: words.w1, w2: words.w2, w3: words.w3, w4: 0, w5: 0, w6: 0, w7: 0))
        let (difference, borrow) = below2.subtractingReportingBorrow(Self.modulus)
        return .select(0 &- borrow, below2, difference)
    }

    @inline(__always)
    static func * (a: Scalar, b: Scalar) -> Scalar { Scalar(words: reduced(a.words.multipliedFullWidth(by: b.words))) }

    @inline(__always)
    func squared() -> Scalar { Scalar(words: Self.reduced(words.squaredFullWidth())) }

    /// Not reduced: the sum of two products is no more than 4·n, which every operation here accepts.
    @inline(__always)
    static func + (a: Scalar, b: Scalar) -> Scalar { Scalar(words: a.words &+ b.words) }

    /// x⁻¹, and 0 for 0, in constant time.
    func inverse() -> Scalar { Scalar(Self.inverse(integer)) }

    private static let inverse = ModularInverse(modulus: modulus)

    /// t/2²⁵⁶ modulo n, below 1 + t/(2²⁵⁶·n) in multiples of n: Montgomery's reduction, a word at a time.
    @inline(__always)
    private static func reduced(_ t: UInt512) -> UInt256 {
        let first = step(UInt256(t.w0, t.w1, t.w2, t.w3), next: t.w4, 0)
        let second = step(first.words, next: t.w5, first.carry)
        let third = step(second.words, next: t.w6, second.carry)
        return step(third.words, next: t.w7, third.carry).words
    }

    /// Adds the multiple of n that clears the lowest word, drops that word, and takes in the next one above.
    @inline(__always)
    private static func step(
        _ t: UInt256, next: UInt64, _ carried: UInt64
    ) -> (words: UInt256, carry: UInt64) {
        let n = modulus
        let m = t.w0 &* negatedInverse
        var carry: UInt64 = 0
        _ = multiplyAdd(m, n.w0, t.w0, &carry)
        let w0 = multiplyAdd(m, n.w1, t.w1, &carry)
        let w1 = multiplyAdd(m, n.w2, t.w2, &carry)
        let w2 = multiplyAdd(m, n.w3, t.w3, &carry)
        let sum =
            UInt128(truncatingIfNeeded: next) &+ UInt128(truncatingIfNeeded: carry)
            &+ UInt128(truncatingIfNeeded: carried)
        return (UInt256(w0, w1, w2, UInt64(truncatingIfNeeded: sum)), UInt64(truncatingIfNeeded: sum &>> 64))
    }
}
