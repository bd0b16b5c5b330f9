// Carry chains on 64-bit words. Spelled with 128-bit integers, because the optimizer turns those into chains of
// `adc` and `sbb`, which it does not manage with the overflow flags of `addingReportingOverflow`.

/// a·b + c + carry, which fits two words whatever the operands; the upper word goes into `carry`.
@inline(__always)
func multiplyAdd(_ a: UInt64, _ b: UInt64, _ c: UInt64, _ carry: inout UInt64) -> UInt64 {
    let sum =
        UInt128(truncatingIfNeeded: a) &* UInt128(truncatingIfNeeded: b)
        &+ UInt128(truncatingIfNeeded: c) &+ UInt128(truncatingIfNeeded: carry)
    carry = UInt64(truncatingIfNeeded: sum &>> 64)
    return UInt64(truncatingIfNeeded: sum)
}

/// a + b + carry; `carry` is 0 or 1 afterwards.
@inline(__always)
func add(_ a: UInt64, _ b: UInt64, _ carry: inout UInt64) -> UInt64 {
    let sum = UInt128(truncatingIfNeeded: a) &+ UInt128(truncatingIfNeeded: b) &+ UInt128(truncatingIfNeeded: carry)
    carry = UInt64(truncatingIfNeeded: sum &>> 64)
    return UInt64(truncatingIfNeeded: sum)
}

/// a − b − borrow; `borrow` is 0 or 1 before and afterwards.
@inline(__always)
func subtract(_ a: UInt64, _ b: UInt64, _ borrow: inout UInt64) -> UInt64 {
    var carry = 1 &- borrow
    let difference = add(a, ~b, &carry)
    borrow = 1 &- carry
    return difference
}

/// A product of two 256-bit integers, least significant word first.
struct UInt512 {
    var w0: UInt64
    var w1: UInt64
    var w2: UInt64
    var w3: UInt64
    var w4: UInt64
    var w5: UInt64
    var w6: UInt64
    var w7: UInt64
}

extension UInt256 {
    @inline(__always)
    func multipliedFullWidth(by b: UInt256) -> UInt512 {
        var carry: UInt64 = 0
        let t0 = multiplyAdd(w0, b.w0, 0, &carry)
        var t1 = multiplyAdd(w0, b.w1, 0, &carry)
        var t2 = multiplyAdd(w0, b.w2, 0, &carry)
        var t3 = multiplyAdd(w0, b.w3, 0, &carry)
        var t4 = carry
        carry = 0
        t1 = multiplyAdd(w1, b.w0, t1, &carry)
        t2 = multiplyAdd(w1, b.w1, t2, &carry)
        t3 = multiplyAdd(w1, b.w2, t3, &carry)
        t4 = multiplyAdd(w1, b.w3, t4, &carry)
        var t5 = carry
        carry = 0
        t2 = multiplyAdd(w2, b.w0, t2, &carry)
        t3 = multiplyAdd(w2, b.w1, t3, &carry)
        t4 = multiplyAdd(w2, b.w2, t4, &carry)
        t5 = multiplyAdd(w2, b.w3, t5, &carry)
        var t6 = carry
        carry = 0
        t3 = multiplyAdd(w3, b.w0, t3, &carry)
        t4 = multiplyAdd(w3, b.w1, t4, &carry)
        t5 = multiplyAdd(w3, b.w2, t5, &carry)
        t6 = multiplyAdd(w3, b.w3, t6, &carry)
        return UInt512(w0: t0, w1: t1, w2: t2, w3: t3, w4: t4, w5: t5, w6: t6, w7: carry)
    }

    /// Ten multiplications instead of sixteen: the products of different words are made once and doubled.
    @inline(__always)
    func squaredFullWidth() -> UInt512 {
        var carry: UInt64 = 0
        var t1 = multiplyAdd(w0, w1, 0, &carry)
        var t2 = multiplyAdd(w0, w2, 0, &carry)
        var t3 = multiplyAdd(w0, w3, 0, &carry)
        var t4 = carry
        carry = 0
        t3 = multiplyAdd(w1, w2, t3, &carry)
        t4 = multiplyAdd(w1, w3, t4, &carry)
        var t5 = carry
        carry = 0
        t5 = multiplyAdd(w2, w3, t5, &carry)
        var t6 = carry
        var t7 = t6 &>> 63
        t6 = t6 &<< 1 | t5 &>> 63
        t5 = t5 &<< 1 | t4 &>> 63
        t4 = t4 &<< 1 | t3 &>> 63
        t3 = t3 &<< 1 | t2 &>> 63
        t2 = t2 &<< 1 | t1 &>> 63
        t1 = t1 &<< 1
        let (s0, s1) = (w0.multipliedFullWidth(by: w0), w1.multipliedFullWidth(by: w1))
        let (s2, s3) = (w2.multipliedFullWidth(by: w2), w3.multipliedFullWidth(by: w3))
        carry = 0
        t1 = add(t1, s0.high, &carry)
        t2 = add(t2, s1.low, &carry)
        t3 = add(t3, s1.high, &carry)
        t4 = add(t4, s2.low, &carry)
        t5 = add(t5, s2.high, &carry)
        t6 = add(t6, s3.low, &carry)
        t7 = add(t7, s3.high, &carry)
        return UInt512(w0: s0.low, w1: t1, w2: t2, w3: t3, w4: t4, w5: t5, w6: t6, w7: t7)
    }
}
