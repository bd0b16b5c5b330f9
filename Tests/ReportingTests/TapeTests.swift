import Fundamentals
import MarketModel
import Reporting
import Testing
import Wire

@Suite struct `A tape reads back as it was written` {
    private static let header = TapeHeader(
        venue: "ace", markets: [.init(symbol: "BTC/TWD", base: "BTC", quote: "TWD")])

    private static func records() -> [TapeRecord] {
        let price = ExactDecimal("1918000.5")!
        let bodies: [TapeRecord.Body] = [
            .touch(market: "BTC/TWD", bid: price, ask: nil), .touch(market: "BTC/TWD", bid: nil, ask: price),
            .order(market: "BTC/TWD", id: 7, side: .sell, price: price, remaining: ExactDecimal("0.010")!),
            .fill(market: "BTC/TWD", trade: 3, order: 7, side: .buy, price: price, quantity: ExactDecimal("0.004")!),
            .request("POST /open/v2/order/order"),
        ]
        return bodies.enumerated().map { TapeRecord(at: Instant(milliseconds: 1_700_000_000_000 + Int64($0)), $1) }
    }

    private static func text() -> [UInt8] {
        var bytes: [UInt8] = []
        var json = JSONWriter()
        header.write(into: &json)
        bytes += json.bytes + [0x0A]
        for record in records() {
            json.removeAll()
            record.write(into: &json)
            bytes += json.bytes + [0x0A]
        }
        return bytes
    }

    @Test func `every kind of line`() throws {
        #expect(try VenueTape(Self.text()) == VenueTape(header: Self.header, records: Self.records()))
    }

    @Test func `a last line that was cut off is passed over`() throws {
        #expect(try VenueTape(Array(Self.text().dropLast(9))).records.count == Self.records().count - 1)
    }

    @Test func `a wrong line in the middle is told with its number`() {
        var bytes = Self.text()
        let second = bytes.firstIndex(of: 0x0A)! + 1
        bytes.insert(contentsOf: Array("{\"t\":1}\n".utf8), at: second)
        #expect(throws: TapeError(line: 2, "expected touch, order, fill or request")) { try VenueTape(bytes) }
    }

    @Test func `whatever it is given it does not trap`() {
        var random = RandomSource(seed: 3)
        let good = Self.text()
        for _ in 0..<3_000 {
            var bytes = good
            for _ in 0..<random.integer(in: 1...4) {
                bytes[Int(random.integer(in: 0...Int64(bytes.count - 1)))] = UInt8(random.integer(in: 0...255))
            }
            _ = try? VenueTape(bytes)
        }
    }
}
