import Configuration
import Testing

@Suite struct `Reading a configuration's text` {
    @Test func `accepts comments, trailing commas, single quotes and bare keys`() throws {
        let text =
            "\u{FEFF}// head\n{ a: 1, 'b': [true, null,], /* c */ \"c\": {d: 'x\\n\\u00e9\\ud83d\\ude00',}, } // end"
        let (node, issues) = ConfigurationReader.read(Array(text.utf8), file: "f")
        #expect(issues.isEmpty)
        guard case .object(let members) = node?.value else { Issue.record("not an object"); return }
        #expect(members.map(\.key) == ["a", "b", "c"])
        #expect(members.map(\.column) == [3, 9, 37])
        #expect(members.allSatisfy { $0.line == 2 })
        guard case .object(let inner) = members[2].node.value else { Issue.record("not an object"); return }
        #expect(inner[0].node.value == .text("x\né😀"))
    }

    @Test(arguments: [
        ("", "f:1:1: the file is empty"),
        ("  \n ", "f:2:2: the file is empty"),
        ("{", "f:1:2: the file ends before the '{' of 1:1 is closed"),
        ("{a: [1,\n2", "f:2:2: the file ends before the '[' of 1:5 is closed"),
        ("{a 1}", "f:1:4: expected ':' after the key, found '1'"),
        ("{a: 1 b: 2}", "f:1:7: expected ',' or '}', found 'b'"),
        ("{a: }", "f:1:5: expected a value, found '}'"),
        ("{1: 2}", "f:1:2: expected a key, found '1'"),
        ("{a: yes}", "f:1:5: 'yes' is not a value; text needs quotes"),
        ("{a: 1e5}", "f:1:5: '1e5' is not a plain decimal number"),
        ("{a: 0x10}", "f:1:5: '0x10' is not a plain decimal number"),
        ("{a: -}", "f:1:5: '-' is not a plain decimal number"),
        ("{a: \"x\n\"}", "f:1:5: the text that begins here is not closed on its line"),
        ("{a: \"\\q\"}", "f:1:6: unknown escape '\\'q''"),
        ("{a: \"\\ud800\"}", "f:1:6: this \\u escape is not a character"),
        ("{} x", "f:1:4: unexpected 'x' after the end of the value"),
        ("{a: 1} /* ", "f:1:8: the comment that begins here is not closed"),
        ("/ {}", "f:1:1: a single '/' is not a comment"),
        ("{a: 1,\n a: 2}", "f:2:2: the key \"a\" is given twice; it is first on line 1"),
    ])
    func `says where and what`(text: String, message: String) {
        #expect(ConfigurationReader.read(Array(text.utf8), file: "f").issues.map(\.description) == [message])
    }

    @Test func `refuses what is not UTF-8, too deep or too large`() {
        #expect(
            ConfigurationReader.read(Array("{\n  ".utf8) + [0xFF], file: "f").issues.map(\.description)
                == ["f:2:3: the text is not valid UTF-8"])
        let deep = [UInt8](repeating: UInt8(ascii: "["), count: 100)
        #expect(
            ConfigurationReader.read(deep, file: "f").issues.map(\.description) == [
                "f:1:65: nested deeper than 64 levels"
            ])
        let large = [UInt8](repeating: 0x20, count: ConfigurationReader.sizeMax + 1)
        #expect(ConfigurationReader.read(large, file: "f").issues.count == 1)
    }
}

@Suite struct `Reading a .env file` {
    @Test(
        arguments: [
            ("A=1", ["A=1"], []),
            (
                "export A='x # y' # note\n\n# c\nB=\"q\\\"\\n\\$\"\r\nC= a b  # note\nD=\nE=x#y",
                ["A=x # y", "B=q\"\n$", "C=a b", "D=", "E=x#y"], []
            ),
            ("A", [], [".env:1:2: expected '=' after the name A"]),
            ("=1", [], [".env:1:1: expected NAME=value"]),
            ("1A=1", [], [".env:1:1: expected NAME=value"]),
            ("A='x", [], [".env:1:3: the quote is not closed on its line"]),
            ("A='x' y", [], [".env:1:7: text after the closing quote"]),
            ("A=\"\\q\"", [], [".env:1:4: unknown escape"]),
            (
                "A=1\nB\nA=2", ["A=1"],
                [".env:2:2: expected '=' after the name B", ".env:3:1: A is given twice; it is first on line 1"]
            ),
        ] as [(String, [String], [String])])
    func `takes what shells take, and never shows a value`(text: String, variables: [String], issues: [String]) {
        let result = DotEnv.read(Array(text.utf8), file: ".env")
        #expect(
            result.variables.map { "\($0.name)=\(String(decoding: $0.value.expose(), as: UTF8.self))" } == variables)
        #expect(result.issues.map(\.description) == issues)
    }
}
