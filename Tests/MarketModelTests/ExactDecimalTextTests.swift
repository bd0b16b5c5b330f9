import Fundamentals
import MarketModel
import Testing

@Suite struct `The text of an exact decimal` {
    @Test(
        arguments: [
            (0, 0, "0"), (0, 3, "0.000"), (5, 0, "5"), (-5, 1, "-0.5"), (123, 2, "1.23"),
            (-1, 30, "-0." + String(repeating: "0", count: 29) + "1"),
            (Int128(UInt64.max), 4, "1844674407370955.1615"), (-Int128(UInt64.max) - 1, 4, "-1844674407370955.1616"),
        ] as [(Int128, Int, String)])
    func `has exactly its decimals, short or long`(mantissa: Int128, scale: Int, text: String) {
        #expect(ExactDecimal(mantissa: mantissa, scale: scale).description == text)
        var bytes = Array("=".utf8)
        ExactDecimal(mantissa: mantissa, scale: scale).append(to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "=" + text)
    }

    @Test func `is the same in bytes`() {
        var random = RandomSource(seed: 12)
        for _ in 0..<2_000 {
            let mantissa = Int128(random.integer(in: Int64.min...Int64.max)) >> Int128(random.integer(in: 0...62))
            let decimal = ExactDecimal(mantissa: mantissa, scale: Int(random.integer(in: 0...30)))
            var bytes: [UInt8] = []
            decimal.append(to: &bytes)
            #expect(bytes == Array(decimal.description.utf8))
        }
    }

    @Test(arguments: [0, 7, 10, 1_234_567, UInt32.max])
    func `of a client order id is the same in bytes`(sequence: UInt32) {
        let id = ClientOrderID(epoch: .max - sequence, sequence: sequence)
        var bytes: [UInt8] = []
        id.append(to: &bytes)
        #expect(bytes == Array(id.text.utf8))
    }

    @Test func `reads back as the same number`() {
        var random = RandomSource(seed: 11)
        for _ in 0..<2_000 {
            let mantissa = Int128(random.integer(in: Int64.min...Int64.max)) >> Int128(random.integer(in: 0...62))
            let decimal = ExactDecimal(mantissa: mantissa, scale: Int(random.integer(in: 0...12)))
            #expect(ExactDecimal(decimal.description) == decimal)
        }
    }
}
