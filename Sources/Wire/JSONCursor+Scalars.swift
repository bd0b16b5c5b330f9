extension JSONCursor {
    /// A string.
    @inlinable
    public mutating func string() throws(WireError) -> JSONText {
        skipSpace()
        guard current == UInt8(ascii: "\"") else { throw error("expected text in quotes") }
        let text = try quoted()
        expectsComma = true
        return text
    }

    /// `true` or `false`.
    @inlinable
    public mutating func bool() throws(WireError) -> Bool {
        skipSpace()
        let value = current == UInt8(ascii: "t")
        guard value ? literal("true") : literal("false") else { throw error("expected `true` or `false`") }
        return value
    }

    /// Reads `null` if it comes next; otherwise reads nothing and gives false.
    @inlinable
    public mutating func null() -> Bool {
        skipSpace()
        return literal("null")
    }

    @inlinable
    mutating func literal(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard end - position >= count else { return false }
        for index in 0..<count where base[position + index] != text.utf8Start[index] { return false }
        position += count
        expectsComma = true
        return true
    }

    /// From the opening quote past the closing one.
    @inlinable
    mutating func quoted() throws(WireError) -> JSONText {
        position += 1
        let start = position
        var hasEscapes = false
        while position < end {
            let byte = base[position]
            if byte == UInt8(ascii: "\"") {
                let text = JSONText(start: base + start, count: position - start, hasEscapes: hasEscapes)
                position += 1
                return text
            }
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                try skipEscape()
            } else if byte >= 0x80 {
                try skipMultibyte()
            } else if byte >= 0x20 {
                position += 1
            } else {
                throw error("control characters in text must be escaped")
            }
        }
        throw error("the text has no end")
    }

    @usableFromInline @inline(never)
    mutating func skipMultibyte() throws(WireError) {
        let length = utf8SequenceLength(base + position, end - position)
        guard length > 0 else { throw error("text must be UTF-8") }
        position += length
    }

    @usableFromInline @inline(never)
    mutating func skipEscape() throws(WireError) {
        guard end - position >= 2 else { throw error("the escape is cut short") }
        switch base[position + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 2
        case UInt8(ascii: "u"):
            guard let unit = escapedUnit(position), !(0xDC00...0xDFFF).contains(unit) else {
                throw error("the escape is malformed or half of a surrogate pair")
            }
            guard unit & 0xFC00 == 0xD800 else {
                position += 6
                return
            }
            guard let low = escapedUnit(position + 6), low & 0xFC00 == 0xDC00 else {
                throw error("the escape is half of a surrogate pair")
            }
            position += 12
        default: throw error("the escape is not one of JSON's")
        }
    }

    /// The unit of `\u` and four digits at `start`, nil if there is none.
    private func escapedUnit(_ start: Int) -> UInt32? {
        guard end - start >= 6, base[start] == UInt8(ascii: "\\"), base[start + 1] == UInt8(ascii: "u") else {
            return nil
        }
        var unit: UInt32 = 0
        for index in start + 2..<start + 6 {
            guard let digit = ASCII.hexDigit(base[index]) else { return nil }
            unit = unit << 4 | UInt32(digit)
        }
        return unit
    }
}
