import Fundamentals
import Testing
import Wire

@Suite struct `HTTP requests` {
    static let pipeline = bytes(
        "GET /a?b=c HTTP/1.1\r\nHost: x\r\nX-Empty:\r\nX-Spaced: \t a b \t\r\n\r\n"
            + "POST /order HTTP/1.1\r\nhost: x\r\nContent-Length: 5\r\n\r\nhello"
            + "\r\nPUT /c HTTP/1.1\r\nHOST: x\r\nTransfer-Encoding: Chunked\r\n\r\n"
            + "4;ext=\"1\"\r\nWiki\r\n005 ; x\r\npedia\r\n0\r\nTrailer: ignored\r\n\r\n"
            + "DELETE /d HTTP/1.0\r\n\r\n")

    @Test func `come out one by one, however the bytes are cut`() {
        var random = RandomSource(seed: 1)
        for pieces in cuts(Self.pipeline, &random) {
            let outcome = requests(pieces)
            #expect(outcome.error == nil)
            #expect(outcome.messages.map(\.method) == [.get, .post, .put, .delete])
            #expect(outcome.messages.map { text($0.body) } == ["", "hello", "Wikipedia", ""])
            #expect(outcome.messages.first?.headers["x-SPACED"] == "a b")
            #expect(outcome.messages.first?.headers["x-empty"] == "")
            #expect(outcome.messages.map(\.keepsAlive) == [true, true, true, false])
        }
    }

    @Test(arguments: [
        ("BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n", 501), ("get / HTTP/1.1\r\nHost: x\r\n\r\n", 501),
        ("GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505), ("GET / HTTP/1.2\r\nHost: x\r\n\r\n", 505),
        ("GET / http/1.1\r\nHost: x\r\n\r\n", 400), ("GET  / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET /\r\nHost: x\r\n\r\n", 400), ("GET x HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET /# HTTP/1.1\r\nHost: x\r\n\r\n", 400), ("GET /ü HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET * HTTP/1.1\r\nHost: x\r\n\r\n", 400), ("GET / HTTP/1.1\r\n\r\n", 400),
        ("\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", 400), ("GET / HTTP/1.1\nHost: x\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: x\rY: z\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r_Y: z\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\r\nY: z\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n", 400), ("GET / HTTP/1.1\r\n folded: x\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: x\r\ny\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\nY: \u{0}\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: \u{7F}\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\n(Y): z\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\ncontent-length: 1\r\n\r\na", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 1\r\n\r\na", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\na", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\na", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\na", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\na", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\na", 413),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\na", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\na", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\na", 501),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ("POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\nA\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nAB\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFFFF\r\n", 413),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n100001\r\n", 413),
    ])
    func `are refused with a status when framing or syntax is doubtful`(_ request: String, _ status: Int) {
        var decoder = HTTPRequestDecoder()
        decoder.append(bytes(request))
        #expect(throws: WireError.self) { while try decoder.next() != nil {} }
        #expect(decoder.refusalStatus == status)
        #expect(throws: WireError.self) { try decoder.next() }
        let outcome = requests([bytes(request)])
        #expect(outcome == requests(bytes(request).map { [$0] }))
    }

    @Test func `are refused when a value is not UTF-8`() {
        #expect(requests([bytes("GET / HTTP/1.1\r\nHost: ") + [0xFF] + bytes("\r\n\r\n")]).error != nil)
    }

    @Test func `say where the mistake is`() {
        let outcome = requests([bytes("GET / HTTP/1.1\r\nHost: a\u{1}b\r\n\r\n")])
        #expect(outcome.error?.offset == 23)
    }

    @Test func `may have a hundred fields and no more`() {
        func request(_ count: Int) -> [UInt8] {
            bytes("GET / HTTP/1.1\r\nHost: x\r\n" + String(repeating: "a: b\r\n", count: count - 1) + "\r\n")
        }
        #expect(requests([request(100)]).messages.count == 1)
        #expect(requests([request(101)]).error != nil)
    }

    @Test func `may not have longer headers or bodies than agreed`() {
        let long = bytes("GET / HTTP/1.1\r\nHost: x\r\nA: " + String(repeating: "b", count: 100) + "\r\n\r\n")
        #expect(requests([long], maxHeaderBytes: 200).error == nil)
        #expect(requests([long], maxHeaderBytes: 100).error?.offset == 100)
        let chunks = bytes(
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n4\r\nefgh\r\n0\r\n\r\n")
        #expect(requests([chunks], maxBodyBytes: 8).messages.first?.body == bytes("abcdefgh"))
        #expect(requests([chunks], maxBodyBytes: 7).error != nil)
    }

    @Test func `show their head while the client waits to send the body`() throws {
        var decoder = HTTPRequestDecoder()
        decoder.append(bytes("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"))
        #expect(try decoder.next() == nil)
        #expect(decoder.pendingHead?.expectsContinue == true)
        decoder.append(bytes("ok"))
        #expect(try decoder.next()?.body == bytes("ok"))
        #expect(decoder.pendingHead == nil)
    }

    @Test func `leave what follows an upgrade untouched`() throws {
        var decoder = HTTPRequestDecoder()
        decoder.append(bytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n") + [0x81, 0x80])
        #expect(try decoder.next() != nil)
        #expect(decoder.takeRemaining() == [0x81, 0x80])
    }

    @Test(arguments: [
        ("HTTP/1.1", "", true), ("HTTP/1.1", "close", false), ("HTTP/1.1", "foo, Close", false),
        ("HTTP/1.0", "", false), ("HTTP/1.0", "Keep-Alive", true), ("HTTP/1.0", "keep-alive, close", false),
    ])
    func `keep the connection by version and wish`(_ version: String, _ connection: String, _ expected: Bool) {
        let wire = bytes("GET / \(version)\r\nHost: x\r\nConnection: \(connection)\r\n\r\n")
        #expect(requests([wire]).messages.first?.keepsAlive == expected)
    }

    @Test func `come back as they were encoded`() {
        var bodied = HTTPRequest(method: .post, target: "/a?b=%20", headers: HTTPHeaders([("Host", "x"), ("A", "é")]))
        bodied.body = bytes("body")
        var wire: [UInt8] = []
        bodied.encode(into: &wire)
        HTTPRequest(method: .get, target: "/", headers: HTTPHeaders([("Host", "x")])).encode(into: &wire)
        var expected = bodied
        expected.headers.append("Content-Length", "4")
        let outcome = requests([wire])
        #expect(outcome.messages.first == expected)
        #expect(outcome.messages.last?.headers["Content-Length"] == nil)
        #expect(outcome.messages.first?.path == "/a")
        #expect(outcome.messages.first?.query == "b=%20")
    }

    @Test func `cannot be split by a value or target that holds line ends`() {
        var wire: [UInt8] = []
        let headers = HTTPHeaders([("Host", "x"), ("A", "b\r\nInjected: yes")])
        HTTPRequest(method: .get, target: "/ HTTP/1.1\r\nEvil: 1", headers: headers).encode(into: &wire)
        let decoded = requests([wire]).messages
        #expect(decoded.count == 1)
        #expect(decoded.first?.headers.fields.map(\.name) == ["Host", "A"])
    }

    @Test(arguments: UInt64(1)...20)
    func `never trap or depend on the cut when damaged`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        for _ in 0..<150 {
            let damaged = mutated(Self.pipeline, &random)
            let outcomes = cuts(damaged, &random).map { requests($0, maxHeaderBytes: 300, maxBodyBytes: 64) }
            #expect(outcomes.allSatisfy { $0 == outcomes[0] }, "\(damaged)")
        }
    }
}
