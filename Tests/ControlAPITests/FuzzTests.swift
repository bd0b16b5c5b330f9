@testable import ControlAPI
import Configuration
import Fundamentals
import MarketModel
import Testing
import Wire

@Suite struct `Arbitrary requests` {
    private let words = [
        "/api/bot/start", "/api/bot/stop", "/api/bot/status", "/api/bot/config", "/api/bot/logs", "/api/kill", "/api",
        "/api/fills", "/orders", "/", "//", "/healthz", "?limit=", "?after=", "&", "%", "%2", "BTCUSD:1",
        "99999999999999999999",
        "-1", "http://", "localhost", "*", "é", "\u{0}", "{\"confirm\":true}", "{", "[", "1e400", "\"half_spread\"",
        ":", "null",
        "{\"limits\":{\"limits\":{\"limits\":{\"limits\":{\"limits\":1}}}}}", "true",
    ]

    @Test(arguments: UInt64(1)...8)
    func `always have a well-formed answer`(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        func pick<T>(_ values: [T]) -> T { values[Int(random.integer(in: 0...Int64(values.count - 1)))] }
        func some(_ count: Int64) -> String { (0..<random.integer(in: 0...count)).map { _ in pick(words) }.joined() }
        let bot = FakeBot(strategy: nil)
        bot.quote()
        let router = ControlRouter(bot)
        for _ in 0..<3_000 {
            let path = random.integer(in: 0...2) == 0 ? some(3) : pick(Operation.allCases).path + some(2)
            let body = random.integer(in: 0...1) == 0 ? some(4) : ""
            var headers: [(String, String?)] = []
            for name in ["Host", "Authorization", "Origin", "Content-Type", "Last-Event-ID", "Sec-Fetch-Site"]
            where random.integer(in: 0...9) == 0 {
                headers.append((name, random.integer(in: 0...1) == 0 ? nil : some(2)))
            }
            let reply = router.reply(request(pick(HTTPMethod.allCases), path, body, headers))
            #expect((200...599).contains(reply.status))
            if reply.headers["Content-Type"] == "application/json" {
                #expect(throws: Never.self) { try JSONValue.parse(reply.body) }
            }
            if reply.status >= 400, reply.status != 503 {
                #expect(throws: Never.self) { try Schemas.named("Error").check(JSONValue.parse(reply.body)) }
            }
        }
    }

    @Test func `a stream of events is read the same in any pieces, and arbitrary bytes stay bounded`() {
        var random = RandomSource(seed: 3)
        let text =
            "retry: 5\r\n\r\n: hello\n\nid: 1\nevent: a\ndata: x\ndata:y\n\nid\ndata\n\ndata: é\rid: 7\r\rdata: cut"
        var whole = EventStreamParser()
        let expected = whole.append(Array(text.utf8))
        #expect(
            expected == [
                StreamedEvent(id: "1", name: "a", data: "x\ny"), StreamedEvent(id: "", name: "message", data: ""),
                StreamedEvent(id: "7", name: "message", data: "é"),
            ])
        for _ in 0..<500 {
            var parser = EventStreamParser()
            var events: [StreamedEvent] = []
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                let count = Int(random.integer(in: 1...9))
                events += parser.append(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            #expect(events == expected)
        }
        var parser = EventStreamParser()
        for _ in 0..<40 { _ = parser.append([UInt8](repeating: 0x61, count: 65_536)) }
        #expect(parser.isBroken)
    }
}

@Suite struct `Numbers of a body` {
    @Test(
        arguments: [
            ("0.001", "0.001"), ("1e-3", "0.001"), ("0.30000000000000004", "0.3"), ("1.1952616520698138e-19", "0"),
            ("5e-324", "0"), ("5e-9", "0.00000001"), ("4.9e-9", "0"), ("-5e-9", "-0.00000001"), ("12E2", "1200"),
            ("1e-9999", "0"), ("1e99999999999999999999", nil), ("1e300", nil),
            ("170141183460469231731687303715884105728", nil),
        ] as [(String, String?)])
    func `are rounded to eight decimals`(digits: String, expected: String?) {
        #expect(DecimalNumeral.read(digits, roundedTo: 8)?.description == expected)
    }
}
