extension JSONCursor {
    /// The deepest nesting `skipValue` accepts, counted from the value skipped.
    public static let maxDepth = 64

    /// Past the next value, whatever it is, checking its syntax. Nested values take no stack.
    @inlinable
    public mutating func skipValue() throws(WireError) {
        skipSpace()
        if current == UInt8(ascii: "\"") {
            _ = try quoted()
        } else if JSONCursor.isDigit(current) || current == UInt8(ascii: "-") {
            try skipNumber()
        } else {
            try skipOther()
        }
        expectsComma = true
    }

    /// Containers and literals. One bit a level remembers whether the container is an object.
    @usableFromInline
    mutating func skipOther() throws(WireError) {
        var depth = 0
        var objects: UInt64 = 0
        repeat {
            if depth > 0 {
                let isObject = objects & 1 == 1
                let isOpen = isObject ? try nextKey() != nil : try nextElement()
                if !isOpen {
                    depth -= 1
                    objects >>= 1
                    continue
                }
            }
            switch try peek() {
            case .string: _ = try string()
            case .number: try skipNumber()
            case .bool: _ = try bool()
            case .null: guard null() else { throw error("expected `null`") }
            case .object, .array:
                guard depth < JSONCursor.maxDepth else { throw error("nested deeper than 64") }
                depth += 1
                objects = objects << 1 | (current == UInt8(ascii: "{") ? 1 : 0)
                position += 1
                expectsComma = false
                continue
            }
        } while depth > 0
    }

    @usableFromInline
    mutating func skipNumber() throws(WireError) {
        if current == UInt8(ascii: "-") { position += 1 }
        if current == UInt8(ascii: "0") {
            position += 1
            guard !JSONCursor.isDigit(current) else { throw error("a number may not start with zero") }
        } else {
            try skipDigits()
        }
        if current == UInt8(ascii: ".") {
            position += 1
            try skipDigits()
        }
        if current | 0x20 == UInt8(ascii: "e") {
            position += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
            try skipDigits()
        }
        expectsComma = true
    }

    private mutating func skipDigits() throws(WireError) {
        guard JSONCursor.isDigit(current) else { throw error("expected a digit") }
        while JSONCursor.isDigit(current) { position += 1 }
    }

    /// Whether all of `bytes` is one number as RFC 8259 §6 writes it.
    static func isNumber(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var cursor = JSONCursor(bytes)
        return (try? cursor.skipNumber()) != nil && cursor.position == cursor.end
    }
}
