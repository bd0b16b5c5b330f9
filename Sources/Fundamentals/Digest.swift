/// A running FNV-1a hash. Two runs that agree on every digest did the same work in the same order.
public struct Digest: Hashable, Sendable, CustomStringConvertible {
    public private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    public init() {}

    public mutating func absorb(byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }

    public mutating func absorb(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { absorb(byte: byte) }
    }

    public mutating func absorb(_ text: String) { absorb(text.utf8) }

    public mutating func absorb(_ number: Int64) {
        var rest = UInt64(bitPattern: number)
        for _ in 0..<8 {
            absorb(byte: UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }

    /// Sixteen lower-case hexadecimal digits.
    public var description: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
