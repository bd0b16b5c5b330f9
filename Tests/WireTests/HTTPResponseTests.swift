import Fundamentals
import Testing
import Wire

@Suite struct `HTTP responses` {
    static let pipeline = bytes(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
            + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
            + "HTTP/1.1 429 \r\nTransfer-Encoding: chunked\r\n\r\nA\r\n0123456789\r\n0\r\n\r\n"
            + "HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 304\r\nContent-Length: 9\r\n\r\n"
            + "HTTP/1.0 502 Bad Gateway\r\n\r\n<html>")

    @Test func `come out one by one, however the bytes are cut`() {
        var random = RandomSource(seed: 2)
        for pieces in cuts(Self.pipeline, &random) {
            let outcome = responses(pieces, closes: true)
            #expect(outcome.error == nil)
            #expect(outcome.messages.map(\.status) == [200, 429, 204, 304, 502])
            #expect(outcome.messages.map { text($0.body) } == ["{}", "0123456789", "", "", "<html>"])
        }
    }

    @Test func `to HEAD have no body whatever they announce`() {
        let wire = bytes(
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        #expect(responses([wire], answering: .head).messages.count == 2)
    }

    @Test func `switching protocols are final and leave the rest untouched`() throws {
        var decoder = HTTPResponseDecoder()
        decoder.append(bytes("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n") + [0x81, 0x00])
        #expect(try decoder.next(answering: .get)?.status == 101)
        #expect(decoder.takeRemaining() == [0x81, 0x00])
    }

    @Test(arguments: [
        "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 099 X\r\n\r\n", "HTTP/1.1 600 X\r\n\r\n",
        "HTTP/2 200 OK\r\n\r\n", "HTTP/1.1  200 OK\r\n\r\n", "ICY 200 OK\r\n\r\n", "HTTP/1.1 200 OK\n\n",
        "\r\nHTTP/1.1 200",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "HTTP/1.1 200 OK\r\n a: b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
    ])
    func `are refused when framing or syntax is doubtful`(_ response: String) {
        #expect(responses([bytes(response)]).error != nil)
        #expect(responses([bytes(response)]) == responses(bytes(response).map { [$0] }))
    }

    @Test(arguments: [
        "H", "HTTP/1.1 200 OK\r\nA: b", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\na",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n",
    ])
    func `cut short by a close are no responses`(_ response: String) {
        let outcome = responses([bytes(response)], closes: true)
        #expect(outcome.messages.isEmpty)
        #expect(outcome.error?.offset == response.utf8.count)
    }

    @Test func `that never came are no error on close`() {
        #expect(responses([], closes: true) == Outcome())
    }

    @Test func `until close are bounded too`() {
        let wire = bytes("HTTP/1.1 200 OK\r\n\r\n" + String(repeating: "a", count: 100))
        #expect(responses([wire], closes: true, maxBodyBytes: 100).messages.first?.body.count == 100)
        #expect(responses([wire], closes: true, maxBodyBytes: 99).error != nil)
    }

    @Test func `may be announced only so many times`() {
        let interim = bytes(String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 33))
        #expect(responses([interim]).error != nil)
    }

    @Test func `with stray bytes in a header are repaired, not lost`() {
        let wire = bytes("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nServer: ") + [0xFF] + bytes("\r\n\r\n")
        #expect(responses([wire]).messages.first?.headers["server"] == "\u{FFFD}")
    }

    @Test(arguments: [(200, "OK"), (418, "I'm a teapot"), (429, "Too Many Requests"), (799, "Unknown")])
    func `carry a reason and a length`(_ status: Int, _ reason: String) {
        var wire: [UInt8] = []
        HTTPResponse(status: status, body: bytes("hi")).encode(into: &wire)
        #expect(text(wire) == "HTTP/1.1 \(status) \(reason)\r\nContent-Length: 2\r\n\r\nhi")
    }

    @Test func `omit length or body where the rules say so`() {
        var wire: [UInt8] = []
        HTTPResponse(status: 204).encode(into: &wire)
        #expect(text(wire) == "HTTP/1.1 204 No Content\r\n\r\n")
        wire = []
        HTTPResponse(status: 200, body: bytes("hi")).encode(into: &wire, omittingBody: true)
        #expect(text(wire) == "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n")
    }

    @Test func `decoded from chunks can be encoded again`() {
        let wire = bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n")
        var again: [UInt8] = []
        for response in responses([wire]).messages { response.encode(into: &again) }
        #expect(text(again) == "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
    }

    @Test func `can be streamed in chunks`() {
        var wire: [UInt8] = []
        HTTPResponse(status: 200, headers: HTTPHeaders([("Transfer-Encoding", "chunked")])).encode(into: &wire)
        for part in ["a", "", String(repeating: "b", count: 20)] { HTTPChunk.encode(bytes(part), into: &wire) }
        #expect(responses([wire]).messages.isEmpty)
        HTTPChunk.encodeEnd(into: &wire)
        #expect(responses([wire]).messages.map { $0.body.count } == [21])
    }

    @Test(arguments: UInt64(1)...20)
    func `never trap or depend on the cut when damaged`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        for _ in 0..<150 {
            let damaged = mutated(Self.pipeline, &random)
            let outcomes = cuts(damaged, &random).map { responses($0, closes: true, maxBodyBytes: 64) }
            #expect(outcomes.allSatisfy { $0.messages == outcomes[0].messages }, "\(damaged)")
            #expect(outcomes.allSatisfy { ($0.error == nil) == (outcomes[0].error == nil) }, "\(damaged)")
        }
    }
}
