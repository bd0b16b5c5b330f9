import MarketModel
import Testing
import Wire

@testable import VenueAster

@Suite struct `The client action table` {
    private func outcome(_ status: Int, _ body: String) -> AsterOutcome {
        AsterErrorPolicy.outcome(status: status, body: try? JSONValue.parse(Array(body.utf8)))
    }

    private func kind(_ outcome: AsterOutcome) -> String {
        switch outcome {
        case .accepted: "accepted"
        case .rejected(let rejection): rejection.kind.rawValue
        case .unresolved: "unresolved"
        case .throttled: "throttled"
        case .fatal: "fatal"
        }
    }

    /// aster.md §4.2–4.3, code by code, as texts of its own.
    static let table: [(codes: [Int], kind: String)] = [
        ([-1000, -1001, -1006, -1007, -1008], "unresolved"),
        ([-1003, -1015], "throttled"),
        ([-1016], "rateLimited"),
        ([-1021, -4225], "requote"),
        ([-2021, -5022, -4131, -4016, -4024, -5060, -2010, -2020], "requote"),
        ([-1111, -4014, -4023, -4013, -4002, -4004, -4005], "rules"),
        ([-2018, -2019, -2027, -2028, -4050, -4164, -5076], "capital"),
        ([-2011, -2013, -2022, -2024, -4118], "stateMismatch"),
        ([-1002, -1022, -2014, -2015, -5050, -4087, -4088, -2023, -4061], "fatal"),
        ([-4046, -4059], "accepted"),
        (
            [
                -1004, -1005, -1010, -1011, -1013, -1014, -1020, -1023, -1100, -1101, -1102, -1103, -1104, -1105, -1106,
                -1108, -1114, -1115, -1116, -1117, -1118, -1119, -1120, -1121, -1125, -1127, -1128, -1130, -1136, -2016,
                -2025, -2026, -4000, -4001, -4003, -4015, -4022, -4045, -4060, -4062, -4082, -4083, -4111, -4116, -4141,
                -4165, -4168, -4181, -9999,
            ], "other"
        ),
    ]

    @Test(arguments: [200, 400, 401]) func `gives every code its reaction whatever the ordinary status`(status: Int) {
        for row in Self.table {
            for code in row.codes {
                let outcome = outcome(status, #"{"code":\#(code),"msg":"text"}"#)
                #expect(kind(outcome) == row.kind, "\(code)")
                let quoted = self.outcome(status, #"{"code":"\#(code)","msg":"text"}"#)
                #expect(kind(quoted) == row.kind, "\"\(code)\"")
            }
        }
    }

    @Test(arguments: [
        #"{"code":200,"msg":"success"}"#, #"{"code":"200","msg":"The operation of cancel all open order is done."}"#,
        #"{"code":0}"#, #"{"orderId":1}"#, "[]", "{}",
    ])
    func `takes success echoes for success`(body: String) {
        #expect(outcome(200, body) == .accepted)
    }

    @Test func `does not take 5xx or 408 for failures, whatever the body says`() {
        for status in [408, 500, 502, 503, 504] {
            for body in ["", "<html>Bad gateway</html>", #"{"code":-2010,"msg":"x"}"#, #"{"code":-1121}"#] {
                #expect(kind(outcome(status, body)) == "unresolved", "\(status) \(body)")
            }
        }
    }

    @Test func `pauses on 403, 418 and 429, body or not`() {
        for status in [403, 418, 429] {
            for body in ["<html>blocked</html>", #"{"code":-1003,"msg":"Way too many requests; IP banned until 1."}"#] {
                #expect(kind(outcome(status, body)) == "throttled", "\(status)")
            }
        }
    }

    @Test(arguments: [
        ("Signature check failed", "fatal"), ("No agent found", "fatal"), ("Invalid symbol.", "other"),
        ("An unknown error occured while processing the request.", "unresolved"), ("", "unresolved"),
    ])
    func `reads the texts of -1000`(message: String, expected: String) {
        #expect(kind(outcome(400, #"{"code":-1000,"msg":"\#(message)"}"#)) == expected)
    }

    @Test func `is in doubt about a success that cannot be read, and sure of a plain bad request`() {
        #expect(kind(outcome(200, "<html></html>")) == "unresolved")
        #expect(kind(outcome(200, "")) == "unresolved")
        #expect(kind(outcome(400, "<html></html>")) == "other")
        #expect(kind(outcome(401, "")) == "fatal")
        #expect(kind(outcome(301, "")) == "unresolved")
        #expect(kind(outcome(499, "")) == "unresolved")
    }

    @Test func `keeps code and message of a refusal`() {
        let expected = VenueRejection(kind: .capital, code: -2019, message: "Margin is insufficient.")
        #expect(outcome(400, #"{"code":-2019,"msg":"Margin is insufficient."}"#) == .rejected(expected))
    }

    @Test func `knows a clock fault`() {
        #expect(AsterErrorPolicy.isClockFault(VenueRejection(kind: .requote, code: -1021, message: "")))
        #expect(AsterErrorPolicy.isClockFault(VenueRejection(kind: .requote, code: -4225, message: "")))
        #expect(!AsterErrorPolicy.isClockFault(VenueRejection(kind: .requote, code: -2021, message: "")))
    }
}
