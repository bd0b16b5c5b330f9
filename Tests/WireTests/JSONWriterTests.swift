import Testing
import Wire

@Suite struct `The JSON writer` {
    @Test func `places commas by itself`() {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("a", "b")
        writer.member("n", Int64.min)
        writer.member("t", true)
        writer.key("l")
        writer.beginArray()
        writer.beginArray()
        writer.endArray()
        writer.beginObject()
        writer.endObject()
        writer.null()
        writer.numeral("1.50")
        writer.integer(0)
        writer.integer(1_203)
        writer.endArray()
        writer.member("f", false)
        writer.endObject()
        #expect(
            text(writer.bytes)
                == #"{"a":"b","n":-9223372036854775808,"t":true,"l":[[],{},null,1.50,0,1203],"f":false}"#)
        writer.removeAll()
        writer.integer(7)
        #expect(text(writer.bytes) == "7")
    }

    @Test func `escapes what must be escaped and nothing else`() {
        var writer = JSONWriter()
        writer.string("a\"b\\c/\u{0}\u{8}\n\u{1F}\u{7F}é🎉")
        #expect(text(writer.bytes) == #""a\"b\\c/\u0000\u0008\u000a\u001f"# + "\u{7F}é🎉\"")
    }

    @Test(arguments: JSONCorpus.accepted)
    func `writes what reads back as the same document`(_ document: String) throws {
        let value = try JSONValue.parse(bytes(document))
        var writer = JSONWriter()
        writer.value(value)
        #expect(try JSONValue.parse(writer.bytes) == value)
    }
}
