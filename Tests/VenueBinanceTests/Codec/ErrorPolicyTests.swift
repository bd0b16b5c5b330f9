import MarketModel
import Testing
import VenueAster
import Wire

@testable import VenueBinance

@Suite struct `The action table of Binance spot` {
    private func kind(_ status: Int, _ body: String) -> String {
        switch BinanceErrorPolicy.outcome(status: status, body: try? JSONValue.parse(Array(body.utf8))) {
        case .accepted: "accepted"
        case .rejected(let rejection): rejection.kind.rawValue
        case .unresolved: "unresolved"
        case .throttled: "throttled"
        case .fatal: "fatal"
        }
    }

    /// The codes of the documents, as texts of their own.
    static let codes: [(codes: [Int], kind: String)] = [
        ([-1000, -1001, -1006, -1007, -1008], "unresolved"), ([-1003, -1015, -1034], "throttled"),
        ([-1016], "rateLimited"), ([-1021], "requote"), ([-1013, -1111], "rules"),
        ([-1002, -1022, -2014, -2015], "fatal"), ([-2011, -2013, -2026, -2039], "stateMismatch"),
        (
            [
                -1014, -1020, -1100, -1101, -1102, -1103, -1104, -1105, -1106, -1112, -1114, -1115, -1116, -1117,
                -1121, -1128, -1130, -1145, -1220, -2021, -2022, -2035, -2036, -2038, -2042, -2043, -9999,
            ], "other"
        ),
    ]

    @Test(arguments: [200, 400, 401, 409]) func `gives every code its reaction`(status: Int) {
        for row in Self.codes {
            for code in row.codes {
                #expect(kind(status, #"{"code":\#(code),"msg":"text"}"#) == row.kind, "\(code)")
            }
        }
    }

    @Test(arguments: [
        (-2010, "Account has insufficient balance for requested action.", "capital"),
        (-2010, "Order would immediately match and take.", "requote"),
        (-2010, "Stop price would trigger immediately.", "requote"), (-2010, "Market is closed.", "other"),
        // Something of that name is open.
        (-2010, "Duplicate order sent.", "unresolved"),
        (-2010, "This action is disabled on this account.", "fatal"),
        (-2010, "This account may not place or cancel orders.", "fatal"),
        (-2010, "Rest API trading is not enabled.", "fatal"), (-2011, "Unknown order sent.", "stateMismatch"),
        (-2011, "This action is disabled on this account.", "fatal"),
        (-1013, "Filter failure: LOT_SIZE", "rules"), (-1013, "Filter failure: NOTIONAL", "rules"),
        (-1013, "Filter failure: PERCENT_PRICE_BY_SIDE", "requote"),
        (-1013, "Filter failure: PERCENT_PRICE", "requote"),
        (-1013, "Filter failure: MAX_NUM_ORDERS", "capital"), (-1013, "Filter failure: MAX_POSITION", "capital"),
        (-1013, "This symbol does not allow the specified self-trade prevention mode.", "rules"),
    ]) func `reads the message where one code stands for many things`(code: Int, message: String, kind: String) {
        #expect(self.kind(400, #"{"code":\#(code),"msg":"\#(message)"}"#) == kind)
    }

    @Test func `statuses count before codes where only they are certain`() {
        for status in [500, 502, 503, 504, 408] {
            #expect(kind(status, #"{"code":-2010,"msg":"Account has insufficient balance"}"#) == "unresolved")
            #expect(kind(status, "<html>") == "unresolved")
        }
        for status in [403, 418, 429] { #expect(kind(status, "<html>") == "throttled") }
        #expect(kind(401, "") == "fatal")
        #expect(kind(404, "<html>") == "other")
        #expect(kind(302, "") == "unresolved")
        #expect(kind(200, "<html>") == "unresolved")
        for body in ["{}", "[]", #"{"code":200,"msg":"done"}"#, #"{"orderId":1}"#] {
            #expect(kind(200, body) == "accepted")
        }
    }
}
