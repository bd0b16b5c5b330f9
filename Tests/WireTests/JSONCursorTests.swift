import Fundamentals
import Testing
import Wire

@Suite struct `The JSON cursor` {
    static func tree(_ cursor: inout JSONCursor) throws(WireError) -> JSONValue {
        switch try cursor.peek() {
        case .null:
            guard cursor.null() else { throw WireError(offset: cursor.offset, reason: "null") }
            return .null
        case .bool: return .bool(try cursor.bool())
        case .number:
            let before = cursor.offset
            try cursor.skipValue()
            return .number("\(before)...\(cursor.offset)")
        case .string: return .string(try cursor.string().string)
        case .array:
            var elements: [JSONValue] = []
            try cursor.enterArray()
            while try cursor.nextElement() { elements.append(try tree(&cursor)) }
            return .array(elements)
        case .object:
            var members: [JSONMember] = []
            try cursor.enterObject()
            while let key = try cursor.nextKey() { members.append(JSONMember(key.string, try tree(&cursor))) }
            return .object(members)
        }
    }

    static func build(_ document: [UInt8]) throws(WireError) -> JSONValue {
        try JSONCursor.scan(document) { (cursor) throws(WireError) in
            let value = try tree(&cursor)
            try cursor.finish()
            return value
        }
    }

    /// Numbers are compared by kind only: the two keep them differently.
    static func shape(_ value: JSONValue) -> JSONValue {
        switch value {
        case .number: .number("0")
        case .array(let elements): .array(elements.map(shape))
        case .object(let members): .object(members.map { JSONMember($0.name, shape($0.value)) })
        case .null, .bool, .string: value
        }
    }

    static func skips(_ document: [UInt8]) -> Bool {
        (try? JSONCursor.scan(document) { (cursor) throws(WireError) in try cursor.skipAll() }) ?? false
    }

    /// Pull by pull, in one skip, and as a tree: three readings of one grammar.
    @Test(arguments: UInt64(1)...40)
    func `agrees with the tree on damaged documents`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        for _ in 0..<300 {
            let seedDocument = JSONCorpus.accepted[Int(random.integer(in: 0...Int64(JSONCorpus.accepted.count - 1)))]
            let document = mutated(bytes(seedDocument), &random)
            let skipped = Self.skips(document)
            do throws(WireError) {
                let value = try JSONValue.parse(document)
                #expect(skipped, "\(document)")
                #expect((try? Self.build(document)).map(Self.shape) == Self.shape(value), "\(document)")
            } catch {
                // Only the tree looks for duplicate keys.
                if error.reason.contains("twice") { continue }
                #expect(!skipped, "\(document) \(error)")
                #expect((try? Self.build(document)) == nil, "\(document) \(error)")
            }
        }
    }

    /// The bytes after the end would complete the document, so reading them would show.
    @Test func `never reads past the end`() throws {
        let whole = bytes(JSONCorpus.accepted.last!)
        for count in 0..<whole.count {
            whole.withUnsafeBufferPointer { buffer in
                let prefix = UnsafeBufferPointer(rebasing: buffer[..<count])
                #expect(throws: WireError.self) {
                    var cursor = JSONCursor(prefix)
                    _ = try cursor.skipAll()
                }
            }
        }
    }

    @Test func `reads a depth update with its keys in any order`() throws {
        for document in [
            #"{"u":7,"b":[["0.9501","1200.00"],["0.95","3"]],"x":{"y":[1,{"z":"}"}]},"pu":"6","s":"A","m":true}"#,
            #" { "m" : true , "s":"A", "pu":6,"x":[[]], "b" : [ [ "0.9501" , "1200.00" ] , [ "0.95","3" ] ],"u":7 } "#,
        ] {
            var levels: [[Int64]] = []
            var ids: [Int64] = [0, 0]
            var isMaker = false
            try JSONCursor.scan(bytes(document)) { (cursor) throws(WireError) in
                try cursor.enterObject()
                while let key = try cursor.nextKey() {
                    switch key.byte {
                    case UInt8(ascii: "u"): ids[0] = try cursor.integer()
                    case UInt8(ascii: "m"): isMaker = try cursor.bool()
                    case UInt8(ascii: "s"): #expect(try cursor.string().matches("A"))
                    case UInt8(ascii: "b"):
                        try cursor.enterArray()
                        while try cursor.nextElement() {
                            try cursor.enterArray()
                            var level: [Int64] = []
                            while try cursor.nextElement() { level.append(try cursor.decimal(scale: 4, step: 1)) }
                            levels.append(level)
                        }
                    case 0 where key.matches("pu"): ids[1] = try cursor.integer()
                    default: try cursor.skipValue()
                    }
                }
                try cursor.finish()
            }
            #expect(levels == [[9_501, 12_000_000], [9_500, 30_000]])
            #expect(ids == [7, 6])
            #expect(isMaker)
        }
    }

    @Test(
        arguments: [
            ("\"0.9501\"", 4, 9_501), ("0.9501", 4, 9_501), ("\"0.95010000\"", 4, 9_501), ("\"-1.5\"", 2, -150),
            ("3", 2, 300),
            ("\"0\"", 8, 0), ("-0.0", 0, 0), ("\"007\"", 0, 7), ("0.000000000000000000000000000000", 2, 0),
            ("\"0.0\"", 40, 0),
            ("9223372036854775807", 0, .max), ("-9223372036854775808", 0, .min), ("\"92233720368547758.07\"", 2, .max),
            ("\"1200.00\"", 0, 1_200),
        ] as [(String, Int, Int64)])
    func `reads decimals exactly`(_ document: String, _ scale: Int, _ expected: Int64) throws {
        #expect(
            try JSONCursor.scan(bytes(document)) { (cursor) throws(WireError) in
                let units = try cursor.decimal(scale: scale)
                try cursor.finish()
                return units
            } == expected)
    }

    @Test(arguments: [
        ("\"0.95011\"", 4), ("1.5", 0), ("9223372036854775808", 0), ("-9223372036854775809", 0),
        ("922337203685477581", 1),
        ("99999999999999999999999", 0), ("\"\"", 0), ("\"-\"", 0), ("\"1\"", 19), ("\".5\"", 2), ("\"1.\"", 2),
        ("1.", 2),
        ("\"+1\"", 0), ("\" 1\"", 0), ("\"1 \"", 0), ("\"1e3\"", 0), ("1e3", 0), ("01", 0), ("\"1", 0), ("-", 0),
        ("null", 0),
        ("\"NaN\"", 0), ("[1]", 0), ("", 0), ("\"1.2.3\"", 4), ("\"1\\u0030\"", 0),
    ])
    func `refuses decimals that would lose digits or are none`(_ document: String, _ scale: Int) {
        #expect(throws: WireError.self) {
            try JSONCursor.scan(bytes(document)) { (cursor) throws(WireError) in
                _ = try cursor.decimal(scale: scale)
                try cursor.finish()
            }
        }
    }

    /// A space before the quote leads past the short cut for the usual form.
    @Test func `the short cut for usual decimals agrees with the careful way`() {
        var random = RandomSource(seed: 31)
        let alphabet = Array("00123456789..-\"e ".utf8)
        var read = 0
        for _ in 0..<50_000 {
            var text = [UInt8(ascii: "\"")]
            for _ in 0..<random.integer(in: 1...22) {
                let isDigit = random.chance(9, in: 10)
                text.append(
                    isDigit ? 0x30 + UInt8(random.integer(in: 0...9)) : alphabet[Int(random.integer(in: 0...16))])
            }
            if random.chance(19, in: 20) { text.append(UInt8(ascii: "\"")) }
            let scale = Int(random.integer(in: 0...12))
            func decimal(_ document: [UInt8]) -> Int64? {
                try? JSONCursor.scan(document) { (cursor) throws(WireError) in
                    let units = try cursor.decimal(scale: scale)
                    try cursor.finish()
                    return units
                }
            }
            let short = decimal(text)
            #expect(short == decimal([0x20] + text))
            if short != nil { read += 1 }
        }
        #expect(read > 1_000)
    }

    @Test func `counts decimals in steps`() throws {
        let steps = try JSONCursor.scan(bytes("\"-7.50\"")) { (c) throws(WireError) in try c.decimal(scale: 1, step: 5)
        }
        #expect(steps == -15)
        #expect(throws: WireError.self) {
            try JSONCursor.scan(bytes("\"7.6\"")) { (c) throws(WireError) in try c.decimal(scale: 1, step: 5) }
        }
    }

    @Test func `reads decimals of unknown scale`() throws {
        let (mantissa, scale) = try JSONCursor.scan(bytes(" \"-12.340\"")) { (c) throws(WireError) in try c.decimal() }
        #expect(mantissa == -12_340)
        #expect(scale == 3)
    }

    /// The standard library's integers are the oracle.
    @Test func `reads integers as the standard library does`() {
        var random = RandomSource(seed: 5)
        for _ in 0..<5_000 {
            let wide = Int128(random.integer(in: .min ... .max)) * Int128(random.integer(in: 1...12))
            let digits = String(wide >> Int128(random.integer(in: 0...66)))
            let read = try? JSONCursor.scan(bytes(digits)) { (c) throws(WireError) in try c.integer() }
            #expect(read == Int64(digits), "\(digits)")
        }
    }

    @Test func `shows text without copying it`() throws {
        try JSONCursor.scan(bytes(#"["abc","a\u00e9\n","é"]"#)) { (cursor) throws(WireError) in
            try cursor.enterArray()
            _ = try cursor.nextElement()
            let plain = try cursor.string()
            #expect(
                plain.matches("abc") && plain.matches(bytes("abc")) && !plain.matches("abd") && !plain.matches("ab"))
            #expect(plain.byte == 0)
            _ = try cursor.nextElement()
            let escaped = try cursor.string()
            #expect(escaped.hasEscapes)
            #expect(escaped.string == "aé\n")
            _ = try cursor.nextElement()
            #expect(try cursor.string().string == "é")
            #expect(try !cursor.nextElement())
            try cursor.finish()
        }
    }

    @Test func `goes back to a bookmark`() throws {
        let document = bytes(#"{"data":{"u":5},"stream":"x@depth"}"#)
        let id = try JSONCursor.scan(document) { (cursor) throws(WireError) in
            var bookmark = cursor
            try cursor.enterObject()
            while let key = try cursor.nextKey() {
                if key.matches("data") { bookmark = cursor }
                try cursor.skipValue()
            }
            try bookmark.enterObject()
            _ = try bookmark.nextKey()
            return try bookmark.integer()
        }
        #expect(id == 5)
    }
}
