/// application/x-www-form-urlencoded, as query strings and form bodies carry it.
public struct FormFields: Hashable, Sendable {
    public struct Field: Hashable, Sendable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }
    public var fields: [Field]

    public init(_ fields: [Field] = []) { self.fields = fields }

    /// The first value of that name.
    public subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

    public mutating func append(_ name: String, _ value: String) { fields.append(Field(name, value)) }

    /// Encodes as Python's `urlencode` does (quote_plus): unreserved `A–Z a–z 0–9 _ . - ~`, space as `+`.
    public var encoded: String {
        var bytes: [UInt8] = []
        encode(into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends what `encoded` gives.
    public func encode(into bytes: inout [UInt8]) {
        for (index, field) in fields.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: "&")) }
            FormFields.encode(field.name, into: &bytes)
            bytes.append(UInt8(ascii: "="))
            FormFields.encode(field.value, into: &bytes)
        }
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }

    /// Appends one name or value, encoded.
    public static func encode(_ text: String, into bytes: inout [UInt8]) {
        let start = bytes.count
        bytes.append(contentsOf: text.utf8)
        var end = start
        while end < bytes.count, isUnreserved(bytes[end]) { end += 1 }
        guard end < bytes.count else { return }
        // Something must be escaped: from there on byte by byte.
        bytes.removeLast(bytes.count - end)
        for byte in text.utf8.dropFirst(end - start) {
            switch byte {
            case _ where isUnreserved(byte): bytes.append(byte)
            case ASCII.space: bytes.append(UInt8(ascii: "+"))
            default:
                bytes.append(UInt8(ascii: "%"))
                bytes.append(digit(byte >> 4))
                bytes.append(digit(byte & 0xF))
            }
        }
    }
}

extension FormFields {
    /// Decodes `+` and percent escapes; throws on malformed escapes or invalid UTF-8. A field without `=` has an
    /// empty value; nothing between two `&` is no field.
    public static func parse(_ text: some StringProtocol) throws(WireError) -> FormFields {
        let bytes = Array(text.utf8)
        var result = FormFields()
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "&")) ?? bytes.count
            if end > start {
                let equals = bytes[start..<end].firstIndex(of: UInt8(ascii: "="))
                let name = try decode(bytes[start..<(equals ?? end)])
                let value = try equals.map { index throws(WireError) in try decode(bytes[(index + 1)..<end]) }
                result.append(name, value ?? "")
            }
            start = end + 1
        }
        return result
    }

    private static func decode(_ bytes: ArraySlice<UInt8>) throws(WireError) -> String {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            switch bytes[index] {
            case UInt8(ascii: "+"): decoded.append(ASCII.space)
            case UInt8(ascii: "%"):
                guard index + 2 < bytes.endIndex, let high = ASCII.hexDigit(bytes[index + 1]),
                    let low = ASCII.hexDigit(bytes[index + 2])
                else {
                    throw WireError(offset: index, reason: "a percent sign must be followed by two hexadecimal digits")
                }
                decoded.append(high << 4 | low)
                index += 2
            default: decoded.append(bytes[index])
            }
            index += 1
        }
        var validator = UTF8Validator()
        guard validator.accept(decoded[...]), validator.isComplete else {
            throw WireError(offset: bytes.startIndex, reason: "a form field must be UTF-8 once decoded")
        }
        return String(decoding: decoded, as: UTF8.self)
    }
}
