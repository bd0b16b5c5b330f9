@testable import StarkCryptography

/// Modular arithmetic as on paper: digits, carries and doubling, sharing nothing with the code under test.
struct Schoolbook: Equatable {
    /// Base 2³², least significant first; nine, so that a doubled 256-bit number fits.
    var digits = [UInt64](repeating: 0, count: 9)

    init(_ value: UInt256) {
        for (index, word) in [value.w0, value.w1, value.w2, value.w3].enumerated() {
            digits[2 * index] = word & 0xFFFF_FFFF
            digits[2 * index + 1] = word >> 32
        }
    }

    var value: UInt256 {
        let words = (0..<4).map { digits[2 * $0] | digits[2 * $0 + 1] << 32 }
        return UInt256(words[0], words[1], words[2], words[3])
    }

    static let p = Schoolbook(UInt256(hex: "0x800000000000011000000000000000000000000000000000000000000000001")!)
    static let n = Schoolbook(UInt256(hex: "0x800000000000010ffffffffffffffffb781126dcae7b2321e66a241adc64d2f")!)

    func plus(_ other: Schoolbook, modulo m: Schoolbook) -> Schoolbook {
        var sum = self
        var carry: UInt64 = 0
        for index in digits.indices {
            let total = digits[index] + other.digits[index] + carry
            sum.digits[index] = total & 0xFFFF_FFFF
            carry = total >> 32
        }
        return sum.reduced(modulo: m)
    }

    func times(_ other: Schoolbook, modulo m: Schoolbook) -> Schoolbook {
        var product = Schoolbook(.zero)
        let other = other.reduced(modulo: m)
        for bit in (0..<256).reversed() {
            product = product.plus(product, modulo: m)
            if digits[bit / 32] >> UInt64(bit % 32) & 1 == 1 { product = product.plus(other, modulo: m) }
        }
        return product
    }

    /// By repeated subtraction: for numbers below 64 moduli or so.
    func reduced(modulo m: Schoolbook) -> Schoolbook {
        var rest = self
        while !rest.isBelow(m) {
            var borrow: Int64 = 0
            for index in rest.digits.indices {
                let difference = Int64(rest.digits[index]) - Int64(m.digits[index]) - borrow
                borrow = difference < 0 ? 1 : 0
                rest.digits[index] = UInt64(difference + borrow << 32)
            }
        }
        return rest
    }

    private func isBelow(_ other: Schoolbook) -> Bool {
        for index in digits.indices.reversed() where digits[index] != other.digits[index] {
            return digits[index] < other.digits[index]
        }
        return false
    }
}

/// Numbers where carries, borrows and reductions happen or just do not.
enum Edges {
    static let all: [UInt256] = {
        let (p, n) = (Schoolbook.p.value, Schoolbook.n.value)
        let one = UInt256(1)
        let top = UInt256(0, 0, 0, 1 << 59)
        return [
            .zero, one, UInt256(2), UInt256(.max), UInt256(0, 1), UInt256(.max, .max, .max), UInt256(0, 0, 0, 1), top,
            top &- one, n &- one, n, n &+ one, p &- one, p, p &+ one, UInt256(0, 0, 0, 17),
            UInt256(.max, .max, .max, .max),
            UInt256(0, .max, 0, .max), UInt256(1, 0, 0, .max),
        ]
    }()
}
