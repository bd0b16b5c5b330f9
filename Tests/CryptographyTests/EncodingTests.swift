import Cryptography
import Fundamentals
import Testing

@Suite struct `Hexadecimal and Base64 text` {
    @Test func `hexadecimal is lower-case and reads back in any case with or without a prefix`() {
        #expect(Hex.encode([0x00, 0x0F, 0xA5, 0xFF]) == "000fa5ff")
        for text in ["000fa5ff", "0x000FA5ff", "000FA5FF"] { #expect(Hex.decode(text) == [0x00, 0x0F, 0xA5, 0xFF]) }
        #expect(Hex.encode([]) == "")
        #expect(Hex.decode("0x") == [])
    }

    @Test(arguments: ["0", "0x1", "0g", "zz", " 00", "00 ", "0x0x00", "+1", "é0"])
    func `what is not an even number of digits is refused`(text: String) { #expect(Hex.decode(text) == nil) }

    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func `Base64 agrees with RFC 4648`(plain: String, encoded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(plain.utf8))
    }

    @Test(arguments: ["Z", "Zg", "Zg=", "Zg===", "====", "Z===", "Zh==", "Zm9=", "Zg==Zg==", "Zm 9", "Zm-_", "=Zg="])
    func `Base64 that is not canonical is refused`(text: String) { #expect(Base64.decode(text) == nil) }

    @Test func `random bytes survive both encodings`() {
        var random = RandomSource(seed: 7)
        for length in 0..<200 {
            let bytes = random.bytes(length)
            #expect(Hex.decode(Hex.encode(bytes)) == bytes)
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        }
    }

    @Test func `random text never traps a decoder`() {
        var random = RandomSource(seed: 8)
        for _ in 0..<5_000 {
            let text = String(decoding: random.bytes(Int(random.next() % 24)), as: UTF8.self)
            if let bytes = Hex.decode(text) { #expect(bytes.count <= text.utf8.count) }
            if let bytes = Base64.decode(text) { #expect(Base64.encode(bytes) == text) }
        }
    }
}

extension RandomSource {
    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next() >> 24) } }
}
