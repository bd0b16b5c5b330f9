/// A JSON document as a tree: for replies and requests off the hot path. Numbers keep their text.
public indirect enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([JSONMember])

    /// Strict RFC 8259 parse: one value, nothing after it, depth at most `maxDepth`, no duplicate keys. A depth beyond
    /// 512 is never accepted, so that no document can exhaust the stack.
    public static func parse(_ bytes: [UInt8], maxDepth: Int = 64) throws(WireError) -> JSONValue {
        try bytes.withUnsafeBufferPointer { buffer throws(WireError) in
            var parser = JSONParser(buffer, maxDepth: min(maxDepth, 512))
            return try parser.document()
        }
    }

    /// The member of that name, or nil for other kinds.
    public subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The text of a string, nil for other kinds.
    public var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    public var boolean: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    public var elements: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The members in the order of the document, nil for other kinds.
    public var members: [JSONMember]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// An integer written as a number or as a string.
    public var integer: Int64? { numeral.flatMap { $0.hasPrefix("+") ? nil : Int64($0) } }

    /// The digits of a number or the text of a string: decimals come both ways.
    public var numeral: String? {
        switch self {
        case .number(let digits): digits
        case .string(let text): text
        case .null, .bool, .array, .object: nil
        }
    }
}

public struct JSONMember: Hashable, Sendable {
    public var name: String
    public var value: JSONValue

    public init(_ name: String, _ value: JSONValue) {
        self.name = name
        self.value = value
    }
}
