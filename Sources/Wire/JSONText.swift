/// A string of a document that a `JSONCursor` scans: a view of the bytes between the quotes, nothing is copied.
/// Valid only as long as the bytes under the cursor.
@frozen
public struct JSONText {
    @usableFromInline let start: UnsafePointer<UInt8>
    /// Bytes between the quotes, escapes counted as written.
    public let count: Int
    /// Whether the bytes hold a backslash; `matches` and `byte` then never recognize the text.
    public let hasEscapes: Bool

    @inlinable
    init(start: UnsafePointer<UInt8>, count: Int, hasEscapes: Bool) {
        self.start = start
        self.count = count
        self.hasEscapes = hasEscapes
    }

    /// The bytes as written.
    @inlinable public var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: count) }

    /// The only byte of a one-byte text, else 0: `switch key.byte { case UInt8(ascii: "b"): … }`.
    @inlinable public var byte: UInt8 { count == 1 ? start[0] : 0 }

    /// Whether the text is exactly `literal`, which must be ASCII.
    @inlinable
    public func matches(_ literal: StaticString) -> Bool {
        guard literal.utf8CodeUnitCount == count, !hasEscapes else { return false }
        let other = literal.utf8Start
        for index in 0..<count where start[index] != other[index] { return false }
        return true
    }

    /// Whether the text is exactly these bytes, such as a symbol kept from the start.
    @inlinable
    public func matches(_ other: [UInt8]) -> Bool {
        guard other.count == count, !hasEscapes else { return false }
        for index in 0..<count where start[index] != other[index] { return false }
        return true
    }

    /// The text itself with escapes resolved. Allocates beyond fifteen bytes.
    public var string: String {
        if !hasEscapes { return String(decoding: bytes, as: UTF8.self) }
        // The cursor has checked the escapes, so the quoted bytes are a document.
        let document = [UInt8(ascii: "\"")] + bytes + [UInt8(ascii: "\"")]
        return (try? JSONValue.parse(document))?.text ?? ""
    }
}
