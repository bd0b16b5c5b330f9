internal import Fundamentals

/// Writes compact JSON straight into bytes; commas are its business, matching brackets and keys are the caller's.
public struct JSONWriter: Sendable {
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false

    public init() {}

    /// With room for so many bytes, where the size of a document is known about.
    public init(capacity: Int) { bytes.reserveCapacity(capacity) }

    /// Starts over and keeps the memory.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        needsComma = false
    }

    public mutating func beginObject() { open(UInt8(ascii: "{")) }
    public mutating func endObject() { close(UInt8(ascii: "}")) }
    public mutating func beginArray() { open(UInt8(ascii: "[")) }
    public mutating func endArray() { close(UInt8(ascii: "]")) }

    public mutating func key(_ name: String) {
        separate()
        quote(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    public mutating func string(_ text: String) {
        separate()
        quote(text)
    }

    public mutating func integer(_ number: Int64) {
        separate()
        bytes.append(decimal: number)
    }

    /// Digits as given, for decimals that are JSON numbers.
    /// - Precondition: `digits` is a number as RFC 8259 §6 writes it.
    public mutating func numeral(_ digits: String) {
        precondition(JSONWriter.isNumber(digits), "not a JSON number")
        separate()
        bytes.append(contentsOf: digits.utf8)
    }

    public mutating func bool(_ value: Bool) {
        separate()
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    public mutating func null() {
        separate()
        bytes.append(contentsOf: "null".utf8)
    }

    public mutating func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let value): bool(value)
        case .number(let digits): numeral(digits)
        case .string(let text): string(text)
        case .array(let elements):
            beginArray()
            for element in elements { self.value(element) }
            endArray()
        case .object(let members):
            beginObject()
            for member in members {
                key(member.name)
                self.value(member.value)
            }
            endObject()
        }
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        let start = bytes.count
        bytes.append(contentsOf: text.utf8)
        var end = start
        while end < bytes.count, !JSONWriter.needsEscape(bytes[end]) { end += 1 }
        if end < bytes.count {
            // From there on byte by byte.
            bytes.removeLast(bytes.count - end)
            escape(text.utf8.dropFirst(end - start))
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func escape(_ text: Substring.UTF8View) {
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0x00...0x1F:
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(0x30 + byte >> 4)
                bytes.append(byte & 0xF < 10 ? 0x30 + byte & 0xF : 0x57 + byte & 0xF)
            default: bytes.append(byte)
            }
        }
    }

    private static func isNumber(_ digits: String) -> Bool {
        var digits = digits
        return digits.withUTF8 { JSONCursor.isNumber($0) }
    }
}

extension JSONWriter {
    public mutating func member(_ name: String, _ text: String) {
        key(name)
        string(text)
    }
    public mutating func member(_ name: String, _ number: Int64) {
        key(name)
        integer(number)
    }
    public mutating func member(_ name: String, _ value: Bool) {
        key(name)
        bool(value)
    }
}
