import Cryptography
import Exchange
import Fundamentals
import MarketModel
import StarkCryptography
import Testing
import VenueExtended
import Wire

@testable import LocalVenues

@Suite struct `Configurations of a local Extended` {
    private static let good =
        #"{"name":"a","api_key":"k","vault":10002,"private_key":"0x7a7ff6fd3cab02ccdcd4a572563f5976f8976899b03a39773795a3c486d4986","balance":"10000.5"}"#

    private func parse(_ rows: String...) throws -> [ExtendedAccountDefinition] {
        try ExtendedAccountDefinition.parse(Array(#"{"accounts":[\#(rows.joined(separator: ","))]}"#.utf8))
    }

    @Test func `read the documented account file`() throws {
        let account = try #require(try parse(Self.good).first)
        #expect(account.publicKey.hex == "0x61c5e7e8339b7d56f197f54ea91b776776690e3232313de0f2ecbd0ef76f466")
        #expect(account.vault == 10_002 && account.client == "a" && account.balance == Cash("10000.5"))
        let key = #""public_key":"0x61c5e7e8339b7d56f197f54ea91b776776690e3232313de0f2ecbd0ef76f466""#
        #expect(try parse(Self.good.replacing(#""vault""#, with: key + #","client":"x","vault""#)).first?.client == "x")
        let open = #"{"name":"b","api_key":"l","vault":"7",\#(key),"balance":0}"#
        #expect(try parse(open).first?.privateKey == nil)
    }

    @Test func `say what is wrong with an account file`() {
        let wrong: [(String, String)] = [
            (#""vault":10002"#, "account 'a': field 'vault' must be a whole number from 1 to 4294967295"),
            (#""balance":"10000.5""#, "account 'a': field 'balance' must be a decimal from 0 to 10^12"),
            (#""api_key":"k""#, "account 'a': field 'api_key' must be a text that is not empty"),
        ]
        for (text, sentence) in wrong {
            let name = text.prefix { $0 != ":" }
            for value in ["-1", #""x""#, "null", "[]"] where !(name.contains("api_key") && value == #""x""#) {
                let row = Self.good.replacing(text, with: "\(name):\(value)")
                let error = #expect(throws: VenueConfigurationError.self) { try parse(row) }
                #expect(error?.reason.hasPrefix(sentence) == true, "\(String(describing: error))")
            }
        }
        func reason(_ rows: String) -> String {
            do {
                _ = try ExtendedAccountDefinition.parse(Array(rows.utf8))
                return "none"
            } catch { return error.reason }
        }
        #expect(reason("{").hasPrefix("the account file is not JSON (byte 1)"))
        #expect(reason("{}") == "the account file needs an array 'accounts'")
        #expect(reason(#"{"accounts":[]}"#) == "the account file has no account")
        #expect(reason(#"{"accounts":[1]}"#) == "account 1 is not an object")
        let stranger = Self.good.replacing("api_key", with: "apikey")
        #expect(
            reason(#"{"accounts":[\#(stranger)]}"#).hasPrefix("account 'a': unknown field 'apikey'; known are name,"))
        let other = Self.good.replacing(#""vault""#, with: #""public_key":"0x123","vault""#)
        #expect(reason(#"{"accounts":[\#(other)]}"#).contains("belongs to 0x61c5e7e8"))
        let zero = Self.good.replacing("0x7a7ff6fd3cab02ccdcd4a572563f5976f8976899b03a39773795a3c486d4986", with: "0x0")
        #expect(reason(#"{"accounts":[\#(zero)]}"#).contains("field 'private_key' must be 0x and hex digits"))
        #expect(!reason(#"{"accounts":[\#(other)]}"#).contains("7a7ff6fd"))
    }

    @Test func `read anything without a trap`() {
        var random = RandomSource(seed: 3)
        let good = Array(#"{"accounts":[\#(Self.good)]}"#.utf8)
        for _ in 0..<5_000 {
            var bytes = good
            for _ in 0..<random.integer(in: 1...3) {
                let index = Int(random.integer(in: 0...Int64(bytes.count - 1)))
                if random.chance(1, in: 2) {
                    bytes[index] = UInt8(random.integer(in: 0...255))
                } else {
                    bytes.remove(at: index)
                }
            }
            do throws(VenueConfigurationError) {
                _ = try ExtendedAccountDefinition.parse(bytes)
            } catch {
                #expect(!error.reason.isEmpty)
            }
        }
    }

    @Test func `may not give two accounts the same name, key or vault`() {
        func start(_ change: (inout ExtendedAccountDefinition) -> Void) throws -> ExtendedServer {
            var accounts = Array(ExtendedWorld.accounts().prefix(2))
            change(&accounts[1])
            let configuration = ExtendedServerConfiguration(accounts: accounts, markets: ExtendedWorld.markets())
            return try ExtendedServer(configuration: configuration, startingAt: ExtendedWorld.start)
        }
        #expect(throws: VenueConfigurationError("two accounts are named 'a'")) { try start { $0.name = "a" } }
        #expect(throws: VenueConfigurationError("accounts 'a' and 'b' share an api_key")) {
            try start { $0.apiKey = "key-a" }
        }
        #expect(throws: VenueConfigurationError("accounts 'a' and 'b' share the vault 10002")) {
            try start { $0.vault = 10_002 }
        }
        #expect(throws: VenueConfigurationError("accounts 'a' and 'b' share a public_key")) {
            try start { $0.publicKey = ExtendedWorld.accounts()[0].publicKey }
        }
    }

    @Test func `have a demo account whose keys are a pair`() throws {
        let demo = ExtendedAccountDefinition.demo()
        #expect(try StarkPrivateKey(hex: try #require(demo.privateKey)).publicKey == demo.publicKey)
    }

    @Test func `know markets that can be signed for and can play recordings`() throws {
        #expect(ExtendedMarkets.symbols.contains("BTC-USD"))
        for symbol in ExtendedMarkets.symbols {
            let market = try #require(ExtendedMarkets.definition(symbol, market: MarketID(0)))
            // A lot is a whole number of the chain's units.
            let lot = market.instrument.lotSize
            #expect(lot.mantissa * Int128(market.settlement.syntheticResolution) % LedgerMath.power(lot.scale) == 0)
            #expect(ExtendedMarkets.price(symbol).flatMap { market.instrument.price($0) } != nil)
            let recorded = try #require(ExtendedMarkets.recordedSymbol(of: symbol))
            #expect(ExtendedMarkets.symbol(ofRecorded: recorded) == symbol)
        }
        let bitcoin = try #require(ExtendedMarkets.definition("BTC-USD", market: MarketID(0), isRecorded: true))
        #expect(bitcoin.instrument.price(ExactDecimal("61800.2")!) != nil)
        #expect(bitcoin.instrument.quantity(ExactDecimal("2.507")!) != nil)
        #expect(ExtendedMarkets.definition("NOPE-USD", market: MarketID(0)) == nil)
    }
}
