import MarketModel
import Testing
import Wire

@testable import VenueExtended

@Suite struct `Extended's client action table` {
    private func outcome(
        _ status: Int, _ body: String, _ kind: ExtendedRequestKind = .place
    ) -> ExtendedOutcome {
        ExtendedErrorPolicy.outcome(of: HTTPResponse(status: status, body: Array(body.utf8)), to: kind)
    }

    private func name(_ outcome: ExtendedOutcome) -> String {
        switch outcome {
        case .accepted: "accepted"
        case .rejected(let rejection): rejection.kind.rawValue
        case .duplicate: "duplicate"
        case .notFound: "not found"
        case .unresolved: "unresolved"
        case .throttled: "throttled"
        case .fatal: "fatal"
        }
    }

    private func error(_ code: String) -> String {
        #"{"status":"ERROR","error":{"code":\#(code),"message":"text"}}"#
    }

    /// The venue's list of codes, one by one.
    static let table: [(codes: [Int], reaction: String)] = [
        ([1000, 1001, 1002, 1003, 1014], "rules"),
        ([1004, 1008, 1009, 1500], "fatal"),
        ([1006], "unresolved"),
        ([1010], "throttled"),
        ([1100, 1101, 1102], "fatal"),
        ([1120, 1121, 1122, 1123, 1124, 1125, 1128], "rules"),
        ([1135, 1141], "requote"),
        ([1126, 1136, 1137, 1138, 1142], "stateMismatch"),
        ([1134], "duplicate"),
        ([1052, 1127, 1140, 1145, 1147, 1148, 10501], "capital"),
        (
            [
                1005, 1011, 1012, 1013, 1049, 1050, 1053, 1129, 1130, 1131, 1132, 1133, 1139, 1143, 1144, 1146, 1600,
                1601, 1602, 1604, 1605, 1607, 1608, 1650, 1700, 1701, 1703, 1704, 9999,
            ], "other"
        ),
        ([400, 422], "other"), ([401, 403], "fatal"), ([404], "stateMismatch"), ([429], "throttled"),
        ([500, 502, 503], "unresolved"),
    ]

    @Test(arguments: [200, 400, 404, 422])
    func `gives every code its reaction, as a number or in quotes, whatever the ordinary status`(status: Int) {
        for row in Self.table {
            for code in row.codes {
                #expect(name(outcome(status, error("\(code)"))) == row.reaction, "\(code)")
                #expect(name(outcome(status, error("\"\(code)\""))) == row.reaction, "\"\(code)\"")
            }
        }
    }

    @Test(arguments: [
        ("NOT_FOUND", "stateMismatch"), ("UNAUTHORIZED", "fatal"), ("FORBIDDEN", "fatal"),
        ("TOO_MANY_REQUESTS", "throttled"), ("INTERNAL_SERVER_ERROR", "unresolved"), ("BAD_REQUEST", "other"),
        ("UNPROCESSABLE_ENTITY", "other"), ("SOMETHING_NEW", "other"),
    ])
    func `reads codes in words`(word: String, reaction: String) {
        #expect(name(outcome(400, error("\"\(word)\""))) == reaction)
    }

    @Test func `does not take 5xx or 408 for failures, whatever the body says`() {
        for status in [408, 500, 502, 503, 504] {
            for body in ["", "<html>Bad gateway</html>", error("1140"), error("1134"), #"{"status":"OK"}"#] {
                for kind in ExtendedRequestKind.allCases {
                    #expect(name(outcome(status, body, kind)) == "unresolved", "\(status) \(body)")
                }
            }
        }
    }

    @Test func `pauses on 429 and stops on 401 and 403, body or not`() {
        for body in ["", "null", "<html>", error("1140")] {
            #expect(name(outcome(429, body)) == "throttled")
        }
        for body in ["", "<html>", error("401"), error("\"FORBIDDEN\"")] {
            #expect(name(outcome(401, body)) == "fatal")
            #expect(name(outcome(403, body)) == "fatal")
        }
    }

    @Test func `is in doubt about a success that cannot be read`() {
        for body in ["", "null", "[]", "{}", "<html></html>", #"{"status":"OK","da"#, #"{"status":"MAYBE"}"#] {
            #expect(name(outcome(200, body)) == "unresolved", "\(body)")
            #expect(name(outcome(201, body, .replace)) == "unresolved", "\(body)")
        }
        #expect(name(outcome(301, "")) == "unresolved")
        #expect(name(outcome(301, #"{"status":"OK"}"#)) == "unresolved")
        #expect(name(outcome(200, #"{"status":"ERROR"}"#)) == "unresolved")
    }

    @Test func `is sure of a plain bad request`() {
        for status in [400, 404, 405, 413, 422] { #expect(name(outcome(status, "<html>")) == "other") }
    }

    @Test(arguments: ["OK", "ok", "Ok"]) func `takes OK in any case for success`(word: String) {
        #expect(
            outcome(200, #"{"status":"\#(word)","data":{"id":1}}"#) == .accepted(.object([.init("id", .number("1"))])))
        #expect(outcome(200, #"{"status":"\#(word)"}"#, .cancel) == .accepted(.null))
        let page = outcome(200, #"{"status":"\#(word)","data":[],"pagination":{"cursor":"7","count":1}}"#, .read)
        #expect(page == .accepted(.array([]), ExtendedPagination(cursor: 7, count: 1)))
    }

    @Test func `lets some successes come without a body`() {
        for kind in [ExtendedRequestKind.deadMansSwitch, .leverage, .cancel, .cancelAll] {
            #expect(outcome(200, "", kind) == .accepted(.null))
            #expect(outcome(204, "\n", kind) == .accepted(.null))
        }
        for kind in [ExtendedRequestKind.place, .replace, .read, .balance, .orderQuery] {
            #expect(name(outcome(200, "", kind)) == "unresolved")
        }
    }

    @Test func `takes a missing balance for zero and a missing order for missing, nothing else`() {
        for body in [error("404"), error("\"NOT_FOUND\""), "", "<html>"] {
            #expect(outcome(404, body, .balance) == .notFound)
            #expect(outcome(404, body, .orderQuery) == .notFound)
            #expect(name(outcome(404, body, .cancel)) != "not found")
            #expect(name(outcome(404, body, .place)) != "not found")
        }
    }

    @Test func `a duplicate means that an earlier attempt arrived, for orders only`() {
        #expect(name(outcome(400, error("1134"), .place)) == "duplicate")
        #expect(name(outcome(400, error("1134"), .replace)) == "duplicate")
        #expect(name(outcome(400, error("1134"), .cancel)) == "stateMismatch")
    }

    @Test(arguments: [(1100, "public key"), (1101, "private key"), (1102, "vault"), (401, "API key")])
    func `says what to check when keys do not fit together`(code: Int, words: String) {
        guard case .fatal(let rejection) = outcome(400, error("\(code)")) else {
            Issue.record("expected a fatal outcome")
            return
        }
        #expect(rejection.code == code && rejection.message.contains(words) && rejection.message.hasPrefix("text"))
    }

    @Test func `keeps code, message and the numbers behind a refusal`() {
        let body = #"""
            {"status":"ERROR","error":{"code":1140,"message":"New order cost exceeds available balance","debugInfo":"Order cost 2.000000"}}
            """#
        let expected = VenueRejection(
            kind: .capital, code: 1140, message: "New order cost exceeds available balance (Order cost 2.000000)")
        #expect(outcome(400, body) == .rejected(expected))
    }

    @Test func `knows a clock fault`() {
        #expect(ExtendedErrorPolicy.isClockFault(VenueRejection(kind: .requote, code: 1135, message: "")))
        #expect(!ExtendedErrorPolicy.isClockFault(VenueRejection(kind: .requote, code: 1141, message: "")))
    }
}
