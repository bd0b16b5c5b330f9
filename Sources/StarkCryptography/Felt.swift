/// An element of the STARK prime field, p = 2²⁵¹ + 17·2¹⁹² + 1, as an integer below p.
public struct Felt: Hashable, Sendable {
    let integer: UInt256

    public init(_ value: UInt64) { integer = UInt256(value) }

    /// A negative number x is p − |x|.
    public init(signed value: Int64) {
        let magnitude = UInt256(value.magnitude)
        integer = value < 0 ? FieldElement.modulus &- magnitude : magnitude
    }

    /// Up to 32 bytes, most significant first; nil for more, and for p or more.
    public init?(bigEndian bytes: [UInt8]) {
        guard let integer = UInt256(bigEndian: bytes) else { return nil }
        self.init(integer)
    }

    /// `0x` and up to 64 hexadecimal digits; nil for anything else, and for p or more.
    public init?(hex: String) {
        guard let integer = UInt256(hex: hex) else { return nil }
        self.init(integer)
    }

    /// The big-endian integer of at most 31 ASCII characters; nil for more, or others.
    public init?(shortString text: String) {
        let characters = text.utf8
        guard characters.count <= 31, characters.allSatisfy({ $0 < 0x80 }) else { return nil }
        self.init(bigEndian: Array(characters))
    }

    init?(_ integer: UInt256) {
        guard integer < FieldElement.modulus else { return nil }
        self.integer = integer
    }

    init(_ element: FieldElement) { integer = element.integer }

    /// `0x…`, lower case, without leading zeros.
    public var hex: String { integer.hex }
    /// The integer's lowest 64 bits.
    public var lowWord: UInt64 { integer.w0 }
    /// 32 bytes, most significant first.
    public var bigEndianBytes: [UInt8] { (0..<32).map { integer.bigEndianByte($0) } }

    /// Whether it is below 2²⁵¹, as everything that a signature consists of or covers must be.
    var isBelow2To251: Bool { integer.w3 >> 59 == 0 }
}

extension Felt: CustomStringConvertible {
    /// As `hex`.
    public var description: String { hex }
}
