import Exchange
import Fundamentals
import MarketModel
import Testing
import VenueExtended
import Wire

@testable import LocalVenues

@Suite struct `Chaos at a local Extended` {
    private func post(_ world: inout ExtendedWorld) throws -> (name: String, HTTPResponse?) {
        let draft = world.draft(.buy, "0.01", "84000")
        let response = world.post(try world.body(draft))
        return (draft.id!, response)
    }

    @Test(arguments: [LocalVenues.ExtendedFault.errorAfterAcceptance, .replyLost, .replyDelayed, .emptyBody])
    func `hides what was carried out`(fault: LocalVenues.ExtendedFault) throws {
        var world = ExtendedWorld()
        world.server.chaos.script(fault, next: 1, filter: "/user/order")
        let (name, response) = try post(&world)
        switch fault {
        case .errorAfterAcceptance:
            #expect(response?.status == 500)
            let text = String(decoding: response?.body ?? [], as: UTF8.self)
            #expect(text.contains("1006"))
        case .emptyBody: #expect(response?.status == 200 && response?.body == [])
        default: #expect(response == nil)
        }
        world.advance(.seconds(2))
        #expect(try world.state(name) == "NEW 0")
        #expect(world.server.strikes(of: fault) == 1)
    }

    @Test(arguments: [LocalVenues.ExtendedFault.requestLost, .rateLimited, .htmlBadGateway])
    func `refuses without carrying out`(fault: LocalVenues.ExtendedFault) throws {
        var world = ExtendedWorld()
        world.server.chaos.script(fault, next: 1)
        let (name, response) = try post(&world)
        switch fault {
        case .rateLimited: #expect(response?.status == 429)
        case .htmlBadGateway: #expect(response?.status == 502)
        default: #expect(response == nil)
        }
        world.work()
        #expect(try world.state(name) == "unknown")
    }

    @Test func `writes ids as texts, errors as successes`() throws {
        var world = ExtendedWorld()
        world.server.chaos.script(.textIDs, next: 1)
        let (_, response) = try post(&world)
        let id = try JSONValue.parse(response?.body ?? [])["data"]?["id"]
        #expect(id?.text != nil && id?.integer != nil)
        world.server.chaos.script(.errorWithStatus200, next: 1)
        #expect(world.call(.get, "/info/markets/NOPE/stats").hasPrefix(#"200 {"status":"ERROR""#))
    }

    @Test func `lets the engine be done before the reply is sent`() throws {
        var world = ExtendedWorld()
        world.server.chaos.script(.streamBeatsReply, next: 1)
        let draft = world.draft(.buy, "0.01", "84091")
        _ = world.post(try world.body(draft))
        #expect(try world.state(draft.id!) == "FILLED 0.01000")
    }

    @Test func `puts the venue's clock ahead`() throws {
        var world = ExtendedWorld()
        world.server.chaos.clockSkew = .minutes(30)
        let draft = world.draft(.buy, "0.01", "84000") { $0.expiryMilliseconds -= 1_900_000 }
        #expect(try world.submit(draft) == "1135")
        let name = try world.order(.buy, "0.01", "84000")
        world.work()
        let row = try #require(try world.data(.get, "/user/orders/external/\(name)", as: 0).elements?.first)
        #expect((row["createdTime"]?.integer ?? 0) >= world.now.milliseconds + 1_799_000)
    }

    @Test func `is set at once or not at all`() {
        var world = ExtendedWorld()
        #expect(world.call(.post, "/apus/chaos?reply-lost=1/2&nonsense=1").hasPrefix("400"))
        #expect(world.server.chaos.isCalm)
        #expect(world.call(.post, "/apus/chaos", body: "seq-gap=next:2&silence=500").contains(#""calm":false"#))
        #expect(world.call(.post, "/apus/chaos?seq-gap=off").contains(#""calm":true"#))
        #expect(world.call(.post, "/apus/chaos?mode=other").hasPrefix("400"))
    }
}
