internal import MarketModel
internal import Wire

/// Shorter ways to write replies; brackets close themselves.
extension JSONWriter {
    mutating func object(_ body: (inout JSONWriter) -> Void) {
        beginObject()
        body(&self)
        endObject()
    }

    mutating func object(_ name: String, _ body: (inout JSONWriter) -> Void) {
        key(name)
        object(body)
    }

    mutating func array<Element>(_ name: String, _ elements: [Element], _ body: (inout JSONWriter, Element) -> Void) {
        key(name)
        beginArray()
        for element in elements { body(&self, element) }
        endArray()
    }

    mutating func member(_ name: String, _ number: Int) { member(name, Int64(number)) }

    /// Null for nil.
    mutating func optional(_ name: String, _ text: String?) {
        key(name)
        if let text { string(text) } else { null() }
    }

    mutating func optional(_ name: String, _ number: Int64?) {
        key(name)
        if let number { integer(number) } else { null() }
    }

    mutating func optional(_ name: String, _ flag: Bool?) {
        key(name)
        if let flag { bool(flag) } else { null() }
    }

    /// A decimal as a JSON number; null for nil.
    mutating func number(_ name: String, _ decimal: ExactDecimal?) {
        key(name)
        if let decimal { numeral(decimal.normalized.description) } else { null() }
    }
}

extension JSONWriter {
    /// The bytes of one object.
    static func document(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter()
        json.object(body)
        return json.bytes
    }
}
