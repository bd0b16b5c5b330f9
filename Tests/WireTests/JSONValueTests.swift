import Foundation
import Testing
import Wire

@Suite struct `JSON documents` {
    /// Foundation's parser is the oracle; its answer is read back as a tree to be compared with ours.
    @Test(arguments: JSONCorpus.accepted)
    func `are accepted and read as Foundation reads them`(_ document: String) throws {
        let value = try JSONValue.parse(bytes(document))
        let oracle = try JSONSerialization.jsonObject(with: Data(document.utf8), options: .fragmentsAllowed)
        #expect(Self.agrees(value, oracle), "\(value) \(oracle)")
        #expect(try JSONCursor.scan(bytes(document)) { (cursor) throws(WireError) in try cursor.skipAll() })
    }

    @Test(arguments: JSONCorpus.refused)
    func `are refused when they break the grammar`(_ document: String) {
        #expect(throws: WireError.self) { try JSONValue.parse(bytes(document)) }
        #expect(throws: WireError.self) {
            try JSONCursor.scan(bytes(document)) { (cursor) throws(WireError) in try cursor.skipAll() }
        }
    }

    /// Foundation is laxer than RFC 8259 on trailing commas, a byte order mark and a trailing NUL; everything else of the
    /// corpus it must refuse too.
    @Test func `are refused by Foundation as well, so the corpus is sound`() {
        let surprises = JSONCorpus.refused.filter {
            (try? JSONSerialization.jsonObject(with: Data($0.utf8), options: .fragmentsAllowed)) != nil
        }
        #expect(surprises.allSatisfy { ["[1,]", #"{"a":1,}"#, "\u{FEFF}1", "1\u{0}"].contains($0) })
    }

    @Test(arguments: JSONCorpus.invalidUTF8)
    func `are refused when not UTF-8`(_ document: [UInt8]) {
        #expect(throws: WireError.self) { try JSONValue.parse(document) }
        #expect(throws: WireError.self) {
            try JSONCursor.scan(document) { (cursor) throws(WireError) in try cursor.skipAll() }
        }
    }

    @Test(arguments: [
        ("", 0), ("  x", 2), ("[1,]", 3), (#"{"a":1,"a":2}"#, 7), (#"{"a":1 "b":2}"#, 7), ("[1] x", 4), ("01", 1),
        ("1.x", 2),
        ("\"a\nb\"", 2), (#""ab\x""#, 3), (#"["\uD800"]"#, 2), ("\"abc", 4), ("[[1],[2}", 7), ("tru", 0), ("[1e]", 3),
    ])
    func `say where they are wrong`(_ document: String, _ offset: Int) {
        #expect { try JSONValue.parse(bytes(document)) } throws: { ($0 as? WireError)?.offset == offset }
    }

    @Test func `nest so deep and no deeper`() {
        func nested(_ depth: Int, _ open: String, _ close: String) -> [UInt8] {
            bytes(String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth))
        }
        #expect(throws: Never.self) { try JSONValue.parse(nested(64, "[", "]")) }
        #expect(throws: WireError.self) { try JSONValue.parse(nested(65, "[", "]")) }
        #expect(throws: WireError.self) { try JSONValue.parse(nested(65, #"{"a":"#, "}")) }
        #expect(throws: Never.self) { try JSONValue.parse(nested(512, "[", "]"), maxDepth: .max) }
        #expect(throws: WireError.self) { try JSONValue.parse(nested(100_000, "[", "]"), maxDepth: .max) }
        for (depth, fits) in [(64, true), (65, false), (100_000, false)] {
            let result = try? JSONCursor.scan(nested(depth, "[", "]")) { (cursor) throws(WireError) in
                try cursor.skipAll()
            }
            #expect((result != nil) == fits)
        }
    }

    @Test func `refuse a key given twice, however it is written`() {
        #expect(throws: WireError.self) { try JSONValue.parse(bytes(#"{"a":1,"b":2,"a":3}"#)) }
        #expect(throws: WireError.self) { try JSONValue.parse(bytes(#"{"a":1,"\u0061":2}"#)) }
        #expect(throws: Never.self) { try JSONValue.parse(bytes(#"{"a":{"a":1},"b":{"a":1}}"#)) }
    }

    @Test func `give their parts`() throws {
        let value = try JSONValue.parse(
            bytes(#"{"n":-12,"s":"34","d":1.50,"b":true,"z":null,"a":[1],"big":99999999999999999999,"o":{"x":"y"}}"#))
        #expect(value["n"]?.integer == -12)
        #expect(value["s"]?.integer == 34)
        #expect(value["d"]?.integer == nil)
        #expect(value["d"]?.numeral == "1.50")
        #expect(value["s"]?.numeral == "34")
        #expect(value["big"]?.integer == nil)
        #expect(value["b"]?.boolean == true)
        #expect(value["n"]?.boolean == nil)
        #expect(value["z"] == .null)
        #expect(value["a"]?.elements == [.number("1")])
        #expect(value["o"]?["x"]?.text == "y")
        #expect(value["n"]?.text == nil)
        #expect(value["none"] == nil)
        #expect(value["a"]?["x"] == nil)
        #expect(value.members?.map(\.name) == ["n", "s", "d", "b", "z", "a", "big", "o"])
    }

    static func agrees(_ value: JSONValue, _ oracle: Any) -> Bool {
        switch value {
        case .null: return oracle is NSNull
        case .bool(let flag): return (oracle as? NSNumber)?.boolValue == flag
        case .number(let digits):
            guard let number = oracle as? NSNumber, let expected = Double(digits) else { return false }
            return number.doubleValue == expected
        case .string(let text): return (oracle as? String).map { $0.utf8.elementsEqual(text.utf8) } ?? false
        case .array(let elements):
            guard let array = oracle as? [Any], array.count == elements.count else { return false }
            return zip(elements, array).allSatisfy { agrees($0, $1) }
        case .object(let members):
            guard let object = oracle as? [String: Any], object.count == members.count else { return false }
            return members.allSatisfy { member in object[member.name].map { agrees(member.value, $0) } ?? false }
        }
    }
}

extension JSONCursor {
    /// Skips the whole document; true if it is one.
    mutating func skipAll() throws(WireError) -> Bool {
        try skipValue()
        try finish()
        return true
    }
}
