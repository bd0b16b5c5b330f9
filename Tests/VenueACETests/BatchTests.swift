import MarketModel
import Testing
import VenueKit
import Wire

@testable import VenueACE

@Suite struct `Batches at a venue that has ACE's private routes` {
    private static let ids = (UInt32(1)...3).map { ACEDesk.id($0) }
    private static let place = VenueCall.place((UInt32(1)...3).map { ACEDesk.placement($0) })
    private static let cancel = VenueCall.cancel(ACEDesk.btc, ids.map { .own($0) })

    private static func accepted(_ sequence: UInt32) -> String {
        """
        {"status":200,"message":null,\
        "attachment":{"orderNo":"\(ACEDesk.number(sequence))","customOrderId":"apus-7-\(sequence)"}}
        """
    }
    private static func failed(_ sequence: UInt32, _ status: Int = 2_053) -> String {
        #"{"status":\#(status),"message":"no","attachment":{"customOrderId":"apus-7-\#(sequence)"}}"#
    }

    @Test func `the request carries every order with all its fields`() throws {
        var desk = ACEDesk(supportsBatch: true)
        let asked = desk.ask(Self.place)
        let text = try #require(asked?["orders"])
        let rows = try #require(try JSONValue.parse(Array(text.utf8)).elements)
        #expect(rows.map { $0["customOrderId"]?.text } == ["apus-7-1", "apus-7-2", "apus-7-3"])
        #expect(rows.allSatisfy { $0["num"]?.text == "0.001000" && $0["price"]?.text == "2945000.0" })
        #expect(desk.adapter.capabilities.placeBatch == 20 && desk.adapter.capabilities.cancelBatch == 20)
        #expect(ACEDesk().adapter.capabilities.placeBatch == 1)
    }

    @Test func `each element has its own outcome`() {
        var desk = ACEDesk(supportsBatch: true)
        _ = desk.ask(Self.place)
        let reply = "[\(Self.accepted(1)),\(Self.failed(2)),\(Self.failed(3, 9_999))]"
        let (verdict, output) = desk.succeed(Self.place, reply)
        #expect(verdict == .done)
        #expect(output.accountEvents.count == 2)
        guard case .accepted(Self.ids[0], _) = output.accountEvents[0],
            case .rejected(Self.ids[1], .place, let rejection) = output.accountEvents[1]
        else {
            Issue.record("\(output.accountEvents)")
            return
        }
        #expect(rejection.code == 2_053)
    }

    @Test func `elements in another order are known by their names, those left out are not spoken of`() {
        var desk = ACEDesk(supportsBatch: true)
        _ = desk.ask(Self.place)
        let output = desk.succeed(Self.place, "[\(Self.accepted(3)),\(Self.accepted(1))]").output
        let accepted = output.accountEvents.compactMap { if case .accepted(let id, _) = $0 { id } else { nil } }
        #expect(accepted == [Self.ids[2], Self.ids[0]])
    }

    @Test func `a stranger's element names nobody`() {
        var desk = ACEDesk(supportsBatch: true)
        _ = desk.ask(Self.place)
        #expect(desk.succeed(Self.place, "[\(Self.accepted(8))]").output.accountEvents.isEmpty)
    }

    @Test(arguments: [(404, "", true), (200, ACEDesk.envelope("null", status: 9_996), false)])
    func `a route that is gone, or a whole refusal, sends each on its own`(
        status: Int, body: String, isForGood: Bool
    ) {
        var desk = ACEDesk(supportsBatch: true)
        for sequence in UInt32(1)...3 { _ = desk.place(sequence) }
        for call in [Self.place, Self.cancel] {
            _ = desk.ask(call)
            #expect(desk.answer(call, body, status: status).verdict == .split(forGood: isForGood))
        }
    }

    @Test func `a batch without a reply that can be read stays open as a whole`() {
        var desk = ACEDesk(supportsBatch: true)
        _ = desk.ask(Self.place)
        for (body, status) in [("<html>", 200), ("", 502), (ACEDesk.envelope("7"), 200)] {
            guard case .unknown = desk.answer(Self.place, body, status: status).verdict else {
                Issue.record("\(status) \(body)")
                continue
            }
        }
    }

    @Test func `cancels of a batch are acknowledged, refused or left open one by one`() {
        var desk = ACEDesk(supportsBatch: true)
        for sequence in UInt32(1)...3 { _ = desk.place(sequence) }
        let numbers = desk.ask(Self.cancel)?["orderNos"]
        #expect(numbers == "[\"\(ACEDesk.number(1))\",\"\(ACEDesk.number(2))\",\"\(ACEDesk.number(3))\"]")
        let reply = """
            [{"status":200,"message":null,"attachment":{"orderNo":"\(ACEDesk.number(3))"}},\
            {"status":2061,"message":"over","attachment":{"orderNo":"\(ACEDesk.number(1))"}}]
            """
        let (verdict, output) = desk.succeed(Self.cancel, reply)
        #expect(verdict == .done && output.acknowledged == [Self.ids[2]])
        guard case .rejected(Self.ids[0], .cancel, _)? = output.accountEvents.first else {
            Issue.record("\(output.accountEvents)")
            return
        }
        #expect(output.accountEvents.count == 1)
        #expect(output.calls.contains(.order(Self.ids[0], ACEDesk.btc)))
    }
}
