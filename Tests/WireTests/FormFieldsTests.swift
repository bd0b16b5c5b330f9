import Fundamentals
import Testing
import Wire

@Suite struct `Form fields` {
    /// Expected texts are those of Python's `urllib.parse.urlencode`, from the venue's signing examples.
    @Test func `encode as Python does`() {
        let orders =
            #"[{"symbol":"ASTERUSDT","side":"BUY","type":"LIMIT","timeInForce":"GTX","quantity":"20","price":"0.5"}]"#
        #expect(
            FormFields([.init("batchOrders", orders), .init("nonce", "1748310859508867")]).encoded
                == "batchOrders=%5B%7B%22symbol%22%3A%22ASTERUSDT%22%2C%22side%22%3A%22BUY%22%2C%22type%22%3A%22LIMIT%22%2C"
                + "%22timeInForce%22%3A%22GTX%22%2C%22quantity%22%3A%2220%22%2C%22price%22%3A%220.5%22%7D%5D"
                + "&nonce=1748310859508867")
        #expect(FormFields([.init("newClientOrderId", "mm:a/1.x_-Z")]).encoded == "newClientOrderId=mm%3Aa%2F1.x_-Z")
        #expect(
            FormFields([.init("symbol", "BTCUSDT"), .init("list", #"["123aaaa","111ccc","321313"]"#)]).encoded
                == "symbol=BTCUSDT&list=%5B%22123aaaa%22%2C%22111ccc%22%2C%22321313%22%5D")
        #expect(FormFields([.init("a b", "'(~*)!+é&=")]).encoded == "a+b=%27%28~%2A%29%21%2B%C3%A9%26%3D")
        #expect(FormFields().encoded == "")
    }

    @Test(
        arguments: [
            ("a=1&b=2", [("a", "1"), ("b", "2")]), ("a=b+c%20d", [("a", "b c d")]), ("a", [("a", "")]),
            ("a=&=b", [("a", ""), ("", "b")]), ("&&a=b=c&", [("a", "b=c")]), ("", []), ("%C3%a9=%26", [("é", "&")]),
        ] as [(String, [(String, String)])])
    func `decode`(_ text: String, _ expected: [(String, String)]) throws {
        #expect(try FormFields.parse(text) == FormFields(expected.map { FormFields.Field($0.0, $0.1) }))
    }

    @Test(arguments: [("a=%", 2), ("a=%4", 2), ("a=%4&b", 2), ("a=b&c=%zz", 6), ("x=%FF", 2), ("x=y&%C3=", 4)])
    func `are refused when malformed, and say where`(_ text: String, _ offset: Int) {
        #expect { try FormFields.parse(text) } throws: { ($0 as? WireError)?.offset == offset }
    }

    @Test(arguments: UInt64(1)...20)
    func `come back as they were encoded, and never trap when damaged`(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        for _ in 0..<100 {
            let fields = FormFields(
                (0..<random.integer(in: 1...4)).map { _ in
                    let raw = (0..<random.integer(in: 0...9)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
                    return FormFields.Field("n\(random.integer(in: 0...9))", String(decoding: raw, as: UTF8.self))
                })
            #expect(try FormFields.parse(fields.encoded) == fields)
            _ = try? FormFields.parse(String(decoding: mutated(bytes(fields.encoded), &random), as: UTF8.self))
        }
    }
}
