/// A residue modulo p = 2²⁵¹ + 17·2¹⁹² + 1 in Montgomery form: x·2²⁵⁶ mod p, possibly plus a few multiples of p.
///
/// 2²⁵⁶ is almost 32·p, so that sums need not be reduced at once. Bounds below are in multiples of p.
/// A product of factors below a and b is below 1 + a·b/32; every result of arithmetic here is below 2 as long as
/// a·b ≤ 32, and a product takes anything up to a·b = 961. No operation branches on a value.
struct FieldElement: Sendable {
    var words: UInt256

    // Constants are computed properties, so that the optimizer folds them into the code around.

    @inline(__always) static var modulus: UInt256 { UInt256(1, 0, 0, topWord) }
    /// The word of p that is neither 0 nor 1.
    @inline(__always) static var topWord: UInt64 { 0x0800_0000_0000_0011 }

    @inline(__always)
    init(words: UInt256) { self.words = words }

    @inline(__always) static var zero: FieldElement { FieldElement(words: UInt256(0)) }
    /// 2²⁵⁶ mod p.
    @inline(__always) static var one: FieldElement {
        FieldElement(
            words: UInt256(
                0xFFFF_FFFF_FFFF_FFE1, 0xFFFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF, 0x07FF_FFFF_FFFF_FDF0))
    }
    /// 2⁵¹² mod p, which takes an integer into Montgomery form.
    @inline(__always) private static var conversion: UInt256 {
        UInt256(0xFFFF_FD73_7E00_0401, 0x0000_0001_330F_FFFF, 0xFFFF_FFFF_FF6F_8000, 0x07FF_D4AB_5E00_8810)
    }

    /// Any 256-bit integer, taken modulo p. Below 3.
    @inline(__always)
    init(_ integer: UInt256) { words = Self.reduced(integer.multipliedFullWidth(by: Self.conversion)) }

    @inline(__always)
    init(_ felt: Felt) { self.init(felt.integer) }

    init(_ small: UInt64) { self.init(UInt256(small)) }

    /// The integer it stands for, below p.
    var integer: UInt256 {
        Self.canonical(
            Self.reduced(
                UInt512(w0: words.w0, w1: words.w1, w2: words.w2, w3: words.w3, w4: 0, w5: 0, w6: 0, w7: 0)))
    }

    var isZero: Bool { Self.canonical(words).isZero }

    // MARK: Arithmetic

    /// Below 1 + a·b/32.
    @inline(__always)
    static func * (a: FieldElement, b: FieldElement) -> FieldElement {
        FieldElement(words: reduced(a.words.multipliedFullWidth(by: b.words)))
    }

    @inline(__always)
    func squared() -> FieldElement { FieldElement(words: Self.reduced(words.squaredFullWidth())) }

    /// Not reduced: below a + b.
    @inline(__always)
    static func + (a: FieldElement, b: FieldElement) -> FieldElement { FieldElement(words: a.words &+ b.words) }

    /// Not reduced: below a + 4, for a subtrahend below 4.
    @inline(__always)
    static func - (a: FieldElement, b: FieldElement) -> FieldElement {
        FieldElement(words: a.words &+ fourModuli &- b.words)
    }

    /// Below 2, of a minuend below 15 and a subtrahend below 16.
    @inline(__always)
    func subtractingWide(_ b: FieldElement) -> FieldElement {
        FieldElement(words: words &+ Self.sixteenModuli &- b.words).normalized()
    }

    /// Not reduced: twice as large.
    @inline(__always)
    func doubled() -> FieldElement { FieldElement(words: words &+ words) }

    /// The same residue below 2, of anything that fits.
    ///
    /// The top five bits count multiples of 2²⁵¹, each of which is p less 17·2¹⁹² + 1.
    @inline(__always)
    func normalized() -> FieldElement {
        let quotient = words.w3 &>> 59
        var borrow: UInt64 = 0
        let low = subtract(words.w0, quotient, &borrow)
        let second = subtract(words.w1, 0, &borrow)
        let third = subtract(words.w2, 0, &borrow)
        let top = (words.w3 & (1 &<< 59 &- 1)) &- 17 &* quotient &- borrow
        return FieldElement(words: UInt256(low, second, third, top) &+ Self.modulus)
    }

    @inline(__always)
    static func == (a: FieldElement, b: FieldElement) -> Bool { (a.normalized() - b.normalized()).isZero }

    /// `a` where `mask` is all ones, `b` where it is zero, without a branch.
    @inline(__always)
    static func select(_ mask: UInt64, _ a: FieldElement, _ b: FieldElement) -> FieldElement {
        FieldElement(words: .select(mask, a.words, b.words))
    }

    // MARK: Reduction

    @inline(__always) private static var fourModuli: UInt256 { UInt256(4, 0, 0, 4 &* topWord) }
    @inline(__always) private static var sixteenModuli: UInt256 { UInt256(16, 0, 0, 16 &* topWord) }

    /// t/2²⁵⁶ modulo p, below 1 + t/(2²⁵⁶·p).
    ///
    /// p is 1 modulo 2¹⁹², so that subtracting m·p, where m is the low half of t, clears the lowest words by itself: what
    /// remains is m times p's top word, four multiplications. One p is added, for the difference may be negative.
    @inline(__always)
    private static func reduced(_ t: UInt512) -> UInt256 {
        var carry: UInt64 = 0
        let first = multiplyAdd(t.w0, topWord, 0, &carry)
        var borrow: UInt64 = 0
        let m3 = subtract(t.w3, first, &borrow)
        let s1 = multiplyAdd(t.w1, topWord, 0, &carry)
        let s2 = multiplyAdd(t.w2, topWord, 0, &carry)
        let s3 = multiplyAdd(m3, topWord, 0, &carry)
        let r0 = subtract(t.w4, s1, &borrow)
        let r1 = subtract(t.w5, s2, &borrow)
        let r2 = subtract(t.w6, s3, &borrow)
        let r3 = subtract(t.w7, carry, &borrow)
        return UInt256(r0, r1, r2, r3) &+ modulus
    }

    /// Below p, of anything that fits.
    static func canonical(_ words: UInt256) -> UInt256 {
        let below2 = FieldElement(words: words).normalized().words
        let (difference, borrow) = below2.subtractingReportingBorrow(modulus)
        return .select(0 &- borrow, below2, difference)
    }
}
