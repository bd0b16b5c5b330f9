/// A 256-bit integer in four words, `w0` the least significant. Wraps where its methods say so.
struct UInt256: Hashable, Sendable {
    var w0: UInt64
    var w1: UInt64
    var w2: UInt64
    var w3: UInt64

    @inline(__always) static var zero: UInt256 { UInt256(0) }

    @inline(__always)
    init(_ w0: UInt64, _ w1: UInt64 = 0, _ w2: UInt64 = 0, _ w3: UInt64 = 0) {
        self.w0 = w0
        self.w1 = w1
        self.w2 = w2
        self.w3 = w3
    }

    /// Up to 32 bytes, most significant first; nil for more.
    init?(bigEndian bytes: some Collection<UInt8>) {
        guard bytes.count <= 32 else { return nil }
        self.init(0)
        for byte in bytes { self = shiftedLeft(by: 8) | UInt64(byte) }
    }

    /// 32 bytes, most significant first, without a branch on them.
    /// - Precondition: there are 32.
    init(all32 bytes: [UInt8]) {
        precondition(bytes.count == 32, "A 256-bit integer is 32 bytes.")
        self.init(0)
        for byte in bytes { self = shiftedLeft(by: 8) | UInt64(byte) }
    }

    /// `0x` and 1 to 64 hexadecimal digits.
    init?(hex text: String) {
        let digits = text.utf8
        guard digits.starts(with: "0x".utf8), (3...66).contains(digits.count) else { return nil }
        self.init(0)
        for digit in digits.dropFirst(2) {
            guard let value = Self.value(ofHexDigit: digit) else { return nil }
            self = shiftedLeft(by: 4) | value
        }
    }

    /// `0x…`, lower case, without leading zeros.
    var hex: String {
        var digits: [UInt8] = []
        digits.reserveCapacity(66)
        digits.append(contentsOf: "0x".utf8)
        var isLeading = true
        for shift in stride(from: 252, through: 0, by: -4) {
            let value = UInt8(truncatingIfNeeded: bits(from: shift, count: 4))
            if isLeading, value == 0, shift > 0 { continue }
            isLeading = false
            digits.append(value < 10 ? 0x30 + value : 0x57 + value)
        }
        return String(decoding: digits, as: UTF8.self)
    }

    /// The byte at `index` of 32, most significant first.
    @inline(__always)
    func bigEndianByte(_ index: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: word(3 - index >> 3) &>> UInt64(56 - (index & 7) * 8))
    }

    var isZero: Bool { w0 | w1 | w2 | w3 == 0 }
    var isOdd: Bool { w0 & 1 == 1 }

    @inline(__always)
    func word(_ index: Int) -> UInt64 {
        switch index {
        case 0: w0
        case 1: w1
        case 2: w2
        case 3: w3
        default: 0
        }
    }

    /// The `count` bits that start at bit `start`; bits above the 256th are 0.
    /// - Precondition: `count` is below 64.
    @inline(__always)
    func bits(from start: Int, count: Int) -> UInt64 {
        let (index, shift) = (start >> 6, UInt64(start & 63))
        let low = word(index) &>> shift
        let high = shift == 0 ? 0 : word(index + 1) &<< (64 &- shift)
        return (low | high) & (1 &<< UInt64(count) &- 1)
    }

    /// In time that does not depend on the values.
    @inline(__always)
    static func < (a: UInt256, b: UInt256) -> Bool { a.subtractingReportingBorrow(b).borrow == 1 }

    static func | (a: UInt256, b: UInt64) -> UInt256 { UInt256(a.w0 | b, a.w1, a.w2, a.w3) }

    /// Wraps; `borrow` is 1 when `b` is the greater.
    @inline(__always)
    func subtractingReportingBorrow(_ b: UInt256) -> (difference: UInt256, borrow: UInt64) {
        let (low, borrow) = lower.subtractingReportingOverflow(b.lower)
        let (high, first) = upper.subtractingReportingOverflow(b.upper)
        let (rest, second) = high.subtractingReportingOverflow(borrow ? 1 : 0)
        return (UInt256(lower: low, upper: rest), (first ? 1 : 0) | (second ? 1 : 0))
    }

    @inline(__always)
    static func &+ (a: UInt256, b: UInt256) -> UInt256 {
        var carry: UInt64 = 0
        let s0 = add(a.w0, b.w0, &carry)
        let s1 = add(a.w1, b.w1, &carry)
        let s2 = add(a.w2, b.w2, &carry)
        let s3 = add(a.w3, b.w3, &carry)
        return UInt256(s0, s1, s2, s3)
    }

    @inline(__always)
    static func &- (a: UInt256, b: UInt256) -> UInt256 {
        let (low, borrow) = a.lower.subtractingReportingOverflow(b.lower)
        return UInt256(lower: low, upper: a.upper &- b.upper &- (borrow ? 1 : 0))
    }

    @inline(__always) var lower: UInt128 { UInt128(truncatingIfNeeded: w1) &<< 64 | UInt128(truncatingIfNeeded: w0) }
    @inline(__always) var upper: UInt128 { UInt128(truncatingIfNeeded: w3) &<< 64 | UInt128(truncatingIfNeeded: w2) }
    @inline(__always)
    init(lower: UInt128, upper: UInt128) {
        self.init(
            UInt64(truncatingIfNeeded: lower), UInt64(truncatingIfNeeded: lower &>> 64),
            UInt64(truncatingIfNeeded: upper),
            UInt64(truncatingIfNeeded: upper &>> 64))
    }

    /// - Precondition: `count` is in 1 ... 63.
    @inline(__always)
    func shiftedLeft(by count: UInt64) -> UInt256 {
        let rest = 64 &- count
        return UInt256(
            w0 &<< count, w1 &<< count | w0 &>> rest, w2 &<< count | w1 &>> rest, w3 &<< count | w2 &>> rest)
    }

    /// - Precondition: `count` is in 1 ... 63.
    @inline(__always)
    func shiftedRight(by count: UInt64) -> UInt256 {
        let rest = 64 &- count
        return UInt256(
            w0 &>> count | w1 &<< rest, w1 &>> count | w2 &<< rest, w2 &>> count | w3 &<< rest, w3 &>> count)
    }

    /// `a` where `mask` is all ones, `b` where it is zero, without a branch.
    @inline(__always)
    static func select(_ mask: UInt64, _ a: UInt256, _ b: UInt256) -> UInt256 {
        UInt256(
            b.w0 ^ (mask & (a.w0 ^ b.w0)), b.w1 ^ (mask & (a.w1 ^ b.w1)), b.w2 ^ (mask & (a.w2 ^ b.w2)),
            b.w3 ^ (mask & (a.w3 ^ b.w3)))
    }

    private static func value(ofHexDigit digit: UInt8) -> UInt64? {
        switch digit {
        case 0x30...0x39: UInt64(digit - 0x30)
        case 0x41...0x46: UInt64(digit - 0x37)
        case 0x61...0x66: UInt64(digit - 0x57)
        default: nil
        }
    }
}
