import Fundamentals
import Testing

@testable import StarkCryptography

@Suite struct `The field and the scalars agree with arithmetic on paper` {
    private static func numbers(seed: UInt64, count: Int) -> [UInt256] {
        var random = RandomSource(seed: seed)
        return Edges.all
            + (0..<count).map { _ in UInt256(random.next(), random.next(), random.next(), random.next()) }
    }

    @Test func `sums, differences and products modulo p, of any 256 bits`() {
        let numbers = Self.numbers(seed: 1, count: 12)
        for a in numbers {
            for b in numbers {
                let (x, y) = (FieldElement(a), FieldElement(b))
                let (plainX, plainY) = (Schoolbook(a).reduced(modulo: .p), Schoolbook(b).reduced(modulo: .p))
                #expect((x * y).integer == plainX.times(plainY, modulo: .p).value)
                #expect((x + y).integer == plainX.plus(plainY, modulo: .p).value)
                #expect(Schoolbook((x - y).integer).plus(plainY, modulo: .p) == plainX)
                #expect(Schoolbook(x.subtractingWide(y).integer).plus(plainY, modulo: .p) == plainX)
                #expect((x == y) == (plainX == plainY))
            }
        }
    }

    @Test func `squares and doubles modulo p`() {
        for a in Self.numbers(seed: 2, count: 100) {
            let x = FieldElement(a)
            let plain = Schoolbook(a).reduced(modulo: .p)
            #expect(x.squared().integer == plain.times(plain, modulo: .p).value)
            #expect(x.doubled().integer == plain.plus(plain, modulo: .p).value)
            #expect(FieldElement(words: a).normalized().integer == FieldElement(words: a).integer)
        }
    }

    /// The widest operands that the comments on bounds allow must still give the right residue, and stay in theirs.
    @Test func `factors as large as their bounds`() {
        let limit = UInt256(31, 0, 0, 31 &* FieldElement.topWord) &- UInt256(1)
        for words in [limit, limit &- UInt256(0, 0, 0, 1), UInt256(.max, .max, .max, 30 &* FieldElement.topWord)] {
            let wide = FieldElement(words: words)
            let narrow = FieldElement(words: Schoolbook(words).reduced(modulo: .p).value)
            #expect((wide * narrow).integer == (narrow * narrow).integer)
            #expect(wide.squared().integer == narrow.squared().integer)
            #expect(wide.normalized().words < UInt256(2, 0, 0, 2 &* FieldElement.topWord))
        }
    }

    @Test func `inverses modulo p and n`() {
        for a in Self.numbers(seed: 3, count: 60) {
            let (x, k) = (FieldElement(a), Scalar(a))
            #expect((x * x.inverse()).integer == (x.isZero ? .zero : UInt256(1)))
            #expect((k * k.inverse()).integer == (k.integer.isZero ? .zero : UInt256(1)))
        }
    }

    @Test func `sums and products modulo n, of any 256 bits`() {
        let numbers = Self.numbers(seed: 4, count: 12)
        for a in numbers {
            for b in numbers {
                let (plainA, plainB) = (Schoolbook(a).reduced(modulo: .n), Schoolbook(b).reduced(modulo: .n))
                #expect((Scalar(a) * Scalar(b)).integer == plainA.times(plainB, modulo: .n).value)
                #expect((Scalar(a) + Scalar(b)).integer == plainA.plus(plainB, modulo: .n).value)
            }
        }
    }

    @Test func `squares have roots and only they`() {
        for a in Self.numbers(seed: 5, count: 20) where !FieldElement(a).isZero {
            let square = FieldElement(a).squared()
            #expect(square.isSquare)
            // 3 generates the whole group, so that it is no square itself.
            #expect(!(square * FieldElement(3)).isSquare)
        }
    }
}

@Suite struct `An element is read and written` {
    @Test func `hexadecimal both ways`() throws {
        for text in ["0x0", "0x1", "0xff", "0x800000000000011000000000000000000000000000000000000000000000000"] {
            #expect(Felt(hex: text)?.hex == text)
        }
        #expect(Felt(hex: "0x00AbC")?.hex == "0xabc")
    }

    @Test(arguments: [
        "", "0x", "12", "0xg", "0x 1", "-0x1", "0x800000000000011000000000000000000000000000000000000000000000001",
        "0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "0x00000000000000000000000000000000000000000000000000000000000000001",
    ])
    func `text that is none`(_ text: String) { #expect(Felt(hex: text) == nil) }

    @Test func `spoiled text never traps, and what is read is written the same`() {
        var random = RandomSource(seed: 31)
        let characters = Array("0x123456789abcdefABCDEF0000gé -".unicodeScalars)
        for _ in 0..<5_000 {
            var text = random.chance(3, in: 4) ? "0x" : ""
            for _ in 0..<random.integer(in: 0...66) {
                text.unicodeScalars.append(characters[Int(random.integer(in: 0...Int64(characters.count - 1)))])
            }
            guard let felt = Felt(hex: text) else { continue }
            let digits = text.dropFirst(2).drop { $0 == "0" }.lowercased()
            #expect(felt.hex == "0x" + (digits.isEmpty ? "0" : digits))
            #expect(Felt(bigEndian: felt.bigEndianBytes) == felt)
        }
    }

    @Test func `bytes both ways, and too many or too large`() throws {
        let felt = try #require(Felt(bigEndian: [1, 2]))
        #expect(felt == Felt(258))
        #expect(felt.bigEndianBytes == [UInt8](repeating: 0, count: 30) + [1, 2])
        #expect(Felt(bigEndian: []) == Felt(0))
        #expect(Felt(bigEndian: [UInt8](repeating: 0, count: 33)) == nil)
        #expect(Felt(bigEndian: [UInt8](repeating: 8, count: 32)) == nil)
    }

    @Test func `negative numbers wrap around p`() {
        #expect(Felt(signed: -1).hex == "0x800000000000011000000000000000000000000000000000000000000000000")
        #expect(Felt(signed: .min).hex == "0x800000000000010ffffffffffffffffffffffffffffffff8000000000000001")
        #expect(Felt(signed: .max) == Felt(UInt64(Int64.max)))
    }

    @Test func `short strings`() {
        #expect(Felt(shortString: "StarkNet Message")?.hex == "0x537461726b4e6574204d657373616765")
        #expect(Felt(shortString: "") == Felt(0))
        #expect(Felt(shortString: String(repeating: "~", count: 31)) != nil)
        #expect(Felt(shortString: String(repeating: "~", count: 32)) == nil)
        #expect(Felt(shortString: "é") == nil)
    }
}
