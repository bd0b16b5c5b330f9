/// Builds the tree of `JSONValue.parse`: recursive descent over one document, bounded in depth.
struct JSONParser {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let maxDepth: Int
    private var position = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>, maxDepth: Int) {
        self.bytes = bytes
        self.maxDepth = maxDepth
    }

    mutating func document() throws(WireError) -> JSONValue {
        let value = try value(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw error("expected nothing after the document") }
        return value
    }

    private func error(_ reason: String, at offset: Int? = nil) -> WireError {
        WireError(offset: offset ?? position, reason: reason)
    }

    /// The byte at the position; zero, which no token starts with, past the end.
    private var current: UInt8 { position < bytes.count ? bytes[position] : 0 }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    private mutating func value(depth: Int) throws(WireError) -> JSONValue {
        skipSpace()
        switch current {
        case UInt8(ascii: "{"): return try object(depth: depth + 1)
        case UInt8(ascii: "["): return try array(depth: depth + 1)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), 0x30...0x39: return .number(try number())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        default: throw error("expected a value")
        }
    }

    private mutating func literal(_ text: StaticString, _ value: JSONValue) throws(WireError) -> JSONValue {
        for index in 0..<text.utf8CodeUnitCount {
            guard position + index < bytes.count, bytes[position + index] == text.utf8Start[index] else {
                throw error("expected `\(text)`")
            }
        }
        position += text.utf8CodeUnitCount
        return value
    }

    private mutating func enter(_ depth: Int) throws(WireError) {
        guard depth <= maxDepth else { throw error("nested deeper than \(maxDepth)") }
        position += 1
        skipSpace()
    }

    private mutating func array(depth: Int) throws(WireError) -> JSONValue {
        try enter(depth)
        var elements: [JSONValue] = []
        if current == UInt8(ascii: "]") {
            position += 1
            return .array(elements)
        }
        while true {
            elements.append(try value(depth: depth))
            if try endOfItem(closing: UInt8(ascii: "]")) { return .array(elements) }
        }
    }

    private mutating func object(depth: Int) throws(WireError) -> JSONValue {
        try enter(depth)
        var members: [JSONMember] = []
        var names: Set<String> = []
        if current == UInt8(ascii: "}") {
            position += 1
            return .object(members)
        }
        while true {
            skipSpace()
            let start = position
            guard current == UInt8(ascii: "\"") else { throw error("expected a key in quotes") }
            let name = try string()
            guard names.insert(name).inserted else { throw error("the key appears twice", at: start) }
            skipSpace()
            guard current == UInt8(ascii: ":") else { throw error("expected a colon") }
            position += 1
            members.append(JSONMember(name, try value(depth: depth)))
            if try endOfItem(closing: UInt8(ascii: "}")) { return .object(members) }
        }
    }

    /// Past the comma or the closing bracket; true for the latter.
    private mutating func endOfItem(closing: UInt8) throws(WireError) -> Bool {
        skipSpace()
        guard current == UInt8(ascii: ",") || current == closing else {
            throw error("expected a comma or `\(Character(UnicodeScalar(closing)))`")
        }
        position += 1
        return bytes[position - 1] == closing
    }

    private mutating func number() throws(WireError) -> String {
        let start = position
        if current == UInt8(ascii: "-") { position += 1 }
        if current == UInt8(ascii: "0") {
            position += 1
            guard !(0x30...0x39).contains(current) else { throw error("a number may not start with zero") }
        } else {
            try digits()
        }
        if current == UInt8(ascii: ".") {
            position += 1
            try digits()
        }
        if current | 0x20 == UInt8(ascii: "e") {
            position += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
            try digits()
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func digits() throws(WireError) {
        guard (0x30...0x39).contains(current) else { throw error("expected a digit") }
        while (0x30...0x39).contains(current) { position += 1 }
    }

    private mutating func string() throws(WireError) -> String {
        position += 1
        var text: [UInt8] = []
        var plain = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                text.append(contentsOf: bytes[plain..<position])
                position += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                text.append(contentsOf: bytes[plain..<position])
                try escape(&text)
                plain = position
            case 0x20...0x7F: position += 1
            case 0x80...0xFF:
                let length = utf8SequenceLength(bytes.baseAddress! + position, bytes.count - position)
                guard length > 0 else { throw error("text must be UTF-8") }
                position += length
            default: throw error("control characters in text must be escaped")
            }
        }
        throw error("the text has no end")
    }

    private mutating func escape(_ text: inout [UInt8]) throws(WireError) {
        let start = position
        position += 1
        let kind = current
        position += 1
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(kind)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: try escapedScalar(start))
        default: throw error("the escape is not one of JSON's", at: start)
        }
    }

    private mutating func escapedScalar(_ start: Int) throws(WireError) -> UTF8.EncodedScalar {
        var code = try hexUnit(start)
        if (0xD800...0xDBFF).contains(code) {
            guard current == UInt8(ascii: "\\"), position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "u")
            else { throw error("half of a surrogate pair", at: start) }
            position += 2
            let low = try hexUnit(start)
            guard (0xDC00...0xDFFF).contains(low) else { throw error("half of a surrogate pair", at: start) }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = UnicodeScalar(code) else { throw error("half of a surrogate pair", at: start) }
        return UTF8.encode(scalar)!
    }

    private mutating func hexUnit(_ start: Int) throws(WireError) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = ASCII.hexDigit(current) else {
                throw error("`\\u` must be followed by four hexadecimal digits", at: start)
            }
            unit = unit << 4 | UInt32(digit)
            position += 1
        }
        return unit
    }
}
