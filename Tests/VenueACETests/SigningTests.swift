import Cryptography
import Testing
import VenueACE
import VenueKit
import Wire

@Suite struct `ACE's signature` {
    struct Vector: Sendable {
        var title: String
        var secret = "xxx"
        var key = "ABC#2022"
        var stamp = "1671089108000"
        var fields: [(String, String)] = []
        var signature: String
    }

    /// The first is the venue's own example, the others were computed with Python's hashlib.
    static let vectors = [
        Vector(
            title: "the documented example", fields: [("quoteCurrencyId", "1"), ("baseCurrencyId", "2")],
            signature: "56c45e08e0e168e1bac13854f494f6009e17228c7da0024fea196bfcf3ba5ac0"),
        Vector(
            title: "balances", signature: "e1078e1a9ffbae321d800dc1a32a37605994657287d90afbb39d4aa3cf508cae"),
        Vector(
            title: "a limit buy",
            fields: [
                ("baseCurrencyId", "2"), ("quoteCurrencyId", "1"), ("type", "1"), ("buyOrSell", "1"),
                ("num", "0.001"), ("price", "1000000"),
            ], signature: "2bd0d43af6485c9d5b91085f176c63819d5fcd8a0d043530fbe7e3c768eee926"),
        Vector(
            title: "a limit sell with an id",
            fields: [
                ("type", "1"), ("price", "65000.5"), ("num", "0.0012"), ("customOrderId", "mm-7f3a"),
                ("buyOrSell", "2"), ("quoteCurrencyId", "14"), ("baseCurrencyId", "2"),
            ], signature: "123282127c0cc511df8c0c0302addc6c7655a635bbcd55bc3a6825f29b7de576"),
        Vector(
            title: "a cancel", fields: [("orderNo", "16708172598046170050801100274092")],
            signature: "b2bd769f797da2a0baba8187debe0be9505da1a8cc9c7ab70c1f224cbd59cecc"),
        Vector(
            title: "an order list",
            fields: [("baseCurrencyId", "14"), ("quoteCurrencyId", "1"), ("start", "1"), ("size", "100")],
            signature: "73fd5b0ac8027bc87dee856a7c69457dbdfa48eb299a192fe253a47cc9e41682"),
        Vector(
            title: "another account's sell", secret: "sEcReT", key: "KEY1", stamp: "1700000000000",
            fields: [
                ("baseCurrencyId", "14"), ("quoteCurrencyId", "1"), ("buyOrSell", "2"), ("num", "150.5"),
                ("price", "32.110"), ("type", "1"),
            ], signature: "eae53475fc717f3daa529d1ecf50eb3dea2a5da041d4bcce1e4b5ab1cbc3f606"),
    ]

    @Test(arguments: vectors) func `each vector, in whatever order the fields come`(vector: Vector) {
        let fields = (vector.fields + [("apiKey", vector.key), ("timeStamp", vector.stamp)])
            .map { FormFields.Field($0.0, $0.1) }
        let secret = Secret(vector.secret)
        #expect(ACESigner.signature(of: fields, secretKey: secret) == vector.signature, "\(vector.title)")
        #expect(ACESigner.signature(of: fields.reversed(), secretKey: secret) == vector.signature)
    }

    /// A capital letter sorts before every small one, whatever a dictionary says.
    @Test func `names sort by their bytes`() {
        let one = [FormFields.Field("apiKey", "k"), FormFields.Field("Zone", "z"), FormFields.Field("amount", "a")]
        let expected = Hex.encode(Hash.sha256(Array("ACE_SIGNszak".utf8)))
        #expect(ACESigner.signature(of: one, secretKey: Secret("s")) == expected)
    }

    @Test func `the raw value is signed and its escape is sent`() throws {
        var rig = ACEDesk()
        let asked = rig.adapter.request(.balances, at: ACEDesk.start)
        let request = try #require(asked)
        let body = String(decoding: request.body, as: UTF8.self)
        #expect(body.hasPrefix("apiKey=ABC%232022&timeStamp=1671089108000&signKey="))
        #expect(body.hasSuffix("e1078e1a9ffbae321d800dc1a32a37605994657287d90afbb39d4aa3cf508cae"))
        #expect(request.target == "/polarisex/open/v2/coin/customerAccount")
        #expect(request.headers["Content-Type"] == "application/x-www-form-urlencoded")
    }

    @Test func `the venue is retired, and says why`() {
        let retirement = ACEVenue.retirement
        #expect(retirement.covers(host: "ace.io") && retirement.covers(host: "WWW.ACE.io."))
        #expect(!retirement.covers(host: "127.0.0.1") && !retirement.covers(host: "palace.io"))
        #expect(retirement.reason.contains("2024-01-04") && retirement.reason.contains("2025-09-22"))
    }
}
