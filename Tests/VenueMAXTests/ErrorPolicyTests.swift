import Fundamentals
import MarketModel
import Testing
import VenueKit
import Wire

@testable import VenueMAX

@Suite struct `Refusals of MAX` {
    private func outcome(_ status: Int, _ body: String, _ kind: MAXRequestKind) -> MAXOutcome {
        MAXErrorPolicy.outcome(of: Sample.reply(body, status: status), to: kind)
    }

    private func body(_ code: Int64) -> String { #"{"success":false,"error":{"code":\#(code),"message":"said"}}"# }

    @Test(
        arguments: [
            (1_001, VenueRejection.Kind.rules), (2_002, .rules), (2_016, .rules), (2_018, .capital), (2_019, .requote),
            (2_034, .stateMismatch), (2_003, .stateMismatch), (2_007, .other), (4_004, .other),
        ] as [(Int64, VenueRejection.Kind)])
    func `a certain refusal of an order is told with what to do about it`(code: Int64, kind: VenueRejection.Kind) {
        #expect(
            outcome(400, body(code), .place) == .refused(VenueRejection(kind: kind, code: code, message: "said")))
    }

    @Test(arguments: [2_001, 2_005, 2_008, 2_010, 2_011, 2_014, 2_017, 2_061, 5_004] as [Int64])
    func `keys, rights and payloads need a person`(code: Int64) {
        for kind in MAXRequestKind.allCases {
            guard case .fatal(let reason) = outcome(401, body(code), kind) else {
                Issue.record("\(code) is not fatal for \(kind)")
                continue
            }
            #expect(reason.contains("\(code)"))
        }
    }

    @Test func `what may have been executed is never taken for refused`() {
        let open: [(Int, String)] = [
            (500, body(1_001)), (502, "<html></html>"), (503, ""), (408, ""), (400, body(5_999)), (200, "<html>"),
            (201, ""), (302, "x"), (400, body(9_999)), (401, body(2_006)), (400, body(2_036)),
        ]
        for (status, text) in open {
            guard case .unknown = outcome(status, text, .place) else {
                Issue.record("\(status) \(text) is not unknown")
                continue
            }
        }
    }

    @Test func `a name that is taken may be our own order's`() {
        let taken =
            #"{"success":false,"error":{"code":2002,"message":"Failed to create order: Validation failed: client_oid has already been taken"}}"#
        guard case .unknown = outcome(400, taken, .place) else {
            Issue.record("a duplicate name is taken for a refusal")
            return
        }
    }

    @Test func `an unknown order is an answer to a query and a mismatch for a cancel`() {
        #expect(outcome(404, body(2_004), .orderQuery) == .notFound)
        #expect(outcome(404, body(4_000), .orderQuery) == .notFound)
        guard case .refused(let rejection) = outcome(404, body(2_004), .cancel) else {
            Issue.record("not refused")
            return
        }
        #expect(rejection.kind == .stateMismatch)
        // Without the venue's own words it may be anybody's 404.
        guard case .unknown = outcome(404, "not here", .orderQuery) else {
            Issue.record("a bare 404 is no evidence")
            return
        }
    }

    @Test func `Retry-After is a moment in seconds`() {
        func throttled(_ value: String) -> MAXOutcome {
            MAXErrorPolicy.outcome(of: Sample.reply("", status: 429, headers: [("Retry-After", value)]), to: .place)
        }
        #expect(throttled("1770095300") == .throttled(until: Instant(milliseconds: 1_770_095_300_000)))
        for other in ["30", "soon", "-1", "99999999999999999999", "9223372036854775807"] {
            #expect(throttled(other) == .throttled(until: nil))
        }
    }

    @Test func `a page in between that forbids is a pause`() {
        #expect(outcome(403, "<html>blocked</html>", .place) == .throttled(until: nil))
    }

    @Test func `every code has a verdict for every request`() {
        for code in -10...6_000 as ClosedRange<Int64> {
            for kind in MAXRequestKind.allCases { _ = MAXErrorPolicy.verdict(on: code, to: kind) }
        }
    }
}
