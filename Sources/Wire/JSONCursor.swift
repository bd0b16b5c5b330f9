/// A pull scanner over one JSON document, for messages on the hot path: no tree, no allocation, keys in any order.
///
///     var cursor = JSONCursor(bytes)
///     try cursor.enterObject()
///     while let key = try cursor.nextKey() {
///         switch key.byte {
///         case UInt8(ascii: "u"): updateID = try cursor.integer()
///         case UInt8(ascii: "b"):
///             try cursor.enterArray()
///             while try cursor.nextElement() { … }
///         default: try cursor.skipValue()
///         }
///     }
///     try cursor.finish()
///
/// Exactly one value is read (or skipped) after each key and each element. What is read is checked as strictly as
/// `JSONValue.parse` does, except that keys may repeat: a message read key by key keeps the last. A copy of the cursor
/// is a bookmark: reading continues from it later.
///
/// Never reads past the end of the buffer. Valid only as long as the buffer is.
@frozen
public struct JSONCursor {
    @usableFromInline let base: UnsafePointer<UInt8>
    @usableFromInline let end: Int
    /// Bytes read so far.
    @inlinable public var offset: Int { position }
    @usableFromInline var position: Int
    /// Whether a value of the open container has been read, so that a comma or the end must follow.
    @usableFromInline var expectsComma: Bool

    @inlinable
    public init(_ bytes: UnsafeBufferPointer<UInt8>) {
        base = bytes.baseAddress ?? UnsafePointer(bitPattern: 1)!
        end = bytes.count
        position = 0
        expectsComma = false
    }

    @inlinable
    public init(_ bytes: UnsafeRawBufferPointer) { self.init(bytes.assumingMemoryBound(to: UInt8.self)) }

    /// Runs `body` on a cursor over `bytes`.
    @inlinable
    public static func scan<Result>(
        _ bytes: [UInt8], _ body: (inout JSONCursor) throws(WireError) -> Result
    ) throws(WireError) -> Result {
        try bytes.withUnsafeBufferPointer { buffer throws(WireError) in
            var cursor = JSONCursor(buffer)
            return try body(&cursor)
        }
    }

    @usableFromInline @inline(never)
    func error(_ reason: StaticString) -> WireError { WireError(offset: position, reason: "\(reason)") }

    /// The byte at the position; zero, which no token contains, past the end.
    @inlinable @inline(__always)
    var current: UInt8 { position < end ? base[position] : 0 }

    @inlinable @inline(__always)
    mutating func skipSpace() {
        while position < end {
            let byte = base[position]
            if byte > 0x20 || !(byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09) { return }
            position += 1
        }
    }

    @inlinable @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
}

// MARK: Structure

extension JSONCursor {
    /// Past `{`.
    @inlinable
    public mutating func enterObject() throws(WireError) { try enter(UInt8(ascii: "{"), "expected an object") }

    /// Past `[`.
    @inlinable
    public mutating func enterArray() throws(WireError) { try enter(UInt8(ascii: "["), "expected an array") }

    @inlinable @inline(__always)
    mutating func enter(_ bracket: UInt8, _ reason: StaticString) throws(WireError) {
        skipSpace()
        guard current == bracket else { throw error(reason) }
        position += 1
        expectsComma = false
    }

    /// The next key of the object entered last, past its colon; nil past the object's end.
    @inlinable
    public mutating func nextKey() throws(WireError) -> JSONText? {
        skipSpace()
        if current == UInt8(ascii: "}") {
            position += 1
            expectsComma = true
            return nil
        }
        if expectsComma {
            guard current == UInt8(ascii: ",") else { throw error("expected a comma or `}`") }
            position += 1
            skipSpace()
        }
        guard current == UInt8(ascii: "\"") else { throw error("expected a key in quotes") }
        let key = try quoted()
        skipSpace()
        guard current == UInt8(ascii: ":") else { throw error("expected a colon") }
        position += 1
        return key
    }

    /// Whether the array entered last has another element, which is read next; false past the array's end.
    @inlinable
    public mutating func nextElement() throws(WireError) -> Bool {
        skipSpace()
        if current == UInt8(ascii: "]") {
            position += 1
            expectsComma = true
            return false
        }
        if expectsComma {
            guard current == UInt8(ascii: ",") else { throw error("expected a comma or `]`") }
            position += 1
        }
        return true
    }

    /// Checks that nothing but space follows.
    @inlinable
    public mutating func finish() throws(WireError) {
        skipSpace()
        guard position == end else { throw error("expected nothing after the document") }
    }

    /// What the next value is, without reading it; throws where no value starts.
    @inlinable
    public mutating func peek() throws(WireError) -> JSONKind {
        skipSpace()
        switch current {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "-"), 0x30...0x39: return .number
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
        case UInt8(ascii: "n"): return .null
        default: throw error("expected a value")
        }
    }
}

/// What a JSON value is.
@frozen
public enum JSONKind: Hashable, Sendable { case object, array, string, number, bool, null }
