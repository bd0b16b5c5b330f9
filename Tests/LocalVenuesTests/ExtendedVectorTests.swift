import Cryptography
import Exchange
import Fundamentals
import MarketModel
import StarkCryptography
import Testing
import VenueExtended
import Wire

@testable import LocalVenues

/// Bodies that the venue's own client signed.
@Suite struct `Orders of the venue's own client at a local Extended` {
    private static let document = ExtendedExampleFiles.load("signed_orders")
    private static let cases = document?["cases"]?.elements ?? []

    private func settlement(_ value: JSONValue?) throws -> ExtendedSettlement {
        func felt(_ name: String) throws -> Felt { try #require(value?[name]?.text.flatMap { Felt(hex: $0) }) }
        return ExtendedSettlement(
            collateralID: try felt("collateralId"),
            collateralResolution: try #require(value?["collateralResolution"]?.integer),
            syntheticID: try felt("syntheticId"),
            syntheticResolution: try #require(value?["syntheticResolution"]?.integer))
    }

    private func server(_ row: JSONValue) throws -> ExtendedServer {
        let name = try #require(row["market"]?.text)
        let isOfficial = row["label"]?.text?.hasPrefix("official ") ?? false
        var market = ExtendedWorld.markets()[0]
        market.settlement = try settlement(
            isOfficial
                ? Self.document?["official_test_market_l2Config"] : Self.document?["markets"]?[name]?["l2Config"])
        let key = Secret(try #require(row["private_key"]?.text))
        let account = ExtendedAccountDefinition(
            name: "a", apiKey: "a", vault: UInt32(try #require(row["vault"]?.integer)),
            publicKey: try StarkPrivateKey(hex: key).publicKey, balance: .zero)
        let network = try #require(row["chain_id"]?.text.flatMap(StarknetNetwork.init))
        return try ExtendedServer(
            configuration: ExtendedServerConfiguration(accounts: [account], markets: [market], network: network),
            startingAt: ExtendedWorld.start)
    }

    private func verdict(_ body: JSONValue, _ server: ExtendedServer) throws -> Int64 {
        var json = JSONWriter()
        json.value(body)
        do throws(ExtendedError) {
            let form = try ExtendedOrderForm(json.bytes)
            // Orders that are nothing but legs have no settlement of their own.
            guard form.settlement != nil else { return form.kind == .exit ? 0 : 400 }
            try server.checkSettlement(form, 0, server.configuration.markets[0])
            return 0
        } catch {
            return error.code
        }
    }

    @Test(arguments: cases.indices) func `are signed as this venue checks`(row: Int) throws {
        let example = Self.cases[row]
        let body = try #require(example["body"])
        let server = try server(example)
        #expect(try verdict(body, server) == 0, "\(example["label"]?.text ?? "")")
        guard row % 10 == 0, body["settlement"] != nil else { return }
        let nonce = try #require(body["nonce"]?.integer)
        let members = try #require(body.members).map { member in
            member.name == "nonce" ? JSONMember("nonce", .string("\(nonce ^ 1)")) : member
        }
        #expect(try verdict(.object(members), server) == 1_101)
    }
}
