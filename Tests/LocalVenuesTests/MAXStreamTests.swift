import Exchange
import Fundamentals
import MarketModel
import Testing
import VenueKit
import VenueMAX
import Wire

@testable import LocalVenues

@Suite struct `Streams of a local MAX` {
    private static let subscription =
        #"{"action":"sub","subscriptions":[{"channel":"book","market":"btctwd","depth":50},{"channel":"trade","market":"btctwd"}],"id":"c1"}"#

    @Test func `confirm a subscription and begin with the book`() {
        var world = MAXWorld()
        world.open(1)
        world.say(Self.subscription, on: 1)
        let frames = world.frames(1)
        #expect(frames.map { $0["e"]?.text } == ["subscribed", "snapshot"])
        #expect(frames[0]["i"]?.text == "c1")
        #expect(frames[1]["fi"] == frames[1]["li"])
        #expect(frames[1]["a"]?.elements?.count == 5)
    }

    @Test func `continue a book so that a client's equals the venue's`() throws {
        var world = MAXWorld()
        world.open(1)
        world.say(Self.subscription, on: 1)
        var random = RandomSource(seed: 5)
        var client: [Side: [Price: Quantity]] = [.buy: [:], .sell: [:]]
        var last: Int64 = 0
        for step in 0..<200 {
            world.setBook(mid: MAXWorld.mid + random.integer(in: -20...20) * 100)
            if step % 3 == 0 { world.trade(.buy, lots: random.integer(in: 1...9_000_000), limit: MAXWorld.mid * 2) }
            world.advance(.milliseconds(random.integer(in: 10...300)))
            for frame in world.frames(1) where frame["c"]?.text == "book" {
                let book = try MAXBook(message: frame, world.instrument)
                if frame["e"]?.text == "snapshot" {
                    last = try #require(book.lastID)
                } else {
                    #expect(try #require(book.firstID) == last + 1)
                    last = try #require(book.lastID)
                }
                for level in book.bids { client[.buy]?[level.price] = level.quantity == .zero ? nil : level.quantity }
                for level in book.asks { client[.sell]?[level.price] = level.quantity == .zero ? nil : level.quantity }
            }
        }
        world.advance(.seconds(1))
        for frame in world.frames(1) where frame["c"]?.text == "book" {
            let book = try MAXBook(message: frame, world.instrument)
            for level in book.bids { client[.buy]?[level.price] = level.quantity == .zero ? nil : level.quantity }
            for level in book.asks { client[.sell]?[level.price] = level.quantity == .zero ? nil : level.quantity }
        }
        let truth = world.server.exchange.book(MarketID(0), depth: 50)
        #expect(client[.buy] == Dictionary(uniqueKeysWithValues: truth.bids.map { ($0.price, $0.quantity) }))
        #expect(client[.sell] == Dictionary(uniqueKeysWithValues: truth.asks.map { ($0.price, $0.quantity) }))
    }

    @Test func `tell an account its orders, fills and balances, and nobody else`() {
        var world = MAXWorld()
        world.place("buy", "0.01", at: "3000000.0", name: "resting")
        world.open(1)
        world.open(2)
        world.logIn(1)
        world.logIn(2, as: 1)
        let first = world.frames(1)
        #expect(first.map { $0["e"]?.text } == ["authenticated", "order_snapshot", "account_snapshot"])
        #expect(first[1]["o"]?.elements?.map { $0["ci"]?.text } == ["resting"])
        _ = world.frames(2)
        world.place("buy", "0.01", at: "3049600.0", name: "taking")
        let told = world.frames(1)
        #expect(told.map { $0["e"]?.text } == ["order_update", "trade_update", "order_update", "account_update"])
        #expect(told[0]["o"]?.elements?[0]["S"]?.text == "wait")
        #expect(told[1]["t"]?.elements?[0]["fc"]?.text == "btc")
        #expect(told[2]["o"]?.elements?[0]["S"]?.text == "done")
        #expect(world.frames(2).isEmpty)
    }

    @Test(arguments: [
        ("{", "E-1005: invalid json"), (#"{"action":"fly"}"#, "E-1004: invalid action"),
        (#"{"action":"auth","apiKey":"x","nonce":1,"signature":"0"}"#, "E-1007: authentication failed"),
    ]) func `answer what is wrong with a message`(text: String, error: String) {
        var world = MAXWorld()
        world.open(1)
        world.say(text, on: 1)
        #expect(world.frames(1).map { $0["E"] } == [.array([.string(error)])])
    }

    @Test func `take each nonce once, and none that is out of time`() {
        var world = MAXWorld()
        world.open(1)
        let login = world.signers[0].login(nonce: world.now.milliseconds, id: "a")
        for _ in 0..<2 { world.server.streamText(PeerID(1), login, at: world.now, into: &world.effects) }
        let late = world.signers[0].login(nonce: world.now.milliseconds - 40_000, id: "a")
        world.server.streamText(PeerID(1), late, at: world.now, into: &world.effects)
        let errors = world.frames(1).compactMap { $0["E"]?.elements?.first?.text?.prefix(6) }
        #expect(errors == ["E-1012", "E-1006"])
    }

    @Test func `close a connection that does not ping, and one that talks too much`() {
        var world = MAXWorld()
        world.open(1)
        world.open(2)
        world.advance(.seconds(100))
        world.server.streamPing(PeerID(1), at: world.now, into: &world.effects)
        world.effects.removeAll()
        world.advance(.seconds(31))
        #expect(world.effects == [.close(PeerID(2), code: 1_000, reason: "no ping")])
        world.effects.removeAll()
        for _ in 0..<21 { world.say(#"{"action":"fly"}"#, on: 1) }
        #expect(world.effects.last == .close(PeerID(1), code: 1_008, reason: "too many messages"))
    }

    @Test func `lose, repeat and restart as chaos says`() throws {
        var chaos = MAXChaos()
        chaos.script(.bookGap, next: 1)
        var world = MAXWorld(chaos: chaos)
        world.open(1)
        world.say(Self.subscription, on: 1)
        _ = world.frames(1)
        func update(_ mid: Int64) -> [JSONValue] {
            world.setBook(mid: mid)
            world.advance(.milliseconds(200))
            return world.frames(1).filter { $0["c"]?.text == "book" }
        }
        #expect(update(MAXWorld.mid + 1_000).isEmpty)
        let next = try #require(update(MAXWorld.mid + 2_000).first)
        let version = next["v"]
        world.server.chaos.script(.bookRestart, next: 1)
        let restarted = try #require(update(MAXWorld.mid + 3_000).first)
        #expect(restarted["v"] != version)
        world.logIn(1)
        _ = world.frames(1)
        world.server.chaos.script(.userEventDuplicated, next: 1)
        world.place("buy", "0.01", at: "3000000.0")
        #expect(world.frames(1).filter { $0["e"]?.text == "order_update" }.count == 2)
    }
}
