import Cryptography
import Testing

@Suite struct `Secrets` {
    private static let canary = "canary-4f1c"

    private struct Holder {
        var label = "holder"
        var secret = Secret(`Secrets`.canary)
    }

    @Test func `no way of printing a secret shows it`() {
        let holder = Holder()
        var dumped = ""
        dump(holder, to: &dumped)
        let texts = [
            "\(holder.secret)", String(describing: holder), String(reflecting: holder), dumped,
            "\(Mirror(reflecting: holder.secret).children.map(\.value))", "\([holder.secret])",
            "\(Optional(holder.secret) as Any)", String(reflecting: [1: holder.secret]),
        ]
        for text in texts { #expect(!text.contains("canary")) }
        #expect(holder.secret.description == "***")
    }

    @Test func `a secret can be read, compared and found empty`() {
        #expect(Secret("abc").expose { $0 } == Array("abc".utf8))
        #expect(Secret("abc") == Secret("abc"))
        #expect(Secret("abc") != Secret("abd"))
        #expect(Secret("").isEmpty)
        #expect(!Secret("a").isEmpty)
    }

    @Test func `byte strings compare equal only when all bytes do`() {
        let bytes: [UInt8] = [1, 2, 3]
        #expect(constantTimeEqual([], []))
        #expect(constantTimeEqual(bytes, [1, 2, 3]))
        for other in [[], [1, 2], [1, 2, 3, 4], [1, 2, 4], [0, 2, 3]] as [[UInt8]] {
            #expect(!constantTimeEqual(bytes, other))
        }
    }

    @Test func `random bytes come in the length asked for and do not repeat`() {
        #expect(secureRandom(0).isEmpty)
        #expect(secureRandom(33).count == 33)
        #expect(secureRandom(32) != secureRandom(32))
    }
}
