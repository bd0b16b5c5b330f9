import Fundamentals
import MarketModel
import Testing

@Suite struct `An exact decimal` {
    @Test(
        arguments: [
            ("0", 0, 0), ("1.8500", 18_500, 4), ("-0.01", -1, 2), ("+7", 7, 0), ("00012.50", 1_250, 2),
            ("0.00000001", 1, 8), ("123456789012345678901234567890", 123_456_789_012_345_678_901_234_567_890, 0),
        ] as [(String, Int128, Int)])
    func `reads plain notation`(text: String, mantissa: Int128, scale: Int) {
        #expect(ExactDecimal(text) == ExactDecimal(mantissa: mantissa, scale: scale))
    }

    @Test(arguments: [
        "", "-", "+", ".", ".5", "5.", "1.2.3", "1e5", "1.9E+2", " 1", "1 ", "0x10", "NaN", "inf", "１", "--1",
    ])
    func `refuses everything else`(text: String) { #expect(ExactDecimal(text) == nil) }

    @Test func `is bounded`() {
        #expect(ExactDecimal(String(repeating: "9", count: 36)) != nil)
        #expect(ExactDecimal(String(repeating: "9", count: 37)) == nil)
        #expect(ExactDecimal("0." + String(repeating: "1", count: 30)) != nil)
        #expect(ExactDecimal("0." + String(repeating: "1", count: 31)) == nil)
    }

    @Test func `is written as it was read`() {
        for text in ["0.9501", "-12.00", "0", "1000000", "-0.00000001"] {
            #expect(ExactDecimal(text)?.description == text)
        }
        #expect(ExactDecimal("12.3400")?.normalized.description == "12.34")
    }

    @Test func `changes scale only without loss`() {
        let decimal = ExactDecimal("1.2500")!
        #expect(decimal.units(atScale: 2) == 125)
        #expect(decimal.units(atScale: 1) == nil)
        #expect(decimal.units(atScale: 8) == 125_000_000)
        #expect(ExactDecimal(String(repeating: "9", count: 36))!.units(atScale: 30) == nil)
    }

    @Test func `survives arbitrary bytes`() {
        var random = RandomSource(seed: 1)
        let alphabet = Array("0123456789.-+eE ,".utf8)
        for _ in 0..<5_000 {
            let length = Int(random.integer(in: 0...45))
            let bytes = (0..<length).map { _ in alphabet[Int(random.integer(in: 0...Int64(alphabet.count - 1)))] }
            guard let decimal = ExactDecimal(utf8: bytes) else { continue }
            #expect(ExactDecimal(decimal.description) == decimal)
        }
    }
}
