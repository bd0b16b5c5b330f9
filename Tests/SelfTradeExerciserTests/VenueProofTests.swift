import Fundamentals
import LocalVenues
import Testing
import Wire

@Suite struct `A local exchange proves that it is one` {
    private let challenge = "00112233445566778899aabbccddeeff"

    private func answer(_ venue: String = "ace") throws -> HTTPResponse {
        let request = HTTPRequest(method: .get, target: "/apus/identity?challenge=\(challenge)")
        return try #require(VenueProof.response(to: request, venue: venue))
    }

    @Test func `its answer to a challenge is accepted`() throws {
        #expect(VenueProof.venue(provenBy: try answer(), challenge: challenge) == "ace")
    }

    @Test func `the answer to another challenge is not`() throws {
        #expect(VenueProof.venue(provenBy: try answer(), challenge: "ff112233445566778899aabbccddeeff") == nil)
    }

    @Test func `an answer without the header, with another status or another name is not`() throws {
        var bare = try answer()
        bare.headers.fields.removeAll { $0.name == VenueIdentity.header }
        var moved = try answer()
        moved.status = 302
        var renamed = try answer()
        renamed.headers.fields = renamed.headers.fields.map {
            $0.name == VenueIdentity.header ? .init(name: $0.name, value: "binance") : $0
        }
        for response in [bare, moved, renamed] {
            #expect(VenueProof.venue(provenBy: response, challenge: challenge) == nil)
        }
    }

    @Test(arguments: ["", "?challenge=", "?challenge=zz", "?challenge=0011", "?x=1", "?challenge=xyzxyzxyzxyzxyzxyz"])
    func `a challenge that is none is answered with what was expected`(query: String) throws {
        let request = HTTPRequest(method: .get, target: "/apus/identity" + query)
        #expect(try #require(VenueProof.response(to: request, venue: "ace")).status == 400)
    }

    @Test func `other requests are not its business`() {
        #expect(VenueProof.response(to: HTTPRequest(method: .get, target: "/api/v3/time"), venue: "binance") == nil)
        #expect(VenueProof.response(to: HTTPRequest(method: .get, target: "/apus/identityx"), venue: "binance") == nil)
        #expect(VenueProof.response(to: HTTPRequest(method: .post, target: "/apus/identity"), venue: "a") == nil)
    }

    /// Whatever a real venue could answer: none of it proves anything.
    @Test func `no answer that was not made for the challenge passes`() throws {
        var random = RandomSource(seed: 7)
        let good = try answer()
        for _ in 0..<2_000 {
            var body = good.body
            body[Int(random.integer(in: 0...Int64(body.count - 1)))] ^= UInt8(random.integer(in: 1...255))
            let response = HTTPResponse(status: 200, headers: good.headers, body: body)
            #expect(VenueProof.venue(provenBy: response, challenge: challenge) == nil)
        }
    }
}
