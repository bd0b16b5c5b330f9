import Cryptography
import Fundamentals
import Testing
import VenueAster
import Wire

@Suite struct `Aster V1 key signatures` {
    static let key = "dbefbc809e3e83c283a984c3a1459732ea7db1360ca80c5c2c8867408d28cc83"
    static let secret = "2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9"

    struct Vector: Sendable {
        var query: String
        var body: String = ""
        var signature: String
    }
    static let vectors = [
        Vector(
            query: """
                symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&recvWindow=5000\
                &timestamp=1591702613943
                """,
            signature: "3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9"),
        Vector(
            query: """
                symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=9000&recvWindow=5000\
                &timestamp=1591702613943
                """,
            signature: "ec11dcc17e67e47f0d3c3f513dfe9062307e37619c5c82ebaa8fe0bdf3d59519"),
        Vector(
            query: "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC",
            body: "quantity=1&price=9000&recvWindow=5000&timestamp=1591702613943",
            signature: "30baaf0fab549bbeda7f5ef201898b34122da25fd23c646cac2c529aebe670a4"),
    ]

    @Test(arguments: vectors) func `the venue accepts each documented vector`(vector: Vector) throws {
        let key = HMACSHA256(key: Secret(Self.secret))
        for text in [vector.signature, vector.signature.uppercased()] {
            if vector.body.isEmpty {
                try AsterSignatureCheck.verify(
                    query: Array("\(vector.query)&signature=\(text)".utf8), body: [], key: key)
                try AsterSignatureCheck.verify(
                    query: [], body: Array("\(vector.query)&signature=\(text)".utf8), key: key)
            } else {
                try AsterSignatureCheck.verify(
                    query: Array(vector.query.utf8), body: Array("\(vector.body)&signature=\(text)".utf8), key: key)
                try AsterSignatureCheck.verify(
                    query: Array("\(vector.query)&signature=\(text)".utf8), body: Array(vector.body.utf8), key: key)
            }
        }
    }

    @Test(arguments: vectors.prefix(2)) func `the signer writes each documented query itself`(vector: Vector) throws {
        var signer = try AsterSigner(.apiKey(key: Self.key, secret: Secret(Self.secret)))
        var fields = try FormFields.parse(vector.query)
        fields.fields.removeLast(2)
        let request = signer.sign(.post, "/fapi/v1/order", fields: fields, at: 1_591_702_613_943_999)
        #expect(request.target == "/fapi/v1/order?\(vector.query)&signature=\(vector.signature)")
        #expect(request.headers["x-mbx-apikey"] == Self.key)
        #expect(request.body.isEmpty)
    }

    @Test func `listen keys want the key header only, and market data nothing`() throws {
        var signer = try AsterSigner(.apiKey(key: Self.key, secret: Secret(Self.secret)))
        let listenKey = signer.sign(.post, "/fapi/v1/listenKey", security: .key, at: 1)
        #expect(listenKey.target == "/fapi/v1/listenKey")
        #expect(listenKey.headers["X-MBX-APIKEY"] == Self.key)
        let time = signer.sign(.get, "/fapi/v1/time", security: .open, at: 1)
        #expect(time.target == "/fapi/v1/time")
        #expect(time.headers["X-MBX-APIKEY"] == nil)
    }

    @Test func `any changed byte is refused`() {
        let key = HMACSHA256(key: Secret(Self.secret))
        let signed = Array("\(Self.vectors[0].query)&signature=\(Self.vectors[0].signature)".utf8)
        for index in signed.indices {
            var changed = signed
            changed[index] ^= 1
            #expect(throws: AsterSignatureCheck.Failure.self, "byte \(index)") {
                try AsterSignatureCheck.verify(query: changed, body: [], key: key)
            }
        }
    }

    @Test(arguments: [
        ("a=1", "", AsterSignatureCheck.Failure.missing), ("", "", .missing), ("xsignature=00", "", .missing),
        ("signature=00&a=1", "", .misplaced), ("signature=00", "signature=00", .misplaced),
        ("a=1&signature=00&signature=00", "", .misplaced), ("a=1&signature=", "", .malformed),
        ("a=1&signature=zz", "", .malformed), ("a=1&signature=00", "", .malformed),
        ("a=1&signature=0x3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9", "", .malformed),
        ("a=1&signature=3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9", "", .mismatch),
    ])
    func `a refusal says which rule was broken`(query: String, body: String, failure: AsterSignatureCheck.Failure) {
        let key = HMACSHA256(key: Secret(Self.secret))
        #expect(throws: failure) {
            try AsterSignatureCheck.verify(query: Array(query.utf8), body: Array(body.utf8), key: key)
        }
    }

    @Test func `thousands of mutated requests neither trap nor pass`() {
        let key = HMACSHA256(key: Secret(Self.secret))
        let separator = AsterMessageHash.domainSeparator(chainID: 1_666)
        var random = RandomSource(seed: 21)
        let signed = Array("\(Self.vectors[0].query)&signature=\(Self.vectors[0].signature)".utf8)
        for _ in 0..<5_000 {
            var query = signed
            var body = Array(signed.suffix(Int(random.integer(in: 1...90))))
            for _ in 0...random.integer(in: 0...3) {
                let index = Int(random.integer(in: 0...Int64(query.count - 1)))
                switch random.integer(in: 0...2) {
                case 0: query[index] ^= UInt8(truncatingIfNeeded: random.next() | 1)
                case 1: query.remove(at: index)
                default: query.insert(contentsOf: "&signature=".utf8, at: index)
                }
            }
            if query != signed, random.chance(1, in: 2) { body = [] }
            #expect(throws: AsterSignatureCheck.Failure.self) {
                try AsterSignatureCheck.verify(query: query, body: body, key: key)
            }
            _ = try? AsterSignatureCheck.recoverSigner(query: query, body: body, domainSeparator: separator)
        }
    }

    @Test(
        arguments: [
            (10_000, 5_000, true), (10_999, 5_000, true), (11_000, 5_000, false), (5_000, 5_000, true),
            (4_999, 5_000, false), (4_999, 60_000, true), (9_999, 60_001, false), (10_000, 0, true), (9_999, 0, false),
            (0, 5_000, false), (.max, 5_000, false), (.min, 5_000, false), (10_000, -1, false),
        ] as [(Int64, Int64, Bool)])
    func `a timestamp counts inside its window only`(timestamp: Int64, window: Int64, isTimely: Bool) {
        #expect(
            AsterSignatureCheck.isTimely(timestamp: timestamp, recvWindow: window, serverTime: 10_000) == isTimely)
    }
}
